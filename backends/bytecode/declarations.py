"""What a program declares, by name; its constants as the image holds them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, DenseIntOrFPElementsAttr, IntAttr
from xdsl.ir import Attribute, Operation

from dspc.backends.bytecode.errors import refuse
from dspc.dialects import rt
from dspc.dialects.scalar import BYTES, NUMPY_TYPES
from dspc.dialects.types import element_of

_PACKING = {"f32": "<f", "f64": "<d", "i32": "<i", "u32": "<I", "u64": "<Q", "bool": "<I"}


def integers(attr: ArrayAttr[IntAttr] | None) -> tuple[int, ...]:
    """The numbers of an array attribute."""
    return tuple(n.data for n in attr.data) if attr is not None else ()


def bits_of(number: float, element: str) -> int:
    """The bits of a constant; floats are rounded to their element."""
    value: Any = number if element in ("f32", "f64") else int(number)
    if element == "f32":
        value = float(np.float32(number))
    return int.from_bytes(struct.pack(_PACKING[element], value), "little")


def dense_values(data: Attribute) -> list[float]:
    """The numbers of a constant array."""
    assert isinstance(data, DenseArrayBase | DenseIntOrFPElementsAttr)
    return list(cast(Any, data).get_values())


def raw_data(values: Sequence[float], element: str) -> bytes:
    """Constants in the order of the memory. Integers of another sign are taken by their bits."""
    if element in ("f32", "f64"):
        return np.array(values, NUMPY_TYPES[element]).tobytes()
    if element == "bool":
        values = [bool(v) for v in values]
    size = BYTES[element]
    return b"".join((int(v) % (1 << (8 * size))).to_bytes(size, "little") for v in values)


@dataclass(frozen=True)
class Table:
    """Constants that are read by index."""

    bytes: int
    data: bytes


@dataclass
class Declarations:
    """Slots, lines and tables of a program. Equal tables are one."""

    slots: dict[str, rt.SlotOp]
    lines: dict[str, rt.LineOp]
    line_numbers: dict[str, int]
    named_tables: dict[str, rt.TableOp]
    recordings: dict[str, rt.RecordingOp]
    tables: dict[Table, int] = field(default_factory=dict[Table, int])

    @classmethod
    def of(cls, program: rt.ProgramOp) -> Declarations:
        ops = list(program.body.block.ops)
        lines = {op.sym_name.data: op for op in ops if isinstance(op, rt.LineOp)}
        return cls(
            {op.sym_name.data: op for op in ops if isinstance(op, rt.SlotOp)},
            lines,
            {name: number for number, name in enumerate(lines)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.TableOp)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.RecordingOp)},
        )

    def slot(self, name: str, user: Operation) -> rt.SlotOp:
        slot = self.slots.get(name)
        if slot is None or slot.offset is None or len(integers(slot.strides)) != len(slot.sizes):
            raise refuse(user, f"the slot {name} has no place in memory", "run lay-out-state before")
        return slot

    def line(self, name: str, user: Operation) -> rt.LineOp:
        if name not in self.lines:
            raise refuse(user, f"the delay line {name} is not declared", "declare it with rt.line")
        return self.lines[name]

    def recording(self, name: str, user: Operation) -> tuple[int, int]:
        """The number of a recording, and where its cell is."""
        op = self.recordings.get(name)
        if op is None or op.offset is None:
            raise refuse(user, f"the recording {name} has no place in memory", "declare it and run lay-out-state")
        return list(self.recordings).index(name), op.offset.data

    def table(self, name: str, user: Operation) -> int:
        """The number of a declared table."""
        op = self.named_tables.get(name)
        if op is None:
            raise refuse(user, f"the table {name} is not declared", "declare it with rt.table")
        return self.constants(op.data)

    def constants(self, data: Attribute, element: str | None = None) -> int:
        """The number of the table that holds these constants, as `element` if it is given."""
        kind = element or element_of(cast(Any, data).get_element_type())
        table = Table(BYTES[kind], raw_data(dense_values(data), kind))
        return self.tables.setdefault(table, len(self.tables))
