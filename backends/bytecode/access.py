"""How the slots of a region are used, so that reads see the turn's start and writes its end.

A write reaches memory at once, unless a later read of the region could see it: then it waits for the end of
its loop's turn, or, if the read is in another loop, in the stacks' area for the end of the region's turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from xdsl.ir import Block, Operation

from dspc.backends.bytecode.declarations import Declarations
from dspc.backends.bytecode.errors import refuse
from dspc.dialects import rt

Path = tuple[rt.LoopOp, ...]


class Timing(Enum):
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
    """All accesses of one slot in a region, with their positions and loops."""

    reads: list[tuple[int, Path, rt.ReadOp]] = field(default_factory=list[tuple[int, Path, rt.ReadOp]])
    write: rt.WriteOp | None = None
    written_at: tuple[int, Path] = (0, ())

    def timing(self) -> Timing:
        """When the write may happen: not before any read that follows it in the code."""
        at, path = self.written_at
        later = [p for position, p, _ in self.reads if position > at]
        if not later:
            return Timing.NOW
        inside = all(p[: len(path)] == path for p in later)
        return Timing.LOOP_END if inside else Timing.REGION_END


def slot_uses(block: Block, declarations: Declarations) -> dict[str, SlotUse]:
    """The accesses of a region by slot. Raises `DspError` DSP340 for a copy that is written twice."""
    uses: dict[str, SlotUse] = {}
    for position, op in enumerate(block.walk()):
        if isinstance(op, rt.ReadOp | rt.WriteOp):
            slot, path = declarations.slot(op.slot, op), path_of(op)
            use = uses.setdefault(op.slot, SlotUse())
            if isinstance(op, rt.ReadOp):
                use.reads.append((position, path, op))
            else:
                _check_written_once(op, use, path, loop_indexes(slot))
                use.write, use.written_at = op, (position, path)
    return uses


def _check_written_once(op: rt.WriteOp, use: SlotUse, path: Path, indexes: int) -> None:
    more_turns = any(loop.count.data > 1 for loop in path[indexes:])
    if use.write is not None or more_turns:
        raise refuse(op, f"the slot {op.slot} is written twice in a region", "each copy is written once a turn")
