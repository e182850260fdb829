"""Sine, cosine and tangent of turns: sin_turns(p) = sin(2 pi p), what oscillators and filters call.

No constant rounds off here: a quarter turn is 0.25 exactly, so zeros and poles are exact and nothing
needs reduction as long as the phase is in one turn.
"""

from __future__ import annotations

from dspc.approx import coefficients as table
from dspc.approx.bits import Coefficients, monic, polynomial
from dspc.approx.trig import half_wave, quarter_wave
from dspc.dialects.kit import Kit, Value

HALF_PI = 1.5707963267948966


def sin_turns(k: Kit, p: Value) -> Value:
    """sin(2 pi p) for a bipolar phase, p in [-0.5, 0.5]. Exactly 0 at 0 and ±0.5.

    Absolute error 3e-7 (f32), 1e-15 (f64). Method: half_wave.
    """
    return half_wave(k, p, 0.5, table.SIN_TURNS[k.element(p)])


def sin_turns_fast(k: Kit, p: Value) -> Value:
    """sin_turns, f32, absolute error 1e-5."""
    return half_wave(k, p, 0.5, table.SIN_TURNS_FAST["f32"])


def sin_turns_draft(k: Kit, p: Value) -> Value:
    """sin_turns, f32, absolute error 8e-4."""
    return half_wave(k, p, 0.5, table.SIN_TURNS_DRAFT["f32"])


def sin_turns_unipolar(k: Kit, p: Value) -> Value:
    """sin(2 pi p) for p in [0, 1], error as sin_turns'. Exactly 0 at 0, 0.5 and 1.

    sin(2 pi p) = sin(2 pi (0.5 - p)); the difference is exact for a phase that is a multiple of 2^-24.
    """
    return sin_turns(k, 0.5 - p)


def sin_turns_wrapped(k: Kit, p: Value) -> Value:
    """sin(2 pi p) for any finite p: its fraction is exact. Error as sin_turns'."""
    return sin_turns(k, p - k.round(p))


def sin_turns_wrapped_fast(k: Kit, p: Value) -> Value:
    """sin(2 pi p) for any finite p, f32, absolute error 1e-5."""
    return sin_turns_fast(k, p - k.round(p))


def cos_turns(k: Kit, p: Value) -> Value:
    """cos(2 pi p) for a bipolar phase, p in [-0.5, 0.5]. Exactly 0 at ±0.25.

    Absolute error 2.5e-7 (f32), 1e-15 (f64). Method: sin(2 pi (0.25 - |p|)), an odd polynomial.
    """
    return quarter_wave(k, 0.25 - k.abs(p), table.QUARTER_TURNS[k.element(p)])


def cos_turns_good(k: Kit, p: Value) -> Value:
    """cos_turns, f32, absolute error 1e-6: one degree less."""
    return quarter_wave(k, 0.25 - k.abs(p), table.QUARTER_TURNS_GOOD["f32"])


def cos_turns_fast(k: Kit, p: Value) -> Value:
    """cos_turns, f32, absolute error 8e-5."""
    return quarter_wave(k, 0.25 - k.abs(p), table.QUARTER_TURNS_FAST["f32"])


def cos_turns_unipolar(k: Kit, p: Value) -> Value:
    """cos(2 pi p) for p in [0, 1], error as cos_turns'."""
    return quarter_wave(k, k.abs(p - 0.5) - 0.25, table.QUARTER_TURNS[k.element(p)])


def cos_turns_wrapped(k: Kit, p: Value) -> Value:
    """cos(2 pi p) for any finite p: its fraction is exact. Error as cos_turns'."""
    return cos_turns(k, p - k.round(p))


def cos_turns_wrapped_fast(k: Kit, p: Value) -> Value:
    """cos(2 pi p) for any finite p, f32, absolute error 8e-5."""
    return cos_turns_fast(k, p - k.round(p))


def tan_turns(k: Kit, p: Value) -> Value:
    """tan(2 pi p) for |p| < 0.25, up to the pole, one division: a filter's g is tan_turns(fc / (2 fs)).

    Relative error 5e-7 (f32), 1e-14 (f64). Method: x p(x²) / q(x²) with the pole taken out of q.
    """
    e = k.element(p)
    pole = (0.25 - p) * (0.25 + p)
    return _over_pole(k, p, pole, table.TAN_TURNS[e], table.TAN_TURNS_BELOW[e])


def tan_turns_fast(k: Kit, p: Value) -> Value:
    """tan_turns, f32, |p| < 0.25, relative error 1.5e-4 (5e-5 for |p| <= 0.249)."""
    z = p * p
    return p * polynomial(k, z, table.TAN_TURNS_FAST["f32"]) / (0.0625 - z)


def tan_turns_draft(k: Kit, p: Value) -> Value:
    """tan_turns, f32, |p| < 0.25, relative error 2e-3."""
    z = p * p
    return p * polynomial(k, z, table.TAN_TURNS_DRAFT["f32"]) / (0.0625 - z)


def tan_turns_wrapped(k: Kit, p: Value) -> Value:
    """tan(2 pi p), |p| up to half the largest float: half turns are taken off, which is exact. Infinite at poles.

    Error, absolute up to a result of 1 and relative above: as tan_turns', where |tan| <= 100.
    """
    return tan_turns(k, p - k.round(p * 2.0) * 0.5)


def tan_turns_wrapped_fast(k: Kit, p: Value) -> Value:
    """tan(2 pi p), f32, |p| < 2^126, error 1.5e-4 as tan_turns_wrapped's."""
    return tan_turns_fast(k, p - k.round(p * 2.0) * 0.5)


def tan_to_pole(k: Kit, x: Value) -> Value:
    """tan(x) for x in [0, 1.57], one division and no reduction; tan_turns is cheaper by an operation.

    Relative error 1e-6 (f32), 1e-14 (f64). Method: tan_turns', with pi/2 in two parts.
    """
    e = k.element(x)
    high, low = table.QUARTER_TURN_PARTS[e]
    pole = ((high - x) + low) * (high + x)
    return _over_pole(k, x, pole, table.TAN_TO_POLE[e], table.TAN_TO_POLE_BELOW[e])


def tan_to_pole_fast(k: Kit, x: Value) -> Value:
    """tan(x), f32, |x| <= 1.55, relative error 6e-5."""
    z = x * x
    return x * polynomial(k, z, table.TAN_TO_POLE_FAST["f32"]) / (HALF_PI * HALF_PI - z)


def tan_to_pole_draft(k: Kit, x: Value) -> Value:
    """tan(x), f32, |x| <= 1.55, relative error 2e-3."""
    z = x * x
    return x * polynomial(k, z, table.TAN_TO_POLE_DRAFT["f32"]) / (HALF_PI * HALF_PI - z)


def _over_pole(k: Kit, x: Value, pole: Value, above: Coefficients, below: Coefficients) -> Value:
    z = x * x
    return x * polynomial(k, z, above) / (pole * monic(k, z, below))
