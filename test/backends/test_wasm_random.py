"""Random legal programs give the same bits in WebAssembly, and in C, as in the interpreter of docs/ir.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import c_programs
import legal_programs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from legal_interpreter import LegalCore
from random_bodies import BodyGenerator
from random_programs import VOICES, Generator
from xdsl.dialects.builtin import ModuleOp

from dspc.dialects import rt
from dspc.passes.lay_out_state import LayOutState

Compare = Callable[..., list[Any]]


def check(seed: int, program: rt.ProgramOp, compare: Compare = legal_programs.compare) -> None:
    """Blocks of a length that depends on the seed; voices come and go, ticks fall off the grid."""
    active = LegalCore(program).slots["active"]

    def between(memory: Any, done: int) -> None:
        for k in range(VOICES):
            at = active.offset.data + k * active.strides.data[0].data
            memory[at : at + 4].view(np.uint32)[0] = (done // 7 + 3 * k + seed) % 5 != 0
        memory[4:12].view(np.uint32)[:] = (done + seed) % 3 == 0, (done + seed) % 4 == 0

    compare(program, 40, 1 + seed % 20, frame=2**32 - 30 if seed % 2 else 5, between=between, seed=seed)


def laid_out(program: rt.ProgramOp) -> rt.ProgramOp:
    """What generated C counts on: slots and voices lie where `lay-out-state` puts them."""
    program.detach()
    LayOutState().run(program, ModuleOp([program]))
    return program


@pytest.mark.parametrize("kind", (Generator, BodyGenerator))
@pytest.mark.parametrize("seed", range(9))
def test_a_random_program(seed: int, kind: type[Generator]) -> None:
    check(seed, kind(seed).program())


@pytest.mark.parametrize("seed", range(4))
def test_a_random_program_in_c(seed: int) -> None:
    check(seed, laid_out(BodyGenerator(seed).program()), c_programs.compare)


@pytest.mark.slow
@pytest.mark.fuzz
@settings(max_examples=min(settings().max_examples, 1000))
@given(st.integers(0, 2**32), st.sampled_from((Generator, BodyGenerator)))
def test_any_random_program(seed: int, kind: type[Generator]) -> None:
    check(seed, kind(seed).program())


@pytest.mark.slow
@pytest.mark.fuzz
@given(st.integers(0, 2**32))
def test_any_random_program_in_c(seed: int) -> None:
    check(seed, laid_out(BodyGenerator(seed).program()), c_programs.compare)
