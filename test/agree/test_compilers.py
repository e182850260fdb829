"""Generated C under every compiler and level of optimisation, and as a file with its own engine."""

from __future__ import annotations

from functools import cache

import pytest
from agree.harness import assert_same, load, run
from agree.instruments import PROGRAMS

from dspc.backends.c import compile_shared, emit, find_compiler, open_shared
from dspc.backends.c.backend import CBackend
from dspc.backends.c.compiler import FAST, Compiler, _identify
from dspc.backends.engine import Engine
from dspc.driver.compile import lower
from dspc.frontend.program import trace


@cache
def compiler(command: str) -> Compiler:
    found = _identify((command,), "")
    assert found is not None, f"{command} is not installed"
    return found


CASES = {
    "gcc-O0": ("gcc", ("-O0",), 8),
    "gcc-O2": ("gcc", ("-O2",), 4),
    "gcc-O3-native": ("gcc", ("-O3", "-march=native"), 16),
    "clang-O0": ("clang", ("-O0",), 16),
    "clang-O2-native": ("clang", ("-O2", "-march=native"), 8),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_bits(name: str, case: str) -> None:
    command, optimise, lanes = CASES[case]
    loaded = load(name, CBackend(lanes, compiler(command), optimise))
    assert_same(name, run(loaded, 48_000.0, (64, 5)), 48_000.0, case)


@pytest.mark.parametrize("name", ["example_supersaw", "example_echo", "parameters", "plucks"])
def test_one_file_with_its_engine(name: str) -> None:
    chosen = find_compiler()
    assert chosen is not None
    text = emit(lower(trace(PROGRAMS[name]), CBackend()))  # type: ignore[arg-type]
    loaded = open_shared(compile_shared(text, chosen, FAST))
    assert_same(name, run(loaded, 48_000.0, (33,)), 48_000.0, "c file")
    engine = Engine(loaded, 48_000.0)
    assert engine.name == PROGRAMS[name].name
