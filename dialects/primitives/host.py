"""What a host says of the song and of its connections, and what it is shown: transport, buses, meters."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import StringAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.types import element_of

TRANSPORT_FIELDS: dict[str, tuple[str, str]] = {
    "tempo": ("f32", "control"), "playing": ("bool", "control"), "position": ("f64", "audio"),
    "bar": ("f64", "audio"), "numerator": ("i32", "control"), "denominator": ("i32", "control"),
}  # fmt: skip
"""Element type and rate of what a program knows of the song; the cells are those of runtime/engine.h."""


def _cell(element: str, field: str) -> Slot:
    return Slot(element, role="transport", field=field)


_CLOCK = {"position": _cell("f64", "position"), "step": _cell("f64", "step"), "start": _cell("u32", "frame")}
_METRE = {n: _cell(element, n) for n, element in (("bar", "f64"), ("numerator", "i32"), ("denominator", "i32"))}
_CELLS = {"tempo": "f64", "playing": "bool", "numerator": "i32", "denominator": "i32"}


@irdl_op_definition
class TransportOp(SampleOp):
    """What the host's transport says: see `TRANSPORT_FIELDS`.

    While it plays, `position` (in quarter notes) runs from where the host last put it; `bar` is where the
    bar of this position began, in bars of 4 * numerator / denominator counted from where the host last put one.
    """

    name = "dsp.transport"
    field = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        if self.field.data not in TRANSPORT_FIELDS:
            raise VerifyException(f"a transport has no {self.field.data}")

    def slots(self) -> dict[str, Slot]:
        field = self.field.data
        if field in _CELLS:
            return {"cell": _cell(_CELLS[field], field)}
        return {**_CLOCK, **_METRE} if field == "bar" else _CLOCK

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        field = self.field.data
        if field in _CELLS:
            return k.convert(s.cell, element_of(self.result.type))
        position = s.position + k.convert(k.frame - s.start, "f64") * s.step
        if field == "position":
            return position
        length = 4.0 * k.convert(s.numerator, "f64") / k.convert(s.denominator, "f64")
        return s.bar + k.floor((position - s.bar) / length) * length


@irdl_op_definition
class ConnectedOp(SampleOp):
    """Whether the host has connected an input bus, at control rate."""

    name = "dsp.connected"
    bus = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def slots(self) -> dict[str, Slot]:
        return {"cell": Slot("bool", role="bus", field=self.bus.data)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.cell


@irdl_op_definition
class MeterOp(SampleOp):
    """Shows the host the largest |x| of each process call, under a name; the result is `x`.

    `channel` tells meters of one name apart: the host sees the largest of them. NaN counts for nothing.
    """

    name = "dsp.meter"
    x = operand_def()
    label = prop_def(StringAttr)
    channel = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # hosts see it even if nothing uses it

    @property
    def key(self) -> str:
        """The field of its cell: channel and name."""
        return f"{self.channel.data}.{self.label.data}"

    def slots(self) -> dict[str, Slot]:
        return {"peak": Slot("f32", role="meter", field=self.key)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        s.peak = k.max(s.peak, k.abs(k.convert(operands[0], "f32")))
        return operands[0]
