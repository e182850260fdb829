"""What Python's operators mean on signals."""

from __future__ import annotations

from collections.abc import Mapping

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.guard import named, operation
from dspc.frontend.literals import is_integer, is_number, plain
from dspc.frontend.operators import Operand
from dspc.frontend.signal import (
    FLOATS,
    Signal,
    add,
    as_signal,
    constant,
    convert,
    emit,
    floats,
    highest,
    numeric,
    promote,
)


def both(name: str, a: Operand, b: Operand) -> Signal:
    """An operation of the scalar table on two numbers; bools count as 0 and 1."""
    return emit(name, *(numeric(x) for x in promote(a, b)))


def function(name: str, *operands: Operand) -> Signal:
    """A mathematical function on floats; integers become floats."""
    values = floats(*operands)
    type_ = signal(values[0].element, highest(*values))
    return add(dsp.MATH_OPS[name].create(operands=[v.ssa for v in values], result_types=(type_,)))


@operation("add")
def plus(a: Operand, b: Operand) -> Signal:
    return both("add", a, b)


@operation("sub")
def minus(a: Operand, b: Operand) -> Signal:
    return both("sub", a, b)


@operation("mul")
def times(a: Operand, b: Operand) -> Signal:
    return both("mul", a, b)


@operation("neg")
def negative(x: Operand) -> Signal:
    return emit("neg", numeric(as_signal(x)))


@operation("pos")
def positive(x: Operand) -> Signal:
    return numeric(as_signal(x))


@operation("unknown")
def unknown(numpys: str, options: Mapping[str, object], *_: Operand) -> Signal:
    """What numpy has and signals do not."""
    what = f"numpy's {numpys}" + (f" with {', '.join(sorted(options))}" if options else "")
    raise tr.fail("DSP107", f"{what} does not know signals",
                  "use dspc's functions; give arrays to dspc.table, dspc.bank or dspc.lanes")  # fmt: skip


# --- division -------------------------------------------------------------------------------------


@operation("div")
def divide(a: Operand, b: Operand) -> Signal:
    """`a / b`, a float."""
    _check_divisor(b)
    return emit("div", *floats(a, b))


@operation("floordiv")
def floor_divide(a: Operand, b: Operand) -> Signal:
    """`floor(a / b)`, an integer if both are; an integer divided by 0 gives 0."""
    _check_divisor(b)
    x, y = (numeric(v) for v in promote(a, b))
    return emit("floor", emit("div", x, y)) if x.element in FLOATS else emit("floordiv", x, y)


@operation("mod")
def modulo(a: Operand, b: Operand) -> Signal:
    """`a - floor(a / b) * b`: the sign is that of b; an integer modulo 0 gives 0."""
    _check_divisor(b)
    x, y = (numeric(v) for v in promote(a, b))
    if x.element in FLOATS:
        return emit("sub", x, emit("mul", emit("floor", emit("div", x, y)), y))
    return emit("mod", x, y)


def _check_divisor(b: Operand) -> None:
    if is_number(b) and plain(b) == 0:
        raise tr.fail("DSP115", "division by the constant 0", "divide by something that is not 0")


# --- powers ---------------------------------------------------------------------------------------


@operation("pow")
@named("pow")
def power(x: Operand, y: Operand) -> Signal:
    """x to the y: a Python integer y multiplies, anything else is the function pow."""
    exponent = plain(y) if is_number(y) else y
    if is_integer(exponent):
        return _multiplied(numeric(as_signal(x)), exponent)
    return function("pow", x, y)


def _multiplied(x: Signal, exponent: int) -> Signal:
    if exponent < 0:
        return divide(1, _multiplied(x, -exponent))
    if exponent == 0:
        return constant(1, x.element)
    result: Signal | None = None
    while True:
        if exponent & 1:
            result = x if result is None else emit("mul", result, x)
        exponent >>= 1
        if exponent == 0:
            assert result is not None
            return result
        x = emit("mul", x, x)


# --- comparisons ----------------------------------------------------------------------------------


@operation("lt")
def less(a: Operand, b: Operand) -> Signal:
    return both("lt", a, b)


@operation("le")
def less_equal(a: Operand, b: Operand) -> Signal:
    return both("le", a, b)


@operation("gt")
def greater(a: Operand, b: Operand) -> Signal:
    return both("lt", b, a)


@operation("ge")
def greater_equal(a: Operand, b: Operand) -> Signal:
    return both("le", b, a)


@operation("eq")
def equal(a: Operand, b: Operand) -> Signal:
    return both("eq", a, b)


@operation("ne")
def not_equal(a: Operand, b: Operand) -> Signal:
    return both("ne", a, b)


# --- bits -----------------------------------------------------------------------------------------


@operation("and")
def bit_and(a: Operand, b: Operand) -> Signal:
    return _bitwise("and", "&", a, b)


@operation("or")
def bit_or(a: Operand, b: Operand) -> Signal:
    return _bitwise("or", "|", a, b)


@operation("xor")
def bit_xor(a: Operand, b: Operand) -> Signal:
    return _bitwise("xor", "^", a, b)


def _bitwise(name: str, symbol: str, a: Operand, b: Operand) -> Signal:
    x, y = promote(a, b)
    _check_bits(symbol, x)
    return emit(name, x, y)


@operation("invert")
def invert(x: Operand) -> Signal:
    value = as_signal(x)
    _check_bits("~", value)
    if value.element == "bool":
        return emit("not", value)
    ones = -1 if value.element == "i32" else 0xFFFFFFFF
    return emit("xor", value, constant(ones, value.element))


@operation("shl")
def shift_left(x: Operand, count: Operand) -> Signal:
    return _shift("shl", "<<", x, count)


@operation("shr")
def shift_right(x: Operand, count: Operand) -> Signal:
    return _shift("shr", ">>", x, count)


def _shift(name: str, symbol: str, x: Operand, count: Operand) -> Signal:
    """A shift by `count` modulo 32; the type is that of x, a Python number takes the count's."""
    if is_number(x):
        value, by = (numeric(v) for v in promote(x, count))
    else:
        value, by = numeric(as_signal(x)), numeric(as_signal(_modulo_32(count), "count of a shift"))
    _check_bits(symbol, value)
    _check_bits(symbol, by)
    return emit(name, value, convert(by, value.element))


def _modulo_32(count: Operand) -> Operand:
    number = plain(count) if is_number(count) else count
    return number % 32 if is_integer(number) else count


def _check_bits(symbol: str, x: Signal) -> None:
    if x.element in FLOATS:
        raise tr.fail("DSP111", f"{symbol} needs bool or integers, this is {x.element}",
                      "convert with dspc.i32(x), or compare first")  # fmt: skip
