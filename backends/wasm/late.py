"""Slots that one loop writes and a later one reads, in the same turn of their region or of a repeat.

The later loop has to see what was there when the turn began, so what the first one writes waits elsewhere
until the turn ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    while not isinstance(parent, rt.RegionOp | None):
        if isinstance(parent, rt.LoopOp):
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
    """Keeps what is written to `slots` in scratch memory; `commits` copy it when a turn ends."""

    places: Places
    slots: set[str] = field(default_factory=set[str])
    commits: dict[Scope, list[Instr]] = field(default_factory=dict[Scope, list[Instr]])

    def write(self, slot: rt.SlotOp, value: Code, inside: Sequence[Scope]) -> None:
        """`inside` are the open scopes from the turn on: the copies of their loops wait."""
        turn, body = inside[0], inside[-1]
        loops = [i for i in self.places.indexes(slot) if i is not self.places.voice and i.scope in inside]
        copies = _Copies(self.places, slot, [i.scope.count for i in loops])
        body.last += [*copies.room_at([i.local for i in loops]), *value, store(copies.element, copies.room)]
        if not all(scope.is_turn for scope in inside):  # what is not written then stays what it was
            turn.first += copies.each(copies.to_room)
        self.commits.setdefault(turn, []).extend(copies.each(copies.from_room))


class _Copies:
    """The copies of a slot that loops inside a turn mean, and the room where they wait."""

    def __init__(self, places: Places, slot: rt.SlotOp, counts: Sequence[int]):
        assert slot.offset is not None
        self.function, self.counts, self.offset = places.function, counts, slot.offset.data
        self.element, strides = element_of(slot.type), integers(slot.strides)
        outer = len(strides) - len(counts)
        self.base, self.strides = places.slot_pointer(slot, outer), strides[outer:]
        self.apart = [BYTES[self.element]]
        for count in reversed(counts[1:]):
            self.apart.insert(0, self.apart[0] * count)
        self.room = places.declarations.memory.scratch(self.apart[0] * counts[0])

    def room_at(self, turns: Sequence[int]) -> list[Instr]:
        return _sum([const(0)], turns, self.apart)

    def slot_at(self, turns: Sequence[int]) -> list[Instr]:
        return _sum([get(self.base)], turns, self.strides)

    def from_room(self, turns: Sequence[int]) -> Code:
        value = [*self.room_at(turns), load(self.element, self.room)]
        return [*self.slot_at(turns), *value, store(self.element, self.offset)]

    def to_room(self, turns: Sequence[int]) -> Code:
        value = [*self.slot_at(turns), load(self.element, self.offset)]
        return [*self.room_at(turns), *value, store(self.element, self.room)]

    def each(self, body: Callable[[Sequence[int]], Code], turns: Sequence[int] = ()) -> Code:
        """The loops over all of them."""
        if len(turns) == len(self.counts):
            return body(turns)
        return counted(self.function, self.counts[len(turns)], lambda turn: self.each(body, (*turns, turn)))


def _sum(start: Code, turns: Sequence[int], strides: Sequence[int]) -> list[Instr]:
    code = list(start)
    for turn, stride in zip(turns, strides, strict=True):
        code += [get(turn), *times(stride), Instr("i32.add")]
    return code
