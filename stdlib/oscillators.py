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

    Args: frequency in Hz; phase, where it starts, in turns.
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

    Args: frequency in Hz; phase, where it starts, in turns.
    Source: V. Välimäki, A. Huovilainen, Antialiasing Oscillators in Subtractive Synthesis, 2007.
    """
    ramp = phasor(frequency, phase=phase)
    return 2.0 * ramp - 1.0 + _rounded_edge(ramp, 1.0 / _step(frequency))


@scope("pulse")
def pulse(frequency: Operand, width: Operand = 0.5, phase: float = 0.0) -> Signal:
    """Rectangle that is 1 for `width` of each period and -1 for the rest, both steps rounded (polyBLEP).

    Args: frequency in Hz; width in (0, 1); phase, where it starts, in turns.
    Source: V. Välimäki, A. Huovilainen, Antialiasing Oscillators in Subtractive Synthesis, 2007.
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
    """Square wave, in [-1, 1]: a pulse of width 0.5."""
    return _pulse(frequency, 0.5, phase)
