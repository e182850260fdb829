"""Filters made of a delay: comb and all-pass."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, clamp, delay, scope
from dspc.frontend.library import feedback as loop

STRONGEST = 0.9999
"""Of a feedback: it stays below 1."""


def _late(y: Signal, samples: Operand, longest: Operand, interpolation: str | None, otherwise: str) -> Signal:
    """What came `samples` before this one, of a loop's previous value."""
    at = as_signal(samples, "length of a delay")
    mode = interpolation or (None if at.element in ("i32", "u32") else otherwise)
    longest = longest if longest is None else as_signal(longest, "longest delay") - 1
    return delay(y, at - 1, max=longest, interpolation=mode)


@scope("comb")
def comb(
    x: Operand,
    samples: Operand,
    feedback: Operand = 0.5,
    feedforward: Operand = 0.0,
    max: Operand = None,
    interpolation: str | None = None,
) -> Signal:
    """A delay mixed to what goes in and to what comes out: (1 + feedforward z^-samples) / (1 - feedback z^-samples).

    Args:
        x: the signal.
        samples: the delay, 1 or more, with fractions.
        feedback: -0.9999 to 0.9999.
        feedforward: a factor.
        max: the longest delay, as in `dspc.delay`; needed where `samples` changes.
        interpolation: as in `dspc.delay`; "lagrange3" if not given, "none" for integers.
    Bounds: the formula within 1e-5 of its peak for whole delays; for others, too, below an eighth of the rate, within
        0.6 dB with a feedback of 0.9.
    Source: J. O. Smith, Physical Audio Signal Processing, Comb Filters.

    Example:
        def resonator(x, frequency=dspc.param(220.0, 20.0, 2000.0, unit="Hz", scale="log")):
            return 0.3 * comb(x, dspc.sample_rate / frequency, feedback=0.95, max=dspc.sample_rate / 20)

    Plot: response
    """
    x, amount = as_signal(x), clamp(feedback, -STRONGEST, STRONGEST)

    def ring(v: Signal) -> tuple[Signal, Signal]:
        late = _late(v, samples, max, interpolation, "lagrange3")
        now = x + amount * late
        return now, now + late * feedforward

    return loop(ring, (0.0,))[1]


@scope("allpass")
def allpass(
    x: Operand, samples: Operand, gain: Operand = 0.5, max: Operand = None, interpolation: str | None = None
) -> Signal:
    """Schroeder's all-pass: a train of echoes whose spectrum is flat, (z^-samples - gain) / (1 - gain z^-samples).

    Args:
        x: the signal.
        samples: the delay, 1 or more, with fractions from 1.5 on.
        gain: -0.9999 to 0.9999.
        max: the longest delay, as in `dspc.delay`; needed where `samples` changes.
        interpolation: as in `dspc.delay`; "thiran" if not given, which is an all-pass itself, "none" for integers.
            Where the length moves quickly, "linear" is smoother.
    Bounds: its level is flat within 0.001 dB, whatever the length.
    Source: M. R. Schroeder, Natural Sounding Artificial Reverberation, 1962.

    Example:
        def diffused(x):
            return allpass(allpass(x, 347, 0.7), 113, 0.7)

    Plot: waveform
    """
    x, amount = as_signal(x), clamp(gain, -STRONGEST, STRONGEST)

    def ring(v: Signal) -> tuple[Signal, Signal]:
        late = _late(v, samples, max, interpolation, "thiran")
        now = x + amount * late
        return now, late - amount * now

    return loop(ring, (0.0,))[1]
