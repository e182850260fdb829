"""Code before it has registers: what `lower` and `blocks` write and the later steps rewrite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dspc.backends.bytecode.opcodes import Op

INIT, TICK, BLOCK, VOICES = range(4)
"""Kinds of regions (`enum dspc_vm_region_kind`). The first two are plain code, a block is wide code."""

TICK_SAMPLES = 16


@dataclass(eq=False)
class Reg:
    """A value's place. A constant has `bits`; only the registers of state are written more than once."""

    element: str
    wide: bool = False
    bits: int | None = None


@dataclass(eq=False)
class Loop:
    """`count` turns. `updates` is what a turn adds to the region's cursors; `is_index`: the turn indexes slots."""

    count: int
    depth: int
    turn: Reg
    is_index: bool = True
    updates: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True)
class Reduce:
    """`count` leaves at `offset` in the stacks, joined by the row with this opcode; first so many partial sums."""

    row: int
    bytes: int
    offset: int
    count: int
    partials: int = 0


@dataclass(frozen=True)
class Array:
    """`count` elements, `stride` bytes apart, of which a register chooses one."""

    offset: int
    count: int
    stride: int


@dataclass(eq=False)
class When:
    """A body that may not run."""


@dataclass(eq=False)
class Stretch:
    """Plain code that runs for each sample: what comes before the first one, for each, and after the last."""

    prologue: list[Instr] = field(default_factory=list["Instr"])
    body: list[Instr] = field(default_factory=list["Instr"])
    epilogue: list[Instr] = field(default_factory=list["Instr"])

    def __len__(self) -> int:
        """Instructions, the `next` and the `end` among them."""
        return len(self.prologue) + len(self.body) + len(self.epilogue) + 2


Immediate = int | Loop | Reduce | Array | When | Stretch


@dataclass(eq=False)
class Instr:
    """An instruction. An operand is a register, or the number of a cursor.

    `scope` is where it stands (a body, a stretch, or part of one); what is `final` is not to be rewritten.
    """

    op: Op
    dst: Reg | None = None
    args: tuple[Reg | int, ...] = ()
    imm: Immediate = 0
    scope: object = None
    final: bool = False

    @property
    def sources(self) -> Iterator[Reg]:
        return (a for a in self.args if isinstance(a, Reg))


@dataclass
class RegionCode:
    """The code of a region. `cursors` is what the number of the voice adds to each of them.

    `voices` is the number of the voices in whose body the region stands.
    """

    kind: int
    voices: int | None = None
    body: list[Instr] = field(default_factory=list[Instr])
    cursors: list[int] = field(default_factory=list[int])
    stacks_bytes: int = 0
    work_bytes: int = 0
