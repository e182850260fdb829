"""Look-ahead."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import IntAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import SampleOp


@irdl_op_definition
class AheadOp(SampleOp):
    """`x` as it will be `samples` later. `compensate-latency` delays all that meets it, and takes it out."""

    name = "dsp.ahead"
    x = operand_def()
    samples = prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if self.samples.data < 0:
            raise VerifyException("the past is a delay")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return operands[0]
