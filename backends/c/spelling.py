"""How values, types and scalar operations are spelled in C."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from xdsl.ir import Attribute

from dspc.dialects import dsp
from dspc.dialects.scalar import C_TYPES, FLOATS, Row
from dspc.dialects.types import element_of, width_of

INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "and": "&", "or": "|", "xor": "^"}
"""Operations that are the same operator on scalars and vectors."""


def value_type(type_: Attribute) -> str:
    """The C type of a value; a vector of bool is a mask of i32."""
    element, width = element_of(type_), width_of(type_)
    if width == 1:
        return C_TYPES[element]
    return f"{'i32' if element == 'bool' else element}x{width}"


def memory_type(type_: Attribute) -> str:
    """The C type in memory, where a bool is a 32-bit 0 or 1."""
    element, width = element_of(type_), width_of(type_)
    return C_TYPES[element] if width == 1 else f"{'u32' if element == 'bool' else element}x{width}"


def literal(number: float, element: str) -> str:
    """A scalar constant, exact to the bit."""
    if element == "bool":
        return "1u" if number else "0u"
    if element == "i32":
        return f"({int(number)})" if int(number) > -(2**31) else "(-2147483647 - 1)"
    if element in ("u32", "u64"):
        return f"{int(number)}u" + ("ll" if element == "u64" else "")
    suffix = "f" if element == "f32" else ""
    if math.isnan(number):
        return f'__builtin_nan{suffix}("")'
    if math.isinf(number):
        return f"(-__builtin_inf{suffix}())" if number < 0 else f"__builtin_inf{suffix}()"
    text = _float_literal(number, element) + suffix
    return f"({text})" if text.startswith("-") else text


def _float_literal(number: float, element: str) -> str:
    """A hexadecimal float; short decimals that are exact stay readable."""
    code = "<f" if element == "f32" else "<d"
    number = struct.unpack(code, struct.pack(code, number))[0]
    plain = repr(number)
    exact = number == int(number) if abs(number) < 1e6 else False
    return plain if exact and "e" not in plain else number.hex()


def constant(number: float, type_: Attribute) -> str:
    """A constant of any type; a vector has it in all lanes."""
    element, width = element_of(type_), width_of(type_)
    if width == 1:
        return literal(number, element)
    return lanes([lane_literal(number, element)] * width, type_)


def lane_literal(number: float, element: str) -> str:
    """A constant as one lane of a vector, where a bool is a mask."""
    return ("-1" if number else "0") if element == "bool" else literal(number, element)


def lanes(texts: Sequence[str], type_: Attribute) -> str:
    return f"({value_type(type_)}){{{', '.join(texts)}}}"


def load_samples(place: str, type_: Attribute) -> str:
    """A vector of samples that follow each other in a buffer, where a bool is 0 or 1."""
    if element_of(type_) == "bool":
        width = width_of(type_)
        return f"-(i32x{width})dspc_samples_u32x{width}({place})"
    return f"dspc_samples_{value_type(type_)}({place})"


def keep_samples(place: str, vector: str, type_: Attribute) -> str:
    """The statement that puts a vector of samples into a buffer."""
    if element_of(type_) == "bool":
        width = width_of(type_)
        return f"dspc_keep_u32x{width}({place}, (u32x{width}){vector} & 1u);"
    return f"dspc_keep_{value_type(type_)}({place}, {vector});"


def scalar_expression(op: dsp.ScalarOp, args: Sequence[str]) -> str:
    """A scalar operation on scalars or on vectors."""
    row = op.row
    width = width_of(op.result.type)
    if width == 1:
        text = row.c
        for i, arg in enumerate(args):
            text = text.replace(f"${i}", arg)
        return text
    if row.name in INFIX:
        return f"{args[0]} {INFIX[row.name]} {args[1]}"
    if row.name == "neg":
        return f"-{args[0]}"
    return f"{vector_function(row)}x{width}({', '.join(args)})"


def vector_function(row: Row) -> str:
    """The name of a row's function in runtime/lanes.h, without the width."""
    if row.name in ("convert", "bitcast"):
        return f"dspc_{row.name}_{row.element}_{row.result}"
    return f"dspc_{row.name}_{row.element}"


NEUTRAL: dict[str, dict[str, str]] = {
    "add": {"f32": "(-0.0f)", "f64": "(-0.0)"},
    "mul": {"f32": "1.0f", "f64": "1.0"},
    "min": {"f32": "__builtin_inff()", "f64": "__builtin_inf()", "i32": "2147483647", "u32": "4294967295u",
            "u64": "18446744073709551615ull"},
    "max": {"f32": "(-__builtin_inff())", "f64": "(-__builtin_inf())", "i32": "(-2147483647 - 1)"},
    "or": {},
}  # fmt: skip
"""What a leaf that is missing from a tree holds: combined with it, every value stays itself, bit for bit."""


def neutral(kind: str, element: str) -> str:
    found = NEUTRAL[kind].get(element)
    if found is not None:
        return found
    return "1" if kind == "mul" else "0"


def is_float(element: str) -> bool:
    return element in FLOATS
