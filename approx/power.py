"""x to the power y."""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import BIAS, BITS, INFINITY, MIN_NORMAL, NAN, SIGN, nearest_and_bits, polynomial
from dspc.approx.exponential import EXP2_LIMITS, exp2_fast, exp2_flush, scale
from dspc.approx.logarithm import LIFT, log2_fast_positive, log2_positive, mantissa_log2, split
from dspc.dialects.kit import Kit, Value

HIGH_PART = {"f32": 0xFFFFF000, "f64": 0xFFFFFFFFF8000000}
"""The mask that leaves so few bits of y that y times an exponent is exact."""
LARGEST_POWER = {"f32": 2.0**31, "f64": 2.0**63}
"""|y| that makes every x but 1 overflow or vanish."""


def pow(k: Kit, x: Value, y: Value) -> Value:
    """x^y with C's edges: pow(x, 0) = pow(1, y) = 1, the right sign for x < 0 and integer y, else NaN.

    Domain: positive normal x, |y| <= 8, normal result. Relative error 1e-6 (f32), 2e-15 (f64), growing with
    |y log2(m)| beyond, m the mantissa of x in [0.7, 1.42]. Method: exp2(y log2 x), the product with the
    integer part of the logarithm in two exact parts.
    """
    e = k.element(x)
    size = k.abs(x)
    magnitude = _positive_pow(k, size, k.clamp(y, -LARGEST_POWER[e], LARGEST_POWER[e]))
    regular = (size > 0) & (size < INFINITY)
    limit = k.select(y < 0, 1.0 / size, k.select(y > 0, size, y))  # for 0, infinity and NaN
    magnitude = k.select(regular, magnitude, limit)
    magnitude = k.select((y == 0) | (size == 1.0), 1.0, magnitude)

    whole = k.floor(y) == y
    half = y * 0.5
    odd = whole & (k.floor(half) != half)
    bits = k.bitcast(x, BITS[e]) & SIGN[e]
    signed = k.bitcast(k.bitcast(magnitude, BITS[e]) ^ k.select(odd, bits, 0), e)
    undefined = (x < 0) & (x > -INFINITY) & ~whole
    return k.select(undefined, NAN, signed)


def pow_positive(k: Kit, x: Value, y: Value) -> Value:
    """x^y, f32, for x in [1/8, 8] and |y| <= 2, no edges: exp2(y log2 x). Relative error 1e-6."""
    return exp2_flush(k, y * log2_positive(k, x))


def pow_fast(k: Kit, x: Value, y: Value) -> Value:
    """x^y, f32, for x in [1e-3, 1e3] and |y| <= 2, no edges: relative error 4e-4."""
    return exp2_fast(k, y * log2_fast_positive(k, x))


def _positive_pow(k: Kit, x: Value, y: Value) -> Value:
    """x^y for a finite x > 0 and a finite y; anything for other x, NaN for a NaN of y."""
    e = k.element(x)
    tiny = x < MIN_NORMAL[e]
    exponent, mantissa = split(k, k.select(tiny, x * 2.0 ** LIFT[e], x), tiny)
    fraction = mantissa_log2(k, mantissa)

    high = k.bitcast(k.bitcast(y, BITS[e]) & HIGH_PART[e], e)
    whole, rest = high * exponent, (y - high) * exponent + y * fraction
    n, bits = nearest_and_bits(k, k.clamp(whole + rest, *EXP2_LIMITS[e]), 2 * BIAS[e])
    return scale(k, polynomial(k, k.clamp((whole - n) + rest, -1.0, 1.0), table.EXP2[e]), bits)
