"""Regions whose samples run side by side: a vector holds one value at so many samples that follow each other.

A block may end before its last vector does. What is beyond is computed like the rest and not used: buffers have room
for a whole tick, rings are not written there, and tables and recordings are read at their first element.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue
from xdsl.ir import Region as Body

from dspc.backends.c.regions import Region
from dspc.backends.c.spelling import constant, keep_samples, lanes, load_samples, value_type
from dspc.backends.c.stacks import halve
from dspc.dialects import dsp, rt
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import C_TYPES
from dspc.dialects.types import StackType, element_of, vector, width_of

OWN = (rt.FrameOp, rt.AdvanceOp, rt.PreviousOp, rt.LineReadOp)
"""Operations that give each sample a value of its own, whatever they are given."""


def widened(block: Block, width: int) -> Block:
    """A copy of a region's body in which what differs from sample to sample is a vector; the rest stays a scalar."""
    made = Block(arg_types=[vector(element_of(a.type), width) for a in block.args])
    mapping: dict[SSAValue, SSAValue] = dict(zip(block.args, made.args, strict=True))
    _widen(block, made, width, mapping, {})
    return made


def _widen(
    block: Block, made: Block, width: int, mapping: dict[SSAValue, SSAValue], spread: dict[SSAValue, SSAValue]
) -> None:
    for op in block.ops:
        loops = isinstance(op, rt.LoopOp)
        copy = _loop(op, width, mapping, spread) if loops else _copy(op, made, width, mapping, spread)
        made.add_op(copy)
        mapping.update(zip(op.results, copy.results, strict=True))


def _copy(
    op: Operation, made: Block, width: int, mapping: dict[SSAValue, SSAValue], spread: dict[SSAValue, SSAValue]
) -> Operation:
    operands = [mapping[value] for value in op.operands]
    varies = isinstance(op, OWN) or any(width_of(o.type) > 1 for o in operands)
    if isinstance(op, rt.YieldOp | rt.LineWriteOp) or varies and not isinstance(op, rt.LineReadOp | rt.AdvanceOp):
        chosen = operands[:1] if op.name == "dsp.select" and width_of(operands[0].type) == 1 else []
        operands = [*chosen, *(_spread(value, width, made, spread) for value in operands[len(chosen) :])]
    copy = op.clone(mapping)
    copy.operands = operands
    if varies:
        for result in copy.results:
            result._type = vector(element_of(result.type), width)  # type: ignore[attr-defined]
    return copy


def _loop(
    op: rt.LoopOp, width: int, mapping: dict[SSAValue, SSAValue], spread: dict[SSAValue, SSAValue]
) -> rt.LoopOp:
    """A loop whose turns are the same for all samples, and yield vectors."""
    body = Block(arg_types=[a.type for a in op.block.args])
    _widen(op.block, body, width, mapping | dict(zip(op.block.args, body.args, strict=True)), dict(spread))
    types = [StackType(vector(element_of(r.type), width), op.count) for r in op.results]
    return rt.LoopOp.create(regions=[Body(body)], result_types=types, properties=dict(op.properties),
                            location=op.location)  # fmt: skip


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
    sums: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    """The partial sums of what loops yield."""

    def emit_lanes(self, block: Block, buffers: list[str], results: list[str], hosts: set[str]) -> None:
        """Writes the body of the loop over samples `j`, with the names of the buffers that it reads and fills.

        `hosts` are those of the host, which have no room behind their last sample.
        """
        made = widened(block, self.width)
        for arg, buffer in zip(made.args, buffers, strict=True):
            kind = value_type(arg.type)
            some = f"dspc_some_{kind}({buffer} + j, n - j)"
            self.define(arg, some if buffer in hosts else load_samples(f"{buffer} + j", arg.type))
        self.emit(made)
        yielded = made.last_op
        assert isinstance(yielded, rt.YieldOp)
        for value, buffer in zip(yielded.operands, results, strict=True):
            self.say(keep_samples(f"{buffer} + j", self.name(value), value.type))

    def _op(self, op: Operation) -> None:
        if isinstance(op, rt.FrameOp):
            self.define(op.result, f"{self._numbers(op.result)} + (frame + j)")
        elif isinstance(op, rt.PreviousOp):
            self.slots.shifted(op, self.width)
        elif isinstance(op, rt.LoopOp):
            self._sums(op)
        elif isinstance(op, rt.ReduceOp) and op.x in self.sums:
            count = min(op.lanes.data, PARTIALS)
            for text in halve(count, self.sums[op.x] + "[{}]", "add", element_of(op.x.type), self.width):
                self.say(text)
            self.define(op.result, f"{self.sums[op.x]}[0]")
        elif op.name == "dsp.select" and width_of(op.operands[0].type) < width_of(op.results[0].type):
            condition, a, b = (self.name(operand) for operand in op.operands)
            self.define(op.results[0], f"{condition} ? {a} : {b}")
        elif isinstance(op, rt.AdvanceOp):
            kind = C_TYPES[element_of(op.result.type)]
            self.slots.advance(op, f"({self._numbers(op.result)} + ({kind})j)")
        else:
            super()._op(op)

    def _sums(self, op: rt.LoopOp) -> None:
        """A loop whose results are added up in partial sums keeps these in registers, not what it adds."""
        users = [use.operation for result in op.results for use in result.uses]
        if not all(isinstance(user, rt.ReduceOp) and user.partials is not None for user in users):
            self._loop(op)
            return
        count, first, turn, part = op.count.data, self.local("c"), self.local("c"), self.local("k")
        for result in op.results:
            self.sums[result] = name = self.local("p")
            zero = constant(-0.0, vector(element_of(result.type), self.width))  # which changes nothing that is added
            self.say(f"{value_type(vector(element_of(result.type), self.width))} {name}[{PARTIALS}];")
            self.say(f"DSPC_UNROLL for (int32_t {part} = 0; {part} < {PARTIALS}; {part}++) {name}[{part}] = {zero};")
        with self.braces(f"for (int32_t {first} = 0; {first} < {count}; {first} += {PARTIALS})"):
            self.say(f"DSPC_UNROLL for (int32_t {part} = 0; {part} < {PARTIALS}; {part}++)")
            with self.braces(f"if ({first} + {part} < {count})" if count % PARTIALS else ""):
                self.say(f"const int32_t {turn} = {first} + {part};")
                self.loops.append(turn)
                self._index(op.block.args[0], turn, 1, count)
                self._body(op.block)
                for result, value in zip(op.results, op.yielded, strict=True):
                    self.say(f"{self.sums[result]}[{part}] = {self.sums[result]}[{part}] + {self.name(value)};")
                self.loops.pop()

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
