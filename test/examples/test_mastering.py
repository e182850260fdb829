"""The mastering chain: flat when it does nothing, never over its ceiling, as loud as its settings say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import soundfile
from excerpts import EXAMPLES, GUITAR, RATE
from scipy.signal import resample_poly
from sound import Doubles

import dspc
from dspc.driver.programs import open_programs
from dspc.stdlib import lufs

MASTERING = open_programs(str(EXAMPLES / "mastering.py")).programs[0]
PRESETS = dspc.presets(str(EXAMPLES / "presets" / "mastering.toml"))
X = soundfile.read(GUITAR, dtype="float32")[0].T
NEUTRAL = {"drive": 0.0, "ceiling": 0.0} | {f"bands.{name}.ratio": 1.0 for name in ("low", "middle", "high")}


@dspc.effect
def loudness(x: Any = dspc.input(2)) -> Any:  # noqa: B008
    return lufs(x, over="integrated")


ENGINE, METER = (dspc.compile(p, "c", sample_rate=RATE) for p in (MASTERING, loudness))


def mastered(x: np.ndarray, **params: Any) -> np.ndarray:
    """What comes of a sound, the latency removed."""
    ENGINE.reset()
    for name, parameter in ENGINE.parameters.items():
        ENGINE.set(name, params.get(name, parameter.default))
    return ENGINE.process(np.pad(x, ((0, 0), (0, ENGINE.latency))))[:, ENGINE.latency :]


def loud(y: np.ndarray) -> float:
    METER.reset()
    return float(METER.process(np.ascontiguousarray(y))[-1])


def true_peak_db(y: np.ndarray) -> float:
    return float(20 * np.log10(np.abs(resample_poly(y.astype(np.float64), 16, 1, axis=1)).max()))


def test_the_latency_is_the_limiter_s() -> None:
    assert ENGINE.latency == 106


def test_neutral_settings_are_flat() -> None:
    """The crossover turns phases; levels stay within 0.01 dB, and each side by itself."""
    x = np.zeros((2, 2**15), np.float32)
    x[0, 100] = 0.5
    y = mastered(x, **NEUTRAL).astype(np.float64)
    response = 20 * np.log10(np.abs(np.fft.rfft(y[0])) / 0.5)
    hz = np.fft.rfftfreq(x.shape[1], 1 / RATE)
    assert np.abs(response[(hz > 20) & (hz < 20_000)]).max() < 0.01
    assert np.abs(y[1]).max() < 1e-6


def test_the_equaliser_is_at_both_ends_and_in_the_middle() -> None:
    x = np.zeros((2, 2**15), np.float32)
    x[:, 100] = 0.2
    eq = {"eq.low_gain": 6.0, "eq.gain": -4.0, "eq.frequency": 1000.0, "eq.q": 2.0, "eq.high_gain": 3.0}
    y = mastered(x, **NEUTRAL, **eq)[0]
    response = 20 * np.log10(np.abs(np.fft.rfft(y)) / 0.2)
    hz = np.fft.rfftfreq(x.shape[1], 1 / RATE)
    for at, gain in ((22.0, 6.0), (1000.0, -4.0), (20_000.0, 3.0)):
        assert response[np.abs(hz - at).argmin()] == pytest.approx(gain, abs=0.25)


@pytest.mark.parametrize("name", ["", *PRESETS])
def test_no_true_peak_passes_the_ceiling(name: str) -> None:
    """A guitar, then noise and clicks far over full scale."""
    params = dict(PRESETS[name]) if name else {}
    rough = np.random.default_rng(1).uniform(-4, 4, (2, RATE // 2)).astype(np.float32)
    rough[:, ::4800] *= 10
    y = mastered(np.concatenate([X, rough], axis=1), **params)
    assert true_peak_db(y) <= params.get("ceiling", -1.0)
    assert true_peak_db(y) > params.get("ceiling", -1.0) - 1.5


@pytest.mark.parametrize("name, wanted", [("transparent", -14.0), ("loud", -10.0), ("warm", -13.0)])
def test_presets_are_as_loud_as_they_should_be(name: str, wanted: float) -> None:
    assert loud(mastered(X, **PRESETS[name])) == pytest.approx(wanted, abs=0.5)


def test_drive_is_loudness() -> None:
    """Below the ceiling, decibel by decibel."""
    soft = 0.1 * X
    assert loud(mastered(soft, **NEUTRAL)) == pytest.approx(loud(soft), abs=0.05)
    driven = mastered(soft, **NEUTRAL | {"drive": 9.0})
    assert loud(driven) - loud(soft) == pytest.approx(9.0, abs=0.05)


def steady(hertz: float, level: float) -> Doubles:
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(4 * RATE) / RATE)


def test_the_meters() -> None:
    """A sine 10 dB over the threshold of the middle band; then one that the limiter takes 6 dB from."""
    engine = dspc.compile(MASTERING, "c", sample_rate=RATE)
    for name, value in NEUTRAL.items():
        engine.set(name, value)
    engine.set("bands.middle.ratio", 2.0)
    engine.set("bands.middle.threshold", -20.0)
    engine.set("bands.middle.release", 2.0)
    sine = np.stack([steady(800.0, -10.0)] * 2).astype(np.float32)
    for part in np.split(sine, 8, axis=1):
        y = engine.process(part)
    assert engine.meters["middle"] == pytest.approx(5.0, abs=0.15)
    assert engine.meters["low"] == engine.meters["limiter"] == 0.0
    assert -engine.meters["loudness"] == pytest.approx(20 * np.log10(np.abs(y).max()), abs=0.7)
    engine.set("drive", 12.0)
    engine.set("ceiling", -9.0)
    for part in np.split(sine, 8, axis=1):
        y = engine.process(part)
    assert np.abs(y).max() == pytest.approx(10 ** (-9.4 / 20), rel=0.01)
    assert engine.meters["limiter"] == pytest.approx(-10.0 - 5.0 + 12.0 + 9.4, abs=0.3)


def test_width() -> None:
    mono = mastered(X, **NEUTRAL | {"stereo": 0.0})
    np.testing.assert_allclose(mono[0], mono[1], atol=1e-6)
    wide = mastered(X, **NEUTRAL | {"stereo": 2.0})
    side = wide[0] - wide[1]
    assert np.std(side) == pytest.approx(2 * np.std(X[0] - X[1]), rel=0.02)
