"""MPE: zones of channels, what their masters say to all, and what a member keeps to itself."""

from __future__ import annotations

import pytest
from toy_programs import ToyEngine, ToyLibrary

from dspc.dialects.layout import VoiceField as V
from dspc.frontend.events import AllNotesOff, Bend, Choke, Controller, Event, NoteOff, NoteOn, Pressure


def zone(master: int, members: int) -> list[Event]:
    """The MPE configuration message."""
    return [Controller(0, n, v / 127, master) for n, v in ((101, 0), (100, 6), (6, members))]


def bends(engine: ToyEngine, *channels: int) -> list[float]:
    """How far one note in each of these channels is bent, if each channel c bends by c + 1 hundredths."""
    engine.send(*[NoteOn(0, 60 + c, 0.5, c, c) for c in channels])
    engine.send(*[Bend(0, (c + 1) / 4, c) for c in range(16)])
    return [v * 4 for v in engine.voices(V.BEND, len(channels))]


def test_a_master_bends_its_members(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(*zone(0, 3))
    assert bends(engine, 0, 1, 3, 4) == [1, 2 + 1, 4 + 1, 5]
    engine.send(Bend(0, 0.0, 0))
    assert engine.voices(V.BEND, 4) == [0, 0.5, 1.0, 1.25]


def test_the_upper_zone(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(*zone(15, 3))
    assert bends(engine, 15, 14, 12, 11) == [16, 15 + 16, 13 + 16, 12]


@pytest.mark.parametrize("first, then, lower, upper", [
    ((0, 7), (15, 7), 7, 8), ((0, 15), (15, 2), 12, 13), ((15, 15), (0, 4), 4, 5), ((15, 5), (0, 0), 0, 10),
    ((0, 15), (15, 0), 15, 16), ((15, 10), (0, 9), 9, 10),
])  # fmt: skip
def test_two_zones_share_the_channels(
    toy: ToyLibrary, first: tuple[int, int], then: tuple[int, int], lower: int, upper: int
) -> None:
    """Members are channels 1..lower, and upper..14; the zone that is made last takes what it wants."""
    for channel in range(1, 15):
        engine = toy.engine()
        engine.send(*zone(*first), *zone(*then))
        own = channel + 1
        wanted = own + 1 if channel <= lower else own + 16 if channel >= upper else own
        assert bends(engine, channel) == [wanted], channel


def test_a_zone_ends_and_is_kept_by_reset(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(*zone(0, 15))
    engine.reset()
    assert bends(engine, 1) == [3]
    engine.send(*zone(0, 0))
    assert engine.voice(0, V.BEND) == 0.5, "at once"


def test_other_parameters_make_no_zone(toy: ToyLibrary) -> None:
    engine = toy.engine()
    data = [Controller(0, 6, 15 / 127, 0)]
    engine.send(*data, *zone(0, 4)[:2], Controller(0, 98, 0.5, 0), *data)
    engine.send(Controller(0, 101, 0.0, 0), Controller(0, 100, 0.0, 0), *data, *zone(3, 8))
    assert bends(engine, 1, 4) == [2, 5]


def test_what_a_master_says_is_for_all_its_notes(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(*zone(0, 2), *[NoteOn(0, 60 + c, 0.5, c, c) for c in (1, 2, 3)])
    engine.send(Pressure(0, 0.5), Controller(0, 74, 0.25))
    assert engine.voices(V.PRESSURE, 3) == [0.5, 0.5, 0.0] and engine.voices(V.TIMBRE, 3) == [0.25, 0.25, 0.0]
    engine.send(Pressure(0, 0.75, None, -1, 2), Controller(0, 74, 1.0, 1))
    assert engine.voices(V.PRESSURE, 3) == [0.5, 0.75, 0.0] and engine.voices(V.TIMBRE, 3) == [1.0, 0.25, 0.0]
    engine.send(Controller(0, 64, 1.0), NoteOff(0, 61, 0.0, -1, 1), NoteOff(0, 63, 0.0, -1, 3))
    assert engine.voices(V.GATE, 3) == [1, 1, 0], "the pedal holds the zone"
    engine.send(Controller(0, 64, 0.0))
    assert engine.voices(V.GATE, 3) == [0, 1, 0]
    engine.send(AllNotesOff(0, 0))
    assert engine.voices(V.GATE, 3) == [0, 0, 0]


def test_a_masters_own_keys_are_its_own(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(*zone(0, 2), NoteOn(0, 60, 0.5, 1, 1), NoteOn(0, 60, 0.5, 2, 0))
    engine.send(NoteOff(0, 60))
    assert engine.voices(V.GATE, 2) == [1, 0]
    engine.send(Pressure(0, 0.5, 60), Choke(0, 60))
    assert engine.voices(V.PRESSURE, 2) == [0, 0.5] and engine.voices(V.FADE, 2) == [-1, 64]
    engine.controller(120, 0.0)
    assert engine.voices(V.FADE, 2) == [64, 64], "all sound off of the zone"


def test_reset_controllers_of_a_zone(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.send(*zone(0, 2), NoteOn(0, 60, 0.5, 1, 1), NoteOn(0, 61, 0.5, 2, 5))
    engine.send(*[Bend(0, 1.0, c) for c in (0, 1, 5)], *[Pressure(0, 1.0, None, -1, c) for c in (1, 5)])
    assert engine.voices(V.BEND, 2) == [2.0, 1.0]
    engine.controller(121, 0.0)
    assert engine.voices(V.BEND, 2) == [0.0, 1.0] and engine.voices(V.PRESSURE, 2) == [0.0, 1.0]
