"""From values to numbered registers: values that are never needed at the same time share one."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.virtual import Instr, Reg, Stretch
from dspc.dialects.layout import TYPE_CODES
from dspc.dialects.scalar import BYTES, ELEMENTS

MAX_REGISTERS = 65536
CONSTANT, UPPER = 8, 15
"""Flags of a register's type (`DSPC_VM_CONSTANT`, `DSPC_VM_UPPER`)."""

Pool = tuple[bool, str]
"""Registers that can stand for each other: wide or not, and their element."""
Places = dict[Reg, int]
"""For each value that is no constant, the number of a register among those of its pool."""


def assign(code: list[Instr]) -> Places:
    """A register for each value of a region."""
    free: defaultdict[Pool, list[int]] = defaultdict(list)
    counts: defaultdict[Pool, int] = defaultdict(int)
    active: list[tuple[int, int, Pool]] = []
    places: Places = {}
    for reg, (start, end) in sorted(lives(code).items(), key=lambda item: item[1]):
        while active and active[0][0] <= start:
            _, number, pool = heapq.heappop(active)
            heapq.heappush(free[pool], number)
        mine = reg.wide, reg.element
        if free[mine]:
            places[reg] = heapq.heappop(free[mine])
        else:
            places[reg] = counts[mine]
            counts[mine] += 1
        heapq.heappush(active, (end, places[reg], mine))
    return places


def lives(code: list[Instr]) -> dict[Reg, tuple[int, int]]:
    """From where to where each value is needed.

    An instruction reads its operands before it writes, so a value may start where another one ends. What comes
    from before a loop, and is used in it, is needed to its end; so is, from its start, a wide register that a
    stretch fills sample by sample. What nobody reads still needs a place to be written to.
    """
    inside: list[list[tuple[int, int, bool]]] = [[] for _ in code]
    for start, end, is_stretch in _loops(code):
        for k in range(start, end + 1):
            inside[k].append((start, end, is_stretch))
    found: dict[Reg, tuple[int, int]] = {}
    for k, instr in enumerate(code):
        for reg in (*instr.sources, *([instr.dst] if instr.dst is not None else [])):
            if reg.bits is not None:
                continue
            born, dies = found.get(reg, (k, k + (reg is instr.dst)))
            if reg is instr.dst and reg.wide:
                born = min(born, *(start for start, _, is_stretch in inside[k] if is_stretch), k)
            found[reg] = born, max(dies, k, *(end for start, end, _ in inside[k] if born < start))
    return found


def _loops(code: list[Instr]) -> Iterable[tuple[int, int, bool]]:
    """Start and end of what runs several times; whether it is a stretch's samples."""
    open_: list[int] = []
    for k, instr in enumerate(code):
        if instr.op.name == "loop":
            open_.append(k)
        elif isinstance(instr.imm, Stretch) and instr.op.name == "run":
            open_.append(k + 1 + len(instr.imm.prologue))
        elif instr.op.name in ("again", "next"):
            yield open_.pop(), k, instr.op.name == "next"


@dataclass
class Numbering:
    """The final numbers of registers, and the type of each: constants first, then those of each element.

    A wide register counts as one for each 64 bytes.
    """

    types: dict[bool, bytearray] = field(default_factory=lambda: {False: bytearray(), True: bytearray()})
    constants: dict[Reg, int] = field(default_factory=dict[Reg, int])
    bases: dict[Pool, int] = field(default_factory=dict[Pool, int])

    @classmethod
    def of(cls, constants: Iterable[Reg], regions: Iterable[Places]) -> Numbering:
        """Regions use the same registers one after the other.

        Raises `DspError` DSP341 if there are more registers than the machine has.
        """
        made, counts = cls(), defaultdict[Pool, int](int)
        for reg in constants:
            made.constants[reg] = made._add(reg.wide, reg.element, CONSTANT)
        for places in regions:
            for reg, number in places.items():
                pool = reg.wide, reg.element
                counts[pool] = max(counts[pool], number + 1)
        for wide in made.types:
            for element in ELEMENTS:
                made.bases[wide, element] = len(made.types[wide])
                for _ in range(counts[wide, element]):
                    made._add(wide, element)
        for types in made.types.values():
            if len(types) > MAX_REGISTERS:
                message = f"a program of {len(types)} registers; the bytecode machine has {MAX_REGISTERS}"
                raise refuse(None, message, "keep banks rolled up, or use another backend", "DSP341")
        return made

    def _add(self, wide: bool, element: str, flag: int = 0) -> int:
        types = self.types[wide]
        types.append(TYPE_CODES[element] | flag)
        types.extend([UPPER] * (self._units(wide, element) - 1))
        return len(types) - self._units(wide, element)

    def _units(self, wide: bool, element: str) -> int:
        return BYTES[element] // 4 if wide else 1

    def number(self, reg: Reg, places: Places) -> int:
        if reg.bits is not None:
            return self.constants[reg]
        return self.bases[reg.wide, reg.element] + places[reg] * self._units(reg.wide, reg.element)
