"""MIDI files: exact frames, notes that keep together, damage that is named."""

import io
import random
import struct
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import mido
import pytest

from dspc.driver.files import FileProblem, InputFileError
from dspc.driver.midi_files import MidiSong, TrackInfo, read_midi
from dspc.frontend.events import Bend, Controller, Event, NoteOff, NoteOn, Pressure, Transport

Kind = TypeVar("Kind")

RATE = 48_000
PRELUDE = Path(__file__).parents[2] / "examples" / "midi" / "prelude.mid"
NOTE = "note_on note=60 velocity=127 time=0; note_off note=60 velocity=0 time=480"


def song(tmp_path: Path, *tracks: str, division: int = 480, kind: int = 1, rate: float = RATE) -> MidiSong:
    """A file of these tracks, read; each is text for messages, with `;` between them."""
    file = mido.MidiFile(type=kind, ticks_per_beat=division)
    for text in tracks:
        file.tracks.append(mido.MidiTrack(message(part.strip()) for part in text.split(";")))
    file.save(tmp_path / "song.mid")
    return read_midi(tmp_path / "song.mid", rate)


def message(text: str) -> mido.Message | mido.MetaMessage:
    """One message from mido's text, or `tempo MICROSECONDS [TICKS]`, `metre 3 4 [TICKS]`, `cc NUMBER VALUE [TICKS]`."""
    kind, *numbers = text.split()
    if kind == "tempo":
        tempo, delta = [*map(int, numbers), 0][:2]
        return mido.MetaMessage("set_tempo", tempo=tempo, time=delta)
    if kind == "metre":
        numerator, denominator, delta = [*map(int, numbers), 0][:3]
        return mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator, time=delta)
    if kind == "cc":
        number, value, delta = [*map(int, numbers), 0][:3]
        return mido.Message("control_change", control=number, value=value, time=delta)
    return mido.Message.from_str(text)


def raw(tmp_path: Path, *tracks: bytes, division: int = 480, kind: int = 1) -> Path:
    """A file from the tracks' bytes, written by hand."""
    header = struct.pack(">4sIHHH", b"MThd", 6, kind, len(tracks), division & 0xFFFF)
    path = tmp_path / "raw.mid"
    path.write_bytes(header + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks))
    return path


def only(events: list[Event], kind: type[Kind]) -> list[Kind]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def problem(path: Path) -> str:
    """What a user is told about a file, without its path."""
    with pytest.raises(InputFileError) as caught:
        read_midi(path, RATE)
    assert isinstance(caught.value, FileProblem)
    return caught.value.message.removeprefix(f"{path}: ")


def test_one_note(tmp_path: Path) -> None:
    """A quarter note at the default of 120 bpm is half a second; times, counts and names."""
    read = song(tmp_path, NOTE)
    assert read.events == [NoteOn(0, 60, 1.0, id=0), NoteOff(24_000, 60, 0.0, id=0)]
    assert (read.seconds, read.notes, read.tracks) == (0.5, 1, (TrackInfo("", 1),))
    assert read.transport == [Transport(0, tempo=120.0, position=0.0)]


def test_tempo_map_holds_for_all_tracks(tmp_path: Path) -> None:
    """A change in one track moves the notes of another; of two changes at one tick the last counts."""
    read = song(
        tmp_path,
        "tempo 500000; tempo 900000 480; tempo 1000000; tempo 250000 480",
        "note_on note=60 velocity=127 channel=3 time=240; note_off note=60 channel=3 time=480; "
        "note_on note=62 velocity=127 time=240; note_off note=62 time=960",
    )
    assert read.events == [
        NoteOn(12_000, 60, 1.0, id=0, channel=3),
        NoteOff(48_000, 60, 64 / 127, id=0, channel=3),
        NoteOn(72_000, 62, 1.0, id=1),
        NoteOff(96_000, 62, 64 / 127, id=1),
    ]
    found = [(change.frame, change.tempo, change.position) for change in read.transport]
    assert found == [(0, 120, 0.0), (24_000, 60, 1.0), (72_000, 240, 2.0)]
    assert read.seconds == 2.0


def test_metre(tmp_path: Path) -> None:
    """A bar begins where a metre is set; of two at one tick the last counts."""
    read = song(tmp_path, "metre 3 4; metre 7 8 720; metre 6 8; tempo 250000 240; " + NOTE)
    assert read.transport == [
        Transport(0, 120.0, None, 0.0, 0.0, 3, 4),
        Transport(36_000, None, None, 1.5, 1.5, 6, 8),
        Transport(48_000, 240.0, None, 2.0),
    ]


def test_positions_are_those_of_the_frames(tmp_path: Path) -> None:
    """A tick falls between two frames: the frame's own position is told."""
    read = song(tmp_path, "tempo 333333 1; " + NOTE, rate=44_100)
    exact = 0.5 / 480 * 44_100
    assert read.transport[1].frame == round(exact) != exact
    assert read.transport[1].position == pytest.approx(1 / 480 + (round(exact) - exact) / 44_100 / 0.333333, abs=1e-15)


@pytest.mark.parametrize("tempo", [60.0, 90.5, 240.0])
def test_another_tempo(tmp_path: Path, tempo: float) -> None:
    """Instead of all that the file says of its tempo; the notes follow."""
    song(tmp_path, "tempo 250000; tempo 900000 480; metre 3 4 480; " + NOTE)
    read = read_midi(tmp_path / "song.mid", RATE, tempo)
    assert [change.tempo for change in read.transport] == [pytest.approx(tempo), None]
    assert [event.frame for event in read.events] == [round(beats * 60 / tempo * RATE) for beats in (2, 3)]
    assert read.transport[1].bar == 2.0


def test_frames_do_not_drift(tmp_path: Path) -> None:
    """Ten thousand odd deltas and tempos: each frame is the exact moment, rounded once."""
    generator = random.Random(4)
    text: list[str] = []
    exact, tempo, expected = Fraction(0), 500_000, []
    for _ in range(5000):
        delta = generator.randrange(1, 97)
        exact += Fraction(delta * tempo, 1_000_000 * 96)
        expected.append(int(exact * 44_100 + Fraction(1, 2)))
        tempo = generator.randrange(200_000, 900_000)
        text += [f"note_on note=60 velocity=9 time={delta}", "note_off note=60 time=0", f"tempo {tempo}"]
    read = song(tmp_path, "; ".join(text), division=96, kind=0, rate=44_100)
    assert [event.frame for event in only(read.events, NoteOn)] == expected


def test_agrees_with_mido() -> None:
    """The prelude's notes are where mido's own player would have them."""
    now, starts = 0.0, []
    for played in mido.MidiFile(PRELUDE):
        now += played.time
        if played.type == "note_on" and played.velocity:
            starts.append((now, played.note, played.velocity / 127))
    read = only(read_midi(PRELUDE, RATE).events, NoteOn)
    assert [(event.key, event.velocity) for event in read] == [note[1:] for note in starts]
    assert all(abs(event.frame - note[0] * RATE) <= 0.51 for event, note in zip(read, starts, strict=True))


@pytest.mark.parametrize(
    "division, frame, seconds",
    [
        (0xE728, 48_000 // 2, 0.5),  # 25 frames of 40 ticks: a tick is a millisecond
        (0xE250, 10_000, 500 / 2400),  # 30 frames of 80 ticks
        (0xE804, 250_000, 500 / 96),  # 24 frames of 4 ticks
        (0xE364, 8008, 500 * 1001 / 3_000_000),  # 29.97 frames of 100 ticks
    ],
)
def test_smpte_time(tmp_path: Path, division: int, frame: int, seconds: float) -> None:
    """Ticks of a video frame; tempos mean nothing."""
    tempo = b"\x00\xff\x51\x03\x01\x00\x00"
    track = tempo + b"\x00\x90\x3c\x7f" + b"\x83\x74\x3c\x00" + b"\x00\xff\x2f\x00"
    read = read_midi(raw(tmp_path, track, division=division), RATE)
    assert read.events == [NoteOn(0, 60, 1.0, id=0), NoteOff(frame, 60, id=0)]
    assert read.seconds == pytest.approx(seconds, rel=1e-15)
    assert read.transport == []


def test_running_status_and_velocity_zero(tmp_path: Path) -> None:
    """One status byte for many notes; a note-on of velocity 0 ends a note, without a release velocity."""
    track = b"\x00\x91\x3c\x40" + b"\x00\x40\x7f" + b"\x60\x3c\x00" + b"\x00\x40\x00" + b"\x00\xff\x2f\x00"
    assert read_midi(raw(tmp_path, track, division=96), RATE).events == [
        NoteOn(0, 60, 64 / 127, id=0, channel=1),
        NoteOn(0, 64, 1.0, id=1, channel=1),
        NoteOff(24_000, 60, 0.0, id=0, channel=1),
        NoteOff(24_000, 64, 0.0, id=1, channel=1),
    ]


def test_bends(tmp_path: Path) -> None:
    """Two semitones to begin with; then what RPN 0 says, for its channel; other parameters change nothing."""
    wheel = "pitchwheel pitch=4096"
    octave = "cc 101 0; cc 100 0; cc 6 12"
    cents = "cc 38 50"
    not_registered = "cc 99 0; cc 98 0; cc 6 9"
    none = "cc 101 127; cc 100 127; cc 6 5"
    tuning = "cc 101 0; cc 100 1; cc 6 7"
    read = song(
        tmp_path,
        f"{NOTE}; pitchwheel pitch=-8192; {wheel}; {octave}; {wheel}; {cents}; {wheel}; {wheel} channel=1; "
        f"{not_registered}; {wheel}; {none}; {wheel}; {tuning}; {wheel}; pitchwheel pitch=8191",
    )
    bends = only(read.events, Bend)
    assert [bend.semitones for bend in bends if not bend.channel] == [
        -2.0, 1.0, 6.0, 6.25, 6.25, 6.25, 6.25, 12.5 * 8191 / 8192,
    ]  # fmt: skip
    assert [bend for bend in bends if bend.channel] == [Bend(24_000, 1.0, channel=1)]


def test_pressure_and_controllers(tmp_path: Path) -> None:
    """Channel pressure has no key, key pressure has one; controllers are 0..1; programs are left out."""
    read = song(
        tmp_path,
        f"{NOTE}; aftertouch value=127 channel=2; polytouch note=60 value=0; "
        "control_change control=1 value=127 channel=5; cc 64 0; "
        "program_change program=5; sysex data=(1,2,3)",
    )
    assert read.events[2:] == [
        Pressure(24_000, 1.0, channel=2),
        Pressure(24_000, 0.0, key=60),
        Controller(24_000, 1, 1.0, channel=5),
        Controller(24_000, 64, 0.0),
    ]


def test_order_in_a_frame(tmp_path: Path) -> None:
    """Whatever the tracks' order, a note of one ends before a note of another starts."""
    read = song(
        tmp_path,
        "note_on note=60 velocity=127 time=480; note_off note=60 time=480",
        "note_on note=60 velocity=127; cc 1 0 480; note_off note=60",
    )
    assert [(type(event), event.frame) for event in read.events] == [
        (NoteOn, 0), (Controller, 24_000), (NoteOff, 24_000), (NoteOn, 24_000), (NoteOff, 48_000),
    ]  # fmt: skip
    assert [getattr(event, "id", None) for event in read.events] == [0, None, 0, 1, 1]


@pytest.mark.parametrize(
    "text, order",
    [
        ("cc 64 127 480; note_off note=60", [Controller, NoteOff]),  # the pedal catches the note
        ("note_off note=60 time=480; cc 64 127", [NoteOff, Controller]),  # the pedal comes too late
        ("note_on note=62 velocity=9 time=480; note_off note=60", [NoteOn, NoteOff, NoteOff]),  # legato
    ],
)
def test_order_inside_a_track_is_kept(tmp_path: Path, text: str, order: list[type]) -> None:
    """Pedals and legato depend on it."""
    read = song(tmp_path, f"note_on note=60 velocity=9; {text}", "note_on note=50 velocity=9")
    assert [type(event) for event in read.events if event.frame == 24_000] == order


def test_notes_off_from_another_track(tmp_path: Path) -> None:
    """A note that starts in the same frame still starts before it ends."""
    read = song(tmp_path, "note_on note=60 velocity=9", "cc 123 0; note_on note=61 velocity=9")
    assert [type(event) for event in read.events] == [Controller, NoteOn, NoteOff, NoteOn, NoteOff]


def test_overlapping_notes_of_one_key(tmp_path: Path) -> None:
    """The first that started is the first that ends; channels and tracks do not mix."""
    read = song(
        tmp_path,
        "note_on note=60 velocity=1; note_on note=60 velocity=2 time=48; note_off note=60 time=48; "
        "note_off note=60 time=48; note_off note=60 time=48",
        "note_on note=60 velocity=3 channel=1; note_on note=60 velocity=4; note_off note=60 time=192; "
        "note_off note=60 channel=1 time=48",
    )
    offs = {event.id: (event.frame, event.channel) for event in only(read.events, NoteOff)}
    by_velocity = {round(event.velocity * 127): offs[event.id] for event in only(read.events, NoteOn)}
    assert by_velocity == {1: (4800, 0), 2: (7200, 0), 3: (12_000, 1), 4: (9600, 0)}


def test_notes_without_length_start_first(tmp_path: Path) -> None:
    """Also where two ticks fall on one frame."""
    read = song(tmp_path, "note_on note=60 velocity=9; note_off note=60 time=1", rate=100)
    assert [type(event) for event in read.events] == [NoteOn, NoteOff]
    assert read.events[1].frame == 0


def test_notes_that_nobody_ends(tmp_path: Path) -> None:
    """They end with their track, or with `all notes off` on their channel."""
    read = song(
        tmp_path,
        "note_on note=60 velocity=9; note_on note=61 velocity=9 time=480; "
        "note_on note=62 velocity=9 channel=1; cc 123 0 480; note_off note=60 time=10; cc 1 9 470",
        "note_on note=50 velocity=9; note_on note=50 velocity=9 time=96",
    )
    assert {(event.key, event.id): event.frame for event in only(read.events, NoteOff)} == {
        (60, 0): 48_000, (61, 3): 48_000, (62, 4): 72_000, (50, 1): 4800, (50, 2): 4800,
    }  # fmt: skip


def test_names(tmp_path: Path) -> None:
    """Tracks by name, in Latin-1 as in UTF-8."""
    tracks = [b"\x00\xff\x03" + bytes([len(name)]) + name for name in (b"Fl\xf6te", "Flöte".encode(), b"")]
    notes = b"\x00\x90\x3c\x7f\x10\x3c\x00"
    read = read_midi(raw(tmp_path, *(name + notes for name in tracks)), RATE)
    assert read.tracks == (TrackInfo("Flöte", 1), TrackInfo("Flöte", 1), TrackInfo("", 1))


def test_foreign_chunks_and_long_headers_are_skipped(tmp_path: Path) -> None:
    """As the standard asks."""
    note = b"\x00\x90\x3c\x7f\x10\x3c\x00"
    data = b"MThd" + struct.pack(">IHHHH", 8, 1, 2, 480, 0xABCD)
    chunks = [(b"XFIH", b"what else"), (b"MTrk", note), (b"XFKM", b""), (b"MTrk", note), (b"tail", b"1")]
    for name, content in chunks:
        data += name + struct.pack(">I", len(content)) + content
    path = tmp_path / "x.mid"
    path.write_bytes(data)
    assert read_midi(path, RATE).notes == 2


def test_errors(tmp_path: Path) -> None:
    """Each says what is wrong, and where."""
    note = b"\x00\x90\x3c\x7f\x10\x3c\x00"
    assert problem(tmp_path / "none.mid") == "no such file"
    assert problem(tmp_path) == "is a folder, not a file"
    text = tmp_path / "text.mid"
    text.write_text("la la la")
    assert problem(text) == "is not a MIDI file"
    assert problem(raw(tmp_path, note, kind=2)) == "is a MIDI file of type 2"
    assert problem(raw(tmp_path, note, kind=7)) == "is a MIDI file of unknown type 7"
    assert problem(raw(tmp_path, note, division=0)) == "its time division 0x0000 has no meaning"
    assert problem(raw(tmp_path, note, division=0xE000)) == "its time division 0xe000 has no meaning"
    assert problem(raw(tmp_path, note, b"\x00\xff\x51\x03\0\0\0")) == "track 2 sets a tempo of 0"
    assert problem(raw(tmp_path, b"\x00\xff\x2f\x00")) == "holds no notes"
    assert problem(raw(tmp_path)) == "holds no notes"
    assert problem(raw(tmp_path, note, note + b"\x00\x90\x3c")) == "track 2 of 2 ends inside a message"
    damaged = "track 2 of 2 is damaged (data byte must be in range 0..127)"
    assert problem(raw(tmp_path, note, note + b"\x00\x90\x3c\xff\x00\xff\x2f\x00")) == damaged


def test_cut_short(tmp_path: Path) -> None:
    """The track in which the file ends is named."""
    note = b"\x00\x90\x3c\x7f\x10\x3c\x00"
    path = raw(tmp_path, note, note, note)
    data = path.read_bytes()
    expected = {
        13: "in its header", 14: "before track 1 of 3", 25: "in track 1 of 3",
        35: "before track 2 of 3", 37: "in track 2 of 3", len(data) - 1: "in track 3 of 3",
    }  # fmt: skip
    for length, where in expected.items():
        path.write_bytes(data[:length])
        assert problem(path) == f"is cut short {where}"


def test_type_2_says_why(tmp_path: Path) -> None:
    """The remedy goes with it."""
    path = raw(tmp_path, b"", kind=2)
    with pytest.raises(InputFileError) as caught:
        read_midi(path, RATE)
    assert str(caught.value) == (
        f"{path}: is a MIDI file of type 2\n"
        "    help: its tracks are separate pieces without a common time; save it as type 0 or 1"
    )


def test_damage_never_escapes(tmp_path: Path) -> None:
    """Files with wrong bytes are read or refused, never an error of another kind."""
    generator = random.Random(7)
    file = mido.MidiFile()
    heading, right, _ = mido.MidiFile(PRELUDE).tracks
    file.tracks.append(mido.MidiTrack(heading + right[:40]))
    buffer = io.BytesIO()
    file.save(file=buffer)
    path, refused = tmp_path / "x.mid", 0
    for _ in range(1000):
        data = bytearray(buffer.getvalue())
        for _ in range(generator.randrange(1, 4)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        path.write_bytes(data)
        try:
            read_midi(path, RATE)
        except InputFileError:
            refused += 1
    assert 100 < refused < 900
