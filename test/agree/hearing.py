"""Plays a program on every backend, in several blocks; what is heard is the same bits everywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from agree.harness import difference, play
from numpy.typing import NDArray

from dspc.backends import get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.compile import lower
from dspc.frontend.events import Event, NoteOff, NoteOn
from dspc.frontend.program import trace

RATE = 48_000
BACKENDS = {name: get_backend(name) for name in ("reference", "bytecode", "wasm")} | {"c": CBackend(8)}
Samples = NDArray[np.float32]


@cache
def loaded(program: Any, backend: str) -> LoadedProgram:
    return BACKENDS[backend].load(lower(trace(program), BACKENDS[backend]))


def heard(program: Any, frames: int, *events: Event, ended: list[int] | None = None) -> Samples:
    """[channels, frames], the same bits on every backend and in other blocks; `ended` gets the notes that did."""
    made: dict[str, Any] = {}
    ends: list[list[int]] = []
    for backend in BACKENDS:
        for blocks in ((), (37, 1, 200)) if backend != "reference" else ((),):
            engine = Engine(loaded(program, backend), RATE)
            made[f"{backend} {blocks}"] = play(engine, np.zeros((0, frames), np.float32), events, blocks)
            ends.append(engine.ended_notes())
    wanted = made["reference ()"]
    for name, found in made.items():
        assert not difference(found, wanted), (name, difference(found, wanted))
    assert ends[1:] == ends[:1] * (len(ends) - 1)
    if ended is not None:
        ended += ends[0]
    return wanted.view(np.float32)


def on(frame: int, key: int, id: int = -1, velocity: float = 1.0, channel: int = 0) -> NoteOn:
    return NoteOn(frame, key, velocity, id, channel)


def off(frame: int, id: int, velocity: float = 0.0) -> NoteOff:
    return NoteOff(frame, 0, velocity, id)
