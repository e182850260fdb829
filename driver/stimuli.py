"""Sounds to measure effects with, each with what it shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dspc.driver.plot_data import HIGHEST_HZ, LOWEST_HZ, Reals

LOUD = 0.5
"""The amplitude of the steady sounds: -6 dBFS."""
SOFT = LOUD * 10 ** (-24 / 20)
SINE_HZ = 1000.0


def _times(rate: float, seconds: float) -> Reals:
    return np.arange(round(rate * seconds)) / rate


def impulse(rate: float, seconds: float) -> Reals:
    """One sample of 1: echoes, reverberation, what a filter does."""
    x = np.zeros(max(1, round(rate * seconds)))
    x[0] = 1.0
    return x


def step(rate: float, seconds: float) -> Reals:
    """0, from a tenth of the time on 1: settling."""
    t = _times(rate, seconds)
    return np.where(t >= seconds / 10, 1.0, 0.0)


def sine(rate: float, seconds: float) -> Reals:
    """1 kHz, -6 dBFS: distortion and modulation."""
    return LOUD * np.sin(2 * np.pi * SINE_HZ * _times(rate, seconds))


def burst(rate: float, seconds: float) -> Reals:
    """1 kHz at -30, -6 and -30 dBFS, then silence, a quarter of the time each: attack, release, decay."""
    amplitude = np.array([SOFT, LOUD, SOFT, 0.0])
    quarter = np.minimum(4 * _times(rate, seconds) / seconds, 3.0).astype(np.int64)
    return amplitude[quarter] / LOUD * sine(rate, seconds)


def sweep(rate: float, seconds: float) -> Reals:
    """A sine that rises from 20 Hz to 20 kHz, an octave in equal times, -6 dBFS: harmonics and aliasing."""
    top = min(HIGHEST_HZ, 0.45 * rate)
    octaves = np.log(top / LOWEST_HZ)
    t = _times(rate, seconds) / seconds
    return LOUD * np.sin(2 * np.pi * LOWEST_HZ * seconds / octaves * (np.exp(octaves * t) - 1.0))


def noise(rate: float, seconds: float) -> Reals:
    """White noise, uniform in ±0.5, the same each time: the colour of what is not linear."""
    return np.random.default_rng(1).uniform(-LOUD, LOUD, round(rate * seconds))


STIMULI: dict[str, Callable[[float, float], Reals]] = {
    "impulse": impulse, "step": step, "sine": sine, "burst": burst, "sweep": sweep, "noise": noise,
}  # fmt: skip
"""By the name that `--signal` takes."""
