"""What happens to an engine at a frame: notes, controllers, parameters, the host's transport.

`frame` counts samples from the start of the call that takes the events.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoteOn:
    """A key is struck; `velocity` 0..1. An `id` that is not -1 names this note from now on."""

    frame: int
    key: int
    velocity: float
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class NoteOff:
    """A key comes up; `velocity` 0..1 is how fast. The note is found by its id, or by key and channel."""

    frame: int
    key: int
    velocity: float = 0.0
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class Bend:
    """The pitch of a channel's notes, in semitones from their keys."""

    frame: int
    semitones: float
    channel: int = 0


@dataclass(frozen=True)
class Pressure:
    """How hard keys are pressed after the stroke, 0..1: of one key, or (None) of the channel."""

    frame: int
    value: float
    key: int | None = None
    id: int = -1
    channel: int = 0


@dataclass(frozen=True)
class Controller:
    """A controller 0..127 moves to `value`, 0..1."""

    frame: int
    number: int
    value: float
    channel: int = 0


@dataclass(frozen=True)
class Param:
    """The parameter `id` is set to a plain value, in its own unit."""

    frame: int
    id: str
    value: float


@dataclass(frozen=True)
class Expression:
    """One expression of one note, by its id; `kind` says which."""

    frame: int
    id: int
    kind: str
    value: float


@dataclass(frozen=True)
class Transport:
    """What the host's transport changes; None leaves it. Tempo in bpm, position in quarter notes."""

    frame: int
    tempo: float | None = None
    playing: bool | None = None
    position: float | None = None
