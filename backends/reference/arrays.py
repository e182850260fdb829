"""Arrays in the reference: their elements are along the first axis, before those of the lanes around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import Operation, SSAValue

from dspc.backends.reference.places import Step, Where
from dspc.dialects import dsp
from dspc.dialects.kit import Value
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import Numpy, find_row
from dspc.dialects.types import element_of

Env = dict[SSAValue, Value]


def tree(leaves: list[Value], combine: Numpy) -> Value:
    """The halving tree over the next power of two; leaves that are missing are passed by."""
    half = 1 << (len(leaves) - 1).bit_length() >> 1
    while half:
        for i in range(half):
            if i + half < len(leaves):
                leaves[i] = combine(leaves[i], leaves[i + half])
        del leaves[half:]
        half >>= 1
    return leaves[0]


def partial_sums(leaves: list[Value], combine: Numpy) -> list[Value]:
    """Leaf i added to sum i mod 16, in order."""
    sums = leaves[:PARTIALS]
    for i, leaf in enumerate(leaves[PARTIALS:]):
        sums[i % PARTIALS] = combine(sums[i % PARTIALS], leaf)
    return sums


def elements_of(array: Value, index: Value, shape: tuple[int, ...]) -> NDArray[Any]:
    """Element `index` of an array, lane by lane; `shape` are the lanes where it is picked."""
    whole = np.asarray(array)
    lanes = np.ogrid[tuple(slice(0, n) for n in whole.shape[1:])] if whole.ndim > 1 else []
    return whole[(np.broadcast_to(index, shape), *lanes)]


def _reduce(env: Env, op: dsp.ReduceOp, where: Where) -> Step:
    row = find_row(op.kind.data, element_of(op.result.type))
    assert row is not None
    count, combine = op.count.data, row.numpy

    def step() -> None:
        stack = np.broadcast_to(env[op.x], (count, *where.shape))
        leaves = [stack[i] for i in range(count)]
        env[op.result] = tree(partial_sums(leaves, combine) if op.partials is not None else leaves, combine)

    return step


def _stack(env: Env, op: dsp.StackOp, where: Where) -> Step:
    def step() -> None:
        env[op.result] = np.stack([np.broadcast_to(env[e], where.shape) for e in op.elements])

    return step


def _pick(env: Env, op: dsp.PickOp, where: Where) -> Step:
    def step() -> None:
        env[op.result] = elements_of(env[op.x], env[op.index], where.shape)[()]

    return step


STEPS: dict[type[Operation], Callable[[Env, Any, Where], Step]] = {
    dsp.ReduceOp: cast(Any, _reduce), dsp.StackOp: cast(Any, _stack), dsp.PickOp: cast(Any, _pick),
}  # fmt: skip
"""What the operations on arrays do."""
