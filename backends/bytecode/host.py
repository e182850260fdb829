"""Runs images in this process: `dspc.runtime._runtime` has the virtual machine and the engine."""

from __future__ import annotations

from typing import Any

from dspc.backends.bytecode.emit import emit_bytes
from dspc.backends.bytecode.image import damaged
from dspc.backends.engine import LoadedProgram
from dspc.backends.hosted import load_runtime

__all__ = ["emit_bytes", "load", "open_image"]

_MESSAGE_BYTES = 200
_ENOUGH_TO_REFUSE = 4096


def load(data: bytes, report: str = "") -> LoadedProgram:
    """An image that `emit_bytes` made, ready for `dspc.Engine`.

    Raises `HostError` DSP300 if dspc has no runtime, `DspError` DSP342 if the image is not sound.
    """
    return open_image(*load_runtime(), data, report)


def open_image(ffi: Any, lib: Any, data: bytes, report: str = "") -> LoadedProgram:
    """An image in the machine of a library that has the functions of engine.h and vm.h, declared to `ffi`."""
    image = _words(ffi, len(data))
    ffi.memmove(image, data, len(data))
    # What cannot be an image needs no memory, but room in which it is found out what is wrong.
    size = int(lib.dspc_vm_bytes(image, len(data))) or _ENOUGH_TO_REFUSE
    memory = _words(ffi, size)
    program, message = ffi.new("dspc_program *"), ffi.new("char[]", _MESSAGE_BYTES)
    if lib.dspc_vm_open(image, len(data), memory, size, program, message, _MESSAGE_BYTES):
        raise damaged(f"the bytecode is not sound: {ffi.string(message).decode()}")
    return LoadedProgram(ffi, lib, program, "bytecode", (image, memory, program), report=report)


def _words(ffi: Any, size: int) -> Any:
    """Zeroed memory, aligned as 64-bit numbers want it."""
    return ffi.new("uint64_t[]", size // 8 + 1)
