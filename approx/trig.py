"""Sine, cosine and tangent of radians.

Any finite argument is reduced, by Cody and Waite's method: to the stated error up to |x| = 1e5; above,
the error grows with |x| and the result of sin and cos stays in [-1, 1].
"""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import Coefficients, monic, nearest, nearest_and_bits, polynomial, reduce
from dspc.dialects.kit import Kit, Value

PI = 3.141592653589793
HALF_PI = PI / 2


def half_wave(k: Kit, x: Value, half: float, coefficients: Coefficients) -> Value:
    """Sine of x in [-half, half], half a turn: odd, and a polynomial in the parabola |x| (half - |x|).

    It goes on past the ends, where rounding may put a reduced argument.
    """
    size = k.abs(x)
    rest = half - size
    return x * rest * polynomial(k, size * rest, coefficients)


def quarter_wave(k: Kit, x: Value, coefficients: Coefficients) -> Value:
    """Sine of an x within a quarter turn of 0: an odd polynomial."""
    return x * polynomial(k, x * x, coefficients)


def _within_a_turn(k: Kit, x: Value, parts: Coefficients) -> Value:
    """x less the nearest multiple of 2 pi."""
    return reduce(k, x, nearest(k, x * (0.5 / PI)), parts)


def _sin(k: Kit, x: Value, parts: Coefficients, coefficients: Coefficients) -> Value:
    return k.clamp(half_wave(k, _within_a_turn(k, x, parts), PI, coefficients), -1.0, 1.0)


def _cos(k: Kit, x: Value, parts: Coefficients, coefficients: Coefficients) -> Value:
    r = HALF_PI - k.min(k.abs(_within_a_turn(k, x, parts)), 8.0)  # no overflow where x is huge
    return k.clamp(quarter_wave(k, r, coefficients), -1.0, 1.0)


def _short(parts: Coefficients) -> Coefficients:
    """The parts of a constant with the last two made one: an operation less, 1e-6 at 1e5."""
    return (*parts[:-2], parts[-2] + parts[-1])


def sin(k: Kit, x: Value) -> Value:
    """Sine. sin(-0) = -0, sin(±inf) = NaN.

    Domain |x| <= 1e5. Absolute error 4e-7 (f32), 1e-15 (f64). Method: half_wave.
    """
    e = k.element(x)
    return _sin(k, x, table.TWO_PI_PARTS[e], table.SIN[e])


def sin_fast(k: Kit, x: Value) -> Value:
    """Sine, f32, |x| <= 1e5, absolute error 1e-5."""
    return _sin(k, x, _short(table.TWO_PI_PARTS["f32"]), table.SIN_FAST["f32"])


def sin_draft(k: Kit, x: Value) -> Value:
    """Sine, f32, |x| <= 1e5, absolute error 8e-4."""
    return _sin(k, x, _short(table.TWO_PI_PARTS["f32"]), table.SIN_DRAFT["f32"])


def sin_one_turn(k: Kit, x: Value) -> Value:
    """Sine without reduction: |x| <= pi, absolute error as sin's."""
    return half_wave(k, x, PI, table.SIN[k.element(x)])


def cos(k: Kit, x: Value) -> Value:
    """Cosine. cos(0) = 1, cos(±inf) = NaN.

    Domain |x| <= 1e5. Absolute error 3e-7 (f32), 1e-15 (f64). Method: sin(pi/2 - |r|), an odd polynomial.
    """
    e = k.element(x)
    return _cos(k, x, table.TWO_PI_PARTS[e], table.QUARTER[e])


def cos_good(k: Kit, x: Value) -> Value:
    """Cosine, f32, |x| <= 1e5, absolute error 1e-6: one degree less than cos."""
    return _cos(k, x, table.TWO_PI_PARTS["f32"], table.QUARTER_GOOD["f32"])


def cos_fast(k: Kit, x: Value) -> Value:
    """Cosine, f32, |x| <= 1e5, absolute error 8e-5."""
    return _cos(k, x, _short(table.TWO_PI_PARTS["f32"]), table.QUARTER_FAST["f32"])


def cos_one_turn(k: Kit, x: Value) -> Value:
    """Cosine without reduction: |x| <= pi, absolute error as cos'."""
    return quarter_wave(k, HALF_PI - k.abs(x), table.QUARTER[k.element(x)])


def tan(k: Kit, x: Value) -> Value:
    """Tangent, one division. tan(-0) = -0, tan(±inf) = NaN; infinite where the reduced x is a pole.

    Domain |x| <= 1e5 where |tan x| <= 100. Error, absolute up to |tan x| = 1 and relative above: 1e-6
    (f32), 2e-15 (f64). Method: x p(x²) / q(x²) after reduction to [-pi/4, pi/4]; -q / p for odd multiples.
    """
    e = k.element(x)
    n, bits = nearest_and_bits(k, x * (1 / HALF_PI), 0)
    r = reduce(k, x, n, table.HALF_PI_PARTS[e])
    z = k.min(r * r, 1.0)
    above = r * polynomial(k, z, table.TAN[e])
    below = monic(k, z, table.TAN_BELOW[e])
    odd = (bits & 1) != 0
    return k.select(odd, -below, above) / k.select(odd, above, below)


def tan_fast(k: Kit, x: Value) -> Value:
    """Tangent, f32, |x| <= 1e5 where |tan x| <= 100, error 1e-5 as tan's."""
    n, bits = nearest_and_bits(k, x * (1 / HALF_PI), 0)
    r = reduce(k, x, n, table.HALF_PI_PARTS["f32"])
    z = k.min(r * r, 1.0)
    above = r * polynomial(k, z, table.TAN_FAST["f32"])
    below = z + table.TAN_FAST_BELOW["f32"][0]
    odd = (bits & 1) != 0
    return k.select(odd, -below, above) / k.select(odd, above, below)
