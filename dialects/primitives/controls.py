"""What a host moves: parameters and controllers; and their way to audio rate."""

from __future__ import annotations

from typing import Any, cast

from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, IntAttr, StringAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import TICK, Kit, Value
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.types import scalar_of


@irdl_op_definition
class ParamOp(SampleOp):
    """A parameter at control rate. With `smooth` > 0 seconds it glides, tick by tick, to where it was set.

    `info` is what hosts see: id, name, min, max, default, unit, scale, step, labels, flags.
    """

    name = "dsp.param"
    info = prop_def(DictionaryAttr)
    smooth = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # hosts see it even if nothing uses it

    def verify_(self) -> None:
        if not isinstance(self.info.data.get("id"), StringAttr):
            raise VerifyException("info has an id")
        if self.smooth.value.data < 0.0:
            raise VerifyException("smooth is not negative")

    @property
    def id(self) -> str:
        return cast(StringAttr, self.info.data["id"]).data

    @property
    def described(self) -> DictionaryAttr:
        """`info` with the element type, as a program keeps it once its parameters are slots."""
        return DictionaryAttr({**self.info.data, "type": scalar_of(self.result.type)})

    def slots(self) -> dict[str, Slot]:
        target = Slot("result", role="param", field=self.id)
        if self.smooth.value.data <= 0.0:
            return {"target": target}
        return {"target": target, "goal": Slot(), "now": Slot(), "left": Slot("result", -1.0)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        if self.smooth.value.data <= 0.0:
            return s.target
        target, now, left = s.target, s.now, s.left
        ticks = k.convert(k.sample_rate * (self.smooth.value.data / TICK), k.element(target))
        fresh = left < 0.0
        left = k.select(target != s.goal, k.max(k.ceil(ticks), 1.0), left)
        arrives = fresh | (left <= 1.0)
        moved = k.select(arrives, target, now + (target - now) / k.max(left, 1.0))
        steps = fresh | k.grid
        s.goal = k.select(steps, target, s.goal)
        s.left = k.select(steps, k.select(arrives, 0.0, left - 1.0), s.left)
        now = k.select(steps, moved, now)
        s.now = now
        return now


@irdl_op_definition
class ControlOp(SampleOp):
    """A control value at audio rate: held between ticks, or gliding in a line from tick to tick."""

    name = "dsp.control"
    x = operand_def()
    mode = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        if self.mode.data not in ("hold", "glide"):
            raise VerifyException('mode is "hold" or "glide"')

    def slots(self) -> dict[str, Slot]:
        if self.mode.data == "hold":
            return {"held": Slot()}
        return {"base": Slot(), "slope": Slot(), "goal": Slot(), "started": Slot("bool")}

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        x = operands[0]
        if self.mode.data == "hold":
            s.held = x
            return
        element = k.element(x)
        phase = k.convert(k.phase, element)
        reached = k.select(k.grid, s.goal, s.base + s.slope * phase)
        gliding = s.started & k.finite(reached)
        if k.note_event is not None:  # a note's event is exact: what it changes does not glide
            gliding = gliding & ~k.note_event
        now = k.select(gliding, reached, x)
        slope = (x - now) / (float(TICK) - phase)
        s.slope = slope
        s.base = now - slope * phase
        s.goal = x
        s.started = k.constant(True, "bool")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        if self.mode.data == "hold":
            return s.held
        base = s.base
        return base + s.slope * k.convert(k.phase, k.element(base))


@irdl_op_definition
class ControllerOp(SampleOp):
    """A MIDI controller's value, 0 to 1, at control rate."""

    name = "dsp.controller"
    number = prop_def(IntAttr)
    default = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        if not 0 <= self.number.data <= 127:
            raise VerifyException("a controller's number is 0 to 127")

    def slots(self) -> dict[str, Slot]:
        number = self.number.data
        return {"cell": Slot("f32", self.default.value.data, role="controller", field=str(number))}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.cell
