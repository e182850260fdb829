"""MPE in MIDI files: zones, bend ranges, and that each note sounds with its own expression."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import pytest

import dspc
from dspc.driver.midi_files import MidiSong, read_midi
from dspc.frontend.events import Bend, Controller, NoteOff, Pressure

RATE = 48_000
TICKS = 480  # a second at 60 bpm
FULL, HALF = 8191, 4096


def parameter(channel: int, number: int, value: int, fine: int | None = None) -> list[mido.Message]:
    """Controllers that set a registered parameter."""
    pairs = [(101, 0), (100, number), (6, value)] + ([(38, fine)] if fine is not None else [])
    return [mido.Message("control_change", channel=channel, control=c, value=v) for c, v in pairs]


def wheel(channel: int, pitch: int = HALF, time: int = 0) -> mido.Message:
    return mido.Message("pitchwheel", channel=channel, pitch=pitch, time=time)


def key(channel: int, note: int, velocity: int = 127, time: int = 0) -> mido.Message:
    return mido.Message("note_on", channel=channel, note=note, velocity=velocity, time=time)


def saved(folder: Path, *messages: mido.Message) -> Path:
    file = mido.MidiFile(ticks_per_beat=TICKS)
    file.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000), *messages]))
    file.save(folder / "mpe.mid")
    return folder / "mpe.mid"


def song(folder: Path, *messages: mido.Message) -> MidiSong:
    """The messages, and a note so that there is one."""
    return read_midi(saved(folder, *messages, key(9, 60), key(9, 60, 0, 10)), RATE)


def bends(read: MidiSong) -> list[float]:
    """Semitones of each bend, by half a deflection."""
    return [round(e.semitones, 6) for e in read.events if isinstance(e, Bend)]


def test_members_bend_by_48_semitones_the_master_by_2(tmp_path: Path) -> None:
    read = song(tmp_path, *parameter(0, 6, 4), *(wheel(c) for c in (0, 1, 4, 5)))
    assert bends(read) == [1, 24, 24, 1]


def test_the_upper_zone(tmp_path: Path) -> None:
    read = song(tmp_path, *parameter(15, 6, 4), *(wheel(c) for c in (15, 14, 11, 10)))
    assert bends(read) == [1, 24, 24, 1]


def test_a_range_set_on_a_member_is_that_of_all_members(tmp_path: Path) -> None:
    read = song(
        tmp_path, *parameter(0, 6, 4), *parameter(2, 0, 12, 50), *parameter(0, 0, 7), *(wheel(c) for c in (0, 1, 4, 5))
    )
    assert bends(read) == [3.5, 6.25, 6.25, 1]


def test_a_zone_that_is_made_anew_has_the_usual_ranges(tmp_path: Path) -> None:
    """Also the channels that leave it."""
    made = [*parameter(0, 6, 4), *parameter(1, 0, 12), *parameter(0, 0, 12), *parameter(0, 6, 2)]
    assert bends(song(tmp_path, *made, *(wheel(c) for c in (0, 1, 2, 3, 4)))) == [1, 24, 24, 1, 1]
    assert bends(song(tmp_path, *made, *parameter(0, 6, 0), wheel(1))) == [1]


def test_a_later_zone_takes_channels_from_the_other(tmp_path: Path) -> None:
    """An own range of the lower zone's last member stays; the others are the upper zone's now."""
    both = [*parameter(0, 6, 14), *parameter(15, 6, 4)]
    read = song(tmp_path, *both, *parameter(12, 0, 1), *(wheel(c) for c in (10, 11, 14, 15)))
    assert bends(read) == [24, 0.5, 0.5, 1]


def test_other_channels_and_parameters_make_no_zone(tmp_path: Path) -> None:
    read = song(tmp_path, *parameter(3, 6, 4), *parameter(0, 5, 4), *(wheel(c) for c in (1, 4)))
    assert bends(read) == [1, 1]


@pytest.mark.parametrize("number", (120, 123))
def test_the_master_ends_all_notes_of_its_zone(tmp_path: Path, number: int) -> None:
    notes = [key(1, 60), key(2, 64), key(5, 67)]
    end = mido.Message("control_change", control=number, value=0, time=TICKS)
    read = read_midi(saved(tmp_path, *parameter(0, 6, 4), *notes, end, key(5, 67, 0, TICKS)), RATE)
    offs = [(e.frame, e.key) for e in read.events if isinstance(e, NoteOff)]
    assert sorted(offs) == [(RATE, 60), (RATE, 64), (2 * RATE, 67)]


def test_pressure_and_timbre_keep_their_channel(tmp_path: Path) -> None:
    read = song(
        tmp_path, *parameter(0, 6, 4), mido.Message("aftertouch", channel=2, value=127),
        mido.Message("control_change", channel=3, control=74, value=127),
    )  # fmt: skip
    assert Pressure(0, 1.0, channel=2) in read.events and Controller(0, 74, 1.0, 3) in read.events


@dspc.instrument(voices=4)
def tones(note):
    """One voice a channel, as a frequency and what else the note knows."""
    first = dspc.select(note.voice == 0, 1.0, 0.0)
    return note.frequency * first, note.frequency * (1 - first), note.pressure * first, note.timbre * (1 - first)


def test_a_file_sounds_as_it_was_played(tmp_path: Path) -> None:
    """Two notes that bend apart by an octave and a semitone, and the master moves both."""
    path = saved(
        tmp_path, *parameter(0, 6, 15), key(1, 60), key(2, 64), wheel(1, 2048, 48), wheel(2, -8192, 48),
        wheel(0, HALF, 48), mido.Message("aftertouch", channel=1, value=127, time=48),
        mido.Message("control_change", channel=2, control=74, value=127, time=48), key(1, 60, 0, 48), key(2, 64, 0),
    )  # fmt: skip
    made = dspc.render(tones, midi=str(path), seconds=0.65)

    def hertz(pitch: float) -> float:
        return 440 * 2 ** ((pitch - 69) / 12)

    for at, first, second in ((0.05, 60, 64), (0.15, 72, 64), (0.25, 72, 16), (0.35, 73, 17), (0.55, 73, 17)):
        np.testing.assert_allclose(made[:2, int(at * RATE)], [hertz(first), hertz(second)], rtol=1e-6)
    assert [made[2, int(at * RATE)] for at in (0.35, 0.45)] == [0, 1]
    assert [made[3, int(at * RATE)] for at in (0.45, 0.55)] == [0, 1]
