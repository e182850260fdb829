"""Followers and needles, against the formulas of their steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import largest, within

import dspc
from dspc.stdlib import follower, peak, rms

RATES = (44_100, 48_000, 96_000)


@pytest.mark.parametrize("rate", RATES)
def test_steps(rate: int) -> None:
    """Up for half a second, then down: exponentials with the times that were asked for, and a line in decibels."""
    half = rate // 2
    x = np.concatenate([np.full(half, -0.5), np.zeros(half)])
    n = np.arange(1, half + 1) / rate

    def program(x: Any) -> Any:
        return follower(x, 0.02, 0.08), peak(x, 30.0), rms(x, 0.05)

    followed, needle, root = dspc.render(program, x, sample_rate=rate, precision="f64", backend="bytecode")
    wanted = np.concatenate([0.5 * (1 - np.exp(-n / 0.02)), followed[half - 1] * np.exp(-n / 0.08)])
    within("follower", "a step up and down", "exponentials", largest(followed, wanted), 1e-7)
    assert (needle[:half] == 0.5).all()
    fallen = largest(20 * np.log10(needle[half:] / 0.5), -30 * n)
    within("peak", "its fall", "a line in decibels", fallen, 1e-5, "dB")
    wanted = np.concatenate([0.5 * np.sqrt(1 - np.exp(-n / 0.05)), root[half - 1] * np.exp(-n / 0.1)])
    within("rms", "a step up and down", "exponentials", largest(root, wanted), 1e-7)


def test_a_sine() -> None:
    x = np.sin(2 * np.pi * 997 / 48_000 * np.arange(96_000)).astype(np.float32)
    assert dspc.render(lambda x: rms(x, 0.3), x)[-1] == pytest.approx(np.sqrt(0.5), rel=2e-3)
    assert dspc.render(lambda x: peak(x), x)[48_000:].min() > 0.99


def test_silence_comes_to_rest() -> None:
    """Tails do not linger in denormals: they end at zero or stand above the smallest normal number."""
    x = np.concatenate([np.ones(100), np.zeros(96_000)]).astype(np.float32)
    for y in dspc.render(lambda x: (follower(x, 0.001, 0.002), peak(x, 2000.0), rms(x, 0.001)), x, backend="c"):
        assert not ((y != 0) & (np.abs(y) < np.finfo(np.float32).tiny)).any() and y[-1] == 0
