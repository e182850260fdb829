"""The scalar table: one row per scalar operation and element type.

A row is the single place that knows how an operation is spelled: in numpy (the meaning the
reference uses), in C, in WebAssembly, and which opcode and cost it has. Backends and the
virtual machine's kernels are generated from these rows; none of them knows an operation by name.

Element types are named `f32 f64 i32 u32 u64 bool`. In C a `bool` is a `uint32_t` that is 0 or 1; in
WebAssembly an `i32`. Operand placeholders are `$0 $1 $2`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np

Numpy = Callable[..., Any]

FLOATS = ("f32", "f64")
INTS = ("i32", "u32", "u64")
NUMBERS = FLOATS + INTS
ELEMENTS = (*NUMBERS, "bool")

NUMPY_TYPES: dict[str, type[np.generic]] = {
    "f32": np.float32,
    "f64": np.float64,
    "i32": np.int32,
    "u32": np.uint32,
    "u64": np.uint64,
    "bool": np.bool_,
}
C_TYPES = {
    "f32": "float",
    "f64": "double",
    "i32": "int32_t",
    "u32": "uint32_t",
    "u64": "uint64_t",
    "bool": "uint32_t",
}
WASM_TYPES = {"f32": "f32", "f64": "f64", "i32": "i32", "u32": "i32", "u64": "i64", "bool": "i32"}
BYTES = {"f32": 4, "f64": 8, "i32": 4, "u32": 4, "u64": 8, "bool": 4}


@dataclass(frozen=True)
class Row:
    """One scalar operation on one element type.

    `c` is an expression over `$0 $1 $2`. `wasm` is a sequence of instructions in stack order, where
    `$n` pushes operand n (so an operand may be pushed twice). `helper` names the C helper functions
    (in `runtime/scalar.h`) that the expression calls.
    """

    name: str
    element: str
    operands: tuple[str, ...]
    result: str
    opcode: int
    numpy: Numpy
    c: str
    wasm: tuple[str, ...]
    cost: float
    commutative: bool = False

    @property
    def key(self) -> str:
        """The row's name in assembly listings: `add.f32`, `convert.i32.f32`."""
        return row_key(self.name, self.element, self.result)


def row_key(name: str, element: str, result: str) -> str:
    return f"{name}.{element}.{result}" if name in CONVERSIONS else f"{name}.{element}"


CONVERSIONS = ("convert", "bitcast")


# --- meanings that numpy does not have under one name ------------------------------------------


def where(condition: Any, a: Any, b: Any) -> Any:
    """`np.where`, but scalars stay scalars."""
    if _is_scalar(condition) and _is_scalar(a) and _is_scalar(b):
        return a if condition else b
    chosen = cast(Any, np.where(condition, a, b))
    return chosen[()]


def _is_scalar(x: Any) -> bool:
    return isinstance(x, np.generic)


def _minimum(a: Any, b: Any) -> Any:
    return where(b < a, b, a)


def _maximum(a: Any, b: Any) -> Any:
    return where(a < b, b, a)


def _int_division(a: Any, b: Any) -> Any:
    """Floor division; by zero gives 0. -2^31 // -1 wraps to -2^31."""
    safe = where(b == 0, b.dtype.type(1), b)
    if a.dtype == np.int32:
        wide = np.floor_divide(np.asarray(a, np.int64), np.asarray(safe, np.int64)).astype(np.int32)
    else:
        wide = np.floor_divide(a, safe)
    return where(b == 0, a.dtype.type(0), wide)


def _int_modulo(a: Any, b: Any) -> Any:
    """The remainder that has the divisor's sign; by zero gives 0."""
    safe = where(b == 0, b.dtype.type(1), b)
    if a.dtype == np.int32:
        rest = np.mod(np.asarray(a, np.int64), np.asarray(safe, np.int64)).astype(np.int32)
    else:
        rest = np.mod(a, safe)
    return where(b == 0, a.dtype.type(0), rest)


def _shift_left(a: Any, b: Any) -> Any:
    bits = a.dtype.type(a.dtype.itemsize * 8 - 1)
    return a << (b & bits)


def _shift_right(a: Any, b: Any) -> Any:
    bits = a.dtype.type(a.dtype.itemsize * 8 - 1)
    return a >> (b & bits)


def _int_abs(a: Any) -> Any:
    return where(a < 0, np.negative(a), a)


def _saturate(low: int, high: int, to: type[np.generic]) -> Numpy:
    """Float to integer: toward zero, saturating, NaN gives 0."""

    def convert(x: Any) -> Any:
        if _is_scalar(x):
            return to(0 if x != x else int(min(max(float(x), low), high)))
        wide = np.asarray(x, np.float64)
        inside = np.where(np.isnan(wide), 0.0, np.clip(wide, low, high))
        return np.trunc(inside).astype(np.int64).astype(to)[()]

    return convert


def _cast(to: type[np.generic]) -> Numpy:
    def convert(x: Any) -> Any:
        return to(x) if _is_scalar(x) else np.asarray(x).astype(to)[()]

    return convert


def _bits(to: type[np.generic]) -> Numpy:
    def reinterpret(x: Any) -> Any:
        if _is_scalar(x):
            return x.view(to)
        return np.ascontiguousarray(x).view(to).reshape(np.shape(x))[()]

    return reinterpret


# --- operators: as ufuncs on arrays, and on numpy scalars ten times as fast -----------------------
# Functions of ours, not of `operator`: through those numpy takes operands for temporaries, and writes into them.


def _add(a: Any, b: Any) -> Any:
    return a + b


def _sub(a: Any, b: Any) -> Any:
    return a - b


def _mul(a: Any, b: Any) -> Any:
    return a * b


def _truediv(a: Any, b: Any) -> Any:
    return a / b


def _lt(a: Any, b: Any) -> Any:
    return a < b


def _le(a: Any, b: Any) -> Any:
    return a <= b


def _eq(a: Any, b: Any) -> Any:
    return a == b


def _ne(a: Any, b: Any) -> Any:
    return a != b


def _and(a: Any, b: Any) -> Any:
    return a & b


def _or(a: Any, b: Any) -> Any:
    return a | b


def _xor(a: Any, b: Any) -> Any:
    return a ^ b


def _neg(a: Any) -> Any:
    return -a


def _abs(a: Any) -> Any:
    return abs(a)


def _invert(a: Any) -> Any:
    return ~a


# --- the table ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Family:
    """An operation before it is spread over its element types."""

    name: str
    elements: Iterable[str]
    arity: int
    numpy: Numpy
    c: str
    wasm: Callable[[str], tuple[str, ...]]
    cost: float
    result: str | None = None
    commutative: bool = False


def _w(instruction: str, *, signed: bool = False) -> Callable[[str], tuple[str, ...]]:
    """`$0 $1 T.instruction`, with `_s`/`_u` where the integer's sign matters."""

    def spell(element: str) -> tuple[str, ...]:
        suffix = ("_s" if element == "i32" else "_u") if signed and element in INTS else ""
        return ("$0", "$1", f"{WASM_TYPES[element]}.{instruction}{suffix}")

    return spell


def _w1(instruction: str) -> Callable[[str], tuple[str, ...]]:
    return lambda element: ("$0", f"{WASM_TYPES[element]}.{instruction}")


def _less(element: str) -> str:
    return f"{WASM_TYPES[element]}.lt" + {"i32": "_s", "u32": "_u", "u64": "_u"}.get(element, "")


def _wasm_neg(element: str) -> tuple[str, ...]:
    t = WASM_TYPES[element]
    return ("$0", f"{t}.neg") if element in FLOATS else (f"{t}.const 0", "$0", f"{t}.sub")


def _wasm_div(element: str) -> tuple[str, ...]:
    """Unsigned `//` with 0 for a zero divisor: divide by (b | b == 0), then mask."""
    t = WASM_TYPES[element]
    widen = ("i64.extend_i32_u",) if t == "i64" else ()
    safe = ("$1", "$1", f"{t}.eqz", *widen, f"{t}.or")
    return (f"{t}.const 0", "$0", *safe, f"{t}.div_u", "$1", f"{t}.eqz", "select")


def _wasm_mod(element: str) -> tuple[str, ...]:
    t = WASM_TYPES[element]
    widen = ("i64.extend_i32_u",) if t == "i64" else ()
    safe = ("$1", "$1", f"{t}.eqz", *widen, f"{t}.or")
    return (f"{t}.const 0", "$0", *safe, f"{t}.rem_u", "$1", f"{t}.eqz", "select")


# Signed division goes through 64 bits: -2^31 // -1 must not trap. `q - (r != 0 && (r ^ b) < 0)` floors.
_SAFE64 = ("$1", "$1", "i32.eqz", "i32.or", "i64.extend_i32_s")
_REM64 = ("$0", "i64.extend_i32_s", *_SAFE64, "i64.rem_s", "i32.wrap_i64")
_DIFFER = (*_REM64, "i32.const 0", "i32.ne", *_REM64, "$1", "i32.xor", "i32.const 0", "i32.lt_s", "i32.and")
_SDIV = ("i32.const 0", "$0", "i64.extend_i32_s", *_SAFE64, "i64.div_s", "i32.wrap_i64",
         *_DIFFER, "i32.sub", "$1", "i32.eqz", "select")  # fmt: skip
_SMOD = ("i32.const 0", *_REM64, "$1", "i32.const 0", *_DIFFER, "select", "i32.add", "$1", "i32.eqz", "select")


_FAMILIES = (
    _Family("add", NUMBERS, 2, _add, "$0 + $1", _w("add"), 1, commutative=True),
    _Family("sub", NUMBERS, 2, _sub, "$0 - $1", _w("sub"), 1),
    _Family("mul", NUMBERS, 2, _mul, "$0 * $1", _w("mul"), 1, commutative=True),
    _Family("div", FLOATS, 2, _truediv, "$0 / $1", _w("div"), 5),
    _Family("neg", NUMBERS, 1, _neg, "-$0", _wasm_neg, 1),
    _Family("abs", FLOATS, 1, _abs, "dspc_abs_$e($0)", _w1("abs"), 1),
    _Family("sqrt", FLOATS, 1, np.sqrt, "dspc_sqrt_$e($0)", _w1("sqrt"), 6),
    _Family("floor", FLOATS, 1, np.floor, "dspc_floor_$e($0)", _w1("floor"), 3),
    _Family("ceil", FLOATS, 1, np.ceil, "dspc_ceil_$e($0)", _w1("ceil"), 3),
    _Family("round", FLOATS, 1, np.rint, "dspc_round_$e($0)", _w1("nearest"), 3),
    _Family("min", NUMBERS, 2, _minimum, "dspc_min_$e($0, $1)",
            lambda e: ("$1", "$0", "$1", "$0", _less(e), "select"), 1),
    _Family("max", NUMBERS, 2, _maximum, "dspc_max_$e($0, $1)",
            lambda e: ("$1", "$0", "$0", "$1", _less(e), "select"), 1),
    _Family("lt", NUMBERS, 2, _lt, "$0 < $1", lambda e: ("$0", "$1", _less(e)), 1, "bool"),
    _Family("le", NUMBERS, 2, _le, "$0 <= $1", _w("le", signed=True), 1, "bool"),
    _Family("eq", NUMBERS, 2, _eq, "$0 == $1", _w("eq"), 1, "bool", commutative=True),
    _Family("ne", NUMBERS, 2, _ne, "$0 != $1", _w("ne"), 1, "bool", commutative=True),
    _Family("and", (*INTS, "bool"), 2, _and, "$0 & $1", _w("and"), 1, commutative=True),
    _Family("or", (*INTS, "bool"), 2, _or, "$0 | $1", _w("or"), 1, commutative=True),
    _Family("xor", (*INTS, "bool"), 2, _xor, "$0 ^ $1", _w("xor"), 1, commutative=True),
    _Family("not", ("bool",), 1, _invert, "dspc_not_bool($0)", lambda e: ("$0", "i32.eqz"), 1),
    _Family("shl", INTS, 2, _shift_left, "dspc_shl_$e($0, $1)", _w("shl"), 1),
    _Family("shr", INTS, 2, _shift_right, "dspc_shr_$e($0, $1)", _w("shr", signed=True), 1),
)  # fmt: skip


def _rows() -> Iterable[Row]:
    """Opcodes are numbered from 1 in order: append families at the end, never insert."""
    opcode = 0
    for f in _FAMILIES:
        for e in f.elements:
            opcode += 1
            yield Row(f.name, e, (e,) * f.arity, f.result or e, opcode, f.numpy,
                      f.c.replace("$e", e), f.wasm(e), f.cost, f.commutative)  # fmt: skip
    for e in ELEMENTS:
        opcode += 1
        yield Row("select", e, ("bool", e, e), e, opcode, where,
                  f"dspc_select_{e}($0, $1, $2)", ("$1", "$2", "$0", "select"), 1)  # fmt: skip
    for source, result, numpy, wasm, cost in _conversions():
        opcode += 1
        yield Row("convert", source, (source,), result, opcode, numpy,
                  f"dspc_convert_{source}_{result}($0)", wasm, cost)  # fmt: skip
    for source, result, wasm in (
        ("f32", "u32", "i32.reinterpret_f32"), ("u32", "f32", "f32.reinterpret_i32"),
        ("f64", "u64", "i64.reinterpret_f64"), ("u64", "f64", "f64.reinterpret_i64"),
    ):  # fmt: skip
        opcode += 1
        yield Row("bitcast", source, (source,), result, opcode, _bits(NUMPY_TYPES[result]),
                  f"dspc_bitcast_{source}_{result}($0)", ("$0", wasm), 0)  # fmt: skip
    for name, numpy, unsigned, signed in (
        ("floordiv", _int_division, _wasm_div, _SDIV),
        ("mod", _int_modulo, _wasm_mod, _SMOD),
    ):
        for e in INTS:
            opcode += 1
            wasm = signed if e == "i32" else unsigned(e)
            yield Row(name, e, (e, e), e, opcode, numpy, f"dspc_{name}_{e}($0, $1)", wasm, 20)
    opcode += 1
    yield Row("abs", "i32", ("i32",), "i32", opcode, _int_abs, "dspc_abs_i32($0)",
              ("i32.const 0", "$0", "i32.sub", "$0", "$0", "i32.const 0", "i32.lt_s", "select"), 1)  # fmt: skip


def _conversions() -> Iterable[tuple[str, str, Numpy, tuple[str, ...], float]]:
    """(source, result, numpy, wasm, cost) of every conversion. Integers wrap, floats saturate."""
    cast = {e: _cast(t) for e, t in NUMPY_TYPES.items()}
    i32, u32 = (-(2**31), 2**31 - 1), (0, 2**32 - 1)
    yield "f32", "f64", cast["f64"], ("$0", "f64.promote_f32"), 1
    yield "f64", "f32", cast["f32"], ("$0", "f32.demote_f64"), 1
    for f in FLOATS:
        yield "i32", f, cast[f], ("$0", f"{f}.convert_i32_s"), 1
        yield "u32", f, cast[f], ("$0", f"{f}.convert_i32_u"), 2
        yield "bool", f, cast[f], ("$0", f"{f}.convert_i32_u"), 1
        yield f, "i32", _saturate(*i32, np.int32), ("$0", f"i32.trunc_sat_{f}_s"), 3
        yield f, "u32", _saturate(*u32, np.uint32), ("$0", f"i32.trunc_sat_{f}_u"), 4
    for source, result in (("i32", "u32"), ("u32", "i32"), ("bool", "i32"), ("bool", "u32")):
        yield source, result, cast[result], ("$0",), 0
    yield "u32", "u64", cast["u64"], ("$0", "i64.extend_i32_u"), 0
    yield "u64", "u32", cast["u32"], ("$0", "i32.wrap_i64"), 0
    yield "i32", "u64", cast["u64"], ("$0", "i64.extend_i32_s"), 0
    yield "u64", "f64", cast["f64"], ("$0", "f64.convert_i64_u"), 3
    yield "i32", "bool", cast["bool"], ("$0", "i32.const 0", "i32.ne"), 1
    yield "u32", "bool", cast["bool"], ("$0", "i32.const 0", "i32.ne"), 1


ROWS: tuple[Row, ...] = tuple(_rows())
TABLE: dict[str, Row] = {row.key: row for row in ROWS}
NAMES: tuple[str, ...] = tuple(dict.fromkeys(row.name for row in ROWS))


@cache
def find_row(name: str, element: str, result: str | None = None) -> Row | None:
    """The row of operation `name` on `element`; conversions are told apart by `result`."""
    return TABLE.get(row_key(name, element, result or element))
