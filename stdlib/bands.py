"""What divides, tilts and turns the spectrum: a crossover, a tilt, vowels, the Hilbert transform."""

from __future__ import annotations

import math
from typing import NamedTuple

from dspc.frontend.library import Operand, Signal, as_signal, clamp, exp2, sample_rate, scope, sqrt, table
from dspc.stdlib import prototypes
from dspc.stdlib.functions import warped
from dspc.stdlib.mixing import mixer
from dspc.stdlib.state_variable import FLAT, first_order, second_order
from dspc.stdlib.tuning import db_to_gain

BUTTERWORTH = 1 / FLAT
"""The damping of a Butterworth filter of order two."""


@scope("crossover_lr4")
def crossover_lr4(x: Operand, *cutoffs: Operand) -> tuple[Signal, ...]:
    """Bands of a Linkwitz-Riley crossover, 24 dB an octave; their sum is an all-pass.

    Args:
        x: the signal.
        *cutoffs: Hz, the lowest first; there is one band more.
    Returns: the bands, the lowest first. They are in phase: a lower band is turned as the ones above were.
    Bounds: the sum is flat within 0.001 dB at 44.1 to 192 kHz; at its cutoffs a band is 6.02 dB down.
    Source: S. H. Linkwitz, Active Crossover Networks for Noncoincident Drivers, 1976.

    Example:
        def three_bands(x):
            low, middle, high = crossover_lr4(x, 300.0, 3000.0)
            return 1.5 * low + middle + 0.5 * high

    Plot: response
    """
    rest = as_signal(x)
    bands: list[Signal] = []
    for cutoff in cutoffs:
        g = warped(cutoff, sample_rate())
        bands = [_turned(band, g) for band in bands]
        high, _, low = second_order(rest, g, BUTTERWORTH)
        bands.append(second_order(low, g, BUTTERWORTH).low)
        rest = second_order(high, g, BUTTERWORTH).high
    return (*bands, rest)


def _turned(x: Signal, g: Signal) -> Signal:
    """What the sum of the bands of one cutoff is."""
    return x - (2 * BUTTERWORTH) * second_order(x, g, BUTTERWORTH).band


@scope("tilt")
def tilt(x: Operand, gain_db: Operand, frequency: Operand = 1000.0) -> Signal:
    """Raises what is above a frequency and lowers what is below, or the other way round: a seesaw of first order.

    Args:
        x: the signal.
        gain_db: decibels of the highest, the lowest have as many less; -60 to 60.
        frequency: Hz, where nothing changes.
    Bounds: (m s + 1) / (s + m), m = 10^(gain / 20), under the bilinear transform within 1e-4 of its peak at 44.1 to
        192 kHz.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 10.

    Example:
        def brighter(x, amount=dspc.param(3.0, -12.0, 12.0, unit="dB")):
            return tilt(x, amount)

    Plot: response
    """
    m = db_to_gain(clamp(gain_db, -60.0, 60.0))
    low, high = first_order(as_signal(x), warped(frequency, sample_rate()) * m)
    return m * high + (1.0 / m) * low


# --- vowels ------------------------------------------------------------------------------------------

VOWELS = {
    "a": ((730.0, -1.0), (1090.0, -5.0), (2440.0, -28.0)),
    "e": ((530.0, -2.0), (1840.0, -17.0), (2480.0, -24.0)),
    "i": ((270.0, -4.0), (2290.0, -24.0), (3010.0, -28.0)),
    "o": ((570.0, 0.0), (840.0, -7.0), (2410.0, -34.0)),
    "u": ((300.0, -3.0), (870.0, -19.0), (2240.0, -43.0)),
}
"""Frequency in Hz and level in dB of the first three formants, means of men."""
BANDWIDTHS = (60.0, 90.0, 150.0)
"""In Hz, as they are in speech."""


@scope("formant")
def formant(x: Operand, vowel: Operand = 0.0, shift: Operand = 1.0) -> Signal:
    """Makes vowels of a buzz: three resonances in parallel, between any two vowels.

    Args:
        x: the signal.
        vowel: 0 a, 1 e, 2 i, 3 o, 4 u, and what lies between; beyond, the nearest.
        shift: a factor of all frequencies, 0.5 to 2: about 1.17 for women, 1.35 for children.
    Bounds: the resonances within 3 % of the measured formants, the first two within 2 dB of their levels, at 44.1 to
        192 kHz; the third is raised by the skirts of the others, by up to 9 dB in u.
    Source: G. E. Peterson, H. L. Barney, Control Methods Used in a Study of the Vowels, 1952; in parallel with signs
        that alternate, as in D. H. Klatt, Software for a Cascade/Parallel Formant Synthesizer, 1980.

    Example:
        def talking(rate=dspc.param(0.5, 0.1, 4.0, unit="Hz")):
            return 0.5 * formant(saw(110.0), 2.0 + 2.0 * sine(rate))

    Plot: spectrum
    """
    x, factor = as_signal(x), clamp(shift, 0.5, 2.0)
    resonances: list[Signal] = []
    for i, bandwidth in enumerate(BANDWIDTHS):
        octaves, levels = zip(*((math.log2(f), db) for f, db in (v[i] for v in VOWELS.values())), strict=True)
        place = exp2(table(octaves)(vowel))
        k = bandwidth / place
        level = db_to_gain(table(levels)(vowel)) * k * (-1) ** i
        resonances.append(level * second_order(x, warped(place * factor, sample_rate()), k).band)
    return mixer(*resonances)


# --- Hilbert transform -------------------------------------------------------------------------------

LOWEST, HIGHEST = 20.0, 20_000.0
"""In Hz, between which the phases are right."""
SPLITTER = prototypes.quadrature(16, 4800.0)
"""For the ratio of the tangents of the two at 44.1 kHz; at other rates it is less."""


class Hilbert(NamedTuple):
    """The outputs of `hilbert`."""

    real: Signal
    imag: Signal


@scope("hilbert")
def hilbert(x: Operand) -> Hilbert:
    """Two all-passes, one 90 degrees behind the other: the signal as a complex one, without negative frequencies.

    Both change the phase of what they are given, as recursive filters do; they have no latency.

    Args:
        x: the signal.
    Returns: real, and imag, which is 90 degrees behind: of a cosine the sine.
    Bounds: 90 degrees within 0.08 degrees from 20 Hz to 20 kHz, at 44.1 to 192 kHz; negative frequencies 63 dB down.
    Source: H. J. Orchard, Synthesis of Wideband Two-Phase Networks, 1950; S. J. Orfanidis, Lecture Notes on Elliptic
        Filter Design, 2006.

    Example:
        def shifted(x, by=dspc.param(5.0, 0.1, 500.0, unit="Hz", scale="log")):
            z = hilbert(x)
            return z.real * sine(by, phase=0.25) - z.imag * sine(by)

    Plot: waveform
    """
    rate = sample_rate()
    middle = sqrt(warped(LOWEST, rate) * warped(HIGHEST, rate))
    branches = [as_signal(x), as_signal(x)]
    for i, pole in enumerate(SPLITTER):
        y = branches[i % 2]
        branches[i % 2] = 2.0 * first_order(y, middle * pole)[0] - y
    return Hilbert(branches[1], branches[0])
