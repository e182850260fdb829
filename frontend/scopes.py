"""Bodies: the functions that become regions of operations; and scopes, which keep library calls together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr, StringAttr, f64
from xdsl.ir import Attribute, Region

from dspc.dialects import dsp
from dspc.frontend import trace as tr
from dspc.frontend.guard import guarded, misfit
from dspc.frontend.literals import is_number
from dspc.frontend.signal import Signal, as_signal
from dspc.frontend.structure import check_result, flatten

P = ParamSpec("P")
R = TypeVar("R")


def end_body(values: Sequence[Signal]) -> None:
    """Ends the innermost body with what it yields."""
    tr.current().add(dsp.YieldOp.make([v.signal().ssa for v in values]))


def scope(label: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator of library functions: a call's operations stay together, under a name, until `inline`."""

    def decorate(f: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(f)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            trace = tr.current()
            body = tr.Body("scope")
            with trace.inside(body):
                parts, rebuild = flatten(check_result(_called(f, args, kwargs), label))
                values = [as_signal(p, f"result of {label}") for p in parts]
                end_body(values)
            properties: dict[str, Attribute] = {"label": StringAttr(label)}
            if numbers := [_number(a) for a in (*args, *kwargs.values()) if is_number(a)]:
                properties["numbers"] = ArrayAttr(numbers)
            op = dsp.ScopeOp.create(
                result_types=[v.ssa.type for v in values], regions=[Region(body.block)], properties=properties
            )
            trace.add(op)
            return cast(R, rebuild([Signal(r) for r in op.results]))

        made = guarded(call)
        made.__wrapped__ = f  # type: ignore[attr-defined]
        return made

    return decorate


def _called(f: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    """What the function returns. Raises `DspError` DSP112 for arguments that it does not take."""
    try:
        return f(*args, **kwargs)
    except TypeError as error:
        wrong = misfit(f, error)
        if wrong is None:
            raise
        raise wrong from None


def _number(value: object) -> Attribute:
    plain: object = cast(Any, value).item() if isinstance(value, np.generic) else value
    return IntAttr(plain) if isinstance(plain, int) else FloatAttr(cast(float, plain), f64)


def unscoped(f: Callable[P, R]) -> Callable[P, R]:
    """A library function without its scope: for another one that is the same with some arguments given."""
    return cast(Callable[P, R], inspect.unwrap(f))
