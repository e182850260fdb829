"""hoist-control: what does not change from sample to sample leaves the bodies that run at every sample."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp

from dspc.dialects import dsp, rt
from dspc.passes.base import DspPass, rate_at
from dspc.passes.hoisting import movable, move_out


@dataclass(frozen=True)
class HoistControl(DspPass):
    """Moves operations of const, init and control rate out of banks, feedbacks, scopes and voices.

    Only code moves: an operation goes to the outermost body in which all its operands are known. What has
    state stays.
    """

    name = "hoist-control"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp):
            return
        for op in list(program.walk()):
            if op is not program and movable(op) and op.results and all(
                rate_at(r) != "audio" for r in op.results
            ):  # fmt: skip
                move_out(op)
