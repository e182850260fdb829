"""Writes virtual code: values and their registers, cursors, bodies. What operations mean is `lower`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue

from dspc.backends.bytecode.declarations import Declarations, bits_of
from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.opcodes import BY_NAME, Op
from dspc.backends.bytecode.virtual import TICK_SAMPLES, Immediate, Instr, Loop, Reg, RegionCode, When
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of

MAX_LOOPS, MAX_BODIES, MAX_CURSORS = 8, 16, 65536
"""Loops in one another, bodies of any kind in one another, cursors of a region."""
Constants = dict[tuple[str, bool, int], Reg]
"""Registers of constants by element, width and bits, for the whole program."""


@dataclass(frozen=True)
class Stack:
    """Values one after another in the stacks' area; a wide one has 16 samples of each."""

    element: str
    offset: int
    count: int
    wide: bool


class Writer:
    """Writes one region."""

    def __init__(self, declarations: Declarations, code: RegionCode, constants: Constants):
        self.declarations, self.code, self.constants = declarations, code, constants
        self.env: dict[SSAValue, Reg] = {}
        self.sink: list[Instr] = code.body
        self.loops: list[Loop] = []
        self.depth = 0
        """Open loops that index slots and lines: those of `rt.loop`, not those of `rt.repeat`."""
        self.bodies: list[Loop | When] = []
        self.wide = False
        self.waiting: list[list[Instr]] = [[]]
        """For each open body, and for the region: stores for its end."""
        self.stacks_end = 0
        self._patterns: dict[tuple[int, tuple[int, ...]], int] = {}

    def value(self, value: SSAValue, user: Operation) -> Reg:
        """The register of an operand."""
        if isinstance(value.owner, dsp.ConstantOp):
            element = element_of(value.type)
            return self.constant(element, bits_of(value.owner.number, element))
        found = self.env.get(value)
        if found is None:
            hint = "stacks are for rt.reduce and rt.pick only"
            raise refuse(user, f"{user.name} uses a value that has no register", hint)
        return found

    def define(self, value: SSAValue, reg: Reg) -> None:
        self.env[value] = reg

    def constant(self, element: str, bits: int) -> Reg:
        key = element, self.wide, bits
        if key not in self.constants:
            self.constants[key] = Reg(*key)
        return self.constants[key]

    # --- instructions -----------------------------------------------------------------------------

    @property
    def lanes(self) -> int:
        """Samples in a register."""
        return TICK_SAMPLES if self.wide else 1

    def scope(self) -> object:
        """Where an instruction stands."""
        return self.bodies[-1] if self.bodies else None

    def emit(
        self,
        op: Op,
        dst: Reg | None = None,
        args: Sequence[Reg | int] = (),
        imm: Immediate = 0,
    ) -> None:
        self.sink.append(Instr(op, dst, tuple(args), imm, self.scope()))

    def emit_to(self, element: str, op: Op, args: Sequence[Reg | int] = (), imm: Immediate = 0) -> Reg:
        dst = Reg(element, self.wide)
        self.emit(op, dst, args, imm)
        return dst

    def compute(self, op: Op, element: str, args: Sequence[Reg] = (), imm: int = 0) -> Reg:
        """A computation that depends on nothing but its operands."""
        return self.emit_to(element, op, args, imm)

    # --- cursors ----------------------------------------------------------------------------------

    def index_cursor(self, voice: int, strides: Sequence[int]) -> int:
        """The cursor for strides of the open loops that index slots and lines."""
        left = iter(strides)
        return self.cursor(voice, [next(left, 0) if loop.is_index else 0 for loop in self.loops])

    def cursor(self, voice: int = 0, strides: Sequence[int] = ()) -> int:
        """The cursor that the voice's number, and the turn of each open loop, times these strides make up."""
        while strides and strides[-1] == 0:
            strides = strides[:-1]
        key = voice, tuple(strides)
        if key not in self._patterns:
            if len(self.code.cursors) == MAX_CURSORS:
                raise refuse(None, "a region with more than 65536 ways to find copies of slots",
                             "let its slots have the same strides", "DSP341")  # fmt: skip
            self._patterns[key] = len(self.code.cursors)
            self.code.cursors.append(voice)
        cursor = self._patterns[key]
        for loop, stride in zip(self.loops, strides, strict=False):
            if stride:
                loop.updates[cursor] = stride
        return cursor

    def copy_cursor(self, declared: rt.SlotOp | rt.LineOp, strides: tuple[int, ...], op: Operation) -> int:
        """The cursor of the copy that an access means here."""
        name, voice = declared.sym_name.data, 0
        if declared.voice is not None:
            if self.code.voices is None:
                raise refuse(op, f"{name} belongs to the voices", "use it inside rt.voices")
            voice, strides = strides[0], strides[1:]
        if len(strides) > self.depth:
            hint = "each dimension needs a loop that says which copy is meant"
            raise refuse(op, f"{name} has {len(strides)} dimensions in {self.depth} loops", hint)
        return self.index_cursor(voice, strides)

    # --- bodies -----------------------------------------------------------------------------------

    def check_depth(self, op: rt.LoopOp | rt.RepeatOp | rt.WhenOp) -> None:
        if isinstance(op, rt.TurnsOp) and len(self.loops) == MAX_LOOPS:
            raise refuse(op, f"loops are nested deeper than {MAX_LOOPS}", "unroll the inner ones", "DSP341")
        if len(self.bodies) == MAX_BODIES:
            hint = "join conditions by and, or unroll the inner loops"
            raise refuse(op, f"bodies are nested deeper than {MAX_BODIES}", hint, "DSP341")

    def open_loop(self, count: int, is_index: bool = True) -> Loop:
        loop = Loop(count, len(self.loops), Reg("i32", self.wide), is_index)
        self.emit(BY_NAME["loop"], loop.turn, (), loop)
        self.loops.append(loop)
        self.depth += is_index
        self.begin_body(loop)
        return loop

    def close_loop(self) -> None:
        loop = self.loops.pop()
        self.depth -= loop.is_index
        self.end_body()
        self.emit(BY_NAME["again"], loop.turn, (), loop)

    def begin_body(self, body: Loop | When) -> None:
        self.bodies.append(body)
        self.waiting.append([])

    def end_body(self) -> None:
        self.bodies.pop()
        self.waiting.pop()

    def new_stack(self, element: str, count: int) -> Stack:
        stack = Stack(element, self.stacks_end, count, self.wide)
        size = BYTES[element] * self.lanes * count
        self.stacks_end += size + -size % 64
        return stack
