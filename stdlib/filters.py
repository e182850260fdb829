"""Filters. Cutoffs are in Hz, may change at every sample, and are kept between 0 and 0.49 of the rate."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, clamp, feedback, sample_rate, scope, tanh
from dspc.stdlib.functions import warped


@scope("one_pole")
def one_pole(x: Operand, cutoff: Operand) -> Signal:
    """Low-pass of 6 dB an octave: a TPT integrator in a loop.

    Args: x; cutoff in Hz, where it is 3 dB down.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 3.10.
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

    Args: x; cutoff in Hz; q, the resonance: 0.7071 is flat, higher is a peak at the cutoff.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 4; the solved form is A. Simper's.
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


@scope("ladder")
def ladder(x: Operand, cutoff: Operand, resonance: Operand = 0.0) -> Signal:
    """Moog ladder, 24 dB an octave: four one-poles in a loop that saturates.

    Args: x; cutoff in Hz; resonance 0 to 1 (it sings from about 1 on).
    The loop is solved without a sample of delay, the saturation stands in front of the four stages.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 5 and 6.
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

    Source: J. O. Smith, Introduction to Digital Filters, Transposed Direct Forms.
    """

    def loop(z1: Signal, z2: Signal) -> tuple[Signal, Signal, Signal]:
        y = b0 * x + z1
        return b1 * x - a1 * y + z2, b2 * x - a2 * y, y

    return feedback(loop, (0.0, 0.0))[2]
