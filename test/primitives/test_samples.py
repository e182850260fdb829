"""Samples: read like tables, by formula; what is loaded is what is read, in either precision, on every backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dspc
from dspc.backends.engine import Engine
from dspc.backends.host_errors import HostError
from dspc.driver.compile import compile as build

RNG = np.random.default_rng(12)
STEREO = RNG.uniform(-1, 1, (2, 9))
OTHER = RNG.uniform(-1, 1, (2, 23))
BACKENDS = ("reference", "bytecode", "c", "wasm")
HALL = dspc.sample("hall", default=STEREO, rate=8000)
KICK = dspc.sample("kick", default=STEREO[0], rate=44_100)


def read(row: np.ndarray, at: np.ndarray, interpolation: str, boundary: str) -> np.ndarray:
    """What a row is at positions, from the definition, in f64."""

    def sample(index: np.ndarray) -> np.ndarray:
        if boundary == "wrap":
            return row[(index % len(row)).astype(int)]
        found = row[np.clip(index, 0, len(row) - 1).astype(int)]
        return np.where((index >= 0) & (index < len(row)) | (boundary == "clamp"), found, 0)

    whole = np.floor(at)
    if interpolation == "none":
        return sample(whole)
    return sample(whole) + (sample(whole + 1) - sample(whole)) * (at - whole)


def both(interpolation: str, boundary: str) -> Any:
    how = {"interpolation": interpolation, "boundary": boundary}

    @dspc.effect
    def reading(at, channel):
        return KICK(at, **how), HALL(channel, at, **how), HALL(1, dspc.i32(dspc.floor(at)), **how)

    return reading


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("boundary", ["clamp", "wrap", "zero"])
@pytest.mark.parametrize("interpolation", ["none", "linear"])
def test_values(interpolation: str, boundary: str, backend: str) -> None:
    """To f64's rounding, as it comes and with another sound; positions beyond the ends, and far beyond."""
    at = np.concatenate([RNG.uniform(-60, 90, 300), np.arange(-30.0, 60.0), [2.0**19, -(2.0**19)]])
    channel = RNG.integers(0, 2, len(at)).astype(float)
    engine = build(both(interpolation, boundary), backend, precision="f64")
    for hall, kick in ((STEREO, STEREO[0]), (OTHER, OTHER[1, :4])):
        y = engine.process(np.stack([at, channel]))
        rows = np.where(channel == 0, *(read(row, at, interpolation, boundary) for row in hall))
        assert y.dtype == np.float64
        np.testing.assert_allclose(y[0], read(kick, at, interpolation, boundary), rtol=0, atol=1e-9)
        np.testing.assert_allclose(y[1], rows, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(y[2], read(hall[1], np.floor(at), "none", boundary))
        engine.load("hall", OTHER, rate=9000)
        engine.load("kick", OTHER[1, :4], rate=9000)


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_a_sample_is_a_table(precision: str) -> None:
    """Bit for bit, in the program's precision."""
    table = dspc.table(STEREO)

    @dspc.effect
    def reading(at, channel):
        return HALL(channel, at), table(channel, at), HALL(1, 3.25), table(1, 3.25)

    at = RNG.uniform(-5, 20, 300)
    y = build(reading, "c", precision=precision).process(np.stack([at, RNG.uniform(-2, 4, 300)]))
    np.testing.assert_array_equal(y[0], y[1])
    np.testing.assert_array_equal(y[2], y[3])


@dspc.effect
def known():
    return dspc.f32(HALL.frames), dspc.f32(HALL.rate), dspc.f32(KICK.rate / dspc.sample_rate)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_known_of_it(backend: str) -> None:
    """Frames and rate of what is loaded; the number of channels is the program's."""
    assert (HALL.channels, KICK.channels) == (2, 1)
    engine = build(known, backend, sample_rate=22_050.0)
    assert engine.process(frames=20)[:, -1].tolist() == [9.0, 8000.0, 2.0]
    engine.load("hall", OTHER, rate=11_025.5)
    engine.load("kick", [1.0])  # at the engine's rate
    assert engine.process(frames=20)[:, 0].tolist() == [23.0, 11_025.5, 1.0]
    engine.reset()
    assert engine.process(frames=20)[:, 0].tolist() == [23.0, 11_025.5, 1.0]


def test_a_default_of_one_channel_may_be_a_row_of_a_file() -> None:
    """What dspc.read gives is read with the channel or without."""
    mono = dspc.sample("mono", default=STEREO[:1].astype(np.float32), rate=8000)

    @dspc.effect
    def reading(at):
        return mono(at), mono(0, at), mono(at - 3, at)

    y = dspc.render(reading, np.arange(9.0))
    np.testing.assert_array_equal(y, np.tile(STEREO[:1].astype(np.float32), (3, 1)))


def test_one_name_is_one_sample() -> None:
    again = dspc.sample("kick", default=STEREO[0].copy(), rate=44_100.0)

    @dspc.effect
    def reading(at):
        return KICK(at), again(at)

    engine = build(reading, "bytecode")
    assert engine.samples == ("kick",)
    engine.load("kick", OTHER[0])
    y = engine.process(np.arange(23.0))
    np.testing.assert_array_equal(y, np.tile(OTHER[0].astype(np.float32), (2, 1)))


@dspc.effect
def echo(x):
    """What was loaded, and something that remembers."""
    return HALL(0, dspc.frame), HALL(1, dspc.frame), dspc.feedback(lambda y: 0.5 * y + x)


@pytest.fixture(params=BACKENDS)
def engine(request: pytest.FixtureRequest) -> Engine:
    return build(echo, request.param)


def test_loading_between_calls(engine: Engine) -> None:
    """It takes effect with the next call, from silence; resetting keeps it, and so does restoring what was saved."""
    saved = engine.save()
    before = engine.process(np.ones(9))
    np.testing.assert_array_equal(before[:2], STEREO.astype(np.float32))
    engine.load("hall", OTHER, rate=8000)
    for again in (lambda: None, engine.reset, lambda: (engine.restore(saved), engine.reset())):
        again()
        after = engine.process(np.ones(23))
        np.testing.assert_array_equal(after[:2], OTHER.astype(np.float32))
        np.testing.assert_allclose(after[2], 2 - 0.5 ** np.arange(23.0), atol=1e-6)


def test_one_channel_is_loaded_into_all(engine: Engine) -> None:
    for sound in (OTHER[0], OTHER[:1]):
        engine.load("hall", sound)
        np.testing.assert_array_equal(engine.process(np.zeros(23))[:2], np.tile(OTHER[0].astype(np.float32), (2, 1)))


@pytest.mark.parametrize("array, message", [
    (np.zeros((3, 4)), "the sound for 'hall' is real numbers [2, frames] or [frames], not float64 [3, 4]"),
    (np.zeros((2, 0)), "the sound for 'hall' is real numbers [2, frames] or [frames], not float64 [2, 0]"),
    (np.zeros((1, 2, 4)), "the sound for 'hall' is real numbers [2, frames] or [frames], not float64 [1, 2, 4]"),
    (3.0, "the sound for 'hall' is real numbers [2, frames] or [frames], not float64 []"),
    ([0.0, np.nan], "the sound for 'hall' holds NaN, infinity, or what float32 does not hold"),
    ([0.0, 1e300], "the sound for 'hall' holds NaN, infinity, or what float32 does not hold"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(engine: Engine, array: Any, message: str) -> None:
    with pytest.raises(HostError) as caught:
        engine.load("hall", array, rate=8000)
    assert (caught.value.code, caught.value.message) == ("DSP233", message)
    np.testing.assert_array_equal(engine.process(np.zeros(9))[:2], STEREO.astype(np.float32))


def test_a_program_that_does_not_know_the_name(engine: Engine) -> None:
    with pytest.raises(HostError, match="DSP232: there is no sample 'hal'.*\n.*\n.*\n.*did you mean 'hall'"):
        engine.load("hal", OTHER)


def test_a_sample_that_only_its_length_is_asked_of() -> None:
    engine = build(dspc.effect(lambda x: x * HALL.frames), "c")
    engine.load("hall", np.zeros(7))
    assert engine.process(np.ones(1)).tolist() == [7.0]


def test_sounds_as_a_player_wants_them() -> None:
    """Played at its own rate at another one: a sine keeps its pitch."""
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)
    sound = dspc.sample("tone", default=tone, rate=44_100)

    @dspc.effect
    def player():
        return sound(dspc.time * sound.rate)

    y = dspc.render(player, seconds=0.9, sample_rate=48_000)
    spectrum = np.abs(np.fft.rfft(y * np.hanning(len(y))))
    assert spectrum.argmax() * 48_000 / len(y) == pytest.approx(440, abs=1)
    assert np.abs(y - np.sin(2 * np.pi * 440 * np.arange(len(y)) / 48_000)).max() < 1e-3
