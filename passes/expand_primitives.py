"""expand-primitives: primitives become scalar operations on slots, by tracing their `step`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from typing import cast

from xdsl.dialects.builtin import (
    ArrayAttr,
    ModuleOp,
    SymbolRefAttr,
)
from xdsl.ir import Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue, Pool
from dspc.dialects.kit import as_tuple
from dspc.dialects.syntax import replace
from dspc.dialects.types import element_of, rate_of, signal, width_of
from dspc.passes.base import DspPass
from dspc.passes.bodies import dissolve
from dspc.passes.expand_bodies import EXPAND
from dspc.passes.expansion import Expansion, SharedLine
from dspc.passes.guard_state import Copies, emit_guard
from dspc.passes.slot_access import Line, State
from dspc.passes.surroundings import Where


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
            _Walk(program).run()


class _Walk(Expansion):
    """Goes through a program, body by body."""

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
            elif isinstance(op, dsp.LineOp):
                self._shared_line(op, where)
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
            properties={"symbol": SymbolRefAttr(self.cell("voice", "tick", "bool", where))})).results[0])  # fmt: skip
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
            kit.insert(rt.WriteOp.make(self.cell("voice", field_, "bool", where), false.ssa, "control"))
        self.mask, self.note_event, self.pool = None, None, outer

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
        names = {n: self.slot_of(op, n, slot, where) for n, slot in op.slots().items()}
        rate = rate_of(op.results[0].type)
        if ticks:
            kit = IRKit(InsertPoint.before(op), where.width, "control", op.location, self.pool)
            kit.note_event = kit.wrap(self.note_event) if self.note_event is not None else None
            state = State(self, op, kit, names, where, "control")
            op.tick(kit, state, *(kit.wrap(o) for o in _tick_operands(op)))
            state.finish()
        kit = IRKit(InsertPoint.before(op), where.width, rate, op.location, self.pool)
        if rate == "control" and self.note_event is not None:
            kit.note_event = kit.wrap(self.note_event)
        state = State(self, op, kit, names, where, rate)
        made = op.step(kit, state, *(kit.wrap(o) for o in op.operands))
        state.finish()
        results = zip(as_tuple(made), op.results, strict=True)
        replace(op, [self._as_result(kit, cast(IRValue, v), r) for v, r in results])

    def _as_result(self, kit: IRKit, value: IRValue, result: SSAValue) -> SSAValue:
        return kit.spread(value.ssa, width_of(result.type))

    def _shared_line(self, op: dsp.LineOp, where: Where) -> None:
        self.location = op.location
        element = element_of(op.x.type)
        slot = dsp.Slot(element, 0.0, "line", "", op.max_samples.data, op.max_seconds.value.data, op.min_samples.data)
        name = self.line(slot, element, where)
        self.lines[op.sym_name.data] = SharedLine(name, where.width)
        kit = IRKit(InsertPoint.before(op), where.width, where.rate, op.location, self.pool)
        Line(kit, name, element, where).write(kit.wrap(op.x))
        op.detach()
        op.erase()

    def _lookup(self, op: dsp.LookupOp, where: Where) -> None:
        kit = IRKit(InsertPoint.before(op), where.width, where.rate, op.location, self.pool)
        index = cast(IRValue, kit.clamp(kit.wrap(op.index), 0, op.size.data - 1))
        new = kit.insert(rt.LookupOp.create(
            operands=(index.ssa,), result_types=(op.result.type,), properties={"symbol": op.symbol}))  # fmt: skip
        replace(op, new.results)

    def _guard(self, block: Block, *, voice: bool) -> None:
        mine = [r for r in self.remembered if r.voice == voice and (voice or r.component is not None)]
        if not mine:
            return
        parent = block.parent_op()
        if isinstance(parent, dsp.VoicesOp):
            width = parent.width.data
            where = Where(True, parent.groups, width)
            cells = {f: self.cell("voice", f, "bool", where) for f in ("tick", "reset")}
            emit_guard(block, mine, cells, width)
        else:
            emit_guard(block, mine, {}, 1)


def _tick_operands(op: dsp.SampleOp) -> Sequence[SSAValue]:
    """What `tick` may read: only a conversion's operand is known at ticks."""
    return op.operands if isinstance(op, dsp.ControlOp) else ()
