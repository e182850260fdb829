"""How fast the programs run on every backend: nanoseconds a sample, and times real time.

Every backend's sound is compared first: with the f64 reference where there is one, and bit for bit with the
first backend's. Long blocks are used, so that Python's share of a call is small (about 1 ns a sample).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.measure import Rounds, interleaved, table
from bench.programs import EXAMPLES, RATE, WORKLOADS
from bench.references import REFERENCES, error_db, noise
from dspc.backends import backend_names, get_backend
from dspc.backends.engine import Engine
from dspc.driver.compile import load_program

BLOCK = 16_384
CHECKED_FRAMES = 4096
LOUDEST_ERROR_DB = -70.0
SLOW = {"reference": 64}
"""Frames in a block of backends that are not made for speed."""


@dataclass
class Player:
    """One program on one backend, and the block that it is given."""

    engine: Engine
    frames: int
    digest: str

    def __post_init__(self) -> None:
        self.x = noise(self.engine.inputs, self.frames) if self.engine.inputs else None
        self.out = np.empty((self.engine.outputs, self.frames), np.float32)
        self.out = self.out[0] if self.engine.outputs == 1 else self.out

    def play(self) -> float:
        """CPU nanoseconds a sample, of the second of two blocks: what ran in between has emptied the caches."""
        self.engine.process(self.x, frames=self.frames, out=self.out)
        start = time.thread_time_ns()
        self.engine.process(self.x, frames=self.frames, out=self.out)
        return (time.thread_time_ns() - start) / self.frames


def start_notes(engine: Engine) -> None:
    """Sixteen notes, for an instrument."""
    if not engine.inputs:
        for key in range(40, 72, 2):
            engine.note_on(key, 0.7)


def sound(engine: Engine, frames: int) -> np.ndarray[Any, Any]:
    """The first frames as [channels, frames]."""
    start_notes(engine)
    x = noise(engine.inputs, frames) if engine.inputs else None
    return np.atleast_2d(engine.process(x, frames=frames))


def check(name: str, made: np.ndarray[Any, Any]) -> str:
    """The sound's hash. Raises ValueError if it is silent or not what the reference computes."""
    if not np.isfinite(made).all() or not made.any():
        raise ValueError(f"{name} makes no sound")
    if name in REFERENCES:
        wanted = REFERENCES[name](noise(max(len(made), 1), made.shape[1]).astype(np.float64))
        error = error_db(made, wanted)
        if error > LOUDEST_ERROR_DB:
            raise ValueError(f"{name} is not what it should be: {error:.0f} dB")
    return hashlib.sha256(made.tobytes()).hexdigest()[:16]


def players(backends: Sequence[str], programs: dict[str, Any]) -> dict[str, Player]:
    """Every program on every backend, its sound checked, by `program backend`."""
    found: dict[str, Player] = {}
    for name, program in programs.items():
        for backend in backends:
            loaded = load_program(program, backend)
            frames = SLOW.get(backend, CHECKED_FRAMES)
            made = sound(Engine(loaded, RATE), frames)
            digest = check(name, made) if backend not in SLOW else ""
            engine = Engine(loaded, RATE)
            start_notes(engine)
            found[f"{name} {backend}"] = Player(engine, SLOW.get(backend, BLOCK), digest)
    return found


def usable_backends() -> list[str]:
    return [name for name in backend_names() if get_backend(name).missing() is None]


def measure(rounds: int) -> dict[str, Any]:
    """Nanoseconds a sample by program and backend, and the sounds' hashes."""
    backends, programs = usable_backends(), {**WORKLOADS, **EXAMPLES}
    all_players = players(backends, programs)
    tasks: dict[str, Callable[[], float]] = {label: p.play for label, p in all_players.items()}
    interleaved(1, tasks)  # warms caches, and lets clocks rise
    found: Rounds = interleaved(rounds, tasks)
    return {
        "block": BLOCK,
        "programs": {
            name: {b: {"ns": found.median(f"{name} {b}"), "spread": found.spread(f"{name} {b}"),
                       "sound": all_players[f"{name} {b}"].digest} for b in backends}
            for name in programs
        },
    }  # fmt: skip


def report(found: dict[str, Any]) -> str:
    backends = list(next(iter(found["programs"].values())))
    rows = [(name, *(cells[b]["ns"] for b in backends)) for name, cells in found["programs"].items()]
    factors = [(name, *(1e9 / RATE / cells[b]["ns"] for b in backends)) for name, cells in found["programs"].items()]
    return "\n\n".join((
        "## Speed",
        f"CPU nanoseconds a sample at {RATE:g} Hz, blocks of {found['block']} (instruments play 16 notes):",
        table(("program", *backends), rows),
        "Times real time:",
        table(("program", *backends), factors),
        _agreement(found),
    ))  # fmt: skip


def _agreement(found: dict[str, Any]) -> str:
    different = [
        name for name, cells in found["programs"].items() if len({c["sound"] for c in cells.values() if c["sound"]}) > 1
    ]
    return f"Different bits: {', '.join(different)}." if different else "All backends made the same bits."
