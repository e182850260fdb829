"""Runs modules in this process with wasmtime: the engine in C, the core's memory in the module's.

Every engine has an instance of its own. In its memory lie, from `heap_base` on, the pointers to the channels,
samples on their way in and out, and the core's memory, which the engine reads and writes in place.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import wasmtime

from dspc.backends.engine import LoadedProgram
from dspc.backends.host_errors import host_error
from dspc.backends.hosted import HostedProgram
from dspc.backends.wasm.encoder import PAGE
from dspc.dialects.layout import ALIGN, MAX_LINES, ProgramLayout
from dspc.dialects.scalar import BYTES

CData = Any
MOST_FRAMES = 1024
"""That are copied at a time; longer calls are cut, which changes no bit."""


def load(wasm: bytes, layout: ProgramLayout, report: str = "") -> LoadedProgram:
    """A module that `emit_bytes` made, ready for `dspc.Engine`.

    Raises `HostError` DSP309 if it is no valid module.
    """
    program = WasmProgram(wasm, layout)
    return program.load("wasm", external_core=program.new_core, report=report)


@cache
def _engine() -> wasmtime.Engine:
    """Numbers are plain IEEE arithmetic: NaNs are not made canonical, which costs 8x; nothing is metered."""
    config = wasmtime.Config()
    config.strategy = "cranelift"
    config.cranelift_opt_level = "speed"
    config.wasm_relaxed_simd = False
    return wasmtime.Engine(config)


@lru_cache(maxsize=64)
def compile_module(wasm: bytes) -> wasmtime.Module:
    """Machine code; the same module is compiled once a process."""
    try:
        return wasmtime.Module(_engine(), wasm)
    except wasmtime.WasmtimeError as reason:
        raise host_error("DSP309", f"WebAssembly is not valid: {reason}", "emit the module again") from None


# At the interpreter's end wasmtime can no longer free what a cache would keep until then.
atexit.register(_engine.cache_clear)
atexit.register(compile_module.cache_clear)


@cache
def _capi() -> Any:
    """wasmtime's C functions. Its `Func.__call__` takes 30 microseconds a call, the C function 1."""
    return importlib.import_module("wasmtime._bindings")


class _Function:
    """An exported function with i32 parameters, called without conversions."""

    def __init__(self, store: Any, function: Any, arity: int):
        self._call = _capi()._wasmtime_func_call_unchecked
        self.arguments = (_capi().wasmtime_val_raw_t * max(arity, 1))()
        c: Any = ctypes
        self._trap: Any = c.POINTER(_capi().wasm_trap_t)()
        self._keep = (store, function)
        where = (store._context(), ctypes.byref(function._func))
        self._fixed = (*where, self.arguments, arity, c.byref(self._trap))

    def __call__(self, *values: int) -> None:
        """Raises `HostError` DSP309 if the code traps."""
        for k, value in enumerate(values):
            self.arguments[k].i32 = value
        if self._call(*self._fixed) or self._trap:
            raise host_error("DSP309", "the WebAssembly core trapped", "its memory was changed from outside")


class Instance:
    """A module's instance with room for channels and a core."""

    def __init__(self, wasm: bytes, inputs: int, outputs: int, core_bytes: int, audio: str = "f32"):
        self._channel_bytes = BYTES[audio] * MOST_FRAMES
        self.store = wasmtime.Store(_engine())
        instance = wasmtime.Instance(self.store, compile_module(wasm), [])
        exports: Any = instance.exports(self.store)
        self._memory: Any = exports["memory"]
        self._keep = instance
        self.sizes: Any = exports["sizes"]
        self.init = _Function(self.store, exports["init"], 1)
        self.run = _Function(self.store, exports["run"], 4)
        self.inputs = int(exports["heap_base"].value(self.store))
        self.outputs = self.inputs + 4 * inputs
        self._samples = _aligned(self.outputs + 4 * outputs)
        self.core = _aligned(self._samples + self._channel_bytes * (inputs + outputs))
        self._reserve(self.core + core_bytes)
        self.base = ctypes.addressof(self._memory.data_ptr(self.store).contents)
        pointers = (ctypes.c_uint32 * (inputs + outputs)).from_address(self.base + self.inputs)
        pointers[:] = [self.channel(k) for k in range(inputs + outputs)]
        self.views = [self._view(self.channel(k)) for k in range(inputs + outputs)]

    def _reserve(self, end: int) -> None:
        missing = end - int(self._memory.data_len(self.store))
        try:
            self._memory.grow(self.store, max(0, -(-missing // PAGE)))
        except wasmtime.WasmtimeError:
            message = f"WebAssembly cannot have {end} bytes of memory"
            raise host_error("DSP308", message, "shorten the delay lines, or lower the sample rate") from None

    def _view(self, address: int) -> memoryview:
        return memoryview((ctypes.c_ubyte * self._channel_bytes).from_address(self.base + address))

    def channel(self, number: int) -> int:
        """Where the samples of a channel lie, inputs before outputs."""
        return self._samples + self._channel_bytes * number

    def lengths(self, sample_rate: float, lines: int) -> list[int]:
        """What `sizes` says of every delay line."""
        self.sizes(self.store, sample_rate, self.core)
        return list((ctypes.c_uint32 * lines).from_address(self.base + self.core))


def _aligned(address: int) -> int:
    return -(-address // ALIGN) * ALIGN


class WasmProgram(HostedProgram):
    """A program whose core is a WebAssembly module; `instances` are those of its engines, by the core's address."""

    def __init__(self, wasm: bytes, layout: ProgramLayout):
        super().__init__(layout, self._lengths, self._nothing, self._nothing)
        self.wasm, self._lock = wasm, threading.Lock()
        self.instances: dict[int, Instance] = {}
        self._spare = self._instance(4 * MAX_LINES)

    def new_core(self, size: int) -> CData:
        """Memory for the core of one more engine; it goes when nobody holds the pointer any more."""
        instance = self._instance(size)
        address = instance.base + instance.core
        self.instances[address] = instance

        def give_back(_pointer: CData) -> None:
            del self.instances[address]

        return self.ffi.gc(self.ffi.cast("void *", address), give_back)

    def _instance(self, core_bytes: int) -> Instance:
        return Instance(self.wasm, self.layout.inputs, self.layout.outputs, core_bytes, self.layout.audio)

    def _lengths(self, sample_rate: float) -> Sequence[int]:
        with self._lock:  # engines may be made by several threads
            return self._spare.lengths(sample_rate, len(self.layout.lines))

    def _nothing(self, *_: object) -> None:
        """The core is called with addresses, below, not with arrays."""

    def _find(self, core: CData) -> Instance:
        return self.instances[int(self.ffi.cast("uintptr_t", core))]

    def call_init(self, core: CData) -> None:
        try:
            instance = self._find(core)
            instance.init(instance.core)
        except BaseException as error:  # C called: it cannot pass errors on
            self.remember(error)

    def call_run(self, core: CData, inputs: CData, outputs: CData, frames: int) -> None:
        try:
            instance = self._find(core)
            for done in range(0, frames, MOST_FRAMES):
                self._run_piece(instance, inputs, outputs, done, min(MOST_FRAMES, frames - done))
        except BaseException as error:
            self.remember(error)

    def _run_piece(self, instance: Instance, inputs: CData, outputs: CData, done: int, frames: int) -> None:
        ffi, count, size = self.ffi, self.layout.inputs, BYTES[self.layout.audio]
        start = done * (size // 4)  # the ABI's pointers are to floats
        for k in range(count):
            ffi.memmove(instance.views[k], inputs[k] + start, size * frames)
        instance.run(instance.core, instance.inputs, instance.outputs, frames)
        for k in range(self.layout.outputs):
            ffi.memmove(outputs[k] + start, instance.views[count + k], size * frames)
