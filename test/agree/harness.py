"""Runs a program on a backend with one fixed stimulus, and compares bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
from agree.instruments import PROGRAMS
from xdsl.ir import Operation

from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.compile import lower
from dspc.frontend import events as ev
from dspc.frontend.program import trace

FRAMES = 1100


BITS = {4: np.uint32, 8: np.uint64}
FLOATS = {4: np.float32, 8: np.float64}
"""By the bytes of a sample."""


KEPT = 32
"""The tests of a program follow one another (see conftest.py): what is made for one is kept for the next."""


def load(name: str, backend: Backend, leave_out: Sequence[str] = (), precision: str = "f32") -> LoadedProgram:
    """A program of the list on a backend, with passes left out."""
    return _load(name, backend, tuple(leave_out), precision)


@lru_cache(KEPT)
def _load(name: str, backend: Backend, leave_out: tuple[str, ...], precision: str) -> LoadedProgram:
    level = backend if backend.level == "graph" else CBackend(lanes=backend.width())  # what lowering asks for
    return backend.load(lowered(name, level, leave_out, precision))


@lru_cache(KEPT)
def lowered(name: str, backend: Backend, leave_out: tuple[str, ...], precision: str) -> Operation:
    """A program of the list at the backend's level, for reading."""
    return lower(trace(PROGRAMS[name], precision), backend, leave_out=leave_out)


def stimulus(engine: Engine, frames: int) -> tuple[np.ndarray, list[ev.Event]]:
    """Inputs with everything that may come in, and events of every kind; the same for every backend."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (engine.inputs, frames)).astype(engine.dtype)
    for at, value in ((90, np.nan), (91, np.inf), (200, -np.inf), (333, 1e38), (334, 1e-40), (335, -0.0), (400, 3e5)):
        x[:, at % frames] = value
    x[:, 500:700] *= 1e-4
    if engine.dtype == np.float64:  # a denormal, and what no f32 holds
        x[:, 336 % frames], x[:, 337 % frames] = 1e-310, -1e300
    events: list[ev.Event] = []
    for id, parameter in engine.parameters.items():
        for at, part in ((0, 0.7), (17, 0.2), (160, 1.0), (480, 0.0), (901, 0.5)):
            events.append(ev.Param(at, id, parameter.min + part * (parameter.max - parameter.min)))
    events += _song()
    if not engine.inputs:
        events += _notes()
    return x, sorted((e for e in events if e.frame < frames), key=lambda e: e.frame)


def _song() -> list[ev.Event]:
    """A transport that starts, changes its tempo and its metre, jumps, and stops."""
    return [
        ev.Transport(5, tempo=90.0), ev.Transport(40, playing=True, position=2.0, bar=1.5, numerator=1, denominator=16),
        ev.Transport(333, tempo=1234.5), ev.Transport(700, position=-7.05), ev.Transport(702, numerator=7, bar=-7.5),
        ev.Transport(1000, playing=False),
    ]  # fmt: skip


def _notes() -> list[ev.Event]:
    notes: list[ev.Event] = [ev.NoteOn(0, 60, 1.0, 1), ev.NoteOn(3, 64, 0.7, 2), ev.NoteOn(3, 67, 0.5, 3)]
    notes += [ev.NoteOff(150, 60, 0.3, 1), ev.Bend(222, 1.5), ev.Pressure(240, 0.6), ev.Controller(250, 1, 0.9)]
    notes += [ev.NoteOn(300 + 9 * i, 40 + i, 0.4 + 0.02 * i, 10 + i) for i in range(24)]
    notes += [ev.NoteOff(560, 64, 0.0, 2), ev.NoteOff(560, 67, 0.0, 3), ev.Expression(600, 20, "timbre", 0.8)]
    notes += [ev.NoteOff(620 + i, 40 + i, 0.5, 10 + i) for i in range(0, 24, 2)]
    return notes


def run(loaded: LoadedProgram, rate: float, partition: Sequence[int] = (), frames: int = FRAMES) -> np.ndarray:
    """The output as bits, [channels, frames], for the one stimulus."""
    engine = Engine(loaded, rate)
    return play(engine, *stimulus(engine, frames), partition)


def play(engine: Engine, x: np.ndarray, events: Sequence[ev.Event], partition: Sequence[int] = ()) -> np.ndarray:
    """The output as bits; `partition` are block lengths, used in turn."""
    frames = x.shape[1]
    out, at, turn = np.zeros((engine.outputs, frames), engine.dtype), 0, 0
    while at < frames:
        count = min(partition[turn % len(partition)] if partition else frames, frames - at)
        now = [replace(e, frame=e.frame - at) for e in events if at <= e.frame < at + count]
        out[:, at : at + count] = engine.process(x[:, at : at + count], events=now)
        at, turn = at + count, turn + 1
    return bits(out)


def bits(samples: np.ndarray) -> np.ndarray:
    """The bits of floats."""
    return samples.view(BITS[samples.itemsize])


def floats(found: np.ndarray) -> np.ndarray:
    """The floats of bits."""
    return found.view(FLOATS[found.itemsize])


@cache
def truth(name: str, rate: float, frames: int = FRAMES, precision: str = "f32") -> np.ndarray:
    """The reference's bits."""
    return run(load(name, get_backend("reference"), precision=precision), rate, frames=frames)


def assert_same(name: str, found: np.ndarray, rate: float, what: Any) -> None:
    """Every bit of every sample, NaN as a class; outputs are finite anyway."""
    wanted = truth(name, rate, found.shape[1], f"f{8 * found.itemsize}")
    assert np.isfinite(floats(wanted)).all(), f"{name}: the reference is not finite"
    where = difference(found, wanted)
    assert not where, f"{name} on {what} at {rate} Hz: {where}"


def difference(found: np.ndarray, wanted: np.ndarray) -> str:
    """Where bits first differ, and how; empty if they do not."""
    frames = np.argwhere((found != wanted).T)
    if not len(frames):
        return ""
    frame, channel = frames[0]
    values = floats(found)[channel, frame], floats(wanted)[channel, frame]
    return f"{len(frames)} samples differ, first at {frame} in channel {channel}: {values[0]!r} for {values[1]!r}"
