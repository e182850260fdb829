"""Standard MIDI files as lists of events: every tick becomes the frame it falls on.

Times are exact: a tick's moment is a fraction computed from the start of the file, rounded once, so that
nothing drifts however many tempo changes there are. Notes get ids in the order of the file, and each note-off
carries the id of the note it ends, so that overlapping notes of one key stay apart.
"""

import io
import struct
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import mido

from dspc.driver.files import InputFileError, display_name, read_bytes
from dspc.driver.midi_channels import Channels
from dspc.frontend.events import Bend, Controller, Event, NoteOff, NoteOn, Pressure, Transport

Where: TypeAlias = tuple[int, int, int]  # track, channel, key

DEFAULT_TEMPO = 500_000  # microseconds a quarter note: 120 bpm
SMPTE_FRAMES = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30_000, 1001), 30: Fraction(30)}
SOUND_OFF, NOTES_OFF = 120, 123  # controllers that end all notes of a channel


@dataclass(frozen=True)
class TrackInfo:
    """A track's name ("" if it has none) and how many notes it plays."""

    name: str
    notes: int


@dataclass(frozen=True)
class MidiSong:
    """A MIDI file at one sample rate. `events` are sorted by frame, and so is `transport`: tempo map and metre.

    Events of one frame keep their order inside a track; between tracks, what comes before a track's note-ons
    (notes that end, controllers) goes first, so that a voice is free before it is needed. `transport` starts at
    frame 0, with one entry for each tick that changes tempo or metre, its exact position included; it is empty for
    a file that counts in SMPTE frames.
    """

    events: list[Event]
    seconds: float
    notes: int
    tracks: tuple[TrackInfo, ...]
    transport: list[Transport]


def read_midi(path: str | Path, sample_rate: float, tempo: float | None = None) -> MidiSong:
    """Reads a MIDI file of type 0 or 1 (`-`: standard input). Raises InputFileError.

    `tempo`, in quarter notes a minute, takes the place of all that the file says of its tempo.

    Velocity, pressure and controllers are 0..1; bends are semitones, two at full deflection until the file
    sets another range (RPN 0), 48 on the members of an MPE zone (RPN 6). A note-on of velocity 0 is a note-off.
    Every note-on has its note-off: notes that nothing else ends end with their track. Program changes and system
    messages are left out.
    """
    name = display_name(path, "input")
    division, chunks = _split(name, read_bytes(path))
    tracks = [_parse(name, chunk, index, len(chunks)) for index, chunk in enumerate(chunks, start=1)]
    clock = _Clock.of(name, division, tracks, tempo)
    rate = Fraction(sample_rate)
    player = _Player(clock, rate)
    for message in _merged(tracks):
        player.play(message)
    if not player.notes:
        raise InputFileError(f"{name}: holds no notes")
    end = max(track.end for track in tracks)
    infos = tuple(TrackInfo(track.name, player.notes_of[index]) for index, track in enumerate(tracks))
    events, seconds = player.sorted_events(), float(clock.seconds(end))
    return MidiSong(events, seconds, player.notes, infos, clock.transport(rate, _metres(tracks)))


@dataclass(frozen=True)
class _Track:
    """The messages of one track with absolute ticks, and the tick at which it ends."""

    name: str
    messages: list[tuple[int, Any]]
    end: int


@dataclass(frozen=True)
class _Placed:
    """A message (None: the end of the track) and where it comes from."""

    tick: int
    track: int
    message: Any


def _split(name: str, data: bytes) -> tuple[int, list[bytes]]:
    """The division of a file and the bytes of each of its tracks, header included."""
    if data[:4] != b"MThd":
        raise InputFileError(f"{name}: is not a MIDI file", "a MIDI file starts with MThd")
    if len(data) < 14:
        raise InputFileError(f"{name}: is cut short in its header")
    size, kind, count, division = struct.unpack(">IHHh", data[4:14])
    if kind == 2:
        hint = "its tracks are separate pieces without a common time; save it as type 0 or 1"
        raise InputFileError(f"{name}: is a MIDI file of type 2", hint)
    if kind > 2:
        raise InputFileError(f"{name}: is a MIDI file of unknown type {kind}", "types 0 and 1 are read")
    chunks: list[bytes] = []
    at = 8 + size
    while len(chunks) < count:
        if at + 8 > len(data):
            raise InputFileError(f"{name}: is cut short before track {len(chunks) + 1} of {count}")
        end = at + 8 + struct.unpack(">I", data[at + 4 : at + 8])[0]
        if data[at : at + 4] == b"MTrk":  # other chunks are allowed, and skipped
            if end > len(data):
                raise InputFileError(f"{name}: is cut short in track {len(chunks) + 1} of {count}")
            chunks.append(data[at:end])
        at = end
    return division, chunks


def _parse(name: str, chunk: bytes, index: int, count: int) -> _Track:
    """One track, read by mido as a file of its own: what is wrong is known to be in this track."""
    header = struct.pack(">4sIHHh", b"MThd", 6, 0, 1, 480)
    try:
        parsed = mido.MidiFile(file=io.BytesIO(header + chunk)).tracks[0]
    except EOFError:
        raise InputFileError(f"{name}: track {index} of {count} ends inside a message") from None
    except Exception as error:  # mido raises whatever its decoders meet in damaged bytes
        raise InputFileError(f"{name}: track {index} of {count} is damaged ({error})") from None
    tick = 0
    messages: list[tuple[int, Any]] = []
    for message in parsed:
        tick += message.time
        messages.append((tick, message))
    return _Track(_text(parsed.name), messages, tick)


def _text(latin: str) -> str:
    """Text as mido decodes it, or as UTF-8 if that is what its bytes are."""
    try:
        return latin.encode("latin1").decode("utf-8")
    except UnicodeError:
        return latin


def _merged(tracks: list[_Track]) -> Iterator[_Placed]:
    """All messages in the order of time, equal ticks in the order of the tracks, then the ends of tracks."""
    placed: list[_Placed] = []
    for index, track in enumerate(tracks):
        placed += [_Placed(tick, index, message) for tick, message in track.messages]
    placed += [_Placed(track.end, index, None) for index, track in enumerate(tracks)]
    return iter(sorted(placed, key=lambda entry: entry.tick))  # stable


def _metres(tracks: list[_Track]) -> dict[int, tuple[int, int]]:
    """The metre (numerator, denominator) from each tick on at which one is set; of several the last counts."""
    messages = [(entry.tick, entry.message) for entry in _merged(tracks) if entry.message is not None]
    return {tick: (m.numerator, m.denominator) for tick, m in messages if m.type == "time_signature" and m.numerator}


@dataclass(frozen=True)
class _Clock:
    """From ticks to seconds: in the stretch from `starts[i]` on, a tick is `speeds[i]` units long.

    `division` is the number of ticks in a quarter note, 0 for SMPTE time. Speeds are microseconds a quarter note.
    """

    unit_seconds: Fraction
    starts: list[int]
    speeds: list[int | Fraction]
    elapsed: list[int | Fraction]  # units before each stretch
    division: int

    @staticmethod
    def of(name: str, division: int, tracks: list[_Track], tempo: float | None) -> "_Clock":
        """The clock of a file: a tempo map (or the one tempo that is given), or SMPTE time, which knows no tempo."""
        if division > 0 and tempo is not None:
            return _Clock(Fraction(1, 1_000_000 * division), [0], [60_000_000 / Fraction(tempo)], [0], division)
        if division > 0:
            return _Clock._metrical(name, division, tracks)
        frames, ticks_a_frame = -(division >> 8), division & 0xFF
        if frames not in SMPTE_FRAMES or not ticks_a_frame:
            raise InputFileError(f"{name}: its time division {division & 0xFFFF:#06x} has no meaning")
        return _Clock(1 / (SMPTE_FRAMES[frames] * ticks_a_frame), [0], [1], [0], division=0)

    @staticmethod
    def _metrical(name: str, division: int, tracks: list[_Track]) -> "_Clock":
        starts: list[int] = [0]
        speeds: list[int | Fraction] = [DEFAULT_TEMPO]
        elapsed: list[int | Fraction] = [0]
        for entry in _merged(tracks):
            if entry.message is None or entry.message.type != "set_tempo":
                continue
            if not entry.message.tempo:
                raise InputFileError(f"{name}: track {entry.track + 1} sets a tempo of 0")
            elapsed.append(elapsed[-1] + (entry.tick - starts[-1]) * speeds[-1])
            starts.append(entry.tick)
            speeds.append(entry.message.tempo)
        return _Clock(Fraction(1, 1_000_000 * division), starts, speeds, elapsed, division)

    def seconds(self, tick: int) -> Fraction:
        """The exact moment of a tick; of several tempos at one tick the last counts."""
        index = bisect_right(self.starts, tick) - 1
        return (self.elapsed[index] + (tick - self.starts[index]) * self.speeds[index]) * self.unit_seconds

    def frame(self, tick: int, sample_rate: Fraction) -> int:
        """The frame nearest to a tick; halfway, the later one."""
        exact = Fraction(self.seconds(tick) * sample_rate)
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)

    def transport(self, sample_rate: Fraction, metres: dict[int, tuple[int, int]]) -> list[Transport]:
        """Tempo map and metre as events, one for each tick that changes something."""
        if not self.division:
            return []
        tempos = dict(zip(self.starts, self.speeds, strict=True))
        ticks = sorted({*tempos, *metres})
        return [self._event(tick, sample_rate, tick in tempos, metres.get(tick)) for tick in ticks]

    def _event(self, tick: int, rate: Fraction, faster: bool, metre: tuple[int, int] | None) -> Transport:
        """What a tick changes; its position is that of the frame, which is not quite the tick's moment."""
        speed = self.speeds[bisect_right(self.starts, tick) - 1]
        frame, place = self.frame(tick, rate), Fraction(tick, self.division)
        position = place + (frame / rate - self.seconds(tick)) * 1_000_000 / speed
        bar, numerator, denominator = (float(place), *metre) if metre else (None, None, None)
        return Transport(frame, 60e6 / float(speed) if faster else None, None, float(position), bar, numerator,
                         denominator)  # fmt: skip


class _Player:
    """Turns messages, in their order, into events."""

    def __init__(self, clock: _Clock, sample_rate: Fraction) -> None:
        self.clock = clock
        self.sample_rate = sample_rate
        self.notes = 0
        self.notes_of: defaultdict[int, int] = defaultdict(int)
        self.events: list[tuple[int, bool, Event]] = []  # frame, after its track's note-ons there, event
        self.channels = Channels()
        self.struck: dict[int, int] = {}  # by track: the frame of its latest note-on
        self.held: defaultdict[Where, deque[NoteOn]] = defaultdict(deque)

    def play(self, placed: _Placed) -> None:
        """Takes the next message of the file."""
        frame = self.clock.frame(placed.tick, self.sample_rate)
        message = placed.message
        if message is None:
            self._end_all(frame, [where for where in self.held if where[0] == placed.track])
        elif message.type == "note_on" and message.velocity:
            self._start(frame, placed.track, message)
        elif message.type in ("note_on", "note_off"):
            velocity = message.velocity / 127 if message.type == "note_off" else 0.0
            self._end(frame, (placed.track, message.channel, message.note), velocity)
        elif message.type == "control_change":
            self._control(frame, placed.track, message)
        elif message.type == "pitchwheel":
            semitones = self.channels.semitones(message.channel, message.pitch)
            self._add(placed.track, Bend(frame, semitones, channel=message.channel))
        elif message.type in ("aftertouch", "polytouch"):
            key = message.note if message.type == "polytouch" else None
            self._add(placed.track, Pressure(frame, message.value / 127, key=key, channel=message.channel))

    def sorted_events(self) -> list[Event]:
        """All events by frame, and in a frame as MidiSong says."""
        return [event for _, _, event in sorted(self.events, key=lambda entry: entry[:2])]

    def _add(self, track: int, event: Event, after_starts: bool = False) -> None:
        rank = after_starts or self.struck.get(track) == event.frame
        self.events.append((event.frame, rank, event))

    def _start(self, frame: int, track: int, message: Any) -> None:
        note = NoteOn(frame, message.note, message.velocity / 127, id=self.notes, channel=message.channel)
        self.held[track, message.channel, message.note].append(note)
        self.notes += 1
        self.notes_of[track] += 1
        self.struck[track] = frame
        self._add(track, note)

    def _end(self, frame: int, where: Where, velocity: float) -> None:
        """Ends the oldest note of this key; a note-off without a note means nothing."""
        if not self.held[where]:
            return
        note = self.held[where].popleft()
        off = NoteOff(frame, note.key, velocity, id=note.id, channel=note.channel)
        self._add(where[0], off, after_starts=note.frame == frame)  # a note without length still starts first

    def _end_all(self, frame: int, places: Iterable[Where]) -> None:
        for where in places:
            while self.held[where]:
                self._end(frame, where, 0.0)

    def _control(self, frame: int, track: int, message: Any) -> None:
        self.channels.control(message.channel, message.control, message.value)
        if message.control in (SOUND_OFF, NOTES_OFF):
            ended = self.channels.reached(message.channel)
            self._end_all(frame, [where for where in self.held if where[1] in ended])
        self._add(track, Controller(frame, message.control, message.value / 127, channel=message.channel))
