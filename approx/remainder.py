"""The exact ones: fmod, trunc, sign."""

from __future__ import annotations

from dspc.approx.bits import BITS, INFINITY, flip_sign
from dspc.dialects.kit import Kit, Value

HIGH_HALF = {"f32": 0xFFFFF000, "f64": 0xFFFFFFFFF8000000}
"""The mask that leaves 12 (26) bits of a float's significand: the product with a quotient is exact."""


def fmod(k: Kit, x: Value, y: Value) -> Value:
    """C's fmod: x - trunc(x / y) y, with the sign of x; NaN for y = 0 or an infinite x.

    Exact while |x / y| < 2^11 (f32), 2^25 (f64), and for any quotient below 2^23 (2^52) if y has at most
    12 (26) significant bits and the product fits; beyond, the error is at most |x| 2^-23 (2^-52).
    """
    size, step = k.abs(x), k.abs(y)
    e = k.element(x)
    times = k.floor(size / step)
    high = k.bitcast(k.bitcast(step, BITS[e]) & HIGH_HALF[e], e)
    rest = (size - times * high) - times * (step - high)
    rest = k.select(rest < 0, rest + step, rest)
    rest = k.select(rest >= step, rest - step, rest)
    return flip_sign(k, k.select(step == INFINITY, size + times, rest), x)  # NaN for inf and inf


def trunc(k: Kit, x: Value) -> Value:
    """The integer towards zero; exact, trunc(-0.5) = -0."""
    return flip_sign(k, k.floor(k.abs(x)), x)


def sign(k: Kit, x: Value) -> Value:
    """1, -1, or x itself if that is ±0 or NaN; exact."""
    return k.select(x > 0, 1.0, k.select(x < 0, -1.0, x))
