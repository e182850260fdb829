"""Constants, the scalar table's operations and mathematical functions, as operations of `dsp`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from xdsl.dialect_interfaces.constant_materialization import ConstantMaterializationInterface
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr, IntegerAttr, IntegerType, StringAttr, f64
from xdsl.interfaces import HasFolderInterface
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def, result_def, traits_def, var_operand_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import ConstantLike, Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects import scalar
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import (
    RATES,
    SignalType,
    element_of,
    highest_rate,
    is_float,
    lanes_of,
    number_type,
    rate_of,
    scalar_of,
    width_of,
    with_element,
)

# --- constants ------------------------------------------------------------------------------------


def number_attr(value: float, type_: Attribute) -> Attribute:
    """A number as an attribute of the scalar inside `type_`."""
    inner = scalar_of(type_)
    if is_float(inner):
        return FloatAttr(float(value), cast(Any, inner))
    bits = 1 if element_of(inner) == "bool" else 8 * scalar.BYTES[element_of(inner)]
    return IntegerAttr(int(value) & ((1 << bits) - 1), cast("IntegerType[int, Any]", inner), truncate_bits=True)


def number_of(attr: Attribute) -> float:
    """The Python number of a constant's attribute."""
    if isinstance(attr, FloatAttr):
        return attr.value.data
    assert isinstance(attr, IntegerAttr)
    whole = cast("IntegerAttr[IntegerType[int, Any]]", attr)
    element, value = element_of(whole.type), whole.value.data
    if element == "bool":
        return value & 1
    value %= 1 << (8 * scalar.BYTES[element])
    return value - 2**32 if element == "i32" and value >= 2**31 else value


@irdl_op_definition
class ConstantOp(CompactOp):
    """A number: `%c = dsp.constant 440.0 : !dsp.signal<f32, const>`."""

    name = "dsp.constant"
    value = prop_def(Attribute)
    result = result_def()
    traits = traits_def(Pure(), ConstantLike())

    def verify_(self) -> None:
        if number_type(self.value) != scalar_of(self.result.type):
            raise VerifyException(f"{self.value} is no number of {scalar_of(self.result.type)}")

    @classmethod
    def make(cls, value: float, type_: Attribute, location: Any = None) -> ConstantOp:
        attr = number_attr(value, type_)
        return cls.create(result_types=(type_,), properties={"value": attr}, location=location)

    @property
    def number(self) -> float:
        return number_of(self.value)

    def get_constant_value(self) -> Attribute:
        return self.value

    def hides(self, key: str) -> bool:
        return key == "value"

    def print_head(self, printer: Printer) -> None:
        printer.print_string(f" {print_number(self.number, element_of(self.result.type))}")

    @classmethod
    def parse_head(cls, parser: Parser, properties: dict[str, Attribute]) -> None:
        if (name := parser.parse_optional_keyword("inf")) or (name := parser.parse_optional_keyword("nan")):
            number: float = float(name)
        elif parser.parse_optional_keyword("neg_inf"):
            number = float("-inf")
        else:
            number = parser.parse_number(allow_boolean=True)
        properties["value"] = FloatAttr(float(number), f64) if isinstance(number, float) else IntAttr(number)

    def finish_parsing(self) -> None:
        raw = self.properties["value"]
        number: float = cast(IntAttr, raw).data if isinstance(raw, IntAttr) else cast(FloatAttr, raw).value.data
        self.properties["value"] = number_attr(number, self.result.type)


def print_number(number: float, element: str) -> str:
    """The shortest text that reads back as the same number."""
    if element in scalar.INTS:
        return str(int(number))
    if element == "bool":
        return "true" if number else "false"
    if number in (float("inf"), float("-inf")):
        return "inf" if number > 0 else "neg_inf"
    text = repr(float(scalar.NUMPY_TYPES[element](number))) if element == "f64" else str(
        scalar.NUMPY_TYPES[element](number))  # fmt: skip
    if "e" in text and "." not in text:  # MLIR's lexer wants a point
        text = text.replace("e", ".0e")
    return text


# --- scalar operations ----------------------------------------------------------------------------


class ScalarOp(CompactOp, HasFolderInterface):
    """One operation of the scalar table, element by element: on signals, scalars or vectors."""

    args = var_operand_def()
    result = result_def()
    traits = traits_def(Pure())

    @property
    def row(self) -> scalar.Row:
        """The scalar table's row; its existence is verified."""
        key = self.args[1] if self.name == "dsp.select" else self.args[0]
        row = scalar.find_row(self.name[4:], element_of(key.type), element_of(self.result.type))
        if row is None:
            raise VerifyException(f"the scalar table has no {self.name[4:]} on {element_of(key.type)}")
        return row

    def verify_(self) -> None:
        if len(self.args) < (2 if self.name == "dsp.select" else 1):
            raise VerifyException("has too few operands")
        row = self.row
        found = tuple(element_of(a.type) for a in self.args)
        if found != row.operands:
            raise VerifyException(f"operands are {', '.join(found)}; {row.key} takes {', '.join(row.operands)}")
        if element_of(self.result.type) != row.result:
            raise VerifyException(f"{row.key} gives {row.result}")
        if len({(width_of(v.type), lanes_of(v.type)) for v in (*self.args, self.result)}) > 1:
            raise VerifyException("operands and result have the same lanes")
        if isinstance(self.result.type, SignalType):
            rate = highest_rate([a.type for a in self.args])
            if RATES.index(rate_of(self.result.type)) < RATES.index(rate):
                raise VerifyException(f"a result of rate {rate_of(self.result.type)} from {rate} operands")

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        owners = [a.owner for a in self.args]
        if all(isinstance(o, ConstantOp) for o in owners):
            return self._fold_constants([cast(ConstantOp, o).number for o in owners])
        same = self._same_as()
        return (same,) if same is not None and same.type == self.result.type else None

    def _fold_constants(self, numbers: list[float]) -> Sequence[Attribute]:
        row = self.row
        inputs = [scalar.NUMPY_TYPES[e](n) for e, n in zip(row.operands, numbers, strict=True)]
        with np.errstate(all="ignore"):
            return (number_attr(row.numpy(*inputs).item(), self.result.type),)

    def _same_as(self) -> SSAValue | None:
        """The operand that the result always equals, bit for bit (NaN as a class)."""
        name, args = self.name[4:], self.args
        if name == "select":
            condition = _number(args[0])
            return args[1] if args[1] is args[2] or condition == 1 else args[2] if condition == 0 else None
        if len(args) != 2:
            return None
        integer = not is_float(args[0].type)
        left, right = _number(args[0]), _number(args[1])
        if name == "mul":
            return args[0] if right == 1 else args[1] if left == 1 else None
        if name == "div":
            return args[0] if right == 1 else None
        if name == "add":  # x + 0.0 turns -0.0 into 0.0; x + -0.0 is x
            return args[0] if _is_neutral(right, integer) else args[1] if _is_neutral(left, integer) else None
        if name == "sub":
            return args[0] if right == 0 and (integer or not _negative_zero(right)) else None
        if name in ("shl", "shr"):
            return args[0] if right == 0 else None
        return None


def _number(value: SSAValue) -> float | None:
    return value.owner.number if isinstance(value.owner, ConstantOp) else None


def _negative_zero(number: float | None) -> bool:
    return number == 0 and str(number).startswith("-")


def _is_neutral(number: float | None, integer: bool) -> bool:
    return number == 0 if integer else _negative_zero(number)


def _scalar_op(name: str) -> type[ScalarOp]:
    title = "".join(part.title() for part in name.split("_")) + "Op"
    doc = f"`{name}` of the scalar table."
    made = type(title, (ScalarOp,), {"name": f"dsp.{name}", "__doc__": doc, "__annotations__": {}})
    return irdl_op_definition(made)


SCALAR_OPS: dict[str, type[ScalarOp]] = {name: _scalar_op(name) for name in scalar.NAMES}


def scalar_op(name: str, args: Sequence[SSAValue], to: str | None = None, location: Any = None) -> ScalarOp:
    """Builds the scalar operation; the result's type follows from the operands and the table.

    Raises `TypeError` if the table has no such row.
    """
    key = args[1] if name == "select" else args[0]
    element = element_of(key.type)
    row = scalar.find_row(name, element, to)
    if row is None:
        raise TypeError(f"no scalar operation {name} on {element}")
    type_ = key.type
    if isinstance(type_, SignalType):
        type_ = _joined_signal(args, type_)
    return SCALAR_OPS[name].create(
        operands=args, result_types=(with_element(type_, row.result),), location=location
    )


def _joined_signal(args: Sequence[SSAValue], key: SignalType) -> Attribute:
    """The type of an elementwise result: the highest rate among the operands."""
    rate = highest_rate([a.type for a in args])
    return key if key.rate.data == rate else SignalType(key.element, StringAttr(rate), key.lanes)


MATH_FUNCTIONS: dict[str, int] = {
    "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1, "atan2": 2, "sinh": 1, "cosh": 1,
    "tanh": 1, "exp": 1, "exp2": 1, "log": 1, "log2": 1, "log10": 1, "pow": 2, "fmod": 2, "sign": 1,
    "trunc": 1, "sin_turns": 1, "cos_turns": 1, "tan_turns": 1,
}  # fmt: skip
"""Function and number of operands. `expand-math` replaces them by an approximation."""


class MathOp(CompactOp):
    """A mathematical function that the scalar table does not have; f32 or f64, element by element.

    `domain`, two numbers, says where its argument always lies: a cheaper approximation may do there.
    """

    args = var_operand_def()
    result = result_def()
    domain = opt_prop_def(ArrayAttr[FloatAttr])
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if len(self.args) != MATH_FUNCTIONS[self.name[4:]]:
            raise VerifyException(f"takes {MATH_FUNCTIONS[self.name[4:]]} operands")
        if any(element_of(a.type) not in scalar.FLOATS for a in self.args):
            raise VerifyException("takes f32 or f64")
        if any(element_of(a.type) != element_of(self.result.type) for a in self.args):
            raise VerifyException("operands and result have one element type")


MATH_OPS: dict[str, type[MathOp]] = {
    name: irdl_op_definition(
        type(f"{name.title()}Op", (MathOp,), {"name": f"dsp.{name}", "__doc__": f"The function {name}.",
                                              "__annotations__": {}})
    )
    for name in MATH_FUNCTIONS
}  # fmt: skip




class Materialize(ConstantMaterializationInterface):
    """How folding makes constants."""

    def materialize_constant(self, value: Attribute, type: Attribute) -> Operation | None:
        return ConstantOp.create(result_types=(type,), properties={"value": value})
