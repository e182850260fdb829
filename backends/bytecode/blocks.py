"""Regions that run for samples: wide code, with stretches of plain code for what goes round in circles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.bytecode.access import SlotUse, Timing, loop_indexes, loops_of, slot_uses
from dspc.backends.bytecode.declarations import Declarations
from dspc.backends.bytecode.dependence import Group, Kind, arrange
from dspc.backends.bytecode.lower import Lowering
from dspc.backends.bytecode.moves import StateSlot, place_moves
from dspc.backends.bytecode.opcodes import BY_NAME, Op, input_of, sized
from dspc.backends.bytecode.pairs import fuse_pairs
from dspc.backends.bytecode.virtual import Instr, Loop, Reg, RegionCode, Stretch, When
from dspc.backends.bytecode.writer import Constants, Stack
from dspc.dialects import dsp, rt
from dspc.dialects.types import element_of


@dataclass(frozen=True)
class Place:
    """Where a buffer's samples are: a channel of the input, or an offset in the core's memory."""

    element: str
    channel: int | None = None
    offset: int = 0


@dataclass(eq=False)
class _Circle:
    """A stretch while it is written. `depth` and `bodies`: what was open where it stands; `outer`: the code there."""

    ops: set[Operation]
    block: Block
    depth: int
    bodies: int
    outer: list[Instr]
    stretch: Stretch = field(default_factory=Stretch)
    env: dict[SSAValue, Reg] = field(default_factory=dict[SSAValue, Reg])
    taken: dict[Reg, Reg] = field(default_factory=dict[Reg, Reg])
    takes: list[Instr] = field(default_factory=list[Instr])
    states: dict[str, StateSlot] = field(default_factory=dict[str, StateSlot])
    reduced: dict[tuple[Any, ...], Reg] = field(default_factory=dict[tuple[Any, ...], Reg])

    def has(self, op: Operation) -> bool:
        """Whether the operation stands in the circle, or in a body of it."""
        around: Operation | None = op
        while around is not None and around.parent is not self.block:
            around = around.parent_op()
        return around is not None and around in self.ops

    def is_used_outside(self, value: SSAValue) -> bool:
        return not all(self.has(use.operation) for use in value.uses)


class BlockLowering(Lowering):
    """Writes one `rt.vec` or `rt.rec`. `buffers` says where the samples of operands and results are."""

    def __init__(
        self, declarations: Declarations, code: RegionCode, constants: Constants, buffers: dict[SSAValue, Place]
    ):
        super().__init__(declarations, code, constants)
        self.buffers = buffers
        self.wide = True
        self.circle: _Circle | None = None
        self.in_order = 0
        """Open bodies of wide code that change nothing: all of it may run at once, as it stands."""
        self.fixed: set[Reg] = set()
        """Values that are the same for all samples of a block."""
        self.old: dict[str, Reg] = {}
        """What slots that the block writes held before each sample, where no circle is needed for it."""

    def run(self, op: rt.RegionOp) -> None:
        assert isinstance(op, rt.BlockOp)
        self.uses = slot_uses(op.block, self.declarations)
        self._arguments(op)
        if self._is_simple():
            self.block(op.block)
        else:
            everything = [o for o in op.block.ops if not isinstance(o, rt.YieldOp | dsp.ConstantOp)]
            self._in_circle(everything, op.block)
        for value, result in zip(op.yielded, op.results, strict=True):
            if result.uses:
                place = self.buffers[result]
                self.emit(sized("put", place.element), None, (self.value(value, op),), place.offset)
        self.code.body = fuse_pairs(self.code.body)
        self.code.stacks_bytes = self.stacks_end

    def _arguments(self, op: rt.BlockOp) -> None:
        self.check_lanes(op)
        for arg, buffer in zip(op.block.args, op.args, strict=True):
            if not arg.uses:
                continue
            place = self.buffers[buffer]
            if place.channel is None:
                self.env[arg] = self.emit_to(place.element, sized("get", place.element), (), place.offset)
            else:
                self.env[arg] = self.emit_to(place.element, input_of(place.element), (), place.channel)

    def _is_simple(self) -> bool:
        """Whether every slot is written in the very loops that index it."""
        return all(
            use.write is None or len(loops_of(use.written_at[1])) == loop_indexes(self.declarations.slots[name])
            for name, use in self.uses.items()
        )

    def block(self, block: Block) -> None:
        if self.circle is not None or self.in_order:
            super().block(block)
            return
        for group in arrange(block, self.depth, self.uses, self.declarations):
            match group.kind:
                case Kind.ONCE:
                    self.operation(group.ops[0])
                case Kind.DELAYED:
                    self._delayed(group)
                case Kind.SUM:
                    self._sum(group)
                case Kind.CIRCLE:
                    self._in_circle(group.ops, block)

    # --- values: in a stretch, wide ones are taken sample by sample ---------------------------------

    def value(self, value: SSAValue, user: Operation) -> Reg:
        circle = self.circle
        if circle is None:
            return super().value(value, user)
        if value in circle.env:
            return circle.env[value]
        found = super().value(value, user)
        if found.bits is not None:
            return self.constant(found.element, found.bits)
        return self._take(circle, found)

    def _take(self, circle: _Circle, reg: Reg) -> Reg:
        """The plain register of a wide one; if all samples are the same, the first is taken."""
        if reg not in circle.taken:
            plain = circle.taken[reg] = Reg(reg.element)
            where = circle.stretch.prologue if reg in self.fixed else circle.takes
            where.append(Instr(sized("take", reg.element), plain, (reg,), 0, where))
            if reg in self.fixed:
                self.fixed.add(plain)
        return circle.taken[reg]

    def define(self, value: SSAValue, reg: Reg) -> None:
        circle = self.circle
        if circle is None:
            self.env[value] = reg
            return
        circle.env[value] = reg
        if value.owner in circle.ops and circle.is_used_outside(value):
            self.env[value] = Reg(reg.element, wide=True)
            self.emit(sized("give", reg.element), self.env[value], (reg,))

    def enter(self, arg: SSAValue, loop: Loop) -> None:
        if self.circle is None:
            super().enter(arg, loop)
            self.fixed.add(loop.turn)
        else:
            self.turns[arg] = loop
            self.circle.env[arg] = loop.turn

    def compute(self, op: Op, element: str, args: Sequence[Reg] = (), imm: int = 0) -> Reg:
        """In a stretch, what does not change with the samples is computed before them, unless it may not be needed."""
        is_fixed = all(a.bits is not None or a in self.fixed for a in args) and not self._may_not_run()
        if self.circle is None or not is_fixed:
            dst = self.emit_to(element, op, args, imm)
        else:
            prologue = self.circle.stretch.prologue
            dst = Reg(element)
            prologue.append(Instr(op, dst, tuple(args), imm, prologue))
        if is_fixed:
            self.fixed.add(dst)
        return dst

    def _may_not_run(self) -> bool:
        return self.circle is not None and any(isinstance(b, When) for b in self.bodies[self.circle.bodies :])

    def note_fixed(self, reg: Reg) -> None:
        if self.circle is None:
            self.fixed.add(reg)

    def scope(self) -> object:
        if self.circle is None or len(self.bodies) > self.circle.bodies:
            return super().scope()
        return self.circle

    # --- slots ------------------------------------------------------------------------------------

    def read(self, op: rt.ReadOp) -> None:
        slot = self.declarations.slot(op.slot, op)
        if op.slot in self.old:
            old = self.old[op.slot]
            self.define(op.result, old if self.circle is None else self._take(self.circle, old))
        elif self.circle is not None and self._is_in_register(self.circle, self.uses[op.slot]):
            state = self._state(self.circle, slot)
            state.is_read = True
            if self.uses[op.slot].write is None:
                self.fixed.add(state.reg)
            self.define(op.result, state.reg)
        else:
            super().read(op)

    def write(self, op: rt.WriteOp) -> None:
        slot = self.declarations.slot(op.slot, op)
        if self.circle is not None and self._is_in_register(self.circle, self.uses[op.slot]):
            self._state(self.circle, slot).value = self.value(op.value, op)
        elif self.circle is not None:
            super().write(op)
        elif not self.uses[op.slot].reads:
            value, (cursor, offset) = self.value(op.value, op), self.place(slot, op)
            self.emit(sized("store", value.element), None, (value, cursor), offset)

    def is_in_memory(self, use: SlotUse) -> bool:
        circle = self.circle
        return circle is not None and use.write is not None and circle.has(use.write) and not (
            self._is_in_register(circle, use)
        )  # fmt: skip

    def timing(self, use: SlotUse) -> Timing:
        """What reads the slot outside of a circle is given what was there before it."""
        circle = self.circle
        reads = use.reads if circle is None else [read for read in use.reads if circle.has(read[2])]
        return replace(use, reads=reads).timing()

    def _is_in_register(self, circle: _Circle, use: SlotUse) -> bool:
        """Whether the slot lives in a register while samples run: not if what its sample writes depends on bodies."""
        op = use.write or use.reads[0][2]
        if loop_indexes(self.declarations.slot(op.slot, op)) > circle.depth:
            return False
        return use.write is None or all(isinstance(body, rt.LoopOp) for body in use.written_at[1])

    # --- bodies and stacks --------------------------------------------------------------------------

    def repeat(self, op: rt.RepeatOp) -> None:
        self.in_order += self.circle is None
        super().repeat(op)
        self.in_order -= self.circle is None

    def when(self, op: rt.WhenOp) -> None:
        self.in_order += self.circle is None
        super().when(op)
        self.in_order -= self.circle is None

    def reduce(self, op: rt.ReduceOp, stack: Stack) -> Reg:
        """In a stretch, a stack of wide values is reduced before the samples run."""
        circle = self.circle
        if circle is None or not stack.wide:
            return super().reduce(op, stack)
        key = stack, op.kind, op.lanes, op.partials
        if key not in circle.reduced:
            inner, self.sink, self.wide = self.sink, circle.outer, True
            circle.reduced[key] = super().reduce(op, stack)
            self.sink, self.wide = inner, False
        return self._take(circle, circle.reduced[key])

    # --- slots without a circle ---------------------------------------------------------------------

    def _delayed(self, group: Group) -> None:
        """A slot that is read as it was before each sample: what is written to it, one sample late."""
        write = self.uses[group.slot].write
        assert write is not None
        slot, value = self.declarations.slot(group.slot, write), self.value(write.value, write)
        cursor, offset = self.place(slot, write)
        self._remember(group, self.emit_to(value.element, sized("late", value.element), (value, cursor), offset))

    def _sum(self, group: Group) -> None:
        """A slot to which each sample adds something that does not depend on it."""
        reads = [op.result for op in group.ops if isinstance(op, rt.ReadOp)]
        add = next(op for op in group.ops if isinstance(op, dsp.ScalarOp))
        write = next(op for op in group.ops if isinstance(op, rt.WriteOp))
        slot, element = self.declarations.slot(group.slot, write), add.row.element
        step = self.value(next(a for a in add.args if a not in reads), add)
        cursor, offset = self.place(slot, write)
        old = self.emit_to(element, BY_NAME[f"sum.{element}"], (step, cursor), offset)
        self._remember(group, old)
        if any(use.operation is not write for use in add.result.uses):
            self.env[add.result] = self.emit_to(element, BY_NAME[add.row.key], (old, step))

    def _remember(self, group: Group, old: Reg) -> None:
        self.old[group.slot] = old
        for op in group.ops:
            if isinstance(op, rt.ReadOp):
                self.env[op.result] = old

    # --- circles ----------------------------------------------------------------------------------

    def _in_circle(self, ops: Sequence[Operation], block: Block) -> None:
        """Writes a stretch: state lives in registers while the samples run."""
        outer = self.sink
        circle = self.circle = _Circle(set(ops), block, self.depth, len(self.bodies), outer)
        stretch = circle.stretch
        self.sink, self.wide = stretch.body, False
        self.begin_turn(None)
        old = self._give_old(circle)
        for op in ops:
            self.operation(op)
        self.finish_turn()
        self._keep_state(circle, block)
        self.old.update(old)
        self.sink, self.wide, self.circle = outer, True, None
        for instr in (*stretch.prologue, *stretch.body, *stretch.epilogue):
            instr.final = True
        self.emit(BY_NAME["run"], None, (), stretch)
        outer += [*stretch.prologue, *stretch.body]
        outer += [Instr(BY_NAME["next"], imm=stretch, final=True), *stretch.epilogue]
        outer.append(Instr(BY_NAME["end"], final=True))

    def _give_old(self, circle: _Circle) -> dict[str, Reg]:
        """The old values of the circle's slots that loops outside of it read."""
        given: dict[str, Reg] = {}
        for name, use in self.uses.items():
            if use.write is None or not circle.has(use.write) or all(circle.has(op) for _, _, op in use.reads):
                continue
            slot = self.declarations.slot(name, use.write)
            if loop_indexes(slot) > circle.depth:
                continue
            if self._is_in_register(circle, use):
                state = self._state(circle, slot)
                state.is_read = True
                old = state.reg
            else:
                element, (cursor, offset) = element_of(slot.type), self.place(slot, use.write)
                old = self.emit_to(element, sized("load", element), (cursor,), offset)
            given[name] = Reg(old.element, wide=True)
            self.emit(sized("give", old.element), given[name], (old,))
        return given

    def _keep_state(self, circle: _Circle, block: Block) -> None:
        stretch, states = circle.stretch, list(circle.states.values())
        kept = [s.value for s in states if s.value is not None]
        body = fuse_pairs([*circle.takes, *stretch.body], kept)
        stretch.prologue = fuse_pairs(stretch.prologue, [*kept, *(r for i in body for r in i.sources)])
        stretch.body = place_moves(body, states)
        first = block.first_op
        assert first is not None
        for state in states:
            element, (cursor, offset) = state.reg.element, self.place(state.slot, first)
            if state.is_read:
                stretch.prologue.insert(0, Instr(sized("load", element), state.reg, (cursor,), offset))
            if state.value is not None:
                stretch.epilogue.append(Instr(sized("store", element), None, (state.reg, cursor), offset))

    def _state(self, circle: _Circle, slot: rt.SlotOp) -> StateSlot:
        name = slot.sym_name.data
        if name not in circle.states:
            circle.states[name] = StateSlot(slot, Reg(element_of(slot.type)))
        return circle.states[name]
