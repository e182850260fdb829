"""Conversions between element types."""

from __future__ import annotations

from dspc.frontend.guard import elementwise, guarded, named
from dspc.frontend.literals import is_integer, is_number, plain, wrapped
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, as_signal, constant, convert, float_at


@elementwise
@guarded
@named("f32")
def to_f32(x: Operand) -> Signal:
    """To a float, f32 (at const and init rate f64, which is rounded where it meets control or audio)."""
    value = as_signal(x)
    return convert(value, value.element if value.element == "f32" else float_at(value.rate))


@elementwise
@guarded
@named("f64")
def to_f64(x: Operand) -> Signal:
    """To a 64-bit float."""
    return convert(as_signal(x), "f64")


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
