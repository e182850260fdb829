"""The WebAssembly backend does what docs/ir.md says: time, state, lines, loops, voices, channels."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import legal_cases as cases
import numpy as np
import pytest
from legal_interpreter import LegalCore
from legal_programs import WasmCore, compare, signal

from dspc.backends.wasm.emit import emit_module
from dspc.dialects import rt


def activity(program: rt.ProgramOp, sounds: Callable[[int, int], bool]) -> Callable[[Any, int], None]:
    """Sets before each call which voices sound: `sounds(voice, frames done)`."""
    slot = LegalCore(program).slots["active"]

    def between(memory: Any, done: int) -> None:
        for k in range(slot.dims.data[0].data):
            at = slot.offset.data + k * slot.strides.data[0].data
            memory[at : at + 4].view(np.uint32)[0] = sounds(k, done)

    return between


# --- time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blocks", (1, 7, 16, 64, 511))
def test_any_partition_gives_the_same_bits(blocks: int) -> None:
    outputs = [compare(cases.leaky(), 600, n)[0] for n in (600, blocks)]
    assert (outputs[0].view(np.uint32) == outputs[1].view(np.uint32)).all()


@pytest.mark.parametrize("blocks", (1, 5, 16, 23))
def test_ticks_fall_on_the_grid_and_where_they_are_due(blocks: int) -> None:
    """At some calls a tick for those that are marked, at some for all; voices come and go."""
    program = cases.ticking()
    voices = activity(program, lambda k, done: done % (5 if k else 4) != 0)

    def between(memory: Any, done: int) -> None:
        memory[4:12].view(np.uint32)[:] = done % 3 == 0, done % 7 == 0
        voices(memory, done)

    compare(program, 115, blocks, frame=2**32 - 50, between=between)


def test_no_frames_change_nothing() -> None:
    program = cases.leaky()
    wasm = WasmCore(program, LegalCore(program))
    wasm.memory[4] = 1
    before = wasm.memory.copy()
    wasm.run([np.zeros(0, np.float32)], [np.zeros(0, np.float32)], 0)
    assert (wasm.memory == before).all()


# --- slots --------------------------------------------------------------------------------------------


def test_state_of_a_block_is_loaded_once() -> None:
    code = [i.op for i in next(f for f in emit_module(cases.leaky()).functions if f.name == "rec_0").code]
    assert code[code.index("loop") :].count("f32.load") == 1  # the input's sample
    assert code.count("f32.store") == 2  # the result, and the state behind the loop


def test_reads_see_what_was_there_before() -> None:
    assert compare(cases.swapping(), 5)[0].tolist() == [2.0, 1.0, 2.0, 1.0, 2.0]


@pytest.mark.parametrize("nested", (False, True))
def test_a_later_loop_reads_what_was_there_before(nested: bool) -> None:
    compare(cases.handing_on(nested), 3)


# --- loops --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [*range(1, 18), 31, 32, 33, 47, 64, 65, 100])
def test_reduce_is_a_halving_tree(count: int) -> None:
    kinds = ("add", "mul", "min", "max")
    compare(cases.summing(count, kinds[count % 4], count), 20)
    compare(cases.summing(count, "add", max(1, count - 1)), 20)


def test_a_missing_leaf_is_not_zero() -> None:
    assert np.signbit(compare(cases.three_negative_zeros(), 4)[0]).all()


def test_loops_nest() -> None:
    compare(cases.nested(), 40, 7)


def test_a_large_body_shares_its_locals() -> None:
    program = cases.chain(3000)
    function = next(f for f in emit_module(program).functions if f.name == "rec_0")
    assert 50 < len(function.locals) < 300
    compare(program, 20)


# --- lines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blocks", (1, 13, 200))
def test_lines_go_round_with_the_frame(blocks: int) -> None:
    """The stream's frame passes 2^32."""
    compare(cases.winding(), 300, blocks, frame=2**32 - 130)


# --- voices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", (1, 2, 3, 4, 5, 8, 11))
@pytest.mark.parametrize("blocks", (5, 16))
def test_voices_are_skipped_and_summed(count: int, blocks: int) -> None:
    program = cases.voiced(count)
    sounding = activity(program, lambda k, done: (done // blocks) % 5 != 0 and (done + k) % 3 != 0)
    compare(program, 120, blocks, between=sounding)


# --- channels -----------------------------------------------------------------------------------------


def in_place(program: rt.ProgramOp, frames: int, outputs: int) -> tuple[list[Any], list[Any]]:
    """Inputs and outputs of a program whose outputs 0 and 1 lie where its two inputs are."""
    wasm = WasmCore(program, LegalCore(program))
    x = signal(2, frames)
    for k in range(2):
        wasm.channel(k)[:frames] = x[k]
    at = wasm.instance
    pointers = (ctypes.c_uint32 * outputs).from_address(at.base + at.outputs)
    pointers[0], pointers[1] = at.channel(0), at.channel(1)
    at.run(at.core, at.inputs, at.outputs, frames)
    return x, [wasm.channel(k if k < 2 else k + 2)[:frames].tolist() for k in range(outputs)]


def test_inputs_that_are_passed_on_may_change_places() -> None:
    x, y = in_place(cases.crossing(), 50, 4)
    assert y == [x[1].tolist(), x[0].tolist(), (x[0] + x[1]).tolist(), x[1].tolist()]


def test_outputs_are_written_when_all_inputs_are_read() -> None:
    x, y = in_place(cases.two_readers(), 50, 2)
    assert y == [(x[0] + x[1]).tolist(), (x[0] - x[1]).tolist()]
