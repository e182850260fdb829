"""The bytecode backend, as the registry knows it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from dspc.backends import Level
from dspc.backends.bytecode.assembly import assembly
from dspc.backends.bytecode.host import emit_bytes, load
from dspc.backends.engine import LoadedProgram
from dspc.dialects import dsp, rt


@dataclass(frozen=True)
class BytecodeBackend:
    """Code for the virtual machine in C that dspc brings along: needs no compiler, starts at once."""

    name: str = "bytecode"
    level: Level = "legal"
    lists_graphs: bool = True

    def missing(self) -> str | None:
        found = importlib.util.find_spec("dspc.runtime._runtime")
        return None if found else "dspc was installed without its runtime"

    def width(self) -> int:
        return 1

    def text(self, program: dsp.ProgramOp | rt.ProgramOp) -> str:
        return assembly(program)

    def artifact(self, program: rt.ProgramOp) -> tuple[str, bytes]:
        return ".dspb", emit_bytes(program)

    def load(self, program: rt.ProgramOp) -> LoadedProgram:
        return load(emit_bytes(program))
