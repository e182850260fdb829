"""The reference, as the registry knows it."""

from __future__ import annotations

from dataclasses import dataclass

from dspc.backends import Level
from dspc.backends.engine import LoadedProgram
from dspc.backends.reference import load
from dspc.dialects import dsp


@dataclass(frozen=True)
class ReferenceBackend:
    """Interprets the graph in numpy: slow, and the judge of the others."""

    name: str = "reference"
    level: Level = "graph"

    def missing(self) -> str | None:
        return None

    def width(self) -> int:
        return 1

    def text(self, program: dsp.ProgramOp) -> str:
        return str(program)

    def artifact(self, program: dsp.ProgramOp) -> tuple[str, bytes]:
        return ".mlir", str(program).encode()

    def load(self, program: dsp.ProgramOp) -> LoadedProgram:
        return load(program)
