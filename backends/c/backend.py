"""The C backend, as the registry knows it."""

from __future__ import annotations

from dataclasses import dataclass

from dspc.backends import Level
from dspc.backends.c import emit, find_compiler, load, native_lanes
from dspc.backends.c.compiler import FAST, Compiler
from dspc.backends.engine import LoadedProgram
from dspc.dialects import rt


@dataclass(frozen=True)
class CBackend:
    """One C file through a C compiler. `lanes` 0: as many as the machine has."""

    lanes: int = 0
    compiler: Compiler | None = None
    optimise: tuple[str, ...] = FAST
    name: str = "c"
    level: Level = "legal"

    def missing(self) -> str | None:
        return None if self._compiler() else "no C compiler was found"

    def width(self) -> int:
        compiler = self._compiler()
        return self.lanes or (native_lanes(compiler) if compiler else 1)

    def text(self, program: rt.ProgramOp) -> str:
        return emit(program)

    def artifact(self, program: rt.ProgramOp) -> tuple[str, bytes]:
        return ".c", emit(program).encode()

    def load(self, program: rt.ProgramOp) -> LoadedProgram:
        return load(program, self._compiler(), self.optimise)

    def _compiler(self) -> Compiler | None:
        return self.compiler or find_compiler()
