"""How the slots of a region are read and written, so that reads see the turn's start and writes its end.

In a region that runs sample by sample, a slot that no loop indexes lives in a register: it is loaded before the
samples and stored after them. Any other write goes to memory at once, unless a later read of the region could
see it: then it waits for the end of its loop's turn, or, if the read is in another loop, in the stacks' area
for the end of the region.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from xdsl.ir import Block, Operation

from dspc.backends.bytecode.declarations import Declarations
from dspc.backends.bytecode.errors import refuse
from dspc.dialects import rt

Path = tuple[rt.LoopOp, ...]


class Write(Enum):
    """When a write reaches its slot."""

    NOW = auto()
    LOOP_END = auto()
    REGION_END = auto()


def path_of(op: Operation) -> Path:
    """The loops around an operation, outermost first."""
    loops: list[rt.LoopOp] = []
    parent = op.parent_op()
    while isinstance(parent, rt.LoopOp):
        loops.insert(0, parent)
        parent = parent.parent_op()
    return tuple(loops)


def loop_indexes(declared: rt.SlotOp | rt.LineOp) -> int:
    """How many dimensions the loops index: all but that of the voices."""
    return len(declared.sizes) - (declared.voice is not None)


@dataclass
class SlotUse:
    """All accesses of one slot in a region, in order."""

    reads: list[tuple[int, Path]] = field(default_factory=list[tuple[int, Path]])
    write: tuple[int, Path] | None = None

    def timing(self) -> Write:
        """When the write may happen: not before any read that follows it in the code."""
        assert self.write is not None
        at, path = self.write
        later = [p for position, p in self.reads if position > at]
        if not later:
            return Write.NOW
        inside = all(p[: len(path)] == path for p in later)
        return Write.LOOP_END if inside else Write.REGION_END


def slot_uses(block: Block, declarations: Declarations) -> dict[str, SlotUse]:
    """The accesses of a region by slot. Raises `DspError` DSP340 for a copy that is written twice."""
    uses: dict[str, SlotUse] = {}
    for position, op in enumerate(block.walk()):
        if isinstance(op, rt.ReadOp):
            uses.setdefault(op.slot, SlotUse()).reads.append((position, path_of(op)))
        elif isinstance(op, rt.WriteOp):
            use = uses.setdefault(op.slot, SlotUse())
            path = path_of(op)
            _check_written_once(op, use, path, loop_indexes(declarations.slot(op.slot, op)))
            use.write = position, path
    return uses


def _check_written_once(op: rt.WriteOp, use: SlotUse, path: Path, indexes: int) -> None:
    more_turns = any(loop.count.data > 1 for loop in path[indexes:])
    if use.write is not None or more_turns:
        raise refuse(op, f"the slot {op.slot} is written twice in a region", "each copy is written once a turn")


def runs_wide(op: rt.BlockOp, declarations: Declarations) -> bool:
    """Whether no sample of a region depends on another, so that all of a block may be computed at once.

    A delay line that is both read and written must be written first: then a read finds this block's samples
    too, and the ring is long enough to still hold the older ones.
    """
    written: set[str] = set()
    read: set[str] = set()
    for inner in op.block.walk():
        if isinstance(inner, rt.LineClearOp):
            return False
        if isinstance(inner, rt.LineReadOp):
            read.add(inner.line)
        if isinstance(inner, rt.LineWriteOp):
            if inner.line in read and declarations.line(inner.line, inner).min_samples.data < TICK:
                return False
            written.add(inner.line)
    uses = slot_uses(op.block, declarations)
    return not any(use.write is not None and use.reads for use in uses.values())


TICK = 16
