"""From operations of the legal level to virtual code: what plain code and wide code have in common.

`Lowering` itself writes a region that runs once, an init or a tick; `blocks.BlockLowering` writes those that run
for samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.bytecode.access import SlotUse, Timing, loop_indexes, slot_uses
from dspc.backends.bytecode.declarations import Declarations, bits_of, integers
from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.opcodes import BY_NAME, Op, sized
from dspc.backends.bytecode.pairs import fuse_pairs
from dspc.backends.bytecode.virtual import TICK_SAMPLES, Instr, Loop, Reduce, Reg, RegionCode, Stretch
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES, find_row
from dspc.dialects.types import element_of, width_of

MAX_DEPTH, MAX_CURSORS = 8, 65536
Constants = dict[tuple[str, bool, int], Reg]
"""Registers of constants by element, width and bits, for the whole program."""


@dataclass(frozen=True)
class Stack:
    """Where a loop's turns leave what they yield."""

    element: str
    offset: int


class Lowering:
    """Writes one region."""

    def __init__(self, declarations: Declarations, code: RegionCode, constants: Constants):
        self.declarations, self.code, self.constants = declarations, code, constants
        self.uses: dict[str, SlotUse] = {}
        self.env: dict[SSAValue, Reg] = {}
        self.stacks: dict[SSAValue, Stack] = {}
        self.sink = code.body
        self.loops: list[Loop] = []
        self.wide = False
        self._waiting: list[list[Instr]] = [[]]
        """For each open loop, and for the region: stores for the end of its turn."""
        self._late: list[tuple[rt.SlotOp, list[Loop], Stack]] = []
        self._patterns: dict[tuple[int, tuple[int, ...]], int] = {}
        self._stacks_end = 0

    def run(self, op: rt.RegionOp) -> None:
        """Lowers the region's block."""
        self.uses = slot_uses(op.block, self.declarations)
        self.block(op.block)
        self.finish_turn()
        self.code.body = fuse_pairs(self.code.body)
        self.code.stacks_bytes = self._stacks_end

    def block(self, block: Block) -> None:
        """The operations of a block, in their order; what must wait for their end."""
        for op in block.ops:
            self.operation(op)
        self._flush()

    def _flush(self) -> None:
        self.sink.extend(self._waiting[-1])
        self._waiting[-1].clear()

    def finish_turn(self) -> None:
        """What a turn of plain code does last."""
        self._flush()
        self._store_late()

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
            case rt.LoopOp():
                self._loop(op)
            case rt.ReduceOp():
                self._reduce(op)
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

    def value(self, value: SSAValue, user: Operation) -> Reg:
        """The register of an operand."""
        if isinstance(value.owner, dsp.ConstantOp):
            element = element_of(value.type)
            return self.constant(element, bits_of(value.owner.number, element))
        found = self.env.get(value)
        if found is None:
            raise refuse(user, f"{user.name} uses a value that has no register", "stacks are for rt.reduce only")
        return found

    def define(self, value: SSAValue, reg: Reg) -> None:
        self.env[value] = reg

    def constant(self, element: str, bits: int) -> Reg:
        key = element, self.wide, bits
        if key not in self.constants:
            self.constants[key] = Reg(*key)
        return self.constants[key]

    # --- instructions -----------------------------------------------------------------------------

    @property
    def lanes(self) -> int:
        """Samples in a register."""
        return TICK_SAMPLES if self.wide else 1

    def scope(self) -> object:
        """Where an instruction stands."""
        return self.loops[-1] if self.loops else None

    def emit(
        self,
        op: Op,
        dst: Reg | None = None,
        args: Sequence[Reg | int] = (),
        imm: int | Loop | Reduce | Stretch = 0,
    ) -> None:
        self.sink.append(Instr(op, dst, tuple(args), imm, self.scope()))

    def emit_to(self, element: str, op: Op, args: Sequence[Reg | int] = (), imm: int | Reduce = 0) -> Reg:
        dst = Reg(element, self.wide)
        self.emit(op, dst, args, imm)
        return dst

    def compute(self, op: Op, element: str, args: Sequence[Reg] = (), imm: int = 0) -> Reg:
        """A computation that depends on nothing but its operands."""
        return self.emit_to(element, op, args, imm)

    # --- cursors ----------------------------------------------------------------------------------

    def cursor(self, voice: int = 0, strides: Sequence[int] = ()) -> int:
        """The cursor that the voice's number, and the turn of each open loop, times these strides make up."""
        while strides and strides[-1] == 0:
            strides = strides[:-1]
        key = voice, tuple(strides)
        if key not in self._patterns:
            if len(self.code.cursors) == MAX_CURSORS:
                raise refuse(None, "a region with more than 65536 ways to find copies of slots",
                             "let its slots have the same strides", "DSP341")  # fmt: skip
            self._patterns[key] = len(self.code.cursors)
            self.code.cursors.append(voice)
        cursor = self._patterns[key]
        for loop, stride in zip(self.loops, strides, strict=False):
            if stride:
                loop.updates[cursor] = stride
        return cursor

    def copy_cursor(self, declared: rt.SlotOp | rt.LineOp, strides: tuple[int, ...], op: Operation) -> int:
        """The cursor of the copy that an access means here."""
        name, voice = declared.sym_name.data, 0
        if declared.voice is not None:
            if self.code.voices is None:
                raise refuse(op, f"{name} belongs to the voices", "use it inside rt.voices")
            voice, strides = strides[0], strides[1:]
        if len(strides) > len(self.loops):
            hint = "each dimension needs a loop that says which copy is meant"
            raise refuse(op, f"{name} has {len(strides)} dimensions in {len(self.loops)} loops", hint)
        return self.cursor(voice, strides)

    def place(self, slot: rt.SlotOp, op: Operation) -> tuple[int, int]:
        """The cursor and the offset of a slot's copy."""
        assert slot.offset is not None
        return self.copy_cursor(slot, integers(slot.strides), op), slot.offset.data

    # --- slots ------------------------------------------------------------------------------------

    def read(self, op: rt.ReadOp) -> None:
        slot = self.declarations.slot(op.slot, op)
        element, (cursor, offset) = element_of(slot.type), self.place(slot, op)
        made = self.emit_to(element, sized("load", element), (cursor,), offset)
        self.define(op.result, made)
        if self.uses[op.slot].write is None:
            self.note_fixed(made)

    def write(self, op: rt.WriteOp) -> None:
        slot, value = self.declarations.slot(op.slot, op), self.value(op.value, op)
        timing = self.uses[op.slot].timing()
        if timing is Timing.REGION_END and self.loops:
            self._write_late(slot, value)
            return
        cursor, offset = self.place(slot, op)
        self.emit(sized("store", value.element), None, (value, cursor), offset)
        if timing is not Timing.NOW:
            self._waiting[-1].append(self.sink.pop())

    def _write_late(self, slot: rt.SlotOp, value: Reg) -> None:
        """Keeps what the turns write in the stacks' area until the region's end."""
        loops = self.loops[: loop_indexes(slot)]
        stack = self._new_stack(value.element, prod(loop.count for loop in loops))
        cursor = self.cursor(0, self._apart(loops, stack))
        self.emit(sized("push", value.element), None, (value, cursor), stack.offset)
        self._late.append((slot, loops, stack))

    def _store_late(self) -> None:
        for slot, loops, stack in self._late:
            around = [loop for loop in loops if loop not in self.loops]
            for loop in around:
                self._open(loop.count)
            assert slot.offset is not None
            strides = integers(slot.strides)
            voice, strides = (strides[0], strides[1:]) if slot.voice is not None else (0, strides)
            source = self.cursor(0, self._apart(loops, stack))
            value = self.emit_to(stack.element, sized("peek", stack.element), (source,), stack.offset)
            target = self.cursor(voice, strides)
            self.emit(sized("store", stack.element), None, (value, target), slot.offset.data)
            for _ in around:
                self._close()
        self._late.clear()

    def _apart(self, loops: Sequence[Loop], stack: Stack) -> list[int]:
        """Strides of a stack with one dimension for each loop."""
        size = BYTES[stack.element] * self.lanes
        return [size * prod(loop.count for loop in loops[k + 1 :]) for k in range(len(loops))]

    # --- lines ------------------------------------------------------------------------------------

    def _line(self, op: rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp) -> None:
        line = self.declarations.line(op.line, op)
        number, element = self.declarations.line_numbers[op.line], element_of(line.type)
        if isinstance(op, rt.LongestOp):
            self.define(op.result, self.compute(BY_NAME["longest"], "i32", (), number))
            return
        strides = tuple(prod(line.sizes[k + 1 :]) for k in range(len(line.sizes)))
        cursor = self.copy_cursor(line, strides, op)
        if isinstance(op, rt.LineReadOp):
            args = self.value(op.distance, op), cursor
            self.define(op.result, self.emit_to(element, sized("line_read", element), args, number))
        elif isinstance(op, rt.LineWriteOp):
            self.emit(sized("line_write", element), None, (self.value(op.value, op), cursor), number)
        else:
            self.emit(sized("line_clear", element), None, (self.value(op.condition, op), cursor), number)

    # --- loops ------------------------------------------------------------------------------------

    def _new_stack(self, element: str, count: int) -> Stack:
        stack = Stack(element, self._stacks_end)
        size = BYTES[element] * self.lanes * count
        self._stacks_end += size + -size % 64
        return stack

    def _open(self, count: int) -> Loop:
        loop = Loop(count, len(self.loops), Reg("i32", self.wide))
        self.emit(BY_NAME["loop"], loop.turn, (), loop)
        self.loops.append(loop)
        self._waiting.append([])
        return loop

    def _close(self) -> None:
        loop = self.loops.pop()
        self._waiting.pop()
        self.emit(BY_NAME["again"], loop.turn, (), loop)

    def _loop(self, op: rt.LoopOp) -> None:
        if op.width.data != 1:
            raise refuse(op, f"a loop of {op.width.data} lanes: the bytecode machine computes with single lanes",
                         "lower the program with a width of 1")  # fmt: skip
        if len(self.loops) == MAX_DEPTH:
            raise refuse(op, f"loops are nested deeper than {MAX_DEPTH}", "unroll the inner ones", "DSP341")
        loop = self._open(op.count.data)
        self.enter(op.block.args[0], loop.turn)
        self.block(op.block)
        for value, result in zip(op.yielded, op.results, strict=True):
            if result.uses:
                reg = self.value(value, op)
                stack = self.stacks[result] = self._new_stack(reg.element, loop.count)
                strides = [0] * loop.depth + [BYTES[reg.element] * self.lanes]
                self.emit(sized("push", reg.element), None, (reg, self.cursor(0, strides)), stack.offset)
        self._close()

    def enter(self, arg: SSAValue, turn: Reg) -> None:
        """Defines the number of a loop's turn."""
        self.env[arg] = turn

    def _reduce(self, op: rt.ReduceOp) -> None:
        stack = self.stacks.get(op.x)
        row = find_row(op.kind.data, stack.element) if stack else None
        if stack is None or row is None:
            raise refuse(op, f"there is nothing to reduce by {op.kind.data}", "reduce what a loop yields")
        count, size = op.lanes.data, BYTES[stack.element]
        half = 1 << (count - 1).bit_length() >> 1
        self.code.work_bytes = max(self.code.work_bytes, half * size * self.lanes)
        reduce = Reduce(row.opcode, size, stack.offset, count)
        self.define(op.result, self.emit_to(stack.element, sized("reduce", stack.element), (), reduce))

    def _lanes(self, op: dsp.LanesOp) -> None:
        if not self.loops:
            raise refuse(op, "dsp.lanes outside of a loop", "the lanes are those of the innermost loop")
        element = element_of(op.result.type)
        table = self.declarations.constants(op.values, element)
        cursor = self.cursor(0, [0] * (len(self.loops) - 1) + [1])
        made = self.emit_to(element, sized("lane", element), (cursor,), table)
        self.define(op.result, made)
        self.note_fixed(made)

    def note_fixed(self, reg: Reg) -> None:
        """Told of what is the same for all samples of a block."""
