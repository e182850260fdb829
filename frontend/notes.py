"""Notes: what a voice knows of the note that it plays, and notes that a program makes itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import bit_and, invert, minus, plus, times
from dspc.frontend.errors import MissingAttribute, did_you_mean
from dspc.frontend.feedback import feedback
from dspc.frontend.guard import guarded
from dspc.frontend.mathematics import exp2, log2, select
from dspc.frontend.operators import Operand
from dspc.frontend.places import place_here
from dspc.frontend.signal import NotASignal, Signal, add, as_signal, condition, convert, leaked, precise
from dspc.frontend.sources import noise, note_field

FIELDS = ("frequency", *(f for f in dsp.VOICE_FIELDS if f != "pitch"))
"""What a note has. A voice's cells know its pitch instead of its frequency."""


class Note(NotASignal):
    """A note: signals, each made when it is first asked for, in the body where the note is."""

    def __init__(self) -> None:
        self._body = tr.current().bodies[-1]
        self._signals: dict[str, Signal] = {}

    @abstractmethod
    def _make(self, name: str) -> Signal:
        """The signal of a field."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in FIELDS:
            hint = did_you_mean(name, (*FIELDS, "finish")) or f"it has {', '.join(FIELDS)}"
            raise MissingAttribute("DSP133", f"a note has no {name}", hint=hint, place=place_here())
        if name not in self._signals:
            trace = tr.current()
            if self._body not in trace.bodies:
                raise leaked(self._body.block)
            with trace.back_in(self._body):
                self._signals[name] = self._make(name)
        return self._signals[name]

    def __bool__(self) -> bool:
        raise tr.fail("DSP101", "a note has no truth value while the program is traced",
                      "choose by its gate: dspc.select(note.gate, a, b)")  # fmt: skip

    def finish(self, condition: Any) -> None:
        """Ends the voice at the tick after `condition`, a bool, becomes true; other notes have no voice."""

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "a note", "its pitch is note.frequency, its key note.key"


class VoiceNote(Note):
    """The note that a voice plays; its frequency glides over `glide` seconds, if that is given."""

    def __init__(self, glide: Signal | None = None) -> None:
        super().__init__()
        self.finished: Signal | None = None
        self._glide = glide

    def _make(self, name: str) -> Signal:
        if name != "frequency":
            return note_field(name)
        pitch = plus(self._pitch(), self.bend)
        return times(exp2(times(minus(pitch, 69.0), 1.0 / 12.0)), 440.0)

    def _pitch(self) -> Signal:
        if self._glide is None:
            return note_field("pitch")
        seconds = convert(self._glide, "f32")
        result = signal("f32", "control")
        return convert(add(dsp.PortamentoOp.create(operands=(seconds.ssa,), result_types=(result,))), precise("f32"))

    def finish(self, condition: Any) -> None:
        trace = tr.current()
        if self._body not in trace.bodies:
            raise leaked(self._body.block)
        with trace.back_in(self._body):
            self.finished = _either(self.finished, condition)


@guarded
def _either(before: Signal | None, ends: Any) -> Signal:
    wanted = condition(ends, "condition of note.finish")
    return wanted if before is None else before | wanted


class GivenNote(Note):
    """A note made of signals: one voice of an instrument inside another program."""

    def __init__(self, given: dict[str, Signal]):
        super().__init__()
        self._signals = given

    def _make(self, name: str) -> Signal:
        if name == "key":
            return plus(times(log2(times(self.frequency, 1.0 / 440.0)), 12.0), 69.0)
        if name == "trigger":
            return _rising(self.gate)
        drawn = times(plus(noise(), 1.0), 0.5)

        def hold(held: Signal) -> Signal:
            return select(self.trigger, drawn, held)

        return feedback(hold)


def _rising(gate: Signal) -> Signal:
    """True on the first sample of every gate."""

    def loop(before: Signal) -> tuple[Signal, Signal]:
        return gate, bit_and(gate, invert(before))

    return feedback(loop, (False,))[1]


_LAZY = ("key", "trigger", "random")


@guarded
def note(
    frequency: Operand = 440.0,
    gate: Operand = True,
    *,
    velocity: Operand = 1.0,
    release_velocity: Operand = 0.0,
    pressure: Operand = 0.0,
    timbre: Operand = 0.0,
    bend: Operand = 0.0,
    key: Operand = None,
    trigger: Operand = None,
    random: Operand = None,
    voice: Operand = 0,
) -> GivenNote:
    """A note for an instrument that is called inside another program: `lead(dspc.note(frequency=f, gate=g))`.

    `frequency` in Hz, bend and glide included: the instrument's own glide does not apply. What is not given follows:
    the key from the frequency, the trigger from the gate's rises, `random` is drawn at the trigger. Raises `DspError`
    DSP110 for what is no signal.

    >>> tone = note(frequency=220.0, gate=frame() < 24_000)
    """
    given = {
        "frequency": frequency, "velocity": velocity, "release_velocity": release_velocity, "pressure": pressure,
        "timbre": timbre, "bend": bend, "key": key, "trigger": trigger, "random": random, "voice": voice,
    }  # fmt: skip
    chosen = {name: value for name, value in given.items() if value is not None or name not in _LAZY}
    signals = {name: _field(name, value) for name, value in chosen.items()}
    return GivenNote({**signals, "gate": _gate(gate, "gate")})


@guarded
def _field(name: str, value: Operand) -> Signal:
    return _gate(value, name) if name == "trigger" else as_signal(value, name)


@guarded
def _gate(value: Operand, name: str) -> Signal:
    return condition(value, f"{name} of a note")
