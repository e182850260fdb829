"""Basic filters. Cutoffs are in Hz, may change at every sample, and are kept between 0 and 0.49 of the rate."""

from __future__ import annotations

from typing import NamedTuple

from dspc.frontend.library import Operand, Signal, as_signal, clamp, exp2, feedback, sample_rate, scope
from dspc.stdlib.functions import one_of, warped
from dspc.stdlib.state_variable import FLAT, damping, first_order, second_order

GENTLE, SHARP = 0.5411961001461970, 1.3065629648763766
"""The qualities of the two sections of a Butterworth low-pass of order four."""
PEAK = 6.643856189774724
"""log2(100): full resonance is a hundred times the quality."""


@scope("one_pole")
def one_pole(x: Operand, cutoff: Operand, kind: str = "low") -> Signal:
    """Low-pass or high-pass of 6 dB an octave: a TPT integrator in a loop.

    Args:
        x: the signal.
        cutoff: Hz, where it is 3 dB down.
        kind: "low" or "high".
    Bounds: the analog response under the bilinear transform within 1e-4 of full level at 44.1 to 192 kHz, cutoffs up to
        0.49 of the rate; f32 at 20 Hz and 192 kHz within -75 dB of f64.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 3.10.

    Example:
        def dark(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return one_pole(x, cutoff)

    Plot: response
    """
    one_of("one_pole", "kind", kind, ("low", "high"))
    low, high = first_order(as_signal(x), warped(cutoff, sample_rate()))
    return low if kind == "low" else high


@scope("dc_block")
def dc_block(x: Operand, cutoff: Operand = 10.0) -> Signal:
    """High-pass of 6 dB an octave for what does not move: an offset dies away, and leaves nothing.

    Its only state is its output, so in f32 no rest of the offset stays behind, as it does where a low-pass is
    subtracted.

    Args:
        x: the signal.
        cutoff: Hz, where it is 3 dB down.
    Bounds: an offset falls under -120 dB, at 44.1 to 192 kHz and 5 Hz.
    Source: J. O. Smith, Introduction to Digital Filters, DC Blocker; the pole is that of the bilinear transform.

    Example:
        def centred(x):
            return dc_block(0.3 + 0.5 * x)

    Plot: response
    """
    g = warped(cutoff, sample_rate())
    part = 1.0 / (1.0 + g)
    pole = (1.0 - g) * part

    def loop(before: Signal, y: Signal) -> tuple[Signal, Signal]:
        return x, (x - before) * part + y * pole

    return feedback(loop, (0.0, 0.0))[1]


@scope("lowpass")
def lowpass(x: Operand, cutoff: Operand, q: Operand = FLAT) -> Signal:
    """State-variable low-pass of 12 dB an octave: the Audio EQ Cookbook's LPF.

    Args:
        x: the signal.
        cutoff: Hz.
        q: the resonance, 0.05 to 1000: 0.7071 is flat, higher is a peak at the cutoff, q times as high.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, cutoffs up to 0.49 of the rate;
        f32 at 20 Hz and 192 kHz within -75 dB of f64 for q up to 50.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 4; R. Bristow-Johnson, Audio EQ Cookbook.

    Example:
        def dark(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return lowpass(x, cutoff, q=4.0)

    Plot: response
    """
    return second_order(x, warped(cutoff, sample_rate()), damping(q)).low


@scope("lowpass24")
def lowpass24(x: Operand, cutoff: Operand, resonance: Operand = 0.0) -> Signal:
    """Low-pass of 24 dB an octave, without a peak a Butterworth's: two state-variable filters in series.

    Args:
        x: the signal.
        cutoff: Hz, where it is 3 dB down.
        resonance: 0 to 1, which raises the level at the cutoff by 0 to 40 dB.
    Bounds: the level at the cutoff within 0.01 dB; f32 at 20 Hz and 192 kHz within -80 dB of f64.
    Source: the sections' qualities are those of S. Butterworth's poles, 1 / (2 cos(pi / 8)) and 1 / (2 cos(3 pi / 8)).

    Example:
        def dark(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return lowpass24(x, cutoff, resonance=0.3)

    Plot: response
    """
    return lowpass(lowpass(x, cutoff, GENTLE), cutoff, SHARP * exp2(PEAK * clamp(resonance, 0.0, 1.0)))


class SVF(NamedTuple):
    """The outputs of `svf`, with the damping k = 1 / q and s in units of the cutoff."""

    low: Signal
    """1 / (s^2 + k s + 1)."""
    high: Signal
    """s^2 / (s^2 + k s + 1)."""
    band: Signal
    """s / (s^2 + k s + 1): q times as high at the cutoff."""
    notch: Signal
    """low + high."""
    peak: Signal
    """low - high."""
    all: Signal
    """low + high - k band."""


@scope("svf")
def svf(x: Operand, cutoff: Operand, q: Operand = FLAT) -> SVF:
    """State-variable filter with all its outputs; those that nobody uses cost nothing.

    Args:
        x: the signal.
        cutoff: Hz.
        q: the resonance, 0.05 to 1000.
    Returns: low, high, band (constant skirts, its peak is q), notch, peak (low - high) and all (an all-pass).
    Bounds: every output's analog response under the bilinear transform within 1e-4 of its peak at 44.1 to 192 kHz,
        cutoffs up to 0.49 of the rate; f32 at 20 Hz and 192 kHz within -75 dB of f64; cutoff
        and q may jump at every sample: the states' energy never grows by itself.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def wah(x):
            return svf(x, 900.0 + 700.0 * sine(1.5), q=5.0).band

    Plot: response
    """
    x, k = as_signal(x), damping(q)
    high, band, low = second_order(x, warped(cutoff, sample_rate()), k)
    damped = k * band
    notch = x - damped
    return SVF(low, high, band, notch, low - high, notch - damped)
