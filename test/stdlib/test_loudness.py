"""Loudness, against the standard written down in numpy, and against its published test signals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import largest, within
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

import dspc
from dspc.stdlib import lufs, true_peak

RATE = 48_000
OVERS = ("momentary", "short", "integrated")
SHELF = [1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585]
HIGH_PASS = [1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621]
"""ITU-R BS.1770-5, tables 1 and 2: at 48 kHz."""


def steps(x: NDArray[np.float64], weights: tuple[float, ...]) -> NDArray[np.float64]:
    """The weighted power of every tenth of a second."""
    y = lfilter(*HIGH_PASS, lfilter(*SHELF, x))
    power = (y * y * np.array(weights)[:, None]).sum(0)
    return power[: len(power) // 4800 * 4800].reshape(-1, 4800).mean(1)


def standard(x: NDArray[np.float64], weights: tuple[float, ...] = (1.0, 1.0)) -> tuple[float, float, float]:
    """Momentary, short and integrated loudness at the end."""
    power = steps(x, weights)
    loudness = lambda p: -0.691 + 10 * np.log10(max(p, 1e-12))  # noqa: E731
    blocks = np.convolve(power, np.ones(4) / 4, "valid")
    levels = np.array([loudness(b) for b in blocks])
    absolute = blocks[levels >= -70]
    gated = absolute[[loudness(b) >= loudness(absolute.mean()) - 10 for b in absolute]] if len(absolute) else absolute
    short = np.concatenate([np.zeros(30), power])[-30:].mean()
    return loudness(blocks[-1]), loudness(short), loudness(gated.mean()) if len(gated) else -120.691


def meter(left: Any, right: Any) -> Any:
    return tuple(lufs([left, right], over) for over in OVERS)


def sine(db: float, seconds: float, frequency: float = 1000.0, rate: int = RATE) -> NDArray[np.float64]:
    return 10 ** (db / 20) * np.sin(2 * np.pi * frequency / rate * np.arange(round(seconds * rate)))


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("frequency, wanted", [(1000.0, -23.0), (100.0, -24.79), (10_000.0, -19.69)])
def test_sines(rate: int, frequency: float, wanted: float) -> None:
    """At 1 kHz the level is the loudness; elsewhere the weighting's gain, which is that of the standard at 48 kHz."""
    x = np.tile(sine(-23.0, 4.0, frequency, rate), (2, 1))
    w = np.exp(-2j * np.pi * frequency / RATE * np.arange(3))
    gain = np.prod([abs(np.dot(b, w) / np.dot(a, w)) for b, a in (SHELF, HIGH_PASS)])
    exact = -0.691 + 10 * np.log10(10 ** (-23 / 10) * gain**2)
    assert exact == pytest.approx(wanted, abs=0.1)
    y = dspc.render(meter, x, sample_rate=rate, backend="c")
    within("lufs", "sines, 44.1 to 192 kHz", "ITU-R BS.1770-5", np.abs(y[:, -1] - exact).max(), 0.1, "LU")


def test_programmes() -> None:
    """Loud and soft parts, whose gates matter; noise and pauses."""
    rng = np.random.default_rng(5)
    parts = [(-36, 10.0), (-23, 20.0), (-36, 10.0)]  # EBU Tech 3341, case 3
    tones = np.tile(np.concatenate([sine(db, s) for db, s in parts]), (2, 1))
    envelope = 10 ** (rng.uniform(-60, -10, 60).repeat(RATE // 4) / 20)
    noise = rng.uniform(-1, 1, (2, len(envelope))) * envelope * [[1.0], [0.5]]
    for x, known in ((tones, -23.0), (noise, None)):
        y = dspc.render(meter, x, backend="c", sample_rate=RATE)
        wanted = standard(x)
        within("lufs", "programmes with gates", "ITU-R BS.1770-5", largest(y[:, -1], wanted), 0.05, "LU")
        if known is not None:
            within("lufs", "EBU Tech 3341, case 3", "-23 LUFS", abs(y[2, -1] - known), 0.1, "LU")


def test_ten_times_a_second() -> None:
    x = np.random.default_rng(6).uniform(-0.2, 0.2, (2, RATE))
    y = dspc.render(meter, x, backend="c", sample_rate=RATE)[0]
    assert sorted({round(n / 4800, 3) for n in np.flatnonzero(np.diff(y)) + 2}) == list(range(1, 11))


def test_surround_and_silence() -> None:
    five = np.random.default_rng(8).uniform(-0.1, 0.1, (5, RATE * 2))
    weights = (1.0, 1.0, 1.0, 1.41, 1.41)
    y = dspc.render(lambda a, b, c, d, e: lufs([a, b, c, d, e], "integrated", weights), five, backend="c")
    assert y[-1] == pytest.approx(standard(five, weights)[2], abs=0.02)
    quiet = dspc.render(meter, np.zeros((2, RATE)), backend="c")
    np.testing.assert_allclose(quiet[:, -1], -120.691, atol=0.01)


def test_true_peaks() -> None:
    """Of sines between the samples, whatever their phase."""
    for turns in (0.01, 0.1, 0.25, 0.4, 0.45):
        for phase in np.linspace(0, np.pi, 7):
            x = np.sin(2 * np.pi * turns * np.arange(4000) + phase) * np.hanning(4000)
            y = dspc.render(lambda x: true_peak(x), x, backend="c")
            off = 20 * np.log10(y.max() / np.abs(resample_poly(x, 64, 1)).max())
            within("true_peak", "sines up to 0.45 of the rate", "64x scipy.signal.resample_poly", abs(off), 0.2, "dB")


def test_what_is_no_loudness() -> None:
    for wrong in (lambda x: lufs(x, "long"), lambda x: lufs([x, x], weights=[1.0])):
        with pytest.raises(dspc.DspError, match="DSP441"):
            dspc.trace(wrong)
