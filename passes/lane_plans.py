"""What recursions side by side compute in lanes: found lane by lane, then written once (used by `pack-recursions`).

A *row* is a tuple of values, one for each recursion: what they compute or take at the same place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, IntAttr
from xdsl.ir import Block, Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import ELEMENT_TYPES, SignalType, element_of, rate_of, signal, vector
from dspc.passes.recursions import FAR, Cell, Graph

Row = tuple[SSAValue, ...]
MOST_OPERATIONS = 64
"""Between one recursion and the next."""


@dataclass(eq=False)
class Node:
    """A row and how its lanes come about.

    `cell`: an operation of the recursions; `op`: an operation between them; `one`, `each`: operands, one for all or one
    for each; `numbers`: constants; `link`: from the recursion before, where there is one.
    """

    kind: str
    row: Row
    operands: list[Node] = field(default_factory=list["Node"])

    @property
    def cost(self) -> float:
        """Of an operation in one lane, as the scalar table has it."""
        owner = self.row[0].owner
        return owner.row.cost if isinstance(owner, dsp.ScalarOp) else 0.0


@dataclass
class Plan:
    """The rows of recursions `cells` in lanes; `places` says which follow the one before."""

    graph: Graph
    cells: list[Cell]
    places: list[int]
    nodes: dict[Row, Node | None] = field(default_factory=dict[Row, Node | None])
    count: int = 0

    def __post_init__(self) -> None:
        self.lane: dict[SSAValue, tuple[int, int]] = {
            op.results[0]: (i, k) for k, cell in enumerate(self.cells) for i, op in enumerate(cell.ops) if op.results
        }
        self.in_series = any(self.places)

    def complete(self) -> bool:
        """Whether everything that the recursions take can be had in lanes."""
        rows = [row for row in self._taken() if not all(value in self.lane for value in row)]
        return all(self._node(row) is not None for row in rows)

    def _taken(self) -> Iterator[Row]:
        for ops in zip(*(cell.ops for cell in self.cells), strict=True):
            yield from zip(*(op.operands for op in ops), strict=True)

    def given(self, node: Node) -> Sequence[SSAValue]:
        """The values from outside that a row is made of."""
        if node.kind == "link":
            return [value for value, place in zip(node.row, self.places, strict=True) if place == 0]
        return node.row[:1] if node.kind == "one" else node.row if node.kind == "each" else ()

    def node(self, row: Row) -> Node:
        found = self._node(row)
        assert found is not None
        return found

    def _node(self, row: Row) -> Node | None:
        if row not in self.nodes:
            self.nodes[row] = None
            self.count += 1
            self.nodes[row] = self._find(row) if self.count <= MOST_OPERATIONS * 2 else None
        return self.nodes[row]

    def _find(self, row: Row) -> Node | None:
        if self._is_of_cells(row):
            return Node("cell", row)
        owners = [value.owner for value in row]
        if any(isinstance(owner, rt.FrameOp) for owner in owners):
            return None  # regions know it by themselves, from the number of the turn
        if all(isinstance(owner, dsp.ConstantOp) for owner in owners):
            return Node("numbers", row)
        if len(set(row)) == 1:
            return Node("one", row)
        if not self.in_series or all(rate_of(value.type) != "audio" or self._is_held(value) for value in row):
            return Node("each", row)
        known = self._link(row)
        if known is None and self._comes_from_before(row):
            known = self._late_link(row)
        return known or self._operation(row)

    def _is_of_cells(self, row: Row) -> bool:
        places = [self.lane.get(value) for value in row]
        first = places[0]
        return first is not None and places == [(first[0], k) for k in range(len(row))]

    def _is_held(self, value: SSAValue) -> bool:
        """Whether it is read from a slot that only ticks write."""
        return isinstance(value.owner, rt.ReadOp) and value.owner.slot not in self.graph.written

    # from the recursion before

    def _followers(self) -> list[int]:
        return [k for k, place in enumerate(self.places) if place]

    def _link(self, row: Row) -> Node | None:
        """Each takes what an operation of the recursion before it gives."""
        before = {k: self.lane.get(row[k]) for k in self._followers()}
        first = before[self._followers()[0]]
        if first is None or any(before[k] != (first[0], k - 1) for k in before):
            return None
        ops = [cell.ops[first[0]] for cell in self.cells]
        return Node("link", row, [self.node(tuple(op.results[0] for op in ops))])

    def _comes_from_before(self, row: Row) -> bool:
        """Whether what the first follower takes depends on the recursion before it, and not on itself."""
        follower = self._followers()[0]
        return self._depends(row[follower], self.cells[follower - 1]) and not self._depends(
            row[follower], self.cells[follower])  # fmt: skip

    def _depends(self, value: SSAValue, cell: Cell) -> bool:
        """Whether a value is computed, by feed-forward operations, from what a recursion gives."""
        work, seen = [value], {value}
        for current in work:  # grows
            op = current.owner
            if not isinstance(op, Operation):
                continue
            home = self.graph.home.get(op)
            if home is cell:
                return True
            if home is None and isinstance(op, dsp.ScalarOp):
                fresh = [operand for operand in op.operands if operand not in seen]
                seen.update(fresh)
                work += fresh
        return False

    def _late_link(self, row: Row) -> Node | None:
        """Each takes what comes of the recursion before it some operations later; behind the last one are such too."""
        lasts = [k for k in range(len(row)) if k + 1 == len(row) or self.places[k + 1] == 0]
        sought = row[self._followers()[0]].owner
        if not isinstance(sought, dsp.ScalarOp):
            return None
        found = [self._behind(self.cells[k], sought.name) for k in lasts]
        link = Node("link", row)
        for values in zip(*found, strict=False):
            last = dict(zip(lasts, values, strict=True))
            self.nodes[row] = link
            node = self._node(tuple(last[k] if k in last else row[k + 1] for k in range(len(row))))
            if node is not None and node.kind == "op":
                link.operands = [node]
                return link
            self.nodes[row] = None
        return None

    def _behind(self, cell: Cell, name: str) -> list[SSAValue]:
        """Results of operations of that name which take, at some distance, what a recursion gives."""
        work = [(op, 0) for op in cell.ops]
        seen, found = set(cell.ops), list[SSAValue]()
        for op, distance in work:  # grows
            for use in [use for result in op.results for use in result.uses]:
                user = use.operation
                if user in seen or not isinstance(user, dsp.ScalarOp) or user in self.graph.home or distance > FAR:
                    continue
                seen.add(user)
                work.append((user, distance + 1))
                if user.name == name:
                    found.append(user.result)
        return found

    def _operation(self, row: Row) -> Node | None:
        """The same operation on rows."""
        owners = [value.owner for value in row]
        first = owners[0]
        if not isinstance(first, dsp.ScalarOp) or first in self.graph.home:
            return None
        for owner, value in zip(owners, row, strict=True):
            if not isinstance(owner, dsp.ScalarOp) or owner in self.graph.home or owner.name != first.name:
                return None
            if [element_of(a.type) for a in owner.args] != [element_of(a.type) for a in first.args]:
                return None
            if element_of(value.type) != element_of(first.result.type):
                return None
        rows = list(zip(*(owner.operands for owner in owners if isinstance(owner, Operation)), strict=True))
        nodes = [self._node(operands) for operands in rows]
        if any(node is None for node in nodes):
            return None
        return Node("op", row, [node for node in nodes if node is not None])


@dataclass
class Writer:
    """Writes a plan as the body of an `rt.pack`."""

    plan: Plan
    width: int
    body: Block = field(default_factory=Block)
    values: dict[Row, SSAValue] = field(default_factory=dict[Row, SSAValue])
    inputs: list[SSAValue] = field(default_factory=list[SSAValue])
    feeds: list[int] = field(default_factory=list[int])
    links: list[Row | None] = field(default_factory=list["Row | None"])

    def write(self, taken: Sequence[tuple[Row, int]]) -> rt.PackOp:
        """The operation whose results are the given lanes of rows."""
        for ops in zip(*(cell.ops for cell in self.plan.cells), strict=True):
            self._cell(ops)
        rows = list(dict.fromkeys([*(row for row, _ in taken), *(row for row in self.links if row is not None)]))
        for row in rows:
            self._value(self.plan.node(row))
        rows += [row for row in self.links if row is not None and row not in rows]
        number = {row: i for i, row in enumerate(rows)}
        self.body.add_op(rt.YieldOp.create(operands=[self.values[row] for row in rows]))
        links = [-1 if row is None else number[row] for row in self.links]
        return rt.PackOp.create(
            operands=self.inputs, regions=[Region(self.body)],
            result_types=[row[lane].type for row, lane in taken],
            properties={
                "width": IntAttr(self.width), "places": _numbers(self.plan.places), "feeds": _numbers(self.feeds),
                "links": _numbers(links), "taken": ArrayAttr([_numbers([number[row], lane]) for row, lane in taken]),
            },
            location=self.plan.cells[0].ops[0].location,
        )  # fmt: skip

    def _cell(self, ops: tuple[Operation, ...]) -> None:
        first = ops[0]
        if isinstance(first, rt.WriteOp):
            value = self._value(self.plan.node(tuple(op.operands[0] for op in ops)))
            self.body.add_op(rt.WriteLanesOp.make([op.slot for op in ops if isinstance(op, rt.WriteOp)], value,
                                                  first.location))  # fmt: skip
            return
        row = tuple(op.results[0] for op in ops)
        if isinstance(first, rt.ReadOp):
            slots = [op.slot for op in ops if isinstance(op, rt.ReadOp)]
            self.values[row] = self._add(rt.ReadLanesOp.make(slots, self._type(row[0]), first.location))
            return
        rows = list(zip(*(op.operands for op in ops), strict=True))
        self._apply(row, [self._value(self.plan.node(operands)) for operands in rows])

    def _value(self, node: Node) -> SSAValue:
        row = node.row
        if row not in self.values:
            if node.kind == "op":
                self._apply(row, [self._value(operand) for operand in node.operands])
            elif node.kind == "numbers":
                self.values[row] = self._add(self._constant(row))
            else:
                self.values[row] = self._argument(node)
        return self.values[row]

    def _apply(self, row: Row, operands: list[SSAValue]) -> None:
        first = row[0].owner
        assert isinstance(first, dsp.ScalarOp)
        op = dsp.SCALAR_OPS[first.name[4:]].create(
            operands=operands, result_types=(self._type(row[0]),), location=first.location)  # fmt: skip
        self.values[row] = self._add(op)

    def _argument(self, node: Node) -> SSAValue:
        operands = self.plan.given(node)
        self.inputs += operands
        self.feeds.append(len(operands))
        self.links.append(node.operands[0].row if node.kind == "link" else None)
        return self.body.insert_arg(self._type(node.row[0]), len(self.body.args))

    def _constant(self, row: Row) -> Operation:
        numbers = [value.owner.number for value in row if isinstance(value.owner, dsp.ConstantOp)]
        element = element_of(row[0].type)
        type_ = signal(vector(element, self.width), "const")
        if len({(number, str(number)) for number in numbers}) == 1:
            return dsp.ConstantOp.make(numbers[0], type_)
        values = DenseArrayBase.from_list(cast(Any, ELEMENT_TYPES[element]), numbers)
        return dsp.LanesOp.create(result_types=(type_,), properties={"values": values})

    def _type(self, like: SSAValue) -> SignalType:
        return signal(vector(element_of(like.type), self.width), "audio")

    def _add(self, op: Operation) -> SSAValue:
        self.body.add_op(op)
        return op.results[0]


def _numbers(values: Sequence[int]) -> ArrayAttr[IntAttr]:
    return ArrayAttr([IntAttr(value) for value in values])
