"""Recursions of a block, their shapes, and which follow one another (used by `pack-recursions`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.kit import BLOCK
from dspc.dialects.scalar import FLOATS
from dspc.dialects.types import element_of
from dspc.passes.components import dependences, strongly_connected
from dspc.passes.phases import phase_of


@dataclass(eq=False)
class Cell:
    """A recursion: operations in order, and the slots it has, in the order in which they appear."""

    ops: list[Operation]
    slots: list[str] = field(default_factory=list[str])
    shape: tuple[object, ...] = ()
    depth: int = 0
    """How many operations follow one another in it."""
    cost: float = 0.0


@dataclass
class Graph:
    """The audio of a block: which operation has to run after which, and its recursions."""

    ops: list[Operation]
    edges: list[list[int]]
    cells: list[Cell]
    index: dict[Operation, int]
    home: dict[Operation, Cell]
    written: set[str]
    """Slots that change from sample to sample."""

    @classmethod
    def of(cls, block: Block) -> Graph:
        ops = [op for op in block.ops if phase_of(op) == "audio" and op is not block.last_op]
        edges = dependences(ops, block, BLOCK)
        plain = {op.sym_name.data for op in block.ops if isinstance(op, rt.SlotOp) and _is_plain(op)}
        cells: list[Cell] = []
        for component in strongly_connected(len(ops), edges):
            members = [ops[i] for i in sorted(component)]
            if len(members) > 1 and all(_may_have_lanes(op, plain) for op in members) and _feeds_back(members):
                cells.append(_cell(members))
        index = {op: i for i, op in enumerate(ops)}
        cells.sort(key=lambda cell: index[cell.ops[0]])
        home = {op: cell for cell in cells for op in cell.ops}
        return cls(ops, edges, cells, index, home, audio_slots(ops))

    def after(self, cells: Sequence[Cell]) -> set[Operation]:
        """What has to run after one of the cells in a sample, but for the cells themselves."""
        own = {self.index[op] for cell in cells for op in cell.ops}
        work, seen = list(own), set(own)
        while work:
            for w in self.edges[work.pop()]:
                if w not in seen:
                    seen.add(w)
                    work.append(w)
        return {self.ops[i] for i in seen - own}

    def followers(self, cell: Cell) -> set[Cell]:
        """The cells that take what this one gives with only feed-forward operations between."""
        work: list[Operation] = list(cell.ops)
        seen, found = set(work), set[Cell]()
        while work:
            for result in work.pop().results:
                for use in result.uses:
                    op = use.operation
                    if op in seen or op not in self.index:
                        continue
                    seen.add(op)
                    if op in self.home:
                        found.add(self.home[op])
                    else:
                        work.append(op)
        return found - {cell}


def audio_slots(ops: Sequence[Operation]) -> set[str]:
    """Slots that operations at audio rate write."""
    found: set[str] = set()
    for op in ops:
        for inner in op.walk():
            if isinstance(inner, rt.WriteOp | rt.StoreOp) and (inner.rate is None or inner.rate.data == "audio"):
                found.add(inner.slot)
            elif isinstance(inner, rt.WriteLanesOp):
                found.update(inner.slots)
    return found


def _is_plain(slot: rt.SlotOp) -> bool:
    return not slot.dims.data and slot.voice is None and element_of(slot.type) in ("f32", "f64", "i32", "u32")


def _may_have_lanes(op: Operation, slots: set[str]) -> bool:
    return isinstance(op, dsp.ScalarOp) or isinstance(op, rt.ReadOp | rt.WriteOp) and op.slot in slots


def _feeds_back(ops: Sequence[Operation]) -> bool:
    """Whether a float that is written depends on what was there: unit delays and counters are no recursions."""
    known: set[SSAValue] = set()
    for op in ops:
        if isinstance(op, rt.ReadOp) or any(operand in known for operand in op.operands):
            known.update(op.results)
            if isinstance(op, rt.WriteOp) and element_of(op.value.type) in FLOATS:
                return True
    return False


def _cell(ops: list[Operation]) -> Cell:
    """A cell with its shape: two that have the same one differ in slots, constants and what they are given."""
    cell = Cell(ops)
    number: dict[SSAValue, int] = {op.results[0]: i for i, op in enumerate(ops) if op.results}
    shape: list[object] = []
    depths: dict[SSAValue, int] = {}
    for op in ops:
        if isinstance(op, rt.ReadOp | rt.WriteOp):
            if op.slot not in cell.slots:
                cell.slots.append(op.slot)
            shape.append(cell.slots.index(op.slot))
        elif isinstance(op, dsp.ScalarOp):
            depths[op.result] = 1 + max(depths.get(operand, 0) for operand in op.args)
            cell.cost += op.row.cost
        types = tuple(element_of(v.type) for v in (*op.operands, *op.results))
        shape.append((op.name, types, tuple(number.get(operand) for operand in op.operands)))
    cell.shape, cell.depth = tuple(shape), max(depths.values(), default=0)
    return cell


def series_of(graph: Graph, cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells of one shape as the longest series in which each follows the one before it, alone; a series may be one."""
    same = set(cells)
    followers = {cell: graph.followers(cell) & same for cell in cells}
    leaders: dict[Cell, list[Cell]] = {}
    for cell, found in followers.items():
        nearest = next((other for other in found if found - {other} <= followers[other]), None)
        if nearest is not None:
            leaders.setdefault(nearest, []).append(cell)
    links = {found[0]: cell for cell, found in leaders.items() if len(found) == 1}
    followed = set(links.values())
    series: list[list[Cell]] = []
    for cell in cells:
        if cell in followed:
            continue
        row, between = [cell], list[object]()
        while row[-1] in links:
            follower = links[row[-1]]
            between.append(_between(graph, row[-1], follower))
            if len(between) > 1 and between[-1] != between[-2]:
                series.append(row[:-1] if len(row) == 2 else row)
                row, between = (row[-1:], between[-1:]) if len(row) == 2 else ([], [])
            row.append(follower)
        series.append(row)
    return series


FAR = 12
"""Operations one after the other that are looked at between two recursions."""


def _between(graph: Graph, before: Cell, cell: Cell) -> list[object]:
    """What a recursion takes, down to what the one before it gives: operations, and which other values are numbers."""
    place: dict[object, int] = {op: i for i, op in enumerate(before.ops)}
    known: dict[SSAValue, object] = {}

    def tree(value: SSAValue, depth: int) -> object:
        """The number of an operation of the recursion before, a tuple above such, or a bool."""
        op = value.owner
        if value in known:
            return known[value]
        found: object = place.get(op, isinstance(op, dsp.ConstantOp))
        if isinstance(op, dsp.ScalarOp) and op not in graph.home and depth:
            inner = [tree(operand, depth - 1) for operand in op.args]
            found = False if all(isinstance(t, bool) for t in inner) else (op.name, *inner)
        known[value] = found
        return found

    own = set(cell.ops)
    return [tree(value, FAR) for op in cell.ops for value in op.operands if value.owner not in own]
