"""Conversions between element types."""

from __future__ import annotations

from dspc.frontend.guard import elementwise, guarded, named
from dspc.frontend.literals import is_integer, is_number, plain, wrapped
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, WideNumber, as_signal, constant, convert, float_at, known


@elementwise
@guarded
@named("f32")
def to_f32(x: Operand) -> Signal:
    """To the program's float, f32 unless precision="f64" (at const and init rate f64, rounded where it meets audio)."""
    value = as_signal(x)
    return convert(value, value.element if value.element == "f32" else float_at(value.rate))


@elementwise
@guarded
@named("f64")
def to_f64(x: Operand) -> Signal:
    """To a 64-bit float; `feedback(f, dspc.f64(0.0))` has an f64 state."""
    value = convert(as_signal(x), "f64")
    return value if known(value) is None else WideNumber(value.ssa)


@elementwise
@guarded
@named("i32")
def to_i32(x: Operand) -> Signal:
    """To a 32-bit integer: toward zero, saturating, NaN gives 0; a u32 keeps its bits."""
    return _to_integer(x, "i32")


@elementwise
@guarded
@named("u32")
def to_u32(x: Operand) -> Signal:
    """To an unsigned 32-bit integer: toward zero, saturating, NaN gives 0; an i32 keeps its bits."""
    return _to_integer(x, "u32")


def _to_integer(x: Operand, element: str) -> Signal:
    number = plain(x) if is_number(x) else None
    if is_integer(number):
        return constant(wrapped(number, element), element)
    return convert(as_signal(x), element)


@elementwise
@guarded
@named("bool")
def to_bool(x: Operand) -> Signal:
    """Whether it is not 0."""
    return convert(as_signal(x), "bool")
