"""`leak`: a primitive in one file. Its `step` is all that any backend needs."""

from __future__ import annotations

from typing import Any, ClassVar

from xdsl.dialects.builtin import FloatAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import Recursive, SampleOp, Slot
from dspc.frontend.library import Operand, Signal, primitive


@irdl_op_definition
class LeakOp(SampleOp):
    """What was put in, leaking: y(n) = x(n) + keep y(n-1)."""

    name = "acme.leak"
    x = operand_def()
    keep = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(Recursive())
    STATE: ClassVar[dict[str, Slot]] = {"y": Slot()}

    def verify_(self) -> None:
        if not 0.0 <= self.keep.value.data < 1.0:
            raise VerifyException("keep is in [0, 1)")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        y = operands[0] + s.y * self.keep.value.data
        s.y = y
        return y


def leak(x: Operand, keep: float = 0.99) -> Signal:
    """y(n) = x(n) + keep y(n-1), with keep in [0, 1)."""
    return primitive(LeakOp, x, keep=keep)
