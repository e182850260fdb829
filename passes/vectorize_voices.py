"""vectorize-voices: voices are computed side by side, in the lanes of vectors."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import IntAttr, ModuleOp, StringAttr

from dspc.dialects import dsp, rt
from dspc.passes.base import DspPass
from dspc.passes.widening import widen


@dataclass(frozen=True)
class VectorizeVoices(DspPass):
    """Gives the voices `width` lanes; fewer voices than that stay as they are, and `refused` says so."""

    width: int = 8
    name = "vectorize-voices"
    kind = "preserving"
    level_after = "lanes"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk()):
            if isinstance(op, dsp.VoicesOp) and op.width.data == 1:
                if self.width <= 1:
                    op.attributes["refused"] = StringAttr("the target has no lanes")
                elif op.count.data < self.width:
                    op.attributes["refused"] = StringAttr(f"only {op.count.data} of {self.width} lanes would be used")
                else:
                    widen(op.block, self.width)
                    op.properties["width"] = IntAttr(self.width)
