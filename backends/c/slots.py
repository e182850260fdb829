"""Slots: reads give what was there when the turn began, writes take effect when it ends.

A turn is that of the region, or of the innermost `rt.repeat`. Most writes may be made as soon as the block in which
they stand ends; those whose slot is read further down in the same turn are kept back until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from xdsl.ir import Block, Operation

from dspc.backends.c.spelling import lanes, value_type
from dspc.backends.c.writer import Writer
from dspc.dialects import rt
from dspc.dialects.scalar import C_TYPES
from dspc.dialects.types import element_of, width_of


@dataclass
class _Kept:
    """A write that is kept back: in a local until `block` ends, or for all copies of a slot in an array."""

    slot: rt.SlotOp
    block: Block
    all_copies: bool
    certain: bool = False
    """Nothing stands round it that may not run."""
    name: str = ""
    first: int = 0
    """How many loops stand round `block`: of these, only one copy is written in it."""


@dataclass
class Slots:
    """The slots of one region. Those that no loop indexes live in locals across its samples."""

    writer: Writer
    carried: set[str] = field(default_factory=set[str])
    kept: dict[rt.WriteOp, _Kept] = field(default_factory=dict[rt.WriteOp, _Kept])

    def plan(self, block: Block) -> None:
        """Decides which writes of a region are kept back."""
        if any(op.regions for op in block.ops):
            order = _Order.of(block)
            for write in order.writes:
                if (kept := self._keep(write, order)) is not None:
                    self.kept[write] = kept

    def _keep(self, write: rt.WriteOp, order: _Order) -> _Kept | None:
        slot = self.writer.declarations.slots[write.slot]
        own = write.parent
        assert own is not None
        if not order.read_after(slot, own):
            return None
        home = _enclosing(write, _indexes(slot))
        if not order.read_after(slot, home):
            return None if home is own else _Kept(slot, home, all_copies=False)
        turn = _enclosing(write, 0)
        return _Kept(slot, turn, all_copies=True, certain=not _may_not_run(write, turn))

    def begin(self, block: Block) -> None:
        """Declares what is kept back until this block ends."""
        for kept in self.kept.values():
            if kept.block is block:
                self._declare(kept)

    def read(self, op: rt.ReadOp) -> None:
        slot = self._slot(op)
        self.writer.define(op.result, self._carry(slot) if _indexes(slot) == 0 else self._load(self._place(slot), slot))

    def advance(self, op: rt.AdvanceOp, turn: str) -> None:
        """`turn` is the sample's number in the block, or those of several."""
        slot, step = self._slot(op), op.step.owner
        start = self._carry(slot)
        by = self._carry(self._slot(step)) if isinstance(step, rt.ReadOp) else self.writer.name(op.step)
        end = f"{start} + {by} * ({C_TYPES[element_of(slot.type)]})n"
        self.writer.after.append(self._store(self._place(slot), slot, end))
        self.writer.define(op.result, f"{start} + {by} * {turn}")

    def previous(self, op: rt.PreviousOp) -> None:
        slot = self._slot(op)
        self._carry(slot, changed=True)
        self.writer.define(op.result, f"l_{slot.sym_name.data}")
        self.writer.ends.append(f"l_{slot.sym_name.data} = {self.writer.name(op.x)};")

    def shifted(self, op: rt.PreviousOp, width: int) -> None:
        """The same for `width` samples side by side, of which the block may have fewer."""
        slot, x = self._slot(op), self.writer.name(op.x)
        kind, place = value_type(op.result.type), self._place(slot)
        last = f"l_{slot.sym_name.data}"  # the samples of the turn before; of the first, the slot's value is one
        self.writer.before.append(f"{kind} {last} = {lanes([place] * width, op.result.type)};")
        self.writer.define(op.result, f"dspc_later_{kind}({last}, {x})")
        self.writer.ends.append(f"{last} = {x};")
        self.writer.after.append(f"{place} = {last}[(n - 1) % {width}u];")

    def write(self, op: rt.WriteOp) -> None:
        slot, value = self._slot(op), self.writer.name(op.value)
        if _indexes(slot) == 0:
            self._carry(slot, changed=True)
        kept = self.kept.get(op)
        if kept is None:
            self.writer.ends.append(self._commit(slot, value))
        elif kept.all_copies:
            self.writer.say(f"{kept.name}[{self._number(kept, self._own(slot)[kept.first :])}] = {value};")
        else:
            self.writer.say(f"{kept.name} = {value};")

    def load(self, op: rt.LoadOp) -> None:
        slot, index = self._slot(op), self.writer.name(op.index)
        if width_of(op.index.type) == 1:
            self.writer.define(op.result, self._load(self._element(slot, index), slot))
            return
        sign = "-(int32_t)" if element_of(slot.type) == "bool" else ""
        own = width_of(slot.type) > 1  # else the lanes share the elements
        count = width_of(op.index.type)
        texts = [f"{sign}{self._element(slot, f'{index}[{k}]')}{f'[{k}]' if own else ''}" for k in range(count)]
        self.writer.define(op.result, lanes(texts, op.result.type))

    def store(self, op: rt.StoreOp) -> None:
        slot, index, value = self._slot(op), self.writer.name(op.index), self.writer.name(op.value)
        if width_of(op.index.type) == 1:
            self.writer.say(self._store(self._element(slot, index), slot, value))
            return
        one = f"1u & (uint32_t){value}[k]" if element_of(slot.type) == "bool" else f"{value}[k]"
        element = self._element(slot, f"{index}[k]") + ("[k]" if width_of(slot.type) > 1 else "")
        self.writer.say(f"for (int k = 0; k < {width_of(op.index.type)}; k++) {element} = {one};")

    # what is kept back

    def _declare(self, kept: _Kept) -> None:
        writer, slot = self.writer, kept.slot
        if not kept.all_copies:
            kept.name = writer.local("n")
            now = self._carry(slot) if _indexes(slot) == 0 else self._load(self._place(slot), slot)
            writer.say(f"{value_type(slot.type)} {kept.name} = {now};")
            writer.ends.append(self._commit(slot, kept.name))
            return
        kept.first = len(writer.loops)
        sizes = self._sizes(slot)[kept.first :]
        kept.name = writer.array("n", slot.type, prod(sizes))
        turns = [f"i{k}" for k in range(len(sizes))]
        heads = "".join(f"for (int {i} = 0; {i} < {size}; {i}++) " for i, size in zip(turns, sizes, strict=True))
        place, copy = self._place(slot, [*writer.loops, *turns]), f"{kept.name}[{self._number(kept, turns)}]"
        if not kept.certain:
            writer.say(f"{heads}{copy} = {self._load(place, slot)};")
        writer.ends.append(heads + self._store(place, slot, copy))

    def _number(self, kept: _Kept, turns: Sequence[str]) -> str:
        """Which of the copies that are kept."""
        number = turns[0]
        for size, turn in zip(self._sizes(kept.slot)[kept.first + 1 :], turns[1:], strict=True):
            number = f"({number} * {size} + {turn})"
        return number

    # places

    def _slot(self, op: rt.SlotAccessOp) -> rt.SlotOp:
        return self.writer.declarations.slots[op.slot]

    def _carry(self, slot: rt.SlotOp, changed: bool = False) -> str:
        """The local in which the slot is kept while the region runs."""
        name, place = slot.sym_name.data, self._place(slot)
        if name not in self.carried:
            self.carried.add(name)
            self.writer.before.append(f"{value_type(slot.type)} l_{name} = {self._load(place, slot)};")
        if changed:
            self.writer.after.append(self._store(place, slot, f"l_{name}"))
        return f"l_{name}"

    def _commit(self, slot: rt.SlotOp, value: str) -> str:
        if _indexes(slot) == 0:
            return f"l_{slot.sym_name.data} = {value};"
        return self._store(self._place(slot), slot, value)

    def _sizes(self, slot: rt.SlotOp) -> tuple[int, ...]:
        return slot.sizes[slot.voice is not None :]

    def _own(self, slot: rt.SlotOp) -> list[str]:
        """The turns that are its indexes here."""
        return self.writer.loops[: _indexes(slot)]

    def _place(self, slot: rt.SlotOp, indexes: Sequence[str] | None = None) -> str:
        owner = "v" if slot.voice is not None else "s"
        if indexes is None:
            indexes = self._own(slot) if _indexes(slot) else ["0"] * len(self._sizes(slot))
        return f"{owner}->{slot.sym_name.data}" + "".join(f"[{i}]" for i in indexes)

    def _element(self, slot: rt.SlotOp, index: str) -> str:
        return f"{self._place(slot, self.writer.loops[: len(self._sizes(slot)) - 1])}[{index}]"

    def _load(self, place: str, slot: rt.SlotOp) -> str:
        width = width_of(slot.type)
        return f"dspc_load_boolx{width}(&{place})" if _is_mask(slot) else place

    def _store(self, place: str, slot: rt.SlotOp, value: str) -> str:
        width = width_of(slot.type)
        return f"dspc_store_boolx{width}(&{place}, {value});" if _is_mask(slot) else f"{place} = {value};"


@dataclass
class _Order:
    """The order of a region's operations, as far as it matters to slots."""

    writes: list[rt.WriteOp] = field(default_factory=list[rt.WriteOp])
    last_read: dict[str, int] = field(default_factory=dict[str, int])
    ends: dict[Block, int] = field(default_factory=dict[Block, int])
    count: int = 0

    @classmethod
    def of(cls, block: Block) -> _Order:
        made = cls()
        made._walk(block)
        return made

    def _walk(self, block: Block) -> None:
        for op in block.ops:
            self.count += 1
            if isinstance(op, rt.ReadOp):
                self.last_read[op.slot] = self.count
            elif isinstance(op, rt.WriteOp):
                self.writes.append(op)
            for region in op.regions:
                self._walk(region.block)
        self.ends[block] = self.count

    def read_after(self, slot: rt.SlotOp, block: Block) -> bool:
        """Whether the slot is read behind a block."""
        return self.last_read.get(slot.sym_name.data, 0) > self.ends[block]


def _indexes(slot: rt.SlotOp) -> int:
    """How many loops' turns are its indexes: none, where they have a single turn."""
    sizes = slot.sizes[slot.voice is not None :]
    return len(sizes) if prod(sizes) > 1 else 0


def _is_mask(slot: rt.SlotOp) -> bool:
    return element_of(slot.type) == "bool" and width_of(slot.type) > 1


def _bodies(op: Operation) -> list[Operation]:
    """The loops, repeats and conditions round an operation, the innermost first."""
    found: list[Operation] = []
    parent = op.parent_op()
    while isinstance(parent, rt.TurnsOp | rt.WhenOp):
        found.append(parent)
        parent = parent.parent_op()
    return found


def _enclosing(op: Operation, indexes: int) -> Block:
    """The block of the turn round `op`, or of the loop inside it whose turn is the last of the indexes."""
    bodies = _bodies(op)
    loops = sum(isinstance(b, rt.LoopOp) for b in bodies)
    block = op.parent
    for body in bodies:
        block = body.regions[0].block
        if isinstance(body, rt.RepeatOp) or isinstance(body, rt.LoopOp) and loops == indexes:
            return block
        loops -= isinstance(body, rt.LoopOp)
        block = body.parent
    assert block is not None
    return block


def _may_not_run(op: Operation, turn: Block) -> bool:
    """Whether a condition stands between an operation and the block of its turn."""
    parent = op.parent_op()
    while isinstance(parent, rt.TurnsOp | rt.WhenOp) and parent.regions[0].block is not turn:
        if isinstance(parent, rt.WhenOp):
            return True
        parent = parent.parent_op()
    return False
