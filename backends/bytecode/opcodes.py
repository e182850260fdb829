"""The instructions of the virtual machine: rows of the scalar table, pairs of rows, and control.

Every instruction has a destination, up to three operands and an immediate. What each of them is (a register
of some type, a cursor, an offset) is said here once: the encoder, the disassembler and, through
`runtime/vm_ops.inc`, the verifier and both interpreters read it.

Plain code works on single values; wide code on the 16 samples of a block at once. A `run` in wide code starts
a stretch of plain code that is done for each sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dspc.dialects.scalar import BYTES, ELEMENTS, FLOATS, NUMBERS, ROWS, TABLE, Row

CONTROL_BASE, PAIR_BASE, OPCODES = 256, 320, 384
"""Rows have the numbers of the scalar table, from 1."""

OPERANDS = (*ELEMENTS, "none", "any32", "any64", "wide32", "wide64", "cursor")
"""What a destination or an operand may be: a register of this type (or of this many bits), or a cursor. `wide32`
is a wide register that plain code names."""

PLACES = ("any", "wide", "stretch")
"""Where an instruction may stand: anywhere, in wide code, in a stretch that runs for each sample."""

IMMEDIATES = (
    "none",
    "state",  # an offset in the core's memory; a cursor is added
    "buffer",  # an offset in the core's memory; the sample's place is added
    "channel",
    "stack",  # an offset in the stacks' area; a cursor is added
    "element",  # a table, whose element the cursor chooses
    "table",  # a table, whose element a register chooses
    "line",
    "reduce",  # a reduction
    "loop",
    "again",  # the same loop
    "run",  # the instruction behind the stretch
    "next",  # the instruction to which the next sample goes back
    "when",  # the instruction behind the body
    "done",  # the end of such a body
    "array",  # elements of the core's memory, of which a register chooses one; a cursor is added
    "pick",  # elements of the stacks' area, of which a register chooses one
    "sound",  # a sample's sound, of which a register chooses an element
)


@dataclass(frozen=True)
class Op:
    """An instruction. `c` is the text of what it computes from `$0 $1 $2`, if it only computes."""

    name: str
    number: int
    dst: str = "none"
    a: str = "none"
    b: str = "none"
    c: str = "none"
    imm: str = "none"
    place: str = "any"
    text: str = ""

    @property
    def operands(self) -> tuple[str, str, str]:
        return self.a, self.b, self.c

    @property
    def label(self) -> str:
        """The name as a C identifier."""
        return self.name.replace(".", "_")


def _row_op(row: Row) -> Op:
    a, b, c = (*row.operands, "none", "none")[:3]
    return Op(row.key, row.opcode, row.result, a, b, c, text=row.c)


PAIRS = (
    ("mul", "add", False), ("mul", "sub", False), ("mul", "sub", True), ("mul", "mul", False),
    ("add", "add", False), ("add", "sub", False), ("add", "sub", True), ("add", "mul", False),
    ("sub", "add", False), ("sub", "sub", False), ("sub", "sub", True), ("sub", "mul", False),
)  # fmt: skip
"""Two operations in one dispatch: the first one's result is the second's first operand, or its second if the
last field is set. Each rounds as if it stood alone."""


def pair_name(first: str, second: str, swapped: bool, element: str) -> str:
    """`mul_add.f32` is `a * b + c`; `mul_rsub.f32` is `c - a * b`."""
    return f"{first}_{'r' if swapped else ''}{second}.{element}"


def _pair_ops() -> Iterator[Op]:
    number = PAIR_BASE
    for element in FLOATS:
        for first, second, swapped in PAIRS:
            inner, outer = f"({TABLE[f'{first}.{element}'].c})", TABLE[f"{second}.{element}"].c
            own, other = ("$1", "$0") if swapped else ("$0", "$1")
            text = outer.replace(other, "$2").replace(own, inner)
            yield Op(pair_name(first, second, swapped, element), number, *[element] * 4, text=text)
            number += 1


def _memory_ops(number: int) -> Iterator[Op]:
    """What moves 32 bits or 64."""
    for bits in ("32", "64"):
        x = f"any{bits}"
        for name, fields in (
            ("move", {"dst": x, "a": x}),
            ("load", {"dst": x, "a": "cursor", "imm": "state"}),
            ("store", {"a": x, "b": "cursor", "imm": "state"}),
            ("get", {"dst": x, "imm": "buffer", "place": "wide"}),
            ("put", {"a": x, "imm": "buffer", "place": "wide"}),
            ("late", {"dst": x, "a": x, "b": "cursor", "imm": "state", "place": "wide"}),
            ("take", {"dst": x, "a": f"wide{bits}", "place": "stretch"}),
            ("give", {"dst": f"wide{bits}", "a": x, "place": "stretch"}),
            ("push", {"a": x, "b": "cursor", "imm": "stack"}),
            ("peek", {"dst": x, "a": "cursor", "imm": "stack"}),
            ("reduce", {"dst": x, "imm": "reduce"}),
            ("lane", {"dst": x, "a": "cursor", "imm": "element"}),
            ("lookup", {"dst": x, "a": "i32", "imm": "table"}),
            ("line_read", {"dst": x, "a": "i32", "b": "cursor", "imm": "line"}),
            ("line_write", {"a": x, "b": "cursor", "imm": "line"}),
            ("line_clear", {"a": "bool", "b": "cursor", "imm": "line"}),
        ):
            yield Op(f"{name}.{bits}", number, **fields)
            number += 1


def _body_ops(number: int) -> Iterator[Op]:
    """Bodies that may not run, and elements that a register chooses."""
    yield Op("when", number, a="bool", imm="when")
    yield Op("done", number + 1, imm="done")
    number += 2
    for bits in ("32", "64"):
        x = f"any{bits}"
        for name, fields in (
            ("load_at", {"dst": x, "a": "i32", "b": "cursor", "imm": "array"}),
            ("store_at", {"a": x, "b": "i32", "c": "cursor", "imm": "array"}),
            ("pick", {"dst": x, "a": "i32", "imm": "pick"}),
            ("pick_wide", {"dst": x, "a": "i32", "imm": "pick", "place": "stretch"}),
            ("line_read_at", {"dst": x, "a": "i32", "b": "u32", "c": "cursor", "imm": "line"}),
            ("line_write_at", {"a": x, "b": "u32", "c": "cursor", "imm": "line"}),
        ):
            yield Op(f"{name}.{bits}", number, **fields)
            number += 1


def _control_ops() -> Iterator[Op]:
    plain = (
        Op("end", 0),
        Op("run", 0, imm="run", place="wide"),
        Op("next", 0, imm="next", place="stretch"),
        Op("loop", 0, dst="i32", imm="loop"),
        Op("again", 0, dst="i32", imm="again"),
        Op("input", 0, dst="f32", imm="channel", place="wide"),
        Op("longest", 0, dst="i32", imm="line"),
        Op("frame", 0, dst="u32"),
        Op("sample_rate", 0, dst="f64"),
        Op("tick_all", 0, dst="bool"),
        *(Op(f"sum.{e}", 0, dst=e, a=e, b="cursor", imm="state", place="wide") for e in NUMBERS),
    )
    for i, op in enumerate(plain):
        yield replace(op, number=CONTROL_BASE + i)
    memory = list(_memory_ops(CONTROL_BASE + len(plain)))
    yield from memory
    bodies = list(_body_ops(memory[-1].number + 1))
    yield from bodies
    last = bodies[-1].number
    yield Op("input.f64", last + 1, dst="f64", imm="channel", place="wide")
    yield Op("recorded.32", last + 2, dst="any32", a="i32", imm="sound")
    yield Op("recorded.64", last + 3, dst="any64", a="i32", imm="sound")


REDUCTIONS = ("add", "mul", "min", "max", "or")
"""Rows of these names may join the leaves of a tree."""

CONTROL: tuple[Op, ...] = tuple(_control_ops())
COMPUTE: tuple[Op, ...] = (*map(_row_op, ROWS), *_pair_ops())
BY_NAME: dict[str, Op] = {op.name: op for op in (*CONTROL, *COMPUTE)}
BY_NUMBER: dict[int, Op] = {op.number: op for op in BY_NAME.values()}
assert len(BY_NUMBER) == len(BY_NAME) and ROWS[-1].opcode < CONTROL_BASE and CONTROL[-1].number < PAIR_BASE


def input_of(element: str) -> Op:
    """The instruction that reads a channel whose samples are f32 or f64."""
    return BY_NAME["input" if element == "f32" else f"input.{element}"]


def sized(name: str, element: str) -> Op:
    """The instruction `name` for values of the element's size: `load.64` for an f64."""
    return BY_NAME[f"{name}.{8 * BYTES[element]}"]
