"""The WebAssembly backend does what docs/ir.md says: time, state, lines, loops, voices, channels."""

from __future__ import annotations

import ctypes
from typing import Any

import legal_cases as cases
import numpy as np
from legal_interpreter import LegalCore
from legal_programs import WasmCore, compare, signal

from dspc.backends.wasm.emit import emit_module
from dspc.dialects import rt

# --- time ---------------------------------------------------------------------------------------------


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


# --- loops --------------------------------------------------------------------------------------------


def test_a_large_body_shares_its_locals() -> None:
    program = cases.chain(3000)
    function = next(f for f in emit_module(program).functions if f.name == "rec_0")
    assert 50 < len(function.locals) < 300
    compare(program, 20)


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
