"""How instruments take their notes, on every backend: envelopes, what notes know, stealing, expression, shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agree.hearing import RATE, heard, off, on

import dspc
from dspc import stdlib
from dspc.frontend.events import (
    AllNotesOff,
    Bend,
    Choke,
    Controller,
    Expression,
    NoteOff,
    NoteOn,
    Param,
    Pressure,
)

FADE = 64

# --- envelopes ------------------------------------------------------------------------------------

ATTACK, SUSTAIN = 0.005, 0.25
RISE = 1 / (ATTACK * RATE)


def _envelope(note: Any) -> Any:
    return stdlib.adsr(note.gate, ATTACK, 0.002, SUSTAIN, 0.01), dspc.f32(note.trigger), dspc.f32(note.gate)


retriggered = dspc.instrument(voices=1)(_envelope)
legato = dspc.instrument(voices=1, legato=True)(_envelope)
fresh = dspc.instrument(voices=4)(_envelope)
PHRASE = on(10, 60, 1), on(800, 64, 2), off(1600, 2)


def test_without_legato_a_note_attacks_from_where_the_envelope_is() -> None:
    level, trigger, gate = heard(retriggered, 2400, *PHRASE)
    assert np.flatnonzero(trigger).tolist() == [10, 800, 1600]
    assert np.flatnonzero(gate[10:] == 0).tolist() == [790, 1590]
    for at in (800, 1600):
        assert abs(level[at - 1] - SUSTAIN) < 1e-4 and 0 < level[at - 1] - level[at] < 0.01, "no step"
        np.testing.assert_allclose(np.diff(level[at : at + 150]), RISE, rtol=1e-3)
        assert level[at : at + 300].max() == 1.0


def test_with_legato_the_envelope_goes_on() -> None:
    level, trigger, gate = heard(legato, 2400, *PHRASE)
    once = heard(legato, 2400, on(10, 60, 1))[0]
    assert np.flatnonzero(trigger).tolist() == [10, 800, 1600] and (gate[10:] == 1).all()
    np.testing.assert_array_equal(level, once)


def test_each_poly_note_has_an_envelope_of_its_own() -> None:
    level = heard(fresh, 2400, *PHRASE)[0]
    alone = heard(fresh, 2400, PHRASE[0])[0]
    second = heard(fresh, 1600, on(10, 64, 2), off(810, 2))[0]
    np.testing.assert_allclose(level[800:2300] - alone[800:2300], second[10:1510], atol=1e-6)


def test_notes_that_meet_are_struck_anew_with_legato_too() -> None:
    meeting = on(10, 60, 1), off(800, 1), on(800, 64, 2)
    np.testing.assert_array_equal(heard(legato, 1500, *meeting), heard(retriggered, 1500, *meeting))


@dspc.instrument(voices=1)
def percussive(note):
    strike = stdlib.adsr(note.gate, 0.0, 0.002, 0.0, 0.3)
    return strike, dspc.feedback(lambda n: n + 1, 0)


@pytest.mark.parametrize("at", (3200, 3207))
def test_a_silent_voice_under_its_key_is_struck_again(at: int) -> None:
    """At a tick's sample too, its voice does not end because its gate is shut for one: its state runs on."""
    strike, age = heard(percussive, 4000, on(10, 60, 1), on(at, 64, 2))
    assert not strike[2000:at].any() and strike[at : at + 50].max() > 0.9
    assert (np.diff(age[10:]) == 1).all()


@dspc.instrument(voices=4)
def click_off(note):
    """Silent while the key is down, then a sound that the release starts late."""
    late = stdlib.adsr(~note.gate & note.trigger, 0.0, 0.01, 0.0, 0.01)
    count = dspc.feedback(lambda n: dspc.select(note.gate, 0, n + 1), 0)
    return late + dspc.select((count > 1000) & (count < 1100), note.release_velocity, 0.0)


def test_a_voice_that_is_silent_under_its_key_may_sound_after_it() -> None:
    (sound,) = heard(click_off, 4500, on(0, 60, 1), NoteOff(3200, 60, 0.5))
    assert np.flatnonzero(sound).tolist() == list(range(3200 + 1000, 3200 + 1099)) and sound.max() == 0.5


# --- what a note knows ----------------------------------------------------------------------------


@dspc.instrument(voices=3)
def known(note):
    return note.random, note.release_velocity, dspc.f32(note.gate), note.voice + 1, note.velocity


def test_random_is_drawn_once_for_each_note_and_the_same_in_each_run() -> None:
    random = heard(known, 900, on(0, 60, 1), Choke(100), on(300, 60, 2), Choke(400), on(600, 60, 3))[0]
    drawn = [random[a:b] for a, b in ((0, 100), (300, 400), (600, 900))]
    assert all(np.ptp(d) == 0 and 0 <= d[0] < 1 for d in drawn) and len({d[0] for d in drawn}) == 3


def test_release_velocity_comes_with_the_release() -> None:
    made = heard(known, 900, on(0, 60, 1), Controller(50, 64, 1.0), off(100, 1, 0.25), Controller(333, 64, 0.0))
    assert not made[1, :333].any() and (made[1, 333:] == 0.25).all()
    assert (made[2, :333] == 1).all() and not made[2, 333:].any(), "the pedal held it"


def test_a_choked_voice_fades_in_a_line() -> None:
    velocity = heard(known, 900, on(0, 60, 1), Choke(101, 60))[4]
    np.testing.assert_array_equal(velocity[101:165], np.arange(FADE, 0, -1, np.float32) / FADE)
    assert (velocity[:101] == 1).all() and not velocity[165:].any()


def test_all_notes_off_of_a_channel() -> None:
    events = on(0, 60, 1), on(0, 62, 2, channel=5), AllNotesOff(100, 0), Controller(200, 123, 0.0, 5)
    gate = heard(known, 300, *events)[2]
    assert (gate[:100] == 2).all() and (gate[100:200] == 1).all() and not gate[200:].any()


@dspc.instrument(voices=2)
def finishing(note):
    age = dspc.feedback(lambda n: n + 1, 0)
    note.finish((age > 100) & (note.key < 64))
    note.finish(note.pressure > 0.5)
    return note.velocity


def test_finish_ends_a_voice_at_the_next_tick() -> None:
    ended: list[int] = []
    events = on(3, 60, 1), on(5, 70, 2, 0.5), Pressure(300, 1.0, 70)
    (made,) = heard(finishing, 500, *events, ended=ended)
    assert ended == [1, 2]
    assert (made[5:112] == 1.5).all() and (made[112:304] == 0.5).all() and not made[304:].any()


# --- ways to steal --------------------------------------------------------------------------------


def _keys(note: Any) -> Any:
    return note.key * dspc.f32(note.gate), dspc.f32(note.gate)


def test_ways_to_steal() -> None:
    def left(steal: str) -> tuple[float, list[int]]:
        program, ended = dspc.instrument(voices=3, steal=steal)(_keys), list[int]()
        made = heard(program, 400, on(0, 62, 1), on(0, 60, 2), on(0, 64, 3), on(100, 61, 4), ended=ended)
        assert made[1, 399] == 3
        return float(made[0, 399]), ended

    everything = 62 + 60 + 64 + 61
    assert left("oldest") == (everything - 62, [1])
    assert left("lowest") == (everything - 60, [2])
    assert left("highest") == (everything - 64, [3])
    assert left("none") == (everything - 61, [4])


@dspc.instrument(voices=3, steal="quietest")
def quietest(note):
    fading = stdlib.adsr(note.gate, 0.0, 0.01, 0.0, 0.1)
    return note.velocity * dspc.select(note.key < 65, fading, 1.0), note.key * dspc.f32(note.gate) / 1024


def test_the_quietest_voice_is_stolen() -> None:
    """The one that has faded, though it was struck loudest and last; without time to fade, the softest."""
    for wait, stolen in ((3500, 64), (200, 70)):
        events = on(0, 70, 1, 0.3), on(0, 71, 2, 0.6), on(10, 64, 3, 1.0), on(wait, 72, 4, 1.0)
        keys = heard(quietest, wait + 300, *events)[1]
        assert keys[-1] * 1024 == 70 + 71 + 64 + 72 - stolen, wait


# --- many notes -----------------------------------------------------------------------------------


@dspc.instrument(voices=200)
def crowd(note):
    return note.key * 0.001 + dspc.f32(note.voice), dspc.f32(note.gate) * note.velocity


def test_200_voices_of_which_400_are_stolen() -> None:
    """The 200 that were struck last are heard, each with an index of its own."""
    ended: list[int] = []
    events = [NoteOn(i // 4, i % 128, 0.5, i, i % 16) for i in range(600)]
    made = heard(crowd, 400, *events, ended=ended)
    last = [i % 128 for i in range(400, 600)]
    assert made[1, 49] == 0.5 * 200 and made[1, -1] == 0.5 * 200
    np.testing.assert_allclose(made[0, -1], sum(last) * 0.001 + sum(range(200)), rtol=1e-6)
    assert ended == list(range(400))[-256:]


def test_a_thousand_events_in_one_block() -> None:
    kinds: list[Any] = [
        lambda i: NoteOn(i // 8, i * 7 % 128, 0.1 + i % 9 / 10, i, i % 16), lambda i: NoteOff(i // 8, 0, 0.5, i // 2),
        lambda i: Bend(i // 8, i % 5 - 2.0, i % 16), lambda i: Pressure(i // 8, i % 3 / 2, None, -1, i % 16),
        lambda i: Expression(i // 8, i // 3, "bend", 0.5), lambda i: Controller(i // 8, 64, i % 2, i % 16),
        lambda i: Choke(i // 8, i % 128),
    ]  # fmt: skip
    made = heard(crowd, 512, *[kinds[i * 5 % 7 if i % 2 else 0](i) for i in range(1000)])
    assert np.isfinite(made).all() and made.any()


# --- MPE ------------------------------------------------------------------------------------------


@dspc.instrument(voices=4)
def expressive(note):
    mine = dspc.select(note.voice == 1, 1.0, 0.0)
    return note.bend * mine, note.pressure * mine, note.timbre * mine, note.frequency * mine


def test_each_note_of_a_zone_has_its_own_expression() -> None:
    zone = [Controller(0, 101, 0.0), Controller(0, 100, 6 / 127), Controller(0, 6, 4 / 127)]
    events = [
        *zone, on(0, 60, 1, channel=1), on(0, 64, 2, channel=2),
        Bend(50, 7.0, 1), Bend(100, 1.5, 2), Bend(150, 0.5, 0), Expression(200, 2, "bend", 1.0),
        Pressure(100, 1.0, None, -1, 1), Pressure(150, 0.25, None, -1, 2), Controller(200, 74, 0.75, 2),
    ]  # fmt: skip
    bend, pressure, timbre, frequency = heard(expressive, 300, *sorted(events, key=lambda e: e.frame))
    assert [bend[at] for at in (99, 100, 149, 150, 199, 200)] == [0, 1.5, 1.5, 2, 2, 3]
    assert [pressure[at] for at in (149, 150)] == [0, 0.25] and [timbre[at] for at in (199, 200)] == [0, 0.75]
    np.testing.assert_allclose(frequency[-1], 440 * 2 ** ((64 + 3 - 69) / 12), rtol=1e-6)


# --- shared ---------------------------------------------------------------------------------------


@dspc.instrument(voices=6)
def sharing(note, rate=dspc.param(5.0, 0.1, 20.0)):
    lfo = dspc.shared(lambda: dspc.sin_turns(dspc.phasor(rate)) * dspc.controller(1, default=0.5))
    count, random = dspc.shared(lambda: (dspc.feedback(lambda n: n + 1, 0), dspc.noise()))
    several = dspc.shared(lambda: {"sum": dspc.bank(3, lambda i: dspc.phasor(rate * i)).sum(), "two": 2.0})
    in_lanes = dspc.bank(3, lambda i: dspc.shared(lambda: dspc.phasor(rate)) * i).sum()
    gate = dspc.f32(note.gate)
    return count * gate, lfo * gate, random * gate, several["sum"] * several["two"] * gate, in_lanes * gate


@sharing.after
def beside(count, lfo, random, several, in_lanes, rate=dspc.param(3.0, 0.1, 20.0)):
    return count, lfo, random, several, in_lanes, dspc.shared(lambda: dspc.phasor(rate))


@dspc.effect
def alone(rate=dspc.param(5.0, 0.1, 20.0)):
    lfo = dspc.shared(lambda: dspc.sin_turns(dspc.phasor(rate)) * dspc.controller(1, default=0.5))
    count, random = dspc.shared(lambda: (dspc.feedback(lambda n: n + 1, 0), dspc.noise()))
    return count, lfo, random


def test_what_is_shared_runs_from_the_start_and_once_a_sample() -> None:
    """However many voices there are, it is what it is in an effect, whose noise has the same seed."""
    moved = Controller(207, 1, 0.9), Param(300, "rate", 11.0)
    one = heard(sharing, 600, on(100, 60, 1), off(500, 1), *moved)
    three = heard(sharing, 600, on(100, 60, 1), on(100, 62, 2), on(100, 64, 3), *moved)
    truth = heard(alone, 600, *moved)
    for channel in range(3):
        np.testing.assert_array_equal(one[channel, 100:500], truth[channel, 100:500])
        assert not one[channel, :100].any() and not one[channel, 500:].any()
    np.testing.assert_array_equal(one[0, 100:500], 1 + np.arange(100, 500))
    np.testing.assert_allclose(three[:5, 100:], 3 * heard(sharing, 600, on(100, 60, 1), *moved)[:5, 100:], rtol=1e-6)


def test_shared_in_a_voice_inside_an_effect_is_called_in_place() -> None:
    @dspc.effect
    def two():
        note = dspc.note(frequency=220.0, gate=True)
        return sharing(note, rate=7.0)[0]

    np.testing.assert_array_equal(heard(two, 50)[0], 1 + np.arange(50))
