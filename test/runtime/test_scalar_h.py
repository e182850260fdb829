"""runtime/scalar.h: the C text of every row of the scalar table means, bit for bit, what its numpy says."""

from __future__ import annotations

import ctypes
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tree import ROOT

from dspc.dialects.scalar import C_TYPES, FLOATS, NUMPY_TYPES, ROWS, Row

RUNTIME = ROOT / "runtime"
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-fwrapv", "-ffp-contract=off", "-fno-math-errno",
          "-fno-trapping-math")  # fmt: skip
BUILDS = ("gcc -O0", "gcc -O0 -msse4.1", "gcc -O2", "gcc -O3 -march=native", "clang -O0", "clang -O0 -msse4.1",
          "clang -O2")  # fmt: skip
RANDOM = 100_000

F32_EDGES = [0.0, 1e-45, 1.1754942e-38, 1.1754944e-38, 0.25, 0.49999997, 0.5, 0.50000006, 0.99999994, 1.0, 1.5, 2.5,
             3.5, 8388607.5, 8388608.0, 8388609.0, 16777216.0, 2147483520.0, 2147483648.0, 4294967040.0,
             4294967296.0, 3.4028235e38, np.inf, np.nan]  # fmt: skip
F64_EDGES = [*F32_EDGES, 5e-324, 2.2250738585072014e-308, 0.49999999999999994, 2147483647.0, 2147483647.5,
             4294967295.0, 4294967295.5, 4503599627370495.5, 4503599627370496.0, 9007199254740993.0, 1e300]  # fmt: skip
INT_EDGES = [0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 127, 2**24 + 1, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 2, 2**32 - 1]


@cache
def edges(element: str) -> np.ndarray:
    kind = NUMPY_TYPES[element]
    if element in FLOATS:
        positive = np.array(F32_EDGES if element == "f32" else F64_EDGES, np.float64).astype(kind)
        return np.concatenate([positive, -positive])
    if element == "bool":
        return np.array([False, True])
    wide = np.array([*INT_EDGES, *(2**64 - n for n in INT_EDGES[1:]), 2**53 + 1, 2**63], np.uint64)
    return wide if element == "u64" else np.unique(wide.astype(np.uint32)).view(kind)


@cache
def operands(elements: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Every combination of edge values, then random bit patterns, small integers among them."""
    rng = np.random.default_rng(7)
    grids = np.meshgrid(*(edges(e) for e in elements), indexing="ij")
    return tuple(np.concatenate([g.ravel(), random_bits(rng, e)]) for g, e in zip(grids, elements, strict=True))


def random_bits(rng: np.random.Generator, element: str) -> np.ndarray:
    if element == "bool":
        return rng.integers(0, 2, RANDOM).astype(np.bool_)
    kind = np.dtype(NUMPY_TYPES[element])
    bits = rng.integers(0, 2 ** (8 * kind.itemsize), RANDOM, dtype=f"u{kind.itemsize}").view(kind)
    if element in FLOATS:  # half of them where rounding happens
        bits[::2] = rng.normal(0.0, 1e4, RANDOM // 2).astype(kind)
    else:
        bits[::4] = rng.integers(0, 70, RANDOM // 4).astype(kind)
    return bits


def c_name(row: Row) -> str:
    return row.key.replace(".", "_")


def c_function(row: Row) -> str:
    text = re.sub(r"\$(\d)", lambda m: f"({C_TYPES[row.operands[int(m[1])]]})x{m[1]}[i]", row.c)
    params = "".join(f"const {C_TYPES[e]} *x{i}, " for i, e in enumerate(row.operands))
    return (f"void {c_name(row)}({params}{C_TYPES[row.result]} *y, long n)\n"
            f"{{\n  for (long i = 0; i < n; i++) y[i] = ({text});\n}}\n")  # fmt: skip


@cache
def source() -> str:
    return '#include "scalar.h"\n' + "".join(map(c_function, ROWS))


def compile_rows(build: str, folder: Path) -> Path:
    compiler, *flags = build.split()
    path, made = folder / "rows.c", folder / f"{build.replace(' ', '')}.so"
    path.write_text(source())
    command = [compiler, *flags, *STRICT, f"-I{RUNTIME}", "-shared", "-fPIC", "-nostdlib", path, "-o", made]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module", params=BUILDS)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield compile_rows(request.param, tmp_path_factory.mktemp("rows"))


def stored(values: np.ndarray) -> np.ndarray:
    """As C has it: a bool is a u32."""
    return np.ascontiguousarray(values.astype(np.uint32) if values.dtype == np.bool_ else values)


def call(library: ctypes.CDLL, row: Row, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
    result = "u32" if row.result == "bool" else row.result
    y = np.empty(len(inputs[0]), NUMPY_TYPES[result])
    arrays = [*(stored(x) for x in inputs), y]
    pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in arrays]
    getattr(library, c_name(row))(*pointers, ctypes.c_long(len(y)))
    return y


@cache
def expected(row: Row) -> np.ndarray:
    with np.errstate(all="ignore"):
        return stored(np.asarray(row.numpy(*operands(row.operands)), NUMPY_TYPES[row.result]))


def differing(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Indexes where the bits differ; NaN is one value."""
    bits: Any = f"u{a.dtype.itemsize}"
    both_nan = np.isnan(a) & np.isnan(b) if a.dtype.kind == "f" else np.zeros(a.shape, bool)
    return np.flatnonzero((a.view(bits) != b.view(bits)) & ~both_nan)


def test_every_row(library: Path) -> None:
    loaded = ctypes.CDLL(str(library))
    wrong: list[str] = []
    for row in ROWS:
        inputs = operands(row.operands)
        found, wanted = call(loaded, row, inputs), expected(row)
        for i in differing(found, wanted)[:3]:
            given = ", ".join(str(x[i]) for x in inputs)
            wrong.append(f"{row.key}({given}) is {found[i]}, not {wanted[i]}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_called(library: Path) -> None:
    found = subprocess.run(["nm", "-u", library], check=True, capture_output=True, text=True).stdout.split()
    names = {name for name in found if name not in ("U", "w")}
    assert names <= {"memcpy", "memset", "memmove"}


def test_integers_wrap_without_the_flag(tmp_path: Path) -> None:
    """The helpers do not lean on -fwrapv: the sanitizer finds nothing to complain about."""
    helpers = [row for row in ROWS if "dspc_" in row.c]
    body = "".join(map(c_function, helpers))
    calls = "".join(sanitized_call(row) for row in helpers)
    path, made = tmp_path / "ub.c", tmp_path / "ub"
    path.write_text(f'#include "scalar.h"\n{body}int main(void)\n{{\n{calls}  return 0;\n}}\n')
    flags = ["-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all", "-ffp-contract=off", "-fno-math-errno"]
    subprocess.run(["gcc", *flags, f"-I{RUNTIME}", path, "-o", made], check=True)
    done = subprocess.run([made], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def sanitized_call(row: Row) -> str:
    """A block of C that calls a row with all combinations of edge values."""
    grids = np.meshgrid(*(edges(e) for e in row.operands), indexing="ij")
    lines: list[str] = []
    for k, grid in enumerate(grids):
        values = stored(grid.ravel())
        words = values.view(f"u{values.dtype.itemsize}")
        kind, suffix = ("uint64_t", "ull") if words.dtype.itemsize == 8 else ("uint32_t", "u")
        lines.append(f"    static const {kind} x{k}[] = {{{', '.join(f'{w}{suffix}' for w in words)}}};\n")
    arguments = ", ".join(f"(const void *)x{k}" for k in range(len(grids)))
    size = grids[0].size
    call = f"{c_name(row)}({arguments}, (void *)y, {size});"
    return f"  {{\n{''.join(lines)}    static uint64_t y[{size}];\n    {call}\n  }}\n"
