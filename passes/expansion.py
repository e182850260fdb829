"""What a program remembers, as `expand-primitives` declares it: slots, lines, memories."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, cast

from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr, StringAttr, UnitAttr, f64
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue, Pool
from dspc.dialects.kit import Value
from dspc.dialects.types import ELEMENT_TYPES, element_of, vector
from dspc.passes.guard_state import Component, Remembered, in_loops, lookup
from dspc.passes.surroundings import Where

ENGINE_ROLES = ("param", "voice", "controller", "transport", "meter", "bus")
"""Roles of cells that the engine writes or reads."""


@dataclass(frozen=True)
class Memory:
    """The slot that is a memory, how many elements it has, and their lanes."""

    slot: str
    count: int
    element: str
    width: int = 1


@dataclass(frozen=True)
class SharedLine:
    """What became of a `dsp.line`: its name as a declaration, and its lanes."""

    name: str
    width: int


@dataclass
class Expansion(ABC):
    """A program being expanded: what has been declared, and what remembers."""

    program: dsp.ProgramOp
    names: set[str] = field(default_factory=set[str])
    declared: list[Operation] = field(default_factory=list[Operation])
    shared: dict[str, str] = field(default_factory=dict[str, str])
    lines: dict[str, SharedLine] = field(default_factory=dict[str, SharedLine])
    remembered: list[Remembered] = field(default_factory=list[Remembered])
    mask: SSAValue | None = None
    note_event: SSAValue | None = None
    components: int = 0
    pool: Pool | None = None
    location: Any = None
    memories: dict[SSAValue, Memory] = field(default_factory=dict[SSAValue, Memory])
    dissolved: list[Operation] = field(default_factory=list[Operation])

    @abstractmethod
    def range(self, first: Operation | None, end: Operation | None, where: Where) -> None:
        """Expands the operations from `first` up to `end`, or to the end of the block."""

    def component(self, where: Where) -> Component:
        """A new unit of what is put back together."""
        self.components += 1
        return Component(self.components - 1, where.loops)

    # declarations

    def slot_of(self, op: dsp.SampleOp, name: str, slot: dsp.Slot, where: Where) -> str:
        element = element_of(op.results[0].type) if slot.element == "result" else slot.element
        if slot.role == "line":
            shared = self.shared_by(op)
            return shared.name if shared is not None else self.line(slot, element, where)
        if slot.role in ENGINE_ROLES:
            return self.cell(slot.role, slot.field, element, where, slot.init)
        label = f"{op.name.rpartition('.')[2]}_{name}"
        return self.declare(label, element, slot.init, where, role=slot.role, field_=slot.field, recursive=op.recursive)

    def shared_by(self, op: dsp.SampleOp) -> SharedLine | None:
        """The line that a delay reads with others, if it does."""
        return self.lines[op.line.string_value()] if isinstance(op, dsp.DelayOp) and op.line is not None else None

    def cell(self, role: str, field_: str, element: str, where: Where, init: float = 0.0) -> str:
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

    def line(self, slot: dsp.Slot, element: str, where: Where) -> str:
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
