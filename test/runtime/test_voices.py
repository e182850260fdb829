"""Which note sounds in which voice: stealing, fading, pedals, mono, expression."""

from __future__ import annotations

import numpy as np
from toy_programs import ToyEngine, ToyLibrary

from dspc.dialects.layout import VoiceField as V
from dspc.frontend.events import (
    AllNotesOff,
    Bend,
    Choke,
    Controller,
    Expression,
    NoteOff,
    NoteOn,
    Pressure,
)


def keys(engine: ToyEngine, slots: int = 8) -> list[int | None]:
    """The keys of the voices that sound, by slot; fading ones are negative."""
    found: list[int | None] = []
    for slot in range(slots):
        key = int(engine.voice(slot, V.KEY))
        sign = 1 if engine.voice(slot, V.FADE) < 0 else -1
        found.append(sign * key if engine.voice(slot, V.ACTIVE) else None)
    return found


def play(engine: ToyEngine, *notes: int) -> list[int]:
    """Note-ons one after the other, a frame apart."""
    ids: list[int] = []
    for key in notes:
        ids.append(engine.note_on(key, 0.5))
        engine.process(frames=1)
    return ids


def test_a_note_writes_all_cells(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(Bend(0, 2.0, 3), Pressure(0, 0.25, None, -1, 3), Controller(0, 74, 0.75, 3))
    engine.send(NoteOn(0, 61, 0.5, 42, 3))
    cells = {field: engine.voice(0, field).item() for field in V if field is not V.PITCH}
    assert 0.0 <= cells.pop(V.RANDOM) < 1.0
    assert cells == {
        V.ACTIVE: 1, V.TICK: 1, V.RESET: 1, V.FADE: -1, V.TRIGGER: 1, V.GATE: 1, V.KEY: 61, V.BEND: 2.0,
        V.VELOCITY: 0.5, V.RELEASE_VELOCITY: 0.0, V.PRESSURE: 0.25, V.TIMBRE: 0.75, V.INDEX: 0,
        V.ORIGIN: 61.0, V.GLIDE: 1, V.LEVEL: 1.0, V.ENDED: 0,
    }  # fmt: skip
    engine.process(frames=1)
    engine.send(NoteOff(0, 0, 0.125, 42))
    assert engine.voice(0, V.GATE) == 0 and engine.voice(0, V.RELEASE_VELOCITY) == 0.125


def test_random_is_drawn_per_note_and_the_same_in_each_run(toy: ToyLibrary) -> None:
    draws: list[list[float]] = []
    for _ in range(2):
        engine = toy.engine("large")
        play(engine, *range(60, 76))
        draws.append(engine.voices(V.RANDOM, 16))
    assert draws[0] == draws[1] and len(set(draws[0])) == 16


def test_slots_and_indexes_are_the_lowest_free(toy: ToyLibrary) -> None:
    engine = toy.engine()
    ids = play(engine, 60, 61, 62)
    engine.send(Choke(0, None, ids[1]))
    engine.process(frames=200)
    play(engine, 63, 64)
    assert keys(engine) == [60, 63, 62, 64, None, None, None, None]
    assert engine.voices(V.INDEX, 4) == [0, 1, 2, 3]


def test_stealing_prefers_the_longest_released_then_the_oldest(toy: ToyLibrary) -> None:
    engine = toy.engine()
    ids = play(engine, 60, 61, 62, 63)
    engine.note_off(ids[2])
    engine.note_off(ids[1])
    play(engine, 70)
    assert keys(engine) == [60, 61, -62, 63, 70, None, None, None], "62 was released first"
    play(engine, 71)
    assert keys(engine) == [60, -61, -62, 63, 70, 71, None, None]
    play(engine, 72)
    assert keys(engine) == [-60, -61, -62, 63, 70, 71, 72, None], "none is released: the oldest"
    assert engine.voices(V.INDEX, 8)[4:7] == [2, 1, 0], "a note takes over the index of the voice it steals"


def test_a_stolen_voice_fades_over_64_samples(toy: ToyLibrary) -> None:
    engine = toy.engine()
    play(engine, 60, 61, 62, 63, 64)
    assert engine.voice(0, V.FADE) == 63, "64, and one frame has passed"
    engine.process(frames=60)
    assert engine.voice(0, V.FADE) == 3 and engine.active_voices == 5
    engine.process(frames=32)
    assert engine.active_voices == 4 and engine.ended_notes() == [1]


def test_without_a_free_slot_the_furthest_faded_is_taken(toy: ToyLibrary) -> None:
    engine = toy.engine("tight")
    play(engine, 60, 61)
    play(engine, 62)
    assert keys(engine, 2) == [62, 61] and engine.ended_notes() == [1]
    engine = toy.engine()
    play(engine, *range(60, 68))
    assert keys(engine) == [-60, -61, -62, -63, 64, 65, 66, 67]
    play(engine, 68)
    assert keys(engine)[0] == 68 and engine.voice(0, V.FADE) == -1 and engine.ended_notes() == [1]
    engine = toy.engine()
    engine.send(*[NoteOn(0, key, 0.5) for key in range(60, 69)])
    assert keys(engine) == [68, -61, -62, -63, -64, 65, 66, 67], "all as far: the lowest"


def test_200_notes_at_once(toy: ToyLibrary) -> None:
    engine = toy.engine("large")
    y = engine.process(frames=512, events=[NoteOn(0, i % 128, 0.5, i) for i in range(200)])
    assert np.isfinite(y).all() and engine.active_voices == 16
    last = sorted(k for k in keys(engine, 32) if k is not None)
    assert last == sorted(i % 128 for i in range(184, 200))
    assert len(engine.ended_notes()) == 184
    assert sorted(engine.voice(s, V.INDEX) for s in range(32) if engine.voice(s, V.ACTIVE)) == list(range(16))


def test_note_off_takes_the_oldest_of_its_key_or_the_id(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(NoteOn(0, 60, 0.5, 7), NoteOn(0, 60, 0.5, 8), NoteOn(0, 60, 0.5, 9, 1))
    engine.send(NoteOff(0, 60))
    assert engine.voices(V.GATE, 3) == [0, 1, 1]
    engine.send(NoteOff(0, 99, 0.0, 9))
    assert engine.voices(V.GATE, 3) == [0, 1, 0]
    engine.send(NoteOn(0, 60, 0.0))
    assert engine.voices(V.GATE, 3) == [0, 0, 0], "velocity 0 is a note-off"


def test_ended_voices_are_told_and_start_afresh(toy: ToyLibrary) -> None:
    engine = toy.engine()
    first, second = play(engine, 60, 61)
    engine.note_off(second)
    engine.process(frames=100)
    assert engine.ended_notes() == [second] and engine.active_voices == 1
    engine.note_on(62)
    assert engine.voice(1, V.RESET) == 1 and engine.voice(1, V.KEY) == 62
    engine.note_off(first)
    engine.process(frames=100)
    assert engine.ended_notes() == [first] and engine.ended_notes() == []


def test_only_the_last_256_ends_are_kept(toy: ToyLibrary) -> None:
    engine = toy.engine("tight")
    engine.send(*[NoteOn(0, 60, 0.5, i) for i in range(302)])
    assert engine.ended_notes() == list(range(44, 300))


def test_sustain_pedal(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.controller(64, 0.5)
    a, b = play(engine, 60, 61)
    engine.note_off(a)
    engine.send(NoteOn(0, 62, 0.5, 9, 1), NoteOff(0, 62, 0.0, -1, 1))
    assert engine.voices(V.GATE, 3) == [1, 1, 0], "the pedal is channel 0's"
    engine.controller(64, 1.0, channel=2)
    engine.controller(64, 0.0, channel=2)
    assert engine.voices(V.GATE, 3) == [1, 1, 0]
    engine.controller(64, 0.49)
    assert engine.voices(V.GATE, 3) == [0, 1, 0]
    engine.note_off(b)
    assert engine.voices(V.GATE, 3) == [0, 0, 0]


def test_all_notes_off_choke_and_reset(toy: ToyLibrary) -> None:
    engine = toy.engine()
    play(engine, 60, 61)
    engine.send(NoteOn(0, 62, 0.5, 9, 1))
    engine.controller(123, 0.0)
    assert engine.voices(V.GATE, 3) == [0, 0, 1]
    engine.send(AllNotesOff(0))
    assert engine.voices(V.GATE, 3) == [0, 0, 0]
    engine.send(Choke(0, 61))
    assert keys(engine)[:3] == [60, -61, 62]
    engine.controller(120, 1.0, channel=1)
    assert keys(engine)[:3] == [60, -61, -62]
    engine.send(Bend(0, 1.0), Pressure(0, 1.0), Controller(0, 121, 0.0))
    assert engine.voice(0, V.BEND) == 0 and engine.voice(0, V.PRESSURE) == 0


def test_expression_reaches_its_note(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(NoteOn(0, 60, 0.5, 1), NoteOn(0, 61, 0.5, 2), NoteOn(0, 62, 0.5, 3, 1))
    engine.send(Bend(0, 2.0), Expression(0, 2, "bend", 0.5), Expression(0, 3, "timbre", 0.25))
    assert engine.voices(V.BEND, 3) == [2.0, 2.5, 0.0] and engine.voices(V.TIMBRE, 3) == [0, 0, 0.25]
    engine.send(Pressure(0, 0.5, 61), Pressure(0, 0.75, None, 3))
    assert engine.voices(V.PRESSURE, 3) == [0.0, 0.5, 0.75]
    engine.send(Pressure(0, 1.0))
    assert engine.voices(V.PRESSURE, 3) == [1.0, 1.0, 0.75]
    engine.controller(74, 1.0, channel=1)
    assert engine.voices(V.TIMBRE, 3) == [0, 0, 1.0]


class Mono:
    """What the one voice does, event after event."""

    def __init__(self, toy: ToyLibrary):
        self.engine = toy.engine("legato")

    def send(self, *events: NoteOn | NoteOff | Controller | Choke) -> tuple[int, int, int, int]:
        """(key, gate, trigger, reset) after the events."""
        self.engine.process(frames=1)
        self.engine.send(*events)
        slot = next((s for s in range(3) if self.engine.voice(s, V.ACTIVE)), 0)
        key, gate, trigger, reset = (self.engine.voice(slot, f) for f in (V.KEY, V.GATE, V.TRIGGER, V.RESET))
        return int(key), int(gate), int(trigger), int(reset)


def test_mono_newest_note_wins_and_state_runs_on(toy: ToyLibrary) -> None:
    mono = Mono(toy)
    assert mono.send(NoteOn(0, 60, 0.5, 1)) == (60, 1, 1, 1)
    assert mono.send(NoteOn(0, 64, 0.75, 2)) == (64, 1, 1, 0)
    assert mono.send(NoteOn(0, 67, 1.0, 3)) == (67, 1, 1, 0)
    assert mono.engine.active_voices == 1 and mono.engine.ended_notes() == []
    assert mono.send(NoteOff(0, 64)) == (67, 1, 0, 0), "a key below may come up"
    assert mono.engine.ended_notes() == [2]
    assert mono.send(NoteOff(0, 67)) == (60, 1, 1, 0), "back to the one that is still held"
    assert mono.engine.voice(0, V.VELOCITY) == 0.5 and mono.engine.ended_notes() == [3]
    assert mono.send(NoteOff(0, 60, 0.25)) == (60, 0, 0, 0)
    assert mono.engine.voice(0, V.RELEASE_VELOCITY) == 0.25
    assert mono.send(NoteOn(0, 62, 0.5, 4)) == (62, 1, 1, 0), "it still sounded"
    assert mono.engine.ended_notes() == [1]
    mono.send(NoteOff(0, 62))
    mono.engine.process(frames=100)
    assert mono.engine.active_voices == 0 and mono.engine.ended_notes() == [4]
    assert mono.send(NoteOn(0, 60, 0.5, 5)) == (60, 1, 1, 1), "a voice that had ended starts afresh"


def test_mono_voice_that_finishes_under_its_key(toy: ToyLibrary) -> None:
    mono = Mono(toy)
    mono.send(NoteOn(0, 60, 0.5, 1))
    mono.send(NoteOn(0, 64, 0.5, 2))
    mono.engine.end_voice(0)
    assert mono.engine.ended_notes() == [2]
    mono.send(NoteOff(0, 64))
    assert mono.engine.active_voices == 0 and mono.engine.ended_notes() == []
    assert mono.send(NoteOn(0, 65, 0.5, 3)) == (65, 1, 1, 1)
    assert mono.send(NoteOff(0, 65)) == (60, 1, 1, 0), "60 is still held"


def test_mono_pedal_holds_the_newest(toy: ToyLibrary) -> None:
    mono = Mono(toy)
    mono.send(NoteOn(0, 60, 0.5, 1), NoteOn(0, 64, 0.5, 2), Controller(0, 64, 1.0))
    assert mono.send(NoteOff(0, 64)) == (64, 1, 0, 0)
    assert mono.send(Controller(0, 64, 0.0)) == (60, 1, 1, 0)
    assert mono.send(NoteOff(0, 60)) == (60, 0, 0, 0)


def test_mono_choke_forgets_held_keys(toy: ToyLibrary) -> None:
    mono = Mono(toy)
    mono.send(NoteOn(0, 60, 0.5, 1), NoteOn(0, 64, 0.5, 2))
    mono.send(Choke(0, 64))
    assert mono.engine.ended_notes() == [1] and mono.engine.voice(0, V.FADE) == 64
    assert mono.send(NoteOff(0, 64)) == (64, 1, 0, 0)
    mono.send(NoteOn(0, 65, 0.5, 3))
    assert mono.engine.voices(V.ACTIVE, 3) == [1, 1, 0], "the new one is in a slot of its own"
    assert mono.engine.voice(1, V.KEY) == 65 and mono.engine.voice(1, V.RESET) == 1


def test_mono_remembers_128_keys(toy: ToyLibrary) -> None:
    mono = Mono(toy)
    mono.send(*[NoteOn(0, i % 128, 0.5, i, i // 128) for i in range(130)])
    assert mono.engine.ended_notes() == [0, 1]
    for key in (1, 0):
        assert mono.send(NoteOff(0, key, channel=1))[1] == 1
    for key in range(127, 2, -1):
        mono.send(NoteOff(0, key))
    assert mono.send() == (2, 1, 0, 0)
    assert mono.send(NoteOff(0, 2))[1] == 0


# --- the gate of a mono voice ---------------------------------------------------------------------


def gates(toy: ToyLibrary, kind: str, *events: NoteOn | NoteOff, frames: int = 12) -> list[int]:
    """The gate sample by sample, as the core sees it, and as the whole run in one call leaves it."""
    engine, whole = toy.engine(kind), toy.engine(kind)
    seen: list[int] = []
    for frame in range(frames):
        engine.send(*[type(e)(0, e.key, e.velocity, e.id) for e in events if e.frame == frame])
        seen.append(int(engine.voice(0, V.GATE)))
        engine.process(frames=1)
    whole.process(frames=frames, events=events)
    assert whole.voice(0, V.GATE) == engine.voice(0, V.GATE)
    return seen


def test_a_mono_gate_shuts_for_a_sample_unless_notes_are_tied(toy: ToyLibrary) -> None:
    overlapping = NoteOn(1, 60, 0.5, 1), NoteOn(4, 62, 0.5, 2), NoteOff(7, 62, 0.0, 2), NoteOff(9, 60, 0.0, 1)
    assert gates(toy, "mono", *overlapping) == [0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0]
    assert gates(toy, "legato", *overlapping) == [0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]


def test_notes_that_meet_are_not_tied(toy: ToyLibrary) -> None:
    """The key comes up at the very sample at which the next goes down: the gate still has an edge."""
    meeting = NoteOn(1, 60, 0.5, 1), NoteOff(4, 60, 0.0, 1), NoteOn(4, 62, 0.5, 2), NoteOff(7, 62, 0.0, 2)
    for kind in ("mono", "legato"):
        assert gates(toy, kind, *meeting) == [0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0], kind


def test_a_gate_opens_by_itself_where_it_was_shut(toy: ToyLibrary) -> None:
    apart = NoteOn(1, 60, 0.5, 1), NoteOff(4, 60, 0.0, 1), NoteOn(5, 62, 0.5, 2)
    chord = NoteOn(1, 60, 0.5, 1), NoteOn(1, 64, 0.5, 2), NoteOn(1, 67, 0.5, 3)
    for kind in ("mono", "legato"):
        assert gates(toy, kind, *apart) == [0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1], kind
        assert gates(toy, kind, *chord) == [0, *[1] * 11], kind


def test_a_note_without_length_leaves_the_gate_shut(toy: ToyLibrary) -> None:
    short = NoteOn(1, 60, 0.5, 1), NoteOff(4, 60, 0.0, 1), NoteOn(4, 62, 0.5, 2), NoteOff(4, 62, 0.0, 2)
    assert gates(toy, "mono", *short) == [0, 1, 1, 1, *[0] * 8]


# --- glides: what the engine says of them ---------------------------------------------------------

NEW, HERE = 1, 2


def glides(engine: ToyEngine, *events: NoteOn | NoteOff) -> tuple[float, float, int]:
    """Origin, pitch and kind of the glide of the note that was struck last, in whichever slot it is."""
    found = (-1.0, -1.0, 0)
    for event in events:
        for slot in range(8):
            engine.cell(engine._library.toy_voice_cell(slot, V.GLIDE))[0] = 0
        engine.send(event)
        for slot in range(8):
            if engine.voice(slot, V.GLIDE):
                origin, key, kind = (engine.voice(slot, f).item() for f in (V.ORIGIN, V.KEY, V.GLIDE))
                found = origin, key, kind
    return found


def test_a_poly_note_begins_where_the_last_one_was(toy: ToyLibrary) -> None:
    engine = toy.engine()
    assert glides(engine, NoteOn(0, 60, 0.5, 1)) == (60, 60, NEW), "the first note has nothing to glide from"
    assert glides(engine, NoteOn(0, 64, 0.5, 2)) == (60, 64, NEW)
    assert glides(engine, NoteOff(0, 0, 0.5, 1), NoteOn(0, 50, 0.5, 3)) == (64, 50, NEW)
    engine.reset()
    assert glides(engine, NoteOn(0, 70, 0.5, 1)) == (70, 70, NEW)


def test_a_mono_note_begins_where_the_voice_is(toy: ToyLibrary) -> None:
    engine = toy.engine("mono")
    assert glides(engine, NoteOn(0, 60, 0.5, 1)) == (60, 60, NEW)
    assert glides(engine, NoteOn(0, 64, 0.5, 2))[1:] == (64, HERE)
    assert glides(engine, NoteOff(0, 64))[1:] == (60, HERE), "back to the key that is still down"
    assert glides(engine, NoteOff(0, 60), NoteOn(0, 67, 0.5, 3))[1:] == (67, HERE), "it still sounds"
    engine.send(NoteOff(0, 67))
    engine.process(frames=100)
    assert engine.active_voices == 0
    assert glides(engine, NoteOn(0, 72, 0.5, 4)) == (72, 72, NEW), "nothing sounds"


def test_a_note_that_the_pedal_holds_ties(toy: ToyLibrary) -> None:
    for kind in ("mono", "legato"):
        engine = toy.engine(kind)
        engine.controller(64, 1.0)
        engine.send(NoteOn(0, 60, 0.5, 1), NoteOff(0, 60))
        engine.process(frames=1)
        assert glides(engine, NoteOn(0, 64, 0.5, 2))[1:] == (64, HERE)
        assert engine.voice(0, V.GATE) == (kind == "legato")


def test_with_legato_only_tied_notes_glide(toy: ToyLibrary) -> None:
    engine = toy.engine("legato")
    assert glides(engine, NoteOn(0, 60, 0.5, 1), NoteOn(0, 64, 0.5, 2))[1:] == (64, HERE)
    engine.send(NoteOff(0, 64), NoteOff(0, 60))
    assert glides(engine, NoteOn(0, 67, 0.5, 3)) == (67, 67, NEW)
