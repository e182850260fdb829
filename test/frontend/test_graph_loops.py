"""Random graphs with loops, in integers, against what they mean sample by sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tracing import rendered

import dspc

FRAMES = 5

Count = dspc.node(lambda: dspc.i32(dspc.frame) + 1)
Sum = dspc.node(lambda x, factor=1: x * factor)


@dataclass(frozen=True)
class Edge:
    """A node that another one reads; through a Feedback it reads the sample before."""

    source: int
    late: bool


@st.composite
def graphs(draw: st.DrawFn) -> list[list[Edge]]:
    """What each node reads; what is no earlier node is read through a Feedback, others may be."""
    size = draw(st.integers(1, 7))
    return [
        [Edge(source, late or source >= node) for source, late in
         draw(st.lists(st.tuples(st.integers(0, size - 1), st.booleans()), max_size=3))]
        for node in range(size)
    ]  # fmt: skip


def as_effect(edges: list[list[Edge]], order: list[int]) -> type[dspc.Effect]:
    """Each node adds what it reads and the number of the sample, and multiplies by its number."""

    class Loops(dspc.Effect):
        sums = [Sum(factor=i + 1) for i in range(len(edges))]
        backs = [dspc.Feedback(initial=i) for i in range(len(edges))]
        count = Count()

        def graph(self) -> None:
            for node in order:
                self.count >> self.sums[node]
                for edge in edges[node]:
                    (self.backs if edge.late else self.sums)[edge.source] >> self.sums[node]
            for node in order:
                if any(edge.source == node and edge.late for read in edges for edge in read):
                    self.sums[node] >> self.backs[node]
                self.sums[node] >> self.output[node]

    return Loops


def computed(edges: list[list[Edge]]) -> np.ndarray:
    """The same, sample by sample."""
    found = np.zeros((len(edges), FRAMES), np.float32)
    before: list[Any] = [np.int32(i) for i in range(len(edges))]
    with np.errstate(over="ignore"):
        for frame in range(FRAMES):
            now: list[Any] = []
            for node, read in enumerate(edges):
                values = [(before if edge.late else now)[edge.source] for edge in read]
                now.append(np.sum([np.int32(frame + 1), *values], dtype=np.int32) * np.int32(node + 1))
            found[:, frame] = np.array(now, np.int32).astype(np.float32)
            before = now
    return found


@settings(max_examples=60)
@given(graphs(), st.randoms(use_true_random=False))
def test_random_graphs(edges: list[list[Edge]], random: Any) -> None:
    """Whatever the order in which they are connected."""
    order = list(range(len(edges)))
    random.shuffle(order)
    np.testing.assert_array_equal(rendered(as_effect(edges, order), frames=FRAMES), computed(edges))
