"""Oscillators. Frequencies are in Hz and may change at every sample; all start at phase 0."""

from __future__ import annotations

from dspc.frontend.library import (
    Operand,
    Signal,
    abs,
    as_signal,
    clamp,
    floor,
    max,
    phasor,
    sample_rate,
    scope,
    select,
)
from dspc.stdlib.functions import sine_of_phase

SLOWEST = 1e-7
"""Cycles a sample below which a step is corrected as if it were this: 1/step stays finite."""


@scope("sine")
def sine(frequency: Operand, phase: float = 0.0) -> Signal:
    """Sine, in [-1, 1].

    Args:
        frequency: Hz.
        phase: where it starts, in turns.

    Example:
        def tone(frequency=dspc.param(440.0, 20.0, 10_000.0, unit="Hz", scale="log")):
            return 0.5 * sine(frequency)

    Plot: waveform
    """
    return sine_of_phase(phasor(frequency, phase=phase))


def _step(frequency: Operand) -> Signal:
    """Cycles a sample, without sign, never 0."""
    return max(abs(as_signal(frequency, "frequency") * (1.0 / sample_rate())), SLOWEST)


def _rounded_edge(phase: Signal, per_step: Signal) -> Signal:
    """What makes a falling step at phase 0 band-limited: a parabola over one sample on either side."""
    after = max(1.0 - phase * per_step, 0.0)
    before = max(phase * per_step - (per_step - 1.0), 0.0)
    return after * after - before * before


@scope("saw")
def saw(frequency: Operand, phase: float = 0.0) -> Signal:
    """Rising sawtooth, in [-1, 1], its step rounded by a polynomial (polyBLEP).

    Args:
        frequency: Hz.
        phase: where it starts, in turns.
    Source: V. Välimäki, A. Huovilainen, Antialiasing Oscillators in Subtractive Synthesis, 2007.

    Example:
        def tone(frequency=dspc.param(220.0, 20.0, 5000.0, unit="Hz", scale="log")):
            return 0.5 * saw(frequency)

    Plot: spectrum
    """
    ramp = phasor(frequency, phase=phase)
    return 2.0 * ramp - 1.0 + _rounded_edge(ramp, 1.0 / _step(frequency))


@scope("pulse")
def pulse(frequency: Operand, width: Operand = 0.5, phase: float = 0.0) -> Signal:
    """Rectangle that is 1 for a part of each period and -1 for the rest, both steps rounded (polyBLEP).

    Args:
        frequency: Hz.
        width: how much of a period it is 1, 0.01 to 0.99; what is beyond is clamped.
        phase: where it starts, in turns.
    Source: V. Välimäki, A. Huovilainen, Antialiasing Oscillators in Subtractive Synthesis, 2007.

    Example:
        def swept(rate=dspc.param(0.5, 0.05, 5.0, unit="Hz", scale="log")):
            return 0.5 * pulse(110.0, 0.5 + 0.4 * sine(rate))

    Plot: spectrum
    """
    return _pulse(frequency, width, phase)


def _pulse(frequency: Operand, width: Operand, phase: float) -> Signal:
    ramp = phasor(frequency, phase=phase)
    per_step = 1.0 / _step(frequency)
    edge = clamp(width, 0.01, 0.99)
    shifted = ramp - edge
    shifted = shifted - floor(shifted)
    plain = select(ramp < edge, 1.0, -1.0)
    return plain - _rounded_edge(ramp, per_step) + _rounded_edge(shifted, per_step)


@scope("square")
def square(frequency: Operand, phase: float = 0.0) -> Signal:
    """Square wave, in [-1, 1]: a pulse of width 0.5.

    Args:
        frequency: Hz.
        phase: where it starts, in turns.
    Source: V. Välimäki, A. Huovilainen, Antialiasing Oscillators in Subtractive Synthesis, 2007.

    Example:
        def tone(frequency=dspc.param(220.0, 20.0, 5000.0, unit="Hz", scale="log")):
            return 0.5 * square(frequency)

    Plot: spectrum
    """
    return _pulse(frequency, 0.5, phase)
