"""What lies where in a module's memory, and what a program declares.

The memory starts with constants (tables, the lanes' numbers) and room that functions use while they run;
from `heap_base` on it is the host's: the core's memory, samples in and out.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr
from xdsl.ir import Attribute, Operation

from dspc.dialects import dsp, rt
from dspc.dialects.layout import ALIGN
from dspc.dialects.scalar import BYTES, NUMPY_TYPES
from dspc.dialects.types import ELEMENT_TYPES, element_of


def integers(attr: ArrayAttr[IntAttr] | None) -> tuple[int, ...]:
    """The numbers of an array attribute."""
    return tuple(n.data for n in attr.data) if attr is not None else ()


def bits_of(value: Attribute) -> int:
    """A constant's bit pattern."""
    element = element_of(cast(FloatAttr, value).type)
    with np.errstate(over="ignore"):
        number = np.array(dsp.number_of(value)).astype(NUMPY_TYPES[element])
    return int.from_bytes(number.tobytes(), "little")


def _raw(values: Attribute, element: str) -> bytes:
    """Constants as the memory holds them."""
    data: Any = values
    if data.get_element_type() == ELEMENT_TYPES[element] and element != "bool":
        return data.data.data
    numbers: Any = np.array(data.get_values())
    if element == "bool":
        return (numbers != 0).astype("<u4").tobytes()
    return numbers.astype(NUMPY_TYPES[element]).tobytes()


class LowMemory:
    """Hands out the memory below `heap_base`: constants for good, scratch for a function's run."""

    def __init__(self) -> None:
        self.data = bytearray(ALIGN)  # nothing lies at address 0
        self._known: dict[tuple[bytes, int], int] = {}
        self._base = self._scratch = self._scratch_end = 0

    def constant(self, values: Attribute, element: str) -> int:
        """The address of constants; equal ones share it."""
        raw = _raw(values, element)
        key = (raw, BYTES[element])
        if key not in self._known:
            self.data += bytes(-len(self.data) % 8)
            self._known[key] = len(self.data)
            self.data += raw
        return self._known[key]

    def freeze(self) -> None:
        """No more constants: scratch begins where they end."""
        self.data += bytes(-len(self.data) % ALIGN)
        self._base = self._scratch = self._scratch_end = len(self.data)

    def begin_function(self) -> None:
        """Functions that never call each other use the same scratch."""
        self._scratch = self._base

    def reserve(self, bytes_: int) -> int:
        """The address of room that no function begun from now on uses: it is for what calls them."""
        self._scratch = self._base
        at = self.scratch(bytes_)
        self._base = self._scratch
        return at

    def scratch(self, bytes_: int) -> int:
        """The address of room that nothing else uses while the function runs."""
        at = self._scratch
        self._scratch += bytes_ + -bytes_ % 16
        self._scratch_end = max(self._scratch_end, self._scratch)
        return at

    @property
    def heap_base(self) -> int:
        return self._scratch_end + -self._scratch_end % ALIGN


class Declarations:
    """A program's slots, lines and constants, by name and by operation."""

    def __init__(self, program: rt.ProgramOp):
        ops = list(program.body.block.ops)
        self.slots = {op.sym_name.data: op for op in ops if isinstance(op, rt.SlotOp)}
        self.lines = {op.sym_name.data: op for op in ops if isinstance(op, rt.LineOp)}
        self.recordings = {op.sym_name.data: op for op in ops if isinstance(op, rt.RecordingOp)}
        self.memory = LowMemory()
        self.tables = {op.sym_name.data: self._table(op) for op in ops if isinstance(op, rt.TableOp)}
        self.lanes: dict[Operation, int] = {}
        for op in program.walk():
            if isinstance(op, dsp.LanesOp):
                self.lanes[op] = self.memory.constant(op.values, element_of(op.result.type))
        self.memory.freeze()

    def _table(self, op: rt.TableOp) -> int:
        data: Any = op.data
        return self.memory.constant(data, element_of(data.get_element_type()))
