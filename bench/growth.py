"""Compile time against size: programs that cannot be rolled up, from source to a library that is loaded."""

from __future__ import annotations

import os
import tempfile
from math import log2
from typing import Any

from bench.measure import Rounds, span, table
from bench.programs import SHAPES
from dspc.backends.c import FAST, compile_shared, emit, find_compiler, open_core
from dspc.backends.c.backend import CBackend
from dspc.driver.compile import lower
from dspc.frontend.program import trace

SIZE = 3000
FACTORS = (1, 2, 4)


def compile_once(shape: str, operations: int, rounds: Rounds) -> None:
    """Times of one compilation with an empty cache: CPU seconds in all, of ours, of the C compiler; wall clock."""
    backend, compiler = CBackend(), find_compiler()
    assert compiler is not None
    label = f"{shape} {operations}"
    with tempfile.TemporaryDirectory() as cache:
        os.environ["DSPC_CACHE"] = cache
        with span() as ours:
            text = emit(lower(trace(SHAPES[shape](operations)), backend), engine=False)  # type: ignore[arg-type]
        with span() as theirs:
            open_core(compile_shared(text, compiler, FAST))
    rounds.add(f"{label} ours", ours.cpu)
    rounds.add(f"{label} C compiler", theirs.cpu)
    rounds.add(f"{label} total", ours.cpu + theirs.cpu)
    rounds.add(f"{label} wall", ours.wall + theirs.wall)


def measure(rounds: int, size: int = SIZE) -> dict[str, Any]:
    """Medians in seconds by shape and size, and the exponent with which they grow."""
    found = Rounds()
    for _ in range(rounds):
        for factor in FACTORS:
            for shape in SHAPES:
                compile_once(shape, factor * size, found)
    rows = [_row(found, shape, factor * size) for shape in SHAPES for factor in FACTORS]
    return {"rows": rows, "exponents": {shape: _exponent(rows, shape) for shape in SHAPES}}


def _row(found: Rounds, shape: str, operations: int) -> dict[str, Any]:
    parts = {key: found.median(f"{shape} {operations} {key}") for key in ("ours", "C compiler", "total", "wall")}
    return {"shape": shape, "operations": operations, **parts}


def _exponent(rows: list[dict[str, Any]], shape: str) -> float:
    """1: twice the program takes twice the time."""
    mine = [row for row in rows if row["shape"] == shape]
    first, last = mine[0], mine[-1]
    return log2(last["total"] / first["total"]) / log2(last["operations"] / first["operations"])


def report(found: dict[str, Any]) -> str:
    head = ("shape", "operations", "ours", "C compiler", "total CPU", "wall clock")
    rows = [tuple(row.values()) for row in found["rows"]]
    grows = ", ".join(f"{shape} {exponent:.2f}" for shape, exponent in found["exponents"].items())
    return (f"## Compile time against size\n\nSeconds, from tracing to a loaded library, empty cache. Grows with the "
            f"size to the power of: {grows} (1 is linear).\n\n{table(head, rows)}")  # fmt: skip
