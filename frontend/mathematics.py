"""Mathematical functions and choice, element by element, as numpy's."""

from __future__ import annotations

from collections.abc import Callable

from dspc.frontend.arithmetic import both, function
from dspc.frontend.guard import named, operation
from dspc.frontend.operators import Operand
from dspc.frontend.signal import (
    FLOATS,
    Signal,
    as_signal,
    constant,
    convert,
    emit,
    floats,
    numeric,
    promote,
)
from dspc.frontend.signal import condition as as_condition


@operation("select")
def select(condition: Operand, a: Operand, b: Operand) -> Signal:
    """`a` where the condition holds, else `b`, sample by sample; both are computed."""
    chosen = as_condition(condition, "condition of select")
    return emit("select", chosen, *promote(a, b, beside=chosen))


# --- functions of one float -----------------------------------------------------------------------


def _one(name: str, doc: str) -> Callable[[Operand], Signal]:
    def apply(x: Operand) -> Signal:
        return function(name, x)

    apply.__doc__ = doc
    return operation(name)(named(name)(apply))


sin = _one("sin", "Sine of radians.")
cos = _one("cos", "Cosine of radians.")
tan = _one("tan", "Tangent of radians.")
asin = _one("asin", "Arc sine, in radians.")
acos = _one("acos", "Arc cosine, in radians.")
atan = _one("atan", "Arc tangent, in radians.")
sinh = _one("sinh", "Hyperbolic sine.")
cosh = _one("cosh", "Hyperbolic cosine.")
tanh = _one("tanh", "Hyperbolic tangent.")
exp = _one("exp", "e to the x.")
exp2 = _one("exp2", "2 to the x.")
log = _one("log", "Natural logarithm.")
log2 = _one("log2", "Logarithm to base 2.")
log10 = _one("log10", "Logarithm to base 10.")
sin_turns = _one("sin_turns", "Sine of a phase in turns: `sin(2 pi x)` for x in [-1, 1], cheaper than sin.")
cos_turns = _one("cos_turns", "Cosine of a phase in turns: `cos(2 pi x)` for x in [-1, 1].")


@operation("sqrt")
def sqrt(x: Operand) -> Signal:
    """Square root, correctly rounded."""
    return emit("sqrt", *floats(x))


@operation("atan2")
def atan2(y: Operand, x: Operand) -> Signal:
    """The angle of the point (x, y), in radians."""
    return function("atan2", y, x)


# --- to whole numbers; integers are whole already --------------------------------------------------


@operation("floor")
def floor(x: Operand) -> Signal:
    """The largest whole number not above x; an integer stays one."""
    return _whole("floor", x)


@operation("ceil")
def ceil(x: Operand) -> Signal:
    """The smallest whole number not below x; an integer stays one."""
    return _whole("ceil", x)


@operation("round")
@named("round")
def nearest(x: Operand) -> Signal:
    """The nearest whole number, halves to even; a float stays one, and so does an integer."""
    return _whole("round", x)


@operation("trunc")
def trunc(x: Operand) -> Signal:
    """The whole part: toward zero; an integer stays one."""
    value = numeric(as_signal(x))
    return function("trunc", value) if value.element in FLOATS else value


def _whole(name: str, x: Operand) -> Signal:
    value = numeric(as_signal(x))
    return emit(name, value) if value.element in FLOATS else value


# --- signs, limits, remainders --------------------------------------------------------------------


@operation("abs")
@named("abs")
def absolute(x: Operand) -> Signal:
    """Without its sign."""
    value = numeric(as_signal(x))
    return value if value.element == "u32" else emit("abs", value)


@operation("sign")
def sign(x: Operand) -> Signal:
    """-1, 0 or 1, of x's type; NaN stays NaN."""
    value = numeric(as_signal(x))
    if value.element in FLOATS:
        return function("sign", value)
    zero = constant(0, value.element)
    above, below = emit("lt", zero, value), emit("lt", value, zero)
    return emit("sub", convert(above, value.element), convert(below, value.element))


@operation("min")
@named("min")
def minimum(a: Operand, b: Operand, *more: Operand) -> Signal:
    """The smallest: `b < a ? b : a`, from left to right."""
    least = both("min", a, b)
    for other in more:
        least = both("min", least, other)
    return least


@operation("max")
@named("max")
def maximum(a: Operand, b: Operand, *more: Operand) -> Signal:
    """The largest: `a < b ? b : a`, from left to right."""
    most = both("max", a, b)
    for other in more:
        most = both("max", most, other)
    return most


@operation("clamp")
def clamp(x: Operand, low: Operand, high: Operand) -> Signal:
    """`x` kept inside [low, high]: `min(max(x, low), high)`."""
    return both("min", both("max", x, low), high)


@operation("fmod")
def fmod(x: Operand, y: Operand) -> Signal:
    """The remainder with the sign of x, as C's fmod; of integers, an integer."""
    a, b = (numeric(v) for v in promote(x, y))
    if a.element in FLOATS:
        return function("fmod", a, b)
    floored = emit("mod", a, b)
    zero = constant(0, a.element)
    differ = emit("and", emit("ne", floored, zero), emit("xor", emit("lt", a, zero), emit("lt", b, zero)))
    return emit("select", differ, emit("sub", floored, b), floored)
