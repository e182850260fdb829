"""Inverse trigonometric functions."""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import BITS, SIGN, Coefficients, flip_sign, polynomial
from dspc.dialects.kit import Kit, Value

PI = 3.141592653589793
HALF_PI = PI / 2
ROOT_2_LESS_1 = 0.41421356237309503
SMALLEST = {"f32": 2.0**-149, "f64": 2.0**-1074}


def atan(k: Kit, x: Value) -> Value:
    """Arctangent. atan(±0) = ±0, atan(±inf) = ±pi/2.

    Absolute error 5e-7 (f32), 1e-15 (f64). Method: atan(x) = pi/2 - atan(1 / x) beyond 1, an odd minimax
    polynomial on [0, 1]; in f64 once more atan(a) = pi/4 + atan((a - 1) / (a + 1)).
    """
    return _atan(k, x, table.ATAN[k.element(x)])


def atan_fast(k: Kit, x: Value) -> Value:
    """Arctangent, f32, absolute error 9e-5."""
    return _atan(k, x, table.ATAN_FAST["f32"])


def atan2(k: Kit, y: Value, x: Value) -> Value:
    """The angle of the point (x, y) in [-pi, pi], signed zeros and infinities as C's atan2.

    Absolute error 1e-6 (f32), 1.5e-15 (f64). Method: atan's, of the smaller over the larger.
    """
    return _atan2(k, y, x, table.ATAN[k.element(x)])


def atan2_fast(k: Kit, y: Value, x: Value) -> Value:
    """atan2, f32, absolute error 9e-5."""
    return _atan2(k, y, x, table.ATAN_FAST["f32"])


def acos(k: Kit, x: Value) -> Value:
    """Arccosine. acos(1) = 0; NaN beyond ±1.

    Absolute error 1e-6 (f32), 1.5e-15 (f64). Method: sqrt(1 - |x|) p(|x|) (f32); asin's (f64).
    """
    if k.element(x) == "f32":
        return _acos(k, x, table.ACOS["f32"])
    large, part = _asin_part(k, x)
    angle = k.select(large, part + part, HALF_PI - part)
    return k.select(x < 0, PI - angle, angle)


def acos_fast(k: Kit, x: Value) -> Value:
    """Arccosine, f32, absolute error 6e-5."""
    return _acos(k, x, table.ACOS_FAST["f32"])


def asin(k: Kit, x: Value) -> Value:
    """Arcsine. asin(±0) = ±0; NaN beyond ±1.

    Absolute error 6e-7 (f32), 1e-15 (f64). Method: pi/2 - acos (f32); an odd minimax polynomial up to
    1/2, above it asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)) (f64).
    """
    if k.element(x) == "f32":
        return _asin(k, x, table.ACOS["f32"])
    large, part = _asin_part(k, x)
    return flip_sign(k, k.select(large, HALF_PI - (part + part), part), x)


def asin_fast(k: Kit, x: Value) -> Value:
    """Arcsine, f32, absolute error 6e-5."""
    return _asin(k, x, table.ACOS_FAST["f32"])


def _positive_acos(k: Kit, size: Value, coefficients: Coefficients) -> Value:
    return k.sqrt(1.0 - size) * polynomial(k, size, coefficients)


def _acos(k: Kit, x: Value, coefficients: Coefficients) -> Value:
    angle = _positive_acos(k, k.abs(x), coefficients)
    return k.select(x < 0, PI - angle, angle)


def _asin(k: Kit, x: Value, coefficients: Coefficients) -> Value:
    return flip_sign(k, HALF_PI - _positive_acos(k, k.abs(x), coefficients), x)


def _asin_part(k: Kit, x: Value) -> tuple[Value, Value]:
    """Whether |x| > 1/2, and asin of |x|, or of sqrt((1 - |x|) / 2) there."""
    size = k.abs(x)
    large = size > 0.5
    z = k.select(large, (1.0 - size) * 0.5, size * size)
    s = k.select(large, k.sqrt(z), size)
    return large, s * polynomial(k, z, table.ASIN["f64"])


def _unit_atan(k: Kit, a: Value, coefficients: Coefficients) -> Value:
    """Arctangent of a in [0, 1]."""
    if k.element(a) == "f32":
        return a * polynomial(k, a * a, coefficients)
    large = a > ROOT_2_LESS_1
    t = k.select(large, (a - 1.0) / (a + 1.0), a)
    part = t * polynomial(k, t * t, coefficients)
    return k.select(large, part + HALF_PI / 2, part)


def _atan(k: Kit, x: Value, coefficients: Coefficients) -> Value:
    size = k.abs(x)
    angle = _unit_atan(k, k.min(size, 1.0) / k.max(size, 1.0), coefficients)
    return flip_sign(k, k.select(size > 1.0, HALF_PI - angle, angle), x)


def _atan2(k: Kit, y: Value, x: Value, coefficients: Coefficients) -> Value:
    e = k.element(x)
    across, up = k.abs(x), k.abs(y)
    small, large = k.min(up, across), k.max(across, up)  # a NaN of either reaches one of them
    ratio = k.select(small == float("inf"), 1.0, small / k.max(large, SMALLEST[e]))
    angle = _unit_atan(k, ratio, coefficients)
    angle = k.select(up > across, HALF_PI - angle, angle)
    left = (k.bitcast(x, BITS[e]) & SIGN[e]) != 0
    return flip_sign(k, k.select(left, PI - angle, angle), y)
