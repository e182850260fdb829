"""A preserving pass may be left out: the bits stay."""

from __future__ import annotations

import pytest
from agree.harness import assert_same, load, run
from agree.instruments import PROGRAMS

from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.passes import UPSTREAM, all_passes

PRESERVING = sorted(
    name for name, cls in all_passes().items() if name in UPSTREAM or getattr(cls, "kind", "") == "preserving"
)
QUICK = CBackend(optimise=("-O1", "-march=native"))


def test_what_is_preserving() -> None:
    assert {"inline", "fold-constants", "canonicalize", "cse", "dce", "hoist-control", "unroll-oscillators",
            "vectorize-voices", "share-lines", "fuse-buffers"} <= set(PRESERVING)  # fmt: skip


def compare(name: str, left_out: str, backend: Backend) -> None:
    """Runs the program without a pass."""
    found = run(load(name, backend, (left_out,)), 48_000.0, (50,), frames=500)
    assert_same(name, found, 48_000.0, (backend.name, f"without {left_out}"))


CASES = [(name, left_out) for name in PROGRAMS for left_out in PRESERVING]
IN_C = CASES[::7]
"""A C compiler takes its time: a seventh always, all passes among them, and the rest where time does not count."""


@pytest.mark.parametrize("name, left_out", CASES)
def test_same_bits(name: str, left_out: str) -> None:
    compare(name, left_out, get_backend("bytecode"))


@pytest.mark.parametrize("name, left_out", IN_C)
def test_same_bits_in_c(name: str, left_out: str) -> None:
    compare(name, left_out, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name, left_out", [case for case in CASES if case not in IN_C])
def test_same_bits_in_c_of_the_rest(name: str, left_out: str) -> None:
    compare(name, left_out, QUICK)


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_bits_without_all(name: str) -> None:
    for backend in (QUICK, get_backend("wasm")):
        found = run(load(name, backend, PRESERVING), 48_000.0, (50,), frames=500)
        assert_same(name, found, 48_000.0, (backend.name, "lowering and defining passes only"))
