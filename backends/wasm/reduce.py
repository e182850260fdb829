"""Stacks, such as what the turns of a loop yielded, and the halving tree that combines one.

With p the smallest power of two that is not below the count: for h = p/2, p/4, … 1, x[i] and x[i+h] are
combined into x[i] wherever leaf i+h exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dspc.backends.wasm.encoder import Instr
from dspc.backends.wasm.expressions import Writer
from dspc.backends.wasm.memory import LowMemory
from dspc.backends.wasm.scope import Code, const, counted, get, load, put, store, times
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import BYTES, WASM_TYPES, Row

MOST_LEAVES = 32
"""A tree over more is computed level by level in memory."""


class Stack(NamedTuple):
    """Values side by side from `address` on; or, if they are not in the memory, the code of each."""

    address: int
    element: str
    values: Sequence[Code] = ()

    def leaf(self, number: int) -> Code:
        if self.values:
            return self.values[number]
        return (const(0), load(self.element, self.address + number * BYTES[self.element]))

    def at(self, index: Code) -> list[Instr]:
        """The address of an element, but for the stack's own."""
        return [*index, *times(BYTES[self.element])]


def halves(count: int) -> Sequence[int]:
    """The distances of the tree's levels, the widest first."""
    power = 1 << (count - 1).bit_length()
    return [power >> level for level in range(1, power.bit_length())]


def reduce_stack(writer: Writer, memory: LowMemory, stack: Stack, count: int, row: Row) -> Code:
    """Combines the first `count` values; the stack stays as it is."""
    if count > MOST_LEAVES:
        level = Stack(memory.scratch(halves(count)[0] * BYTES[stack.element]), stack.element)
        while count > MOST_LEAVES:
            half = halves(count)[0]
            _fold(writer, stack, level, half, count, row)
            stack, count = level, half
    return _tree(writer, [stack.leaf(k) for k in range(count)], stack.element, row)


def reduce_partials(writer: Writer, memory: LowMemory, stack: Stack, count: int, row: Row) -> Code:
    """Value i joins partial sum i mod 16, in order; these are combined in the tree."""
    if count <= PARTIALS:
        return reduce_stack(writer, memory, stack, count, row)
    sums = [writer.keep(stack.leaf(k), WASM_TYPES[stack.element])[0].a for k in range(PARTIALS)]

    def join(k: int, at: Code, first: int) -> list[Instr]:
        value = [*at, load(stack.element, stack.address + (first + k) * BYTES[stack.element])]
        return [*writer.apply(row, ([get(sums[k])], value)), put(sums[k])]

    def round_(turn: int) -> Code:
        at = stack.at([get(turn), *times(PARTIALS)])
        return [instr for k in range(PARTIALS) for instr in join(k, at, PARTIALS)]

    rounds, rest = divmod(count, PARTIALS)
    if rounds > 1:
        writer.emit(counted(writer.function, rounds - 1, round_))
    for k in range(rest):
        writer.emit(join(k, [const(0)], rounds * PARTIALS))
    return _tree(writer, [(get(local),) for local in sums], stack.element, row)


def _tree(writer: Writer, leaves: list[Code], element: str, row: Row) -> Code:
    for half in halves(len(leaves)):
        for k in range(len(leaves) - half):
            leaves[k] = writer.keep(writer.apply(row, (leaves[k], leaves[k + half])), WASM_TYPES[element])
        leaves = leaves[:half]
    return leaves[0]


def _fold(writer: Writer, source: Stack, to: Stack, half: int, count: int, row: Row) -> None:
    """One level: `half` values out of `count`. Both stacks may be the same."""

    def pair(turn: int) -> Code:
        at = source.at([get(turn)])
        near = [*at, load(source.element, source.address)]
        far = [*at, load(source.element, source.address + half * BYTES[source.element])]
        writer.scopes.append(inner := type(writer.scope)())
        code = writer.apply(row, (near, far))
        writer.scopes.pop()
        return [*inner.body, *at, *code, store(to.element, to.address)]

    def alone(turn: int) -> Code:
        at = source.at([get(turn), const(count - half), Instr("i32.add")])
        return [*at, *at, load(source.element, source.address), store(to.element, to.address)]

    writer.emit(counted(writer.function, count - half, pair))
    if source != to and count < 2 * half:
        writer.emit(counted(writer.function, 2 * half - count, alone))
