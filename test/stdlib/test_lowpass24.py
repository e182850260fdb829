"""The 24 dB low-pass, against the Butterworth filter that it is and against the formula of its peak."""

import numpy as np
import pytest
from figures import largest, within
from scipy import signal

import dspc
from dspc.stdlib import lowpass24

RATE = 48_000


def response(cutoff: float, resonance: float, frames: int) -> np.ndarray:
    """The impulse response."""
    x = np.zeros(frames, np.float32)
    x[0] = 1.0
    return dspc.render(lambda x: lowpass24(x, cutoff, resonance), x, sample_rate=RATE, backend="bytecode")


@pytest.mark.parametrize("cutoff", [300.0, 2000.0, 9000.0])
def test_without_resonance_it_is_a_butterworth(cutoff: float) -> None:
    """The state-variable filter is the bilinear transform with the cutoff in its place, as SciPy's."""
    impulse = np.zeros(600)
    impulse[0] = 1.0
    expected = signal.sosfilt(signal.butter(4, cutoff, fs=RATE, output="sos"), impulse)
    found = response(cutoff, 0.0, 600)
    error = largest(found, expected) / np.abs(expected).max()
    within("lowpass24", "impulse response, of its peak", "scipy.signal.butter, f64", error, 1e-4)


@pytest.mark.parametrize("resonance", [0.0, 0.25, 0.5])
def test_the_level_at_the_cutoff(resonance: float) -> None:
    """-3.01 dB without resonance, 40 dB more with all of it."""
    cutoff, frames = 1000.0, 12_000
    phases = np.exp(-2j * np.pi * cutoff / RATE * np.arange(frames))
    level = 20 * np.log10(np.abs(np.sum(response(cutoff, resonance, frames) * phases)))
    within("lowpass24", "level at the cutoff", "the formula", abs(level + 3.0103 - 40 * resonance), 0.01, "dB")


def test_four_poles() -> None:
    """Two octaves above the cutoff, far below the rate: 48 dB, a little more for the bend of the frequency axis."""
    frequencies = np.array([800.0, 1600.0])
    phases = np.exp(-2j * np.pi * np.outer(frequencies, np.arange(12_000)) / RATE)
    low, high = 20 * np.log10(np.abs(phases @ response(200.0, 0.0, 12_000)))
    assert -25.0 < high - low < -24.0


def test_it_stays_finite_with_any_cutoff_and_resonance() -> None:
    x = np.random.default_rng(3).uniform(-1, 1, 4000).astype(np.float32)
    for cutoff in (0.0, 1.0, 23_000.0, 1e9):
        for resonance in (-1.0, 1.0, 7.0):
            y = dspc.render(lambda x, c=cutoff, r=resonance: lowpass24(x, c, r), x, backend="bytecode")
            assert np.isfinite(y).all() and np.abs(y).max() < 1000


@pytest.mark.parametrize("resonance", [0.0, 0.5])
def test_f32_is_good_at_20_hz_and_192_khz(resonance: float) -> None:
    x = np.random.default_rng(4).uniform(-1, 1, 100_000).astype(np.float32)
    found, exact = (
        dspc.render(lambda x: lowpass24(x, 20.0, resonance), x, sample_rate=192_000, backend="c", precision=p)
        for p in ("f32", "f64")
    )
    error = 10 * np.log10(np.square(found - exact).mean() / np.square(exact).mean())
    within("lowpass24", "f32 at 20 Hz, 192 kHz", "itself in f64", error, -80.0, "dB")
