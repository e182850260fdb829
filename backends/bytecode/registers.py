"""From values to numbered registers: values that are never needed at the same time share one."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field

from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.virtual import Instr, Reg
from dspc.dialects.layout import TYPE_CODES
from dspc.dialects.scalar import BYTES, ELEMENTS

MAX_REGISTERS = 65536
CONSTANT, UPPER = 8, 15
"""Flags of a register's type (`DSPC_VM_CONSTANT`, `DSPC_VM_UPPER`)."""

Slot = tuple[str, int]
"""A register by its element and its number among those of this element."""


def assign(prologue: list[Instr], body: list[Instr], epilogue: list[Instr]) -> dict[Reg, Slot]:
    """A register for each value of a region that is no constant.

    The body runs once for each sample: what comes from before it, and is used in it, is needed to its end.
    """
    code = [*prologue, *body, *epilogue]
    lives = _lives(code, len(prologue), len(prologue) + len(body))
    free: defaultdict[str, list[int]] = defaultdict(list)
    counts: defaultdict[str, int] = defaultdict(int)
    active: list[tuple[int, int, str]] = []
    places: dict[Reg, Slot] = {}
    for reg, (start, end) in sorted(lives.items(), key=lambda item: item[1]):
        while active and active[0][0] <= start:
            _, number, element = heapq.heappop(active)
            heapq.heappush(free[element], number)
        pool = free[reg.element]
        if pool:
            number = heapq.heappop(pool)
        else:
            number = counts[reg.element]
            counts[reg.element] += 1
        places[reg] = reg.element, number
        heapq.heappush(active, (end, number, reg.element))
    return places


def _lives(code: list[Instr], body_start: int, body_end: int) -> dict[Reg, tuple[int, int]]:
    """From where to where each value is needed.

    An instruction reads its operands before it writes, so a value may start where another one ends. One that
    nobody reads still needs a place to be written to.
    """
    loops = _loops(code)
    if body_end > body_start:
        loops.append((body_start, body_end))
    inside: list[list[tuple[int, int]]] = [[] for _ in code]
    for start, end in loops:
        for k in range(start, min(end + 1, len(code))):
            inside[k].append((start, end))
    lives: dict[Reg, tuple[int, int]] = {}
    for k, instr in enumerate(code):
        for reg in (*instr.sources, *([instr.dst] if instr.dst is not None else [])):
            if reg.bits is not None:
                continue
            born, dies = lives.get(reg, (k, k + (reg is instr.dst)))
            around = [end for start, end in inside[k] if born < start]
            lives[reg] = born, max(dies, k, *around)
    return lives


def _loops(code: list[Instr]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    open_: list[int] = []
    for k, instr in enumerate(code):
        if instr.op.name == "loop":
            open_.append(k)
        elif instr.op.name == "again":
            found.append((open_.pop(), k))
    return found


@dataclass
class RegisterFile:
    """The registers of all regions that run in the same way: constants first, then those of each element.

    `unit` is the number of bytes that a wide register counts as one; 0 if every register is one cell.
    """

    unit: int = 0
    constants: dict[tuple[str, int], Reg] = field(default_factory=dict[tuple[str, int], Reg])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def grow(self, places: dict[Reg, Slot]) -> None:
        """Makes room for what a region needs; regions use the same registers one after the other."""
        for element, number in places.values():
            self.counts[element] = max(self.counts.get(element, 0), number + 1)

    def _units(self, element: str) -> int:
        return BYTES[element] // 4 if self.unit else 1

    def finish(self) -> Numbering:
        """The final numbers. Raises `DspError` DSP341 if there are too many."""
        numbering = Numbering()
        for reg in self.constants.values():
            numbering.constants[reg] = len(numbering.types)
            numbering.add(reg.element, self._units(reg.element), CONSTANT)
        for element in ELEMENTS:
            numbering.bases[element] = len(numbering.types), self._units(element)
            for _ in range(self.counts.get(element, 0)):
                numbering.add(element, self._units(element))
        if len(numbering.types) > MAX_REGISTERS:
            raise refuse(
                None,
                f"a program of {len(numbering.types)} registers, the bytecode machine has {MAX_REGISTERS}",
                "keep banks rolled up, or use another backend",
                "DSP341",
            )
        return numbering


@dataclass
class Numbering:
    """Numbers of registers, and the type of each."""

    types: bytearray = field(default_factory=bytearray)
    constants: dict[Reg, int] = field(default_factory=dict[Reg, int])
    bases: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    def add(self, element: str, units: int, flag: int = 0) -> None:
        self.types.append(TYPE_CODES[element] | flag)
        self.types.extend([UPPER] * (units - 1))

    def number(self, reg: Reg, places: dict[Reg, Slot]) -> int:
        if reg.bits is not None:
            return self.constants[reg]
        element, index = places[reg]
        base, units = self.bases[element]
        return base + index * units
