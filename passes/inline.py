"""inline: the bodies of scopes take their places."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp

from dspc.dialects import dsp, rt
from dspc.passes.base import DspPass
from dspc.passes.bodies import dissolve


@dataclass(frozen=True)
class Inline(DspPass):
    """Dissolves every `dsp.scope`, or only those whose label is `only`."""

    only: str | None = None
    name = "inline"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk(region_first=True)):
            if isinstance(op, dsp.ScopeOp) and self.only in (None, op.label.data):
                dissolve(op)
