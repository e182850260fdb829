"""The legal level as docs/ir.md tells it, sample by sample: what a backend's bits are compared with.

Slow and plain on purpose: reads look at a copy of the memory from when the turn began, writes wait for its
end, voices are summed by the tree's definition. The memory is laid out as the program says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
        self._steps: dict[Block, Any] = {}
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

    def steps(self, block: Block) -> tuple[list[tuple[Step, tuple[SSAValue, ...]]], tuple[SSAValue, ...]]:
        """What a block's operations do, with their results; and what it yields."""
        if block not in self._steps:
            ops = [op for op in block.ops if not isinstance(op, rt.YieldOp)]
            made = [(step_of(self, op), tuple(op.results)) for op in ops]
            self._steps[block] = made, tuple(block.last_op.operands)
        return self._steps[block]

    # --- time -------------------------------------------------------------------------------------

    def init(self) -> None:
        with np.errstate(all="ignore"):
            for op in self.ops:
                if isinstance(op, rt.InitOp):
                    self._turn(op.block, {}, int(self.cell(0, "u32")[0]), (), True)

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

    def _blocks(self, inputs: Any, outputs: Any, frame: int, done: int, count: int, due: bool, everyone: bool) -> None:
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
    """One turn of a region. What an operation does is looked up once: see `LegalCore.steps`."""

    def __init__(self, core: LegalCore, before: Any, frame: int, group: tuple[int, ...], tick: Any):
        self.core, self.before, self.frame, self.group, self.tick = core, before, frame, group, tick
        self.writes: list[tuple[int, str, Any]] = []

    def block(self, block: Block, values: Values, turns: tuple[int, ...]) -> list[Any]:
        steps, yielded = self.core.steps(block)
        for step, results in steps:
            made = step(self, values, turns)
            if len(results) == 1:
                values[results[0]] = made
            else:
                values.update(zip(results, made or (), strict=True))
        return [values[v] for v in yielded]

    def copy(self, op: Any, turns: tuple[int, ...]) -> tuple[int, ...]:
        available = (self.group if op.voice is not None else ()) + turns
        return available[: len(op.sizes)]

    def loop(self, op: rt.LoopOp, values: Values, turns: tuple[int, ...]) -> Any:
        stacks: list[list[Any]] = [[] for _ in op.results]
        for turn in range(op.count.data):
            inner = {**values, op.block.args[0]: np.int32(turn)}
            for stack, value in zip(stacks, self.block(op.block, inner, (*turns, turn)), strict=True):
                stack.append(value)
        return stacks[0] if len(stacks) == 1 else stacks


Step = Callable[[Turn, Values, tuple[int, ...]], Any]


def step_of(core: LegalCore, op: Operation) -> Step:
    """What an operation does in a turn."""
    match op:
        case dsp.ConstantOp():
            number = NUMPY_TYPES[element_of(op.result.type)](op.number)
            return lambda turn, values, turns: number
        case dsp.ScalarOp():
            function, operands = op.row.numpy, tuple(op.operands)
            return lambda turn, values, turns: function(*[values[a] for a in operands])
        case dsp.LanesOp():
            kind, numbers_ = NUMPY_TYPES[element_of(op.result.type)], list(op.values.get_values())
            return lambda turn, values, turns: kind(numbers_[turns[-1]])
        case dsp.SplatOp():
            return lambda turn, values, turns: values[op.x]
        case rt.LoopOp():
            return lambda turn, values, turns: turn.loop(op, values, turns)
        case rt.ReduceOp():
            row, lanes, stack = find_row(op.kind.data, element_of(op.result.type)), op.lanes.data, op.x
            return lambda turn, values, turns: tree(values[stack][:lanes], row.numpy)
        case rt.ReadOp() | rt.WriteOp():
            return _slot_step(core.slots[op.slot], op)
        case rt.LineReadOp() | rt.LineWriteOp() | rt.LineClearOp():
            return _line_step(core, core.lines[op.line], op)
        case rt.LongestOp():
            longest = np.int32(core.longest(core.lines[op.line], float(core.cell(16, "f64")[0])))
            return lambda turn, values, turns: longest
        case rt.LookupOp():
            kind, table, index = NUMPY_TYPES[element_of(op.result.type)], core.tables[op.table], op.index
            return lambda turn, values, turns: kind(table[int(values[index])])
        case rt.FrameOp():
            return lambda turn, values, turns: np.uint32(turn.frame)
        case rt.SampleRateOp():
            return lambda turn, values, turns: np.float64(core.cell(16, "f64")[0])
        case rt.TickAllOp():
            return lambda turn, values, turns: np.bool_(turn.tick)
        case _:
            raise AssertionError(op.name)


def _slot_step(slot: rt.SlotOp, op: rt.ReadOp | rt.WriteOp) -> Step:
    offset, strides, element = slot.offset.data, numbers(slot.strides), element_of(slot.type)
    kind, dtype, size = NUMPY_TYPES[element], MEMORY[element], BYTES[element]

    def place(turn: Turn, turns: tuple[int, ...]) -> int:
        return offset + sum(i * s for i, s in zip(turn.copy(slot, turns), strides, strict=True))

    def read(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        at = place(turn, turns)
        return kind(turn.before[at : at + size].view(dtype)[0])

    def write(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        turn.writes.append((place(turn, turns), element, values[op.operands[0]]))

    return read if isinstance(op, rt.ReadOp) else write


def _line_step(core: LegalCore, line: rt.LineOp, op: Any) -> Step:
    element = element_of(line.type)

    def ring(turn: Turn, turns: tuple[int, ...]) -> tuple[Any, int]:
        start, mask = (int(core.cell(line.offset.data + k, "u32")[0]) for k in (0, 4))
        number = 0
        for i, size in zip(turn.copy(line, turns), line.sizes, strict=True):
            number = number * size + i
        bytes_ = (mask + 1) * BYTES[element]
        first = start + number * bytes_
        return core.memory[first : first + bytes_].view(MEMORY[element]), mask

    def read(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        samples, mask = ring(turn, turns)
        return samples[(turn.frame - int(values[op.operands[0]])) & mask]

    def write(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        samples, mask = ring(turn, turns)
        samples[turn.frame & mask] = values[op.operands[0]]

    def clear(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        if values[op.operands[0]]:
            ring(turn, turns)[0][:] = 0

    return {rt.LineReadOp: read, rt.LineWriteOp: write, rt.LineClearOp: clear}[type(op)]
