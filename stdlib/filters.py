"""Filters. Cutoffs are in Hz, may change at every sample, and are kept between 0 and 0.49 of the rate."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, clamp, exp2, feedback, sample_rate, scope, tanh
from dspc.stdlib.functions import warped

GENTLE, SHARP = 0.5411961001461970, 1.3065629648763766
"""The qualities of the two sections of a Butterworth low-pass of order four."""
PEAK = 6.643856189774724
"""log2(100): full resonance is a hundred times the quality."""


@scope("one_pole")
def one_pole(x: Operand, cutoff: Operand) -> Signal:
    """Low-pass of 6 dB an octave: a TPT integrator in a loop.

    Args:
        x: the signal.
        cutoff: Hz, where it is 3 dB down.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 3.10.

    Example:
        def dark(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return one_pole(x, cutoff)

    Plot: response
    """
    g = warped(cutoff, sample_rate())
    gain = g / (1.0 + g)

    def loop(state: Signal) -> tuple[Signal, Signal]:
        v = (x - state) * gain
        y = v + state
        return y + v, y

    return feedback(loop, (0.0,))[1]


@scope("lowpass")
def lowpass(x: Operand, cutoff: Operand, q: Operand = 0.7071) -> Signal:
    """State-variable low-pass of 12 dB an octave.

    Args:
        x: the signal.
        cutoff: Hz.
        q: the resonance: 0.7071 is flat, higher is a peak at the cutoff.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 4; the solved form is A. Simper's.

    Example:
        def dark(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return lowpass(x, cutoff, q=4.0)

    Plot: response
    """
    g = warped(cutoff, sample_rate())
    k = 1.0 / clamp(q, 0.05, 1000.0)
    a1 = 1.0 / (1.0 + g * (g + k))
    a2 = g * a1
    a3 = g * a2

    def loop(s1: Signal, s2: Signal) -> tuple[Signal, Signal, Signal]:
        v3 = x - s2
        v1 = a1 * s1 + a2 * v3
        v2 = s2 + a2 * s1 + a3 * v3
        return 2.0 * v1 - s1, 2.0 * v2 - s2, v2

    return feedback(loop, (0.0, 0.0))[2]


@scope("lowpass24")
def lowpass24(x: Operand, cutoff: Operand, resonance: Operand = 0.0) -> Signal:
    """Low-pass of 24 dB an octave, without a peak a Butterworth's: two state-variable filters in series.

    Args:
        x: the signal.
        cutoff: Hz, where it is 3 dB down.
        resonance: 0 to 1, which raises the level at the cutoff by 0 to 40 dB.
    Source: the sections' qualities are those of S. Butterworth's poles, 1 / (2 cos(pi / 8)) and 1 / (2 cos(3 pi / 8)).

    Example:
        def dark(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return lowpass24(x, cutoff, resonance=0.3)

    Plot: response
    """
    return lowpass(lowpass(x, cutoff, GENTLE), cutoff, SHARP * exp2(PEAK * clamp(resonance, 0.0, 1.0)))


@scope("ladder")
def ladder(x: Operand, cutoff: Operand, resonance: Operand = 0.0) -> Signal:
    """Moog ladder, 24 dB an octave: four one-poles in a loop that saturates.

    The loop is solved without a sample of delay, the saturation stands in front of the four stages.

    Args:
        x: the signal.
        cutoff: Hz.
        resonance: 0 to 1; it sings from about 1 on.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 5 and 6.

    Example:
        def moog(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return ladder(x, cutoff, resonance=0.7)

    Plot: response
    """
    g = warped(cutoff, sample_rate())
    part = 1.0 / (1.0 + g)
    gain = g * part
    gain2 = gain * gain
    gain4 = gain2 * gain2
    k = 4.0 * clamp(resonance, 0.0, 1.2)
    solve = 1.0 / (1.0 + k * gain4)

    def loop(s1: Signal, s2: Signal, s3: Signal, s4: Signal) -> tuple[Signal, ...]:
        past = part * (gain * gain2 * s1 + gain2 * s2 + gain * s3 + s4)
        y4 = (gain4 * x + past) * solve
        u = tanh(x - k * y4)
        states: list[Signal] = []
        for s in (s1, s2, s3, s4):
            v = (u - s) * gain
            u = v + s
            states.append(u + v)
        return (*states, u)

    return feedback(loop, (0.0, 0.0, 0.0, 0.0))[4]


@scope("biquad")
def biquad(x: Operand, b0: Operand, b1: Operand, b2: Operand, a1: Operand, a2: Operand) -> Signal:
    """Second-order section in transposed direct form II, with a0 = 1.

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
