"""How the slots of a region are used, so that reads see the turn's start and writes its end.

A turn is one of the region (a tick, a sample) or of an `rt.repeat`. A write reaches memory at once, unless a later
read of the turn could see it: then it waits for the end of its body, or, if the read is in another one, in the
stacks' area for the end of the turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from xdsl.ir import Block, Operation

from dspc.backends.bytecode.declarations import Declarations
from dspc.backends.bytecode.errors import refuse
from dspc.dialects import rt

Body = rt.LoopOp | rt.RepeatOp | rt.WhenOp
Path = tuple[Body, ...]
Change = rt.WriteOp | rt.StoreOp | rt.LineWriteOp | rt.LineClearOp


class Timing(Enum):
    """When a write reaches its slot."""

    NOW = auto()
    BODY_END = auto()
    TURN_END = auto()


def path_of(op: Operation) -> Path:
    """The bodies around an operation, outermost first."""
    bodies: list[Body] = []
    parent = op.parent_op()
    while isinstance(parent, Body):
        bodies.insert(0, parent)
        parent = parent.parent_op()
    return tuple(bodies)


def loops_of(path: Path) -> list[rt.LoopOp]:
    """Those that index slots and lines."""
    return [body for body in path if isinstance(body, rt.LoopOp)]


def loop_indexes(declared: rt.SlotOp | rt.LineOp, op: Operation | None = None) -> int:
    """How many dimensions the loops index: all but that of the voices, and that which a load or a store chooses."""
    return len(declared.sizes) - (declared.voice is not None) - isinstance(op, rt.LoadOp | rt.StoreOp)


def changes(op: Operation) -> Iterator[Change]:
    """What an operation, or its body, leaves behind."""
    return (inner for inner in op.walk() if isinstance(inner, Change))


@dataclass
class SlotUse:
    """All reads and the write of one slot in a region, with their positions and the bodies around them."""

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
        return Timing.BODY_END if inside else Timing.TURN_END

    def turn(self) -> rt.RepeatOp | None:
        """The repeat whose turn the write belongs to; None: the region's."""
        return next((b for b in reversed(self.written_at[1]) if isinstance(b, rt.RepeatOp)), None)

    def is_conditional(self) -> bool:
        """Whether the turn may end without the write."""
        path, turn = self.written_at[1], self.turn()
        inside = path[path.index(turn) :] if turn is not None else path
        return any(isinstance(body, rt.WhenOp) for body in inside)


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
    more_turns = any(loop.count.data > 1 for loop in loops_of(path)[indexes:])
    if use.write is not None or more_turns:
        raise refuse(op, f"the slot {op.slot} is written twice in a region", "each copy is written once a turn")
