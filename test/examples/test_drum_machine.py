"""The drum machine: steps where the tempo puts them, and what each drum sounds like."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE

import dspc
from dspc.driver.programs import open_programs
from dspc.frontend.events import Transport

DRUMS = open_programs(str(EXAMPLES / "drum_machine.py")).programs[0]
ONE_DRUM = {"kick": "x...............", "snare": "." * 16, "hat": "x" * 16}
HAT = 2
SIXTEENTH = Fraction(1, 4)


def onsets(y: np.ndarray) -> list[int]:
    """Where the drum begins after 1000 samples of silence, which is below -60 dB."""
    loud = np.flatnonzero(np.abs(y) > 1e-3)
    return [int(loud[0]), *loud[1:][np.diff(loud) > 1000].tolist()]


def steps(tempo: Fraction, frames: int, start: Fraction = Fraction(0)) -> list[int]:
    """The first sample at or after each sixteenth: exact."""
    per_step = SIXTEENTH * 60 / tempo * RATE
    first = math.ceil(start / SIXTEENTH)
    times = (math.ceil((k - start / SIXTEENTH) * per_step) for k in range(first, first + frames))
    return [t for t in times if t < frames]


def clicks(**options: object) -> np.ndarray:
    """The hat on every step, as short as it can be: silent before the next."""
    return dspc.render(DRUMS.configure(patterns=ONE_DRUM), params={"open_hat": 0.02}, **options)[HAT]  # type: ignore[arg-type]


@pytest.mark.parametrize("backend", ["c", "bytecode", "wasm"])
@pytest.mark.parametrize("tempo", [60.0, 93.0, 120.0, 124.5, 174.0])
def test_steps_are_exact_to_the_sample(tempo: float, backend: str) -> None:
    y = clicks(seconds=4.0, tempo=tempo, backend=backend)
    assert onsets(y) == steps(Fraction(tempo), len(y))


def test_steps_after_a_change_of_tempo() -> None:
    """The song goes on from where it was, at the new tempo."""
    change = 2 * RATE + 777
    y = clicks(seconds=5.0, tempo=100.0, events=[Transport(change, tempo=151.0)], backend="c")
    reached = Fraction(change, RATE) * 100 / 60
    later = [change + t for t in steps(Fraction(151), len(y) - change, reached)]
    assert onsets(y) == [t for t in steps(Fraction(100), change)] + later


def test_it_is_silent_while_the_song_stands() -> None:
    engine = dspc.compile(DRUMS, backend="c")
    assert not engine.process(frames=RATE).any()
    engine.set_transport(playing=True)
    assert np.abs(engine.process(frames=RATE)).max() > 0.5


def test_patterns() -> None:
    """Each drum plays its own; at 150 a step has 4800 samples."""
    y = dspc.render(DRUMS, params={"open_hat": 0.02}, seconds=3.2, tempo=150.0, backend="c")
    expected = {"kick": "x...x...x...x.x.", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.xxx."}
    for drum, pattern in zip(y, expected.values(), strict=True):
        energy = (drum.reshape(32, 4800)[:, :400].astype(np.float64) ** 2).sum(axis=1)
        before = (drum.reshape(32, 4800)[:, -400:].astype(np.float64) ** 2).sum(axis=1)
        rises = energy > 4 * np.concatenate([[0.0], before[:-1]]) + 1e-6
        assert "".join(".x"[int(r)] for r in rises) == 2 * pattern


@pytest.fixture(scope="module")
def single() -> np.ndarray:
    """One hit of each, 1 s."""
    patterns = {name: "x" + 63 * "." for name in ("kick", "snare", "hat")}
    return dspc.render(DRUMS.configure(patterns=patterns), seconds=1.0, backend="c").astype(np.float64)


def test_kick_is_a_falling_sine(single: np.ndarray) -> None:
    """Against the integral of its frequency, and its envelope, in f64."""
    n = np.arange(RATE)
    frequency = 50 * (1 + 4 * 1e-3 ** (n / (0.12 * RATE)))
    phase = np.concatenate([[0.0], np.cumsum(frequency)[:-1]]) / RATE
    expected = np.sin(2 * np.pi * phase) * 1e-3 ** (n / (0.4 * RATE))
    np.testing.assert_allclose(single[0], expected, atol=2e-3)


def test_snare_and_hat_fade(single: np.ndarray) -> None:
    """60 dB in 0.22 s, and in 0.08 s; the snare has a tone at 185 Hz."""

    def level(x: np.ndarray, at: float) -> float:
        part = x[round(at * RATE) : round((at + 0.01) * RATE)]
        return float(10 * np.log10((part**2).mean()))

    assert level(single[2], 0.0) - level(single[2], 0.04) == pytest.approx(30.0, abs=1.5)
    assert level(single[1], 0.17) - level(single[1], 0.21) == pytest.approx(60.0 * 0.04 / 0.22, abs=2.5)
    spectrum = np.abs(np.fft.rfft(single[1][: RATE // 5] * np.hanning(RATE // 5)))
    assert spectrum[:400].argmax() * 5 == pytest.approx(185, abs=5)


def test_hat_has_no_lows() -> None:
    """Below 7 kHz it loses 6 dB an octave."""
    params = {"open_hat": 0.5}
    hat = dspc.render(DRUMS.configure(patterns=ONE_DRUM), params=params, seconds=8.0, backend="c")[HAT]
    power = (np.abs(np.fft.rfft(hat.astype(np.float64).reshape(8, RATE) * np.hanning(RATE))) ** 2).mean(axis=0)
    octaves = [power[f : 2 * f].mean() for f in (500, 1000, 2000)]
    assert 10 * np.log10(np.divide(octaves[1:], octaves[:-1])) == pytest.approx([6.0, 5.7], abs=0.5)
