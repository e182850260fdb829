"""What engines know beside parameters and notes: the song, meters, connections, and sounds that a host loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from toy_programs import KEYED, KICK, PEAK, SONG, PythonToy, ToyEngine, ToyLibrary

from dspc.backends.engine import Engine
from dspc.backends.host_errors import HostError
from dspc.dialects.layout import TRANSPORT_TYPES, TransportCell
from dspc.frontend.events import Controller, NoteOn, Param, Transport

DTYPES = {"f64": np.float64, "bool": np.uint32, "i32": np.int32, "u32": np.uint32}
Make = Callable[[], Engine]


@pytest.fixture(params=["c", "python"])
def make(request: pytest.FixtureRequest, toy: ToyLibrary) -> Make:
    """An engine of the program without voices, with its core in C or in Python."""
    return (lambda: toy.engine("effect")) if request.param == "c" else PythonToy("effect").engine


def song(engine: ToyEngine) -> dict[str, Any]:
    """What the core is told of the song."""
    return {cell.name: engine.core(SONG + 8 * cell, DTYPES[TRANSPORT_TYPES[cell]]).item() for cell in TransportCell}


# --- the song ---------------------------------------------------------------------------------------


def test_the_song_without_a_host(toy: ToyLibrary) -> None:
    assert song(toy.engine()) == {
        "TEMPO": 120.0, "PLAYING": 0, "POSITION": 0.0, "BAR": 0.0, "NUMERATOR": 4, "DENOMINATOR": 4, "STEP": 0.0,
        "FRAME": 0,
    }  # fmt: skip


def test_cells_of_the_song(toy: ToyLibrary) -> None:
    """Each event says where the song is; what follows from it is there too."""
    engine = toy.engine()
    engine.process(np.zeros(100), events=[Transport(10, playing=True, tempo=90.0), Transport(30, position=8.5, bar=8.0),
                                          Transport(60, tempo=60.0, numerator=3, denominator=8)])  # fmt: skip
    step = 90.0 / (60.0 * 48_000)
    assert song(engine) == {
        "TEMPO": 60.0, "PLAYING": 1, "POSITION": 8.5 + 30.0 * step, "BAR": 8.0, "NUMERATOR": 3, "DENOMINATOR": 8,
        "STEP": 60.0 / (60.0 * 48_000), "FRAME": 60,
    }  # fmt: skip
    assert engine.transport["position"] == song(engine)["POSITION"] + 40.0 * song(engine)["STEP"]


@pytest.mark.parametrize("index, value", [
    (0, 0.0), (0, -5.0), (0, 1e9), (2, 1e300), (3, float("inf")), (4, 0.0), (5, 5000.0), (6, 1.0), (7, 1.0), (99, 1.0),
    (1, float("nan")),
])  # fmt: skip
def test_what_no_song_can_do_is_ignored(toy: ToyLibrary, index: int, value: float) -> None:
    engine = toy.engine()
    before = song(engine)
    engine._run(np.zeros((1, 0), np.float32), np.zeros((2, 0), np.float32), 0, [(0, 7, -1, 0, index, value)])
    assert song(engine) == before


# --- meters and connections -------------------------------------------------------------------------


def test_a_meter_is_cleared_before_each_call(make: Make) -> None:
    engine = make()
    assert dict(engine.meters) == {"level": 0.0}
    for size in (0.5, 0.25):
        engine.process(np.array([0.0, -size, 0.1], np.float32))
        engine.send(Param(0, "gain", 1.0))
        assert dict(engine.meters) == {"level": size}


def test_connections(toy: ToyLibrary) -> None:
    """They outlast a reset; a change is a tick."""
    engine = toy.engine()
    lib, where = toy.lib, (engine._program, engine._memory)
    assert engine.core(KEYED) == 0
    engine.process(frames=1)  # without an input nothing is connected
    lib.dspc_connect(*where, 1, 7)
    assert engine.core(KEYED) == 1 and engine.core(4) == engine.core(8) == 1
    engine.process(np.zeros(1))
    lib.dspc_connect(*where, 1, 1)
    assert engine.core(4) == 0, "nothing has changed"
    engine.reset()
    assert engine.core(KEYED) == 1
    lib.dspc_connect(*where, 99, 1)


# --- sounds -----------------------------------------------------------------------------------------


def test_a_sound_is_loaded(make: Make) -> None:
    engine, sound = make(), np.array([0.5, -0.25, 0.125, 1.0, 0.0], np.float32)
    assert engine.samples == ("kick",) and not engine.process(np.zeros(10))[1].any()
    engine.load("kick", sound, rate=44_100)
    for _ in range(2):
        np.testing.assert_array_equal(engine.process(np.zeros(12))[1], np.resize(sound, 12))
        engine.reset()  # the sound stays
    engine.load("kick", np.ones((1, 70_000)))
    assert engine.process(np.zeros(100))[1].all()


def test_where_a_sound_lies(toy: ToyLibrary) -> None:
    engine = toy.engine()
    small = engine.state_bytes
    engine.load("kick", np.ones(1000), rate=22_050)
    start, frames = engine.core(KICK), engine.core(KICK + 4)
    assert (start % 64, frames, engine.core(KICK + 8, np.float32)) == (0, 1000, 22_050.0)
    assert start + 4 * frames <= engine.core(12) and engine.state_bytes > small + 3900
    engine.load("kick", np.ones(10))
    assert engine.core(KICK + 8, np.float32) == 48_000.0 and engine.state_bytes == small


def test_loading_keeps_what_was_set(make: Make) -> None:
    engine = make()
    engine.set("gain", 0.25)
    engine.set("hold", 1.0)
    engine.controller(1, 0.75)
    engine.set_transport(tempo=90.0, playing=True, position=3.0)
    engine.process(np.ones(100))
    before = {id: p.value for id, p in engine.parameters.items()}, dict(engine.transport)
    engine.load("kick", np.zeros(7))
    assert ({id: p.value for id, p in engine.parameters.items()}, dict(engine.transport)) == before
    np.testing.assert_array_equal(engine.process(np.ones(20))[0], np.full(20, 0.25, np.float32))
    assert engine.transport["position"] == pytest.approx(3.0 + 120 * 1.5 / 48_000, abs=1e-12)


def test_loading_silences_the_voices(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.process(frames=10, events=[NoteOn(0, 60, 1.0, 5), Controller(3, 64, 1.0)])
    engine.load("kick", np.zeros(7))
    assert engine.active_voices == 0 and engine.core(0) == 0 and engine.core(PEAK) == 0


@pytest.mark.parametrize("name, array, rate, code, message", [
    ("kik", np.zeros(3), 1e3, "DSP232", "there is no sample 'kik'"),
    ("kick", np.zeros((2, 3)), 1e3, "DSP233", "the sound for 'kick' is real numbers [frames], not float64 [2, 3]"),
    ("kick", np.zeros(0), 1e3, "DSP233", "the sound for 'kick' is real numbers [frames], not float64 [0]"),
    ("kick", np.zeros(3, complex), 1e3, "DSP233", "the sound for 'kick' is real numbers [frames], not complex128 [3]"),
    ("kick", np.full(3, np.inf), 1e3, "DSP233",
     "the sound for 'kick' holds NaN, infinity, or what float32 does not hold"),
    ("kick", np.zeros(3), 0.0, "DSP306", "the rate of a sound is in 1..1e+09 Hz, not 0"),
    ("kick", np.zeros(3), float("nan"), "DSP306", "the rate of a sound is NaN"),
])  # fmt: skip
def test_what_is_no_sound_is_refused(
    make: Make, name: str, array: np.ndarray, rate: float, code: str, message: str
) -> None:
    engine = make()
    engine.load("kick", np.full(4, 0.5))
    with pytest.raises(HostError) as caught:
        engine.load(name, array, rate)
    assert (caught.value.code, caught.value.message) == (code, message)
    assert (engine.process(np.zeros(8))[1] == 0.5).all(), "nothing has changed"


@pytest.mark.parametrize("channels, frames, rate", [
    (1, 0, 8000.0), (1, 2**31, 8000.0), (1, 3, 0.0), (1, 3, float("nan")), (1, 3, 1e12), (0, 3, 8000.0),
    (2**16, 2**16, 8000.0), (2**31, 2, 8000.0),
])  # fmt: skip
def test_programs_with_no_sound_are_refused(toy: ToyLibrary, channels: int, frames: int, rate: float) -> None:
    ffi = toy.ffi
    program = ffi.new("dspc_program *", toy.lib.toy_program(0)[0])
    samples = ffi.new("dspc_sample[1]", [program.samples[0]])
    program.samples = samples
    assert toy.lib.dspc_bytes(program, 48_000.0, ffi.NULL) > 0
    samples[0].channels, samples[0].frames, samples[0].rate = channels, frames, rate
    assert toy.lib.dspc_bytes(program, 48_000.0, ffi.NULL) == 0


def test_a_sound_of_two_channels(toy: ToyLibrary) -> None:
    """One lies behind the other; the cell says the frames of each."""
    ffi = toy.ffi
    program = ffi.new("dspc_program *", toy.lib.toy_program(2)[0])
    samples = ffi.new("dspc_sample[1]", [program.samples[0]])
    samples[0].channels, samples[0].frames = 2, 1
    program.samples = samples
    loaded = toy.load("effect")
    engine = ToyEngine(replace(loaded, program=program, keep=(*loaded.keep, program, samples)))
    sound = np.arange(1.0, 7.0).reshape(2, 3)
    for given, held in ((sound, sound), (sound[0], sound[[0, 0]])):
        engine.load("kick", given)
        start, frames = engine.core(KICK), engine.core(KICK + 4)
        assert frames == 3 and start + 24 <= engine.core(12)
        assert [engine.core(start + 4 * k, np.float32) for k in range(6)] == held.ravel().tolist()


def test_a_sample_without_data_is_silence(toy: ToyLibrary) -> None:
    ffi = toy.ffi
    program = ffi.new("dspc_program *", toy.lib.toy_program(2)[0])
    samples = ffi.new("dspc_sample[1]", [program.samples[0]])
    samples[0].data, samples[0].frames = ffi.NULL, 5000
    program.samples = samples
    loaded = toy.load("effect")
    engine = ToyEngine(replace(loaded, program=program, keep=(*loaded.keep, program, samples)))
    assert not engine.process(np.zeros(5000))[1].any() and engine.core(KICK + 4) == 5000
