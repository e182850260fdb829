"""The ping-pong echo: repeats where the tempo puts them, from side to side, quieter each time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE

import dspc
from dspc.driver.programs import open_programs
from dspc.frontend.events import Transport

PING_PONG = open_programs(str(EXAMPLES / "ping_pong.py")).programs[0]
PLAIN = {"tone": 18_000.0, "mix": 1.0, "feedback": 0.5}


def click(seconds: float) -> np.ndarray:
    """A click on the left side."""
    x = np.zeros((2, round(seconds * RATE)), np.float32)
    x[0, 0] = 1.0
    return x


def repeats(y: np.ndarray) -> list[tuple[int, int, float]]:
    """Frame, side and sum of the samples around it, of every echo."""
    found: list[tuple[int, int, float]] = []
    for side, channel in enumerate(y):
        loud = np.flatnonzero(np.abs(channel) > 1e-3)
        for group in np.split(loud, np.flatnonzero(np.diff(loud) > 100) + 1):
            peak = group[np.abs(channel[group]).argmax()]
            found.append((int(peak), side, float(channel[max(0, peak - 50) : peak + 200].sum())))
    return sorted(found)


@pytest.mark.parametrize("backend", ["c", "bytecode", "wasm"])
@pytest.mark.parametrize("tempo, note, beats", [
    (120.0, "1/8 dotted", 0.75), (120.0, "1/4", 1.0), (93.0, "1/8 triplet", 1 / 3), (40.0, "1/4", 1.0),
    (171.5, "1/16", 0.25),
])  # fmt: skip
def test_repeats_follow_the_tempo(tempo: float, note: str, beats: float, backend: str) -> None:
    period = beats * 60.0 / tempo * RATE
    params = {**PLAIN, "note": note}
    y = dspc.render(PING_PONG, click(4.3 * period / RATE), params=params, tempo=tempo, backend=backend)
    found = repeats(y)
    assert len(found) == 5
    for n, (frame, side, size) in enumerate(found):
        assert abs(frame - n * period) <= 0.5 * (n + 1), "where the tempo puts it; the low-pass is late by a little"
        assert side == n % 2, "from side to side"
        assert size == pytest.approx(0.5**n, rel=0.01), "quieter each time"


def test_a_new_tempo_moves_what_comes_after() -> None:
    """The line holds the click; how far behind it is read, the tempo says at every moment."""
    change = Transport(round(0.3 * RATE), tempo=60.0)
    params = {**PLAIN, "note": "1/4"}
    y = dspc.render(PING_PONG, click(3.2), params=params, tempo=120.0, events=[change], backend="c")
    assert [(round(frame / RATE, 3), side) for frame, side, _ in repeats(y)] == [(0.0, 0), (1.0, 1), (2.0, 0), (3.0, 1)]


def test_the_tail_is_long_enough() -> None:
    """After it the echoes of the default are 60 dB down."""
    x = np.random.default_rng(1).uniform(-0.5, 0.5, (2, RATE // 4)).astype(np.float32)
    y = dspc.render(PING_PONG, x, tail=True, backend="c")
    assert y.shape == (2, RATE // 4 + 6 * RATE)
    assert np.abs(y[:, -RATE // 10 :]).max() < 1e-3 * np.abs(y).max()


def test_it_can_be_part_of_another_program() -> None:
    """There it takes two signals, and its parameters are constants."""

    @dspc.effect
    def both(left: Any, right: Any):
        return PING_PONG(x=(left, right), note="1/8", **PLAIN)

    y = dspc.render(both, click(0.6), tempo=120.0, backend="c")
    assert [(round(frame / RATE, 4), side) for frame, side, _ in repeats(y)] == [(0.0, 0), (0.25, 1), (0.5, 0)]
