"""Programs as assembly: whole primitives while the graph has them, else the machine's micro-operations.

    PHASOR r0, 440.0
    LOWPASS r1, r0, 1000.0, 0.7
    MUL r2, r1, 0.5
    OUTPUT r2

A line has its results first, then its operands, with constants in place, then its properties. A scope is one
line, with what it takes from outside. Bodies are indented and closed by END.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    DictionaryAttr,
    FloatAttr,
    IntAttr,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
)
from xdsl.ir import Attribute, Block, Operation, SSAValue

from dspc.backends.bytecode.declarations import dense_values
from dspc.backends.bytecode.disassemble import disassemble
from dspc.backends.bytecode.emit import emit_bytes
from dspc.dialects import dsp, rt
from dspc.dialects.scalar_ops import number_of, print_number
from dspc.dialects.types import RATES, element_of, rate_of

_ARGUMENTS = {"dsp.feedback": "PREVIOUS", "dsp.bank": "INDEX"}
"""What the arguments of a body are called."""


def assembly(op: Operation) -> str:
    """The listing of a program, or of all programs of a module, at the level at which they are."""
    if isinstance(op, ModuleOp):
        programs = [p for p in op.body.block.ops if isinstance(p, dsp.ProgramOp | rt.ProgramOp)]
        return "\n".join(assembly(p) for p in programs)
    if isinstance(op, rt.ProgramOp):
        return disassemble(emit_bytes(op))
    return "\n".join(_Listing().program(op)) + "\n"


class _Listing:
    """Numbers the registers of one program."""

    def __init__(self) -> None:
        self.names: dict[SSAValue, str] = {}
        self.count = 0

    def program(self, op: Operation) -> Iterator[str]:
        words = [f"{k}={_attribute(v)}" for k, v in op.properties.items() if k != "sym_name" and _is_shown(k, v)]
        yield f"PROGRAM {', '.join([_attribute(op.properties['sym_name']), *words])}"
        block = op.regions[0].block
        for channel, arg in enumerate(block.args):
            yield f"INPUT {self._new(arg)}, {channel}"
        yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        for op in block.ops:
            if not isinstance(op, dsp.ConstantOp):
                yield from self._operation(op)

    def _operation(self, op: Operation) -> Iterator[str]:
        if isinstance(op, dsp.ScopeOp):
            numbers = op.numbers.data if op.numbers is not None else ()
            yield self._line(op.label.data, _captured(op), op.results, [_plain(n) for n in numbers])
            return
        properties = [_property(k, v) for k, v in op.properties.items() if _is_shown(k, v)]
        yield self._line(op.name.partition(".")[2], op.operands, op.results, properties)
        for region in op.regions:
            for arg in region.block.args:
                yield f"  {_ARGUMENTS.get(op.name, 'ARGUMENT')} {self._new(arg)}"
            yield from (f"  {line}" for line in self._block(region.block))
            yield "END"

    def _line(
        self, mnemonic: str, operands: Iterable[SSAValue], results: Iterable[SSAValue], properties: list[str]
    ) -> str:
        words = [self._name(v) for v in operands]
        words = [*map(self._new, results), *words, *properties]
        name = "".join(c if c.isalnum() else "_" for c in mnemonic).upper()
        return f"{name} {', '.join(words)}".rstrip()

    def _new(self, value: SSAValue) -> str:
        self.names[value] = f"r{self.count}"
        self.count += 1
        return self.names[value]

    def _name(self, value: SSAValue) -> str:
        if isinstance(value.owner, dsp.ConstantOp):
            return print_number(value.owner.number, element_of(value.type))
        return self.names[value]


def _plain(number: Attribute) -> str:
    """A number of a call, as it was written."""
    return repr(cast(Any, number).value.data if isinstance(number, FloatAttr) else cast(Any, number).data)


def _captured(op: Operation) -> list[SSAValue]:
    """What the bodies use and do not define: signals first, then what changes less often."""
    inside = {value for inner in op.walk() for value in inner.results}
    inside |= {a for inner in op.walk() for region in inner.regions for a in region.block.args}
    used = [v for inner in op.walk() if inner is not op for v in inner.operands]
    outer = dict.fromkeys(v for v in used if v not in inside)
    return sorted(outer, key=lambda v: -RATES.index(rate_of(v.type)))


def _is_shown(key: str, value: Attribute) -> bool:
    """Zeros, empty texts and single lanes say nothing."""
    match value:
        case FloatAttr():
            return value.value.data != 0.0
        case IntAttr() | StringAttr():
            return bool(value.data) and (key, value.data) != ("width", 1)
        case _:
            return True


def _property(key: str, value: Attribute) -> str:
    if isinstance(value, DictionaryAttr):
        return _attribute(value.data.get("id", StringAttr(key)))
    return _attribute(value) if isinstance(value, SymbolRefAttr | StringAttr) else f"{key}={_attribute(value)}"


def _attribute(value: Attribute) -> str:
    match value:
        case StringAttr() | IntAttr():
            return str(value.data)
        case SymbolRefAttr():
            return f"@{value.string_value()}"
        case FloatAttr():
            return print_number(number_of(value), element_of(value.type))
        case ArrayAttr():
            return f"[{', '.join(map(_attribute, value.data))}]"
        case DenseArrayBase():
            return f"[{', '.join(map(str, dense_values(value)))}]"
        case _:
            return str(value)
