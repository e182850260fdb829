"""Random legal programs give the same bits in WebAssembly as in the interpreter of docs/ir.md."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legal_interpreter import LegalCore
from legal_programs import compare
from random_bodies import BodyGenerator
from random_programs import VOICES, Generator


def check(seed: int, kind: type[Generator]) -> None:
    """Blocks of a length that depends on the seed; voices come and go, ticks fall off the grid."""
    program = kind(seed).program()
    active = LegalCore(program).slots["active"]

    def between(memory: Any, done: int) -> None:
        for k in range(VOICES):
            at = active.offset.data + k * active.strides.data[0].data
            memory[at : at + 4].view(np.uint32)[0] = (done // 7 + 3 * k + seed) % 5 != 0
        memory[4:12].view(np.uint32)[:] = (done + seed) % 3 == 0, (done + seed) % 4 == 0

    compare(program, 40, 1 + seed % 20, frame=2**32 - 30 if seed % 2 else 5, between=between, seed=seed)


@pytest.mark.parametrize("kind", (Generator, BodyGenerator))
@pytest.mark.parametrize("seed", range(9))
def test_a_random_program(seed: int, kind: type[Generator]) -> None:
    check(seed, kind)


@pytest.mark.slow
@pytest.mark.fuzz
@given(st.integers(0, 2**32), st.sampled_from((Generator, BodyGenerator)))
def test_any_random_program(seed: int, kind: type[Generator]) -> None:
    check(seed, kind)
