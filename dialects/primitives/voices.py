"""What a voice knows of its note, and how it ends."""

from __future__ import annotations

from typing import Any, ClassVar

from xdsl.dialects.builtin import IntAttr, StringAttr
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import MemoryReadEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import TICK, Kit, Value
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.syntax import ancestors
from dspc.dialects.types import element_of, rate_of

VOICE_FIELDS: dict[str, tuple[str, str]] = {
    "gate": ("bool", "control"), "trigger": ("bool", "audio"), "key": ("f32", "control"),
    "pitch": ("f32", "control"), "bend": ("f32", "control"), "velocity": ("f32", "control"),
    "release_velocity": ("f32", "control"), "pressure": ("f32", "control"), "timbre": ("f32", "control"),
    "random": ("f32", "control"), "voice": ("i32", "control"),
}  # fmt: skip
"""Element type and rate of what a voice knows of its note; the cells are those of runtime/engine.h."""


@irdl_op_definition
class NoteOp(SampleOp):
    """What a voice knows of its note: see `VOICE_FIELDS`."""

    name = "dsp.note"
    field = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        if self.field.data not in VOICE_FIELDS:
            raise VerifyException(f"a note has no {self.field.data}")
        if element_of(self.result.type) != VOICE_FIELDS[self.field.data][0]:
            raise VerifyException(f"a note's {self.field.data} is {VOICE_FIELDS[self.field.data][0]}")
        if not any(op.name == "dsp.voices" for op in ancestors(self)):
            raise VerifyException("there are notes in voices only")

    def slots(self) -> dict[str, Slot]:
        return {"cell": Slot("result", role="voice", field=self.field.data)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        value = s.cell
        if self.field.data == "trigger":
            s.cell = k.constant(False, "bool")
        return value


FROM_HERE = 2
"""`DSPC_GLIDE_FROM_HERE` of runtime/engine.h: a note whose pitch begins where the voice's is."""


@irdl_op_definition
class PortamentoOp(SampleOp):
    """The pitch of a voice's note in keys, without bend: it goes in a line from where it begins to the note's key.

    The way takes `seconds`, as they are when the note begins, whatever its length. At control rate: a tick gives
    where the pitch will be at the next one, so that what glides between them is on time; at a note's own event it
    gives where the pitch is at that sample.
    """

    name = "dsp.portamento"
    seconds = operand_def()
    result = result_def()
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {
        "pitch": Slot("f32", role="voice", field="pitch"),
        "origin": Slot("f32", role="voice", field="origin"),
        "glide": Slot("i32", role="voice", field="glide"),
        "start": Slot("f32"),
        "goal": Slot("f32"),
        "length": Slot("f32"),
        "begun": Slot("u32"),
    }

    def verify_(self) -> None:
        if element_of(self.result.type) != "f32" or rate_of(self.result.type) != "control":
            raise VerifyException("a pitch is an f32 at control rate")
        if not any(op.name == "dsp.voices" for op in ancestors(self)):
            raise VerifyException("there are notes in voices only")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        seconds, begins = k.convert(operands[0], "f32"), ~(s.glide == 0)
        passed = k.convert(k.frame - s.begun, "f32")
        here = _on_the_way(k, s.start, s.goal, passed, s.length)
        start = k.select(begins, k.select(s.glide == FROM_HERE, here, s.origin), s.start)
        goal = k.select(begins, s.pitch, s.goal)
        length = k.select(begins, seconds * k.convert(k.sample_rate, "f32"), s.length)
        passed = k.select(begins, 0.0, passed)
        s.begun = k.select(begins, k.frame, s.begun)
        s.start = k.select(passed < length, start, goal)  # the frame wraps: what has arrived stays there
        s.goal, s.length = goal, length
        s.glide = k.constant(0, "i32")
        ahead = k.convert(TICK - k.phase, "f32")
        if k.note_event is not None:
            ahead = k.select(k.note_event, 0.0, ahead)
        return _on_the_way(k, start, goal, passed + ahead, length)


def _on_the_way(k: Kit, start: Value, goal: Value, passed: Value, length: Value) -> Value:
    """Where a way of `length` samples has come to; at its end exactly at the goal."""
    return goal + (start - goal) * k.select(passed < length, 1.0 - passed / length, 0.0)


SILENCE = 1e-5
SILENCE_SECONDS = 0.05
FADE = 64
LEVEL_FALL = 2.0**-10
"""The part of a voice's level that it loses in a sample."""


@irdl_op_definition
class VoiceEndOp(SampleOp):
    """Ends a voice: its outputs, faded when stolen, and +0 once it has ended.

    A voice ends at a tick when its gate is off and its outputs stayed under 1e-5 for 50 ms since, when
    `finished` holds, or when it has faded out. With `has_level` it tells the engine how loud it is: its peak,
    which falls by half in 14 ms (at 48 kHz).
    """

    name = "dsp.voice_end"
    outputs = var_operand_def()
    results_ = var_result_def()
    has_finish = opt_prop_def(IntAttr)
    has_level = opt_prop_def(IntAttr)
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {
        "active": Slot("bool", role="voice", field="active"),
        "gate": Slot("bool", role="voice", field="gate"),
        "fade": Slot("i32", -1, role="voice", field="fade"),
        "ended": Slot("u32", role="voice", field="ended"),
        "quiet": Slot("i32"),
    }

    def verify_(self) -> None:
        wanted = len(self.results_) + bool(self.has_finish)
        if len(self.outputs) != wanted or not self.results_:
            raise VerifyException(f"{len(self.outputs)} operands for {len(self.results_)} outputs")

    def slots(self) -> dict[str, Slot]:
        slots = dict(self.STATE)
        if self.has_finish:
            slots["finished"] = Slot("bool")
        if self.has_level:
            slots["level"] = Slot("f32", role="voice", field="level")
        return slots

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        limit = k.convert(k.sample_rate * SILENCE_SECONDS, "i32")
        ended = ~s.gate & (limit <= s.quiet) | (s.fade == 0)
        if self.has_finish:
            ended = ended | s.finished
        ended = s.active & ended & k.grid
        s.ended = k.select(ended, k.frame, s.ended)
        s.active = s.active & ~ended

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        outputs = operands[:-1] if self.has_finish else operands
        fade, active = s.fade, s.active
        s.fade = k.select(fade < 1, fade, fade - 1)
        gain = k.select(fade < 0, 1.0, k.convert(fade, k.element(outputs[0])) * (1.0 / FADE))
        # A voice that gives no number is silent: else it would silence all others, and never end.
        made = [k.select(active & k.finite(y), y * gain, 0.0) for y in outputs]
        loud = k.abs(made[0])
        for y in made[1:]:
            loud = k.max(loud, k.abs(y))
        # Only without a gate: what is silent while its key is held may sound when the key comes up.
        s.quiet = k.select((loud < SILENCE) & ~s.gate, s.quiet + 1, 0)
        if self.has_level:
            level = s.level
            s.level = k.max(k.convert(loud, "f32"), k.snap(level - level * LEVEL_FALL))
        if self.has_finish:
            s.finished = s.finished | operands[-1]
        return tuple(made)
