"""From operations of the legal level to virtual code: what plain code and wide code have in common.

`Lowering` itself writes a region that runs once, an init or a tick; `blocks.BlockLowering` writes those that run
for samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.bytecode.access import SlotUse, Timing, loop_indexes, loops_of, slot_uses
from dspc.backends.bytecode.declarations import Declarations, integers
from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.opcodes import BY_NAME, sized
from dspc.backends.bytecode.pairs import fuse_pairs
from dspc.backends.bytecode.virtual import Array, Loop, Reduce, Reg, RegionCode, When
from dspc.backends.bytecode.writer import Constants, Stack, Writer
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES, find_row
from dspc.dialects.types import element_of, width_of


@dataclass(frozen=True)
class Late:
    """What a turn writes to a slot at its end: a value for each copy, by the counts of the loops that index them."""

    slot: rt.SlotOp
    counts: tuple[int, ...]
    stack: Stack


class Lowering(Writer):
    """Lowers one region."""

    def __init__(self, declarations: Declarations, code: RegionCode, constants: Constants):
        super().__init__(declarations, code, constants)
        self.uses: dict[str, SlotUse] = {}
        self.stacks: dict[SSAValue, Stack] = {}
        self._late: list[dict[str, Late]] = []
        """For each turn that is being written."""

    def run(self, op: rt.RegionOp) -> None:
        """Lowers the region's block."""
        self.uses = slot_uses(op.block, self.declarations)
        self.begin_turn(None)
        self.block(op.block)
        self.finish_turn()
        self.code.body = fuse_pairs(self.code.body)
        self.code.stacks_bytes = self.stacks_end

    def block(self, block: Block) -> None:
        """The operations of a block, in their order; what must wait for their end."""
        for op in block.ops:
            self.operation(op)
        self._flush()

    def _flush(self) -> None:
        self.sink.extend(self.waiting[-1])
        self.waiting[-1].clear()

    def begin_turn(self, turn: rt.RepeatOp | None) -> None:
        """What a turn of plain code does first: room for what it writes last. What it may not write stays as it is."""
        self._late.append({})
        for name, use in self.uses.items():
            if use.write is None or use.turn() is not turn or self.timing(use) is not Timing.TURN_END:
                continue
            if self.is_in_memory(use):
                slot = self.declarations.slot(name, use.write)
                counts = tuple(loop.count.data for loop in loops_of(use.written_at[1])[: loop_indexes(slot)])
                late = Late(slot, counts, self.new_stack(element_of(slot.type), prod(counts)))
                self._late[-1][name] = late
                if use.is_conditional():
                    self._copy_late(late, "load", "push")

    def finish_turn(self) -> None:
        """What a turn of plain code does last."""
        self._flush()
        for late in self._late.pop().values():
            self._copy_late(late, "peek", "store")

    def is_in_memory(self, use: SlotUse) -> bool:
        """Whether the slot is written in memory while this turn runs."""
        return use.write is not None

    def timing(self, use: SlotUse) -> Timing:
        """When the slot's write happens."""
        return use.timing()

    # --- operations -------------------------------------------------------------------------------

    def operation(self, op: Operation) -> None:
        self.check_lanes(op)
        match op:
            case dsp.ConstantOp() | rt.YieldOp():
                pass
            case dsp.ScalarOp():
                args = tuple(self.value(a, op) for a in op.args)
                self.define(op.result, self.compute(BY_NAME[op.row.key], op.row.result, args))
            case dsp.SplatOp():
                self.define(op.result, self.value(op.x, op))
            case dsp.LanesOp():
                self._lanes(op)
            case rt.ReadOp():
                self.read(op)
            case rt.WriteOp():
                self.write(op)
            case rt.LineReadOp() | rt.LineWriteOp() | rt.LineClearOp() | rt.LongestOp():
                self._line(op)
            case rt.LookupOp():
                element, table = element_of(op.result.type), self.declarations.table(op.table, op)
                index = self.value(op.index, op)
                self.define(op.result, self.compute(sized("lookup", element), element, (index,), table))
            case rt.RecordedOp() | rt.RecordingFramesOp() | rt.RecordingRateOp():
                self._recording(op)
            case rt.LoadOp() | rt.StoreOp():
                self._element(op)
            case rt.LoopOp():
                self._loop(op)
            case rt.RepeatOp():
                self.repeat(op)
            case rt.WhenOp():
                self.when(op)
            case rt.StackOp():
                self._stack(op)
            case rt.PickOp():
                self.pick(op, self._stack_of(op.x, op))
            case rt.ReduceOp():
                self.define(op.result, self.reduce(op, self._stack_of(op.x, op)))
            case rt.FrameOp():
                self.define(op.result, self.emit_to("u32", BY_NAME["frame"]))
            case rt.SampleRateOp():
                self.define(op.result, self.compute(BY_NAME["sample_rate"], "f64"))
            case rt.TickAllOp():
                self.define(op.result, self.emit_to("bool", BY_NAME["tick_all"]))
            case _:
                raise refuse(op, f"{op.name} has no bytecode", "lower the program to the legal level")

    def check_lanes(self, op: Operation) -> None:
        for value in op.results:
            if width_of(value.type) != 1:
                raise refuse(op, f"{width_of(value.type)} lanes: the bytecode machine computes with single lanes",
                             "lower the program with a width of 1")  # fmt: skip

    # --- slots ------------------------------------------------------------------------------------

    def place(self, slot: rt.SlotOp, op: Operation) -> tuple[int, int]:
        """The cursor and the offset of a slot's copy."""
        assert slot.offset is not None
        return self.copy_cursor(slot, integers(slot.strides), op), slot.offset.data

    def _element(self, op: rt.LoadOp | rt.StoreOp) -> None:
        """One of the elements that a slot's copy has."""
        slot = self.declarations.slot(op.slot, op)
        element, strides = element_of(slot.type), integers(slot.strides)
        if len(strides) == (slot.voice is not None):
            raise refuse(op, f"{op.slot} has no elements", "it needs one dimension more than its place gives")
        assert slot.offset is not None
        value = () if isinstance(op, rt.LoadOp) else (self.value(op.value, op),)
        known = self.known_index(op.index, slot.sizes[-1], strides[-1])
        if known is None:
            at, index, more = "_at", (self.value(op.index, op),), ()
            imm = Array(slot.offset.data, slot.sizes[-1], strides[-1])
        else:
            at, index, (more, offset) = "", (), known
            imm = slot.offset.data + offset
        args = *value, *index, self.copy_cursor(slot, strides[:-1], op, more)
        if isinstance(op, rt.StoreOp):
            self.emit(sized(f"store{at}", element), None, args, imm)
            return
        made = self.emit_to(element, sized(f"load{at}", element), args, imm)
        self.define(op.result, made)
        if known is not None:
            self.note_fixed(made)

    def read(self, op: rt.ReadOp) -> None:
        slot = self.declarations.slot(op.slot, op)
        element, (cursor, offset) = element_of(slot.type), self.place(slot, op)
        made = self.emit_to(element, sized("load", element), (cursor,), offset)
        self.define(op.result, made)
        if self.uses[op.slot].write is None:
            self.note_fixed(made)

    def write(self, op: rt.WriteOp) -> None:
        slot, value = self.declarations.slot(op.slot, op), self.value(op.value, op)
        timing, late = self.timing(self.uses[op.slot]), self._late[-1].get(op.slot)
        if late is not None:
            cursor = self.index_cursor(0, self._apart(late))
            self.emit(sized("push", value.element), None, (value, cursor), late.stack.offset)
            return
        cursor, offset = self.place(slot, op)
        self.emit(sized("store", value.element), None, (value, cursor), offset)
        if timing is not Timing.NOW:
            self.waiting[-1].append(self.sink.pop())

    def _copy_late(self, late: Late, get: str, put: str) -> None:
        """All copies that this turn writes, from the slot to the stacks' area or back."""
        around = late.counts[self.depth :]
        for count in around:
            self.open_loop(count)
        slot, stack = late.slot, late.stack
        assert slot.offset is not None
        strides = integers(slot.strides)
        voice, strides = (strides[0], strides[1:]) if slot.voice is not None else (0, strides)
        copy = self.index_cursor(voice, strides), slot.offset.data
        kept = self.index_cursor(0, self._apart(late)), stack.offset
        (source, at), (target, to) = (copy, kept) if get == "load" else (kept, copy)
        value = self.emit_to(stack.element, sized(get, stack.element), (source,), at)
        self.emit(sized(put, stack.element), None, (value, target), to)
        for _ in around:
            self.close_loop()

    def _apart(self, late: Late) -> list[int]:
        """Strides of a stack with one dimension for each loop that indexes the slot."""
        size, counts = BYTES[late.stack.element] * self.lanes, late.counts
        return [size * prod(counts[k + 1 :]) for k in range(len(counts))]

    # --- lines ------------------------------------------------------------------------------------

    def _line(self, op: rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp) -> None:
        line = self.declarations.line(op.line, op)
        number, element = self.declarations.line_numbers[op.line], element_of(line.type)
        if isinstance(op, rt.LongestOp):
            self.define(op.result, self.compute(BY_NAME["longest"], "i32", (), number))
            return
        strides = tuple(prod(line.sizes[k + 1 :]) for k in range(len(line.sizes)))
        args = *(self.value(operand, op) for operand in op.operands), self.copy_cursor(line, strides, op)
        at = "" if isinstance(op, rt.LineClearOp) or op.position is None else "_at"
        if isinstance(op, rt.LineReadOp):
            self.define(op.result, self.emit_to(element, sized(f"line_read{at}", element), args, number))
        else:
            name = "line_write" if isinstance(op, rt.LineWriteOp) else "line_clear"
            self.emit(sized(f"{name}{at}", element), None, args, number)

    def _recording(self, op: rt.RecordedOp | rt.RecordingFramesOp | rt.RecordingRateOp) -> None:
        number, cell = self.declarations.recording(op.recording, op)
        element = element_of(op.result.type)
        if isinstance(op, rt.RecordedOp):
            index = self.value(op.index, op)
            self.define(op.result, self.compute(sized("recorded", element), element, (index,), number))
            return
        offset = cell + (4 if isinstance(op, rt.RecordingFramesOp) else 8)
        made = self.emit_to(element, sized("load", element), (self.index_cursor(0, []),), offset)
        self.define(op.result, made)
        self.note_fixed(made)

    # --- bodies -----------------------------------------------------------------------------------

    def _loop(self, op: rt.LoopOp) -> None:
        if op.width.data != 1:
            raise refuse(op, f"a loop of {op.width.data} lanes: the bytecode machine computes with single lanes",
                         "lower the program with a width of 1")  # fmt: skip
        self.check_depth(op)
        loop = self.open_loop(op.count.data)
        self.enter(op.block.args[0], loop)
        self.block(op.block)
        self._push(op, loop)
        self.close_loop()

    def repeat(self, op: rt.RepeatOp) -> None:
        """Turns one after another on the same copies."""
        self.check_depth(op)
        loop = self.open_loop(op.count.data, is_index=False)
        self.enter(op.block.args[0], loop)
        self.begin_turn(op)
        self.block(op.block)
        self._push(op, loop)
        self.finish_turn()
        self.close_loop()

    def _push(self, op: rt.TurnsOp, loop: Loop) -> None:
        """Puts what a turn yields on the stacks that are the results."""
        for value, result in zip(op.yielded, op.results, strict=True):
            if result.uses:
                reg = self.value(value, op)
                stack = self.stacks[result] = self.new_stack(reg.element, loop.count)
                strides = [0] * loop.depth + [BYTES[reg.element] * self.lanes]
                self.emit(sized("push", reg.element), None, (reg, self.cursor(0, strides)), stack.offset)

    def when(self, op: rt.WhenOp) -> None:
        """A body that is passed by unless the condition holds; wide code chooses for each sample besides."""
        self.check_depth(op)
        condition, body = self.value(op.condition, op), When()
        results = [(result, Reg(element_of(result.type), self.wide)) for result in op.results]
        for _, reg in results:
            self.emit(sized("move", reg.element), reg, (self.constant(reg.element, 0),))
        self.emit(BY_NAME["when"], None, (condition,), body)
        self.begin_body(body)
        self.block(op.block)
        for (_, reg), value in zip(results, op.yielded, strict=True):
            made = self.value(value, op)
            if self.wide:
                select = BY_NAME[f"select.{reg.element}"]
                self.emit(select, reg, (condition, made, self.constant(reg.element, 0)))
            else:
                self.emit(sized("move", reg.element), reg, (made,))
        self.end_body()
        self.emit(BY_NAME["done"], None, (), body)
        for result, reg in results:
            self.define(result, reg)

    def enter(self, arg: SSAValue, loop: Loop) -> None:
        """Defines the number of a loop's turn."""
        self.turns[arg] = loop
        self.env[arg] = loop.turn

    # --- stacks -----------------------------------------------------------------------------------

    def _stack(self, op: rt.StackOp) -> None:
        stack = self.stacks[op.result] = self.new_stack(element_of(op.result.type), len(op.values))
        size, cursor = BYTES[stack.element] * self.lanes, self.cursor()
        for k, value in enumerate(op.values):
            self.emit(sized("push", stack.element), None, (self.value(value, op), cursor), stack.offset + k * size)

    def _stack_of(self, value: SSAValue, op: rt.ReduceOp | rt.PickOp) -> Stack:
        if value not in self.stacks:
            raise refuse(op, f"{op.name} of what is no stack", "stacks are what rt.stack and bodies with turns give")
        return self.stacks[value]

    def pick(self, op: rt.PickOp, stack: Stack) -> None:
        known = self.known_index(op.index, stack.count, BYTES[stack.element] * self.lanes)
        if known is not None and stack.wide == self.wide:
            args, at = (self.cursor(0, known[0]),), stack.offset + known[1]
            self.define(op.result, self.emit_to(stack.element, sized("peek", stack.element), args, at))
            return
        name = "pick" if stack.wide == self.wide else "pick_wide"
        array = Array(stack.offset, stack.count, BYTES[stack.element])
        index = self.value(op.index, op)
        self.define(op.result, self.emit_to(stack.element, sized(name, stack.element), (index,), array))

    def reduce(self, op: rt.ReduceOp, stack: Stack) -> Reg:
        row = find_row(op.kind.data, stack.element)
        if row is None:
            raise refuse(op, f"there is nothing to reduce by {op.kind.data}", "reduce numbers")
        count, size = op.lanes.data, BYTES[stack.element]
        partials = op.partials.data if op.partials is not None else 0
        kept = partials if 0 < partials < count else 1 << (count - 1).bit_length() >> 1
        self.code.work_bytes = max(self.code.work_bytes, kept * size * self.lanes)
        reduce = Reduce(row.opcode, size, stack.offset, count, partials)
        return self.emit_to(stack.element, sized("reduce", stack.element), (), reduce)

    def _lanes(self, op: dsp.LanesOp) -> None:
        if not self.depth:
            raise refuse(op, "dsp.lanes outside of a loop", "the lanes are those of the innermost loop")
        element = element_of(op.result.type)
        table = self.declarations.constants(op.values, element)
        cursor = self.index_cursor(0, [0] * (self.depth - 1) + [1])
        made = self.emit_to(element, sized("lane", element), (cursor,), table)
        self.define(op.result, made)
        self.note_fixed(made)

    def note_fixed(self, reg: Reg) -> None:
        """Told of what is the same for all samples of a block."""
