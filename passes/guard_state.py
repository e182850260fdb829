"""What keeps state healthy: a tick's first part, shared by all that remembers (used by `expand-primitives`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from xdsl.dialects.builtin import IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Block, Region, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue, Pool
from dspc.dialects.kit import BLOCK, Value
from dspc.dialects.scalar import FLOATS
from dspc.dialects.types import element_of, rate_of, signal, vector, width_of


@dataclass(eq=False)
class Copies:
    """Turns of a loop around state: those of a bank, or the elements of an array."""

    count: int
    width: int = 1

    @property
    def turns(self) -> int:
        return -(-self.count // self.width)


@dataclass(eq=False)
class Component:
    """An outermost feedback, with everything that remembers in it: put back as a whole."""

    number: int
    loops: tuple[Copies, ...]


@dataclass(frozen=True)
class Remembered:
    """A slot or line of state, and where it lives. `recursive`: it feeds back on itself.

    `init` is a number, or the table that has one for each turn of the last loop.
    """

    name: str
    element: str
    init: float | str
    width: int
    loops: tuple[Copies, ...]
    component: Component | None
    voice: bool
    line: bool = False
    recursive: bool = False
    location: Any = None

    @property
    def may_blow_up(self) -> bool:
        """Whether it can stay infinite or NaN when its input is finite again."""
        return self.recursive and self.element in FLOATS


def emit_guard(block: Block, state: Sequence[Remembered], cells: dict[str, str], width: int) -> None:
    """Puts an `rt.tick` at the start of `block` that guards `state`; `cells` are those of the voices."""
    body = Block()
    first = block.first_op
    owner = block.parent_op()
    location = owner.location if owner is not None else None
    tick = rt.TickOp.create(regions=[Region(body)], location=location)
    if first is None:
        block.add_op(tick)
    else:
        block.insert_op_before(tick, first)
    kit = IRKit(InsertPoint.at_end(body), width, "control", location, Pool(body))
    again: Value | None = None
    if cells:
        marked, every = _read(kit, cells["tick"], "bool"), kit.wrap(
            kit.insert(rt.TickAllOp.create(result_types=(signal("bool", "control"),))).results[0])  # fmt: skip
        again = _read(kit, cells["reset"], "bool") & (marked | every)
        _guard_components(kit, state, again)
    else:
        _now_and_then(kit, lambda inner: _guard_components(inner, state, None))
    body.add_op(rt.YieldOp.create())


def _guard_components(kit: IRKit, state: Sequence[Remembered], again: Value | None) -> None:
    location = kit.location
    for component in dict.fromkeys(r.component for r in state):
        mine = [r for r in state if r.component is component]
        home = component.loops if component is not None else ()
        kit.location = mine[0].location if component is not None else location
        _guard_at(kit, mine, home, again, component is not None)


def _now_and_then(kit: IRKit, emit: Callable[[IRKit], None]) -> None:
    """A body at every `BLOCK`th sample of the stream."""
    due = cast(IRValue, (kit.frame & (BLOCK - 1)) == 0)
    body = Block()
    emit(IRKit(InsertPoint.at_end(body), kit.width, kit.rate, kit.location, Pool(body)))
    body.add_op(dsp.YieldOp.make(()))
    kit.insert(dsp.WhenOp.create(operands=(due.ssa,), regions=[Region(body)]))


def _guard_at(
    kit: IRKit, state: list[Remembered], home: tuple[Copies, ...], again: Value | None, check: bool
) -> None:
    """Guards the state of one component inside the loops around its feedback."""

    def inside(inner: IRKit, _: Value | None) -> None:
        bad = _unhealthy(inner, state, len(home)) if check else None
        reset = again if bad is None else bad if again is None else bad | again
        if reset is not None:
            _restore(inner, state, len(home), reset, check)

    in_loops(kit, home, inside)


Emit = Callable[[IRKit, Any], Value]
"""Writes the body of a loop, given the turn's number; returns the value that the loop yields, or None."""


def in_loops(kit: IRKit, loops: Sequence[Copies], emit: Emit, index: Value | None = None) -> None:
    """Writes a body inside loops; it gets the number of the innermost one's turn."""
    if not loops:
        emit(kit, index)
        return
    with_loop(kit, loops[0], lambda inner, turn: in_loops(inner, loops[1:], emit, turn))


def with_loop(kit: IRKit, like: Copies, emit: Emit) -> tuple[SSAValue, ...]:
    """A bank with such turns, whose body `emit` writes; what it returns is yielded."""
    width = like.width if like.width > 1 else kit.width
    body = Block(arg_types=(signal(vector("i32", like.width), "const"),))
    inner = IRKit(InsertPoint.at_end(body), width, kit.rate, kit.location, kit.pool)
    value = cast("IRValue | None", emit(inner, inner.wrap(body.args[0])))
    yielded = (value.ssa,) if value is not None else ()
    body.add_op(dsp.YieldOp.make(yielded))
    types = [signal(vector(element_of(y.type), width), rate_of(y.type), like.turns) for y in yielded]
    bank = kit.insert(dsp.BankOp.create(
        result_types=types, regions=[Region(body)],
        properties={"count": IntAttr(like.count), "width": IntAttr(like.width)}))  # fmt: skip
    return tuple(bank.results)


def initial(kit: IRKit, init: float | str, element: str, index: Value | None) -> Value:
    """What state is at first: a number, or a table's element."""
    if not isinstance(init, str):
        return kit.constant(init, element)
    return lookup(kit, init, element, index)


def lookup(kit: IRKit, table: str, element: str, index: Value) -> Value:
    """A table's element; the index is inside it."""
    at = cast(IRValue, index).ssa
    type_ = signal(vector(element, width_of(at.type)), kit.rate)
    op = rt.LookupOp.create(operands=(at,), result_types=(type_,), properties={"symbol": SymbolRefAttr(table)})
    return kit.wrap(kit.insert(op).results[0])


def _unhealthy(kit: IRKit, state: list[Remembered], depth: int) -> Value | None:
    """Whether a recursive float of the component is infinite or NaN."""
    bad: Value | None = None
    for slot in _here(state, depth):
        if slot.may_blow_up:
            kit.location = slot.location
            found = ~kit.finite(_read(kit, slot.name, slot.element))
            bad = found if bad is None else bad | found
    for loop, deeper in _deeper(state, depth).items():
        if not any(s.may_blow_up for s in deeper):
            continue
        (stack,) = with_loop(kit, loop, lambda inner, _, d=deeper: _unhealthy(inner, d, depth + 1))
        reduced = dsp.ReduceOp.create(
            operands=(stack,), result_types=(kit.type("bool", "control"),),
            properties={"kind": StringAttr("or"), "count": IntAttr(loop.count)})  # fmt: skip
        found = kit.wrap(kit.insert(reduced).results[0])
        bad = found if bad is None else bad | found
    return bad


def _restore(
    kit: IRKit, state: list[Remembered], depth: int, reset: Value, recursive: bool, index: Value | None = None
) -> None:
    """Puts state back where `reset` holds; recursive floats are snapped elsewhere."""
    for slot in _here(state, depth):
        kit.location = slot.location
        condition = kit.spread(cast(IRValue, reset).ssa, slot.width)
        if slot.line:
            kit.insert(rt.LineClearOp.create(operands=(condition,), properties={
                "symbol": SymbolRefAttr(slot.name), "rate": StringAttr("control")}))  # fmt: skip
            continue
        old = _read(kit, slot.name, slot.element)
        kept = kit.snap(old) if recursive and slot.element in FLOATS else old
        new = cast(IRValue, kit.select(kit.wrap(condition), initial(kit, slot.init, slot.element, index), kept))
        kit.insert(rt.WriteOp.make(slot.name, new.ssa, "control"))
    for loop, deeper in _deeper(state, depth).items():
        with_loop(kit, loop, lambda inner, turn, d=deeper: _restore(inner, d, depth + 1, reset, recursive, turn))


def _here(state: list[Remembered], depth: int) -> list[Remembered]:
    return [s for s in state if len(s.loops) == depth]


def _deeper(state: list[Remembered], depth: int) -> dict[Copies, list[Remembered]]:
    found: dict[Copies, list[Remembered]] = {}
    for s in state:
        if len(s.loops) > depth:
            found.setdefault(s.loops[depth], []).append(s)
    return found


def _read(kit: IRKit, name: str, element: str) -> Value:
    type_ = signal(vector(element, kit.width), "control")
    return kit.wrap(kit.insert(rt.ReadOp.make(name, type_)).results[0])
