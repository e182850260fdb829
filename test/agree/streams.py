"""Random inputs and events."""

from __future__ import annotations

from random import Random

import numpy as np

from dspc.backends.engine import Engine
from dspc.frontend import events as ev

Stimulus = tuple[np.ndarray, list[ev.Event]]


def random_stimulus(engine: Engine, frames: int, seed: int) -> Stimulus:
    """Noise with everything that may come in, all parameters moved, and notes where there are no inputs."""
    rng = Random(seed)
    x = np.random.default_rng(seed).uniform(-1, 1, (engine.inputs, frames)).astype(engine.dtype)
    for value in (np.nan, np.inf, -np.inf, 1e38, 1e-40, -0.0, 3e5, 1.0, 0.5) if engine.inputs else ():
        x[rng.randrange(engine.inputs), rng.randrange(frames)] = value
    x[:, frames // 2 : frames // 2 + 30] *= 1e-4
    events: list[ev.Event] = []
    for id, p in engine.parameters.items():
        events += [ev.Param(_when(rng, frames), id, rng.uniform(p.min, p.max)) for _ in range(4)]
    events += [ev.Transport(_when(rng, frames), rng.uniform(20, 300), rng.random() < 0.8, rng.uniform(-9, 9)),
               ev.Transport(_when(rng, frames), bar=rng.uniform(-9, 9), numerator=rng.randrange(1, 9))]  # fmt: skip
    if not engine.inputs:
        events += random_notes(rng, frames, rng.choice((3, 8, 30)))
    return x, sorted(events, key=lambda e: e.frame)


def _when(rng: Random, frames: int) -> int:
    return rng.choice((0, rng.randrange(frames), rng.randrange(frames)))


def random_notes(rng: Random, frames: int, count: int) -> list[ev.Event]:
    """Notes and what moves them, in order; some at once, some on another channel, some never released."""
    events: list[ev.Event] = []
    for id in range(count):
        at, key, channel = _when(rng, frames), rng.randrange(24, 96), rng.choice((0, 0, 0, 5))
        events.append(ev.NoteOn(at, key, rng.choice((1.0, 0.5, rng.random())), id, channel))
        if rng.random() < 0.7:
            end = min(frames - 1, at + rng.randrange(150))
            known = id if rng.random() < 0.7 else -1
            events.append(ev.NoteOff(end, key, rng.random(), known, channel))
    events += [_gesture(rng, rng.randrange(frames), count) for _ in range(2 + count // 4)]
    if rng.random() < 0.3:
        events += _zone(rng.randrange(frames), rng.choice((0, 15)), rng.choice((0, 4, 5, 12)))
    return sorted(events, key=lambda e: e.frame)


def _zone(at: int, master: int, members: int) -> list[ev.Event]:
    """The channels above or below the master become an MPE zone: its bend, pressure and pedal are theirs too."""
    return [ev.Controller(at, number, value / 127, master) for number, value in ((101, 0), (100, 6), (6, members))]


def _gesture(rng: Random, at: int, notes: int) -> ev.Event:
    """Something of all that may happen to notes that sound."""
    value, channel = rng.random(), rng.choice((0, 0, 0, 5))
    return rng.choice((
        ev.Bend(at, rng.uniform(-2.0, 2.0), channel),
        ev.Pressure(at, value, rng.choice((None, rng.randrange(24, 96))), -1, channel),
        ev.Controller(at, rng.choice((1, 2, 74)), value, channel),
        ev.Controller(at, 64, rng.choice((0.0, 1.0)), channel),
        ev.Controller(at, rng.choice((120, 121, 123)), 0.0, channel),
        ev.Expression(at, rng.randrange(notes), rng.choice(("bend", "pressure", "timbre")), value),
        ev.Choke(at, rng.randrange(24, 96)),
        ev.Choke(at, None, rng.randrange(notes)),
        ev.AllNotesOff(at, rng.choice((None, 0))),
    ))  # fmt: skip
