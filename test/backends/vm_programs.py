"""A bytecode core beside the interpreter's of the legal level: the same memory, the same calls, the same bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from cffi import FFI
from legal_interpreter import LegalCore, place_sounds
from legal_programs import agree
from rt.checks import ROOT, RUNTIME, compile_c

from dspc.backends.bytecode.emit import emit_bytes
from dspc.backends.bytecode.host import open_image
from dspc.backends.engine import LoadedProgram
from dspc.backends.hosted import load_runtime
from dspc.dialects import rt
from dspc.runtime.source import engine_cdef, header_cdef

STRICT = ("-fPIC", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")


class Machine(NamedTuple):
    """A library with the engine and the virtual machine."""

    ffi: Any
    lib: Any


@cache
def built_machine() -> Machine:
    """That of the package."""
    return Machine(*load_runtime())


@cache
def switching_machine() -> Machine:
    """One that dispatches with a switch."""
    out = ROOT / "build" / "rt" / "switching.so"
    compile_c(out, *STRICT, "-DDSPC_VM_SWITCH", "-shared", RUNTIME / "engine.c", RUNTIME / "vm.c")
    ffi = FFI()
    ffi.cdef(engine_cdef() + header_cdef("vm.h"))
    return Machine(ffi, ffi.dlopen(str(out)))


class EngineCore:
    """A program's core behind the engine's ABI, with the memory that a `LegalCore` has at the same moment."""

    def __init__(self, loaded: LoadedProgram, like: LegalCore):
        self.loaded = loaded
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
        """The rings and the sounds; the cells that the program declares say the same, for whoever looks there."""
        for k, line in enumerate(self.like.lines.values()):
            ring = int(self.like.cell(line.offset.data + 4, "u32")[0]) + 1
            size = int(self.program.lines[k].bytes) * int(self.program.lines[k].lanes) * ring
            for at in (line.offset.data, int(self.program.lines[k].cell)):
                self.memory[at : at + 8].view(np.uint32)[:] = end, ring - 1
            self.memory[end : end + size] = 0
            end += size + -size % 64
        end = place_sounds(self.like.recordings, self.memory, end)
        assert end <= len(self.like.memory)

    def lengths(self, sample_rate: float) -> list[int]:
        lengths = self.ffi.new("uint32_t[]", max(int(self.program.line_count), 1))
        self.program.sizes(self.program, sample_rate, lengths)
        return [int(lengths[k]) for k in range(self.program.line_count)]

    def init(self) -> None:
        self.program.init(self.program, self._core)

    def run(self, inputs: Sequence[Any], outputs: Sequence[Any], frames: int) -> None:
        made = [self._channel(np.zeros(frames)) for _ in outputs]
        self._call([self._channel(x) for x in inputs], made, frames)
        for samples, buffer in zip(outputs, made, strict=True):
            samples[:] = self._samples(buffer, frames)

    def run_in_place(self, inputs: Sequence[Any], frames: int) -> list[Any]:
        """The outputs, of which the first ones lie where the inputs are, in the same order."""
        given = [self._channel(x) for x in inputs]
        made = [*given, *(self._channel(np.zeros(frames)) for _ in range(self.outputs))][: self.outputs]
        self._call(given, made, frames)
        return [self._samples(buffer, frames) for buffer in made]

    def _channel(self, samples: Any) -> Any:
        return self.ffi.new("float[]", samples.tolist() or [0.0])

    def _samples(self, buffer: Any, frames: int) -> Any:
        return np.frombuffer(self.ffi.buffer(buffer, 4 * frames), np.float32).copy()

    def _call(self, inputs: list[Any], outputs: list[Any], frames: int) -> None:
        pointers = [self.ffi.new("float *[]", channels or [self.ffi.NULL]) for channels in (inputs, outputs)]
        self.program.run(self.program, self._core, *pointers, frames)


class VmCore(EngineCore):
    """A program's core as bytecode."""

    def __init__(self, program: rt.ProgramOp, like: LegalCore, machine: Machine | None = None):
        super().__init__(open_image(*(machine or built_machine()), emit_bytes(program)), like)


def compare(
    program: rt.ProgramOp, frames: int = 100, blocks: int = 100, frame: int = 0, size: int = 1 << 16,
    between: Callable[[Any, int], None] = lambda memory, done: None, seed: int = 1,
    machine: Machine | None = None,
) -> list[Any]:  # fmt: skip
    """Runs a program both ways, `blocks` frames a call; gives the outputs, which are the same.

    `between(memory, done)` may change cells before each call.
    """
    legal = LegalCore(program, size)
    return agree(program, legal, VmCore(program, legal, machine), frames, blocks, frame, between, seed)
