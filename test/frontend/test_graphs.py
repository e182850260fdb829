"""Graphs: the same programs as functions that are called; connections, loops, copies, places."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from graph_pairs import ChoirGraph, CrossGraph, EchoGraph, LeadGraph, canonical, choir, cross, echo, lead
from tracing import body_of, operations, rendered

import dspc

PAIRS = [(LeadGraph, lead), (EchoGraph, echo), (CrossGraph, cross), (ChoirGraph, choir), (ChoirGraph(), choir)]


@pytest.mark.parametrize(("graph", "function"), PAIRS)
def test_the_same_ir(graph: Any, function: Any) -> None:
    dspc.trace(graph).verify()
    ours, theirs = canonical(graph).splitlines(), canonical(function).splitlines()
    different = [(a, b) for a, b in zip(ours, theirs, strict=False) if a != b]
    assert different[:3] == [] and len(ours) == len(theirs)


def test_a_body_that_is_looped_over_is_computed_inside_the_feedback_only() -> None:
    (loop,) = operations(EchoGraph, "feedback")[:1]
    inside = [op.name for op in loop.walk()]
    assert inside.count("dsp.delay") == 1
    assert [op.name for op in operations(EchoGraph)].count("dsp.delay") == 1


# --- operations are at the user's lines -----------------------------------------------------------


def line_of(op: Any) -> int:
    return op.location.line.data


def test_operations_have_the_place_of_the_node_or_of_the_connection() -> None:
    start = LeadGraph.graph.__code__.co_firstlineno
    (add,) = [op for op in body_of(dspc.trace(LeadGraph)).walk() if op.name == "dsp.scope" and op.label.data == "saw"]
    assert line_of(add) == start - 4
    products = [op for op in operations(EchoGraph, "mul") if line_of(op) == EchoGraph.graph.__code__.co_firstlineno + 3]
    assert len(products) == 1


# --- copies ---------------------------------------------------------------------------------------


def ramp(start: Any = 0.0) -> Any:
    return dspc.phasor(1000.0, phase=start)


Ramp = dspc.node(ramp)


class Two(dspc.Effect):
    ramps = [Ramp(), Ramp(start=0.5)]
    same = ramps[0]

    def graph(self) -> None:
        self.connect(*(r >> self.output[i] for i, r in enumerate([*self.ramps, self.same])))


def test_each_instance_has_its_own_nodes() -> None:
    one, two = Two(), Two()
    assert one.ramps[0] is not two.ramps[0] and one.ramps[0] is not Two.ramps[0]
    assert one.same is one.ramps[0]
    one.ramps[0].start = 0.25
    first, second = rendered(one), rendered(two)
    assert first[:, 0].tolist() == [0.25, 0.5, 0.25] and second[:, 0].tolist() == [0.0, 0.5, 0.0]
    assert rendered(Two)[:, 0].tolist() == second[:, 0].tolist()


def test_two_nodes_of_a_class_have_two_states() -> None:
    class Count(dspc.Node):
        step, out = dspc.inlet(1.0), dspc.outlet()
        last = dspc.Feedback()

        def graph(self) -> None:
            total = self.last + self.step
            self.connect(total >> self.last, total >> self.out)

    class Counts(dspc.Effect):
        one, two = Count(), Count(step=10.0)

        def graph(self) -> None:
            self.connect(self.one >> self.output[0], self.two >> self.output[1])

    assert rendered(Counts, frames=3).tolist() == [[1, 2, 3], [10, 20, 30]]
    assert rendered(lambda: Count()() + Count()(10.0), frames=2).tolist() == [[11, 22]]


def test_a_node_that_is_made_with_arguments_is_made_again_for_each_graph() -> None:
    class Sum(dspc.Node):
        out = dspc.outlet()

        def __init__(self, count: int):
            self.parts = [Ramp(start=i / 8) for i in range(count)]

        def graph(self) -> None:
            self.connect(*(part >> self.out for part in self.parts))

    class Sums(dspc.Effect):
        few, many = Sum(2), Sum(3)

        def graph(self) -> None:
            self.connect(self.few >> self.output, self.many >> self.output[1])

    assert rendered(Sums)[:, 0].tolist() == [0.125, 0.375]
    assert Sums().few.parts[0] is not Sums().few.parts[0]


# --- connections ----------------------------------------------------------------------------------


def test_several_connections_add() -> None:
    class Sum(dspc.Effect):
        gain = dspc.Amplifier(gain=2.0)

        def graph(self) -> None:
            self.connect(self.input[0] >> self.gain, self.input[1] >> self.gain, 0.5 >> self.gain)
            self.connect(self.gain >> self.output, self.input[0] >> self.output)

    assert rendered(Sum, 1.0, 2.0).tolist() == [[8.0]]


def test_operators() -> None:
    class Mixed(dspc.Effect):
        def graph(self) -> None:
            x, y = self.input[0], self.input[1]
            results = [x + y, x - y, x * y, x / y, -x, 2.0 + x, 2.0 - x, 2.0 * x, 2.0 / x, sum([x, y]),
                       np.float32(3.0) * x, x < y, x <= y, x > y, x >= y, 1 < x]  # fmt: skip
            self.connect(*(result >> self.output[i] for i, result in enumerate(results)))

    expected = [3, 1, 2, 2, -2, 4, 0, 4, 1, 3, 6, 0, 0, 1, 1, 1]
    assert rendered(Mixed, 2.0, 1.0)[:, 0].tolist() == expected


def test_chains_may_be_nested_and_kept() -> None:
    class Chained(dspc.Effect):
        one, two, three = dspc.Amplifier(gain=2.0), dspc.Amplifier(gain=3.0), dspc.Amplifier(gain=5.0)

        def graph(self) -> None:
            tail = self.two >> self.three
            self.input >> self.one >> tail >> self.output[0]
            (self.input >> self.one) * 0.5 >> self.output[1]

    # One, which is connected twice, gets the input twice.
    assert rendered(Chained, 1.0)[:, 0].tolist() == [60.0, 2.0]


Halves = namedtuple("Halves", ["low", "high"])


@pytest.mark.parametrize("result", [
    lambda x: Halves(x * 0.5, x * 0.25), lambda x: {"low": x * 0.5, "high": x * 0.25}, lambda x: (x * 0.5, x * 0.25),
])  # fmt: skip
def test_outlets_by_index_and_name(result: Any) -> None:
    class Split(dspc.Effect):
        halves = dspc.node(result)()

        def graph(self) -> None:
            named = result(1.0).__class__ is not tuple
            self.connect(self.input >> self.halves >> self.output[0], self.halves[1] >> self.output[1])
            self.connect((self.halves.high if named else self.halves[1]) >> self.output[2])

    assert rendered(Split, 4.0)[:, 0].tolist() == [2.0, 1.0, 1.0]


def test_nodes_that_lead_nowhere_are_computed_if_something_is_connected_to_them() -> None:
    called: list[str] = []

    def probe(x: Any) -> Any:
        called.append("probe")
        return x

    Probe = dspc.node(probe)

    class Probed(dspc.Effect):
        used, unused = Probe(), Probe()

        def graph(self) -> None:
            self.connect(self.input >> self.used, self.input >> self.output)

    dspc.trace(Probed)
    assert called == ["probe"]


def test_deep_graphs() -> None:
    class Deep(dspc.Effect):
        def graph(self) -> None:
            at: Any = self.input
            for _ in range(3000):
                at = at + 1.0
            self.connect(at >> self.output)

    assert rendered(Deep, 0.0).tolist() == [[3000.0]]


# --- feedback -------------------------------------------------------------------------------------


def test_a_feedback_without_a_loop_is_a_sample_of_delay() -> None:
    class Late(dspc.Effect):
        late, counter = dspc.Feedback(initial=7.0), dspc.Feedback(initial=3)

        def graph(self) -> None:
            self.connect(self.input >> self.late >> self.output, self.counter + 1 >> self.counter)
            self.connect(self.counter >> self.output[1])

    assert rendered(Late, [1.0, 2.0, 3.0], frames=3).tolist() == [[7, 1, 2], [3, 4, 5]]


def test_the_types_of_a_loop_stay() -> None:
    class Counter(dspc.Effect):
        count = dspc.Feedback(initial=0)

        def graph(self) -> None:
            following = self.count + 1
            self.connect(following >> self.count, following / 2 >> self.output)

    (loop,) = operations(Counter, "feedback")
    assert str(loop.results[0].type) == "!dsp.signal<i32, audio>"
    assert rendered(Counter, frames=3).tolist() == [[0.5, 1.0, 1.5]]


def test_loops_in_loops_of_nodes() -> None:
    class Smooth(dspc.Node):
        x, y, last = dspc.inlet(), dspc.outlet(), dspc.Feedback()

        def graph(self) -> None:
            result = self.last + (self.x - self.last) * 0.5
            self.connect(result >> self.last, result >> self.y)

    class Ring(dspc.Effect):
        smooth, again = Smooth(), dspc.Feedback()

        def graph(self) -> None:
            self.connect(self.input + self.again * 0.5 >> self.smooth >> self.again, self.smooth >> self.output)

    def smooth(x: Any) -> Any:
        return dspc.feedback(lambda last: last + (x - last) * 0.5)

    ring = lambda x: dspc.feedback(lambda y: smooth(x + y * 0.5))  # noqa: E731
    x = np.random.default_rng(0).uniform(-1, 1, 50).astype(np.float32)
    np.testing.assert_array_equal(rendered(Ring, x, frames=50), rendered(ring, x, frames=50))
