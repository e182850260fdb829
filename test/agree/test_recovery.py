"""What is no number, or too large, comes and goes: outputs stay finite, and the sound comes back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from agree.harness import difference, floats, play
from agree.instruments import EXAMPLES, PROGRAMS
from agree.recursive_programs import EFFECTS, INSTRUMENTS, Recursive, decaying_voices, decays

from dspc.backends import get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.describe import line_lengths
from dspc.backends.engine import Engine, LoadedProgram
from dspc.backends.event_codec import BEND, CHOKE, CONTROLLER, EXPRESSION, NOTE_OFF, NOTE_ON, PARAM, PRESSURE, Row
from dspc.dialects.layout import NONE
from dspc.driver.compile import lower
from dspc.driver.programs import open_programs
from dspc.frontend import events as ev
from dspc.frontend.errors import DspError
from dspc.frontend.program import trace

RATE = 8000.0
BYTECODE = get_backend("bytecode")
GARBAGE = (math.nan, math.inf, -math.inf, 1e38, -1e38, 2e6, -3e38)
BURSTS = (1, 7, 40)
START = 3000
SETTLED = 1000
"""Samples of clean input that are enough, beyond the longest delay and the tail."""
MINUS_60_DB = 1e-3
GENERATORS = ("drum_machine_drums",)
"""Effects without inputs."""


def _examples() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(p for p in Path(EXAMPLES).glob("*.py") if p.stem != "test_comb"):
        try:
            programs = open_programs(str(path)).programs
        except DspError as error:
            assert error.code == "DSP192", error  # a script without a program
            continue
        found.update({f"{path.stem}_{p.name}": p for p in programs})
    return found


EXAMPLE_PROGRAMS = _examples()
TAIL_OF_EXAMPLES = 4 * int(RATE)
ALL_EFFECTS = EFFECTS | {
    name: Recursive(p, TAIL_OF_EXAMPLES) for name, p in EXAMPLE_PROGRAMS.items() if p.kind == "effect"
}
ALL_INSTRUMENTS = INSTRUMENTS | {name: p for name, p in EXAMPLE_PROGRAMS.items() if p.kind == "instrument"}
ALL = {name: e.program for name, e in ALL_EFFECTS.items()} | ALL_INSTRUMENTS | {"parameters": PROGRAMS["parameters"]}


@cache
def loaded(program: Any, precision: str = "f32") -> tuple[LoadedProgram, int]:
    """A program as bytecode, and its longest delay in samples."""
    legal: Any = lower(trace(program, precision), BYTECODE)
    longest = max((samples + math.ceil(seconds * RATE) for samples, seconds in line_lengths(legal)), default=0)
    return BYTECODE.load(legal), longest


def engine_of(program: Any, precision: str = "f32") -> Engine:
    return Engine(loaded(program, precision)[0], RATE)


def clean_input(channels: int, frames: int, dtype: Any = np.float32) -> np.ndarray:
    """Noise that keeps away from 0, where some programs fail."""
    x = np.random.default_rng(3).uniform(0.05, 1.0, (channels, frames)) * np.where(np.arange(frames) % 3 == 0, -1, 1)
    return x.astype(dtype)


def disturbed(x: np.ndarray, count: int) -> np.ndarray:
    """The input with `count` samples of garbage."""
    y = x.copy()
    y[:, START : START + count] = np.resize(np.array(GARBAGE, y.dtype), count)
    return y


def assert_comes_back(found: np.ndarray, wanted: np.ndarray, settled: int) -> None:
    """Finite everywhere; from `settled` on within -60 dB of the undisturbed run, of its peak in each channel."""
    assert np.isfinite(found).all()
    peak = np.abs(wanted[:, settled:]).max(axis=1)
    error = np.abs(found[:, settled:] - wanted[:, settled:]).max(axis=1)
    assert (peak > 0).all() and (error <= MINUS_60_DB * peak).all(), (error / peak).tolist()


# --- inputs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("name", [n for n in ALL_EFFECTS if n not in GENERATORS])
def test_inputs(name: str, precision: str) -> None:
    case = ALL_EFFECTS[name]
    longest = loaded(case.program, precision)[1]
    end = START + max(BURSTS) + longest + case.tail + SETTLED
    engine = engine_of(case.program, precision)
    x = clean_input(engine.inputs, end + 1000, engine.dtype)
    wanted = floats(play(engine, x, []))
    for count in BURSTS:
        found = floats(play(engine_of(case.program, precision), disturbed(x, count), [], (64,)))
        assert_comes_back(found, wanted, START + count + longest + case.tail + SETTLED)


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("name", ["moved_filters", "fails_at_0", "fails_in_lanes"])
def test_other_backends_give_the_same_bits(name: str, precision: str) -> None:
    program = ALL_EFFECTS[name].program
    engine = engine_of(program, precision)
    x = disturbed(clean_input(engine.inputs, START + 100, engine.dtype), 40)[:, START - 50 :]
    wanted = play(engine, x, [], (7,))
    for backend in (get_backend("reference"), get_backend("wasm"), CBackend(8, optimise=("-O1",))):
        found = play(Engine(backend.load(lower(trace(program, precision), backend)), RATE), x, [])
        assert not difference(found, wanted), backend.name


# --- events: what a host's code may send, which `Engine.set` and its like refuse -------------------


def with_rows(program: Any, *rows: Sequence[Row], frames: int = 400) -> np.ndarray:
    """The output's bits; before each stretch of `frames` the rows of raw events at its start."""
    engine = engine_of(program)
    x, parts = clean_input(engine.inputs, frames), list[np.ndarray]()
    for given in rows:
        out = np.zeros((engine.outputs, frames), np.float32)
        engine._run(x, out, frames, list(given))
        parts.append(out)
    made = np.concatenate(parts, axis=1)
    assert np.isfinite(made).all()
    return made.view(np.uint32)


def notes(*keys: int) -> list[Row]:
    return [(0, NOTE_ON, key, 0, key, 0.8) for key in keys]


def params(program: Any, value: float | None, bound: str = "") -> list[Row]:
    """An event for every parameter: one value, or each its own bound."""
    described = engine_of(program).parameters.values()
    return [(3, PARAM, -1, 0, i, getattr(p, bound) if value is None else value) for i, p in enumerate(described)]


@pytest.mark.parametrize("name", [n for n, p in ALL.items() if engine_of(p).parameters])
def test_parameters(name: str) -> None:
    """NaN is ignored, everything else means the nearest value; then they come back."""
    program = ALL[name]
    on = notes(60, 67) if program.kind == "instrument" else []
    plain = with_rows(program, on, [], [])
    assert not difference(with_rows(program, on, params(program, math.nan), []), plain)
    back = params(program, None, "default")
    for values, bound in (((math.inf, 1e38, 1e300), "max"), ((-math.inf, -1e38), "min")):
        wanted = with_rows(program, on, params(program, None, bound), back)
        for value in values:
            assert not difference(with_rows(program, on, params(program, value), back), wanted), value
    stray = [(0, PARAM, -1, 0, 999, 1.0), (0, PARAM, -1, 0, NONE, math.nan), (0, 77, -1, 99, NONE, math.nan)]
    assert not difference(with_rows(program, on, stray, []), plain)


NAN_ROWS: list[Row] = [
    (5, BEND, -1, 0, NONE, math.nan), (5, PRESSURE, -1, 0, NONE, math.nan), (5, CONTROLLER, -1, 0, 74, math.nan),
    (6, EXPRESSION, 60, -1, 0, math.nan), (6, EXPRESSION, 60, -1, 1, math.nan), (7, NOTE_ON, 9, 0, 200, 0.5),
    (7, NOTE_ON, 9, 0, NONE, 0.5), (7, NOTE_ON, 9, 77, 60, 0.5), (8, NOTE_ON, 9, 0, 50, math.nan),
    (8, EXPRESSION, 60, -1, 12, 0.5), (9, CHOKE, 12345, 0, NONE, math.nan),
]  # fmt: skip
"""What means nothing."""
CLAMPED: list[tuple[Row, Row]] = [
    ((5, BEND, -1, 0, NONE, math.inf), (5, BEND, -1, 0, NONE, 1024.0)),
    ((5, BEND, -1, 0, NONE, -1e38), (5, BEND, -1, 0, NONE, -1024.0)),
    ((5, PRESSURE, -1, 0, NONE, math.inf), (5, PRESSURE, -1, 0, NONE, 1.0)),
    ((5, CONTROLLER, -1, 0, 74, -math.inf), (5, CONTROLLER, -1, 0, 74, 0.0)),
    ((5, EXPRESSION, 60, -1, 0, 1e300), (5, EXPRESSION, 60, -1, 0, 1024.0)),
    ((5, NOTE_ON, 9, 0, 50, math.inf), (5, NOTE_ON, 9, 0, 50, 1.0)),
    ((5, NOTE_OFF, 60, 0, 60, math.nan), (5, NOTE_OFF, 60, 0, 60, 0.0)),
]
"""What means the nearest value."""


@pytest.mark.parametrize("name", ALL_INSTRUMENTS)
def test_notes(name: str) -> None:
    program = ALL_INSTRUMENTS[name]
    plain = with_rows(program, notes(60, 67), [])
    assert not difference(with_rows(program, notes(60, 67), NAN_ROWS), plain)
    for given, meant in CLAMPED:
        wanted = with_rows(program, notes(60, 67), [meant])
        assert not difference(with_rows(program, notes(60, 67), [given]), wanted), given


@pytest.mark.parametrize("name", ALL_INSTRUMENTS)
def test_voices_come_back(name: str) -> None:
    """Bend, pressure and timbre at their ends for a while; new notes then sound as if nothing had been."""
    program, frames = ALL_INSTRUMENTS[name], 6 * int(RATE)
    x = np.zeros((0, frames), np.float32)
    held = [ev.NoteOn(0, 50, 0.8, 1), ev.NoteOff(1000, 50, 0.0, 1), ev.NoteOn(START * 10, 48, 0.9, 2)]
    wild: list[ev.Event] = [ev.Bend(100, 1024.0), ev.Pressure(100, 1.0), ev.Bend(300, -1024.0)]
    wild.append(ev.Controller(300, 74, 1.0))
    calm: list[ev.Event] = [ev.Bend(500, 0.0), ev.Pressure(500, 0.0), ev.Controller(500, 74, 0.0)]
    by_frame = sorted([*held, *wild, *calm], key=lambda e: e.frame)
    wanted = play(engine_of(program), x, held).view(np.float32)
    assert_comes_back(play(engine_of(program), x, by_frame).view(np.float32), wanted, START * 10)


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_a_voice_that_fails_leaves_the_others_alone(precision: str) -> None:
    """Its outputs count as silence, so it also ends."""
    program, frames = INSTRUMENTS["sick_voices"], 2000
    x = np.zeros((0, frames), np.float32)
    alone = [ev.NoteOn(0, 60, 1.0, 1)]
    both = [*alone, ev.NoteOn(0, 62, 1.0, 2), ev.Pressure(0, 0.9, None, 2), ev.NoteOff(400, 62, 0.0, 2)]
    engine = engine_of(program, precision)
    found = play(engine, x, sorted(both, key=lambda e: e.frame))
    assert not difference(found, play(engine_of(program, precision), x, alone))
    assert engine.active_voices == 1 and engine.ended_notes() == [2]


# --- denormals -------------------------------------------------------------------------------------


def denormals(x: np.ndarray) -> int:
    """How many samples of a channel are denormal, at most."""
    size = np.abs(x)
    return int(np.count_nonzero((size > 0) & (size < np.finfo(np.float32).tiny), axis=1).max())


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_decays_reach_0(precision: str) -> None:
    """Exactly, within 4,000 samples, and without staying among denormal numbers: until state is looked after next."""
    x = np.zeros((1, 6000))
    x[0, 0] = 1.0
    made = floats(play(engine_of(decays, precision), x, [], (100,)))
    assert (np.abs(made[:, :20]).max(axis=1) > 0).all()
    assert denormals(made) < 64 and not denormals(np.delete(made, 1, axis=0))
    assert not made[:, 4000:].any()


def test_voices_decay_to_0() -> None:
    x = np.zeros((0, 4000), np.float32)
    held: list[ev.Event] = [ev.NoteOn(7 * key, key, 1.0, key) for key in range(9)]
    made = play(engine_of(decaying_voices), x, held).view(np.float32)
    assert made[:, :200].any() and not denormals(made) and not made[:, 3000:].any()
