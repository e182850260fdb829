"""What the parts of a region's text share: its lines, the names of values, and what stands round them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from xdsl.ir import Attribute, SSAValue

from dspc.backends.c.arrays import Arrays
from dspc.backends.c.spelling import value_type
from dspc.dialects import rt
from dspc.dialects.types import BufferType, StackType


@dataclass
class Declarations:
    """Slots, lines and tables by name."""

    slots: dict[str, rt.SlotOp]
    lines: dict[str, rt.LineOp]
    tables: dict[str, rt.TableOp]
    recordings: dict[str, rt.RecordingOp]

    @classmethod
    def of(cls, program: rt.ProgramOp) -> Declarations:
        ops = list(program.body.block.ops)
        return cls(
            {op.sym_name.data: op for op in ops if isinstance(op, rt.SlotOp)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.LineOp)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.TableOp)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.RecordingOp)},
        )

    @property
    def active(self) -> rt.SlotOp:
        """The slot that says which voices sound."""
        return next(s for s in self.slots.values() if (s.role.data, s.field.data) == ("voice", "active"))


@dataclass
class Writer:
    """The text of a region's function body."""

    declarations: Declarations
    arrays: Arrays
    indent: str = "  "
    lines: list[str] = field(default_factory=list[str])
    before: list[str] = field(default_factory=list[str])
    after: list[str] = field(default_factory=list[str])
    ends: list[str] = field(default_factory=list[str])
    """What is said last in the block that is being written: writes take effect."""
    names: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    stores: dict[SSAValue, list[str]] = field(default_factory=dict[SSAValue, list[str]])
    """Where samples of results go, as soon as they are known: registers are few."""
    loops: list[str] = field(default_factory=list[str])
    """The turns of the loops round what is being written: the indexes of slots and lines."""
    count: int = 0

    def say(self, text: str) -> None:
        self.lines.append(self.indent + text)

    def name(self, value: SSAValue) -> str:
        return self.names[value]

    def define(self, value: SSAValue, text: str) -> None:
        name = self._fresh(value)
        self.names[value] = name
        self.say(f"const {value_type(value.type)} {name} = {text};")
        self.store(value)

    def store(self, value: SSAValue) -> None:
        """Writes a value to the buffers that it is a sample of."""
        for place in self.stores.pop(value, ()):
            self.say(f"{place} = {self.name(value)};")

    def local(self, letter: str) -> str:
        """A name that nothing else has."""
        self.count += 1
        return f"{letter}{self.count}"

    def array(self, letter: str, type_: Attribute, count: int) -> str:
        """Declares an array of values; returns its name."""
        name = self.local(letter)
        self.say(self.arrays.stack(type_, name, count))
        return name

    @contextmanager
    def braces(self, head: str) -> Generator[None]:
        """A C block; what is to be said at its end comes there."""
        self.say(f"{head} {{")
        outer, self.ends = self.ends, []
        self.indent += "  "
        yield
        self.say_ends()
        self.indent = self.indent[:-2]
        self.ends = outer
        self.say("}")

    def say_ends(self) -> None:
        for text in self.ends:
            self.say(text)
        self.ends = []

    def _fresh(self, value: SSAValue) -> str:
        hint = value.name_hint
        if hint and hint.isidentifier():
            return self.local(f"{hint}_")
        return self.local("v")


def element_type(value: SSAValue) -> Attribute:
    """The type of a buffer's, or a stack's, elements."""
    assert isinstance(value.type, BufferType | StackType)
    return value.type.element
