"""Logarithms: the exponent from the bits, a polynomial for a mantissa in [sqrt(1/2), sqrt(2)]."""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import BIAS, BITS, INFINITY, MANTISSA, MIN_NORMAL, NAN, polynomial
from dspc.dialects.kit import Kit, Value

LN_2 = 0.6931471805599453
LOG10_2 = 0.3010299956639812

ONE = {"f32": 0x3F800000, "f64": 0x3FF0000000000000}
ROOT_HALF = {"f32": 0x3F3504F3, "f64": 0x3FE6A09E667F3BCD}
"""The bits of 1 and of sqrt(1/2)."""
LIFT = {"f32": 24, "f64": 54}
"""The power of two that makes any denormal normal."""


def log2(k: Kit, x: Value) -> Value:
    """Logarithm to base 2. Exact for powers of two; log2(±0) = -inf, NaN below 0; denormals are correct.

    Error, absolute up to |log2 x| = 1 and relative above: 3e-7 (f32), 5e-16 (f64). Method: x = m 2^e;
    an odd minimax polynomial in (m - 1) / (m + 1).
    """
    tiny = x < MIN_NORMAL[k.element(x)]
    exponent, mantissa = split(k, k.select(tiny, x * 2.0 ** LIFT[k.element(x)], x), tiny)
    return _with_edges(k, x, exponent + mantissa_log2(k, mantissa))


def log2_positive(k: Kit, x: Value) -> Value:
    """log2 of a positive, normal x; some finite number for other x, but inf and NaN pass. Error as log2's."""
    exponent, mantissa = split(k, x)
    return k.select(x < INFINITY, exponent + mantissa_log2(k, mantissa), x)


def log2_fast(k: Kit, x: Value) -> Value:
    """log2, f32, absolute error 1.5e-4 up to |log2 x| = 1. Denormals count as 0: -inf; NaN below 0."""
    edge = k.select(x >= 0, k.constant(-INFINITY, "f32"), NAN)
    return k.select(x >= MIN_NORMAL["f32"], log2_fast_positive(k, x), edge)


def log2_fast_positive(k: Kit, x: Value) -> Value:
    """log2_fast of a positive, normal x; some finite number for other x, but inf and NaN pass."""
    exponent, mantissa = split(k, x)
    polynomial_ = mantissa * polynomial(k, mantissa, table.LOG2_FAST["f32"])
    return k.select(x < INFINITY, exponent + polynomial_, x)


def log(k: Kit, x: Value) -> Value:
    """Natural logarithm, log2(x) ln(2): edges and error as log2's."""
    return log2(k, x) * LN_2


def log_positive(k: Kit, x: Value) -> Value:
    """Natural logarithm of a positive, normal x, log2_positive(x) ln(2). Error as log2's."""
    return log2_positive(k, x) * LN_2


def log_fast(k: Kit, x: Value) -> Value:
    """Natural logarithm, f32, error 1e-4 as log2's. Denormals count as 0: -inf; NaN below 0."""
    return log2_fast(k, x) * LN_2


def log10(k: Kit, x: Value) -> Value:
    """Logarithm to base 10, log2(x) log10(2): edges and error as log2's."""
    return log2(k, x) * LOG10_2


def log10_positive(k: Kit, x: Value) -> Value:
    """Logarithm to base 10 of a positive, normal x, log2_positive(x) log10(2). Error as log2's."""
    return log2_positive(k, x) * LOG10_2


def log10_fast(k: Kit, x: Value) -> Value:
    """Logarithm to base 10, f32, error 5e-5 as log2's. Denormals count as 0: -inf; NaN below 0."""
    return log2_fast(k, x) * LOG10_2


def split(k: Kit, x: Value, lifted: Value | None = None) -> tuple[Value, Value]:
    """x = 2^exponent (1 + f), 1 + f in [sqrt(1/2), sqrt(2)): (exponent, f), for a normal x.

    Where `lifted` holds, x had been multiplied by 2^LIFT, and the exponent makes up for it.
    """
    e = k.element(x)
    root, fraction = ROOT_HALF[e], (1 << MANTISSA[e]) - 1
    bits = k.bitcast(x, BITS[e])
    if e == "f32":  # a signed difference has the exponent without its bias
        start: Value = root
        if lifted is not None:
            start = k.select(lifted, k.constant(root + (LIFT[e] << MANTISSA[e]), "i32"), root)
        difference = k.convert(bits, "i32") - start
        exponent = k.convert(difference >> MANTISSA[e], "f32")
        low = k.convert(difference & fraction, "u32")
    else:
        sum_ = bits + (ONE[e] - root)
        bias: Value = float(BIAS[e])
        if lifted is not None:
            bias = k.select(lifted, k.constant(BIAS[e] + LIFT[e], e), bias)
        exponent = k.convert(k.convert(k.convert(sum_ >> MANTISSA[e], "u32"), "i32"), e) - bias
        low = sum_ & fraction
    return exponent, k.bitcast(low + root, e) - 1.0


def mantissa_log2(k: Kit, f: Value) -> Value:
    """log2(1 + f) for 1 + f in [sqrt(1/2), sqrt(2)); exactly 0 for 0."""
    s = f / (f + 2.0)
    return s * polynomial(k, s * s, table.LOG2[k.element(f)])


def _with_edges(k: Kit, x: Value, result: Value) -> Value:
    """The result where x is positive and finite; -inf at 0, NaN below and for NaN."""
    edge = k.select(x == 0, k.constant(-INFINITY, k.element(x)), NAN)
    return k.select(x > 0, k.select(x < INFINITY, result, x), edge)
