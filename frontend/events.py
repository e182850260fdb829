"""Events for `Engine.process` and `dspc.render`: plain data, `frame` counted from the start of the call.

Velocities, pressures and controller values are 0..1, bends are semitones, keys and channels are MIDI's
(0..127, 0..15). A note is addressed by the `id` of its note-on, or, with -1, by channel and key.

>>> NoteOn(0, 60, 0.8, id=1)
NoteOn(frame=0, key=60, velocity=0.8, id=1, channel=0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class NoteOn:
    """A key goes down; velocity 0 means that it goes up. A key that is down already sounds twice (mono: once)."""

    frame: int
    key: int
    velocity: float
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class NoteOff:
    """A key goes up: that of the note `id`, else the oldest note held with this key on this channel."""

    frame: int
    key: int
    velocity: float = 0.0
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class Choke:
    """Notes fade out at once, over 64 samples: the note `id`, or all with this key (None: any)."""

    frame: int
    key: int | None = None
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class AllNotesOff:
    """All keys of a channel go up (None: of every channel)."""

    frame: int
    channel: int | None = None


@dataclass(frozen=True)
class Param:
    """A parameter's new value, in its own unit; a choice also takes a label."""

    frame: int
    id: str
    value: float | str


@dataclass(frozen=True)
class Bend:
    """Pitch bend of a channel; of a master channel it adds to that of its MPE zone's members."""

    frame: int
    semitones: float
    channel: int = 0


@dataclass(frozen=True)
class Pressure:
    """Pressure of the note `id`, of the notes with a key, or of the whole channel."""

    frame: int
    value: float
    key: int | None = None
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class Controller:
    """A MIDI controller. The engine itself knows 64, 74, 120, 121 and 123; programs read any.

    101 = 0, 100 = 6 / 127 and 6 = n / 127 on channel 0 (15) make an MPE zone of the n channels above (below).
    """

    frame: int
    number: int
    value: float
    channel: int = 0


@dataclass(frozen=True)
class Expression:
    """Expression of one note: `bend` in semitones, on top of the channel's; `pressure` and `timbre` 0..1."""

    frame: int
    id: int
    kind: Literal["bend", "pressure", "timbre"]
    value: float


@dataclass(frozen=True)
class Transport:
    """What changed in the host's transport; None stays.

    Tempo in quarter notes a minute; position, and bar, where the current bar began, in quarter notes.
    """

    frame: int
    tempo: float | None = None
    playing: bool | None = None
    position: float | None = None
    bar: float | None = None
    numerator: int | None = None
    denominator: int | None = None


Event = NoteOn | NoteOff | Choke | AllNotesOff | Param | Bend | Pressure | Controller | Expression | Transport
