"""Groups of parameters: classes, lists and dicts of them, as the default of one argument."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from dspc.frontend import trace as tr
from dspc.frontend.errors import DspError, MissingAttribute, did_you_mean
from dspc.frontend.guard import declare
from dspc.frontend.literals import describe, is_finite, is_one_of, plain, quoted
from dspc.frontend.params import ParamSpec, as_constant, as_given, check_range, materialize
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal

Make = Callable[[ParamSpec, str], Any]
"""Makes what stands for a parameter in a trace, of its declaration and its place in the group: `bands.0.gain`."""


class Params(NotASignal):
    """Base of groups: `class Band(dspc.Params): gain = dspc.param(…)`; `Band(gain=0.5)` has another default.

    As the default of an argument each of its attributes is a parameter, with the id `argument.attribute`. Raises
    `DspError` DSP126 for a keyword that is no parameter of the group, or a default that does not fit.

    >>> class Band(Params):
    ...     frequency = param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")
    >>> Band(frequency=100.0).frequency.default
    100.0
    """

    def __init__(self, **defaults: Any):
        declared = self.declared()
        for name, value in defaults.items():
            if name not in declared:
                declare(tr.fail("DSP126", f"{type(self).__name__} has no parameter {name!r}",
                                did_you_mean(name, declared) or f"it has {', '.join(declared) or 'none'}"))  # fmt: skip
            else:
                setattr(self, name, with_default(declared[name], name, value))

    @classmethod
    def declared(cls) -> dict[str, Any]:
        """The parameters, and groups of them, that the class declares, bases first."""
        found: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            found |= {name: value for name, value in vars(base).items() if has_params(value)}
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        known = self.declared()
        hint = did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}"
        raise MissingAttribute(
            "DSP126", f"{type(self).__name__} has no parameter {name!r}", hint=hint, place=place_here()
        )

    def refusal(self) -> tuple[str, str, str]:
        known = list(self.declared())
        return "DSP110", f"the group {type(self).__name__}", f"take one of its parameters: .{' .'.join(known)}"


def with_default(declared: Any, name: str, value: Any) -> Any:
    """A group's parameter with another default, or another parameter in its place."""
    if has_params(value) or not isinstance(declared, ParamSpec):
        return value
    if declared.labels:
        if not is_one_of(value, declared.labels):
            _wrong(name, quoted(value), f"its labels are {', '.join(declared.labels)}")
            return declared
        return replace(declared, default=declared.labels.index(value))
    if not is_finite(value):
        _wrong(name, describe(value), "give a finite number")
        return declared
    try:
        check_range(plain(value), declared.min, declared.max, declared.scale)
    except DspError as error:
        declare(error)
        return declared
    return replace(declared, default=plain(value))


def _wrong(name: str, shown: str, hint: str) -> None:
    declare(tr.fail("DSP126", f"the default of {name} is not {shown}", hint))


def has_params(value: Any) -> bool:
    """Whether a value is a parameter's declaration, or a group, list, tuple or dict with one in it."""
    if isinstance(value, dict):
        return any(map(has_params, cast(dict[Any, Any], value).values()))
    if isinstance(value, list | tuple):
        return any(map(has_params, cast(list[Any], value)))
    return isinstance(value, ParamSpec | Params)


def made(value: Any, path: str, make: Make) -> Any:
    """A default with `make` applied to every parameter in it; what has none stays as it is."""
    if isinstance(value, ParamSpec):
        return make(value, path)
    if not has_params(value):
        return value
    if isinstance(value, Params):
        group = copy.copy(value)
        for name in value.declared():
            setattr(group, name, made(getattr(value, name), f"{path}.{name}", make))
        return group
    if isinstance(value, dict):
        items = cast(dict[Any, Any], value).items()
        return {name: made(item, f"{path}.{name}", make) for name, item in items}
    parts = [made(item, f"{path}.{i}", make) for i, item in enumerate(value)]
    return tuple(parts) if isinstance(value, tuple) else parts


def parameters(value: Any, argument: str, prefix: str) -> Any:
    """A default in the running trace: its parameters are signals and choices."""

    def make(spec: ParamSpec, path: str) -> Any:
        parent, _, name = path.rpartition(".")
        return materialize(spec, name, f"{prefix}{parent}." if parent else prefix)

    return made(value, argument, make)


def constants(value: Any, argument: str) -> Any:
    """A default with constants for its parameters: for a program that is called inside another one."""
    return made(value, argument, as_constant)


def given(default: Any, argument: str, value: Any) -> Any:
    """What a caller gives for an argument: a label for a choice; declarations in it become constants."""
    return as_given(default, argument, value) if isinstance(default, ParamSpec) else constants(value, argument)
