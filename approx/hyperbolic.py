"""Hyperbolic functions. In f32 tanh is one rational function with its argument clamped."""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import Coefficients, flip_sign, odd_quotient, polynomial
from dspc.approx.exponential import exp, exp_half
from dspc.dialects.kit import Kit, Value


def tanh(k: Kit, x: Value) -> Value:
    """Hyperbolic tangent. tanh(±0) = ±0; never beyond ±1, and exactly ±1 for |x| >= 7.82 (f32), 20 (f64).

    Absolute error 6e-7 (f32), 1e-15 (f64). Method: x p(x²) / q(x²), minimax, clamped where it reaches 1
    (f32); 1 - 2 / (e^2|x| + 1) (f64).
    """
    if k.element(x) == "f32":
        return _clamped(k, x, table.TANH["f32"], table.TANH_BELOW["f32"], table.TANH_END)
    size = k.min(k.abs(x), 20.0)
    return flip_sign(k, 1.0 - 2.0 / (exp(k, size + size) + 1.0), x)


def tanh_good(k: Kit, x: Value) -> Value:
    """Hyperbolic tangent, f32, absolute error 1.5e-5, never beyond ±1."""
    return _clamped(k, x, table.TANH_GOOD["f32"], table.TANH_GOOD_BELOW["f32"], table.TANH_GOOD_END)


def tanh_fast(k: Kit, x: Value) -> Value:
    """Hyperbolic tangent, f32, absolute error 9e-5, never beyond ±1."""
    return _clamped(k, x, table.TANH_FAST["f32"], table.TANH_FAST_BELOW["f32"], table.TANH_FAST_END)


def tanh_draft(k: Kit, x: Value) -> Value:
    """Hyperbolic tangent, f32, absolute error 8e-4, never beyond ±1."""
    return _clamped(k, x, table.TANH_DRAFT["f32"], table.TANH_DRAFT_BELOW["f32"], table.TANH_DRAFT_END)


def tanh_rough(k: Kit, x: Value) -> Value:
    """Hyperbolic tangent, f32, absolute error 4e-3, never beyond ±1."""
    return _clamped(k, x, table.TANH_ROUGH["f32"], table.TANH_ROUGH_BELOW["f32"], table.TANH_ROUGH_END)


def sinh(k: Kit, x: Value) -> Value:
    """Hyperbolic sine. sinh(±0) = ±0; infinite where the true value overflows.

    Relative error 6e-7 (f32), 1.5e-15 (f64). Method: an odd polynomial up to 1; above, h - 1 / (4 h) with
    h = e^|x| / 2.
    """
    size = k.abs(x)
    half = exp_half(k, size)
    large = flip_sign(k, half - 0.25 / half, x)
    return k.select(size < 1.0, x * polynomial(k, x * x, table.SINH[k.element(x)]), large)


def cosh(k: Kit, x: Value) -> Value:
    """Hyperbolic cosine; infinite where the true value overflows.

    Relative error 4e-7 (f32), 1e-15 (f64). Method: h + 1 / (4 h) with h = e^|x| / 2.
    """
    half = exp_half(k, k.abs(x))
    return half + 0.25 / half


def _clamped(k: Kit, x: Value, above: Coefficients, below: Coefficients, end: float) -> Value:
    return odd_quotient(k, k.clamp(x, -end, end), above, below)
