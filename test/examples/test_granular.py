"""The granular synthesiser: grains added up by formula, pitch by the spectrum, and other sounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, GUITAR, RATE

import dspc
from dspc.driver.compile import compile as build
from dspc.driver.programs import open_programs
from dspc.events import NoteOff, NoteOn
from dspc.stdlib import adsr

PROGRAM = open_programs(str(EXAMPLES / "granular.py")).programs[0]
SOUND, SOUND_RATE = dspc.read(GUITAR)
GRAINS, ROOT = 12, 60
HELD = {"position": 0.1, "speed": 1.0, "size": 0.12, "density": 40.0, "spray": 0.0, "pitch": 0.0}
TONE = 330.0


@dspc.instrument(voices=8)
def envelope(note):
    return adsr(note.gate, attack=0.01, decay=0.1, sustain=1.0, release=0.4) * note.velocity


def play(
    key: int = ROOT, seconds: float = 1.0, sound: Any = None, sound_rate: float = SOUND_RATE, precision: str = "f64",
    backend: str = "c", **params: float,
) -> np.ndarray:  # fmt: skip
    """One note; the first values of parameters are exact."""
    engine = build(PROGRAM, backend, precision=precision)
    if sound is not None:
        engine.load("source", sound, rate=sound_rate)
    for id, value in {**HELD, **params}.items():
        engine.set(id, value)
    return engine.process(frames=round(seconds * RATE), events=[NoteOn(0, key, 0.8, 1)])


def between(row: np.ndarray, at: np.ndarray) -> np.ndarray:
    """A sound that begins again behind its end, at positions between its frames."""
    whole = np.floor(at).astype(np.int64)
    a, b = row[whole % len(row)], row[(whole + 1) % len(row)]
    return a + (b - a) * (at - whole)


def beginnings(density: float, frames: int) -> list[int]:
    """The samples at which grains begin: lane i has grains i, i + 12, … The clock is a sum, as it is there."""
    began = np.cumsum(np.concatenate([[0.0], np.full(frames - 1, density * (1 / RATE))]))
    turns = np.floor((began[:, None] - np.arange(GRAINS)) / GRAINS)
    before = np.vstack([np.full((1, GRAINS), -1.0), turns[:-1]])
    found = np.nonzero(turns != before)[0].tolist()
    assert np.abs(np.array(found) - np.arange(len(found)) * RATE / density).max() <= 1
    return found


def cloud(key: int, frames: int, sound: np.ndarray, sound_rate: float, params: dict[str, float]) -> np.ndarray:
    """The overlap-add of grains."""
    p = {**HELD, **params}
    ratio = 2 ** ((key - ROOT + p["pitch"]) / 12)
    longest = min(p["size"], GRAINS / p["density"])
    total = np.zeros((len(sound), frames))
    for begins in beginnings(p["density"], frames):
        n = np.arange(min(frames - begins, int(longest * RATE) + 1))
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.minimum(n / (longest * RATE), 1.0))
        start = p["position"] * sound.shape[1] + p["speed"] * begins / RATE * sound_rate
        at = start + n * ratio * sound_rate / RATE
        for channel, row in zip(total, sound.astype(float), strict=True):
            channel[begins : begins + len(n)] += window * between(row, at)
    engine = build(envelope, "c", precision="f64")
    level = engine.process(frames=frames, events=[NoteOn(0, key, 0.8, 1)])
    return total * level / np.sqrt(1 + p["density"] * longest)


@pytest.mark.parametrize("key, params", [
    (60, {}),
    (67, {"speed": 0.0, "position": 0.4}),
    (48, {"pitch": 3.5, "size": 0.3, "density": 23.0}),
    (60, {"size": 0.5, "density": 100.0, "speed": -0.7}),
    (72, {"size": 0.01, "density": 7.0, "position": 0.999}),
])  # fmt: skip
def test_grains_add_up(key: int, params: dict[str, float]) -> None:
    """In f64, to rounding; grains of 0.5 s at 100/s are as long as twelve lanes can hold."""
    y = play(key, **params)
    expected = cloud(key, RATE, SOUND, SOUND_RATE, params)
    assert np.abs(y).max() > 0.01
    np.testing.assert_allclose(y, expected, rtol=0, atol=2e-6)


@pytest.mark.parametrize("backend", ["bytecode", "wasm", "c"])
def test_in_f32(backend: str) -> None:
    """Positions are f64 there too: what is left is the rounding of windows and sums. No grain begins on a sample."""
    y = play(64, precision="f32", backend=backend, density=23.0)
    expected = cloud(64, RATE, SOUND, SOUND_RATE, {"density": 23.0})
    assert y.dtype == np.float32 and np.abs(y - expected).max() < 1e-4


def loudest(y: np.ndarray) -> float:
    """The frequency that is loudest, in Hz, to a hundredth of a bin of the spectrum by a parabola."""
    spectrum = np.log(np.abs(np.fft.rfft(y * np.hanning(len(y)))) + 1e-12)
    k = int(spectrum.argmax())
    a, b, c = spectrum[k - 1 : k + 2]
    return (k + 0.5 * (a - c) / (a - 2 * b + c)) * RATE / len(y)


@pytest.mark.parametrize("key, pitch", [(60, 0.0), (72, 0.0), (55, 0.0), (60, 7.0), (64, -12.0)])
@pytest.mark.parametrize("sound_rate", [44_100, 96_000])
def test_notes_transpose(key: int, pitch: float, sound_rate: int) -> None:
    """A sine that is loaded, recorded at another rate: long grains keep its pitch, wherever they begin."""
    tone = np.sin(2 * np.pi * TONE * np.arange(2 * sound_rate) / sound_rate)
    y = play(key, 1.5, tone, sound_rate, pitch=pitch, size=0.5, density=2.0, speed=0.0, position=0.2)[0]
    wanted = TONE * 2 ** ((key - ROOT + pitch) / 12)
    assert abs(1200 * np.log2(loudest(y[: RATE // 2]) / wanted)) < 2, "cents"


def test_at_the_speed_of_the_recording_it_is_the_recording() -> None:
    """Grains that all read the same place give it back: Hann windows, four at once, add up to 2."""
    y = play(60, 1.0, size=0.1, density=40.0, position=0.25)
    n = np.arange(RATE)
    level = 0.8 * 2 / np.sqrt(1 + 4)
    expected = level * np.stack([between(row, 0.25 * SOUND.shape[1] + n) for row in SOUND.astype(float)])
    settled = slice(RATE // 2, None)
    np.testing.assert_allclose(y[:, settled], expected[:, settled], rtol=0, atol=3e-4)


def test_frozen_it_repeats() -> None:
    """At speed 0 each grain is the one before."""
    y = play(seconds=1.0, speed=0.0, size=0.05, density=20.0)[0, RATE // 2 :]
    period = RATE // 20
    assert np.abs(y).max() > 0.01
    np.testing.assert_allclose(y[period:], y[:-period], rtol=0, atol=1e-6)


def test_spray_scatters_the_grains() -> None:
    """Grains begin up to `spray` before or behind the place, each elsewhere; so do those of another note."""
    ramp = np.linspace(-1.0, 1.0, 4 * RATE)

    def places(**params: float) -> np.ndarray:
        y = play(seconds=2.0, sound=ramp, sound_rate=RATE, speed=0.0, position=0.5, size=0.02, density=10.0, **params)
        middle = y[0, RATE // 100 :: RATE // 10][2:]  # of each grain, where its window is 1
        return middle / (0.8 / np.sqrt(1.2)) * 2.0 - 0.01  # seconds from the middle of the ramp, which grows by 0.5/s

    np.testing.assert_allclose(places(spray=0.0), 0.0, atol=1e-3)
    spread = places(spray=0.5)
    assert 0.15 < np.abs(spread).mean() < 0.35 and np.abs(spread).max() <= 0.5 + 1e-3
    assert len(np.unique(spread.round(6))) == len(spread)


def test_density_and_size() -> None:
    """So many grains a second, so long each."""
    y = play(seconds=2.0, sound=np.ones(RATE), sound_rate=RATE, speed=0.0, size=0.02, density=8.0)[0]
    heard = np.abs(y) > 1e-6
    begins = np.flatnonzero(heard & ~np.concatenate([[False], heard[:-1]]))
    lengths = np.flatnonzero(heard & ~np.concatenate([heard[1:], [False]])) - begins
    np.testing.assert_allclose(np.diff(begins)[1:], RATE / 8, atol=1)
    np.testing.assert_allclose(lengths[1:], 0.02 * RATE, atol=6)


def test_a_note_ends() -> None:
    engine = build(PROGRAM, "c")
    y = engine.process(frames=2 * RATE, events=[NoteOn(0, 60, 1.0, 1), NoteOff(RATE // 2, 60, 0.0, 1)])
    assert np.abs(y[:, : RATE // 2]).max() > 0.05 and np.abs(y[:, -RATE // 2 :]).max() < 1e-3
    assert engine.active_voices == 0
