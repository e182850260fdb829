"""What a voice knows of its note, and how it ends."""

from __future__ import annotations

from typing import Any, ClassVar

from xdsl.dialects.builtin import IntAttr, StringAttr
from xdsl.irdl import (
    irdl_op_definition,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import MemoryReadEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.syntax import ancestors
from dspc.dialects.types import element_of

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


SILENCE = 1e-5
SILENCE_SECONDS = 0.05
FADE = 64


@irdl_op_definition
class VoiceEndOp(SampleOp):
    """Ends a voice: its outputs, faded when stolen, and +0 once it has ended.

    A voice ends at a tick when its gate is off and its outputs stayed under 1e-5 for 50 ms, when
    `finished` holds, or when it has faded out.
    """

    name = "dsp.voice_end"
    outputs = var_operand_def()
    results_ = var_result_def()
    has_finish = opt_prop_def(IntAttr)
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {
        "active": Slot("bool", role="voice", field="active"),
        "gate": Slot("bool", role="voice", field="gate"),
        "fade": Slot("i32", -1, role="voice", field="fade"),
        "quiet": Slot("i32"),
    }

    def verify_(self) -> None:
        wanted = len(self.results_) + bool(self.has_finish)
        if len(self.outputs) != wanted or not self.results_:
            raise VerifyException(f"{len(self.outputs)} operands for {len(self.results_)} outputs")

    def slots(self) -> dict[str, Slot]:
        return {**self.STATE, "finished": Slot("bool")} if self.has_finish else self.STATE

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        limit = k.convert(k.sample_rate * SILENCE_SECONDS, "i32")
        ended = ~s.gate & (limit <= s.quiet) | (s.fade == 0)
        if self.has_finish:
            ended = ended | s.finished
        s.active = s.active & ~(ended & k.grid)

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
        s.quiet = k.select(loud < SILENCE, s.quiet + 1, 0)
        if self.has_finish:
            s.finished = s.finished | operands[-1]
        return tuple(made)
