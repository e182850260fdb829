"""Operations with a body, and memories, in terms of slots (used by `expand-primitives`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from xdsl.dialects.builtin import IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue
from dspc.dialects.kit import Value
from dspc.dialects.scalar import FLOATS
from dspc.dialects.syntax import replace as replace_op
from dspc.dialects.types import SignalType, element_of, lanes_of, signal, vector, width_of, with_rate
from dspc.dialects.working_memory import size_of
from dspc.passes.bodies import open_body
from dspc.passes.guard_state import Copies, initial, with_loop
from dspc.passes.surroundings import Where

if TYPE_CHECKING:
    from dspc.passes.expand_primitives import Expansion

OLDEST = 2**30
"""Steps since a restart are counted so far; no delay line is longer."""


def _kit(at: InsertPoint, where: Where, op: Operation) -> IRKit:
    return IRKit(at, where.width, where.rate, op.location)


def _ssa(value: Value) -> SSAValue:
    return cast(IRValue, value).ssa


def _chosen(kit: IRKit, mask: SSAValue | None, new: SSAValue, old: Callable[[], Value]) -> SSAValue:
    """The new value, in the lanes in which state moves on."""
    return new if mask is None else _ssa(kit.select(kit.wrap(mask), kit.wrap(new), old()))


def _has_lines(op: Operation) -> bool:
    return any(
        slot.role == "line" for inner in op.walk() if isinstance(inner, dsp.SampleOp) for slot in inner.slots().values()
    )


def _spread_yields(op: dsp.BodyOp, where: Where) -> None:
    last = op.block.last_op
    assert last is not None
    kit = _kit(InsertPoint.before(last), where, op)
    for i, value in enumerate(last.operands):
        last.operands[i] = kit.spread(value, where.width)


# --- feedback -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _State:
    """A state of a feedback: its slot, and for an array the number of its elements."""

    slot: str
    element: str
    init: float | str
    count: int

    def read(self, kit: IRKit, where: Where) -> SSAValue:
        def one(inner: IRKit, index: Value | None) -> Value:
            old = inner.wrap(inner.insert(rt.ReadOp.make(self.slot, inner.type(self.element, inner.rate))).results[0])
            if where.again is None:
                return old
            return inner.select(inner.wrap(where.again), initial(inner, self.init, self.element, index), old)

        if not self.count:
            return _ssa(one(kit, None))
        return with_loop(kit, Copies(self.count), one)[0]

    def write(self, kit: IRKit, where: Where, old: SSAValue, new: SSAValue) -> None:
        def one(inner: IRKit, index: Value | None) -> Value | None:
            value = inner.spread(_element(inner, new, index), inner.width)
            chosen = _chosen(inner, where.active, value, lambda: inner.wrap(_element(inner, old, index)))
            inner.insert(rt.WriteOp.make(self.slot, chosen, inner.rate))
            return None

        if not self.count:
            one(kit, None)
        else:
            with_loop(kit, Copies(self.count), one)


def _element(kit: IRKit, value: SSAValue, index: Value | None) -> SSAValue:
    """A value, or the element of an array."""
    if index is None:
        return value
    assert isinstance(value.type, SignalType)
    type_ = signal(value.type.element, value.type.rate.data)
    op = dsp.PickOp.create(operands=(value, _ssa(index)), result_types=(type_,))
    return kit.insert(op).results[0]


def _init_of(attr: Attribute) -> float | str:
    return attr.string_value() if isinstance(attr, SymbolRefAttr) else dsp.number_of(attr)


def _feedback(e: Expansion, op: dsp.FeedbackOp, where: Where) -> None:
    e.location = op.location
    inside = replace(where, component=where.component or e.component(where))
    kit = _kit(InsertPoint.before(op), where, op)
    states: list[_State] = []
    olds: list[SSAValue] = []
    for arg, attr in zip(op.block.args, op.initial.data, strict=True):
        count, element, init = lanes_of(arg.type), element_of(arg.type), _init_of(attr)
        place = replace(inside, loops=(*inside.loops, Copies(count))) if count else inside
        state = _State(e.declare("state", element, init, place, recursive=True), element, init, count)
        states.append(state)
        olds.append(state.read(kit, where))
        arg.replace_all_uses_with(olds[-1])
    terminator, first = open_body(op)
    e.range(first, op, inside)
    # Only now: expanding the body has replaced what it yields.
    yielded = [v if lanes_of(v.type) else kit.spread(v, where.width) for v in terminator.operands]
    for state, old, value in zip(states, olds, yielded, strict=False):
        state.write(kit, where, old, value)
    replace_op(op, yielded)
    terminator.erase()


# --- bodies that depend on a condition --------------------------------------------------------------


def _when(e: Expansion, op: dsp.WhenOp, where: Where) -> None:
    """The body stays; with lanes it runs if one of them is active, and writes in those that are."""
    e.location = op.location
    before = _kit(InsertPoint.before(op), where, op)
    active = before.spread(op.condition, where.width)
    if where.active is not None:
        active = _ssa(before.wrap(active) & before.wrap(where.active))
    op.operands[0] = active
    mask = active if where.width > 1 else None
    inside = replace(where, active=mask)
    first, last = op.block.first_op, op.block.last_op
    assert first is not None and last is not None
    if _has_lines(op):
        inside = _with_clock(e, op, where, inside, first, last)
    e.range(op.block.first_op, last, inside)
    _spread_yields(op, where)
    if mask is not None:
        _zero_elsewhere(op, where, mask)


def _with_clock(
    e: Expansion, op: dsp.WhenOp, where: Where, inside: Where, first: Operation, last: Operation
) -> Where:
    """Lines count the samples at which the body runs."""
    slot = e.declare("clock", "u32", 0, where)
    kit = _kit(InsertPoint.before(first), where, op)
    now: Value = kit.wrap(kit.insert(rt.ReadOp.make(slot, kit.type("u32", where.rate))).results[0])
    if where.again is not None:
        now = kit.select(kit.wrap(where.again), 0, now)
    chosen = _chosen(kit, inside.active, kit.spread(_ssa(now + 1), where.width), lambda: now)
    kit.insert(rt.WriteOp.make(slot, chosen, where.rate))
    return replace(inside, position=_ssa(now), turns=1)


def _zero_elsewhere(op: dsp.WhenOp, where: Where, active: SSAValue) -> None:
    for result in op.results:
        uses = list(result.uses)
        kit = _kit(InsertPoint.after(op), where, op)
        chosen = _ssa(kit.select(kit.wrap(active), kit.wrap(result), 0))
        for use in uses:
            use.operation.operands[use.index] = chosen


def _restart(e: Expansion, op: dsp.RestartOp, where: Where) -> None:
    e.location = op.location
    kit = _kit(InsertPoint.before(op), where, op)
    again = kit.spread(op.condition, where.width)
    if where.again is not None:
        again = _ssa(kit.wrap(again) | kit.wrap(where.again))
    inside = replace(where, again=again)
    if _has_lines(op):
        slot = e.declare("age", "i32", 0, where)
        old = kit.wrap(kit.insert(rt.ReadOp.make(slot, kit.type("i32", where.rate))).results[0])
        age = kit.select(kit.wrap(again), 0, old)
        chosen = _chosen(kit, where.active, _ssa(kit.min(age + 1, OLDEST)), lambda: old)
        kit.insert(rt.WriteOp.make(slot, chosen, where.rate))
        inside = replace(inside, ages=(*where.ages, _ssa(age)))
    terminator, first = open_body(op)
    e.range(first, op, inside)
    replace_op(op, [kit.spread(v, where.width) for v in terminator.operands])
    terminator.erase()


def _repeat(e: Expansion, op: dsp.RepeatOp, where: Where) -> None:
    """The body stays; its lines count turns."""
    e.location = op.location
    first, last, count = op.block.first_op, op.block.last_op, op.count.data
    assert first is not None and last is not None
    inside = replace(where, turns=where.turns * count)
    if _has_lines(op):
        kit = IRKit(InsertPoint.before(first), where.width, where.rate, op.location, e.pool)
        outer: Value = kit.frame if where.position is None else kit.wrap(where.position)
        turn = kit.convert(kit.wrap(op.block.args[0]), "u32")
        inside = replace(inside, position=_ssa(outer * count + turn))
    e.range(op.block.first_op, last, inside)
    _spread_yields(op, where)


# --- memories ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Memory:
    """The slot that is a memory, how many elements it has, and their lanes."""

    slot: str
    count: int
    element: str
    width: int = 1


def _memory(e: Expansion, op: dsp.MemoryOp, where: Where) -> None:
    e.location = op.location
    count, element, init = size_of(op.result), element_of(op.result.type), _init_of(op.initial)
    place = replace(where, loops=(*where.loops, Copies(count)))
    memory = Memory(e.declare("memory", element, init, place), count, element, where.width)
    e.memories[op.result] = memory
    e.dissolved.insert(0, op)
    if where.again is not None:
        _fill_again(_kit(InsertPoint.before(op), where, op), memory, init, where.again)


def _fill_again(kit: IRKit, memory: Memory, init: float | str, again: SSAValue) -> None:
    """Puts a memory back at samples at which it restarts."""

    def one(inner: IRKit, index: Value) -> None:
        at, first = _ssa(index), initial(inner, init, memory.element, index)
        new = inner.spread(_ssa(first), inner.width)
        mask = again if inner.width > 1 else None
        old = inner.type(memory.element, inner.rate)
        inner.insert(_store(memory, at, _chosen(inner, mask, new, lambda: _load(inner, memory, at, old)), inner.rate))

    body = Block()
    with_loop(IRKit(InsertPoint.at_end(body), kit.width, kit.rate, kit.location), Copies(memory.count), one)
    body.add_op(dsp.YieldOp.make(()))
    kit.insert(dsp.WhenOp.create(operands=(again,), regions=[Region(body)]))


def _load(kit: IRKit, memory: Memory, index: SSAValue, type_: Attribute) -> Value:
    op = rt.LoadOp.create(operands=(index,), result_types=(type_,), properties={"symbol": SymbolRefAttr(memory.slot)})
    return kit.wrap(kit.insert(op).results[0])


def _store(memory: Memory, index: SSAValue, value: SSAValue, rate: str) -> Operation:
    properties: dict[str, Attribute] = {"symbol": SymbolRefAttr(memory.slot), "rate": StringAttr(rate)}
    return rt.StoreOp.create(operands=(index, value), properties=properties)


def _load_op(e: Expansion, op: dsp.LoadOp, where: Where) -> None:
    memory = e.memories[op.memory]
    kit = _kit(InsertPoint.before(op), where, op)
    index = _ssa(kit.clamp(kit.wrap(op.index), 0, memory.count - 1))
    lanes = max(memory.width, width_of(index.type))
    type_ = signal(vector(memory.element, lanes), where.rate)
    replace_op(op, [kit.spread(_ssa(_load(kit, memory, index, type_)), width_of(op.result.type))])


def _store_op(e: Expansion, op: dsp.StoreOp, where: Where) -> None:
    memory = e.memories[op.memory]
    kit = _kit(InsertPoint.before(op), where, op)
    index = kit.spread(_ssa(kit.clamp(kit.wrap(op.index), 0, memory.count - 1)), where.width)
    value: Value = kit.wrap(op.value)
    if memory.element in FLOATS:
        value = kit.settle(value)
    old = kit.type(memory.element, where.rate)
    new = _chosen(kit, where.active, kit.spread(_ssa(value), where.width), lambda: _load(kit, memory, index, old))
    kit.insert(_store(memory, index, new, where.rate))
    op.detach()
    op.erase()


def _table_init(e: Expansion, op: dsp.TableInitOp, where: Where) -> None:
    """A repeat at prepare, each of whose turns stores an element."""
    e.location = op.location
    count, element = op.count.data, element_of(op.memory.type)
    early = Where(rate="init")
    memory = Memory(e.declare("memory", element, 0, replace(early, loops=(Copies(count),))), count, element)
    e.memories[op.memory] = memory
    e.dissolved.insert(0, op)
    body = Block(arg_types=(signal("i32", "init"),))
    terminator = op.block.last_op
    assert terminator is not None
    terminator.detach()
    _move_early(list(op.block.ops), body)
    kit = _kit(InsertPoint.at_start(body), early, op)
    turn = body.args[0]
    inside = replace(early, position=_ssa(kit.convert(kit.wrap(turn), "u32")), turns=TICKS)
    e.range(body.first_op, None, inside)
    body.add_op(_store(memory, turn, terminator.operands[0], "init"))
    terminator.erase()
    body.add_op(dsp.YieldOp.make(()))
    repeat = dsp.RepeatOp.create(regions=[Region(body)], properties={"count": IntAttr(count)})
    assert op.parent is not None
    op.parent.insert_op_before(repeat, op)


TICKS = 2**20
"""Turns in a sample, of what runs at prepare: no delay line of it is longer than a block."""


def _move_early(ops: Sequence[Operation], to: Block) -> None:
    """Moves operations to where they run once per prepare."""
    for op in ops:
        op.detach()
        to.add_op(op)
        for inner in op.walk():
            for value in (*inner.results, *(a for r in inner.regions for a in r.block.args)):
                if isinstance(value.type, SignalType) and value.type.rate.data in ("control", "audio"):
                    value._type = with_rate(value.type, "init")  # type: ignore[attr-defined]


EXPAND: dict[type[Operation], Callable[[Expansion, Any, Where], None]] = {
    dsp.FeedbackOp: _feedback, dsp.WhenOp: _when, dsp.RestartOp: _restart, dsp.RepeatOp: _repeat,
    dsp.MemoryOp: _memory, dsp.TableInitOp: _table_init, dsp.LoadOp: _load_op, dsp.StoreOp: _store_op,
}  # fmt: skip
"""What becomes of operations with a body, and of memories."""
