"""The legal level as docs/ir.md tells it, sample by sample, in Python: what a backend's bits are compared with.

Slow and plain on purpose: every read copies what was there when the turn began, every write waits for its
end, voices are summed by the tree's definition. The memory is the core's, with the layout that the program says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES, NUMPY_TYPES, find_row
from dspc.dialects.types import element_of

MEMORY = {e: np.dtype(t) for e, t in NUMPY_TYPES.items()} | {"bool": np.dtype(np.uint32)}
Values = dict[SSAValue, Any]


def numbers(attr: Any) -> tuple[int, ...]:
    return tuple(n.data for n in attr.data) if attr is not None else ()


def tree(leaves: list[Any], combine: Any) -> Any:
    """The halving tree over the next power of two; missing leaves are passed by."""
    leaves, half = list(leaves), 1 << (len(leaves) - 1).bit_length() >> 1
    while half:
        for i in range(half):
            if i + half < len(leaves):
                leaves[i] = combine(leaves[i], leaves[i + half])
        half >>= 1
    return leaves[0]


class LegalCore:
    """A program and the memory of its core."""

    def __init__(self, program: rt.ProgramOp, size: int = 1 << 16, sample_rate: float = 48000.0):
        self.program = program
        self.memory = np.zeros(size, np.uint8)
        self.cell(16, "f64")[0] = sample_rate
        ops = list(program.body.block.ops)
        self.ops = ops
        self.slots = {o.sym_name.data: o for o in ops if isinstance(o, rt.SlotOp)}
        self.lines = {o.sym_name.data: o for o in ops if isinstance(o, rt.LineOp)}
        self.tables = {o.sym_name.data: list(o.data.get_values()) for o in ops if isinstance(o, rt.TableOp)}
        self._prepare(sample_rate)

    def cell(self, at: int, element: str) -> Any:
        """A view of one cell."""
        return self.memory[at : at + BYTES[element]].view(MEMORY[element])

    def _prepare(self, sample_rate: float) -> None:
        """Initial values, and the rings at the memory's end."""
        for slot in self.slots.values():
            for copy in np.ndindex(*slot.sizes):
                element = element_of(slot.type)
                at = slot.offset.data + sum(i * s for i, s in zip(copy, numbers(slot.strides), strict=True))
                self.cell(at, element)[0] = dsp.number_of(slot.init)
        end = -(-self.program.static_bytes.data // 64) * 64
        for line in self.lines.values():
            ring = 1
            while ring < self.longest(line, sample_rate) + 17:
                ring *= 2
            self.cell(line.offset.data, "u32")[0] = end
            self.cell(line.offset.data + 4, "u32")[0] = ring - 1
            end += line.copies * ring * BYTES[element_of(line.type)]
        assert end <= len(self.memory)

    def longest(self, line: rt.LineOp, sample_rate: float) -> int:
        return line.max_samples.data + math.ceil(line.max_seconds.value.data * sample_rate)

    # --- time -------------------------------------------------------------------------------------

    def init(self) -> None:
        for op in self.ops:
            if isinstance(op, rt.InitOp):
                self._turn(op.block, {}, 0, (), True)

    def run(self, inputs: Sequence[Any], outputs: Sequence[Any], frames: int) -> None:
        done = 0
        with np.errstate(all="ignore"):
            while done < frames:
                frame, tick_any, tick_all = (int(self.cell(at, "u32")[0]) for at in (0, 4, 8))
                phase = frame & 15
                count = min(16 - phase, frames - done)
                due, everyone = phase == 0 or tick_any != 0, phase == 0 or tick_all != 0
                if due and everyone:
                    for op in self.ops:
                        if isinstance(op, rt.TickOp):
                            self._turn(op.block, {}, frame, (), True)
                self._blocks(inputs, outputs, frame, done, count, due, everyone)
                for at, value in ((4, 0), (8, 0), (0, (frame + count) % 2**32)):
                    self.cell(at, "u32")[0] = value
                done += count

    def _blocks(
        self, inputs: Any, outputs: Any, frame: int, done: int, count: int, due: bool, everyone: bool
    ) -> None:
        buffers: dict[SSAValue, list[Any]] = {}
        for op in self.ops:
            if isinstance(op, rt.InputOp):
                buffers[op.result] = [inputs[op.channel.data][done + j] for j in range(count)]
            elif isinstance(op, rt.BlockOp):
                self._block(op, buffers, frame, count, ())
            elif isinstance(op, rt.VoicesOp):
                self._voices(op, buffers, frame, count, due, everyone)
            elif isinstance(op, rt.OutputOp):
                for channel, buffer in enumerate(op.buffers):
                    outputs[channel][done : done + count] = buffers[buffer]

    def _block(self, op: rt.BlockOp, buffers: Any, frame: int, count: int, group: tuple[int, ...]) -> None:
        made: list[list[Any]] = [[] for _ in op.results]
        for j in range(count):
            values = {a: buffers[b][j] for a, b in zip(op.block.args, op.args, strict=True)}
            for samples, value in zip(made, self._turn(op.block, values, frame + j, group, None), strict=True):
                samples.append(value)
        buffers.update(zip(op.results, made, strict=True))

    def _voices(self, op: rt.VoicesOp, outer: Any, frame: int, count: int, due: bool, everyone: bool) -> None:
        active = next(s for s in self.slots.values() if (s.role.data, s.field.data) == ("voice", "active"))
        leaves: list[list[list[Any]]] = [[] for _ in op.results]
        for group in range(op.count.data):
            if not self.cell(active.offset.data + group * numbers(active.strides)[0], "bool")[0]:
                for result, leaf in zip(op.results, leaves, strict=True):
                    leaf.append([NUMPY_TYPES[element_of(result.type)](0)] * count)
                continue
            buffers = {a: outer[b] for a, b in zip(op.block.args, op.args, strict=True)} | outer
            for inner in op.block.ops:
                if isinstance(inner, rt.TickOp) and due:
                    self._turn(inner.block, {}, frame, (group,), everyone)
            for inner in op.block.ops:
                if isinstance(inner, rt.BlockOp):
                    self._block(inner, buffers, frame, count, (group,))
            for leaf, value in zip(leaves, op.yielded, strict=True):
                leaf.append(buffers[value])
        for result, leaf in zip(op.results, leaves, strict=True):
            outer[result] = [tree([samples[j] for samples in leaf], lambda a, b: a + b) for j in range(count)]

    # --- one turn ---------------------------------------------------------------------------------

    def _turn(self, block: Block, values: Values, frame: int, group: tuple[int, ...], tick: Any) -> list[Any]:
        """A tick's or a sample's turn: slots are read from a copy, writes are kept back."""
        turn = Turn(self, self.memory.copy(), frame % 2**32, group, tick)
        yielded = turn.block(block, values, ())
        for at, element, value in turn.writes:
            self.cell(at, element)[0] = value
        return yielded


class Turn:
    """One turn of a region."""

    def __init__(self, core: LegalCore, before: Any, frame: int, group: tuple[int, ...], tick: Any):
        self.core, self.before, self.frame, self.group, self.tick = core, before, frame, group, tick
        self.writes: list[tuple[int, str, Any]] = []

    def block(self, block: Block, values: Values, turns: tuple[int, ...]) -> list[Any]:
        for op in block.ops:
            if isinstance(op, rt.YieldOp):
                return [values[v] for v in op.values]
            result = self._operation(op, values, turns)
            for ssa, value in zip(op.results, result, strict=True):
                values[ssa] = value
        raise AssertionError("no yield")

    def _copy(self, op: Any, turns: tuple[int, ...]) -> tuple[int, ...]:
        available = (self.group if op.voice is not None else ()) + turns
        return available[: len(op.sizes)]

    def _slot(self, name: str, turns: tuple[int, ...]) -> tuple[int, str]:
        slot = self.core.slots[name]
        copy = self._copy(slot, turns)
        at = slot.offset.data + sum(i * s for i, s in zip(copy, numbers(slot.strides), strict=True))
        return at, element_of(slot.type)

    def _ring(self, name: str, turns: tuple[int, ...]) -> tuple[Any, int]:
        line = self.core.lines[name]
        element = element_of(line.type)
        start, mask = (int(self.core.cell(line.offset.data + k, "u32")[0]) for k in (0, 4))
        number = 0
        for i, size in zip(self._copy(line, turns), line.sizes, strict=True):
            number = number * size + i
        first = start + number * (mask + 1) * BYTES[element]
        return self.core.memory[first : first + (mask + 1) * BYTES[element]].view(MEMORY[element]), mask

    def _operation(self, op: Operation, values: Values, turns: tuple[int, ...]) -> list[Any]:
        match op:
            case dsp.ConstantOp():
                return [NUMPY_TYPES[element_of(op.result.type)](op.number)]
            case dsp.ScalarOp():
                return [op.row.numpy(*(values[a] for a in op.args))]
            case dsp.LanesOp():
                number = op.values.get_values()[turns[-1]]
                return [NUMPY_TYPES[element_of(op.result.type)](number)]
            case dsp.SplatOp():
                return [values[op.x]]
            case rt.LoopOp():
                return self._loop(op, values, turns)
            case rt.ReduceOp():
                row = find_row(op.kind.data, element_of(op.result.type))
                return [tree(values[op.x][: op.lanes.data], row.numpy)]
            case rt.ReadOp():
                at, element = self._slot(op.slot, turns)
                return [NUMPY_TYPES[element](self.before[at : at + BYTES[element]].view(MEMORY[element])[0])]
            case rt.WriteOp():
                self.writes.append((*self._slot(op.slot, turns), values[op.value]))
                return []
            case rt.LineReadOp():
                ring, mask = self._ring(op.line, turns)
                return [ring[(self.frame - int(values[op.distance])) & mask]]
            case rt.LineWriteOp():
                ring, mask = self._ring(op.line, turns)
                ring[self.frame & mask] = values[op.value]
                return []
            case rt.LineClearOp():
                if values[op.condition]:
                    self._ring(op.line, turns)[0][:] = 0
                return []
            case rt.LongestOp():
                return [np.int32(self.core.longest(self.core.lines[op.line], self._sample_rate()))]
            case rt.LookupOp():
                element = element_of(op.result.type)
                return [NUMPY_TYPES[element](self.core.tables[op.table][int(values[op.index])])]
            case rt.FrameOp():
                return [np.uint32(self.frame)]
            case rt.SampleRateOp():
                return [np.float64(self._sample_rate())]
            case rt.TickAllOp():
                return [np.bool_(self.tick)]
            case _:
                raise AssertionError(op.name)

    def _sample_rate(self) -> float:
        return float(self.core.cell(16, "f64")[0])

    def _loop(self, op: rt.LoopOp, values: Values, turns: tuple[int, ...]) -> list[Any]:
        stacks: list[list[Any]] = [[] for _ in op.results]
        for turn in range(op.count.data):
            inner = {**values, op.block.args[0]: np.int32(turn)}
            for stack, value in zip(stacks, self.block(op.block, inner, (*turns, turn)), strict=True):
                stack.append(value)
        return stacks
