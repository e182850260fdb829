"""What the approximations share: polynomials, signs, rounding, powers of two by their bits."""

from __future__ import annotations

from collections.abc import Sequence

from dspc.dialects.kit import Kit, Value

BITS = {"f32": "u32", "f64": "u64"}
"""The integer type that holds a float's bits."""
MANTISSA = {"f32": 23, "f64": 52}
BIAS = {"f32": 127, "f64": 1023}
SIGN = {"f32": 1 << 31, "f64": 1 << 63}
ROUNDER = {"f32": 1.5 * 2.0**23, "f64": 1.5 * 2.0**52}
"""Adding it leaves no room for a fraction: the sum's low bits are the nearest integer, halves to even."""
MIN_NORMAL = {"f32": 2.0**-126, "f64": 2.0**-1022}
INFINITY = float("inf")
NAN = float("nan")

Coefficients = Sequence[float]


def polynomial(k: Kit, x: Value, coefficients: Coefficients, square: Value | None = None) -> Value:
    """c0 + c1 x + c2 x² + …: pairs c0 + c1 x by Horner's rule in x², which is given or computed.

    It costs one operation more than Horner's rule in x, and about half the latency.
    """
    if len(coefficients) < 4:
        return _horner(x, coefficients[-1], coefficients[:-1])
    *pairs, top = _pairs(x, coefficients)
    return _horner(x * x if square is None else square, top, pairs)


def monic(k: Kit, x: Value, coefficients: Coefficients, square: Value | None = None) -> Value:
    """c0 + c1 x + … + xⁿ, computed likewise: the highest coefficient is 1, which saves an operation."""
    if len(coefficients) < 3:
        return _horner(x, x + coefficients[-1], coefficients[:-1])
    square = x * x if square is None else square
    if len(coefficients) % 2:
        return _horner(square, x + coefficients[-1], _pairs(x, coefficients[:-1]))
    *pairs, top = _pairs(x, coefficients)
    return _horner(square, square + top, pairs)


def odd_quotient(k: Kit, x: Value, above: Coefficients, below: Coefficients) -> Value:
    """x p(x²) / q(x²), q monic."""
    z = x * x
    square = z * z if max(len(above), len(below)) > 2 else None
    return x * polynomial(k, z, above, square) / monic(k, z, below, square)


def _pairs(x: Value, coefficients: Coefficients) -> list[Value]:
    """c0 + c1 x, c2 + c3 x, …; the last may be a number."""
    couples = zip(coefficients[::2], coefficients[1::2], strict=False)
    return [x * b + a for a, b in couples] + list(coefficients[len(coefficients) // 2 * 2 :])


def _horner(x: Value, top: Value, lower: Sequence[Value]) -> Value:
    for c in reversed(lower):
        top = x * top + c
    return top


def flip_sign(k: Kit, x: Value, of: Value) -> Value:
    """x with its sign flipped where `of` has its sign bit set, -0 and NaN included."""
    element = k.element(x)
    bits, sign = k.bitcast(x, BITS[element]), k.bitcast(of, BITS[element]) & SIGN[element]
    return k.bitcast(bits ^ sign, element)


def nearest(k: Kit, x: Value) -> Value:
    """The nearest integer, halves to even, for |x| < 2^22 (f32) or 2^51 (f64); two additions."""
    rounder = ROUNDER[k.element(x)]
    return (x + rounder) - rounder


def nearest_and_bits(k: Kit, x: Value, bias: int) -> tuple[Value, Value]:
    """The nearest integer n, and an unsigned integer whose low bits are n + bias."""
    element = k.element(x)
    rounder = ROUNDER[element] + bias
    shifted = x + rounder
    return shifted - rounder, k.bitcast(shifted, BITS[element])


def power_of_two(k: Kit, biased: Value) -> Value:
    """2^(biased - bias) from an unsigned integer whose low bits are a biased exponent."""
    element = "f32" if k.element(biased) == "u32" else "f64"
    return k.bitcast(biased << MANTISSA[element], element)


def reduce(k: Kit, x: Value, n: Value, parts: Coefficients) -> Value:
    """x - n c, with c in parts so short that their multiples are exact (Cody and Waite)."""
    for part in parts:
        x = x - n * part
    return x
