"""What docs/ir.md says of the legal level, on every backend that reads it one lane at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import legal_cases as cases
import legal_programs
import numpy as np
import pytest
import vm_programs
from legal_programs import activity

Compare = Callable[..., list[Any]]
BACKENDS: dict[str, Compare] = {"wasm": legal_programs.compare, "bytecode": vm_programs.compare}


@pytest.fixture(params=BACKENDS)
def compare(request: pytest.FixtureRequest) -> Compare:
    """Runs a program on a backend and on the interpreter of the legal level; asserts that they are the same."""
    return BACKENDS[request.param]


@pytest.mark.parametrize("blocks", (1, 7, 16, 64, 511))
def test_any_partition_gives_the_same_bits(compare: Compare, blocks: int) -> None:
    outputs = [compare(cases.leaky(), 600, n)[0] for n in (600, blocks)]
    assert (outputs[0].view(np.uint32) == outputs[1].view(np.uint32)).all()


@pytest.mark.parametrize("blocks", (1, 5, 16, 23))
def test_ticks_fall_on_the_grid_and_where_they_are_due(compare: Compare, blocks: int) -> None:
    """At some calls a tick for those that are marked, at some for all; voices come and go."""
    program = cases.ticking()
    voices = activity(program, lambda k, done: done % (5 if k else 4) != 0)

    def between(memory: Any, done: int) -> None:
        memory[4:12].view(np.uint32)[:] = done % 3 == 0, done % 7 == 0
        voices(memory, done)

    compare(program, 115, blocks, frame=2**32 - 50, between=between)


def test_reads_see_what_was_there_before(compare: Compare) -> None:
    assert compare(cases.swapping(), 5)[0].tolist() == [2.0, 1.0, 2.0, 1.0, 2.0]


@pytest.mark.parametrize("nested", (False, True))
def test_a_later_loop_reads_what_was_there_before(compare: Compare, nested: bool) -> None:
    compare(cases.handing_on(nested), 3)
    compare(cases.handing_on(nested), 20, 7)


@pytest.mark.parametrize("count", [*range(1, 18), 31, 32, 33, 47, 64, 65, 100])
def test_reduce_is_a_halving_tree(compare: Compare, count: int) -> None:
    kinds = ("add", "mul", "min", "max")
    compare(cases.summing(count, kinds[count % 4], count), 20)
    compare(cases.summing(count, "add", max(1, count - 1)), 20)


def test_a_missing_leaf_is_not_zero(compare: Compare) -> None:
    assert np.signbit(compare(cases.three_negative_zeros(), 4)[0]).all()


def test_loops_nest(compare: Compare) -> None:
    compare(cases.nested(), 40, 7)


@pytest.mark.parametrize("blocks", (1, 13, 200))
def test_lines_go_round_with_the_frame(compare: Compare, blocks: int) -> None:
    """The stream's frame passes 2^32."""
    compare(cases.winding(), 300, blocks, frame=2**32 - 130)


@pytest.mark.parametrize("count", (1, 2, 3, 4, 5, 8, 11))
@pytest.mark.parametrize("blocks", (5, 16))
def test_voices_are_skipped_and_summed(compare: Compare, count: int, blocks: int) -> None:
    program = cases.voiced(count)
    sounding = activity(program, lambda k, done: (done // blocks) % 5 != 0 and (done + k) % 3 != 0)
    compare(program, 120, blocks, between=sounding)
