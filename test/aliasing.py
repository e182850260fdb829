"""What an oscillator makes that is none of its harmonics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Audio = NDArray[np.float64]


class Aliases(NamedTuple):
    """The loudest ones, in dB relative to the fundamental."""

    below: float
    """At frequencies below the fundamental, which nothing masks; not weighted."""
    weighted: float
    """At any frequency, with IEC 61672's A-weighting, relative to the fundamental's."""
    heard: float
    """At frequencies up to 20 kHz; not weighted."""


def a_weighting(frequency: Audio) -> Audio:
    """dB, up to a constant: IEC 61672-1."""
    f2 = frequency**2
    gain = f2**2 / ((f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194**2))
    return 20 * np.log10(gain * 12194**2 + 1e-30)


def aliases(y: Audio, frequency: float, rate: int) -> Aliases:
    """What is left between the harmonics of `frequency`, of a power of two samples that repeat them."""
    level = 20 * np.log10(np.abs(np.fft.rfft(y * signal.windows.kaiser(len(y), 20.0))) + 1e-30)
    at = np.fft.rfftfreq(len(y), 1 / rate)
    lobe = 8 * rate / len(y)
    harmonic = np.abs(at - frequency * np.round(at / frequency)) < lobe  # and 0, where the mean is
    level = np.where(harmonic, -300.0, level - level[np.abs(at - frequency) < lobe].max())
    weighted = level + a_weighting(np.maximum(at, 1.0)) - a_weighting(np.array([frequency]))
    return Aliases(level[at < frequency].max(), weighted.max(), level[at <= 20_000].max())
