"""Programs whose core is Python, or is called through Python: the reference, numpy, WebAssembly.

The engine is the same C as everywhere; only `sizes`, `init` and `run` come back here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.backends.engine import LoadedProgram
from dspc.backends.host_errors import host_error
from dspc.backends.program_struct import build_program
from dspc.dialects.layout import CORE_BYTES, CORE_HEADER, ProgramLayout
from dspc.dialects.scalar import BYTES

CData = Any
Core = NDArray[np.uint8]
Channels = list[NDArray[np.float32 | np.float64]]
Sizes = Callable[[float], Sequence[int]]
Init = Callable[[Core], None]
Run = Callable[[Core, Channels, Channels, int], None]


def load_runtime() -> tuple[Any, Any]:
    """cffi's `ffi` and `lib` of the package's extension. Raises `HostError` DSP300 if it was not built."""
    try:
        runtime: Any = importlib.import_module("dspc.runtime._runtime")
    except ImportError:
        hint = "install a C compiler (gcc or clang) and install dspc again"
        raise host_error("DSP300", "dspc was installed without its runtime", hint) from None
    _register(runtime.ffi)
    return runtime.ffi, runtime.lib


class HostedProgram:
    """A program with a core in Python.

    `sizes(sample_rate)` gives one length in samples per delay line. `init(core)` and
    `run(core, inputs, outputs, frames)` get the core's memory as bytes (`core[at:at + 4].view(np.float32)` is
    a cell) and each channel as float32 or float64 [frames], as `layout.audio` says. What they raise, the engine
    raises from the call.
    """

    def __init__(self, layout: ProgramLayout, sizes: Sizes, init: Init, run: Run):
        self.ffi, self.lib = load_runtime()
        self.layout, self._sizes, self._init, self._run = layout, sizes, init, run
        self._error: BaseException | None = None
        self._cores: dict[int, Core] = {}
        self._handle = self.ffi.new_handle(self)
        lib = self.lib
        self.program, self._keep = build_program(
            self.ffi, layout, code=self._handle,
            sizes=lib.dspc_hosted_sizes, init=lib.dspc_hosted_init, run=lib.dspc_hosted_run,
        )  # fmt: skip

    def load(
        self, backend: str, *, external_core: Callable[[int], CData] | None = None, report: str = ""
    ) -> LoadedProgram:
        """The program for an `Engine`."""
        return LoadedProgram(
            self.ffi, self.lib, self.program, backend, (self, *self._keep), external_core, self.check, report
        )

    def check(self) -> None:
        """Raises what a callback raised, once."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    # --- called by C: nothing may be raised into it ---

    def call_sizes(self, sample_rate: float, lengths: CData) -> None:
        with _Guard(self):
            found = self._sizes(sample_rate)
            if len(found) != len(self.layout.lines):
                message = f"{len(found)} lengths for {len(self.layout.lines)} delay lines"
                raise host_error("DSP309", message, "sizes gives one length a line")
            for i, length in enumerate(found):
                lengths[i] = length

    def call_init(self, core: CData) -> None:
        with _Guard(self):
            self._init(self._view(core))

    def call_run(self, core: CData, inputs: CData, outputs: CData, frames: int) -> None:
        with _Guard(self):
            ins = [self._samples(inputs[i], frames) for i in range(self.layout.inputs)]
            outs = [self._samples(outputs[i], frames) for i in range(self.layout.outputs)]
            for samples in ins:
                samples.flags.writeable = False
            self._run(self._cores[_address(self.ffi, core)], ins, outs, frames)

    def _view(self, core: CData) -> Core:
        """The core's memory; the same address may have another extent after each prepare."""
        head = np.frombuffer(self.ffi.buffer(core, CORE_HEADER), np.uint8)
        size = int(head[CORE_BYTES : CORE_BYTES + 4].view(np.uint32)[0])
        view = np.frombuffer(self.ffi.buffer(core, size), np.uint8)
        self._cores[_address(self.ffi, core)] = view
        return view

    def _samples(self, pointer: CData, frames: int) -> NDArray[np.float32 | np.float64]:
        size = BYTES[self.layout.audio] * frames
        return np.frombuffer(self.ffi.buffer(pointer, size), np.float64 if self.layout.audio == "f64" else np.float32)

    def remember(self, error: BaseException) -> None:
        self._error = self._error or error


class _Guard:
    """Keeps what is raised inside for `HostedProgram.check`."""

    def __init__(self, owner: HostedProgram):
        self.owner = owner

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if error is not None:
            self.owner.remember(error)
        return True


def _address(ffi: Any, pointer: CData) -> int:
    return int(ffi.cast("uintptr_t", pointer))


_registered: list[object] = []


def _register(ffi: Any) -> None:
    """Gives the extension's `extern "Python"` functions their bodies, once."""
    if _registered:
        return

    def sizes(program: CData, sample_rate: float, lengths: CData) -> None:
        ffi.from_handle(program.code).call_sizes(sample_rate, lengths)

    def init(program: CData, core: CData) -> None:
        ffi.from_handle(program.code).call_init(core)

    def run(program: CData, core: CData, inputs: CData, outputs: CData, frames: int) -> None:
        ffi.from_handle(program.code).call_run(core, inputs, outputs, frames)

    for name, function in (("sizes", sizes), ("init", init), ("run", run)):
        ffi.def_extern(name=f"dspc_hosted_{name}")(function)
    _registered.append(ffi)
