"""expand-math: mathematical functions become arithmetic, by the cheapest approximation that is good enough."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.rewriter import InsertPoint

from dspc.approx.registry import choose
from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue
from dspc.dialects.syntax import replace
from dspc.dialects.types import element_of, width_of
from dspc.passes.base import DspPass

TURNS = (-4096.0, 4096.0)
DOMAINS = {"sin_turns": TURNS, "cos_turns": TURNS, "tan_turns": (-0.2499, 0.2499)}
"""Where functions without a total approximation are used, unless an operation says more."""


@dataclass(frozen=True)
class ExpandMath(DspPass):
    """Replaces `dsp.sin` and its like by scalar operations.

    `max_error` bounds the approximation of f32 functions (each function's own default if it is not given);
    f64 functions always have their default accuracy.
    """

    max_error: float | None = None
    name = "expand-math"
    kind = "defining"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk()):
            if isinstance(op, dsp.MathOp):
                self._expand(op)

    def _expand(self, op: dsp.MathOp) -> None:
        element = element_of(op.result.type)
        bound = self.max_error if element == "f32" else None
        domain = DOMAINS.get(op.name[4:])
        if op.domain is not None:
            low, high = (n.value.data for n in op.domain.data)
            domain = (low, high)
        chosen = choose(op.name[4:], element, bound, domain)
        kit = IRKit(InsertPoint.before(op), width_of(op.result.type), location=op.location)
        result = chosen.build(kit, *(kit.wrap(a) for a in op.args))
        assert isinstance(result, IRValue)
        replace(op, [result.ssa])
