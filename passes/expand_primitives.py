"""expand-primitives: primitives become scalar operations on slots, by tracing their `step`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from typing import Any, cast

from xdsl.dialects.builtin import (
    ArrayAttr,
    FloatAttr,
    IntAttr,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    UnitAttr,
    f64,
)
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue, Pool
from dspc.dialects.kit import Value, as_tuple
from dspc.dialects.syntax import replace
from dspc.dialects.types import ELEMENT_TYPES, element_of, rate_of, signal, vector, width_of
from dspc.passes.base import DspPass
from dspc.passes.bodies import dissolve
from dspc.passes.expand_bodies import EXPAND, Memory
from dspc.passes.guard_state import Component, Copies, Remembered, emit_guard, in_loops, lookup
from dspc.passes.slot_access import State
from dspc.passes.surroundings import Where

ENGINE_ROLES = ("param", "voice", "controller", "transport", "meter", "bus")
"""Roles of cells that the engine writes or reads."""


@dataclass(frozen=True)
class ExpandPrimitives(DspPass):
    """Dissolves primitives, feedbacks and scopes; declares what they remember as slots and lines.

    State in the voices is put back when the engine asks for it; a feedback whose state is no longer finite is
    put back as a whole; recursive floats that are almost 0 become 0: all at ticks (`rt.tick`, first in the body).
    """

    name = "expand-primitives"
    kind = "lowering"
    level_after = "expanded"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if isinstance(program, dsp.ProgramOp):
            Expansion(program).run()


@dataclass
class Expansion:
    """A program being expanded: what has been declared, and what remembers."""

    program: dsp.ProgramOp
    names: set[str] = field(default_factory=set[str])
    declared: list[Operation] = field(default_factory=list[Operation])
    shared: dict[str, str] = field(default_factory=dict[str, str])
    remembered: list[Remembered] = field(default_factory=list[Remembered])
    mask: SSAValue | None = None
    note_event: SSAValue | None = None
    components: int = 0
    pool: Pool | None = None
    location: Any = None
    memories: dict[SSAValue, Memory] = field(default_factory=dict[SSAValue, Memory])
    dissolved: list[Operation] = field(default_factory=list[Operation])

    def run(self) -> None:
        block = self.program.body.block
        params = [op.described for op in block.walk() if isinstance(op, dsp.ParamOp)]
        self.program.properties["params"] = ArrayAttr(params)
        self.pool = Pool(block)
        self.body(block, Where())
        self._guard(block, voice=False)
        for op in self.dissolved:
            op.detach()
            op.erase()
        first = block.first_op
        assert first is not None
        block.insert_ops_before(self.declared, first)

    # walking

    def body(self, block: Block, where: Where) -> None:
        """Expands a whole block."""
        self.range(block.first_op, None, where)

    def range(self, first: Operation | None, end: Operation | None, where: Where) -> None:
        """Expands the operations from `first` up to `end`, or to the end of the block."""
        op = first
        while op is not None and op is not end:
            following = op.next_op
            if isinstance(op, dsp.ScopeOp):
                following = dissolve(op) or following
            elif type(op) in EXPAND:
                EXPAND[type(op)](self, op, where)
            elif isinstance(op, dsp.BankOp):
                width = op.width.data if op.width.data > 1 else where.width
                loops = (*where.loops, Copies(op.count.data, op.width.data))
                self.body(op.block, replace_fields(where, width=width, loops=loops))
            elif isinstance(op, dsp.VoicesOp):
                self._voices(op)
            elif isinstance(op, dsp.SampleOp):
                self._primitive(op, where)
            op = following

    def _voices(self, op: dsp.VoicesOp) -> None:
        self.location = op.location
        where = Where(True, op.groups, op.width.data)
        outer, self.pool = self.pool, Pool(op.block)
        kit = IRKit(InsertPoint.at_start(op.block), where.width, "control", op.location)
        tick = kit.wrap(kit.insert(rt.ReadOp.create(
            result_types=(kit.type("bool", "control"),),
            properties={"symbol": SymbolRefAttr(self._cell("voice", "tick", "bool", where))})).results[0])  # fmt: skip
        every = kit.wrap(kit.insert(rt.TickAllOp.create(result_types=(signal("bool", "control"),))).results[0])
        mask = cast(IRValue, kit.apply("or", (tick, every)))
        self.mask, self.note_event = mask.ssa, tick.ssa
        self.body(op.block, where)
        self.location = op.location
        self._guard(op.block, voice=True)
        last = op.block.last_op
        assert last is not None
        kit = IRKit(InsertPoint.before(last), where.width, "control", op.location)
        for field_ in ("tick", "reset"):
            false = cast(IRValue, kit.constant(False, "bool"))
            kit.insert(rt.WriteOp.make(self._cell("voice", field_, "bool", where), false.ssa, "control"))
        self.mask, self.note_event, self.pool = None, None, outer

    def component(self, where: Where) -> Component:
        """A new unit of what is put back together."""
        self.components += 1
        return Component(self.components - 1, where.loops)

    # primitives

    def _primitive(self, op: dsp.SampleOp, where: Where) -> None:
        if isinstance(op, dsp.LookupOp):
            self._lookup(op, where)
            return
        self.location = op.location
        ticks = type(op).tick is not dsp.SampleOp.tick
        if ticks or rate_of(op.results[0].type) == "control":
            where = where.outside()
        if op.recursive and where.component is None:
            where = replace_fields(where, component=self.component(where))
        names = {n: self._slot_of(op, n, slot, where) for n, slot in op.slots().items()}
        rate = rate_of(op.results[0].type)
        if ticks:
            kit = IRKit(InsertPoint.before(op), where.width, "control", op.location, self.pool)
            kit.note_event = kit.wrap(self.note_event) if self.note_event is not None else None
            state = State(self, op, kit, names, where, "control")
            op.tick(kit, state, *(kit.wrap(o) for o in _tick_operands(op)))
            state.finish()
        kit = IRKit(InsertPoint.before(op), where.width, rate, op.location, self.pool)
        state = State(self, op, kit, names, where, rate)
        made = op.step(kit, state, *(kit.wrap(o) for o in op.operands))
        state.finish()
        results = zip(as_tuple(made), op.results, strict=True)
        replace(op, [self._as_result(kit, cast(IRValue, v), r) for v, r in results])

    def _as_result(self, kit: IRKit, value: IRValue, result: SSAValue) -> SSAValue:
        return kit.spread(value.ssa, width_of(result.type))

    def _lookup(self, op: dsp.LookupOp, where: Where) -> None:
        kit = IRKit(InsertPoint.before(op), where.width, where.rate, op.location, self.pool)
        index = cast(IRValue, kit.clamp(kit.wrap(op.index), 0, op.size.data - 1))
        new = kit.insert(rt.LookupOp.create(
            operands=(index.ssa,), result_types=(op.result.type,), properties={"symbol": op.symbol}))  # fmt: skip
        replace(op, new.results)

    # declarations

    def _slot_of(self, op: dsp.SampleOp, name: str, slot: dsp.Slot, where: Where) -> str:
        element = element_of(op.results[0].type) if slot.element == "result" else slot.element
        if slot.role == "line":
            return self._line(slot, element, where)
        if slot.role in ENGINE_ROLES:
            return self._cell(slot.role, slot.field, element, where, slot.init)
        label = f"{op.name.rpartition('.')[2]}_{name}"
        return self.declare(label, element, slot.init, where, role=slot.role, field_=slot.field, recursive=op.recursive)

    def _cell(self, role: str, field_: str, element: str, where: Where, init: float = 0.0) -> str:
        """A cell of the engine's: one, however often it is used."""
        key = f"{role}_{field_}".replace(".", "_")
        if key not in self.shared:
            voice = role == "voice"
            place = Where(voice, where.groups, where.width) if voice else Where()
            self.shared[key] = self.declare(key, element, init, place, role=role, field_=field_)
        return self.shared[key]

    def declare(
        self, label: str, element: str, init: float | str, where: Where, *, role: str = "state", field_: str = "",
        recursive: bool = False,
    ) -> str:  # fmt: skip
        """A slot for each copy of a place; `init` is a number, or a table with one for each turn of the last loop."""
        name = self._unique(label)
        type_ = vector(element, where.width)
        number = 0 if isinstance(init, str) else init
        op = rt.SlotOp.create(properties=self._placed({
            "sym_name": StringAttr(name), "type": type_, "init": dsp.number_attr(number, ELEMENT_TYPES[element]),
            "dims": ArrayAttr([IntAttr(d) for d in where.dims]), "role": StringAttr(role),
            "field": StringAttr(field_)}, where), location=self.location)  # fmt: skip
        self.declared.append(op)
        if role == "state" and where.rate != "init":  # what runs once is not looked after
            self.remembered.append(Remembered(name, element, init, where.width, where.loops, where.component,
                                              where.voice, recursive=recursive, location=self.location))  # fmt: skip
        if isinstance(init, str) and not where.voice:  # voices begin with a reset
            self._fill(name, init, element, where)
        return name

    def _fill(self, name: str, table: str, element: str, where: Where) -> None:
        """Copies a table into a slot, once per prepare."""
        last = self.program.body.block.last_op
        assert last is not None
        kit = IRKit(InsertPoint.before(last), where.width, "init", self.location)

        def fill(inner: IRKit, index: Value | None) -> Value | None:
            ssa = inner.spread(cast(IRValue, lookup(inner, table, element, index)).ssa, inner.width)
            inner.insert(rt.WriteOp.make(name, ssa, "init"))
            return None

        in_loops(kit, where.loops, fill)

    def _line(self, slot: dsp.Slot, element: str, where: Where) -> str:
        name = self._unique("line")
        self.declared.append(rt.LineOp.create(properties=self._placed({
            "sym_name": StringAttr(name), "type": vector(element, where.width),
            "dims": ArrayAttr([IntAttr(d) for d in where.dims]), "max_samples": IntAttr(slot.max_samples),
            "max_seconds": FloatAttr(slot.max_seconds, f64),
            "min_samples": IntAttr(max(1, slot.min_samples // where.turns))}, where),
            location=self.location))  # fmt: skip
        self.remembered.append(Remembered(name, element, 0.0, where.width, where.loops, where.component,
                                          where.voice, line=True, location=self.location))  # fmt: skip
        return name

    def _placed(self, properties: dict[str, Attribute], where: Where) -> dict[str, Attribute]:
        if where.voice:
            properties["voice"] = UnitAttr()
        if where.component is not None:
            properties["component"] = IntAttr(where.component.number)
        return properties

    def _unique(self, label: str) -> str:
        name, n = f"{label}_0", 0
        while name in self.names:
            n += 1
            name = f"{label}_{n}"
        self.names.add(name)
        return name

    def _guard(self, block: Block, *, voice: bool) -> None:
        mine = [r for r in self.remembered if r.voice == voice and (voice or r.component is not None)]
        if not mine:
            return
        parent = block.parent_op()
        if isinstance(parent, dsp.VoicesOp):
            width = parent.width.data
            where = Where(True, parent.groups, width)
            cells = {f: self._cell("voice", f, "bool", where) for f in ("tick", "reset")}
            emit_guard(block, mine, cells, width)
        else:
            emit_guard(block, mine, {}, 1)


def _tick_operands(op: dsp.SampleOp) -> Sequence[SSAValue]:
    """What `tick` may read: only a conversion's operand is known at ticks."""
    return op.operands if isinstance(op, dsp.ControlOp) else ()
