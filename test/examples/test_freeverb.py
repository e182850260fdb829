"""Freeverb, compared sample by sample with a plain version of it in numpy."""

from __future__ import annotations

import numpy as np
import pytest
from excerpts import EXAMPLES
from sound import Doubles, error_db

import dspc
from dspc.driver.programs import open_programs

FREEVERB = open_programs(str(EXAMPLES / "freeverb.py")).programs[0]
COMBS, ALL_PASSES = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617), (556, 441, 341, 225)


def comb(x: Doubles, length: int, room: float, damping: float) -> Doubles:
    line, kept = np.zeros(length + len(x)), 0.0
    for n, value in enumerate(x):
        kept = (1 - damping) * line[n] + damping * kept
        line[n + length] = value + room * kept
    return line[: len(x)]


def all_pass(x: Doubles, length: int) -> Doubles:
    line = np.zeros(length + len(x))
    for n, value in enumerate(x):
        line[n + length] = value + 0.5 * line[n]
    return line[: len(x)] - x


def side(x: Doubles, rate: float, spread: int, room: float, damping: float) -> Doubles:
    lengths = [round((n + spread) * rate / 44_100) for n in COMBS + ALL_PASSES]
    y = np.sum([comb(x, n, 0.7 + 0.28 * room, 0.4 * damping) for n in lengths[:8]], axis=0)
    for n in lengths[8:]:
        y = all_pass(y, n)
    return y


def freeverb(x: Doubles, rate: float, room: float, damping: float, width: float, wet: float, dry: float) -> Doubles:
    a, b = (3 * wet * side(0.015 * x.sum(0), rate, spread, room, damping) for spread in (0, 23))
    own, other = (1 + width) / 2, (1 - width) / 2
    return 2 * dry * x + np.stack([own * a + other * b, own * b + other * a])


@pytest.mark.parametrize("rate", [44_100.0, 48_000.0, 96_000.0])
@pytest.mark.parametrize("room, damping, width", [(0.5, 0.5, 1.0), (1.0, 0.0, 0.3), (0.0, 1.0, 0.0)])
def test_against_numpy(room: float, damping: float, width: float, rate: float) -> None:
    x = np.zeros((2, 20_000))
    x[:, 3] = 1.0, -0.3
    settings = {"room": room, "damping": damping, "width": width, "wet": 0.6, "dry": 0.1}
    y = dspc.render(FREEVERB, x, params=settings, sample_rate=rate, backend="c", precision="f64")
    assert error_db(y, freeverb(x, rate, **settings)) < -240.0


def test_single_precision() -> None:
    """On noise, which is loud all the time."""
    x = np.random.default_rng(3).uniform(-1, 1, (2, 30_000))
    settings = {"room": 0.8, "damping": 0.4, "width": 1.0, "wet": 1.0, "dry": 0.0}
    y = dspc.render(FREEVERB, x, params=settings, sample_rate=44_100.0, backend="c")
    assert error_db(y, freeverb(x, 44_100.0, **settings)) < -110.0


def test_the_tail_is_long_enough() -> None:
    x = np.random.default_rng(3).uniform(-1, 1, (2, 10_000))
    y = dspc.render(FREEVERB, x, params={"dry": 0.0}, tail=True, backend="c")
    assert np.abs(y[:, -1000:]).max() < 1e-4 * np.abs(y).max()
