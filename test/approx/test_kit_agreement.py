"""One definition, any kit: the same operations whatever the values, and the same bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from dspc.approx import APPROXIMATIONS, Approximation
from dspc.dialects.kit import CostKit, Kit, NumpyKit, TracedValue, Value, operand_element
from dspc.dialects.scalar import NUMPY_TYPES, find_row

CASES = pytest.mark.parametrize(
    "a", APPROXIMATIONS, ids=lambda a: f"{a.function}-{a.variant}-{a.elements[0]}"
)


class Node(TracedValue):
    """A recorded operation."""

    __slots__ = ("name", "args", "source")

    def __init__(self, kit: Kit, element: str, name: str, args: Sequence[Any], source: str):
        super().__init__(kit, element)
        self.name, self.args, self.source = name, args, source


class RecordingKit(Kit):
    """Records operations on values that have no truth value: a Python `if` on one would show."""

    def constant(self, value: float, element: str) -> Value:
        return Node(self, element, "constant", (value,), element)

    def element(self, value: Value) -> str:
        return value.element

    def apply(self, name: str, args: Sequence[Value], to: str | None = None) -> Value:
        element = operand_element(name, args)
        row = find_row(name, element, to)
        assert row is not None, f"no scalar operation {name} on {element}"
        nodes = [a if isinstance(a, Node) else self.constant(a, element) for a in args]
        elements = row.operands if name != "select" else ("bool", element, element)
        assert tuple(n.element for n in nodes) == elements
        return Node(self, row.result, name, nodes, element)


def run(node: Node, inputs: dict[int, Any], done: dict[int, Any]) -> Any:
    """Computes a recording with the scalar table's own meanings, every constant rounded to its type."""
    if id(node) in inputs:
        return inputs[id(node)]
    if id(node) not in done:
        if node.name == "constant":
            done[id(node)] = NUMPY_TYPES[node.element](node.args[0])
        else:
            row = find_row(node.name, node.source, node.element)
            assert row is not None
            done[id(node)] = row.numpy(*(run(arg, inputs, done) for arg in node.args))
    return done[id(node)]


def samples(a: Approximation) -> list[Any]:
    real = NUMPY_TYPES[a.elements[0]]
    special = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-40, -1e-40, 3e38, np.inf, -np.inf, np.nan, 127.75, -130.2, 1e-30]
    random = np.random.default_rng(5)
    x = np.concatenate([special, random.uniform(-4, 4, 200), random.uniform(-2000, 2000, 50)]).astype(real)
    return [x, *(random.permutation(x) for _ in range(a.arity - 1))]


def bits(x: Any) -> Any:
    """The bits, all NaNs alike."""
    x = np.asarray(x)
    return np.where(np.isnan(x), x.dtype.type(np.nan), x).view(f"u{x.dtype.itemsize}")


@CASES
def test_cost_is_positive_and_fixed(a: Approximation) -> None:
    kit = CostKit()
    result = a.build(kit, *(kit.constant(0.0, a.elements[0]) for _ in range(a.arity)))
    assert result.element == a.elements[0]
    assert kit.cost == a.cost() > 0 and kit.operations > 0


@CASES
def test_scalars_and_arrays_give_the_same_bits(a: Approximation) -> None:
    args = samples(a)
    with np.errstate(all="ignore"):
        array = a.build(NumpyKit(), *args)
        scalars = [a.build(NumpyKit(), *lane) for lane in zip(*args, strict=True)]
    assert all(type(s) is type(array[0]) for s in scalars)
    assert (bits(array) == bits(np.array(scalars))).all()


@CASES
def test_a_recording_gives_the_same_bits(a: Approximation) -> None:
    """So what a kit that writes IR records means what the reference computes."""
    kit, args = RecordingKit(), samples(a)
    inputs = [kit.constant(0.0, a.elements[0]) for _ in args]
    recorded = a.build(kit, *inputs)
    with np.errstate(all="ignore"):
        expected = a.build(NumpyKit(), *args)
        result = run(recorded, {id(n): x for n, x in zip(inputs, args, strict=True)}, {})
    assert (bits(result) == bits(expected)).all()


@CASES
def test_operations_are_those_of_one_element_type(a: Approximation) -> None:
    """An f32 function never takes the long way through f64, nor an f64 one through f32."""
    other = {"f32": "f64", "f64": "f32"}[a.elements[0]]
    kit = RecordingKit()
    pending, seen = [a.build(kit, *(kit.constant(0.0, a.elements[0]) for _ in range(a.arity)))], set[int]()
    while pending:
        node = pending.pop()
        assert node.element != other
        if id(node) not in seen and node.name != "constant":
            seen.add(id(node))
            pending += node.args
