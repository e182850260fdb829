"""Regions whose samples run side by side: a vector holds one value at so many samples that follow each other.

A block may end before its last vector does. What is beyond is computed like the rest and not used: buffers have room
for a whole tick, rings are not written there, and tables and recordings are read at their first element.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.c.regions import Region
from dspc.backends.c.spelling import lanes, value_type
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import C_TYPES
from dspc.dialects.types import element_of, vector, width_of

OWN = (rt.FrameOp, rt.AdvanceOp, rt.PreviousOp, rt.LineReadOp)
"""Operations that give each sample a value of its own, whatever they are given."""


def widened(block: Block, width: int) -> Block:
    """A copy of a region's body in which what differs from sample to sample is a vector; the rest stays a scalar."""
    made = Block(arg_types=[vector(element_of(a.type), width) for a in block.args])
    mapping: dict[SSAValue, SSAValue] = dict(zip(block.args, made.args, strict=True))
    spread: dict[SSAValue, SSAValue] = {}
    for op in block.ops:
        operands = [mapping[value] for value in op.operands]
        varies = isinstance(op, OWN) or any(width_of(o.type) > 1 for o in operands)
        if isinstance(op, rt.YieldOp | rt.LineWriteOp) or varies and not isinstance(op, rt.LineReadOp | rt.AdvanceOp):
            operands = [_spread(value, width, made, spread) for value in operands]
        copy = op.clone(mapping)
        copy.operands = operands
        if varies:
            for result in copy.results:
                result._type = vector(element_of(result.type), width)  # type: ignore[attr-defined]
        made.add_op(copy)
        mapping.update(zip(op.results, copy.results, strict=True))
    return made


def _spread(value: SSAValue, width: int, block: Block, made: dict[SSAValue, SSAValue]) -> SSAValue:
    if width_of(value.type) > 1:
        return value
    if value not in made:
        type_ = vector(element_of(value.type), width)
        new: Operation = dsp.SplatOp.create(operands=[value], result_types=[type_])
        if isinstance(value.owner, dsp.ConstantOp):
            new = dsp.ConstantOp.make(value.owner.number, type_, value.owner.location)
        block.add_op(new)
        made[value] = new.results[0]
    return made[value]


@dataclass
class TimeRegion(Region):
    """The text of such a region; `width` samples a turn."""

    width: int = 1

    def emit_lanes(self, block: Block, buffers: list[str], results: list[str]) -> None:
        """Writes the body of the loop over samples `j`, with the names of the buffers that it reads and fills."""
        made = widened(block, self.width)
        for arg, buffer in zip(made.args, buffers, strict=True):
            self.define(arg, self._samples(f"{buffer} + j", arg))
        self.emit(made)
        yielded = made.last_op
        assert isinstance(yielded, rt.YieldOp)
        for value, buffer in zip(yielded.operands, results, strict=True):
            self._keep(f"{buffer} + j", value)

    def _samples(self, place: str, value: SSAValue) -> str:
        if element_of(value.type) == "bool":
            return f"-(i32x{self.width})dspc_samples_u32x{self.width}({place})"
        return f"dspc_samples_{value_type(value.type)}({place})"

    def _keep(self, place: str, value: SSAValue) -> None:
        name = self.name(value)
        if element_of(value.type) == "bool":
            self.say(f"dspc_keep_u32x{self.width}({place}, (u32x{self.width}){name} & 1u);")
        else:
            self.say(f"dspc_keep_{value_type(value.type)}({place}, {name});")

    def _op(self, op: Operation) -> None:
        if isinstance(op, rt.FrameOp):
            self.define(op.result, f"{self._numbers(op.result)} + (frame + j)")
        elif isinstance(op, rt.PreviousOp):
            self.slots.shifted(op, self.width)
        elif isinstance(op, rt.AdvanceOp):
            kind = C_TYPES[element_of(op.result.type)]
            self.slots.advance(op, f"({self._numbers(op.result)} + ({kind})j)")
        else:
            super()._op(op)

    def _numbers(self, value: SSAValue) -> str:
        return lanes([str(k) for k in range(self.width)], value.type)

    def _line(self, op: rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp) -> None:
        if not isinstance(op, rt.LineReadOp | rt.LineWriteOp):
            super()._line(op)
            return
        ring = f"{self._prepare_line(self.declarations.lines[op.line])}, m_{op.line}"
        kind = f"{element_of(self.declarations.lines[op.line].type)}x{self.width}"
        if isinstance(op, rt.LineWriteOp):
            self.say(f"dspc_ring_put_{kind}({ring}, frame + j, {self.name(op.value)}, n - j);")
        elif width_of(op.distance.type) == 1:
            at = f"frame + j - (uint32_t){self.name(op.distance)}"
            self.define(op.result, f"dspc_ring_span_{kind}({ring}, {at})")
        else:
            self.define(op.result, f"dspc_ring_gather_{kind}({ring}, frame + j, {self.name(op.distance)})")

    def _element(self, array: str, index: SSAValue, result: SSAValue) -> None:
        if width_of(result.type) == 1:
            super()._element(array, index, result)
            return
        at = self.name(index)
        cells = [f"{array}[j + {k}u < n ? {at}[{k}] : 0]" for k in range(self.width)]
        self.define(result, lanes(cells, result.type))
