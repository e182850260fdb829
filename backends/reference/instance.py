"""What an instance of a program is in the reference: its memory, its values, and who remembers what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import Block, SSAValue

from dspc.backends.describe import FIELDS
from dspc.backends.hosted import Core
from dspc.backends.reference.memory import Cell, Cells, Component, Memory, Remembered, StreamKit
from dspc.backends.reference.places import Plan, Where
from dspc.dialects import dsp
from dspc.dialects.kit import Value
from dspc.dialects.layout import ProgramLayout, VoiceField
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.types import element_of


def memory_type(element: str) -> Any:
    """How a cell of the engine holds an element."""
    return np.uint32 if element == "bool" else NUMPY_TYPES[element]


class Instance(ABC):
    """All values of the current sample, and all state."""

    def __init__(self, program: dsp.ProgramOp, layout: ProgramLayout, cells: Cells, core: Core):
        self.layout, self.cells, self.core = layout, cells, core
        self.kit = StreamKit(float(core[16:24].view(np.float64)[0]))
        self.env: dict[SSAValue, Value] = {}
        self.memories: dict[SSAValue, Memory] = {}
        self.components: dict[bool, list[Component]] = {False: [], True: []}
        self.loose: list[Remembered] = []
        self.tables = _tables(program)

    @abstractmethod
    def plan_of(self, block: Block, where: Where) -> Plan:
        """What a body does."""

    def feeding_back(self, where: Where) -> Where:
        """Inside a feedback: a new unit of what is put back together, unless the place is in one already."""
        if where.component is not None:
            return where
        component = Component(where.shape)
        self.components[where.voices].append(component)
        return replace(where, component=component)

    def remember(self, thing: Remembered, where: Where, recursive: bool = False) -> None:
        """Notes whose reset this state follows, and whether it may call for one."""
        if where.component is not None:
            if recursive and isinstance(thing, Cell):
                where.component.states.append(thing)
            (where.component.cells if isinstance(thing, Cell) else where.component.lines).append(thing)  # type: ignore[arg-type]
        elif where.voices:
            self.loose.append(thing)

    def voice_cells(self, which: VoiceField) -> NDArray[Any]:
        at = self.layout.voice_cell(0, which)
        return self.core[at : at + 4 * self.layout.voice_slots].view(np.uint32)

    def engine_cell(self, op: dsp.SampleOp, slot: dsp.Slot, element: str) -> NDArray[Any]:
        """The cell of what a slot names, or of a field of all voices."""
        if slot.role == "voice":
            return self.voice_cells(FIELDS[slot.field]).view(memory_type(element))
        at = self.cells[slot.role, slot.field]
        size = np.dtype(memory_type(element)).itemsize
        return self.core[at : at + size].view(memory_type(element))


def _tables(program: dsp.ProgramOp) -> dict[str, NDArray[Any]]:
    parent = program.parent
    found: dict[str, NDArray[Any]] = {}
    for op in parent.ops if parent is not None else ():
        if isinstance(op, dsp.TableOp):
            element = element_of(op.data.get_type().get_element_type())  # type: ignore[union-attr]
            found[op.sym_name.data] = np.array(op.data.get_values(), NUMPY_TYPES[element])
    return found
