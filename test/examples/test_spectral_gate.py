"""The spectral gate: noise goes, a tone stays."""

from __future__ import annotations

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE

import dspc
from dspc.driver.programs import open_programs

GATE = open_programs(str(EXAMPLES / "spectral_gate.py")).programs[0]
LEARN = [dspc.events.Param(0, "learn", 1.0), dspc.events.Param(RATE, "learn", 0.0)]


def decibels(x: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(x, dtype=np.float64)))))


def noisy(tone: float) -> np.ndarray:
    """Three seconds of noise; in the last one a tone of 1 kHz beside it."""
    t = np.arange(3 * RATE) / RATE
    noise = 0.01 * np.random.default_rng(1).standard_normal(len(t))
    return (noise + np.where(t >= 2, tone * np.sin(2 * np.pi * 1000 * t), 0)).astype(np.float32)


@pytest.mark.parametrize("floor", [-20.0, -60.0])
def test_noise_goes_and_a_tone_stays(floor: float) -> None:
    x = noisy(0.3)
    made = dspc.render(GATE, x, events=LEARN, params={"floor": floor, "margin": 15.0, "release": 0.02})
    quiet = slice(int(1.5 * RATE), int(1.9 * RATE))
    assert decibels(made[quiet]) - decibels(x[quiet]) == pytest.approx(floor, abs=1.0)
    loud = slice(int(2.3 * RATE), int(2.9 * RATE))
    assert decibels(made[loud]) == pytest.approx(decibels(x[loud]), abs=0.05)
    spectrum = np.abs(np.fft.rfft(made[loud] * np.hanning(len(made[loud]))))
    freqs = np.fft.rfftfreq(len(made[loud]), 1 / RATE)
    original = np.abs(np.fft.rfft(x[loud] * np.hanning(len(made[loud]))))
    far = (freqs > 2000) & (freqs < 20_000)
    assert 20 * np.log10(np.median(spectrum[far]) / np.median(original[far])) < floor + 3.0


def test_nothing_is_done_while_it_learns() -> None:
    x = noisy(0.0)[:RATE]
    made = dspc.render(GATE, x, events=LEARN[:1])
    assert decibels(made - x) < -120.0
