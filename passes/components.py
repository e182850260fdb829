"""Strongly connected components of a block's audio, in an order in which they can run (used by `schedule`)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import SignalType
from dspc.passes.base import captured


@dataclass
class Part:
    """Operations that become one region, in order. `extra` are values it yields without computing them."""

    kind: str
    ops: list[Operation]
    extra: list[SSAValue] = field(default_factory=list[SSAValue])


def arrange(ops: Sequence[Operation], declarations: Block, samples: int) -> list[Part]:
    """Groups operations into parts, which run `samples` at a time: recursive components, and what lies between them."""
    groups = _together(ops)
    edges = _between(groups, dependences(ops, declarations, samples))
    components = strongly_connected(len(groups), edges)
    order = _topological(components, edges)
    parts: list[Part] = []
    for component in order:
        members = [ops[i] for i in sorted(i for group in component for i in groups[group])]
        kind = _kind(component, members, edges)
        if kind == "vec" and parts and parts[-1].kind == "vec":
            parts[-1].ops.extend(members)
        else:
            parts.append(Part(kind, members))
    return parts


def _kind(component: list[int], members: list[Operation], edges: list[list[int]]) -> str:
    if isinstance(members[0], dsp.VoicesOp):
        return "voices"
    if len(component) > 1 or component[0] in edges[component[0]]:
        return "rec"
    return "vec"


def _together(ops: Sequence[Operation]) -> list[list[int]]:
    """Operations that no region's end may part: a bank and who reduces its lanes (a stack is no buffer)."""
    home: dict[Operation | Block, int] = {op: i for i, op in enumerate(ops)}
    for op in ops:
        for value in _inputs(op):
            owner = value.owner
            is_array = isinstance(value.type, SignalType) and value.type.lanes.data > 0
            if is_array and owner in home:
                bank, mine = home[owner], home[op]
                home = {o: bank if h == mine else h for o, h in home.items()}
    groups: dict[int, list[int]] = {}
    for i, op in enumerate(ops):
        groups.setdefault(home[op], []).append(i)
    return list(groups.values())


def _between(groups: list[list[int]], edges: list[list[int]]) -> list[list[int]]:
    """The edges of operations as edges of groups; inside a group only those from an operation to itself."""
    home = {i: g for g, members in enumerate(groups) for i in members}
    joined: list[set[int]] = [set() for _ in groups]
    for v, targets in enumerate(edges):
        joined[home[v]].update(home[w] for w in targets if home[v] != home[w] or v == w)
    return [sorted(e) for e in joined]


def dependences(ops: Sequence[Operation], declarations: Block, samples: int) -> list[list[int]]:
    """For each operation, those that must run after it in the same sample, or with it."""
    index = {op: i for i, op in enumerate(ops)}
    edges: list[set[int]] = [set() for _ in ops]
    short = {op.sym_name.data for op in declarations.ops if isinstance(op, rt.LineOp) and op.min_samples.data < samples}
    touching: dict[str, list[int]] = {}
    written: set[str] = set()
    lines = _Lines()
    for i, op in enumerate(ops):
        for value in _inputs(op):
            owner = value.owner
            if isinstance(owner, Operation) and owner in index:
                edges[index[owner]].add(i)
        for name, writes in _memory(op):
            touching.setdefault(name, []).append(i)
            if writes:
                written.add(name)
        lines.note(i, op, short)
    lines.add_to(edges)
    for name, users in touching.items():
        if name in written:  # whoever shares a slot that changes runs in one region
            for a, b in zip(users, users[1:] + users[:1], strict=True):
                edges[a].add(b)
    return [sorted(e) for e in edges]


def _inputs(op: Operation) -> Iterable[SSAValue]:
    return [*op.operands, *captured(op)] if op.regions else op.operands


@dataclass
class _Lines:
    """Who writes, and who reads, lines that may be shorter than a block.

    Writing comes first, for a sample or for many: what is read is at least one sample old, and a ring has room for a
    block. A line that counts only some samples (in a body that may not run) has all its users in one region.
    """

    writers: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    readers: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    tied: set[str] = field(default_factory=set[str])

    def note(self, i: int, op: Operation, short: set[str]) -> None:
        if isinstance(op, dsp.VoicesOp):
            return
        for inner in op.walk():
            if isinstance(inner, rt.LineReadOp | rt.LineWriteOp) and inner.line in short:
                users = self.writers if isinstance(inner, rt.LineWriteOp) else self.readers
                users.setdefault(inner.line, set()).add(i)
                if inner.position is not None or inner is not op and isinstance(inner, rt.LineWriteOp):
                    self.tied.add(inner.line)

    def add_to(self, edges: list[set[int]]) -> None:
        for name, writers in self.writers.items():
            readers = self.readers.get(name, set())
            for writer in writers:
                edges[writer] |= readers
            for reader in readers if name in self.tied else ():
                edges[reader] |= writers


def _memory(op: Operation) -> Iterable[tuple[str, bool]]:
    """Slots that an operation reads (False) or writes (True)."""
    if isinstance(op, dsp.VoicesOp):
        return
    for inner in op.walk():
        if isinstance(inner, rt.ReadOp | rt.WriteOp) and (
            inner.rate is None or inner.rate.data == "audio"
        ) and "held" not in inner.attributes:  # fmt: skip
            yield inner.slot, isinstance(inner, rt.WriteOp)
        elif isinstance(inner, rt.LoadOp | rt.StoreOp):
            yield inner.slot, isinstance(inner, rt.StoreOp)
        elif isinstance(inner, rt.ReadLanesOp | rt.WriteLanesOp):
            yield from ((slot, isinstance(inner, rt.WriteLanesOp)) for slot in inner.slots)


def strongly_connected(count: int, edges: Sequence[Sequence[int]]) -> list[list[int]]:
    """Tarjan's algorithm, without recursion."""
    number = [-1] * count
    low = [0] * count
    on_stack = [False] * count
    stack: list[int] = []
    found: list[list[int]] = []
    counter = 0
    for root in range(count):
        if number[root] >= 0:
            continue
        work = [(root, 0)]
        while work:
            v, i = work.pop()
            if i == 0:
                number[v] = low[v] = counter
                counter += 1
                stack.append(v)
                on_stack[v] = True
            for j in range(i, len(edges[v])):
                w = edges[v][j]
                if number[w] < 0:
                    work += [(v, j + 1), (w, 0)]
                    break
                if on_stack[w]:
                    low[v] = min(low[v], number[w])
            else:
                if low[v] == number[v]:
                    found.append(_pop_component(v, stack, on_stack))
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[v])
    return found


def _pop_component(v: int, stack: list[int], on_stack: list[bool]) -> list[int]:
    component: list[int] = []
    while True:
        w = stack.pop()
        on_stack[w] = False
        component.append(w)
        if w == v:
            return component


def _topological(components: list[list[int]], edges: list[list[int]]) -> list[list[int]]:
    """Components in an order of their edges, recursive ones together; of those that can run the earliest first."""
    home = {v: c for c, members in enumerate(components) for v in members}
    between = [{home[w] for v in members for w in edges[v]} - {c} for c, members in enumerate(components)]
    recursive = [len(members) > 1 or members[0] in edges[members[0]] for members in components]
    order = alternating(between, recursive, [min(members) for members in components])
    return [components[c] for c in order]


def alternating(edges: Sequence[set[int]], recursive: Sequence[bool], place: Sequence[int]) -> list[int]:
    """An order of the edges: all feed-forward nodes that can run, then all recursive ones that can, and so on.

    So what recurses without knowing of one another comes together, and may share a loop. `place` breaks ties.
    """
    waiting = [0] * len(edges)
    for targets in edges:
        for w in targets:
            waiting[w] += 1
    ready: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
    for v, count in enumerate(waiting):
        if count == 0:
            heapq.heappush(ready[recursive[v]], (place[v], v))
    order: list[int] = []
    kind = False
    while ready[False] or ready[True]:
        kind = kind if ready[kind] else not kind
        v = heapq.heappop(ready[kind])[1]
        order.append(v)
        for w in edges[v]:
            waiting[w] -= 1
            if waiting[w] == 0:
                heapq.heappush(ready[recursive[w]], (place[w], w))
    return order
