"""Slow oscillators, which move other things."""

from __future__ import annotations

from dspc.frontend.library import (
    Operand,
    Signal,
    abs,
    f32,
    feedback,
    floor,
    noise,
    phasor,
    scope,
    select,
    transport,
)
from dspc.stdlib.functions import chosen, on_or_off, sine_of_phase


@scope("lfo")
def lfo(
    frequency: Operand = 1.0,
    shape: object = "sine",
    phase: float = 0.0,
    unipolar: bool = False,
    reset: Operand = False,
    sync: Operand | None = None,
) -> Signal:
    """Low-frequency oscillator, in [-1, 1], or in [0, 1] if it is unipolar.

    Its steps are not band-limited: what they move should be smoothed, or be something that may jump. "steps" holds a
    random value for each period, "drift" goes from one to the next without a corner, in the middle of the period
    fastest. Each lane and each voice has random values of its own.

    Args:
        frequency: Hz.
        shape: "sine", "triangle" (rising from 0 as a sine does), "saw" (rising), "square" (first 1), "steps",
            "drift", or a choice of some of them.
        phase: where in the period it starts, in turns.
        unipolar: whether it goes from 0 to 1, known when the program is built.
        reset: a bool; the period starts anew where it is true.
        sync: quarter notes of a period, instead of the frequency: it follows the song's tempo and, while that plays,
            its position.

    Example:
        def vibrato(rate=dspc.param(5.0, 0.1, 10.0, unit="Hz"), shape=dspc.choice("sine", "triangle", "drift")):
            return 0.3 * saw(220.0 * cents(30.0 * lfo(rate, shape)))

    Plot: waveform
    """
    ramp = _ramp(frequency, phase, reset) if sync is None else _song_ramp(sync, phase, reset)
    wave = chosen(shape, {
        "sine": lambda: sine_of_phase(ramp),
        "triangle": lambda: _triangle(ramp),
        "saw": lambda: 2.0 * ramp - 1.0,
        "square": lambda: select(ramp < 0.5, 1.0, -1.0),
        "steps": lambda: _random(ramp, reset)[1],
        "drift": lambda: _drift(ramp, reset),
    })  # fmt: skip
    return 0.5 + 0.5 * wave if on_or_off("unipolar", unipolar) else wave


def _ramp(frequency: Operand, phase: float, reset: Operand) -> Signal:
    return phasor(frequency, phase=phase, reset=reset)


def _song_ramp(sync: Operand, phase: float, reset: Operand) -> Signal:
    """The phase at the song's position; while that stands still, one that goes on at its tempo."""
    free = phasor(transport.tempo / (60.0 * sync), phase=phase, reset=reset)
    periods = transport.position / sync + phase
    return select(transport.playing, f32(periods - floor(periods)), free)


def _triangle(ramp: Signal) -> Signal:
    quarter = ramp + 0.75
    return 4.0 * abs(quarter - floor(quarter) - 0.5) - 1.0


def _random(ramp: Signal, reset: Operand) -> tuple[Signal, Signal]:
    """The random values of the period before and of this one."""
    drawn = noise()

    def loop(before: Signal, now: Signal, last: Signal) -> tuple[Signal, Signal, Signal]:
        new = (abs(ramp - last) > 0.5) | reset
        return select(new, now, before), select(new, drawn, now), ramp

    # before the first sample the phase was somewhere else: the first period draws its value, too
    before, now, _ = feedback(loop, (0.0, 0.0, -1.0))
    return before, now


def _drift(ramp: Signal, reset: Operand) -> Signal:
    before, now = _random(ramp, reset)
    return before + (now - before) * (ramp * ramp * (3.0 - 2.0 * ramp))
