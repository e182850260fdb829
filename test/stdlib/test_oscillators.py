"""Oscillators against their Fourier series, and their aliases against what their docstrings promise."""

from __future__ import annotations

import re
import sys
from functools import cache

import numpy as np
import pytest
from aliasing import aliases
from figures import largest, within
from tree import ROOT

import dspc
from dspc.stdlib import fm_operator, pulse, saw, sine, square, triangle

sys.path.insert(0, str(ROOT / "tools"))
from library_docs import entries  # noqa: E402

RATES = (44_100, 48_000, 96_000)
FREQUENCIES = (1013.0, 5003.0, 10_007.0)
"""Near 1, 5 and 10 kHz, and not in step with any rate."""
NAMES = ("sine", "saw", "square", "pulse", "triangle", "fm_operator")
RATE = 48_000


def waveforms(f=dspc.param(1000.0, 20.0, 20_000.0, smooth=0.0)):
    return sine(f), saw(f), square(f), pulse(f, 0.1), triangle(f), fm_operator(f, feedback=1.0)


@cache
def engine(rate: int):
    return dspc.compile(waveforms, backend="c", sample_rate=rate)


def played(frequency: float, rate: int = RATE, frames: int = 32_768) -> dict[str, np.ndarray]:
    engine(rate).reset()
    engine(rate).set("f", frequency)
    return dict(zip(NAMES, engine(rate).process(frames=frames).astype(np.float64), strict=True))


# --- aliases ----------------------------------------------------------------------------------------


def promised(name: str) -> tuple[dict[float, list[float]], list[float]]:
    """The A-weighted aliases by the rate in kHz, and those below the fundamental, as the docstring has them."""
    text = entries()[name].sections["Bounds"]
    rows = re.findall(r"(-\d+), (-\d+), (-\d+) dB at ([\d.]+) kHz", text)
    below = re.findall(r"not weighted: (-\d+), (-\d+), (-\d+) dB", text)
    return {float(row[3]): [float(x) for x in row[:3]] for row in rows}, [float(x) for row in below for x in row]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", NAMES[1:])
def test_aliases_are_as_low_as_promised(name: str, rate: int) -> None:
    weighted, below = promised(name)
    found = [aliases(played(frequency, rate)[name], frequency, rate) for frequency in FREQUENCIES]
    heard, lower, bounds = [f.weighted for f in found], [f.below for f in found], weighted[rate / 1000]
    assert all(bound - 25 < f for f, bound in zip(heard, bounds, strict=True)), "the docstring promises too little"
    within(name, f"aliases at {rate / 1000:g} kHz, A-weighted", "its spectrum at 1, 5, 10 kHz", heard, bounds, "dB")
    if below:
        within(name, "aliases below the fundamental", "its spectrum at 1, 5, 10 kHz", lower, below, "dB")


def test_a_sine_is_pure() -> None:
    for frequency in FREQUENCIES:
        y = played(frequency)["sine"]
        level = 20 * np.log10(np.abs(np.fft.rfft(y * np.kaiser(len(y), 20.0))) + 1e-30)
        far = np.abs(np.fft.rfftfreq(len(y), 1 / RATE) - frequency) > 20
        within("sine", "all but the sine", "its spectrum", level[far].max() - level.max(), -120.0, "dB")


# --- harmonics --------------------------------------------------------------------------------------


def additive(series, frequency: float, rate: int, frames: int, limit: float = 0.5) -> np.ndarray:
    """The real part of a Fourier series up to `limit` of the rate, damped as the spline does."""
    k = np.arange(1, int(limit * rate / frequency) + 1)
    phases = 2j * np.pi * np.outer(np.arange(frames) * frequency / rate, k)
    return (np.exp(phases) @ (series(k) * np.sinc(k * frequency / rate) ** 4)).real


SERIES = {
    "saw": lambda k: 2j / (np.pi * k),
    "square": lambda k: -4j / (np.pi * k) * (k % 2),
    "pulse": lambda k: 2j / (np.pi * k) * (np.exp(-2j * np.pi * k * 0.1) - 1),
    "triangle": lambda k: -8j / (np.pi * k) ** 2 * (k % 2) * np.where(k % 4 == 1, 1, -1),
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", SERIES)
def test_they_are_fourier_series(name: str, rate: int) -> None:
    """With all harmonics, far beyond the rate, and damped by the spline, sample for sample."""
    for frequency in (443.0, 5003.0):
        found = played(frequency, rate)[name][:500]
        mean = -0.8 if name == "pulse" else 0.0
        error = largest(found - mean, additive(SERIES[name], frequency, rate, 500, 12.0))
        within(name, "every sample", "its Fourier series, damped by the spline", error, 1e-4)


@pytest.mark.parametrize("name", SERIES)
def test_levels_of_harmonics(name: str) -> None:
    """Within 0.05 dB of the series of so many harmonics as there are below half the rate."""
    for rate in RATES:
        y = played(1013.0, rate)[name]
        level, window = np.fft.rfft(y * np.kaiser(len(y), 14.0)), np.kaiser(len(y), 14.0)
        wanted = np.fft.rfft(additive(SERIES[name], 1013.0, rate, len(y)) * window)
        bins = [round(k * 1013.0 / rate * len(y)) for k in range(1, int(20_000 / 1013), 2)]
        off = 20 * np.log10(np.abs(level[bins] / wanted[bins]))
        within(name, "levels of harmonics", "its Fourier series, damped by the spline", np.abs(off).max(), 0.05, "dB")


def test_the_highest_notes_stay_in_bounds() -> None:
    for frequency in (12_000.0, 17_000.0, 20_000.0):
        assert all(np.abs(y).max() <= 1.2 for y in played(frequency, 44_100).values())


def test_a_frequency_of_0_stands_still() -> None:
    y = dspc.render(lambda f: (saw(f), square(f), triangle(f)), np.zeros(64, np.float32), backend="bytecode")
    np.testing.assert_array_equal(y, np.repeat(np.array([[0.0], [0.0], [0.0]], np.float32), 64, 1))


def test_a_reset_begins_again() -> None:
    def program():
        again = dspc.frame == 1000
        return (
            sine(443.0, 0.2, again), saw(443.0, 0.2, again), square(443.0, 0.2, again), pulse(443.0, 0.3, 0.2, again),
            triangle(443.0, 0.2, again), fm_operator(443.0, phase=0.2, reset=again),
        )  # fmt: skip

    y = dspc.render(program, seconds=0.04, sample_rate=RATE, backend="bytecode")
    np.testing.assert_array_equal(y[:, 1000:1900], y[:, :900])


# --- hard sync --------------------------------------------------------------------------------------


def synced(ratio: float, start: float, wave) -> object:
    """The Fourier series of a wave that begins anew, computed from very many samples."""
    size = 1 << 18
    spectrum = np.fft.rfft(wave((start + ratio * (np.arange(size) + 0.5) / size) % 1.0)) / size
    return lambda k: 2 * spectrum[k] * np.exp(-1j * np.pi * k / size)


@pytest.mark.parametrize("ratio", [0.7, 1.0, 2.5, 3.02, 6.98])
def test_hard_sync_is_band_limited(ratio: float) -> None:
    def program(f=dspc.param(1013.0, 20.0, 5000.0)):
        own = ratio * f
        return saw(own, sync=f), saw(own, 0.3, sync=f), square(own, sync=f), pulse(own, 0.2, 0.6, sync=f)

    waves = [
        synced(ratio, 0.0, lambda x: 2 * x - 1),
        synced(ratio, 0.3, lambda x: 2 * x - 1),
        synced(ratio, 0.0, lambda x: np.where(x < 0.5, 1.0, -1.0)),
        synced(ratio, 0.6, lambda x: np.where(x < 0.2, 1.0, -1.0)),
    ]
    played = dspc.render(program, seconds=0.7, sample_rate=RATE, backend="c")
    for name, found, series in zip(("saw", "saw", "square", "pulse"), played, waves, strict=True):
        y = found.astype(np.float64)[: 1 << 15]
        wanted = additive(series, 1013.0, RATE, 500, 12.0)
        error = largest(y[:500] - y[: 3 * 16 * 1013].mean(), wanted)
        within(name, "hard sync, every sample", "the Fourier series of the period", error, 2e-3)
        loud = np.abs(series(np.arange(1, 40))).max()
        beside = aliases(y, 1013.0, RATE).below + 20 * np.log10(np.abs(series(1)) / loud)
        within(name, "hard sync, aliases below the fundamental", "its spectrum at 1 kHz", beside, -120.0, "dB")


def test_they_are_in_tune() -> None:
    """The phase is an integer: a frequency is wrong by the rounding of one f32 at most, whatever the time."""
    y = dspc.render(lambda: saw(1000.0), seconds=60.0, sample_rate=RATE, backend="c").astype(np.float64)
    for minute in (15.0, 30.0, 60.0):
        drift = (y[int(minute * RATE) - 24] - y[24]) / 2  # turns, in the middle of the ramp
        within("saw", "drift of 1 kHz in a minute", "the clock", abs(drift), 60_000 * 2.0**-24, "turns")
