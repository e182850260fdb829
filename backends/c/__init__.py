"""Generated C: one readable file, compiled by the system's compiler."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from cffi import FFI

from dspc.backends.c.compiler import FAST, Compiler, compile_shared, find_compiler, native_lanes
from dspc.backends.c.emit import emit
from dspc.backends.engine import LoadedProgram
from dspc.backends.host_errors import host_error
from dspc.backends.hosted import load_runtime
from dspc.dialects import rt
from dspc.runtime.source import engine_cdef

__all__ = [
    "FAST", "Compiler", "compile_shared", "emit", "find_compiler", "load", "native_lanes", "open_core", "open_shared",
]  # fmt: skip


def load(program: rt.ProgramOp, compiler: Compiler | None = None, optimise: tuple[str, ...] = FAST) -> LoadedProgram:
    """Compiles a legal program's core and loads it into the package's engine.

    Raises `HostError` DSP321 if there is no compiler. The engine is not compiled again with every program:
    that would take longer than the program itself.
    """
    compiler = compiler or find_compiler()
    if compiler is None:
        raise host_error("DSP321", "no C compiler was found",
                         'install gcc or clang (or `pip install ziglang`), or use backend="wasm"')  # fmt: skip
    return open_core(compile_shared(emit(program, engine=False), compiler, optimise))


def open_core(path: Path) -> LoadedProgram:
    """A program's core in a shared library, in the package's engine."""
    ffi, lib = load_runtime()
    core: Any = _declared().dlopen(str(path))
    address = int(_declared().cast("uintptr_t", core.dspc_program_get()))
    return LoadedProgram(ffi, lib, ffi.cast("const dspc_program *", address), "c", (core,))


def open_shared(path: Path) -> LoadedProgram:
    """A program in a shared library that has its own engine: it exports the ABI and `dspc_program_get`."""
    ffi = _declared()
    lib: Any = ffi.dlopen(str(path))
    return LoadedProgram(ffi, lib, lib.dspc_program_get(), "c", (lib,))


@cache
def _declared() -> FFI:
    ffi = FFI()
    ffi.cdef(engine_cdef() + "\nconst dspc_program *dspc_program_get(void);")
    return ffi
