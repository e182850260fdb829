"""Generated C: one readable file, compiled by the system's compiler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cffi import FFI

from dspc.backends.c.compiler import FAST, Compiler, compile_shared, find_compiler, native_lanes
from dspc.backends.c.emit import emit
from dspc.backends.engine import LoadedProgram
from dspc.backends.host_errors import host_error
from dspc.dialects import rt
from dspc.runtime.source import engine_cdef

__all__ = ["FAST", "Compiler", "compile_shared", "emit", "find_compiler", "load", "native_lanes", "open_shared"]


def load(program: rt.ProgramOp, compiler: Compiler | None = None, optimise: tuple[str, ...] = FAST) -> LoadedProgram:
    """Compiles a legal program and loads it. Raises `HostError` DSP321 if there is no compiler."""
    compiler = compiler or find_compiler()
    if compiler is None:
        raise host_error("DSP321", "no C compiler was found",
                         'install gcc or clang (or `pip install ziglang`), or use backend="wasm"')  # fmt: skip
    return open_shared(compile_shared(emit(program), compiler, optimise))


def open_shared(path: Path) -> LoadedProgram:
    """A program in a shared library that exports the engine ABI and `dspc_program_get`."""
    ffi = FFI()
    ffi.cdef(engine_cdef() + "\nconst dspc_program *dspc_program_get(void);")
    lib: Any = ffi.dlopen(str(path))
    return LoadedProgram(ffi, lib, lib.dspc_program_get(), "c", (lib,))
