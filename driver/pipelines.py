"""From the text of `-p` to passes with their options."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec, ParameterListType, parse_pipeline
from xdsl.utils.exceptions import ArgSpecParseError

from dspc import passes
from dspc.driver.extensions import find_pass
from dspc.driver.usage import UsageError, did_you_mean

_COMMA = re.compile(r"\s*,\s*(?![^{}]*\})")


@dataclasses.dataclass(frozen=True)
class Pipeline:
    """All passes from the graph to the legal level, for vectors of `width` lanes.

    `max_error` is that of `expand-math`; after the first pass called `until` the pipeline ends.
    """

    width: int = 1
    max_error: float | None = None
    until: str = ""

    def text(self) -> str:
        whole = passes.pipeline(self.width, self.max_error)
        if not self.until:
            return whole
        parts = _COMMA.split(whole)
        names = [p.partition("{")[0] for p in parts]
        if self.until not in names:
            raise UsageError(f"the pipeline has no pass {self.until}", did_you_mean(self.until, names))
        return ",".join(parts[: names.index(self.until) + 1])


@dataclasses.dataclass(frozen=True)
class Defining:
    """The passes after which the reference is taken."""

    def text(self) -> str:
        return passes.DEFINING


PIPELINES: dict[str, type[Pipeline | Defining]] = {"pipeline": Pipeline, "defining": Defining}
"""Names that stand for several passes in `-p`."""


def parse(text: str) -> list[ModulePass]:
    """The passes of a pipeline's text. Raises `UsageError`."""
    return [build(find_pass(spec.name), spec) for spec in specs(text)]


def specs(text: str) -> Iterator[ArgSpec]:
    """Names and options of the passes; named pipelines are spelled out."""
    try:
        parsed = list(parse_pipeline(_COMMA.sub(",", text.strip())))
    except ArgSpecParseError as error:
        raise UsageError(f"the pipeline cannot be read\n{_indented(str(error))}",
                         'for example: -p "unroll-oscillators{max=8},fuse-buffers"') from None  # fmt: skip
    for spec in parsed:
        if spec.name in PIPELINES:
            yield from specs(build(PIPELINES[spec.name], spec).text())
        else:
            yield spec


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines()[1:])


def options(cls: type[Any]) -> dict[str, dataclasses.Field[Any]]:
    """The options of a pass, by their names in a pipeline."""
    return {f.name.replace("_", "-"): f for f in dataclasses.fields(cls) if f.init and f.name != "name"}


def build(cls: type[Any], spec: ArgSpec) -> Any:
    """An instance with the options of `spec`. Raises `UsageError`."""
    known, hints = options(cls), get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, raw in spec.parameters.items():
        option = key.replace("_", "-")
        if option not in known:
            some = f"it has {', '.join(known)}" if known else "it has no options"
            raise UsageError(f"{spec.name} has no option {key}", did_you_mean(option, known) or some)
        name = known[option].name
        values[name] = _value(spec.name, option, raw, hints[name])
    for option, field in known.items():
        if field.name not in values and _is_needed(field, hints[field.name]):
            raise UsageError(f"{spec.name} needs the option {option}")
    try:
        return _make(cls, spec, values)
    except ValueError as error:
        raise UsageError(f"{spec.name}: {error}") from None


def _is_needed(field: dataclasses.Field[Any], hint: Any) -> bool:
    nothing = dataclasses.MISSING
    return field.default is nothing and field.default_factory is nothing and type(None) not in _choices(hint)


def _make(cls: type[Any], spec: ArgSpec, values: dict[str, ParameterListType]) -> Any:
    if issubclass(cls, ModulePass):
        return cls.from_spec(ArgSpec(spec.name, values))
    return cls(**{name: value[0] if value else None for name, value in values.items()})


def _choices(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _value(owner: str, option: str, raw: ParameterListType, hint: Any) -> ParameterListType:
    """The option's values as the pass wants them: `1` and `1e-5` are floats, a bare name is true."""
    choices = _choices(hint)
    if not raw and bool in choices:
        return (True,)
    if float in choices:
        raw = tuple(_as_float(v) for v in raw)
    plain = [c for c in choices if c in (int, float, str, bool)]
    lists = any(get_origin(c) is tuple for c in choices)
    fits = all(type(v) in plain for v in raw) and len(raw) == 1 or not raw and type(None) in choices
    if plain and not lists and not fits:
        wanted = " or ".join(_KINDS[c] for c in plain)
        given = ",".join(str(v).lower() if isinstance(v, bool) else str(v) for v in raw) or "nothing"
        raise UsageError(f"the option {option} of {owner} is {wanted}, not {given}")
    return raw


_KINDS = {int: "a whole number", float: "a number", str: "a name", bool: "true or false"}


def _as_float(value: Any) -> Any:
    """Numbers that the pipeline's syntax took for something else (`1`, `1e-5`)."""
    if isinstance(value, bool):
        return value
    try:
        return float(value)
    except ValueError:
        return value
