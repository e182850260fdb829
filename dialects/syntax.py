"""The assembly syntax that all operations of `dsp` and `rt` share, and how they carry locations.

    %y = dsp.mul %a, %b : !dsp.signal<f32, audio>
    %z = dsp.lt %a, %b : (T, T) -> U
    rt.write @phase_0 %p {rate = "audio"} : (ui32) -> ()
    %s = dsp.bank {count = 7 : i64} : () -> T { ^bb0(%i : …): … }
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Self, cast

from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FileLineColLoc,
    Float32Type,
    Float64Type,
    FloatAttr,
    FunctionType,
    IntAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolRefAttr,
    UnitAttr,
    f64,
)
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.irdl import IRDLOperation
from xdsl.parser import Parser
from xdsl.printer import Printer

_SYMBOLS = ("sym_name", "symbol")
_DICTIONARY = re.compile(r'\{\s*(\}|("[^"]*"|\w+)\s*[=,}]|[\w.$]+\s*=)')
"""How a dictionary begins: with a key. No operation of a region has a name without a dot."""


class CompactOp(IRDLOperation):
    """An operation with the compact syntax: symbol, operands, properties, types, regions."""

    def print(self, printer: Printer) -> None:
        self._print_symbol(printer)
        if self.operands:
            printer.print_string(" ")
            printer.print_list(self.operands, printer.print_ssa_value)
        shown = {k: v for k, v in {**self.properties, **self.attributes}.items() if k not in _SYMBOLS}
        shown = {k: v for k, v in shown.items() if not self.hides(k)}
        self.print_head(printer)
        if shown:
            printer.print_string(" ")
            print_value(printer, DictionaryAttr(shown))
        self._print_types(printer)
        for region in self.regions:
            printer.print_string(" ")
            printer.print_region(region)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        properties: dict[str, Attribute] = {}
        cls._parse_symbol(parser, properties)
        unresolved = parser.parse_optional_undelimited_comma_separated_list(
            parser.parse_optional_unresolved_operand, parser.parse_unresolved_operand
        )
        cls.parse_head(parser, properties)
        if (head := parse_optional_dictionary(parser)) is not None:
            properties |= dict(head.data)
        operand_types, result_types = cls._parse_types(parser, len(unresolved or ()))
        operands = parser.resolve_operands(unresolved or (), operand_types, parser.pos)
        regions: list[Region] = []
        while (region := parser.parse_optional_region()) is not None:
            regions.append(region)
        declared = cls.get_irdl_definition().properties
        op = cls.create(
            operands=operands,
            result_types=result_types,
            properties={k: v for k, v in properties.items() if k in declared},
            attributes={k: v for k, v in properties.items() if k not in declared},
            regions=regions,
        )
        op.finish_parsing()
        return op

    # What an operation may say differently.

    def hides(self, key: str) -> bool:
        """Whether the property is shown by `print_head` instead of the dictionary."""
        return False

    def print_head(self, printer: Printer) -> None:
        """What stands between the operands and the properties."""

    @classmethod
    def parse_head(cls, parser: Parser, properties: dict[str, Attribute]) -> None:
        """Reads what `print_head` wrote."""

    def finish_parsing(self) -> None:
        """Called when all parts are known."""

    # The parts.

    def _print_symbol(self, printer: Printer) -> None:
        if isinstance(name := self.properties.get("sym_name"), StringAttr):
            printer.print_string(" ")
            printer.print_symbol_name(name.data)
        elif (symbol := self.properties.get("symbol")) is not None:
            printer.print_string(" ")
            printer.print_attribute(symbol)

    @classmethod
    def _parse_symbol(cls, parser: Parser, properties: dict[str, Attribute]) -> None:
        if (name := parser.parse_optional_symbol_name()) is None:
            return
        if "sym_name" in cls.get_irdl_definition().properties:
            properties["sym_name"] = name
        else:
            properties["symbol"] = SymbolRefAttr(name)

    def _print_types(self, printer: Printer) -> None:
        types = [*self.operand_types, *self.result_types]
        if not types:
            return
        printer.print_string(" : ")
        if len(self.results) == 1 and all(t == types[-1] for t in types):
            printer.print_attribute(types[-1])
        else:
            printer.print_function_type(self.operand_types, self.result_types)

    @classmethod
    def _parse_types(cls, parser: Parser, operands: int) -> tuple[Sequence[Attribute], Sequence[Attribute]]:
        if parser.parse_optional_punctuation(":") is None:
            return (), ()
        type_ = parser.parse_type()
        if isinstance(type_, FunctionType):
            return type_.inputs.data, type_.outputs.data
        return (type_,) * operands, (type_,)


def print_value(printer: Printer, value: Attribute) -> None:
    """An attribute, with plain numbers plain: `7` is an IntAttr, `0.5` an f64."""
    if isinstance(value, IntAttr):
        printer.print_string(str(cast(IntAttr, value).data))
    elif (number := _plain_float(value)) is not None:
        text = repr(number)
        printer.print_string(text.replace("e", ".0e") if "e" in text and "." not in text else text)
    elif isinstance(value, DictionaryAttr):
        with printer.in_braces():
            printer.print_list(value.data.items(), lambda item: _print_entry(printer, *item))
    elif isinstance(value, ArrayAttr):
        with printer.in_square_brackets():
            items = cast("ArrayAttr[Attribute]", value).data
            printer.print_list(items, lambda item: print_value(printer, item))
    else:
        printer.print_attribute(value)


def _plain_float(value: Attribute) -> float | None:
    """The number of a finite f64; None for everything else."""
    if not isinstance(value, FloatAttr):
        return None
    attr = cast("FloatAttr[Float64Type]", value)
    return attr.value.data if attr.type == f64 and math.isfinite(attr.value.data) else None


def _print_entry(printer: Printer, key: str, value: Attribute) -> None:
    printer.print_identifier_or_string_literal(key)
    if not isinstance(value, UnitAttr):
        printer.print_string(" = ")
        print_value(printer, value)


def parse_optional_dictionary(parser: Parser) -> DictionaryAttr | None:
    """Reads what `print_value` wrote for a dictionary; a region may begin with the same brace."""
    if not _DICTIONARY.match(parser.lexer.input.content, parser.pos):
        return None
    parser.parse_punctuation("{")
    entries: dict[str, Attribute] = {}
    while parser.parse_optional_punctuation("}") is None:
        if entries:
            parser.parse_punctuation(",")
        key = parser.parse_optional_identifier() or parser.parse_str_literal()
        entries[key] = _parse_value(parser) if parser.parse_optional_punctuation("=") else UnitAttr()
    return DictionaryAttr(entries)


def _parse_value(parser: Parser) -> Attribute:
    if (dictionary := parse_optional_dictionary(parser)) is not None:
        return dictionary
    if parser.parse_optional_punctuation("["):
        items: list[Attribute] = []
        while parser.parse_optional_punctuation("]") is None:
            if items:
                parser.parse_punctuation(",")
            items.append(_parse_value(parser))
        return ArrayAttr(items)
    number = parser.parse_optional_number()
    if number is None:
        return parser.parse_attribute()
    if parser.parse_optional_punctuation(":") is None:
        return IntAttr(number) if isinstance(number, int) else FloatAttr(number, f64)
    type_ = parser.parse_type()
    if isinstance(type_, IntegerType):
        return IntegerAttr(int(number), cast("IntegerType[int, Any]", type_))
    assert isinstance(type_, Float32Type | Float64Type)
    return FloatAttr(_from_bits(number, type_) if isinstance(number, int) else number, type_)


def _from_bits(bits: int, type_: Float32Type | Float64Type) -> float:
    """A float that was printed as its bit pattern."""
    return type_.unpack(bits.to_bytes(type_.size, "little"), 1)[0]


def copy_location(source: Operation, *made: Operation) -> None:
    """Gives what a rewrite made the location of what it replaces (xDSL does not)."""
    for op in made:
        for inner in op.walk():
            if not isinstance(inner.location, FileLineColLoc):
                inner.location = source.location


def replace(op: Operation, values: Sequence[SSAValue]) -> None:
    """Replaces the results of `op` by `values`, hands on name hints, and erases it."""
    for old, new in zip(op.results, values, strict=True):
        if new.name_hint is None:
            new.name_hint = old.name_hint
        old.replace_all_uses_with(new)
    op.detach()
    op.erase()


def ancestors(op: Operation) -> Iterator[Operation]:
    """The operations around an operation, inside out."""
    parent = op.parent_op()
    while parent is not None:
        yield parent
        parent = parent.parent_op()


def location_of(op: Operation) -> tuple[str, int, int] | None:
    """File, line and column of the user's code that an operation comes from."""
    at = op.location
    if not isinstance(at, FileLineColLoc):
        return None
    return at.filename.data, at.line.data, at.column.data


def where(op: Operation) -> str:
    """`voice.py:12`, or the operation's name where no location is known."""
    at = location_of(op)
    return f"{at[0].rsplit('/', 1)[-1]}:{at[1]}" if at else op.name
