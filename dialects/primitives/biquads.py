"""Filters of second order in series."""

from __future__ import annotations

from typing import Any

from xdsl.irdl import irdl_op_definition, operand_def, result_def, traits_def, var_operand_def
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import Recursive, SampleOp, Slot
from dspc.dialects.types import element_of, is_float

COEFFICIENTS = 5
"""Of a section: b0, b1, b2, a1, a2; a0 is 1."""


@irdl_op_definition
class BiquadsOp(SampleOp):
    """Sections of second order in series, in the transposed direct form II; five coefficients for each section.

    J. O. Smith, "Introduction to Digital Filters", 2007. Coefficients may change at every sample.
    """

    name = "dsp.biquads"
    x = operand_def()
    coefficients = var_operand_def()
    result = result_def()
    traits = traits_def(Recursive())

    @property
    def sections(self) -> int:
        return len(self.coefficients) // COEFFICIENTS

    def slots(self) -> dict[str, Slot]:
        return {name: Slot() for i in range(self.sections) for name in _names(i)}

    def verify_(self) -> None:
        if not self.coefficients or len(self.coefficients) % COEFFICIENTS:
            raise VerifyException("takes five coefficients for each section")
        if not is_float(self.x.type) or len({element_of(v.type) for v in (*self.operands, self.result)}) > 1:
            raise VerifyException("signal, coefficients and result have one type, a float")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x, *coefficients = operands
        for i in range(self.sections):
            b0, b1, b2, a1, a2 = coefficients[COEFFICIENTS * i : COEFFICIENTS * (i + 1)]
            first, second = _names(i)
            y = b0 * x + getattr(s, first)
            setattr(s, first, b1 * x - a1 * y + getattr(s, second))
            setattr(s, second, b2 * x - a2 * y)
            x = y
        return x


def _names(section: int) -> tuple[str, str]:
    """What a section remembers."""
    return f"z1_{section}", f"z2_{section}"
