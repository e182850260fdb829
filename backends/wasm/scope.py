"""Code that runs once for each turn of something, and the places in memory that it reaches.

A function is a nest of scopes: the call, in a block each sample, each turn of a loop or a repeat, a body that may
not run. A scope has code that comes first, so that an operation deep inside can put what does not change any more
(an address, a slot's value) where it is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.memory import Declarations, integers
from dspc.dialects import layout, rt
from dspc.dialects.scalar import BYTES, WASM_TYPES
from dspc.dialects.types import element_of

Code = Sequence[Instr]


def get(local: int) -> Instr:
    return Instr("local.get", local)


def put(local: int) -> Instr:
    return Instr("local.set", local)


def const(number: int) -> Instr:
    return Instr("i32.const", number)


def load(element: str, offset: int) -> Instr:
    return Instr(f"{WASM_TYPES[element]}.load", offset)


def store(element: str, offset: int) -> Instr:
    return Instr(f"{WASM_TYPES[element]}.store", offset)


def times(factor: int) -> list[Instr]:
    """Multiplies the address on the stack."""
    if factor == 1:
        return []
    if factor & (factor - 1):
        return [const(factor), Instr("i32.mul")]
    return [const(factor.bit_length() - 1), Instr("i32.shl")]


def advance(local: int, step: int) -> list[Instr]:
    return [get(local), const(step), Instr("i32.add"), put(local)]


def _cell(recording: rt.RecordingOp) -> int:
    assert recording.offset is not None
    return recording.offset.data


def counted(function: Function, count: int, body: Callable[[int], Code]) -> list[Instr]:
    """`body(turn)` for every turn from 0 to count - 1; the test is at the bottom."""
    turn = function.new_local("i32")
    again = [get(turn), const(1), Instr("i32.add"), Instr("local.tee", turn), const(count), Instr("i32.lt_u")]
    return [const(0), put(turn), Instr("loop"), *body(turn), *again, Instr("br_if"), Instr("end")]


def unless_zero(condition: Code, code: Code, otherwise: Code = ()) -> list[Instr]:
    tail = [Instr("else"), *otherwise] if otherwise else []
    return [*condition, Instr("if"), *code, *tail, Instr("end")]


@dataclass(eq=False)
class Scope:
    """The code of one turn: `first`, `body`, `last`. `turn` is a loop's counter.

    Of a body that is no turn, but may not run at all, there is no `first`: what it needs comes before.
    """

    turn: int | None = None
    count: int = 1
    is_turn: bool = True
    first: list[Instr] = field(default_factory=list[Instr])
    body: list[Instr] = field(default_factory=list[Instr])
    last: list[Instr] = field(default_factory=list[Instr])
    known: dict[Hashable, int] = field(default_factory=dict[Hashable, int])

    @property
    def code(self) -> list[Instr]:
        return [*self.first, *self.body, *self.last]


class Index(NamedTuple):
    """A number that chooses among a slot's copies, and the scope in which it stays the same."""

    local: int
    scope: Scope


class Places:
    """Addresses of slots, lines and constants, each computed once in the scope in which it is fixed."""

    def __init__(self, function: Function, declarations: Declarations, call: Scope, voice: int | None):
        self.function, self.declarations, self.call = function, declarations, call
        self.core = function.param("core")
        self.voice = None if voice is None else Index(voice, call)
        self.loops: list[Index] = []

    def once(self, scope: Scope, what: Hashable, type_: str, make: Callable[[], Code]) -> int:
        """The local that holds something from the scope's start on."""
        if what not in scope.known:
            code = make()  # may itself put something first
            scope.known[what] = self.function.new_local(type_)
            scope.first += [*code, put(scope.known[what])]
        return scope.known[what]

    # --- slots ------------------------------------------------------------------------------------

    def indexes(self, op: rt.SlotOp | rt.LineOp) -> list[Index]:
        """What chooses the copy that is meant here: the group of voices, then loops, outermost first."""
        available = [self.voice] if op.voice is not None and self.voice is not None else []
        available += self.loops
        return available[: len(op.sizes)]

    def home(self, op: rt.SlotOp | rt.LineOp) -> Scope:
        """The scope in whose turns one copy is meant."""
        chosen = self.indexes(op)
        return chosen[-1].scope if chosen else self.call

    def slot_pointer(self, slot: rt.SlotOp, depth: int | None = None) -> int:
        """A local: the address of the slot's copy, but for its offset; of those that the first `depth` indexes mean."""
        return self._walk(self.core, list(zip(self.indexes(slot)[:depth], integers(slot.strides), strict=False)))

    def _walk(self, base: int, steps: list[tuple[Index, int]]) -> int:
        if not steps:
            return base
        before = self._walk(base, steps[:-1])
        index, stride = steps[-1]
        what = ("address", base, tuple((i.local, n) for i, n in steps))
        return self.once(
            index.scope,
            what,
            "i32",
            lambda: [get(before), get(index.local), *times(stride), Instr("i32.add")],
        )

    # --- lines ------------------------------------------------------------------------------------

    def mask(self, line: rt.LineOp) -> int:
        """A local: the ring's samples minus 1."""
        assert line.offset is not None
        cell = line.offset.data
        return self.once(self.call, ("mask", cell), "i32", lambda: [get(self.core), Instr("i32.load", cell + 4)])

    def ring_bytes(self, line: rt.LineOp) -> int:
        """A local: the bytes from one ring of the line to the next."""
        assert line.offset is not None
        mask, size = self.mask(line), BYTES[element_of(line.type)]
        code = [get(mask), const(1), Instr("i32.add"), *times(size)]
        return self.once(self.call, ("ring bytes", line.offset.data), "i32", lambda: code)

    def ring(self, line: rt.LineOp) -> int:
        """A local: where the ring of this copy starts."""
        assert line.offset is not None
        cell, sizes = line.offset.data, line.sizes
        start = self.once(
            self.call, ("start", cell), "i32",
            lambda: [get(self.core), get(self.core), Instr("i32.load", cell), Instr("i32.add")],
        )  # fmt: skip
        chosen = self.indexes(line)
        for depth, index in enumerate(chosen):
            below = 1
            for size in sizes[depth + 1 :]:
                below *= size
            start = self._next_ring(line, start, index, below, tuple(i.local for i in chosen[: depth + 1]))
        return start

    def _next_ring(self, line: rt.LineOp, start: int, index: Index, below: int, path: tuple[int, ...]) -> int:
        apart = self.ring_bytes(line)
        step = [get(index.local), *times(below), get(apart), Instr("i32.mul")]
        what = ("ring", line.sym_name.data, path)
        return self.once(index.scope, what, "i32", lambda: [get(start), *step, Instr("i32.add")])

    # --- recordings -------------------------------------------------------------------------------

    def sound(self, recording: rt.RecordingOp) -> int:
        """A local: where the sound lies that the host has loaded."""
        cell = _cell(recording)
        code = [get(self.core), get(self.core), Instr("i32.load", cell), Instr("i32.add")]
        return self.once(self.call, ("start", cell), "i32", lambda: code)

    def frames(self, recording: rt.RecordingOp) -> int:
        """A local: how many frames the sound has."""
        cell = _cell(recording)
        return self.once(self.call, ("frames", cell), "i32", lambda: [get(self.core), Instr("i32.load", cell + 4)])

    def rate(self, recording: rt.RecordingOp) -> int:
        """A local: the rate of the sound."""
        cell = _cell(recording)
        return self.once(self.call, ("rate", cell), "f32", lambda: [get(self.core), Instr("f32.load", cell + 8)])

    # --- what the header knows --------------------------------------------------------------------

    def sample_rate(self) -> int:
        """A local: the sample rate."""
        at = Instr("f64.load", layout.CORE_SAMPLE_RATE)
        return self.once(self.call, "sample rate", "f64", lambda: [get(self.core), at])
