"""Voices under random streams of notes: one logic on every backend, no clicks, nothing left over from other notes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from agree.harness import difference, play
from agree.instruments import EXAMPLES, PROGRAMS
from agree.streams import random_notes
from hypothesis import given, settings
from hypothesis import strategies as st

import dspc
from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.compile import lower
from dspc.driver.programs import open_programs
from dspc.frontend import events as ev
from dspc.frontend.program import trace

RATE = 48_000.0
BACKENDS: dict[str, Backend] = {name: get_backend(name) for name in ("bytecode", "wasm", "reference")}
BACKENDS["c"] = CBackend(8)
FRAMES = 260
EXAMPLES_EACH, MANY = 5, 40
"""Random streams for each program; the profile `fuzz` has so many times as many."""
FADE = 64
FADING = 4
"""Voices that may fade beside those that sound."""
VOICES = 5
ATTACK = 100
"""Samples in which `ramps` opens and closes."""


def examples(few: int) -> int:
    return MANY * few if settings().max_examples > 100 else few


@dspc.instrument(voices=VOICES)
def tells_all(note):
    """Everything that a voice knows, and its age, each in a channel."""
    age = dspc.feedback(lambda n: n + 1, 0)
    known = note.key + 200 * note.velocity, note.bend + 10 * note.pressure, note.timbre + 10 * note.release_velocity
    note.finish((age > 40) & (note.key < 40))
    return *known, note.random + note.voice, age, dspc.i32(note.gate) + 2 * dspc.i32(note.trigger), note.frequency


@dspc.instrument(voices=1)
def one_voice(note):
    return dspc.feedback(lambda n: n + 1, 0), note.frequency, dspc.i32(note.gate) + 2 * dspc.i32(note.trigger)


@dspc.instrument(voices=1, legato=True)
def tied(note):
    glide = dspc.feedback(lambda f: f + 0.01 * (note.frequency - f))
    return glide * note.velocity, dspc.f32(note.gate)


@dspc.instrument(voices=VOICES)
def ramps(note):
    """1 while the key is down; it opens and closes in a straight line."""
    step = dspc.select(note.gate, 1.0 / ATTACK, -1.0 / ATTACK)
    return dspc.feedback(lambda level: dspc.clamp(level + step, 0.0, 1.0))


@dspc.instrument(voices=200, glide=0.001, steal="highest")
def crowd(note):
    return note.frequency * note.velocity, note.random + note.voice, dspc.f32(note.gate)


STREAMED = {
    "tells_all": tells_all, "one_voice": one_voice, "tied": tied, "crowd": crowd,
    **{name: PROGRAMS[name] for name in ("poly", "slides", "swarm", "vibrato")},
}  # fmt: skip


@cache
def loaded(program: Any, backend: str) -> LoadedProgram:
    chosen = BACKENDS[backend]
    return chosen.load(lower(trace(program), chosen))


def heard(engine: Engine, events: Sequence[ev.Event], frames: int, partition: Sequence[int] = ()) -> np.ndarray:
    return play(engine, np.zeros((0, frames), np.float32), events, partition)


def streams() -> st.SearchStrategy[list[ev.Event]]:
    """Random notes and gestures, from one note to 400."""
    counts = st.sampled_from((1, 5, 20, 200, 400))
    return st.builds(lambda rng, count: random_notes(rng, FRAMES, count), st.randoms(use_true_random=False), counts)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", STREAMED)
@settings(max_examples=examples(EXAMPLES_EACH))
@given(events=streams(), block=st.sampled_from((FRAMES, 1, 37)))
def test_same_on_every_backend(name: str, events: list[ev.Event], block: int) -> None:
    judge = Engine(loaded(STREAMED[name], "reference"), RATE)
    wanted = heard(judge, events, FRAMES)
    ended = judge.ended_notes()
    for backend in ("c", "bytecode", "wasm"):
        engine = Engine(loaded(STREAMED[name], backend), RATE)
        where = difference(heard(engine, events, FRAMES, (block,)), wanted)
        assert not where, (backend, where, events)
        assert (engine.active_voices, engine.ended_notes()) == (judge.active_voices, ended), (backend, events)


@pytest.mark.fuzz
@settings(max_examples=examples(30))
@given(events=streams())
def test_never_more_voices_than_there_are(events: list[ev.Event]) -> None:
    """Also while some fade; the fades over, no more than `voices` are there, and those are what is heard."""
    engine = Engine(loaded(tells_all, "bytecode"), RATE)
    for event in events:
        heard(engine, [event], event.frame + 1)
        assert engine.active_voices <= VOICES + FADING
    heard(engine, [], FADE + 17)
    assert engine.active_voices <= VOICES
    gates = heard(engine, [], 1).view(np.float32)[5, 0]
    assert gates <= engine.active_voices


def spaced_notes(rng: Random, count: int) -> list[ev.Event]:
    """Notes that steal voices from each other, but no more than `FADING` within a fade."""
    events: list[ev.Event] = []
    at = 0
    for id in range(count):
        at += rng.randrange(FADE // FADING + 1, 60)
        key = rng.randrange(30, 90)
        events.append(ev.NoteOn(at, key, 1.0, id))
        if rng.random() < 0.6:
            events.append(ev.NoteOff(at + rng.randrange(1, 300), key, 0.0, id))
        if rng.random() < 0.1:
            events.append(ev.Choke(at + rng.randrange(1, 30), None, id))
    return sorted(events, key=lambda e: e.frame)


@pytest.mark.fuzz
@settings(max_examples=examples(30))
@given(rng=st.randoms(use_true_random=False))
def test_stealing_does_not_click(rng: Random) -> None:
    """From sample to sample, no voice changes by more than its own ramp, a fading one by more than its fade."""
    engine = Engine(loaded(ramps, "bytecode"), RATE)
    made = heard(engine, spaced_notes(rng, 40), 3000).view(np.float32)[0]
    fading = FADING * 2 + 1  # those that are choked fade beside those that are stolen
    assert np.abs(np.diff(made, prepend=0.0)).max() <= (VOICES + fading) / ATTACK + fading / FADE


def instruments() -> dict[str, Any]:
    found = {name: p for name, p in PROGRAMS.items() if getattr(p, "kind", "") == "instrument"}
    supersaw = open_programs(str(Path(EXAMPLES) / "supersaw.py")).programs
    return found | {p.name: p for p in supersaw} | {"one_voice": one_voice, "tied": tied, "ramps": ramps}


REMEMBER = ("fields", "swarm", "bodies_in_voices", "example_lush")
"""Programs whose notes depend on those before, as they should: each draws another number, or glides from the last."""


@pytest.mark.parametrize("name", [n for n in instruments() if n not in REMEMBER])
def test_an_ended_voice_leaves_nothing_behind(name: str) -> None:
    """A note sounds as on a fresh engine, once all notes before it have ended, whatever they were."""
    program, start = instruments()[name], 60_000
    phrase: list[ev.Event] = [ev.NoteOn(5, 61, 0.7, 1000), ev.Bend(300, 0.5), ev.NoteOff(700, 61, 0.3, 1000)]
    fresh = Engine(loaded(program, "bytecode"), RATE)
    heard(fresh, [], start, (4096,))
    wanted = heard(fresh, phrase, 1500)
    assert wanted.any()
    for seed in range(3):
        engine = Engine(loaded(program, "bytecode"), RATE)
        before = [e for e in random_notes(Random(seed), 2000, 30) if not isinstance(e, ev.Controller)]
        still: list[ev.Event] = [ev.AllNotesOff(2100), ev.Choke(2100), ev.Choke(2100, None, -1, 5)]
        calm: list[ev.Event] = [ev.Bend(2100, 0.0), ev.Pressure(2100, 0.0)]
        heard(engine, [*before, *still, *calm], start, (4096,))
        assert engine.active_voices == 0
        where = difference(heard(engine, phrase, 1500), wanted)
        assert not where, (seed, where)
