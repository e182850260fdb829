"""Every row of the scalar table in WebAssembly means what it means in numpy, bit by bit."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from legal_interpreter import MEMORY, LegalCore
from legal_programs import TYPES, Text, WasmCore, assert_is_sound, cells, same

from dspc.dialects.scalar import NUMPY_TYPES, ROWS, Row

FLOATS = [
    0.0, 0.5, 1.0, 1.5, 2.5, 3.0, 8388607.5, 8388608.5, 16777217.0, 2147483520.0, 2147483647.0, 2147483648.0,
    2147483649.0, 4294967040.0, 4294967295.0, 4294967296.0, 1.8446744073709552e19, 1e-45, 1.1754942e-38,
    1.1754944e-38, 3.4028235e38, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, np.inf,
]  # fmt: skip
WHOLES = [
    0,
    1,
    2,
    3,
    7,
    31,
    32,
    33,
    63,
    64,
    65,
    100,
    2**16,
    2**24 + 1,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32 - 2,
]
LONG = [2**32, 2**52 + 1, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1025, 2**64 - 1, 2**64 - 1024]
RANDOM = 400


def edges(element: str) -> Any:
    """Values at which an operation may go wrong."""
    with np.errstate(over="ignore"):
        if element in ("f32", "f64"):
            kind = NUMPY_TYPES[element]
            return np.array([*FLOATS, *(-x for x in FLOATS), np.nan]).astype(kind)
    if element == "bool":
        return np.array([0, 1], np.uint32)
    bits = 64 if element == "u64" else 32
    wholes = sorted({w % 2**bits for w in (*WHOLES, *(-w for w in WHOLES), *(LONG if bits == 64 else ()))})
    return np.array(wholes, f"u{bits // 8}").view(MEMORY[element])


def random(element: str, rng: np.random.Generator) -> Any:
    """Random bit patterns."""
    if element == "bool":
        return rng.integers(0, 2, RANDOM, np.uint32)
    dtype = MEMORY[element]
    whole = np.dtype(f"u{dtype.itemsize}")
    return rng.integers(0, np.iinfo(whole).max, RANDOM, whole, endpoint=True).view(dtype)


def operands(row: Row) -> list[Any]:
    """Columns of operands: all pairs of edges, then random ones."""
    rng = np.random.default_rng(row.opcode)
    found = [edges(e) for e in row.operands]
    pairs = np.array(list(itertools.product(*(range(len(e)) for e in found)))).T
    if len(pairs[0]) > 3000:
        pairs = pairs[:, rng.choice(pairs.shape[1], 3000, replace=False)]
    return [
        np.concatenate([e[k], random(element, rng)]) for e, k, element in zip(found, pairs, row.operands, strict=True)
    ]


def row_program(row: Row, count: int) -> Text:
    """An init region that applies the row to `count` sets of operands, in two ways.

    `y` is computed where it is used; operands and result of `z` are used twice and cannot stay on the stack.
    """
    text = Text()
    for k, element in enumerate(row.operands):
        text.slot(f"x{k}", element, dims=(count,))
    for name in ("y", "z", "again"):
        text.slot(name, row.result, dims=(count,))
    text.add("rt.init {} {", *_loop(row, count, "y"), *_loop(row, count, "z", "again"), "rt.yield", "}")
    return text


def _loop(row: Row, count: int, *slots: str) -> list[str]:
    lines = [f"rt.loop {{count = {count}, width = 1, lanes = {count}}} {{", "^bb0(%i: i32):"]
    for k, element in enumerate(row.operands):
        lines.append(f"%x{k} = rt.read @x{k} : () -> {TYPES[element]}")
    names = ", ".join(f"%x{k}" for k in range(len(row.operands)))
    types = ", ".join(TYPES[e] for e in row.operands)
    for slot in slots:
        lines.append(f"%{slot} = dsp.{row.name} {names} : ({types}) -> {TYPES[row.result]}")
    lines += [f"rt.write @{slot} %{slots[0]} : ({TYPES[row.result]}) -> ()" for slot in slots]
    return [*lines, "rt.yield", "}"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_row(row: Row) -> None:
    columns = operands(row)
    program = row_program(row, len(columns[0])).program()
    legal = LegalCore(program, 1 << 18)
    wasm = WasmCore(program, legal)
    assert_is_sound(wasm.wasm)
    for k, column in enumerate(columns):
        at = legal.slots[f"x{k}"].offset.data
        wasm.memory[at : at + column.nbytes] = column.view(np.uint8)
    wasm.init()
    with np.errstate(all="ignore"):
        typed = [c.astype(np.bool_) if e == "bool" else c for c, e in zip(columns, row.operands, strict=True)]
        expected = np.asarray(row.numpy(*typed)).astype(MEMORY[row.result])
    found = cells(legal, wasm.memory)
    for name in ("y", "z", "again"):
        equal = same(expected, found[name])
        wrong = [(*(c[k] for c in columns), expected[k], found[name][k]) for k in np.flatnonzero(~equal)[:5]]
        assert equal.all(), f"{row.key}: operands, numpy's result, ours: {wrong}"
