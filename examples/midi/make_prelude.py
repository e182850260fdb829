"""J. S. Bach, Prelude in C major, BWV 846 (The Well-Tempered Clavier I, 1722), as `prelude.mid`.

The notes are entered from the score, which is in the public domain. Bars 1 to 32 are one figure: five pitches
for half a bar, the lowest held for the half bar, the second from its second semiquaver on, the upper three
played twice; both half bars are alike. Bars 33 and 34 are written out, bar 35 is the last chord.
Tempo and velocities are this script's own. It writes the same bytes every time:

    python examples/midi/make_prelude.py
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import mido

TICKS_PER_QUARTER = 480
SEMIQUAVER = TICKS_PER_QUARTER // 4
HALF_BAR = 8 * SEMIQUAVER
BAR = 16 * SEMIQUAVER
LIFT = 10  # ticks between the end of a note and the next beat: legato, but keys do come up

FIGURES = """
C4 E4 G4 C5 E5      C4 D4 A4 D5 F5      B3 D4 G4 D5 F5      C4 E4 G4 C5 E5
C4 E4 A4 E5 A5      C4 D4 F#4 A4 D5     B3 D4 G4 D5 G5      B3 C4 E4 G4 C5
A3 C4 E4 G4 C5      D3 A3 D4 F#4 C5     G3 B3 D4 G4 B4      G3 Bb3 E4 G4 C#5
F3 A3 D4 A4 D5      F3 Ab3 D4 F4 B4     E3 G3 C4 G4 C5      E3 F3 A3 C4 F4
D3 F3 A3 C4 F4      G2 D3 G3 B3 F4      C3 E3 G3 C4 E4      C3 G3 Bb3 C4 E4
F2 F3 A3 C4 E4      F#2 C3 A3 C4 Eb4    Ab2 F3 B3 C4 D4     G2 F3 G3 B3 D4
G2 E3 G3 C4 E4      G2 D3 G3 C4 F4      G2 D3 G3 B3 F4      G2 Eb3 A3 C4 F#4
G2 E3 G3 C4 G4      G2 D3 G3 C4 F4      G2 D3 G3 B3 F4      C2 C3 G3 Bb3 E4
"""
WRITTEN_OUT = """
C2 C3  F3 A3 C4 F4 C4 A3 C4 A3 F3 A3 F3 D3 F3 D3
C2 B2  G4 B4 D5 F5 D5 B4 D5 B4 G4 B4 D4 F4 E4 D4
"""
LAST_CHORD = "C2 C3 E4 G4 C5"

# One number a bar: a swell to the diminished chords, calm at the cadence in bar 19, the long pedal on G.
DYNAMICS = (
    62, 64, 66, 62, 66, 68, 70, 66, 64, 68, 64, 70, 66, 68, 62, 62, 64, 66, 60,
    62, 64, 70, 72, 70, 72, 74, 76, 82, 80, 76, 74, 68, 66, 62, 54,
)  # fmt: skip
ACCENTS = (8, 2, 0, -2, 4, -3, -2, 3)  # by semiquaver of the half bar
ECHO = -4  # the second half bar repeats the first, a little softer

TEMPI_BPM = ((1, 0, 69), (33, 2, 67), (34, 0, 64), (34, 2, 58), (34, 3, 52), (35, 0, 48))  # bar, beat, bpm

SEMITONE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "#": 1, "b": -1}


@dataclass(frozen=True)
class Note:
    """One key of the keyboard, from `start` until `end` in ticks."""

    start: int
    end: int
    key: int
    velocity: int


def midi_key(name: str) -> int:
    """The MIDI key of a note's name, C4 being 60: `midi_key("F#4") == 66`."""
    letters, octave = name[:-1], int(name[-1])
    return 12 * (octave + 1) + sum(SEMITONE[letter] for letter in letters)


def keys(text: str) -> list[int]:
    """The MIDI keys of all the names in a text."""
    return [midi_key(name) for name in text.split()]


def score() -> tuple[list[Note], list[Note]]:
    """All the notes of the piece: the right hand's, the left hand's."""
    right: list[Note] = []
    left: list[Note] = []
    pitches = keys(FIGURES)
    for bar in range(32):
        figure = pitches[5 * bar : 5 * bar + 5]
        for half in range(2):
            semiquavers = figure + figure[2:]
            add_figure(right, left, semiquavers, bar * BAR + half * HALF_BAR, DYNAMICS[bar] + half * ECHO)
    for bar, line in enumerate(WRITTEN_OUT.strip().splitlines(), start=32):
        add_figure(right, left, keys(line), bar * BAR, DYNAMICS[bar])
    for index, key in enumerate(keys(LAST_CHORD)):
        hand = left if index < 2 else right
        hand.append(Note(34 * BAR, 35 * BAR - LIFT, key, DYNAMICS[34]))
    return right, left


def add_figure(right: list[Note], left: list[Note], semiquavers: list[int], start: int, loud: int) -> None:
    """Adds one figure: its first two semiquavers are held by the left hand until its end."""
    end = start + len(semiquavers) * SEMIQUAVER
    for index, key in enumerate(semiquavers):
        at = start + index * SEMIQUAVER
        velocity = loud + ACCENTS[index % len(ACCENTS)]
        if index < 2:
            left.append(Note(at, end - LIFT, key, velocity))
        else:
            right.append(Note(at, at + SEMIQUAVER - LIFT, key, velocity))


def hand_track(name: str, channel: int, notes: list[Note]) -> mido.MidiTrack:
    """A track of one hand's notes, on a grand piano."""
    timed = [(note.end, 0, mido.Message("note_off", channel=channel, note=note.key)) for note in notes]
    timed += [
        (note.start, 1, mido.Message("note_on", channel=channel, note=note.key, velocity=note.velocity))
        for note in notes
    ]
    timed.append((0, 0, mido.Message("program_change", channel=channel, program=0)))
    return track(name, timed)


def tempo_track() -> mido.MidiTrack:
    """The first track: title, metre, key and tempo, with a little ritardando at the end."""
    timed = [
        (0, 0, mido.MetaMessage("copyright", text="Public domain: J. S. Bach, 1722")),
        (0, 0, mido.MetaMessage("time_signature", numerator=4, denominator=4)),
        (0, 0, mido.MetaMessage("key_signature", key="C")),
    ]
    for bar, beat, bpm in TEMPI_BPM:
        at = (bar - 1) * BAR + beat * TICKS_PER_QUARTER
        timed.append((at, 0, mido.MetaMessage("set_tempo", tempo=60_000_000 // bpm)))
    return track("Prelude in C major, BWV 846", timed)


def track(name: str, timed: Iterable[tuple[int, int, mido.Message | mido.MetaMessage]]) -> mido.MidiTrack:
    """A named track of messages with absolute ticks; the number after the tick orders what falls on it."""
    messages = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    for tick, _, message in sorted(timed, key=lambda entry: entry[:2]):
        messages.append(message.copy(time=tick - now))
        now = tick
    messages.append(mido.MetaMessage("end_of_track", time=35 * BAR - now))
    return messages


def build() -> bytes:
    """The bytes of `prelude.mid`: a type 1 file of three tracks."""
    right, left = score()
    song = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    song.tracks += [tempo_track(), hand_track("Right hand", 0, right), hand_track("Left hand", 0, left)]
    data = io.BytesIO()
    song.save(file=data)
    return data.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("prelude.mid").write_bytes(build())
