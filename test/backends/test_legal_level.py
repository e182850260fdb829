"""What docs/ir.md says of the legal level, on every backend that reads it one lane at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import c_programs
import legal_bodies as bodies
import legal_cases as cases
import legal_elements as elements
import legal_positions as positions
import legal_programs
import legal_recordings as recordings
import numpy as np
import pytest
import vm_programs
from legal_drafts import slot, voiced
from legal_programs import activity

from dspc.backends.describe import describe
from dspc.dialects import rt

Compare = Callable[..., list[Any]]
BACKENDS: dict[str, Compare] = {"wasm": legal_programs.compare, "bytecode": vm_programs.compare}
WITH_BODIES: dict[str, Compare] = {"c": c_programs.compare, **BACKENDS}
"""Those that have bodies, stacks and working memory, too."""
BODIES = (
    bodies.chosen, bodies.always_and_never, bodies.in_turns, bodies.with_turns, bodies.at_ticks, bodies.again,
    bodies.banks_again, bodies.now_and_again, elements.mixing, elements.summed_elsewhere,
    elements.stored_in_bodies, positions.standing_still, positions.running_fast, recordings.sounding,
    recordings.circling,
)  # fmt: skip
VOICES = (positions.voices_when, positions.voices_elements, positions.voices_lines, recordings.voices_recordings)
ELEMENTS = ("f32", "f64", "i32", "u32", "bool")


@pytest.fixture(params=BACKENDS)
def compare(request: pytest.FixtureRequest) -> Compare:
    """Runs a program on a backend and on the interpreter of the legal level; asserts that they are the same."""
    return BACKENDS[request.param]


@pytest.fixture(params=WITH_BODIES)
def compare_bodies(request: pytest.FixtureRequest) -> Compare:
    return WITH_BODIES[request.param]


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


def test_init_sees_the_frame_of_the_stream(compare_bodies: Compare) -> None:
    assert compare_bodies(positions.beginning(), 5, frame=4096)[0].tolist() == [4096.0] * 5


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


@pytest.mark.parametrize("case", BODIES)
def test_bodies(compare_bodies: Compare, case: Callable[[], rt.ProgramOp]) -> None:
    compare_bodies(case(), 100)
    compare_bodies(case(), 60, 7, seed=2)


def test_a_body_that_does_not_run_gives_zeros(compare_bodies: Compare) -> None:
    (x,) = legal_programs.signal(1, 50, seed=3)
    result, _, change, number, *_ = compare_bodies(bodies.chosen(), 50, seed=3)
    assert legal_programs.same(result, np.where(x > 0, -x, np.float32(0.0))).all()
    assert (number[:12] == np.where(x > 0, 7 * 3.0 ** np.cumsum(x > 0), 0)[:12]).all()
    assert not change.any(), "a read saw what was written in its own turn"


@pytest.mark.parametrize("element", ELEMENTS)
def test_elements_of_stacks(compare_bodies: Compare, element: str) -> None:
    compare_bodies(elements.picked(element), 60)


@pytest.mark.parametrize("element", ELEMENTS)
def test_elements_of_memories(compare_bodies: Compare, element: str) -> None:
    compare_bodies(elements.stored(element), 60)


def test_wide_stacks_and_large_memories(compare_bodies: Compare) -> None:
    compare_bodies(elements.wide_stack(900), 20)
    compare_bodies(elements.large_memory(65536), 60, size=1 << 19)


@pytest.mark.parametrize("count", (1, 2, 5, 15, 16, 17, 33, 40, 100))
@pytest.mark.parametrize("loop", (True, False))
def test_sums_of_sixteen_parts(compare_bodies: Compare, count: int, loop: bool) -> None:
    (made,) = compare_bodies(elements.partial_sums(count, count, "f32", loop), 10)
    compare_bodies(elements.partial_sums(count, max(1, count - 3), "f64", loop), 10)
    compare_bodies(elements.partial_sums(count, count, "i32", loop), 10)
    if count > 32:  # up to there both are one order
        (tree,) = compare_bodies(elements.partial_sums(count, count, "f32", loop, partials=False), 10)
        assert (made != tree).any(), "the order of summation does not show"


@pytest.mark.parametrize("count", (1, 15, 17, 40))
def test_parts_of_sums_begin_with_leaves(compare_bodies: Compare, count: int) -> None:
    assert np.signbit(compare_bodies(elements.negative_zeros(count), 2)).all()


@pytest.mark.parametrize(("width", "lanes"), ((4, 8), (4, 37), (8, 100), (8, 13), (16, 33)))
def test_lanes_are_leaves(width: int, lanes: int) -> None:
    c_programs.compare(elements.lanes_of_turns(width, lanes), 20)


@pytest.mark.parametrize("width", (1, 4))
def test_hosts_are_told_every_initial_value(width: int) -> None:
    """Of groups, turns, elements and lanes, which are four dimensions."""
    slots = [
        slot("cube", "f64", 1.5, [3, 2, 4, 5], width, True), slot("bits", "bool", 1, [3, 2, 4], width, True),
        slot("rows", "u32", 7, [2, 3, 4]),
    ]  # fmt: skip
    program = voiced(slots, "", "%x", 3 * width, width)
    legal = legal_programs.LegalCore(program)
    memory = np.zeros_like(legal.memory)
    for init in describe(program).inits:
        for turn in np.ndindex(*init.count):
            at = init.offset + sum(i * s for i, s in zip(turn, init.stride, strict=True))
            memory[at : at + init.bytes] = list(init.bits.to_bytes(init.bytes, "little"))
    for name, values in legal_programs.cells(legal, memory).items():
        if name != "header":
            assert (values == legal_programs.cells(legal, legal.memory)[name]).all(), name


@pytest.mark.parametrize("case", VOICES)
@pytest.mark.parametrize("count", (1, 3, 6))
def test_bodies_in_voices(compare_bodies: Compare, case: Callable[[int, int], rt.ProgramOp], count: int) -> None:
    program = case(count, 1)
    compare_bodies(program, 80, 7, between=activity(program, lambda k, done: (done // 7 + k) % 4 != 0))


@pytest.mark.parametrize("case", VOICES)
@pytest.mark.parametrize(("count", "width"), ((4, 4), (9, 4), (11, 8)))
def test_bodies_in_voices_with_lanes(case: Callable[[int, int], rt.ProgramOp], count: int, width: int) -> None:
    """A group of lanes is silent now and then, and single lanes of it."""

    def sounds(k: int, done: int) -> bool:
        return k < count and (done // 7 + k // width) % 4 != 0 and (done + k) % 3 != 0

    program = case(count, width)
    c_programs.compare(program, 80, 7, between=activity(program, sounds))
