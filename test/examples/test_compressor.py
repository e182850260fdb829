"""The compressor: its curve, its times, what looking ahead is for, and who presses it down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE

import dspc
from dspc.driver.programs import open_programs

COMP = open_programs(str(EXAMPLES / "compressor.py")).programs[0]
LOOKAHEAD = 240


def steady(db: float, seconds: float = 0.2) -> np.ndarray:
    """A square wave on both sides, whose level is that of each of its samples."""
    sign = np.where(np.arange(round(seconds * RATE)) // 20 % 2, 1.0, -1.0)
    return np.stack([sign, -sign]).astype(np.float32) * np.float32(10 ** (db / 20))


def gain_db(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The gain of each sample, in decibels."""
    return 20 * np.log10(np.abs(y.astype(np.float64)) / np.abs(x))


def render(x: np.ndarray, **params: Any) -> np.ndarray:
    return dspc.render(COMP, x, params=params, backend="c")


@pytest.mark.parametrize("threshold, ratio, makeup", [(-24.0, 4.0, 0.0), (-40.0, 20.0, 6.0), (-10.0, 1.5, 0.0)])
@pytest.mark.parametrize("level", [-50.0, -30.0, -12.0, -3.0, 0.0])
def test_curve(level: float, threshold: float, ratio: float, makeup: float) -> None:
    """Above the threshold the level rises by a ratio-th; below it nothing happens."""
    x = steady(level)
    y = render(x, threshold=threshold, ratio=ratio, makeup=makeup)
    expected = makeup - max(level - threshold, 0.0) * (1 - 1 / ratio)
    np.testing.assert_allclose(gain_db(y, x)[:, -2000:], expected, atol=2e-3)


@pytest.mark.parametrize("attack, release", [(0.001, 0.1), (0.01, 0.05), (0.03, 0.3)])
def test_attack_and_release(attack: float, release: float) -> None:
    """The reduction in decibels moves exponentially: against the formula, sample by sample."""
    quiet, loud = steady(-60.0, 0.2), steady(-6.0, 0.3)
    x = np.concatenate([quiet, loud, steady(-60.0, 0.6)], axis=1)
    found = -gain_db(render(x, threshold=-30.0, ratio=4.0, attack=attack, release=release), x)[0]
    start, end = quiet.shape[1] - LOOKAHEAD, quiet.shape[1] + loud.shape[1]
    n = np.arange(x.shape[1])
    risen = 18.0 * (1 - np.exp(-(n - start + 1) / (attack * RATE)))
    expected = np.where(n < start, 0.0, risen)
    expected[end:] = risen[end - 1] * np.exp(-(n[end:] - end + 1) / (release * RATE))
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_the_gain_is_down_before_the_transient() -> None:
    """5 ms are five times the attack: 99.3 % of the way. Without looking ahead the first sample comes through."""
    x = np.concatenate([steady(-40.0), steady(0.0)], axis=1)
    at, settings = x.shape[1] // 2, {"threshold": -20.0, "ratio": 20.0, "attack": 0.001}
    ahead = gain_db(render(x, **settings), x)[0]
    late = gain_db(dspc.render(COMP.configure(lookahead=0), x, params=settings, backend="c"), x)[0]
    assert ahead[at] == pytest.approx(-19.0 * (1 - np.exp(-241 / 48)), abs=0.01)
    assert ahead[at - LOOKAHEAD - 1] == pytest.approx(0, abs=1e-3)
    assert late[at] > -0.5 and late[at - 1] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("backend", ["c", "bytecode", "wasm"])
def test_latency(backend: str) -> None:
    """It is that of the look-ahead; `render` removes it."""
    for samples in (0, 1, 64, 1000):
        engine = dspc.compile(COMP.configure(lookahead=samples), backend=backend)
        assert engine.latency == samples
    x = np.zeros((2, 3000), np.float32)
    x[:, 700] = 0.01  # below the threshold: it passes as it is
    played = dspc.compile(COMP, backend=backend).process(np.concatenate([x, np.zeros_like(x)]))
    assert np.flatnonzero(played[0]).tolist() == [700 + LOOKAHEAD]
    np.testing.assert_allclose(dspc.render(COMP, x, backend=backend), x, rtol=1e-6)


def test_both_sides_have_one_gain() -> None:
    x = steady(-6.0)
    x[1] *= np.float32(0.01)
    left, right = gain_db(render(x), x)
    np.testing.assert_allclose(left, right, atol=1e-5)
    assert left[-1] < -13


def test_the_key_presses_it_down() -> None:
    """With a key connected the signal itself does not count."""
    silent, x = np.zeros((2, 9600), np.float32), steady(-6.0)
    for key, expected in (([], -13.5), ([silent], 0.0), ([steady(-4.0)], -15.0)):
        y = dspc.compile(COMP, backend="c").process(np.concatenate([x, *key]))
        assert gain_db(y[:, -1], x[:, -1])[0] == pytest.approx(expected, abs=0.01)


def test_meter() -> None:
    """The deepest reduction of each call, in decibels."""
    engine = dspc.compile(COMP, backend="c")
    x = np.concatenate([steady(-6.0), steady(-60.0, 0.3)], axis=1)
    late = np.pad(x, ((0, 0), (LOOKAHEAD, 0)))[:, : x.shape[1]]
    late[:, :LOOKAHEAD] = np.nan
    for n in range(0, x.shape[1], 1000):
        y = engine.process(x[:, n : n + 1000])
        deepest = np.nanmax(-gain_db(y, late[:, n : n + 1000]))
        assert engine.meters["reduction"] == pytest.approx(deepest, abs=1e-3), n
