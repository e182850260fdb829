"""The slots of a primitive, as its `step` sees them in the reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from dspc.backends.reference.instance import Instance, memory_type
from dspc.backends.reference.memory import Cell, Line
from dspc.backends.reference.places import Where
from dspc.dialects import dsp
from dspc.dialects.kit import Value
from dspc.dialects.scalar import FLOATS, NUMPY_TYPES
from dspc.dialects.scalar import where as chosen
from dspc.dialects.types import element_of


class State:
    """The slots of one primitive. What is written is read from the next sample (or phase) on."""

    def __init__(self, machine: Instance, op: dsp.SampleOp, where: Where):
        self.__dict__.update(_machine=machine, _op=op, _slots=op.slots(), _cells={}, _engine={}, _new={}, _mask=None,
                             _where=where, _sounds={})  # fmt: skip
        for name, slot in op.slots().items():
            element = element_of(op.results[0].type) if slot.element == "result" else slot.element
            if slot.role == "line":
                line = Line.make(slot, element, float(machine.kit.sample_rate), where.shape)
                machine.remember(line, where)
                self._cells[name] = line
            elif slot.role == "state":
                cell = Cell.make(element, slot.init, where.shape)
                machine.remember(cell, where, op.recursive)
                self._cells[name] = cell
            else:
                self._engine[name] = (machine.engine_cell(op, slot, element), element)

    def begin(self, mask: Value | None) -> None:
        self.__dict__["_mask"] = mask
        self._new.clear()

    def __getattr__(self, name: str) -> Any:
        if name in self._engine:
            memory, element = self._engine[name]
            value = memory.astype(NUMPY_TYPES[element])
            return value if self._slots[name].role == "voice" else value[0]
        cell = self._cells[name]
        return Tap(self, cell) if isinstance(cell, Line) else cell.read(self._where.again)

    def __setattr__(self, name: str, value: Value) -> None:
        self._new[name] = value

    def table(self, name: str, index: Value) -> Value:
        return self._machine.tables[name][index]

    def recording(self, name: str) -> Recording:
        if name not in self._sounds:
            self._sounds[name] = Recording(self._machine, name)
        return self._sounds[name]

    def commit(self) -> None:
        for name, value in self._new.items():
            if name in self._engine:
                memory, element = self._engine[name]
                if self._mask is not None:
                    value = chosen(self._mask, value, getattr(self, name))
                memory[:] = np.asarray(value).astype(memory_type(element))
            else:
                self._cells[name].write(value, self._mask)


class Recording:
    """The sound that is loaded, as a `step` sees it; its cell says where it lies."""

    def __init__(self, machine: Instance, name: str):
        at = machine.cells["recording", name]
        start, frames = map(int, machine.core[at : at + 8].view(np.uint32))
        self.frames, self.rate = np.int32(frames), machine.core[at + 8 : at + 12].view(np.float32)[0]
        self.sound = machine.core[start:].view(NUMPY_TYPES[machine.layout.audio])

    def last(self, channels: int) -> Value:
        return np.int32(self.frames * channels - 1)

    def read(self, index: Value) -> Value:
        return self.sound[index]


class Tap:
    """A delay line as a `step` sees it."""

    def __init__(self, state: State, line: Line):
        self.kit, self.where, self.line = state._machine.kit, state._where, line

    @property
    def longest(self) -> Value:
        return np.int32(self.line.longest)

    @property
    def _position(self) -> Value:
        return self.kit.position if self.where.clock is None else self.where.clock.position

    def read(self, distance: Value) -> Value:
        found = self.line.read(self._position, distance)
        for age in self.where.ages:  # what entered before the last restart is forgotten
            found = chosen(distance <= age.steps, found, found.dtype.type(0))
        return found

    def write(self, x: Value) -> None:
        self.line.write(self._position, self.kit.settle(x) if self.kit.element(x) in FLOATS else x)
