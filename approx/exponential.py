"""Powers of 2 and of e: a polynomial on one octave, times a power of two made of bits."""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import BIAS, Coefficients, nearest_and_bits, polynomial, power_of_two, reduce
from dspc.dialects.kit import Kit, Value

LOG2_E = 1.4426950408889634

# Beyond these the result is 0 or infinite; up to them every exponent has its bits.
EXP2_LIMITS = {"f32": (-151.0, 129.0), "f64": (-1076.0, 1025.0)}
EXP_LIMITS = {"f32": (-104.0, 90.0), "f64": (-746.0, 711.0)}
FLUSH_LIMITS = (-126.0, 129.0)


def exp2(k: Kit, x: Value) -> Value:
    """2^x. Exact for integers; exp2(-inf) = 0; results below the normal floats underflow gradually.

    Relative error 2.5e-7 (f32), 1e-15 (f64) where the result is normal. Method: round, minimax polynomial
    on [-1/2, 1/2], and two powers of two whose product has the exponent, so that it may be denormal.
    """
    e = k.element(x)
    x = k.clamp(x, *EXP2_LIMITS[e])
    n, bits = nearest_and_bits(k, x, 2 * BIAS[e])
    return scale(k, polynomial(k, x - n, table.EXP2[e]), bits)


def exp2_flush(k: Kit, x: Value) -> Value:
    """2^x, f32, cheaper: 0 below -125.5, where the result is soon denormal. Relative error as exp2's."""
    return _flush(k, x, table.EXP2["f32"])


def exp2_fast(k: Kit, x: Value) -> Value:
    """2^x, f32, relative error 8e-5, 0 below -125.5."""
    return _flush(k, x, table.EXP2_FAST["f32"])


def exp(k: Kit, x: Value) -> Value:
    """e^x. exp(0) = 1; exp(-inf) = 0; results below the normal floats underflow gradually.

    Relative error 3e-7 (f32), 1e-15 (f64) where the result is normal. Method: exp2's, after x - n ln 2
    with ln 2 in two parts.
    """
    return _exp(k, x, 0)


def exp_half(k: Kit, x: Value) -> Value:
    """e^x / 2, which is finite wherever sinh and cosh are. Error as exp's."""
    return _exp(k, x, -1)


def exp_small(k: Kit, x: Value) -> Value:
    """e^x, f32, for |x| <= 8, cheaper: exp2(x log2(e)). Relative error 1e-6."""
    return _flush(k, x * LOG2_E, table.EXP2["f32"])


def exp_fast(k: Kit, x: Value) -> Value:
    """e^x, f32, relative error 9e-5, 0 below -87."""
    return _flush(k, x * LOG2_E, table.EXP2_FAST["f32"])


def scale(k: Kit, x: Value, bits: Value) -> Value:
    """x 2^n with gradual underflow, from low bits that are n + 2 bias."""
    half = bits >> 1
    return x * power_of_two(k, half) * power_of_two(k, bits - half)


def _exp(k: Kit, x: Value, shift: int) -> Value:
    e = k.element(x)
    x = k.clamp(x, *EXP_LIMITS[e])
    n, bits = nearest_and_bits(k, x * LOG2_E, 2 * BIAS[e] + shift)
    return scale(k, polynomial(k, reduce(k, x, n, table.LN2_PARTS[e]), table.EXP[e]), bits)


def _flush(k: Kit, x: Value, coefficients: Coefficients) -> Value:
    """2^x where the smallest exponent field means 0: one power of two is enough.

    The polynomial is doubled and the exponent one less, so that the largest exponent is not infinite.
    """
    x = k.clamp(x, *FLUSH_LIMITS)
    n, bits = nearest_and_bits(k, x, BIAS["f32"] - 1)
    return polynomial(k, x - n, tuple(2 * c for c in coefficients)) * power_of_two(k, bits)
