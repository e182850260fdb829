"""How far a sound is from what it should be, and what is in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def error_db(found: NDArray[Any], wanted: Doubles) -> float:
    """The largest difference over the loudest sample that is wanted, in decibels."""
    assert found.shape == wanted.shape and wanted.any()
    difference = np.abs(found - wanted).max() / np.abs(wanted).max()
    return float(20 * np.log10(max(difference, 1e-300)))


def partial(y: NDArray[Any], frequency: float, rate: float) -> complex:
    """The amplitude and phase of a sine of that frequency in `y`, through a Blackman-Harris window."""
    n = np.arange(len(y))
    a = (0.35875, 0.48829, 0.14128, 0.01168)
    window = sum((-1) ** k * c * np.cos(2 * np.pi * k * n / len(y)) for k, c in enumerate(a))
    return complex(2 * np.sum(y * window * np.exp(-2j * np.pi * frequency / rate * n)) / np.sum(window))


def pitch(y: NDArray[Any], near: float, rate: float) -> float:
    """The frequency in Hz of the partial near `near`: how fast its phase turns between two stretches of `y`."""
    half = len(y) // 2
    hop = max(1, int(rate / near / 4))
    found = near
    for _ in range(8):  # first from a quarter of a period apart, then, without ambiguity, from ever farther
        one, two = partial(y[:half], found, rate), partial(y[hop : hop + half], found, rate)
        turned = np.angle(two / one)  # against stretches that both start at phase 0
        found += ((turned / (2 * np.pi) - found * hop / rate + 0.5) % 1.0 - 0.5) * rate / hop
        hop = min(hop * 4, half)
    return float(found)
