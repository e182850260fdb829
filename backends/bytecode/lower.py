"""From a region of the legal level to virtual code, operation by operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.bytecode.access import SlotUse, Write, loop_indexes, slot_uses
from dspc.backends.bytecode.declarations import Declarations, bits_of, integers
from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.opcodes import BY_NAME, Op, sized
from dspc.backends.bytecode.virtual import SAMPLES, Instr, Loop, Reduce, Reg, RegionCode
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES, find_row
from dspc.dialects.types import element_of, width_of

MAX_DEPTH = 8


@dataclass(frozen=True)
class Place:
    """Where a buffer's samples are: a channel of the input, or an offset in the core's memory."""

    element: str
    channel: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Stack:
    """Where a loop's turns leave what they yield."""

    element: str
    offset: int


@dataclass(eq=False)
class StateSlot:
    """A slot that lives in a register while the samples run."""

    slot: rt.SlotOp
    reg: Reg
    is_read: bool = False
    value: Reg | None = None
    """What the register becomes at the end of each sample."""


class Lowering:
    """Writes one region. `buffers` says where the samples of operands and results are."""

    def __init__(
        self,
        declarations: Declarations,
        code: RegionCode,
        constants: dict[tuple[str, int], Reg],
        buffers: dict[SSAValue, Place],
    ):
        self.declarations, self.code, self.constants, self.buffers = declarations, code, constants, buffers
        self.env: dict[SSAValue, Reg] = {}
        self.stacks: dict[SSAValue, Stack] = {}
        self.states: dict[str, StateSlot] = {}
        self.uses: dict[str, SlotUse] = {}
        self._fixed: set[Reg] = set()
        """Values that stay the same over the samples."""
        self._loops: list[Loop] = []
        self._waiting: list[list[Instr]] = [[]]
        """For each open loop, and for the region: stores for its end."""
        self._late: list[tuple[rt.SlotOp, list[Loop], Stack]] = []
        self._patterns: dict[tuple[int, tuple[int, ...]], int] = {}
        self._stacks_end = 0

    # --- the region -------------------------------------------------------------------------------

    def run(self, op: rt.RegionOp) -> None:
        """Lowers the region's block, and what it yields."""
        self.uses = slot_uses(op.block, self.declarations)
        if isinstance(op, rt.BlockOp):
            self._arguments(op)
        self._block(op.block)
        if isinstance(op, rt.BlockOp):
            for value, result in zip(op.yielded, op.results, strict=True):
                if not result.uses:
                    continue
                place = self.buffers[result]
                self._emit(sized("put", place.element), None, (self._value(value, op),), place.offset)
        self._store_late()
        self.code.stacks_bytes = self._stacks_end

    def _arguments(self, op: rt.BlockOp) -> None:
        for arg, buffer in zip(op.block.args, op.args, strict=True):
            self._check_lanes(arg, op)
            if not arg.uses:
                continue
            place = self.buffers[buffer]
            if place.channel is None:
                self.env[arg] = self._emit_to(place.element, sized("get", place.element), (), place.offset)
            else:
                self.env[arg] = self._emit_to("f32", BY_NAME["input"], (), place.channel)

    def _block(self, block: Block) -> None:
        for op in block.ops:
            for result in op.results:
                self._check_lanes(result, op)
            self._operation(op)
        self.code.body.extend(self._waiting[-1])
        self._waiting[-1].clear()

    def _check_lanes(self, value: SSAValue, op: Operation) -> None:
        if width_of(value.type) != 1:
            raise refuse(op, f"{width_of(value.type)} lanes: the bytecode machine computes with single lanes",
                         "lower the program with a width of 1")  # fmt: skip

    def _operation(self, op: Operation) -> None:
        match op:
            case dsp.ConstantOp():
                self.env[op.result] = self._constant(element_of(op.result.type), op.number)
            case dsp.ScalarOp():
                args = tuple(self._value(a, op) for a in op.args)
                self.env[op.result] = self._pure(BY_NAME[op.row.key], op.row.result, args)
            case dsp.SplatOp():
                self.env[op.result] = self._value(op.x, op)
            case dsp.LanesOp():
                self._lanes(op)
            case rt.ReadOp():
                self._read(op)
            case rt.WriteOp():
                self._write(op)
            case rt.LineReadOp() | rt.LineWriteOp() | rt.LineClearOp() | rt.LongestOp():
                self._line(op)
            case rt.LookupOp():
                element = element_of(op.result.type)
                table = self.declarations.table(op.table, op)
                self.env[op.result] = self._pure(
                    sized("lookup", element), element, (self._value(op.index, op),), table
                )
            case rt.LoopOp():
                self._loop(op)
            case rt.ReduceOp():
                self._reduce(op)
            case rt.FrameOp():
                self.env[op.result] = self._emit_to("u32", BY_NAME["frame"])
            case rt.SampleRateOp():
                self.env[op.result] = self._pure(BY_NAME["sample_rate"], "f64")
            case rt.TickAllOp():
                self.env[op.result] = self._emit_to("bool", BY_NAME["tick_all"])
            case rt.YieldOp():
                pass
            case _:
                raise refuse(op, f"{op.name} has no bytecode", "lower the program to the legal level")

    # --- instructions -----------------------------------------------------------------------------

    def _value(self, value: SSAValue, user: Operation) -> Reg:
        found = self.env.get(value)
        if found is None:
            raise refuse(user, f"{user.name} uses a value that has no register", "stacks are for rt.reduce only")
        return found

    def _constant(self, element: str, number: float) -> Reg:
        key = element, bits_of(number, element)
        if key not in self.constants:
            self.constants[key] = Reg(element, key[1])
        return self.constants[key]

    def _emit(
        self, op: Op, dst: Reg | None = None, args: Sequence[Reg | int] = (), imm: int | Loop | Reduce = 0
    ) -> None:
        scope = self._loops[-1] if self._loops else None
        self.code.body.append(Instr(op, dst, tuple(args), imm, scope))

    def _emit_to(self, element: str, op: Op, args: Sequence[Reg | int] = (), imm: int | Reduce = 0) -> Reg:
        dst = Reg(element)
        self._emit(op, dst, args, imm)
        return dst

    def _pure(self, op: Op, element: str, args: Sequence[Reg] = (), imm: int = 0) -> Reg:
        """A computation; before the samples, if nothing in it changes with them."""
        if self.code.kind == SAMPLES and all(a.bits is not None or a in self._fixed for a in args):
            dst = Reg(element)
            self.code.prologue.append(Instr(op, dst, tuple(args), imm, self.code.prologue))
            self._fixed.add(dst)
            return dst
        return self._emit_to(element, op, args, imm)

    # --- cursors ----------------------------------------------------------------------------------

    def _cursor(self, voice: int = 0, strides: Sequence[int] = ()) -> int:
        """The cursor that the voice's number, and the turn of each open loop, times these strides make up."""
        while strides and strides[-1] == 0:
            strides = strides[:-1]
        key = voice, tuple(strides)
        if key not in self._patterns:
            self._patterns[key] = len(self.code.cursors)
            self.code.cursors.append(voice)
        cursor = self._patterns[key]
        for loop, stride in zip(self._loops, strides, strict=False):
            if stride:
                loop.updates[cursor] = stride
        return cursor

    def _copy_cursor(self, declared: rt.SlotOp | rt.LineOp, strides: tuple[int, ...], op: Operation) -> int:
        """The cursor of the copy that an access means here."""
        name, voice = declared.sym_name.data, 0
        if declared.voice is not None:
            if self.code.voices is None:
                raise refuse(op, f"{name} belongs to the voices", "use it inside rt.voices")
            voice, strides = strides[0], strides[1:]
        if len(strides) > len(self._loops):
            hint = "each dimension needs a loop that says which copy is meant"
            raise refuse(op, f"{name} has {len(strides)} dimensions in {len(self._loops)} loops", hint)
        return self._cursor(voice, strides)

    # --- slots ------------------------------------------------------------------------------------

    def _read(self, op: rt.ReadOp) -> None:
        slot = self.declarations.slot(op.slot, op)
        if self._lives_in_register(slot):
            state = self._state(slot)
            state.is_read = True
            self.env[op.result] = state.reg
            if self.uses[op.slot].write is None:
                self._fixed.add(state.reg)
            return
        element = element_of(slot.type)
        cursor = self._copy_cursor(slot, integers(slot.strides), op)
        self.env[op.result] = self._emit_to(element, sized("load", element), (cursor,), _offset(slot))

    def _write(self, op: rt.WriteOp) -> None:
        slot, value = self.declarations.slot(op.slot, op), self._value(op.value, op)
        timing = self.uses[op.slot].timing()
        if self._lives_in_register(slot):
            self._state(slot).value = value
        elif timing is Write.REGION_END and self._loops:
            self._write_late(slot, value)
        else:
            cursor = self._copy_cursor(slot, integers(slot.strides), op)
            self._emit(sized("store", value.element), None, (value, cursor), _offset(slot))
            if timing is not Write.NOW:
                self._waiting[-1].append(self.code.body.pop())

    def _lives_in_register(self, slot: rt.SlotOp) -> bool:
        return self.code.kind == SAMPLES and loop_indexes(slot) == 0

    def _state(self, slot: rt.SlotOp) -> StateSlot:
        name = slot.sym_name.data
        if name not in self.states:
            self.states[name] = StateSlot(slot, Reg(element_of(slot.type)))
        return self.states[name]

    def state_cursor(self, slot: rt.SlotOp, op: Operation) -> int:
        """The cursor of a slot outside of all loops."""
        return self._copy_cursor(slot, integers(slot.strides), op)

    def _write_late(self, slot: rt.SlotOp, value: Reg) -> None:
        """Keeps what the turns write in the stacks' area until the region's end."""
        loops = self._loops[: loop_indexes(slot)]
        stack = self._new_stack(value.element, prod(loop.count for loop in loops))
        cursor = self._cursor(0, self._apart(loops, stack))
        self._emit(sized("push", value.element), None, (value, cursor), stack.offset)
        self._late.append((slot, loops, stack))

    def _store_late(self) -> None:
        for slot, loops, stack in self._late:
            for loop in loops:
                self._open(loop.count)
            strides = integers(slot.strides)
            voice, strides = (strides[0], strides[1:]) if slot.voice is not None else (0, strides)
            source = self._cursor(0, self._apart(loops, stack))
            value = self._emit_to(stack.element, sized("peek", stack.element), (source,), stack.offset)
            self._emit(sized("store", stack.element), None, (value, self._cursor(voice, strides)), _offset(slot))
            for _ in loops:
                self._close()

    def _apart(self, loops: Sequence[Loop], stack: Stack) -> list[int]:
        """Strides of a stack with one dimension for each loop."""
        size = BYTES[stack.element] * self.code.lanes
        return [size * prod(loop.count for loop in loops[k + 1 :]) for k in range(len(loops))]

    # --- lines ------------------------------------------------------------------------------------

    def _line(self, op: rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp) -> None:
        line = self.declarations.line(op.line, op)
        number, element = self.declarations.line_numbers[op.line], element_of(line.type)
        if isinstance(op, rt.LongestOp):
            self.env[op.result] = self._pure(BY_NAME["longest"], "i32", (), number)
            return
        strides = tuple(prod(line.sizes[k + 1 :]) for k in range(len(line.sizes)))
        cursor = self._copy_cursor(line, strides, op)
        if isinstance(op, rt.LineReadOp):
            args = self._value(op.distance, op), cursor
            self.env[op.result] = self._emit_to(element, sized("line_read", element), args, number)
        elif isinstance(op, rt.LineWriteOp):
            self._emit(sized("line_write", element), None, (self._value(op.value, op), cursor), number)
        else:
            self._emit(sized("line_clear", element), None, (self._value(op.condition, op), cursor), number)

    # --- loops ------------------------------------------------------------------------------------

    def _new_stack(self, element: str, count: int) -> Stack:
        stack = Stack(element, self._stacks_end)
        size = BYTES[element] * self.code.lanes * count
        self._stacks_end += size + -size % 64
        return stack

    def _open(self, count: int) -> Loop:
        loop = Loop(count, len(self._loops), Reg("i32"))
        self._emit(BY_NAME["loop"], loop.turn, (), loop)
        self._loops.append(loop)
        self._waiting.append([])
        return loop

    def _close(self) -> None:
        loop = self._loops.pop()
        self._waiting.pop()
        self._emit(BY_NAME["again"], loop.turn, (), loop)

    def _loop(self, op: rt.LoopOp) -> None:
        if op.width.data != 1:
            raise refuse(op, f"a loop of {op.width.data} lanes: the bytecode machine computes with single lanes",
                         "lower the program with a width of 1")  # fmt: skip
        if len(self._loops) == MAX_DEPTH:
            raise refuse(op, f"loops are nested deeper than {MAX_DEPTH}", "unroll the inner ones", "DSP341")
        loop = self._open(op.count.data)
        self.env[op.block.args[0]] = loop.turn
        self._block(op.block)
        for value, result in zip(op.yielded, op.results, strict=True):
            if result.uses:
                reg = self._value(value, op)
                stack = self.stacks[result] = self._new_stack(reg.element, loop.count)
                strides = [0] * loop.depth + [BYTES[reg.element] * self.code.lanes]
                self._emit(sized("push", reg.element), None, (reg, self._cursor(0, strides)), stack.offset)
        self._close()

    def _reduce(self, op: rt.ReduceOp) -> None:
        stack = self.stacks.get(op.x)
        row = find_row(op.kind.data, stack.element) if stack else None
        if stack is None or row is None:
            raise refuse(op, f"there is nothing to reduce by {op.kind.data}", "reduce what a loop yields")
        count, size = op.lanes.data, BYTES[stack.element]
        half = 1 << (count - 1).bit_length() >> 1
        self.code.work_bytes = max(self.code.work_bytes, half * size * self.code.lanes)
        reduce = Reduce(row.opcode, size, stack.offset, count)
        self.env[op.result] = self._emit_to(stack.element, sized("reduce", stack.element), (), reduce)

    def _lanes(self, op: dsp.LanesOp) -> None:
        if not self._loops:
            raise refuse(op, "dsp.lanes outside of a loop", "the lanes are those of the innermost loop")
        element = element_of(op.result.type)
        table = self.declarations.constants(op.values, element)
        cursor = self._cursor(0, [0] * (len(self._loops) - 1) + [1])
        self.env[op.result] = self._emit_to(element, sized("lane", element), (cursor,), table)


def _offset(slot: rt.SlotOp) -> int:
    assert slot.offset is not None
    return slot.offset.data
