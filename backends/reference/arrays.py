"""Arrays in the reference: their elements are along the first axis, before those of the lanes around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import Operation, SSAValue

from dspc.backends.reference.memory import spread
from dspc.backends.reference.places import Step, Where
from dspc.dialects import dsp
from dspc.dialects.kit import Value
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import Numpy, find_row
from dspc.dialects.types import element_of

Env = dict[SSAValue, Value]


def tree(leaves: NDArray[Any], combine: Numpy) -> Value:
    """The halving tree over the next power of two; leaves that are missing are passed by."""
    half = 1 << (len(leaves) - 1).bit_length() >> 1
    while half:
        leaves = _combined(leaves[:half], leaves[half:], combine)
        half >>= 1
    return leaves[0]


def partial_sums(leaves: NDArray[Any], combine: Numpy) -> NDArray[Any]:
    """Leaf i added to sum i mod 16, in order."""
    sums = leaves[:PARTIALS]
    for start in range(PARTIALS, len(leaves), PARTIALS):
        sums = _combined(sums, leaves[start : start + PARTIALS], combine)
    return sums


def _combined(a: NDArray[Any], b: NDArray[Any], combine: Numpy) -> NDArray[Any]:
    """Element by element; where there are fewer of `b`, `a` stays."""
    made = combine(a[: len(b)], b)
    return made if len(a) == len(b) else np.concatenate([made, a[len(b) :]])


def elements_of(array: Value, index: Value, shape: tuple[int, ...]) -> NDArray[Any]:
    """Element `index` of an array, lane by lane; `shape` are the lanes where it is picked."""
    whole = np.asarray(array)
    if whole.ndim == 1 and not shape:
        return whole[index]
    lanes: tuple[Any, ...] = cast(Any, np.ix_)(*(np.arange(n) for n in whole.shape[1:])) if whole.ndim > 1 else ()
    return whole[(spread(index, shape), *lanes)]


def _reduce(env: Env, op: dsp.ReduceOp, where: Where) -> Step:
    row = find_row(op.kind.data, element_of(op.result.type))
    assert row is not None
    x, result, combine, shape = op.x, op.result, row.numpy, (op.count.data, *where.shape)
    partials = op.partials is not None

    def step() -> None:
        leaves = spread(env[x], shape)
        env[result] = tree(partial_sums(leaves, combine) if partials else leaves, combine)

    return step


def _stack(env: Env, op: dsp.StackOp, where: Where) -> Step:
    elements, result = list(op.elements), op.result

    def step() -> None:
        env[result] = np.array([spread(env[e], where.shape) for e in elements])

    return step


def _pick(env: Env, op: dsp.PickOp, where: Where) -> Step:
    x, index, result = op.x, op.index, op.result

    def step() -> None:
        env[result] = elements_of(env[x], env[index], where.shape)[()]

    return step


STEPS: dict[type[Operation], Callable[[Env, Any, Where], Step]] = {
    dsp.ReduceOp: cast(Any, _reduce), dsp.StackOp: cast(Any, _stack), dsp.PickOp: cast(Any, _pick),
}  # fmt: skip
"""What the operations on arrays do."""
