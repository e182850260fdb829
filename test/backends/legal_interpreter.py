"""The legal level as docs/ir.md tells it, sample by sample: what a backend's bits are compared with.

Slow and plain on purpose: reads look at a copy of the memory from when the turn began, writes wait for its
end, voices are summed by the tree's definition. The memory is laid out as the program says. A value with lanes
is an array of them, one without is a NumPy scalar.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from xdsl.ir import Attribute, Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES, NUMPY_TYPES, find_row
from dspc.dialects.types import element_of, width_of

MEMORY = {e: np.dtype(t) for e, t in NUMPY_TYPES.items()} | {"bool": np.dtype(np.uint32)}
Values = dict[SSAValue, Any]


def numbers(attr: Any) -> tuple[int, ...]:
    return tuple(n.data for n in attr.data) if attr is not None else ()


def lane_list(value: Any) -> list[Any]:
    """The lanes of a value, or the value itself."""
    return list(value) if np.ndim(value) else [value]


def zero_of(type_: Attribute) -> Any:
    """+0 in every lane."""
    return filled(NUMPY_TYPES[element_of(type_)](0), width_of(type_))


def filled(number: Any, width: int) -> Any:
    return number if width == 1 else np.full(width, number)


def summed(leaves: list[Any], partials: int, combine: Any) -> Any:
    """Leaf i joins partial sum i mod `partials`, in order; the tree is over these."""
    sums = leaves[:partials]
    for i in range(partials, len(leaves)):
        sums[i % partials] = combine(sums[i % partials], leaves[i])
    return tree(sums, combine)


def tree(leaves: list[Any], combine: Any) -> Any:
    """The halving tree over the next power of two; missing leaves are passed by."""
    leaves, half = list(leaves), 1 << (len(leaves) - 1).bit_length() >> 1
    while half:
        for i in range(half):
            if i + half < len(leaves):
                leaves[i] = combine(leaves[i], leaves[i + half])
        half >>= 1
    return leaves[0]


def place_sounds(recordings: dict[str, rt.RecordingOp], memory: Any, end: int) -> int:
    """Puts the sounds of recordings from `end` on, and says so in their cells; returns where they end."""
    for op in recordings.values():
        sound = np.array(op.data.get_values(), NUMPY_TYPES[op.element]).view(np.uint8)
        end += -end % 64
        memory[end : end + len(sound)] = sound
        cell = memory[op.offset.data : op.offset.data + 12]
        cell[:8].view(np.uint32)[:] = end, len(op.data.get_values()) // op.channels.data
        cell[8:].view(np.float32)[0] = op.rate.value.data
        end += len(sound)
    return end


class LegalCore:
    """A program and the memory of its core."""

    def __init__(self, program: rt.ProgramOp, size: int = 1 << 16, sample_rate: float = 48000.0):
        self.program = program
        self.memory = np.zeros(size, np.uint8)
        self.cell(12, "u32")[0] = size
        self.cell(16, "f64")[0] = sample_rate
        ops = list(program.body.block.ops)
        self.ops = ops
        self.slots = {o.sym_name.data: o for o in ops if isinstance(o, rt.SlotOp)}
        self.lines = {o.sym_name.data: o for o in ops if isinstance(o, rt.LineOp)}
        self.tables = {o.sym_name.data: list(o.data.get_values()) for o in ops if isinstance(o, rt.TableOp)}
        self.recordings = {o.sym_name.data: o for o in ops if isinstance(o, rt.RecordingOp)}
        self._steps: dict[Block, Any] = {}
        self._prepare(sample_rate)

    def cell(self, at: int, element: str, width: int = 1) -> Any:
        """A view of one cell, with its lanes."""
        return self.memory[at : at + BYTES[element] * width].view(MEMORY[element])

    def _prepare(self, sample_rate: float) -> None:
        """Initial values; the rings, then the sounds, at the memory's end."""
        for slot in self.slots.values():
            for copy in np.ndindex(*slot.sizes):
                element = element_of(slot.type)
                at = slot.offset.data + sum(i * s for i, s in zip(copy, numbers(slot.strides), strict=True))
                self.cell(at, element, width_of(slot.type))[:] = dsp.number_of(slot.init)
        end = -(-self.program.static_bytes.data // 64) * 64
        for line in self.lines.values():
            ring = 1
            while ring < self.longest(line, sample_rate) + 17:
                ring *= 2
            self.cell(line.offset.data, "u32")[0] = end
            self.cell(line.offset.data + 4, "u32")[0] = ring - 1
            end += line.copies * ring * BYTES[element_of(line.type)]
        assert place_sounds(self.recordings, self.memory, end) <= len(self.memory)

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
        for group in range(op.groups):
            at = active.offset.data + group * numbers(active.strides)[0]
            if not self.cell(at, "bool", op.width.data).any():
                for value, leaf in zip(op.yielded, leaves, strict=True):
                    leaf.append([zero_of(value.type.element)] * count)
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
            voices = [[lane for group in leaf for lane in lane_list(group[j])] for j in range(count)]
            outer[result] = [tree(each[: op.count.data], lambda a, b: a + b) for each in voices]

    # --- one turn ---------------------------------------------------------------------------------

    def _turn(self, block: Block, values: Values, frame: int, group: tuple[int, ...], tick: Any) -> list[Any]:
        """A tick's or a sample's turn: slots are read from a copy, writes are kept back."""
        return Turn(self, frame % 2**32, group, tick).run(block, values, ())


class Turn:
    """One turn of a region. What an operation does is looked up once: see `LegalCore.steps`."""

    def __init__(self, core: LegalCore, frame: int, group: tuple[int, ...], tick: Any):
        self.core, self.frame, self.group, self.tick = core, frame, group, tick
        self.before: Any = None
        self.writes: list[tuple[int, str, Any]] = []

    def run(self, block: Block, values: Values, turns: tuple[int, ...]) -> list[Any]:
        """A turn from its beginning to its end; one of a repeat goes on inside one of its region."""
        outer = self.before, self.writes
        self.before, self.writes = self.core.memory.copy(), []
        yielded = self.block(block, values, turns)
        for at, element, value in self.writes:
            self.core.cell(at, element, np.size(value))[:] = value
        self.before, self.writes = outer
        return yielded

    def block(self, block: Block, values: Values, turns: tuple[int, ...]) -> list[Any]:
        steps, yielded = self.core.steps(block)
        for step, results in steps:
            made = step(self, values, turns)
            if len(results) == 1:
                values[results[0]] = made
            else:
                values.update(zip(results, made or (), strict=True))
        return [values[v] for v in yielded]

    def copy(self, op: Any, turns: tuple[int, ...], but: int = 0) -> tuple[int, ...]:
        """The indexes that a place gives, of all dimensions but the last ones."""
        wanted = len(op.sizes) - but
        available = (self.group if op.voice is not None else ()) + turns
        assert len(available) >= wanted, op.sym_name
        return available[:wanted]

    def loop(self, op: rt.LoopOp, values: Values, turns: tuple[int, ...]) -> Any:
        width = op.width.data
        made: list[list[Any]] = []
        for turn in range(op.count.data):
            index = np.int32(turn) if width == 1 else np.arange(turn * width, (turn + 1) * width, dtype=np.int32)
            made.append(self.block(op.block, {**values, op.block.args[0]: index}, (*turns, turn)))
        return one_or_all([list(stack) for stack in zip(*made, strict=True)])

    def repeat(self, op: rt.RepeatOp, values: Values, turns: tuple[int, ...]) -> Any:
        made: list[list[Any]] = []
        for turn in range(op.count.data):
            made.append(self.run(op.block, {**values, op.block.args[0]: np.int32(turn)}, turns))
        return one_or_all([list(stack) for stack in zip(*made, strict=True)])

    def when(self, op: rt.WhenOp, values: Values, turns: tuple[int, ...]) -> Any:
        if np.any(values[op.condition]):
            return one_or_all(self.block(op.block, values, turns))
        return one_or_all([zero_of(result.type) for result in op.results])


def one_or_all(made: list[Any]) -> Any:
    """What an operation with one result gives is that, with several a list."""
    return made[0] if len(made) == 1 else made


Step = Callable[[Turn, Values, tuple[int, ...]], Any]


def step_of(core: LegalCore, op: Operation) -> Step:
    """What an operation does in a turn."""
    match op:
        case dsp.ConstantOp():
            number = filled(NUMPY_TYPES[element_of(op.result.type)](op.number), width_of(op.result.type))
            return lambda turn, values, turns: number
        case dsp.ScalarOp():
            function, operands = op.row.numpy, tuple(op.operands)
            return lambda turn, values, turns: function(*[values[a] for a in operands])
        case dsp.LanesOp():
            groups = _groups(op)
            return lambda turn, values, turns: groups[turns[-1]]
        case dsp.SplatOp():
            return lambda turn, values, turns: filled(values[op.x], width_of(op.result.type))
        case rt.LoopOp():
            return lambda turn, values, turns: turn.loop(op, values, turns)
        case rt.RepeatOp():
            return lambda turn, values, turns: turn.repeat(op, values, turns)
        case rt.WhenOp():
            return lambda turn, values, turns: turn.when(op, values, turns)
        case rt.StackOp():
            return lambda turn, values, turns: [values[v] for v in op.values]
        case rt.PickOp():
            return lambda turn, values, turns: picked(values[op.x], values[op.index])
        case rt.ReduceOp():
            return _reduce_step(op)
        case rt.ReadOp() | rt.WriteOp() | rt.LoadOp() | rt.StoreOp():
            return _slot_step(core, core.slots[op.slot], op)
        case rt.LineReadOp() | rt.LineWriteOp() | rt.LineClearOp():
            return _line_step(core, core.lines[op.line], op)
        case rt.LongestOp():
            longest = np.int32(core.longest(core.lines[op.line], float(core.cell(16, "f64")[0])))
            return lambda turn, values, turns: longest
        case rt.LookupOp():
            table = np.array(core.tables[op.table], NUMPY_TYPES[element_of(op.result.type)])
            return lambda turn, values, turns: table[values[op.index]]
        case rt.RecordedOp() | rt.RecordingFramesOp() | rt.RecordingRateOp():
            return _recording_step(core, core.recordings[op.recording], op)
        case rt.FrameOp():
            return lambda turn, values, turns: np.uint32(turn.frame)
        case rt.SampleRateOp():
            return lambda turn, values, turns: np.float64(core.cell(16, "f64")[0])
        case rt.TickAllOp():
            return lambda turn, values, turns: np.bool_(turn.tick)
        case _:
            raise AssertionError(op.name)


def _groups(op: dsp.LanesOp) -> Any:
    """What each turn gets; lanes beyond the last have its number, and count for nothing."""
    kind, width = NUMPY_TYPES[element_of(op.result.type)], width_of(op.result.type)
    numbers_ = np.array(list(op.values.get_values()), kind)
    return numbers_ if width == 1 else np.pad(numbers_, (0, -len(numbers_) % width), "edge").reshape(-1, width)


def picked(stack: list[Any], index: Any) -> Any:
    """An element; with an index for each lane, lane k of element `index[k]`."""
    if np.ndim(index):
        return np.array([stack[int(i)][k] for k, i in enumerate(index)])
    return stack[int(index)]


def _reduce_step(op: rt.ReduceOp) -> Step:
    row, lanes = find_row(op.kind.data, element_of(op.result.type)), op.lanes.data
    flat = width_of(op.result.type) < width_of(op.x.type)

    def reduce(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        leaves = values[op.x]
        leaves = [lane for vector in leaves for lane in vector] if flat else leaves
        if op.partials is not None:
            return summed(leaves[:lanes], op.partials.data, row.numpy)
        return tree(leaves[:lanes], row.numpy)

    return reduce


def _slot_step(core: LegalCore, slot: rt.SlotOp, op: rt.SlotAccessOp) -> Step:
    offset, strides = slot.offset.data, numbers(slot.strides)
    element, width = element_of(slot.type), width_of(slot.type)
    kind, size = NUMPY_TYPES[element], BYTES[element] * width

    def place(turn: Turn, turns: tuple[int, ...], but: int = 0) -> int:
        return offset + sum(i * s for i, s in zip(turn.copy(slot, turns, but), strides, strict=but == 0))

    def value(cells: Any) -> Any:
        return kind(cells[0]) if width == 1 else cells.astype(kind)

    def read(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        at = place(turn, turns)
        return value(turn.before[at : at + size].view(MEMORY[element]))

    def write(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        turn.writes.append((place(turn, turns), element, values[op.operands[0]]))

    def elements(turn: Turn, values: Values, turns: tuple[int, ...]) -> tuple[Any, Any]:
        """All elements with their lanes, and which one each lane means."""
        count = slot.sizes[-1]
        cells = core.cell(place(turn, turns, but=1), element, count * width).reshape(count, width)
        index = np.broadcast_to(values[op.operands[0]], (width,))
        assert ((index >= 0) & (index < count)).all()
        return cells, (index, np.arange(width))

    def load(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        cells, place = elements(turn, values, turns)
        return value(cells[place])

    def store(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        cells, place = elements(turn, values, turns)
        cells[place] = values[op.operands[1]]

    return {rt.ReadOp: read, rt.WriteOp: write, rt.LoadOp: load, rt.StoreOp: store}[type(op)]


def _recording_step(core: LegalCore, recording: rt.RecordingOp, op: Any) -> Step:
    cell = recording.offset.data
    if not isinstance(op, rt.RecordedOp):
        at, element = (cell + 4, "i32") if isinstance(op, rt.RecordingFramesOp) else (cell + 8, "f32")
        return lambda turn, values, turns: core.cell(at, element)[0]

    def read(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        start, frames = core.cell(cell, "u32", 2)
        index, count = np.asarray(values[op.index]), int(frames) * recording.channels.data
        assert ((index >= 0) & (index < count)).all()
        return core.cell(int(start), recording.element, count)[index]

    return read


def _line_step(core: LegalCore, line: rt.LineOp, op: Any) -> Step:
    element, width = element_of(line.type), width_of(line.type)
    kind, every = NUMPY_TYPES[element], np.arange(width)

    def rings(turn: Turn, turns: tuple[int, ...]) -> tuple[Any, int]:
        """Those of a copy's lanes, and the mask."""
        start, mask = (int(core.cell(line.offset.data + k, "u32")[0]) for k in (0, 4))
        number = 0
        for i, size in zip(turn.copy(line, turns), line.sizes, strict=True):
            number = number * size + i
        first = start + number * width * (mask + 1) * BYTES[element]
        return core.cell(first, element, width * (mask + 1)).reshape(width, mask + 1), mask

    def position(turn: Turn, values: Values) -> Any:
        return np.int64(turn.frame) if op.position is None else np.asarray(values[op.position]).astype(np.int64)

    def read(turn: Turn, values: Values, turns: tuple[int, ...]) -> Any:
        samples, mask = rings(turn, turns)
        at = (position(turn, values) - np.asarray(values[op.distance]).astype(np.int64)) & mask
        made = samples[every, np.broadcast_to(at, (width,))].astype(kind)
        return made[0] if width == 1 else made

    def write(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        samples, mask = rings(turn, turns)
        samples[every, np.broadcast_to(position(turn, values) & mask, (width,))] = values[op.value]

    def clear(turn: Turn, values: Values, turns: tuple[int, ...]) -> None:
        rings(turn, turns)[0][np.broadcast_to(values[op.condition], (width,))] = 0

    return {rt.LineReadOp: read, rt.LineWriteOp: write, rt.LineClearOp: clear}[type(op)]
