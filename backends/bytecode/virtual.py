"""Code before it has registers: what `lower` writes and the later steps rewrite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dspc.backends.bytecode.opcodes import Op

INIT, TICK, SAMPLES, WIDE, VOICES = range(5)
"""Kinds of regions (`enum dspc_vm_region_kind`): the first two run once, SAMPLES sample by sample, WIDE all
samples of a block at once."""

TICK_SAMPLES = 16


@dataclass(eq=False)
class Reg:
    """A value's place. A constant has `bits`; only the registers of state are written more than once."""

    element: str
    bits: int | None = None


@dataclass(eq=False)
class Loop:
    """`count` turns. `updates` is what a turn adds to the region's cursors."""

    count: int
    depth: int
    turn: Reg
    updates: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True)
class Reduce:
    """`count` leaves at `offset` in the stacks, joined by the row with this opcode."""

    row: int
    bytes: int
    offset: int
    count: int


@dataclass(eq=False)
class Instr:
    """An instruction. An operand is a register, or the number of a cursor; `scope` is where it stands."""

    op: Op
    dst: Reg | None = None
    args: tuple[Reg | int, ...] = ()
    imm: int | Loop | Reduce = 0
    scope: object = None

    @property
    def sources(self) -> Iterator[Reg]:
        return (a for a in self.args if isinstance(a, Reg))


@dataclass
class RegionCode:
    """The code of a region: what runs before the samples, for each of them, and after.

    `cursors` is what the number of the voice adds to each cursor. `voices` is the number of the voices in whose
    body the region stands.
    """

    kind: int
    voices: int | None = None
    prologue: list[Instr] = field(default_factory=list[Instr])
    body: list[Instr] = field(default_factory=list[Instr])
    epilogue: list[Instr] = field(default_factory=list[Instr])
    cursors: list[int] = field(default_factory=list[int])
    stacks_bytes: int = 0
    work_bytes: int = 0

    @property
    def is_wide(self) -> bool:
        return self.kind == WIDE

    @property
    def lanes(self) -> int:
        """Samples in a register."""
        return TICK_SAMPLES if self.is_wide else 1
