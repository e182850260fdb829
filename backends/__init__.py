"""Backends by name. Third parties add theirs through the entry point group `dspc.backends`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from dspc.backends.engine import LoadedProgram

Level = Literal["graph", "legal"]


class Backend(Protocol):
    """What a backend is. `program` is a `dsp.ProgramOp` for the graph level, an `rt.ProgramOp` for the legal one.

    One of the legal level may also have `lists_graphs = True`: then its `text` takes programs at the graph level too,
    whose primitives are still whole.
    """

    name: str
    level: Level

    def missing(self) -> str | None:
        """Why it cannot run here, in one line; None if it can."""
        ...

    def width(self) -> int:
        """How many f32 lanes its vectors have: what the pipeline's lane passes get. 1: none."""
        ...

    def text(self, program: Any) -> str:
        """What it makes of a program, as text: `dspopt -t NAME`."""
        ...

    def artifact(self, program: Any) -> tuple[str, bytes]:
        """What `dspc build` writes: a file suffix (`.c`, `.dspb`, `.wasm`) and the bytes."""
        ...

    def load(self, program: Any) -> LoadedProgram:
        """The program, ready for an `Engine`."""
        ...


BUILT_IN = {
    "c": "dspc.backends.c.backend:CBackend",
    "wasm": "dspc.backends.wasm.backend:WasmBackend",
    "bytecode": "dspc.backends.bytecode.backend:BytecodeBackend",
    "reference": "dspc.backends.reference.backend:ReferenceBackend",
}
"""In the order in which `auto` prefers them; the reference is never chosen."""


@cache
def _third_party() -> dict[str, Any]:
    return {point.name: point for point in entry_points(group="dspc.backends")}


def backend_names() -> list[str]:
    """Every backend that exists here, ours first."""
    return [*BUILT_IN, *(n for n in _third_party() if n not in BUILT_IN)]


def get_backend(name: str) -> Backend:
    """The backend of that name. Raises `HostError` DSP322 if there is none."""
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        return getattr(import_module(module), attribute)()
    if name in _third_party():
        return _third_party()[name].load()()
    from dspc.backends.host_errors import host_error
    from dspc.frontend.literals import quoted

    raise host_error("DSP322", f"there is no backend {quoted(name)}", f"choose auto, {', '.join(backend_names())}")


def choose_backend() -> tuple[Backend, str]:
    """The backend that `auto` means here, and why."""
    passed_over: list[str] = []
    for name in ("c", "wasm", "bytecode"):
        backend = get_backend(name)
        reason = backend.missing()
        if reason is None:
            why = f"{name}: {'; '.join(passed_over)}" if passed_over else f"{name}: the fastest, and it can run here"
            return backend, why
        passed_over.append(f"{name} cannot run ({reason})")
    from dspc.backends.host_errors import host_error

    raise host_error("DSP323", "no backend can run here: " + "; ".join(passed_over), "install a C compiler")
