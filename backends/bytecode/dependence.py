"""What of a block's samples may be computed at once, and what has to be done sample by sample.

Operations that depend on themselves by way of a slot or a short delay line (a filter's feedback) form a
*circle*: it runs sample by sample. All else runs for the 16 samples of a block at once, before or after it.
So does a body that may not run or repeats, if it changes nothing; one that changes anything is a circle.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.bytecode.access import SlotUse, changes, loop_indexes
from dspc.backends.bytecode.declarations import Declarations
from dspc.backends.bytecode.virtual import TICK_SAMPLES
from dspc.dialects import dsp, rt
from dspc.dialects.types import StackType


class Kind(Enum):
    """How a group runs."""

    ONCE = auto()
    """All samples of a block at once."""
    DELAYED = auto()
    """So too: `slot` is read, and what is written to it comes one sample late."""
    SUM = auto()
    """So too: `slot` is a running sum."""
    CIRCLE = auto()
    """Sample by sample."""


@dataclass
class Group:
    """Operations in an order in which they can run."""

    kind: Kind = Kind.ONCE
    ops: list[Operation] = field(default_factory=list[Operation])
    slot: str = ""


def arrange(block: Block, depth: int, uses: dict[str, SlotUse], declarations: Declarations) -> list[Group]:
    """The groups of a block that stands in `depth` loops; constants and the yield belong to none."""
    graph = _Graph(block, depth, uses, declarations)
    components = strongly_connected(graph.edges)
    while graph.tie_stacks(components):
        components = strongly_connected(graph.edges)
    return _Schedule(graph, components).run()


def outer_values(op: Operation) -> Iterator[SSAValue]:
    """The operands of an operation, and what its bodies use."""
    for inner in op.walk():
        yield from inner.operands


class _Graph:
    """Nodes are operations; all reads of a slot that the block also writes are one.

    An edge leads to what must run later, in the same sample or (from a write to its reads) in the next one.
    """

    def __init__(self, block: Block, depth: int, uses: dict[str, SlotUse], declarations: Declarations):
        self.declarations, self.depth = declarations, depth
        self.nodes: list[Group] = []
        self.of: dict[Operation, int] = {}
        self.reads: dict[str, int] = {}
        self.written = {name for name, use in uses.items() if use.write is not None}
        self.own = {name for name in self.written if uses[name].reads
                    and loop_indexes(declarations.slots[name]) == depth}  # fmt: skip
        for op in block.ops:
            if not isinstance(op, dsp.ConstantOp | rt.YieldOp):
                self._add(op)
        self.edges: list[set[int]] = [set() for _ in self.nodes]
        self._connect()

    def _add(self, op: Operation) -> None:
        for inner in op.walk():
            if isinstance(inner, rt.ReadOp) and inner.slot in self.own and inner.slot not in self.reads:
                self.reads[inner.slot] = len(self.nodes)
                self.nodes.append(Group(Kind.DELAYED, slot=inner.slot))
        if isinstance(op, rt.ReadOp) and op.slot in self.own:
            node = self.reads[op.slot]
        else:
            node = len(self.nodes)
            self.nodes.append(Group(Kind.CIRCLE if self._runs_in_order(op) else Kind.ONCE))
        self.nodes[node].ops.append(op)
        self.of[op] = node

    def _runs_in_order(self, op: Operation) -> bool:
        """Whether a body must have run for one sample before it runs for the next.

        Turns of a loop may run for all samples one turn after another, if each has slots and lines of its own.
        """
        if isinstance(op, rt.RepeatOp | rt.WhenOp):
            return any(changes(op))
        return isinstance(op, rt.LoopOp) and any(self._is_shared(inner) for inner in changes(op))

    def _is_shared(self, op: Operation) -> bool:
        """Whether all turns of the loops that begin here change the same elements, or the same line."""
        if isinstance(op, rt.StoreOp):
            return loop_indexes(self.declarations.slot(op.slot, op), op) <= self.depth
        return isinstance(op, rt.LineWriteOp | rt.LineClearOp) and (
            loop_indexes(self.declarations.line(op.line, op)) <= self.depth
        )

    # --- edges ------------------------------------------------------------------------------------

    def _connect(self) -> None:
        slots: dict[str, set[int]] = {}
        lines: dict[str, list[tuple[int, Operation]]] = {}
        elements: dict[str, list[tuple[int, Operation]]] = {}
        for op, node in self.of.items():
            for value in outer_values(op):
                if isinstance(value.owner, Operation) and value.owner in self.of and self.of[value.owner] != node:
                    self.edges[self.of[value.owner]].add(node)
            for inner in op.walk():
                if isinstance(inner, rt.ReadOp | rt.WriteOp):
                    self._touch_slot(inner, node, slots)
                elif isinstance(inner, rt.LoadOp | rt.StoreOp):
                    elements.setdefault(inner.slot, []).append((node, inner))
                elif isinstance(inner, rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp):
                    lines.setdefault(inner.line, []).append((node, inner))
        for nodes in slots.values():
            self._tie(nodes)
        for accesses in elements.values():
            if any(isinstance(op, rt.StoreOp) for _, op in accesses):
                self._tie(node for node, _ in accesses)
        for name, accesses in lines.items():
            self._connect_line(name, accesses)

    def _touch_slot(self, op: rt.ReadOp | rt.WriteOp, node: int, slots: dict[str, set[int]]) -> None:
        if op.slot in self.own:
            if isinstance(op, rt.WriteOp):
                self.edges[node].add(self.reads[op.slot])
                if self.nodes[node].kind is Kind.CIRCLE:
                    self.edges[self.reads[op.slot]].add(node)
            elif node != self.reads[op.slot]:
                self.edges[self.reads[op.slot]].add(node)
        elif op.slot in self.written and loop_indexes(self.declarations.slots[op.slot]) > self.depth:
            slots.setdefault(op.slot, set()).add(node)

    def _connect_line(self, name: str, accesses: list[tuple[int, Operation]]) -> None:
        """A read less than a block ago comes behind the write: then it finds this block's samples too."""
        nodes = {node for node, _ in accesses}
        writers = {node for node, op in accesses if isinstance(op, rt.LineWriteOp)}
        readers = {node for node, op in accesses if isinstance(op, rt.LineReadOp)}
        cleared = any(isinstance(op, rt.LineClearOp) for _, op in accesses)
        placed = any(isinstance(op, rt.LineReadOp | rt.LineWriteOp) and op.position is not None for _, op in accesses)
        if cleared or (placed and writers) or len(writers) > 1 or (writers & readers and len(nodes) > 1):
            self._tie(nodes)
        elif self.declarations.lines[name].min_samples.data < TICK_SAMPLES:
            for writer in writers:
                self.edges[writer] |= readers - {writer}

    def _tie(self, nodes: Iterable[int]) -> None:
        """Makes a circle of several nodes."""
        ring = sorted(set(nodes))
        if len(ring) > 1:
            for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
                self.edges[a].add(b)

    def tie_stacks(self, components: list[list[int]]) -> bool:
        """Takes what uses the stacks of a circle into it: they hold one sample's values. Whether it was not there."""
        home = _homes(components)
        tied = False
        for op, node in self.of.items():
            for value in outer_values(op):
                if not isinstance(value.type, StackType) or not isinstance(value.owner, Operation):
                    continue
                made = self.of.get(value.owner)
                if made is None or home[made] == home[node]:
                    continue
                if self.kind(components[home[made]]) is Kind.CIRCLE:
                    self.edges[node].add(made)
                    tied = True
        return tied

    def kind(self, component: list[int]) -> Kind:
        groups = [self.nodes[node] for node in component]
        if len(groups) == 1:
            return groups[0].kind
        return Kind.SUM if _is_sum(groups) else Kind.CIRCLE


class _Schedule:
    """A topological order of the components. Circles come as late as they can, and then together."""

    def __init__(self, graph: _Graph, components: list[list[int]]):
        self.graph = graph
        home = _homes(components)
        self.members: dict[int, list[int]] = dict(enumerate(components))
        between = sorted(
            {(home[a], home[b]) for a, targets in enumerate(graph.edges) for b in targets if home[a] != home[b]}
        )
        self.after: dict[int, list[int]] = {}
        self.waits: dict[int, int] = dict.fromkeys(self.members, 0)
        for source, target in between:
            self.after.setdefault(source, []).append(target)
            self.waits[target] += 1
        self.ready: list[tuple[int, int]] = []
        self.circles: list[int] = []

    def run(self) -> list[Group]:
        for component, count in self.waits.items():
            if count == 0:
                self._put(component)
        groups: list[Group] = []
        while self.ready or self.circles:
            if self.ready:
                batch = [heapq.heappop(self.ready)[1]]
            else:
                batch, self.circles = self.circles, []
            groups.append(self._group(batch))
            for component in batch:
                for target in self.after.get(component, ()):
                    self.waits[target] -= 1
                    if self.waits[target] == 0:
                        self._put(target)
        return groups

    def _put(self, component: int) -> None:
        if self.graph.kind(self.members[component]) is Kind.CIRCLE:
            self.circles.append(component)
        else:
            heapq.heappush(self.ready, (self.members[component][0], component))

    def _group(self, batch: list[int]) -> Group:
        nodes = sorted(node for component in batch for node in self.members[component])
        groups = [self.graph.nodes[node] for node in nodes]
        slot = next((g.slot for g in groups if g.slot), "")
        return Group(self.graph.kind(self.members[batch[0]]), [op for g in groups for op in g.ops], slot)


def _is_sum(groups: list[Group]) -> bool:
    """Whether a circle is `slot = slot + x`, with x from outside."""
    ops = [op for g in groups for op in g.ops]
    adds = [op for op in ops if isinstance(op, dsp.ScalarOp) and op.row.name == "add"]
    writes = [op for op in ops if isinstance(op, rt.WriteOp)]
    reads = [op.result for op in ops if isinstance(op, rt.ReadOp)]
    if len(groups) != 3 or len(adds) != 1 or len(writes) != 1 or not reads:
        return False
    return writes[0].value is adds[0].result and sum(arg in reads for arg in adds[0].args) == 1


def _homes(components: list[list[int]]) -> list[int]:
    """The component of every node."""
    home = {node: number for number, component in enumerate(components) for node in component}
    return [home[node] for node in range(len(home))]


def strongly_connected(edges: Sequence[Iterable[int]]) -> list[list[int]]:
    """Tarjan's algorithm (R. Tarjan, 1972), without recursion."""
    count = len(edges)
    number, low = [-1] * count, [0] * count
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    clock = 0
    for root in range(count):
        work: list[tuple[int, Iterator[int]]] = []
        if number[root] < 0:
            work.append((root, iter(edges[root])))
        while work:
            node, rest = work[-1]
            if number[node] < 0:
                number[node] = low[node] = clock
                clock += 1
                stack.append(node)
                on_stack.add(node)
            for target in rest:
                if number[target] < 0:
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], number[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    found.append(_pop_until(node, stack, on_stack))
    return found


def _pop_until(node: int, stack: list[int], on_stack: set[int]) -> list[int]:
    component: list[int] = []
    while not component or component[-1] != node:
        component.append(stack.pop())
        on_stack.discard(component[-1])
    return sorted(component)
