"""Slots that one loop writes and a later one reads, in the same turn of their region.

The later loop has to see what was there when the turn began, so what the first one writes waits elsewhere
until the turn ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.ir import Block, Operation

from dspc.backends.wasm.encoder import Instr
from dspc.backends.wasm.memory import Declarations, integers
from dspc.backends.wasm.scope import Code, Places, Scope, const, counted, get, load, store, times
from dspc.dialects import rt
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of


def _home_loop(op: Operation, indexes: int) -> Operation | None:
    """The loop whose turn is the last of the indexes, out of those round `op`."""
    loops: list[Operation] = []
    parent = op.parent_op()
    while isinstance(parent, rt.LoopOp):
        loops.insert(0, parent)
        parent = parent.parent_op()
    return loops[indexes - 1] if 0 < indexes <= len(loops) else None


def slots_written_late(block: Block, declarations: Declarations) -> set[str]:
    """The names of slots of which a loop writes copies that another one, further down, reads."""
    written: dict[str, Operation | None] = {}
    late: set[str] = set()
    for op in block.walk():
        if isinstance(op, rt.WriteOp | rt.ReadOp):
            slot = declarations.slots[op.slot]
            home = _home_loop(op, len(slot.sizes) - (slot.voice is not None))
            if isinstance(op, rt.WriteOp):
                written[op.slot] = home
            elif op.slot in written and written[op.slot] is not home:
                late.add(op.slot)
    return late


@dataclass
class LateWrites:
    """Keeps what is written to `slots` in scratch memory, and copies it when the turn ends."""

    places: Places
    slots: set[str] = field(default_factory=set[str])
    _commits: list[Instr] = field(default_factory=list[Instr])

    def write(self, slot: rt.SlotOp, value: Code, home: Scope) -> None:
        element = element_of(slot.type)
        loops = [i for i in self.places.indexes(slot) if i is not self.places.voice]
        counts = [i.scope.count for i in loops]
        apart = [BYTES[element]]
        for count in reversed(counts[1:]):
            apart.insert(0, apart[0] * count)
        room = self.places.declarations.memory.scratch(apart[0] * counts[0])
        at = _sum([const(0)], [i.local for i in loops], apart)
        home.last += [*at, *value, store(element, room)]
        self._commits += self._copy(slot, (), counts, apart, room)

    def commit(self) -> list[Instr]:
        return self._commits

    def _copy(
        self, slot: rt.SlotOp, turns: tuple[int, ...], counts: Sequence[int], apart: Sequence[int], room: int
    ) -> list[Instr]:
        """The loops over all copies of the slot."""
        if counts:
            function = self.places.function
            return counted(function, counts[0], lambda turn: self._copy(slot, (*turns, turn), counts[1:], apart, room))
        assert slot.offset is not None
        element, strides = element_of(slot.type), integers(slot.strides)
        base = self.places.voice_pointer(slot)
        to = _sum([get(base)], turns, strides[len(strides) - len(turns) :])
        value = [*_sum([const(0)], turns, apart), load(element, room)]
        return [*to, *value, store(element, slot.offset.data)]


def _sum(start: Code, turns: Sequence[int], strides: Sequence[int]) -> list[Instr]:
    code = list(start)
    for turn, stride in zip(turns, strides, strict=True):
        code += [get(turn), *times(stride), Instr("i32.add")]
    return code
