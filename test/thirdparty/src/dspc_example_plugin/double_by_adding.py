"""double-by-adding: `x * 2` becomes `x + x`."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.syntax import copy_location, replace
from dspc.passes.base import DspPass, Kind


@dataclass(frozen=True)
class DoubleByAdding(DspPass):
    """Replaces a multiplication by 2 with an addition, which takes fewer cycles on small processors.

    Both are exact, or overflow to the same infinity, and integers wrap in the same way: the pass is preserving.
    With `only`, an element type, others stay.
    """

    only: str | None = None
    name = "double-by-adding"
    kind: Kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk()):
            if isinstance(op, dsp.ScalarOp) and op.name == "dsp.mul" and self.only in (None, op.row.element):
                _rewrite(op)


def _rewrite(op: dsp.ScalarOp) -> None:
    a, b = op.args
    doubled = a if _is_two(b) else b if _is_two(a) else None
    if doubled is None or doubled.type != op.result.type:
        return
    new = dsp.scalar_op("add", (doubled, doubled))
    copy_location(op, new)
    assert op.parent is not None
    op.parent.insert_op_before(new, op)
    replace(op, new.results)


def _is_two(value: SSAValue) -> bool:
    return isinstance(value.owner, dsp.ConstantOp) and value.owner.number == 2
