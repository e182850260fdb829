"""Sections of second order, in the kinds of the Audio EQ Cookbook. Frequencies are in Hz, up to 0.49 of the rate.

Each has the cookbook's response, but not its direct form: the structure keeps its accuracy in f32 at low frequencies,
and its parameters may move at audio rate. `lowpass` is with the basic filters.
"""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, clamp, exp2, feedback, sample_rate, scope, sqrt
from dspc.stdlib.functions import warped
from dspc.stdlib.state_variable import FLAT, Section, damping, second_order

DB_TO_AMPLITUDE = 0.08304820237218406
"""log2(10) / 40: the cookbook's A is the square root of the gain."""


def _section(x: Operand, frequency: Operand, q: Operand) -> Section:
    return second_order(x, warped(frequency, sample_rate()), damping(q))


def _amplitude(gain_db: Operand) -> Signal:
    """The cookbook's A, of a gain kept within 120 dB."""
    return exp2(clamp(gain_db, -120.0, 120.0) * DB_TO_AMPLITUDE)


@scope("biquad")
def biquad(x: Operand, b0: Operand, b1: Operand, b2: Operand, a1: Operand, a2: Operand) -> Signal:
    """Second-order section in transposed direct form II, with a0 = 1.

    For coefficients from elsewhere: in f32 they are too coarse for low frequencies, where the filters by name are not.

    Args:
        x: the signal.
        b0, b1, b2: the numerator, of z^0, z^-1, z^-2.
        a1, a2: the denominator's, of z^-1 and z^-2.
    Source: J. O. Smith, Introduction to Digital Filters, Transposed Direct Forms.

    Example:
        def resonator(x):
            return biquad(x, 0.05, 0.0, -0.05, -1.88, 0.95)

    Plot: response
    """

    def loop(z1: Signal, z2: Signal) -> tuple[Signal, Signal, Signal]:
        y = b0 * x + z1
        return b1 * x - a1 * y + z2, b2 * x - a2 * y, y

    return feedback(loop, (0.0, 0.0))[2]


@scope("highpass")
def highpass(x: Operand, cutoff: Operand, q: Operand = FLAT) -> Signal:
    """State-variable high-pass of 12 dB an octave: the cookbook's HPF.

    Args:
        x: the signal.
        cutoff: Hz.
        q: 0.05 to 1000: 0.7071 is flat, higher is a peak at the cutoff, q times as high.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32
        at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def thin(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return highpass(x, cutoff)

    Plot: response
    """
    return _section(x, cutoff, q).high


@scope("bandpass")
def bandpass(x: Operand, frequency: Operand, q: Operand = 1.0) -> Signal:
    """Band-pass whose peak is 0 dB: the cookbook's BPF (constant peak gain).

    Args:
        x: the signal.
        frequency: Hz, the middle.
        q: 0.05 to 1000, the frequency over the width between the points that are 3 dB down.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32
        at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def narrow(x, q=dspc.param(5.0, 0.5, 50.0, scale="log")):
            return bandpass(x, 800.0, q)

    Plot: response
    """
    k = damping(q)
    return k * second_order(x, warped(frequency, sample_rate()), k).band


@scope("bandpass_skirt")
def bandpass_skirt(x: Operand, frequency: Operand, q: Operand = 1.0) -> Signal:
    """Band-pass whose peak is q, and its skirts stay where they are: the cookbook's BPF (constant skirt gain).

    Args:
        x: the signal.
        frequency: Hz, the middle.
        q: 0.05 to 1000, the frequency over the width between the points that are 3 dB down.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32
        at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def ringing(x, q=dspc.param(5.0, 0.5, 10.0, scale="log")):
            return bandpass_skirt(x, 800.0, q)

    Plot: response
    """
    return _section(x, frequency, q).band


@scope("notch")
def notch(x: Operand, frequency: Operand, q: Operand = 1.0) -> Signal:
    """Takes one frequency out: the cookbook's notch.

    Args:
        x: the signal.
        frequency: Hz, the middle.
        q: 0.05 to 1000, the frequency over the width between the points that are 3 dB down.
    Bounds: the cookbook's response within 1e-4 of full level at 44.1 to 192 kHz, frequencies up to 0.49 of the rate;
        f32 at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def without_hum(x, q=dspc.param(10.0, 0.5, 50.0, scale="log")):
            return notch(x, 50.0, q)

    Plot: response
    """
    x, k = as_signal(x), damping(q)
    return x - k * second_order(x, warped(frequency, sample_rate()), k).band


@scope("allpass2")
def allpass2(x: Operand, frequency: Operand, q: Operand = FLAT) -> Signal:
    """All-pass of order two, whose phase turns by 180 degrees at a frequency: the cookbook's APF.

    Args:
        x: the signal.
        frequency: Hz.
        q: 0.05 to 1000: the higher, the more suddenly the phase turns.
    Bounds: the cookbook's response within 1e-4 at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32 at 20 Hz and
        192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def phased(x):
            return 0.5 * (x + allpass2(x, 800.0 + 500.0 * sine(0.5)))

    Plot: response
    """
    x, k = as_signal(x), damping(q)
    return x - (2.0 * k) * second_order(x, warped(frequency, sample_rate()), k).band


@scope("peaking_eq")
def peaking_eq(x: Operand, frequency: Operand, gain_db: Operand, q: Operand = 1.0) -> Signal:
    """Boosts or cuts around a frequency: the cookbook's peaking EQ.

    Args:
        x: the signal.
        frequency: Hz, the middle.
        gain_db: decibels there, -120 to 120.
        q: 0.05 to 1000; the cookbook's, so that a boost and a cut by the same gain undo each other.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32
        at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def present(x, gain=dspc.param(6.0, -24.0, 24.0, unit="dB")):
            return peaking_eq(x, 3000.0, gain)

    Plot: response
    """
    x, amplitude = as_signal(x), _amplitude(gain_db)
    k = damping(q) / amplitude
    band = second_order(x, warped(frequency, sample_rate()), k).band
    return x + (k * (amplitude * amplitude - 1.0)) * band


@scope("low_shelf")
def low_shelf(x: Operand, frequency: Operand, gain_db: Operand, q: Operand = FLAT) -> Signal:
    """Boosts or cuts what lies below a frequency: the cookbook's low shelf.

    Args:
        x: the signal.
        frequency: Hz, where half of the decibels are reached.
        gain_db: decibels below it, -120 to 120.
        q: 0.05 to 1000: 0.7071 is as steep as it gets without a bump.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32
        at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def warm(x, gain=dspc.param(6.0, -24.0, 24.0, unit="dB")):
            return low_shelf(x, 200.0, gain)

    Plot: response
    """
    x, k, amplitude = as_signal(x), damping(q), _amplitude(gain_db)
    _, band, low = second_order(x, warped(frequency, sample_rate()) / sqrt(amplitude), k)
    return x + (k * (amplitude - 1.0)) * band + (amplitude * amplitude - 1.0) * low


@scope("high_shelf")
def high_shelf(x: Operand, frequency: Operand, gain_db: Operand, q: Operand = FLAT) -> Signal:
    """Boosts or cuts what lies above a frequency: the cookbook's high shelf.

    Args:
        x: the signal.
        frequency: Hz, where half of the decibels are reached.
        gain_db: decibels above it, -120 to 120.
        q: 0.05 to 1000: 0.7071 is as steep as it gets without a bump.
    Bounds: the cookbook's response within 1e-4 of its peak at 44.1 to 192 kHz, frequencies up to 0.49 of the rate; f32
        at 20 Hz and 192 kHz within -75 dB of f64.
    Source: R. Bristow-Johnson, Audio EQ Cookbook; V. Zavalishin, The Art of VA Filter Design, ch. 4.

    Example:
        def airy(x, gain=dspc.param(6.0, -24.0, 24.0, unit="dB")):
            return high_shelf(x, 6000.0, gain)

    Plot: response
    """
    x, k, amplitude = as_signal(x), damping(q), _amplitude(gain_db)
    high, band, _ = second_order(x, warped(frequency, sample_rate()) * sqrt(amplitude), k)
    return x + (k * (amplitude - 1.0)) * band + (amplitude * amplitude - 1.0) * high
