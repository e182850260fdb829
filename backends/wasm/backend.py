"""The WebAssembly backend, as the registry knows it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from dspc.backends import Level
from dspc.backends.describe import describe
from dspc.backends.engine import LoadedProgram
from dspc.backends.wasm.emit import emit_bytes, emit_text
from dspc.dialects import rt


@dataclass(frozen=True)
class WasmBackend:
    """A module without imports, run by wasmtime here and by any engine elsewhere. Scalars: no lanes."""

    name: str = "wasm"
    level: Level = "legal"

    def missing(self) -> str | None:
        return None if find_spec("wasmtime") else "wasmtime is not installed"

    def width(self) -> int:
        return 1

    def text(self, program: rt.ProgramOp) -> str:
        return emit_text(program)

    def artifact(self, program: rt.ProgramOp) -> tuple[str, bytes]:
        return ".wasm", emit_bytes(program)

    def load(self, program: rt.ProgramOp) -> LoadedProgram:
        from dspc.backends.wasm.host import load

        return load(emit_bytes(program), describe(program))
