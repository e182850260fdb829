"""`rt.voices` as a function: the groups that sound, one after the other, and the sum of their samples.

It gets (core, inputs, done, count, due, all). A voice's samples lie in a leaf of 16; those of a group that
does not sound are zeros, and sums of such leaves alone are left out: they are zeros too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.memory import LowMemory, integers
from dspc.backends.wasm.reduce import halves
from dspc.backends.wasm.region import Location
from dspc.backends.wasm.scope import Code, const, counted, get, put, times, unless_zero
from dspc.dialects import layout, rt
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of

VOICES_PARAMS = {
    "core": "i32", "inputs": "i32", "done": "i32", "count": "i32", "due": "i32", "all": "i32",
}  # fmt: skip
_VECTOR_ADDS = {"f32": "f32x4.add", "f64": "f64x2.add", "i32": "i32x4.add", "u32": "i32x4.add"}
_VECTOR_BYTES = 16


class Leaves(NamedTuple):
    """One result: where its voices' samples lie, where their sum goes."""

    at: int
    to: int
    element: str

    @property
    def size(self) -> int:
        """Bytes of one voice's samples. All 16 are summed, even if fewer are wanted: the rest is not read."""
        return layout.TICK * BYTES[self.element]

    @property
    def parts(self) -> range:
        return range(0, self.size, _VECTOR_BYTES)


class Part(NamedTuple):
    """A function that is called for each group that sounds."""

    number: int
    is_tick: bool


class VoicesWriter:
    """Writes the function of one `rt.voices`."""

    def __init__(self, op: rt.VoicesOp, name: str, active: rt.SlotOp, memory: LowMemory):
        """To be made before the functions that it calls: they must not use its scratch."""
        self.function, self.op, self.active = Function(name, VOICES_PARAMS), op, active
        elements = [element_of(result.type) for result in op.results]
        places = zip(integers(op.leaves), integers(op.offsets), elements, strict=True)
        self.leaves = [Leaves(at, to, element) for at, to, element in places]
        self.sounds = memory.reserve(4 * op.count.data)

    def _param(self, name: str) -> Instr:
        return get(self.function.param(name))

    def compile(self, parts: Sequence[Part], copies: Sequence[tuple[Location, int]]) -> None:
        """`copies` are yielded buffers that do not lie in their leaf yet: from where, and which result."""
        count = self.op.count.data
        self.function.code += counted(self.function, count, lambda group: self._group(group, parts, copies))
        for half in halves(count):
            pairs = min(half, count - half)
            self.function.code += counted(self.function, pairs, lambda k, half=half: self._pair(k, half))
        heard = [const(0), Instr("i32.load", self.sounds)]
        self.function.code += unless_zero(heard, self._each(self._move), self._each(self._silence))

    def _each(self, make: Callable[[Leaves], Code]) -> list[Instr]:
        return [instr for leaves in self.leaves for instr in make(leaves)]

    # --- a group ----------------------------------------------------------------------------------

    def _group(self, group: int, parts: Sequence[Part], copies: Sequence[tuple[Location, int]]) -> Code:
        assert self.active.offset is not None
        stride = integers(self.active.strides)[0]
        cell = [self._param("core"), get(group), *times(stride), Instr("i32.add")]
        sounds = self.function.new_local("i32")
        flag = [*cell, Instr("i32.load", self.active.offset.data), Instr("local.set", sounds)]
        noted = [get(group), *times(4), get(sounds), Instr("i32.store", self.sounds)]
        code = self._calls(group, parts)
        for source, result in copies:
            code += self._copy(source, self.leaves[result], group)
        return [*flag, *noted, *unless_zero([get(sounds)], code, self._each(lambda x: self._clear(x, group)))]

    def _calls(self, group: int, parts: Sequence[Part]) -> list[Instr]:
        """The ticks if they are due, then the blocks."""
        core = self._param("core")
        ticks: list[Instr] = []
        for part in parts:
            if part.is_tick:
                ticks += [core, get(group), self._param("all"), Instr("call", part.number)]
        code = unless_zero([self._param("due")], ticks) if ticks else []
        for part in parts:
            if not part.is_tick:
                where = [self._param("inputs"), const(0), self._param("done"), self._param("count")]
                code += [core, get(group), *where, Instr("call", part.number)]
        return code

    def _leaf(self, leaves: Leaves, group: int) -> list[Instr]:
        """The address of a group's leaf, but for `leaves.at`."""
        return [self._param("core"), get(group), *times(leaves.size), Instr("i32.add")]

    def _clear(self, leaves: Leaves, group: int) -> Code:
        return self._zeros(self._leaf(leaves, group), leaves, leaves.at)

    def _zeros(self, address: Code, leaves: Leaves, offset: int) -> list[Instr]:
        zero = (const(0), Instr("i32x4.splat"))
        return [i for k in leaves.parts for i in (*address, *zero, Instr("v128.store", offset + k))]

    def _copy(self, source: Location, leaves: Leaves, group: int) -> list[Instr]:
        """A buffer that is not computed by a block of the voices, or that is yielded twice."""
        if source.kind == "inputs":
            pointer = [self._param("inputs"), Instr("i32.load", 4 * source.offset), self._param("done")]
            return self._copy_input([*pointer, Instr("i32.add")], leaves, group)
        base = self._leaf(leaves, group) if source.kind == "leaf" else [self._param("core")]
        to = self._leaf(leaves, group)
        return [
            i
            for k in leaves.parts
            for i in (*to, *base, Instr("v128.load", source.offset + k), Instr("v128.store", leaves.at + k))
        ]

    def _copy_input(self, pointer: Code, leaves: Leaves, group: int) -> list[Instr]:
        """Sample by sample: behind a channel's end there may be no memory."""
        at = self.function.new_local("i32")
        kind, step = leaves.element, BYTES[leaves.element]
        word = [*pointer, get(at), Instr("i32.add"), Instr(f"{kind}.load")]
        to = [*self._leaf(leaves, group), get(at), Instr("i32.add")]
        again = [get(at), const(step), Instr("i32.add"), Instr("local.tee", at)]
        end = [self._param("count"), *times(step), Instr("i32.lt_u"), Instr("br_if")]
        turn = [*to, *word, Instr(f"{kind}.store", leaves.at), *again, *end]
        return [const(0), put(at), Instr("loop"), *turn, Instr("end")]

    # --- the sum ----------------------------------------------------------------------------------

    def _pair(self, k: int, half: int) -> Code:
        """x[k] += x[k + half]."""
        near = [get(k), *times(4), Instr("i32.load", self.sounds)]
        far = [get(k), *times(4), Instr("i32.load", self.sounds + 4 * half)]
        noted = [get(k), *times(4), const(1), Instr("i32.store", self.sounds)]
        either = [*near, *far, Instr("i32.or")]
        return unless_zero(either, [*self._each(lambda x: self._add(x, k, half * x.size)), *noted])

    def _add(self, leaves: Leaves, group: int, apart: int) -> Code:
        to = self.function.new_local("i32")
        code = [*self._leaf(leaves, group), put(to)]
        for part in leaves.parts:
            at = leaves.at + part
            terms = [get(to), Instr("v128.load", at), get(to), Instr("v128.load", at + apart)]
            code += [get(to), *terms, Instr(_VECTOR_ADDS[leaves.element]), Instr("v128.store", at)]
        return code

    def _move(self, leaves: Leaves) -> Code:
        core = self._param("core")
        return [
            i
            for k in leaves.parts
            for i in (core, core, Instr("v128.load", leaves.at + k), Instr("v128.store", leaves.to + k))
        ]

    def _silence(self, leaves: Leaves) -> Code:
        return self._zeros([self._param("core")], leaves, leaves.to)
