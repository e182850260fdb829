"""What the reference remembers: state arrays with one element for each lane and voice, and delay lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import Operation

from dspc.dialects import dsp
from dspc.dialects.kit import SNAP, TICK, NumpyKit, Value
from dspc.dialects.layout import CORE_HEADER, NONE, ControllerInfo, ProgramLayout, TransportCell, VoiceField
from dspc.dialects.scalar import FLOATS, NUMPY_TYPES, where

Array = NDArray[Any]
Shape = tuple[int, ...]


def spread(value: Value, shape: Shape) -> Value:
    """The value of every lane."""
    return value if np.shape(value) == shape else np.broadcast_to(value, shape)


@dataclass
class Cell:
    """A state slot: its value now, and what it is after a reset (one value, or one for each along the first axis)."""

    value: Value
    init: Any
    element: str

    @classmethod
    def make(cls, element: str, init: float, shape: Shape) -> Cell:
        return cls(np.full(shape, init, NUMPY_TYPES[element])[()], init, element)

    def read(self, again: Value | None = None) -> Value:
        """The value; where `again` holds, what it was at first."""
        return self.value if again is None else where(again, np.asarray(self.init, self.value.dtype)[()], self.value)

    def write(self, new: Value, mask: Value | None) -> None:
        old = self.value
        chosen = new if mask is None else where(mask, new, old)
        if old.ndim or type(chosen) is not type(old):
            chosen = np.array(spread(chosen, old.shape), old.dtype)[()]
        self.value = chosen

    def restore(self, again: Value) -> None:
        self.value = where(again, np.array(self.init, self.value.dtype)[()], self.value)


@dataclass
class Line:
    """A delay line for each lane; the ring's first axis is time."""

    longest: int
    ring: Array

    @classmethod
    def make(cls, slot: dsp.Slot, element: str, sample_rate: float, shape: Shape) -> Line:
        longest = slot.max_samples + ceil(slot.max_seconds * sample_rate)
        size = 1 << (longest + TICK).bit_length()  # a power of two: frames wrap at 2^32
        return cls(longest, np.zeros((size, *shape), NUMPY_TYPES[element]))

    def read(self, frame: Value, distance: Value) -> Value:
        if np.ndim(frame) == 0 and np.ndim(distance) == 0:
            return self.ring[(int(frame) - int(distance)) % len(self.ring)]
        at = np.asarray(frame - np.asarray(distance, np.int64)) % len(self.ring)
        index = spread(at, self.ring.shape[1:])[None]
        return np.take_along_axis(self.ring, index, 0)[0]

    def write(self, frame: Value, value: Value) -> None:
        if np.ndim(frame) == 0:
            self.ring[int(frame) % len(self.ring)] = value
            return
        index = spread(np.asarray(frame) % len(self.ring), self.ring.shape[1:])[None]
        np.put_along_axis(self.ring, index, np.broadcast_to(value, index.shape), 0)

    def restore(self, again: Value) -> None:
        if np.any(again):
            self.ring = np.where(again, np.zeros((), self.ring.dtype), self.ring)


@dataclass
class Memory:
    """Elements that a program writes, along the first axis, for each lane; `init` as they are after a reset."""

    elements: Array
    init: Array

    def restore(self, again: Value) -> None:
        if np.any(again):
            self.elements = np.array(np.where(again, self.init, self.elements))


Remembered = Cell | Line | Memory


@dataclass
class Component:
    """An outermost feedback and all that remembers in it; `states` are the cells that feed back on themselves."""

    shape: Shape
    states: list[Cell] = field(default_factory=list[Cell])
    cells: list[Cell] = field(default_factory=list[Cell])
    lines: list[Line | Memory] = field(default_factory=list[Line | Memory])

    def guard(self, again: Value) -> None:
        """Puts everything back where a state is not finite (or where told); snaps what is almost 0."""
        bad: Value = again
        for cell in self.states:
            if cell.element in FLOATS:
                lost = ~np.isfinite(cell.value)
                extra = tuple(range(lost.ndim - len(self.shape)))
                bad = bad | lost.any(axis=extra)
        for cell in self.cells:
            if cell.element in FLOATS:
                cell.value = where(abs(cell.value) < SNAP[cell.element], cell.value.dtype.type(0), cell.value)
            cell.restore(bad)
        for line in self.lines:
            line.restore(bad)


class StreamKit(NumpyKit):
    """Numpy arithmetic that knows where in the stream it is."""

    def __init__(self, sample_rate: float):
        self._rate = np.float64(sample_rate)
        self.position = 0

    @property
    def frame(self) -> Value:
        return np.uint32(self.position & 0xFFFFFFFF)

    @property
    def sample_rate(self) -> Value:
        return self._rate


Cells = dict[tuple[str, str], int]
"""Offsets of the cells that the engine knows, by the role and the field of their slots."""


def plan_layout(program: dsp.ProgramOp, inputs: int, outputs: int) -> tuple[ProgramLayout, Cells]:
    """Places the cells that the engine knows: all that slots name, and each field of all voices in a row."""
    from dspc.backends.describe import param_info
    from dspc.backends.ports import meter_info, ports, sample_info

    ops = list(program.walk())
    cells = _cells(ops, program)
    controllers = {op.number.data: op.default.value.data for op in reversed(ops) if isinstance(op, dsp.ControllerOp)}
    slots = next((op.count.data for op in ops if isinstance(op, dsp.VoicesOp)), 0)
    base = -(-(CORE_HEADER + CELL * len(cells)) // 64) * 64
    fields = tuple(4 * slots * f for f in VoiceField) if slots else (NONE,) * len(VoiceField)
    layout = ProgramLayout(
        name=program.sym_name.data, inputs=inputs, outputs=outputs,
        static_bytes=-(-(base + 4 * slots * len(VoiceField)) // 64) * 64,
        flags=_flags(program), voices=program.voices.data if program.voices is not None else 0,
        voice_slots=slots, voice_base=base if slots else 0, voice_width=max(1, slots),
        voice_stride=4 * slots * len(VoiceField), voice_fields=fields,
        params=tuple(param_info(op.described, cells["param", op.id]) for op in ops if isinstance(op, dsp.ParamOp)),
        controllers=tuple(ControllerInfo(n, cells["controller", str(n)], init) for n, init in controllers.items()),
        transport_cells=tuple(cells.get(("transport", c.name.lower()), NONE) for c in TransportCell),
        samples=tuple(sample_info(op, cells["recording", op.sym_name.data]) for op in recordings_of(program)),
        meters=tuple(meter_info(field, cell) for (role, field), cell in cells.items() if role == "meter"),
        **ports(program, inputs, outputs, lambda name: cells.get(("bus", name), NONE)),
    )  # fmt: skip
    return layout, cells


CELL = 16
"""Bytes kept for a cell: none is larger."""


def _cells(ops: list[Operation], program: dsp.ProgramOp) -> Cells:
    slots = [slot for op in ops if isinstance(op, dsp.SampleOp) for slot in op.slots().values()]
    names = dict.fromkeys((s.role, s.field) for s in slots if s.role not in ("state", "line", "voice"))
    names.update(dict.fromkeys(("recording", op.sym_name.data) for op in recordings_of(program)))
    return {name: CORE_HEADER + CELL * i for i, name in enumerate(names)}


def recordings_of(program: dsp.ProgramOp) -> list[dsp.RecordingOp]:
    """The sounds that stand beside a program."""
    parent = program.parent
    return [op for op in parent.ops if isinstance(op, dsp.RecordingOp)] if parent is not None else []


def _flags(program: dsp.ProgramOp) -> Any:
    from dspc.dialects.layout import ProgramFlag

    return ProgramFlag(program.flags.data if program.flags is not None else 0)
