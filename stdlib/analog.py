"""Filters of analog synthesisers, with their saturation. Cutoffs are in Hz, up to 0.49 of the rate."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, clamp, feedback, sample_rate, scope, tanh
from dspc.stdlib.functions import warped


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
