"""What reads samples from memory: delay lines and tables."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import FloatAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.types import element_of


@irdl_op_definition
class DelayOp(SampleOp):
    """`x` as it was `samples` samples ago; `samples` is clamped to [min, max].

    `max_samples` and `max_seconds` add up to the longest delay (the rate is known at prepare). The line
    starts from zeros.
    """

    name = "dsp.delay"
    x = operand_def()
    samples = operand_def()
    max_samples = prop_def(IntAttr)
    max_seconds = prop_def(FloatAttr)
    min_samples = prop_def(IntAttr)
    interpolation = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def slots(self) -> dict[str, Slot]:
        shortest = max(1, self.min_samples.data)
        return {"line": Slot("result", 0.0, "line", "", self.max_samples.data, self.max_seconds.value.data, shortest)}

    def verify_(self) -> None:
        if self.interpolation.data not in ("none", "linear"):
            raise VerifyException('interpolation is "none" or "linear"')
        if self.min_samples.data < 0 or self.max_samples.data < 0:
            raise VerifyException("a delay is not negative")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x, samples = operands
        s.line.write(x)
        if self.interpolation.data == "none":
            whole = samples if k.element(samples) == "i32" else k.convert(k.floor(samples), "i32")
            return self._tap(k, s, x, k.clamp(whole, self.min_samples.data, s.line.longest))
        longest = k.convert(s.line.longest, k.element(samples))
        at = k.clamp(samples, float(self.min_samples.data), longest)
        floor = k.floor(at)
        near = k.convert(floor, "i32")
        a = self._tap(k, s, x, near)
        b = self._tap(k, s, x, k.min(near + 1, s.line.longest))
        fraction = k.convert(at - floor, k.element(a))
        return a + (b - a) * fraction

    def _tap(self, k: Kit, s: Any, x: Value, samples: Value) -> Value:
        """The line at a whole distance; distance 0 is the input itself."""
        past = s.line.read(k.max(samples, 1))
        return past if self.min_samples.data > 0 else k.select(samples < 1, x, past)


@irdl_op_definition
class LookupOp(SampleOp):
    """A table's element at an i32 index, which is clamped to the table."""

    name = "dsp.lookup"
    symbol = prop_def(SymbolRefAttr)
    index = operand_def()
    size = prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if element_of(self.index.type) != "i32" or self.size.data < 1:
            raise VerifyException("the index is an i32, the size at least 1")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.table(self.symbol.string_value(), k.clamp(operands[0], 0, self.size.data - 1))
