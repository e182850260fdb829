"""Oscillators. Frequencies are in Hz and may change at every sample; all start at phase 0, and again at a reset."""

from __future__ import annotations

import math

from dspc.frontend.library import (
    Operand,
    Signal,
    abs,
    as_signal,
    bank,
    clamp,
    exp2,
    floor,
    lanes,
    phasor,
    scope,
    select,
    sin_turns,
    sqrt,
    unscoped,
)
from dspc.frontend.library import feedback as feedback_loop
from dspc.frontend.literals import is_number
from dspc.stdlib.functions import chosen, number_within, sine_of_phase
from dspc.stdlib.steps import bend, fallen, step_of, synced_saw
from dspc.stdlib.tuning import cents


@scope("sine")
def sine(frequency: Operand, phase: float = 0.0, reset: Operand = False) -> Signal:
    """Sine, in [-1, 1].

    Args:
        frequency: Hz.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true.
    Bounds: harmonics and noise are below -120 dB.

    Example:
        def tone(frequency=dspc.param(440.0, 20.0, 10_000.0, unit="Hz", scale="log")):
            return 0.5 * sine(frequency)

    Plot: waveform
    """
    return sine_of_phase(phasor(frequency, phase=phase, reset=reset))


# --- waveforms --------------------------------------------------------------------------------------


@scope("saw")
def saw(frequency: Operand, phase: float = 0.0, reset: Operand = False, sync: Operand | None = None) -> Signal:
    """Rising sawtooth, in [-1, 1], its step band-limited by a polynomial (polyBLEP of four points).

    Args:
        frequency: Hz.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true, without being band-limited there.
        sync: Hz of an oscillator that this one starts anew with, in each of its periods: band-limited hard sync.
    Bounds: aliases at 1, 5 and 10 kHz, relative to the fundamental, A-weighted: -53, -43, -41 dB at 44.1 kHz, -54,
        -41, -38 dB at 48 kHz, -71, -59, -49 dB at 96 kHz; at frequencies below the fundamental, not weighted: -140,
        -97, -66 dB. Harmonics are damped by sinc(f / rate)^4, at 48 kHz 2.5 dB at 10 kHz. With
        `sync` at 1 kHz, aliases below that are under -120 dB.
    Source: V. Välimäki, J. Pekonen, J. Nam, Perceptually informed synthesis of bandlimited classical waveforms using
        integrated polynomial interpolation, J. Acoust. Soc. Am. 131, 2012.

    Example:
        def tone(frequency=dspc.param(220.0, 20.0, 5000.0, unit="Hz", scale="log")):
            return 0.5 * saw(frequency)

    Plot: spectrum
    """
    if sync is not None:
        return synced_saw(phasor(sync, reset=reset), step_of(sync), step_of(frequency), phase % 1.0)
    return _saw(phasor(frequency, phase=phase, reset=reset), 1.0 / step_of(frequency))


def _saw(ramp: Signal, per_step: Signal) -> Signal:
    return 2.0 * ramp - 1.0 + fallen(ramp, per_step)


@scope("pulse")
def pulse(
    frequency: Operand,
    width: Operand = 0.5,
    phase: float = 0.0,
    reset: Operand = False,
    sync: Operand | None = None,
) -> Signal:
    """Rectangle that is 1 for a part of each period and -1 for the rest, its steps band-limited as those of `saw`.

    Args:
        frequency: Hz.
        width: how much of a period it is 1, 0.01 to 0.99; what is beyond is clamped.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true, without being band-limited there.
        sync: Hz of an oscillator that this one starts anew with, in each of its periods: band-limited hard sync.
    Bounds: aliases at 1, 5 and 10 kHz, relative to the fundamental, A-weighted: -46, -32, -33 dB at 44.1 kHz, -45,
        -31, -30 dB at 48 kHz, -66, -60, -39 dB at 96 kHz; at frequencies below the fundamental, not weighted: -136,
        -91, -57 dB. Of a width of 0.1; wider ones have less. Harmonics are damped by sinc(f / rate)^4, at 48 kHz 2.5
        dB at 10 kHz.
    Source: V. Välimäki, J. Pekonen, J. Nam, Perceptually informed synthesis of bandlimited classical waveforms using
        integrated polynomial interpolation, J. Acoust. Soc. Am. 131, 2012.

    Example:
        def swept(rate=dspc.param(0.5, 0.05, 5.0, unit="Hz", scale="log")):
            return 0.5 * pulse(110.0, 0.5 + 0.4 * sine(rate))

    Plot: spectrum
    """
    edge = clamp(width, 0.01, 0.99)
    if sync is not None:
        return _synced_pulse(frequency, edge, phase % 1.0, reset, sync)
    ramp = phasor(frequency, phase=phase, reset=reset)
    per_step = 1.0 / step_of(frequency)
    shifted = ramp - edge
    shifted = shifted - floor(shifted)
    plain = select(ramp < edge, 1.0, -1.0)
    return plain - fallen(ramp, per_step) + fallen(shifted, per_step)


def _synced_pulse(frequency: Operand, width: Signal, phase: float, reset: Operand, sync: Operand) -> Signal:
    """A rectangle is a saw less one that is `width` ahead of it."""
    ramp, step, own = phasor(sync, reset=reset), step_of(sync), step_of(frequency)
    late = phase - width
    falling = synced_saw(ramp, step, own, late - floor(late))
    return falling - synced_saw(ramp, step, own, phase) + (2.0 * width - 1.0)


@scope("square")
def square(frequency: Operand, phase: float = 0.0, reset: Operand = False, sync: Operand | None = None) -> Signal:
    """Square wave, in [-1, 1]: a pulse of width 0.5.

    Args:
        frequency: Hz.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true, without being band-limited there.
        sync: Hz of an oscillator that this one starts anew with, in each of its periods: band-limited hard sync.
    Bounds: aliases at 1, 5 and 10 kHz, relative to the fundamental, A-weighted: -54, -43, -41 dB at 44.1 kHz, -56,
        -41, -38 dB at 48 kHz, -72, -62, -49 dB at 96 kHz; at frequencies below the fundamental, not weighted: -140,
        -113, -85 dB. Harmonics are damped by sinc(f / rate)^4, at 48 kHz 2.5 dB at 10 kHz.
    Source: V. Välimäki, J. Pekonen, J. Nam, Perceptually informed synthesis of bandlimited classical waveforms using
        integrated polynomial interpolation, J. Acoust. Soc. Am. 131, 2012.

    Example:
        def tone(frequency=dspc.param(220.0, 20.0, 5000.0, unit="Hz", scale="log")):
            return 0.5 * square(frequency)

    Plot: spectrum
    """
    return unscoped(pulse)(frequency, 0.5, phase, reset, sync)


@scope("triangle")
def triangle(frequency: Operand, phase: float = 0.0, reset: Operand = False) -> Signal:
    """Triangle that begins as a sine does, in [-1, 1], its corners band-limited by polynomials (polyBLAMP).

    Args:
        frequency: Hz.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true, without being band-limited there.
    Bounds: aliases at 1, 5 and 10 kHz, relative to the fundamental, A-weighted: -81, -57, -51 dB at 44.1 kHz, -84,
        -55, -48 dB at 48 kHz, -106, -83, -63 dB at 96 kHz; at frequencies below the fundamental, not weighted: -150,
        -132, -99 dB.
    Source: F. Esqueda, V. Välimäki, S. Bilbao, Rounding corners with BLAMP, DAFx 2016.

    Example:
        def tone(frequency=dspc.param(440.0, 20.0, 5000.0, unit="Hz", scale="log")):
            return 0.5 * triangle(frequency)

    Plot: spectrum
    """
    ramp = phasor(frequency, phase=phase + 0.25, reset=reset)
    step = step_of(frequency)
    per_step = 1.0 / step
    from_peak = abs(ramp - 0.5)
    bends = bend((0.5 - from_peak) * per_step) - bend(from_peak * per_step)
    return 1.0 - 4.0 * from_peak + 8.0 * step * bends


# --- made of others ---------------------------------------------------------------------------------


def _spread(voices: int) -> list[float]:
    """How far the voices beside the middle are detuned, -1 to 1, in pairs.

    Each pair is a little off its place among equal distances, by a sequence that has no period, so that the voices
    never beat together.
    """
    pairs = voices // 2
    places = [(k + 0.3 * (_turn(k * GOLDEN) - 0.5)) / pairs for k in range(1, pairs)] + [1.0]
    return [side * place for place in places for side in (1.0, -1.0)][: voices - 1]


GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
"""The golden section: its multiples, modulo 1, lie as far from each other as they can."""


def _turn(x: float) -> float:
    return x % 1.0


@scope("super_saw")
def super_saw(
    frequency: Operand, detune: Operand = 20.0, mix: Operand = 0.7, voices: int = 7, reset: Operand = False
) -> Signal:
    """A saw and detuned ones beside it, together as loud as one saw.

    Each saw starts at a phase of its own, the same in every note. Peaks reach 2.6 with seven saws.

    Args:
        frequency: Hz.
        detune: cents from the middle to the outermost saws.
        mix: the level of each saw beside the middle one, relative to it: 0 to 1; what is beyond is clamped.
        voices: how many saws, 2 to 64, known when the program is built.
        reset: a bool; all phases start anew where it is true.
    Bounds: as loud as a saw within 0.5 dB over some seconds; detuned within 0.3 cents; aliases are those of `saw`.
    Source: A. Szabo, How to emulate the super saw, KTH Stockholm, 2010.

    Example:
        @dspc.instrument
        def trance(note, detune=dspc.param(20.0, 0.0, 50.0, unit="cents")):
            return 0.2 * super_saw(note.frequency, detune) * adsr(note.gate)

    Plot: spectrum
    """
    count = number_within("super_saw", "number of voices", voices, 2, 64)
    sides = _spread(count)
    level = clamp(mix, 0.0, 1.0)

    def one(_: Signal) -> Signal:
        hertz = frequency * cents(detune * lanes(sides))
        ramp = phasor(hertz, reset=reset) + lanes([_turn(k * GOLDEN) for k in range(1, count)])
        return _saw(select(ramp < 1.0, ramp, ramp - 1.0), 1.0 / step_of(hertz))

    beside = bank(count - 1, one).sum()
    return (unscoped(saw)(frequency, 0.5, reset) + level * beside) / sqrt(1.0 + (count - 1) * level * level)


@scope("sub")
def sub(
    frequency: Operand,
    octaves: Operand = 1,
    shape: object = "square",
    phase: float = 0.0,
    reset: Operand = False,
) -> Signal:
    """Sub-oscillator: one or two octaves below a frequency, in [-1, 1], in step with an oscillator at it.

    Args:
        frequency: Hz, of the oscillator above it.
        octaves: how many octaves it is lower, 0 to 4; what is beyond is clamped.
        shape: "square", "sine" or "triangle", or a choice of some of them.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true.

    Example:
        @dspc.instrument(voices=1)
        def bass(note):
            return 0.3 * (saw(note.frequency) + sub(note.frequency, 1, "sine")) * adsr(note.gate)

    Plot: waveform
    """
    hertz = frequency * exp2(-1.0 * clamp(octaves, 0, 4))
    return chosen(shape, {
        "square": lambda: unscoped(square)(hertz, phase, reset=reset),
        "sine": lambda: unscoped(sine)(hertz, phase, reset=reset),
        "triangle": lambda: unscoped(triangle)(hertz, phase, reset=reset),
    })  # fmt: skip


@scope("fm_operator")
def fm_operator(
    frequency: Operand,
    modulator: Operand = 0.0,
    ratio: Operand = 1.0,
    index: Operand = 1.0,
    feedback: Operand = 0.0,
    phase: float = 0.0,
    reset: Operand = False,
) -> Signal:
    """Operator of frequency modulation: a sine whose phase is moved by another signal, and by itself, in [-1, 1].

    As in the synthesisers that made it known, it is the phase that is modulated. The mean of the last two samples
    feeds back, which keeps strong feedback from buzzing at half the rate.

    Args:
        frequency: Hz, of the note.
        modulator: what moves the phase: another operator, or a sum of some.
        ratio: the operator's frequency, relative to the note's.
        index: radians by which a modulator of 1 moves the phase.
        feedback: radians by which the operator moves its own phase, 0 to 4; near 1.5 it is like a saw, above 2 noisy.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true.
    Bounds: aliases with a feedback of 1 at 1, 5 and 10 kHz, relative to the fundamental, A-weighted: -92, -41, -28 dB
        at 44.1 kHz, -96, -45, -28 dB at 48 kHz, -141, -75, -52 dB at 96 kHz. Modulation makes partials without end:
        `dspc.oversample` keeps strong modulation of high notes from folding them back.
    Source: J. Chowning, The synthesis of complex audio spectra by means of frequency modulation, JAES 21, 1973.

    Example:
        @dspc.instrument
        def bell(note):
            envelope = adsr(note.gate, attack=0.001, decay=1.5, sustain=0.0, release=0.5)
            return 0.3 * envelope * fm_operator(note.frequency, envelope * fm_operator(note.frequency, ratio=3.5))

    Plot: spectrum
    """
    turns = 1.0 / (2.0 * math.pi)
    moved = phasor(as_signal(frequency) * ratio, phase=phase, reset=reset) + as_signal(modulator) * index * turns
    if is_number(feedback) and feedback == 0:
        return sin_turns(moved)
    depth = as_signal(feedback) * (0.5 * turns)

    def operator(last: Signal, before: Signal) -> tuple[Signal, Signal]:
        return sin_turns(moved + depth * (last + before)), last

    return feedback_loop(operator, (0.0, 0.0))[0]
