"""Oscillators whose waveforms are given."""

from __future__ import annotations

from typing import Any

import numpy as np

from dspc.frontend.library import Operand, Signal, as_signal, clamp, floor, i32, phasor, sample_rate, scope, table
from dspc.stdlib.splines import Samples, audible, checked, closed, laid_out, level_of, raised, spline

SHORTEST = 256
"""Samples of a row with few harmonics: the more there are, the lower lie the images."""


def _levels(waves: Samples) -> list[Samples]:
    """The waveforms with all harmonics, then two levels for each octave that there are fewer."""
    most = max((waves.shape[1] - 1) // 2, 1)
    harmonics = [int(most * 2.0 ** (-k / 2)) for k in range(2 * most.bit_length())]
    harmonics = [h for h in harmonics if h]
    sizes = [max(SHORTEST, 1 << (4 * h - 1).bit_length()) for h in harmonics]
    bins = np.fft.rfft(waves)
    return [closed(raised(bins[:, : h + 1], size, waves.shape[1])) for h, size in zip(harmonics, sizes, strict=True)]


@scope("wavetable")
def wavetable(
    frequency: Operand, waves: Any, position: Operand = 0.0, phase: float = 0.0, reset: Operand = False
) -> Signal:
    """One period of a waveform over and over, without its harmonics beyond the rate, blended from two rows.

    When the program is built, each row is computed with fewer and fewer harmonics, two levels for each octave. A level
    is read between its samples by a cubic B-spline, for which it has been equalised.

    Args:
        frequency: Hz.
        waves: an array of single periods: [samples], or [rows, samples].
        position: which row, 0 to rows - 1; between two rows they are blended.
        phase: where it starts, in turns.
        reset: a bool; the phase starts anew where it is true, without being band-limited there.
    Bounds: of a saw of 2048 samples, what is no harmonic is below -97 dB at 1, 5 and 10 kHz, from 0 Hz to 20 kHz, at
        rates of 44.1, 48 and 96 kHz. Harmonics reach up to 17 kHz at least at 44.1 kHz, 19.8 kHz at 48 kHz, undamped.

    Example:
        import numpy as np

        turns = np.arange(2048) / 2048
        WAVES = [sum(np.sin(2 * np.pi * k * turns) / k for k in range(1, 2**n)) for n in range(1, 8)]

        def swept(position=dspc.param(3.0, 0.0, 6.0)):
            return 0.2 * wavetable(110.0, WAVES, position)

    Plot: spectrum
    """
    rows = checked(waves, 4, "wavetable's waves", "[samples] or [rows, samples]")
    levels = _levels(rows)
    samples, starts, lengths = laid_out(levels)
    flat = table(samples)
    highest = (rows.shape[1] - 1) // 2
    halvings = audible(as_signal(frequency, "frequency") * (float(highest) / sample_rate()))
    level = level_of(2.0 * halvings, len(levels))
    length = table(lengths)(level)
    at = phasor(frequency, phase=phase, reset=reset) * (length - 3)
    whole = floor(at)
    start, behind = table(starts)(level) + i32(whole), at - whole
    place = clamp(as_signal(position, "position"), 0.0, len(rows) - 1.0)
    if len(rows) == 1:
        return spline(flat, start, behind)
    lower = clamp(floor(place), 0.0, len(rows) - 2.0)
    start = start + i32(lower) * length
    low, high = spline(flat, start, behind), spline(flat, start + length, behind)
    return low + (place - lower) * (high - low)
