"""A bytecode core beside the interpreter's of the legal level: the same memory, the same calls, the same bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from legal_interpreter import LegalCore
from legal_programs import cells, same, signal

from dspc.backends.bytecode.emit import emit_bytes
from dspc.backends.bytecode.host import load
from dspc.dialects import rt

_ROOM = 1 << 16
"""For what belongs to the machine alone; delay lines come behind it."""


class VmCore:
    """A program's core as bytecode, with the memory that a `LegalCore` has at the same moment."""

    def __init__(self, program: rt.ProgramOp, like: LegalCore):
        self.image = emit_bytes(program)
        self.loaded = load(self.image)
        self.ffi, self.program = self.loaded.ffi, self.loaded.program
        self.inputs, self.outputs = int(self.program.inputs), int(self.program.outputs)
        self.like = like
        static = int(self.program.static_bytes)
        self._store = self.ffi.new("unsigned char[]", static + len(like.memory) + 64)
        start = -int(self.ffi.cast("uintptr_t", self._store)) % 64
        self._core = self._store + start
        self.memory = np.frombuffer(self.ffi.buffer(self._core, static + len(like.memory)), np.uint8)
        self.memory[: len(like.memory)] = like.memory
        own = like.program.static_bytes.data
        self.memory[own:static] = 0
        self._place_lines(static)

    def _place_lines(self, end: int) -> None:
        """The rings; the cells that the program declares say the same, for whoever looks there."""
        for k, line in enumerate(self.like.lines.values()):
            ring = int(self.like.cell(line.offset.data + 4, "u32")[0]) + 1
            size = int(self.program.lines[k].bytes) * int(self.program.lines[k].lanes) * ring
            for at in (line.offset.data, int(self.program.lines[k].cell)):
                self.memory[at : at + 8].view(np.uint32)[:] = end, ring - 1
            self.memory[end : end + size] = 0
            end += size + -size % 64
        assert end <= len(self.memory)

    def lengths(self, sample_rate: float) -> list[int]:
        lengths = self.ffi.new("uint32_t[]", max(int(self.program.line_count), 1))
        self.program.sizes(self.program, sample_rate, lengths)
        return [int(lengths[k]) for k in range(self.program.line_count)]

    def init(self) -> None:
        self.program.init(self.program, self._core)

    def run(self, inputs: Sequence[Any], outputs: Sequence[Any], frames: int) -> None:
        """Each channel is a buffer that ends with the call's frames."""
        ffi = self.ffi
        given = [ffi.new("float[]", x.tolist() or [0.0]) for x in inputs]
        made = [ffi.new("float[]", max(frames, 1)) for _ in outputs]
        self.program.run(self.program, self._core, ffi.new("float *[]", given or [ffi.NULL]),
                         ffi.new("float *[]", made or [ffi.NULL]), frames)  # fmt: skip
        for samples, buffer in zip(outputs, made, strict=True):
            samples[:] = np.frombuffer(ffi.buffer(buffer, 4 * frames), np.float32)


def assert_same_state(legal: LegalCore, vm: VmCore) -> None:
    theirs = cells(legal, vm.memory)
    for name, values in cells(legal, legal.memory).items():
        equal = same(values, theirs[name])
        assert equal.all(), f"{name}: {values[~equal][:4]} became {theirs[name][~equal][:4]}"


def compare(
    program: rt.ProgramOp, frames: int = 100, blocks: int = 100, frame: int = 0, size: int = 1 << 16,
    between: Callable[[Any, int], None] = lambda memory, done: None, seed: int = 1,
) -> list[Any]:  # fmt: skip
    """Runs a program both ways, `blocks` frames a call; gives the outputs, which are the same.

    `between(memory, done)` may change cells before each call.
    """
    legal = LegalCore(program, size)
    legal.cell(0, "u32")[0] = frame
    vm = VmCore(program, legal)
    legal.init()
    vm.init()
    inputs = signal(program.inputs.data, frames, seed)
    made = [[np.zeros(frames, np.float32) for _ in range(vm.outputs)] for _ in range(2)]
    for done in range(0, frames, blocks):
        end = min(frames, done + blocks)
        for core, outputs in zip((legal, vm), made, strict=True):
            between(core.memory, done)
            core.run([x[done:end] for x in inputs], [y[done:end] for y in outputs], end - done)
    for expected, found in zip(*made, strict=True):
        assert same(expected, found).all(), f"{expected}\n{found}"
    assert_same_state(legal, vm)
    return made[1]
