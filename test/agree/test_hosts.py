"""Transport, meters, side chains, and mono effects on wider buses: the same on every backend, and by formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from agree.harness import load, stimulus
from agree.host_programs import buses, metered
from agree.test_engines import engine_at

import dspc
from dspc.backends import get_backend
from dspc.backends.engine import Engine
from dspc.driver.compile import compile as build
from dspc.frontend.events import Param, Transport

BACKENDS = ("c", "wasm", "bytecode", "reference")
RATE = 48_000.0
STEP = 100.0 / (60.0 * RATE)
"""Quarter notes a sample at 100 beats a minute."""


@dspc.effect
def position():
    now = dspc.transport.position
    whole = dspc.floor(now)
    return dspc.f32(whole), dspc.f32(now - whole)


def positions(y: np.ndarray) -> np.ndarray:
    return y[0].astype(float) + y[1].astype(float)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_position_runs_while_the_song_plays(backend: str) -> None:
    engine = build(position, backend)
    events = [Transport(100, tempo=100.0, position=8.0), Transport(150, playing=True), Transport(400, tempo=50.0),
              Transport(500, playing=False)]  # fmt: skip
    y = positions(engine.process(frames=600, events=events))
    n = np.arange(600)
    wanted = np.where(n < 100, 0.0, 8.0 + STEP * np.clip(n - 150, 0, 250) + STEP / 2 * np.clip(n - 400, 0, 100))
    np.testing.assert_allclose(y, wanted, rtol=0, atol=1e-7)
    assert engine.transport["position"] == pytest.approx(8.0 + 300 * STEP, abs=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_hour_of_song_does_not_drift(backend: str) -> None:
    """The position is counted from the last event, it is no sum of rounded steps."""
    engine = engine_at(backend_of(position, backend), 0)
    engine.set_transport(tempo=100.0, playing=True)
    frames = 3600 * int(RATE)
    move_to(engine, frames)
    y = positions(engine.process(frames=20))
    np.testing.assert_allclose(y, STEP * (frames + np.arange(20)), rtol=0, atol=1e-7)


def backend_of(program: Any, backend: str) -> Any:
    from dspc.driver.compile import load_program

    return load_program(program, backend)


def core_frame(engine: Engine) -> Any:
    """The number of the sample in the core's memory, which lies outside the engine's in these tests."""
    ffi = engine._ffi
    return np.frombuffer(ffi.buffer(ffi.cast("unsigned char *", engine._core), 4), np.uint32)


def move_to(engine: Engine, frame: int) -> None:
    core_frame(engine)[0] = frame


@pytest.mark.parametrize("backend", ["c", "bytecode"])
def test_the_position_runs_on_beyond_the_reach_of_frames(backend: str) -> None:
    """After 2^31 frames it is counted from another frame, the same whatever the blocks."""
    found: list[np.ndarray] = []
    for partition in ((64,), (7, 30, 27)):
        engine = engine_at(backend_of(position, backend), 0)
        engine.set_transport(tempo=100.0, playing=True)
        move_to(engine, 2**31 - 40)
        found.append(np.concatenate([engine.process(frames=n) for n in partition], axis=1))
    np.testing.assert_array_equal(found[0], found[1])
    wanted = STEP * (2**31 - 40 + np.arange(64))
    np.testing.assert_allclose(positions(found[0]), wanted, rtol=0, atol=1e-6)
    assert engine.transport["position"] == pytest.approx(STEP * (2**31 + 24), abs=1e-6)


@dspc.effect
def bar():
    return dspc.f32(dspc.transport.bar), dspc.f32(dspc.transport.position)


@pytest.mark.parametrize("backend", BACKENDS)
def test_bars_follow_the_metre(backend: str) -> None:
    engine = build(bar, backend)
    engine.set_transport(tempo=9999.0, playing=True, position=1.0, bar=0.5, numerator=6, denominator=8)
    start, now = engine.process(frames=3000)
    wanted = 0.5 + np.floor((now.astype(float) - 0.5) / 3.0) * 3.0
    inside = np.abs((now - 0.5) / 3.0 - np.round((now - 0.5) / 3.0)) > 1e-3
    np.testing.assert_array_equal(start[inside], wanted[inside].astype(np.float32))
    assert len(set(start)) > 3


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_song_survives_a_reset(backend: str) -> None:
    engine = build(position, backend)
    engine.set_transport(tempo=100.0, playing=True, position=4.0)
    engine.process(frames=500)
    engine.reset()
    y = positions(engine.process(frames=100))
    np.testing.assert_allclose(y, 4.0 + STEP * (500 + np.arange(100)), rtol=0, atol=1e-7)
    assert engine.transport["tempo"] == 100.0


# --- meters -----------------------------------------------------------------------------------------


def metered_engine(backend: str) -> Engine:
    return Engine(load("metered", get_backend(backend)), RATE)


@pytest.mark.parametrize("backend", ["c", "wasm", "bytecode"])
def test_meters_agree(backend: str) -> None:
    truth, engine = metered_engine("reference"), metered_engine(backend)
    x, events = stimulus(engine, 1100)
    for start, stop in ((0, 100), (100, 101), (101, 600), (600, 1100)):
        now = [type(e)(**{**vars(e), "frame": e.frame - start}) for e in events if start <= e.frame < stop]
        for one in (truth, engine):
            one.process(x[:, start:stop], events=now)
        assert dict(engine.meters) == dict(truth.meters)
    assert set(engine.meters) == {"gain", "count", "fine", "above", "kept", "sum"} and min(engine.meters.values()) > 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_meter_is_the_peak_of_each_call(backend: str) -> None:
    engine = metered_engine(backend)
    x = np.random.default_rng(3).uniform(-1, 1, (2, 500)).astype(np.float32)
    x[0, 7] = np.nan  # becomes 0 at the input
    for start in (0, 250):
        y = engine.process(x[:, start : start + 250])
        assert engine.meters["sum"] == np.abs(y).max()
        fine = np.abs(np.nan_to_num(x[1, start : start + 250]).astype(float) * 3).max()
        assert engine.meters["fine"] == np.float32(fine)
    engine.set("gain", 0.25)
    assert engine.meters["sum"] == np.abs(y).max(), "what is between calls is no call"
    engine.process(np.zeros((2, 10)))
    assert engine.meters["above"] == 0.0 and engine.meters["count"] == 0.0
    engine.reset()
    assert engine.meters["sum"] == 0.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_meter_does_not_see_what_is_no_number(backend: str) -> None:
    engine = build(lambda x: 0.0 * dspc.meter("odd", 1.0 / x - 1.0 / x), backend)
    engine.process(np.array([0.0, 1.0, 0.0], np.float32))
    assert engine.meters["odd"] == 0.0


# --- buses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_side_chain_that_is_left_out(backend: str) -> None:
    engine = build(buses, backend)
    x = np.random.default_rng(4).uniform(-1, 1, (6, 64)).astype(np.float32)
    loud = engine.process(x)
    alone = engine.process(x[[0, 1, 2, 4, 5]])
    again = engine.process(x)
    names = [(b.name, b.channels, b.sidechain, b.offset) for b in engine.input_buses]
    assert names == [("main", 1, False, 0), ("x", 2, False, 1), ("key", 1, True, 3), ("more", 2, False, 4)]
    assert [(b.name, b.channels) for b in engine.output_buses] == [("out", 2), ("rest", 2), ("level", 1)]
    np.testing.assert_array_equal(alone[:2], x[1:3])
    np.testing.assert_array_equal(alone[2:4], x[[0, 5]])
    assert (np.abs(loud[0, 5:]) < np.abs(x[1, 5:])).all() and (np.abs(again[0]) < np.abs(x[1])).all()
    engine.process(frames=16)
    np.testing.assert_array_equal(engine.process(x[[0, 1, 2, 4, 5]])[:2], x[1:3])


MONO: dict[str, Callable[..., Any]] = {
    "positional": lambda x, gain=dspc.param(0.5, 0.0, 1.0): dspc.meter(
        "level", gain * dspc.feedback(lambda y: x + 0.5 * y)
    ),
    "keyed": lambda x=dspc.input(1), key=dspc.input(1, sidechain=True), gain=dspc.param(0.5, 0.0, 1.0): {
        "out": gain * x[0], "key": key[0] * dspc.f32(key.connected)
    },
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_mono_effect_runs_once_for_each_channel(backend: str) -> None:
    x = np.random.default_rng(5).uniform(-1, 1, (3, 200)).astype(np.float32)
    events = [Param(50, "gain", 0.9)]
    wide = build(MONO["positional"], backend, channels=3)
    y = wide.process(x, events=events)
    alone = [build(MONO["positional"], backend).process(channel, events=events) for channel in x]
    np.testing.assert_array_equal(y.view(np.uint32), np.array(alone).view(np.uint32))
    assert list(wide.parameters) == ["gain"] and [b.channels for b in wide.input_buses] == [3]
    assert wide.meters["level"] == np.abs(y).max()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_mono_effect_shares_its_side_chain(backend: str) -> None:
    engine = build(MONO["keyed"], backend, channels=2)
    x = np.random.default_rng(6).uniform(-1, 1, (3, 40)).astype(np.float32)
    y = engine.process(x)
    np.testing.assert_array_equal(y, np.array([0.5 * x[0], 0.5 * x[1], x[2], x[2]]))
    assert [(b.name, b.channels) for b in engine.input_buses] == [("x", 2), ("key", 1)]
    assert [(b.name, b.channels) for b in engine.output_buses] == [("out", 2), ("key", 2)]
    assert not engine.process(x[:2])[2:].any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_metered_program_sounds_as_one_without(backend: str) -> None:
    def plain(x, y, gain=dspc.param(0.5, 0.0, 2.0)):
        return gain * (x + y)

    x = np.random.default_rng(7).uniform(-1, 1, (2, 300)).astype(np.float32)
    events = [Param(31, "gain", 1.5)]
    found, wanted = (build(program, backend).process(x, events=events) for program in (metered, plain))
    np.testing.assert_array_equal(found.view(np.uint32), wanted.view(np.uint32))
