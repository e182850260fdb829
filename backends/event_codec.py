"""Event objects to the rows of `dspc_event` that the engine takes, with every mistake named."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from dspc.backends.host_errors import host_error
from dspc.backends.host_values import number, unit, whole
from dspc.dialects.layout import NONE
from dspc.frontend import events as ev
from dspc.frontend.literals import describe, is_iterable, is_one_of, quoted

PARAM, NOTE_ON, NOTE_OFF, BEND, PRESSURE, CONTROLLER, EXPRESSION, TRANSPORT, CHOKE, ALL_NOTES_OFF = range(10)
EXPRESSIONS = ("bend", "pressure", "timbre")
LATEST_FRAME = 2**53
TRANSPORT_FIELDS = ("tempo", "playing", "position", "bar", "numerator", "denominator")

Row = tuple[int, int, int, int, int, float]
"""frame, type, id, channel, index, value: the fields of `dspc_event`."""

Rest = tuple[int, int, int, int, float]
"""A row without its frame."""


class ParamNames:
    """What the codec must know of a program's parameters: their ids and, of choices, the labels."""

    def __init__(self, params: Sequence[tuple[str, tuple[str, ...]]]):
        self.ids = tuple(id for id, _ in params)
        self.labels = tuple(labels for _, labels in params)
        self._indexes = {id: index for index, id in enumerate(self.ids)}

    def index(self, id: Any) -> int:
        found = self._indexes.get(id) if is_one_of(id, self.ids) else None
        if found is None:
            hint = self._suggest(id if isinstance(id, str) else "")
            raise host_error("DSP301", f"there is no parameter {quoted(id)}", hint)
        return found

    def _suggest(self, id: str) -> str:
        close = difflib.get_close_matches(id, self.ids, n=3, cutoff=0.5)
        if close:
            return f"did you mean {' or '.join(repr(name) for name in close)}?"
        return f"the parameters are {', '.join(self.ids)}" if self.ids else "it has no parameters"

    def value(self, index: int, value: float | str) -> float:
        if not isinstance(value, str):
            return number(value, f"the value of {self.ids[index]!r}")
        labels = self.labels[index]
        if value in labels:
            return float(labels.index(value))
        hint = f"its labels are {', '.join(labels)}" if labels else "give a number"
        raise host_error("DSP306", f"{quoted(value)} is not a value of {self.ids[index]!r}", hint)


def key_of(event: Any) -> int:
    return whole(event.key, 0, 127, "a key", "60 is middle C; Bend and Expression reach between keys")


def channel_of(event: Any) -> int:
    return whole(event.channel, 0, 15, "a channel", "MIDI's channel 1 is 0 here")


def id_of(event: Any) -> int:
    return whole(event.id, -1, 2**31 - 1, "a note's id", "-1 means none")


def encode(events: Iterable[ev.Event], frames: int, names: ParamNames) -> list[Row]:
    """The rows of events that a call of `frames` frames can take, in the order of their frames.

    An event at `frames` itself is legal: it takes effect when the next call begins.
    """
    rows: list[Row] = []
    for event in _checked(events):
        encoder = _ENCODERS[type(event)]
        what, hint = f"the frame of {type(event).__name__}", "frames count from the start of the call"
        frame = whole(event.frame, 0, frames, what, hint, "DSP304")
        rows.extend((frame, *rest) for rest in encoder(event, names))
    rows.sort(key=_frame)
    return rows


def as_events(events: Any) -> list[ev.Event]:
    """Events whose frames count from a start, in any order. Raises `HostError` DSP306, DSP304."""
    found = _checked(events)
    for event in found:
        whole(event.frame, 0, LATEST_FRAME, f"the frame of {type(event).__name__}",
              "frames count from the start", "DSP304")  # fmt: skip
    return found


def _checked(events: Any) -> list[ev.Event]:
    """A list of events. Raises `HostError` DSP306 for what is none."""
    hint = "use the classes of dspc.events, for example NoteOn(0, 60, 0.8)"
    if not is_iterable(events):
        raise host_error("DSP306", f"events are a list of events, not {describe(events)}", f"events=[…]; {hint}")
    found = list(events)
    for event in found:
        if type(event) not in _ENCODERS:
            raise host_error("DSP306", f"{quoted(event)} is not an event", hint)
    return found


def _frame(row: Row) -> int:
    return row[0]


Encoder = Callable[[Any, ParamNames], Iterable[Rest]]


def _note_on(e: ev.NoteOn, names: ParamNames) -> Sequence[Rest]:
    return [(NOTE_ON, id_of(e), channel_of(e), key_of(e), unit(e.velocity, "a velocity", "DSP305"))]


def _note_off(e: ev.NoteOff, names: ParamNames) -> Sequence[Rest]:
    return [(NOTE_OFF, id_of(e), channel_of(e), key_of(e), unit(e.velocity, "a velocity", "DSP305"))]


def _choke(e: ev.Choke, names: ParamNames) -> Sequence[Rest]:
    return [(CHOKE, id_of(e), channel_of(e), NONE if e.key is None else key_of(e), 0.0)]


def _all_notes_off(e: ev.AllNotesOff, names: ParamNames) -> Sequence[Rest]:
    return [(ALL_NOTES_OFF, -1, -1 if e.channel is None else channel_of(e), NONE, 0.0)]


def _param(e: ev.Param, names: ParamNames) -> Sequence[Rest]:
    index = names.index(e.id)
    return [(PARAM, -1, 0, index, names.value(index, e.value))]


def _bend(e: ev.Bend, names: ParamNames) -> Sequence[Rest]:
    return [(BEND, -1, channel_of(e), NONE, number(e.semitones, "a bend"))]


def _pressure(e: ev.Pressure, names: ParamNames) -> Sequence[Rest]:
    key = NONE if e.key is None else key_of(e)
    return [(PRESSURE, id_of(e), channel_of(e), key, unit(e.value, "a pressure"))]


def _controller(e: ev.Controller, names: ParamNames) -> Sequence[Rest]:
    hint = "1 is the modulation wheel, 64 the pedal"
    index = whole(e.number, 0, 127, "a controller's number", hint, "DSP306")
    return [(CONTROLLER, -1, channel_of(e), index, unit(e.value, f"controller {index}"))]


def _expression(e: ev.Expression, names: ParamNames) -> Sequence[Rest]:
    if not is_one_of(e.kind, EXPRESSIONS):
        raise host_error("DSP306", f"{quoted(e.kind)} is no expression", f"the kinds are {', '.join(EXPRESSIONS)}")
    id = whole(e.id, 0, 2**31 - 1, "a note's id", "give the note-on an id, and the same here")
    value = number(e.value, "a bend") if e.kind == "bend" else unit(e.value, f"a {e.kind}")
    return [(EXPRESSION, id, -1, EXPRESSIONS.index(e.kind), value)]


def _transport(e: ev.Transport, names: ParamNames) -> Iterator[Rest]:
    for index, name in enumerate(TRANSPORT_FIELDS):
        value = getattr(e, name)
        if value is not None:
            yield (TRANSPORT, -1, 0, index, _transport_value(name, value))


def _transport_value(name: str, value: Any) -> float:
    what = f"the transport's {name}"
    if name in ("numerator", "denominator"):
        return whole(value, 1, 1024, what, "6/8 has the numerator 6 and the denominator 8", "DSP306")
    result = number(value, what)
    low, high = (1.0, 1e4) if name == "tempo" else (-1e12, 1e12)
    if not low <= result <= high:
        raise host_error("DSP306", f"{what} is in {low:g}..{high:g}, not {result:g}", "a tempo is in quarter notes a "
                         "minute, positions are in quarter notes")  # fmt: skip
    return result


_ENCODERS: dict[type, Encoder] = {
    ev.NoteOn: _note_on,
    ev.NoteOff: _note_off,
    ev.Choke: _choke,
    ev.AllNotesOff: _all_notes_off,
    ev.Param: _param,
    ev.Bend: _bend,
    ev.Pressure: _pressure,
    ev.Controller: _controller,
    ev.Expression: _expression,
    ev.Transport: _transport,
}
