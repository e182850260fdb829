"""The order in which a graph is computed: what is read comes first, cycles are taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Read = Callable[[Any], Iterable[Any]]


@dataclass(frozen=True)
class Component:
    """Nodes that are computed together: one, or those of a loop in the order of their computation.

    `delays` are the nodes of the loop that give the previous sample; `cycle` is one that has none of them.
    """

    vertices: list[Any]
    delays: list[Any] = field(default_factory=list[Any])
    cycle: list[Any] = field(default_factory=list[Any])


def components(roots: Sequence[Any], read: Read, delays: Callable[[Any], bool], rank: list[Any]) -> list[Component]:
    """The strongly connected parts of what the roots read, each after those that it reads.

    In a graph without cycles that is the order in which nested calls would be computed. `delays` says which nodes
    give the previous sample; `rank` is their order in a loop.
    """
    found: list[Component] = []
    for vertices in _strongly_connected(roots, read):
        late = sorted((v for v in vertices if delays(v)), key=lambda v: rank.index(v) if v in rank else len(rank))
        alone = len(vertices) == 1 and not late and vertices[0] not in read(vertices[0])
        found.append(Component(vertices) if alone else _loop(vertices, late, read))
    return found


def _loop(vertices: list[Any], delays: list[Any], read: Read) -> Component:
    """The order inside a loop: what the delays read first of all, and each node after what it reads."""
    inside = set(vertices)
    order: list[Any] = []
    cycle: list[Any] = []
    state: dict[Any, int] = dict.fromkeys(delays, 2)  # 1: being looked at, 2: done
    starts = [v for d in delays for v in read(d)] + vertices
    for start in starts:
        path: list[tuple[Any, Iterator[Any]]] = []
        _enter(start, state, path, read, inside)
        while path:
            vertex, rest = path[-1]
            after = next(rest, None)
            if after is None:
                path.pop()
                state[vertex] = 2
                order.append(vertex)
            elif state.get(after) == 1:
                on_path = [v for v, _ in path]
                cycle = cycle or list(reversed(on_path[on_path.index(after) :]))
            else:
                _enter(after, state, path, read, inside)
    return Component(order, delays, cycle)


def _enter(
    vertex: Any, state: dict[Any, int], path: list[tuple[Any, Iterator[Any]]], read: Read, inside: set[Any]
) -> None:
    if vertex in inside and vertex not in state:
        state[vertex] = 1
        path.append((vertex, iter([v for v in read(vertex) if v in inside])))


def _strongly_connected(roots: Sequence[Any], read: Read) -> Iterator[list[Any]]:
    """R. Tarjan, Depth-first search and linear graph algorithms, 1972; without recursion."""
    number: dict[Any, int] = {}
    low: dict[Any, int] = {}
    stack: list[Any] = []
    waiting: set[Any] = set()
    for root in roots:
        path: list[tuple[Any, Iterator[Any]]] = []
        after: Any = root if root not in number else None
        while path or after is not None:
            if after is not None:
                number[after] = low[after] = len(number)
                stack.append(after)
                waiting.add(after)
                path.append((after, iter(list(read(after)))))
            vertex, rest = path[-1]
            after = None
            for other in rest:
                if other not in number:
                    after = other
                    break
                if other in waiting:
                    low[vertex] = min(low[vertex], number[other])
            if after is not None:
                continue
            path.pop()
            if path:
                low[path[-1][0]] = min(low[path[-1][0]], low[vertex])
            if low[vertex] == number[vertex]:
                at = stack.index(vertex)
                part = stack[at:]
                del stack[at:]
                waiting.difference_update(part)
                yield part
