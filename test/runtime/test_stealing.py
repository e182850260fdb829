"""Which note gives way to a new one, and in which order hosts hear of notes that ended."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from test_voices import keys, play
from toy_programs import LAYOUTS, ToyEngine, ToyLibrary

from dspc.dialects.layout import VoiceField as V
from dspc.frontend.events import Choke, Event, NoteOff, NoteOn


def set_levels(engine: ToyEngine, *levels: float) -> None:
    """As a core does that tells how loud its voices are."""
    for slot, level in enumerate(levels):
        engine.cell(LAYOUTS["poly"].voice_cell(slot, V.LEVEL), np.float32)[0] = level


@pytest.mark.parametrize("kind, stolen", [("lowest", (60, 62)), ("highest", (69, 64)), ("poly", (64, 60))])
def test_of_held_notes_the_chosen_ones_give_way(toy: ToyLibrary, kind: str, stolen: tuple[int, int]) -> None:
    engine = toy.engine(kind)
    play(engine, 64, 60, 69, 62)
    fading: list[int] = []
    for key in (63, 63):
        play(engine, key)
        fading += [-k for k in keys(engine) if k is not None and k < 0 and -k not in fading]
    assert tuple(fading) == stolen


@pytest.mark.parametrize("kind", ["lowest", "highest", "quietest"])
def test_what_is_released_gives_way_first(toy: ToyLibrary, kind: str) -> None:
    engine = toy.engine(kind)
    ids = play(engine, 60, 64, 62, 72)
    set_levels(engine, 0.1, 0.9, 0.8, 0.2)
    engine.note_off(ids[1])
    engine.note_off(ids[2])
    play(engine, 65)
    expected = {"lowest": -62, "highest": -64, "quietest": -62}[kind]
    assert [k for k in keys(engine) if k is not None and k < 0] == [expected]


def test_the_quietest_gives_way_and_a_new_note_is_loud(toy: ToyLibrary) -> None:
    engine = toy.engine("quietest")
    play(engine, 60, 64, 62, 72)
    set_levels(engine, 0.5, 0.9, 0.25, 1.0)
    play(engine, 65)
    assert keys(engine) == [60, 64, -62, 72, 65, None, None, None]
    assert engine.voice(4, V.LEVEL) == 1.0
    play(engine, 66)
    assert keys(engine)[:6] == [-60, 64, -62, 72, 65, 66]


def test_equal_notes_give_way_in_their_order(toy: ToyLibrary) -> None:
    for kind in ("lowest", "highest", "quietest"):
        engine = toy.engine(kind)
        play(engine, 60, 60, 60, 60)
        play(engine, 60)
        assert keys(engine)[:5] == [-60, 60, 60, 60, 60], kind


def test_without_stealing_a_note_is_dropped_and_told(toy: ToyLibrary) -> None:
    engine = toy.engine("none")
    ids = play(engine, 60, 61, 62, 63)
    (dropped,) = play(engine, 64)
    assert keys(engine)[:5] == [60, 61, 62, 63, None] and engine.ended_notes() == [dropped]
    engine.note_off(ids[0])
    play(engine, 65)
    assert keys(engine)[:5] == [60, 61, 62, 63, None], "a released voice still sounds"
    engine.process(frames=64)
    play(engine, 66)
    assert keys(engine)[:4] == [66, 61, 62, 63]


def test_a_fading_voice_makes_room(toy: ToyLibrary) -> None:
    engine = toy.engine("none")
    play(engine, 60, 61, 62, 63)
    engine.send(Choke(0, 61))
    play(engine, 64)
    assert keys(engine)[:5] == [60, -61, 62, 63, 64]


def test_a_key_that_is_struck_again_takes_another_voice(toy: ToyLibrary) -> None:
    """Each note-off releases the older of the two; the first may go on ringing while the second sounds."""
    engine = toy.engine()
    play(engine, 60)
    engine.send(NoteOff(0, 60))
    play(engine, 60)
    assert keys(engine)[:3] == [60, 60, None] and engine.voices(V.GATE, 2) == [0, 1]
    play(engine, 60)
    engine.send(NoteOff(0, 60))
    assert engine.voices(V.GATE, 3) == [0, 0, 1]


# --- notes that ended -----------------------------------------------------------------------------


def test_ends_are_in_the_order_of_time_and_of_notes(toy: ToyLibrary) -> None:
    """Not of slots, nor of blocks."""
    stream: list[Event] = [NoteOn(0, 60 + i, 0.5, i) for i in range(4)]
    stream += [NoteOff(at, 0, 0.0, id) for at, id in ((5, 3), (6, 0), (30, 2), (31, 1))]
    engine = toy.engine()
    engine.process(frames=300, events=stream)
    assert engine.ended_notes() == [0, 3, 1, 2], "two at a tick, in the order of their note-ons; two at a later one"


@pytest.mark.parametrize("kind", LAYOUTS)
def test_ends_do_not_depend_on_blocks(toy: ToyLibrary, kind: str) -> None:
    if kind == "effect":
        return
    rng = Random(7)
    stream: list[Event] = []
    for id in range(60):
        at, key = rng.randrange(900), rng.randrange(50, 60)
        stream += [NoteOn(at, key, 0.5, id), NoteOff(at + rng.randrange(90), key, 0.0, id)]
    stream.sort(key=lambda e: e.frame)
    told: list[list[int]] = []
    for block in (1200, 1, 7, 64):
        engine = toy.engine(kind)
        for start in range(0, 1200, block):
            now = [e for e in stream if start <= e.frame < start + block]
            engine.process(frames=block, events=[type(e)(**{**vars(e), "frame": e.frame - start}) for e in now])
        told.append(engine.ended_notes())
    assert len(told[0]) == 60 and told[1:] == told[:1] * 3


def test_hosts_are_told_key_and_channel(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(NoteOn(0, 61, 0.5, 7, 3), NoteOn(0, 62, 0.5), NoteOff(0, 61, 0.0, 7, 3), NoteOff(0, 62))
    engine.process(frames=100)
    notes = toy.ffi.new("dspc_ended_note[4]")
    count = toy.lib.dspc_ended_notes(engine._program, engine._memory, notes, 4)
    told = [(notes[i].id, notes[i].channel, notes[i].key) for i in range(count)]
    assert told == [(7, 3, 61), (-1, 0, 62)]
    assert toy.lib.dspc_ended_notes(engine._program, engine._memory, notes, 4) == 0
