"""Scopes: the calls of library functions, kept together."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr, StringAttr, f64
from xdsl.ir import Attribute, Region, SSAValue

from dspc.dialects import dsp
from dspc.frontend import trace as tr
from dspc.frontend.arrays import Array, signal_or_array
from dspc.frontend.guard import guarded, misfit, over_arrays
from dspc.frontend.literals import is_number
from dspc.frontend.signal import as_signal
from dspc.frontend.structure import check_result, flatten

P = ParamSpec("P")
R = TypeVar("R")


def scope(label: str, whole_arrays: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator of library functions: a call's operations stay together, under a name, until `inline`.

    On an array of signals the function is called for each element, unless it takes `whole_arrays`.
    """

    def decorate(f: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(f)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            trace = tr.current()
            body = tr.Body("scope")
            with trace.inside(body):
                parts, rebuild = flatten(check_result(_called(f, args, kwargs), label))
                values = [_value(p, label) for p in parts]
                trace.add(dsp.YieldOp.make(values))
            properties: dict[str, Attribute] = {"label": StringAttr(label)}
            if numbers := [_number(a) for a in (*args, *kwargs.values()) if is_number(a)]:
                properties["numbers"] = ArrayAttr(numbers)
            op = dsp.ScopeOp.create(
                result_types=[v.type for v in values], regions=[Region(body.block)], properties=properties
            )
            trace.add(op)
            return cast(R, rebuild([signal_or_array(r) for r in op.results]))

        made = guarded(call) if whole_arrays else over_arrays(guarded(call))
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


def _value(part: object, label: str) -> SSAValue:
    return part.ssa() if isinstance(part, Array) else as_signal(cast(Any, part), f"result of {label}").signal().ssa


def _number(value: object) -> Attribute:
    plain: object = cast(Any, value).item() if isinstance(value, np.generic) else value
    return IntAttr(plain) if isinstance(plain, int) else FloatAttr(cast(float, plain), f64)


def inlined(f: Callable[P, R]) -> Callable[P, R]:
    """Decorator of library functions that are no more than an expression: they have no scope."""
    return over_arrays(guarded(f))


def unscoped(f: Callable[P, R]) -> Callable[P, R]:
    """A library function without its scope: for another one that is the same with some arguments given."""
    return cast(Callable[P, R], inspect.unwrap(f))
