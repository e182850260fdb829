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
from dspc.dialects.types import ELEMENT_TYPES, element_of, is_float, rate_of, signal, vector, width_of
from dspc.passes.base import DspPass
from dspc.passes.bodies import dissolve, open_body
from dspc.passes.guard_state import Component, Remembered, emit_guard


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
            _Expansion(program).run()


@dataclass
class _Where:
    """The surroundings of an operation: voices, loops, lanes, and the outermost feedback."""

    voice: bool = False
    groups: int = 0
    width: int = 1
    loops: tuple[dsp.BankOp, ...] = ()
    component: Component | None = None

    @property
    def dims(self) -> tuple[int, ...]:
        turns = tuple(b.turns for b in self.loops)
        return (self.groups, *turns) if self.voice else turns


@dataclass
class _Expansion:
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

    def run(self) -> None:
        block = self.program.body.block
        params = [op.described for op in block.walk() if isinstance(op, dsp.ParamOp)]
        self.program.properties["params"] = ArrayAttr(params)
        self.pool = Pool(block)
        self._body(block, _Where())
        self._guard(block, voice=False)
        first = block.first_op
        assert first is not None
        block.insert_ops_before(self.declared, first)

    # walking

    def _body(self, block: Block, where: _Where) -> None:
        self._range(block.first_op, None, where)

    def _range(self, first: Operation | None, end: Operation | None, where: _Where) -> None:
        """Expands the operations from `first` up to `end`, or to the end of the block."""
        op = first
        while op is not None and op is not end:
            following = op.next_op
            if isinstance(op, dsp.ScopeOp):
                following = dissolve(op) or following
            elif isinstance(op, dsp.FeedbackOp):
                self._dissolve_feedback(op, where)
            elif isinstance(op, dsp.BankOp):
                width = op.width.data if op.width.data > 1 else where.width
                self._body(op.block, replace_fields(where, width=width, loops=(*where.loops, op)))
            elif isinstance(op, dsp.VoicesOp):
                self._voices(op)
            elif isinstance(op, dsp.SampleOp):
                self._primitive(op, where)
            op = following

    def _voices(self, op: dsp.VoicesOp) -> None:
        self.location = op.location
        where = _Where(True, op.groups, op.width.data)
        outer, self.pool = self.pool, Pool(op.block)
        kit = IRKit(InsertPoint.at_start(op.block), where.width, "control", op.location)
        tick = kit.wrap(kit.insert(rt.ReadOp.create(
            result_types=(kit.type("bool", "control"),),
            properties={"symbol": SymbolRefAttr(self._cell("voice", "tick", "bool", where))})).results[0])  # fmt: skip
        every = kit.wrap(kit.insert(rt.TickAllOp.create(result_types=(signal("bool", "control"),))).results[0])
        mask = cast(IRValue, kit.apply("or", (tick, every)))
        self.mask, self.note_event = mask.ssa, tick.ssa
        self._body(op.block, where)
        self.location = op.location
        self._guard(op.block, voice=True)
        last = op.block.last_op
        assert last is not None
        kit = IRKit(InsertPoint.before(last), where.width, "control", op.location)
        for field_ in ("tick", "reset"):
            false = cast(IRValue, kit.constant(False, "bool"))
            kit.insert(rt.WriteOp.make(self._cell("voice", field_, "bool", where), false.ssa, "control"))
        self.mask, self.note_event, self.pool = None, None, outer

    def _dissolve_feedback(self, op: dsp.FeedbackOp, where: _Where) -> None:
        self.location = op.location
        inside = replace_fields(where, component=where.component or self._component(where))
        kit = IRKit(InsertPoint.before(op), where.width, "audio", op.location)
        slots: list[str] = []
        for arg, initial in zip(op.block.args, op.initial.data, strict=True):
            element = element_of(arg.type)
            name = self._declare("state", element, dsp.number_of(initial), "state", "", inside, recursive=True)
            read = kit.insert(rt.ReadOp.make(name, kit.type(element, "audio")))
            arg.replace_all_uses_with(read.results[0])
            slots.append(name)
        terminator, first = open_body(op)
        self._range(first, op, inside)
        # Only now: expanding the body has replaced what it yields.
        yielded = [kit.spread(v, where.width) for v in terminator.operands]
        for name, value in zip(slots, yielded, strict=False):
            kit.insert(rt.WriteOp.make(name, value, "audio"))
        replace(op, yielded)
        terminator.erase()

    def _component(self, where: _Where) -> Component:
        """A new unit of what is put back together."""
        self.components += 1
        return Component(self.components - 1, where.loops)

    # primitives

    def _primitive(self, op: dsp.SampleOp, where: _Where) -> None:
        if isinstance(op, dsp.LookupOp):
            self._lookup(op, where)
            return
        self.location = op.location
        if op.recursive and where.component is None:
            where = replace_fields(where, component=self._component(where))
        names = {n: self._slot_of(op, n, slot, where) for n, slot in op.slots().items()}
        rate = rate_of(op.results[0].type)
        if type(op).tick is not dsp.SampleOp.tick:
            kit = IRKit(InsertPoint.before(op), where.width, "control", op.location, self.pool)
            kit.note_event = kit.wrap(self.note_event) if self.note_event is not None else None
            state = _State(self, op, kit, names, where, "control")
            op.tick(kit, state, *(kit.wrap(o) for o in _tick_operands(op)))
            state.finish()
        kit = IRKit(InsertPoint.before(op), where.width, rate, op.location, self.pool)
        if rate == "control" and self.note_event is not None:
            kit.note_event = kit.wrap(self.note_event)
        state = _State(self, op, kit, names, where, rate)
        made = op.step(kit, state, *(kit.wrap(o) for o in op.operands))
        state.finish()
        results = zip(as_tuple(made), op.results, strict=True)
        replace(op, [self._as_result(kit, cast(IRValue, v), r) for v, r in results])

    def _as_result(self, kit: IRKit, value: IRValue, result: SSAValue) -> SSAValue:
        return kit.spread(value.ssa, width_of(result.type))

    def _lookup(self, op: dsp.LookupOp, where: _Where) -> None:
        kit = IRKit(InsertPoint.before(op), where.width, "audio", op.location, self.pool)
        index = cast(IRValue, kit.clamp(kit.wrap(op.index), 0, op.size.data - 1))
        new = kit.insert(rt.LookupOp.create(
            operands=(index.ssa,), result_types=(op.result.type,), properties={"symbol": op.symbol}))  # fmt: skip
        replace(op, new.results)

    # declarations

    def _slot_of(self, op: dsp.SampleOp, name: str, slot: dsp.Slot, where: _Where) -> str:
        element = element_of(op.results[0].type) if slot.element == "result" else slot.element
        if slot.role == "line":
            return self._line(slot, element, where)
        if slot.role in ("param", "voice", "controller"):
            return self._cell(slot.role, slot.field, element, where, slot.init)
        label = f"{op.name.rpartition('.')[2]}_{name}"
        return self._declare(label, element, slot.init, slot.role, slot.field, where, recursive=op.recursive)

    def _cell(self, role: str, field_: str, element: str, where: _Where, init: float = 0.0) -> str:
        """A cell of the engine's: one, however often it is used."""
        key = f"{role}_{field_}".replace(".", "_")
        if key not in self.shared:
            voice = role == "voice"
            place = _Where(voice, where.groups, where.width) if voice else _Where()
            self.shared[key] = self._declare(key, element, init, role, field_, place)
        return self.shared[key]

    def _declare(
        self, label: str, element: str, init: float, role: str, field_: str, where: _Where, *, recursive: bool = False
    ) -> str:
        name = self._unique(label)
        type_ = vector(element, where.width)
        op = rt.SlotOp.create(properties=self._placed({
            "sym_name": StringAttr(name), "type": type_, "init": dsp.number_attr(init, ELEMENT_TYPES[element]),
            "dims": ArrayAttr([IntAttr(d) for d in where.dims]), "role": StringAttr(role),
            "field": StringAttr(field_)}, where), location=self.location)  # fmt: skip
        self.declared.append(op)
        if role == "state":
            self.remembered.append(Remembered(name, element, init, where.width, where.loops, where.component,
                                              where.voice, recursive=recursive, location=self.location))  # fmt: skip
        return name

    def _line(self, slot: dsp.Slot, element: str, where: _Where) -> str:
        name = self._unique("line")
        self.declared.append(rt.LineOp.create(properties=self._placed({
            "sym_name": StringAttr(name), "type": vector(element, where.width),
            "dims": ArrayAttr([IntAttr(d) for d in where.dims]), "max_samples": IntAttr(slot.max_samples),
            "max_seconds": FloatAttr(slot.max_seconds, f64), "min_samples": IntAttr(slot.min_samples)}, where),
            location=self.location))  # fmt: skip
        self.remembered.append(Remembered(name, element, 0.0, where.width, where.loops, where.component,
                                          where.voice, line=True, location=self.location))  # fmt: skip
        return name

    def _placed(self, properties: dict[str, Attribute], where: _Where) -> dict[str, Attribute]:
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
            where = _Where(True, parent.groups, width)
            cells = {f: self._cell("voice", f, "bool", where) for f in ("tick", "reset")}
            emit_guard(block, mine, cells, width)
        else:
            emit_guard(block, mine, {}, 1)


def _tick_operands(op: dsp.SampleOp) -> Sequence[SSAValue]:
    """What `tick` may read: only a conversion's operand is known at ticks."""
    return op.operands if isinstance(op, dsp.ControlOp) else ()


class _State:
    """The slots of one primitive while its `tick` or `step` is traced."""

    def __init__(
        self, expansion: _Expansion, op: dsp.SampleOp, kit: IRKit, names: dict[str, str], where: _Where, rate: str
    ):
        self.__dict__.update(_e=expansion, _op=op, _kit=kit, _names=names, _where=where, _rate=rate,
                             _reads={}, _writes={})  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        slot = self._op.slots()[name]
        element = element_of(self._op.results[0].type) if slot.element == "result" else slot.element
        if slot.role == "line":
            return _Line(self._kit, self._names[name], element, self._rate)
        if name not in self._reads:
            wide = slot.role == "state" or slot.role == "voice"
            type_ = self._kit.type(element, self._rate) if wide else signal(element, self._rate)
            op = self._kit.insert(rt.ReadOp.make(self._names[name], type_, self._op.location))
            self._reads[name] = self._kit.wrap(op.results[0])
        return self._reads[name]

    def __setattr__(self, name: str, value: Value) -> None:
        self._writes[name] = value

    def finish(self) -> None:
        """Writes what was set; in the voices only those that have a tick now."""
        kit: IRKit = self._kit
        for name, value in self._writes.items():
            ssa = kit.spread(cast(IRValue, value).ssa, kit.width)
            if self._rate == "control" and self._e.mask is not None:
                old = getattr(self, name)
                chosen = kit.select(kit.wrap(self._e.mask), kit.wrap(ssa), old)
                ssa = cast(IRValue, chosen).ssa
            kit.insert(rt.WriteOp.make(self._names[name], ssa, self._rate))


class _Line:
    """A delay line while a `step` is traced."""

    def __init__(self, kit: IRKit, name: str, element: str, rate: str):
        self.kit, self.symbol, self.element, self.rate = kit, SymbolRefAttr(name), element, rate

    @property
    def longest(self) -> Value:
        op = rt.LongestOp.create(result_types=(signal("i32", "init"),), properties={"symbol": self.symbol})
        return self.kit.wrap(self.kit.insert(op).results[0])

    def read(self, distance: Value) -> Value:
        ssa = self.kit.spread(cast(IRValue, distance).ssa, self.kit.width)
        op = rt.LineReadOp.create(operands=(ssa,), result_types=(self.kit.type(self.element, self.rate),),
                                  properties={"symbol": self.symbol})  # fmt: skip
        return self.kit.wrap(self.kit.insert(op).results[0])

    def write(self, x: Value) -> None:
        """What enters is finite and no denormal: a line is not looked at again before it is read."""
        kit = self.kit
        if is_float(ELEMENT_TYPES[self.element]):
            x = kit.settle(x)
        ssa = kit.spread(cast(IRValue, x).ssa, kit.width)
        kit.insert(rt.LineWriteOp.create(
            operands=(ssa,), properties={"symbol": self.symbol, "rate": StringAttr(self.rate)}))  # fmt: skip
