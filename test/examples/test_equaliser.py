"""The equaliser of a list of bands: its response is SciPy's of the cookbook's sections, also while it moves."""

from __future__ import annotations

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from scipy.signal import sosfreqz
from sound import Doubles

import dspc
from dspc.driver.programs import open_programs
from dspc.events import Param

EQUALISER = open_programs(str(EXAMPLES / "equaliser.py")).programs[0]
FREQUENCIES = (60.0, 150.0, 400.0, 1000.0, 2400.0, 6000.0, 15_000.0)
Setting = tuple[int, float, float, float]
"""A band's number, its frequency, gain and q."""


def cookbook(frequency: float, gain: float, q: float, rate: float) -> list[float]:
    omega, a = 2 * np.pi * min(frequency, 0.49 * rate) / rate, 10 ** (gain / 40)
    alpha, c = np.sin(omega) / (2 * q), -2 * np.cos(omega)
    return [1 + alpha * a, c, 1 - alpha * a, 1 + alpha / a, c, 1 - alpha / a]


def sections(settings: list[Setting], rate: float) -> Doubles:
    """SciPy's, with a0 = 1."""
    bands = {i: (f, 0.0, 1.0) for i, f in enumerate(FREQUENCIES)} | {i: tuple(s) for i, *s in settings}
    rows = np.array([cookbook(*bands[i], rate) for i in range(len(FREQUENCIES))])
    return rows / rows[:, 3:4]


def values(settings: list[Setting]) -> dict[str, float]:
    names = ("frequency", "gain", "q")
    return {f"bands.{i}.{name}": value for i, *given in settings for name, value in zip(names, given, strict=True)}


SETTINGS: list[list[Setting]] = [
    [],
    [(3, 1000.0, 12.0, 1.0)],
    [(0, 40.0, -24.0, 0.7), (6, 20_000.0, 24.0, 10.0)],
    [(i, f * 1.1, (-1) ** i * (3.0 + i), 0.5 + i) for i, f in enumerate(FREQUENCIES)],
]


@pytest.mark.parametrize("rate", [44_100.0, 96_000.0])
@pytest.mark.parametrize("settings", SETTINGS)
def test_response(settings: list[Setting], rate: float) -> None:
    """The spectrum of what a click becomes, within 1e-6 dB in f64; the right side turned over, and no other way."""
    x = np.zeros((2, 2**17))
    x[:, 0] = 1.0, -1.0
    y = dspc.render(EQUALISER, x, params=values(settings), sample_rate=rate, backend="c", precision="f64")
    found = np.fft.rfft(y[0])
    hz = np.fft.rfftfreq(x.shape[1], 1 / rate)
    _, wanted = sosfreqz(sections(settings, rate), hz, fs=rate)
    assert np.abs(20 * np.log10(np.abs(found / wanted))).max() < 1e-6
    assert np.abs(found - wanted).max() < 1e-6 * np.abs(wanted).max()
    np.testing.assert_array_equal(y[1], -y[0])


def test_flat_is_flat() -> None:
    """Without a gain the sound comes out as it went in, to -100 dB in single precision."""
    x = np.random.default_rng(2).uniform(-1, 1, (2, 20_000)).astype(np.float32)
    y = dspc.render(EQUALISER, x, backend="c")
    assert np.abs(y - x).max() < 1e-5


def test_it_moves_without_a_jump() -> None:
    """A sine of 700 Hz, while a band jumps from -18 to 18 dB, to another frequency and another width, again and again:
    nothing is heard above 4 kHz but what a glide of 20 ms makes."""
    n = np.arange(RATE)
    x = np.stack([np.sin(2 * np.pi * 700.0 / RATE * n)] * 2)
    moves = [({"gain": 18.0}, {"gain": -18.0}), ({"frequency": 400.0}, {"frequency": 2000.0}), ({"q": 5.0}, {"q": 0.3})]
    events = [
        Param(4800 * k, f"bands.3.{name}", value)
        for k in range(1, 9)
        for name, value in moves[k % 3][k // 3 % 2].items()
    ]
    engine = dspc.compile(EQUALISER, "c", sample_rate=RATE, precision="f64")
    engine.set("bands.3.gain", -12.0)
    y = engine.process(x, events=events)[0]
    away = np.fft.irfft(np.fft.rfft(y * np.hanning(len(y))) * (np.fft.rfftfreq(len(y), 1 / RATE) > 4000.0))
    assert np.abs(y).max() > 2.0, "it does move"
    assert np.abs(away).max() < 2e-3 * np.abs(y).max()
    stepped = np.where((n // 4800) % 2 == 0, 1.0, 10 ** (18 / 20)) * x[0]
    clicks = np.fft.irfft(np.fft.rfft(stepped) * (np.fft.rfftfreq(len(y), 1 / RATE) > 4000.0))
    assert np.abs(clicks).max() > 0.2, "a jump would be heard there"
