"""What a program knows of its stream, and what may enter and leave it."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import FloatAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, Pure

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import SampleOp


@irdl_op_definition
class SanitizeOp(SampleOp):
    """`x`, or 0 where it is not a number or larger than `limit`: at a program's inputs and outputs."""

    name = "dsp.sanitize"
    x = operand_def()
    limit = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x = operands[0]
        return k.select(k.abs(x) <= self.limit.value.data, x, 0.0)


@irdl_op_definition
class SampleRateOp(SampleOp):
    """The host's sample rate, an f64 at init rate."""

    name = "dsp.sample_rate"
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return k.sample_rate


@irdl_op_definition
class FrameOp(SampleOp):
    """The number of the sample in the stream, a u32 that wraps."""

    name = "dsp.frame"
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return k.frame
