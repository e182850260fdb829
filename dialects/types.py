"""Types: signals at the graph level, plain scalars, vectors and buffers below it."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from xdsl.dialects.builtin import (
    Float32Type,
    Float64Type,
    FloatAttr,
    IntAttr,
    IntegerAttr,
    IntegerType,
    Signedness,
    StringAttr,
    VectorType,
    f32,
    f64,
    i1,
    i32,
)
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

u32 = IntegerType(32, Signedness.UNSIGNED)
u64 = IntegerType(64, Signedness.UNSIGNED)

ELEMENT_TYPES: dict[str, Attribute] = {
    "f32": f32,
    "f64": f64,
    "i32": i32,
    "u32": u32,
    "u64": u64,
    "bool": i1,
}
_ELEMENT_NAMES = {t: name for name, t in ELEMENT_TYPES.items()}

RATES = ("const", "init", "control", "audio")
"""In rising order: a value's rate is the highest of those it is computed from."""


@irdl_attr_definition
class SignalType(ParametrizedAttribute, TypeAttribute):
    """A signal: `!dsp.signal<f32, audio>`; with lanes, an array: `!dsp.signal<f32, audio, 7>`.

    `element` is a scalar type, or a vector of one once lanes are decided. `lanes` is the number of a
    bank's copies; 0 says that the signal is no array.
    """

    name = "dsp.signal"
    element: Attribute
    rate: StringAttr
    lanes: IntAttr

    def verify(self) -> None:
        if scalar_of(self.element) not in _ELEMENT_NAMES:
            raise VerifyException(f"a signal's element is one of {', '.join(ELEMENT_TYPES)}")
        if self.rate.data not in RATES:
            raise VerifyException(f"a rate is one of {', '.join(RATES)}")
        if self.lanes.data < 0:
            raise VerifyException("lanes are not negative")

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.element)
            printer.print_string(f", {self.rate.data}")
            if self.lanes.data:
                printer.print_string(f", {self.lanes.data}")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> list[Attribute]:
        with parser.in_angle_brackets():
            element = parser.parse_type()
            parser.parse_punctuation(",")
            rate = parser.parse_identifier()
            lanes = parser.parse_integer() if parser.parse_optional_punctuation(",") else 0
        return [element, StringAttr(rate), IntAttr(lanes)]


@irdl_attr_definition
class BufferType(ParametrizedAttribute, TypeAttribute):
    """The samples of a block, between two regions: `!rt.buffer<f32>`."""

    name = "rt.buffer"
    element: Attribute


def _print_counted(printer: Printer, element: Attribute, count: IntAttr) -> None:
    with printer.in_angle_brackets():
        printer.print_attribute(element)
        printer.print_string(f", {count.data}")


def _parse_counted(parser: AttrParser) -> list[Attribute]:
    with parser.in_angle_brackets():
        element = parser.parse_type()
        parser.parse_punctuation(",")
        return [element, IntAttr(parser.parse_integer())]


@irdl_attr_definition
class StackType(ParametrizedAttribute, TypeAttribute):
    """What the turns of a loop yielded at one sample: `!rt.stack<f32, 7>`."""

    name = "rt.stack"
    element: Attribute
    count: IntAttr

    def print_parameters(self, printer: Printer) -> None:
        _print_counted(printer, self.element, self.count)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> list[Attribute]:
        return _parse_counted(parser)


@irdl_attr_definition
class MemoryType(ParametrizedAttribute, TypeAttribute):
    """A memory of `count` elements that a program writes: `!dsp.memory<f32, 1024>`."""

    name = "dsp.memory"
    element: Attribute
    count: IntAttr

    def print_parameters(self, printer: Printer) -> None:
        _print_counted(printer, self.element, self.count)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> list[Attribute]:
        return _parse_counted(parser)


@cache
def signal(element: str | Attribute, rate: str = "audio", lanes: int = 0) -> SignalType:
    """The signal type, made once for each choice."""
    type_ = ELEMENT_TYPES[element] if isinstance(element, str) else element
    return SignalType(type_, StringAttr(rate), IntAttr(lanes))


@cache
def vector(element: str | Attribute, width: int) -> Attribute:
    """`width` lanes of the element type; the element type itself for a width of 1."""
    type_ = ELEMENT_TYPES[element] if isinstance(element, str) else element
    return type_ if width == 1 else VectorType(type_, [width])


@cache
def scalar_of(type_: Attribute) -> Attribute:
    """The scalar type inside a signal, vector, buffer or stack."""
    if isinstance(type_, SignalType | BufferType | StackType | MemoryType):
        return scalar_of(type_.element)
    if isinstance(type_, VectorType):
        return cast("VectorType[Attribute]", type_).element_type
    return type_


@cache
def element_of(type_: Attribute) -> str:
    """The element type's name in the scalar table: `f32`, `u32`, `bool`, …"""
    name = _ELEMENT_NAMES.get(scalar_of(type_))
    if name is None:
        raise VerifyException(f"{type_} holds no element of the scalar table")
    return name


@cache
def width_of(type_: Attribute) -> int:
    """How many lanes a value of this type has (1: a scalar)."""
    if isinstance(type_, SignalType | BufferType | StackType | MemoryType):
        return width_of(type_.element)
    return type_.get_shape()[0] if isinstance(type_, VectorType) else 1


def lanes_of(type_: Attribute) -> int:
    """How many elements a signal has as an array, or a stack; 0 if it is none."""
    if isinstance(type_, StackType):
        return type_.count.data
    return type_.lanes.data if isinstance(type_, SignalType) else 0


def rate_of(type_: Attribute) -> str:
    """A signal's rate. Physical types (below the graph level) have none."""
    if not isinstance(type_, SignalType):
        raise VerifyException(f"{type_} has no rate")
    return type_.rate.data


def highest_rate(types: list[Attribute]) -> str:
    """The rate of something computed from values of these types: `const` if there are none."""
    return max((rate_of(t) for t in types), key=RATES.index, default="const")


@cache
def with_element(type_: Attribute, element: str | Attribute) -> Attribute:
    """The same kind of value with another scalar element: a comparison's result, a conversion's."""
    scalar = ELEMENT_TYPES[element] if isinstance(element, str) else element
    if isinstance(type_, SignalType):
        return signal(with_element(type_.element, scalar), type_.rate.data, type_.lanes.data)
    if isinstance(type_, VectorType):
        return vector(scalar, type_.get_shape()[0])
    return scalar


@cache
def with_rate(type_: Attribute, rate: str) -> Attribute:
    assert isinstance(type_, SignalType)
    return signal(type_.element, rate, type_.lanes.data)


def number_type(value: Attribute) -> Attribute | None:
    """The type of a number; None if the attribute is no number."""
    return cast(Any, value).type if isinstance(value, FloatAttr | IntegerAttr) else None


def is_float(type_: Attribute) -> bool:
    return isinstance(scalar_of(type_), Float32Type | Float64Type)
