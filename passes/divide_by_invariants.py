"""divide-by-invariants: what is divided by the same number for a while is multiplied by its reciprocal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.approx.bits import MIN_NORMAL
from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue
from dspc.dialects.scalar import NUMPY_TYPES, TABLE, row_key
from dspc.dialects.syntax import replace
from dspc.dialects.types import element_of, is_float, lanes_of
from dspc.passes.base import DspPass, is_early, rate_at

EXACT = ("floor", "ceil", "round", "trunc", "fmod", "convert", "bitcast", "lt", "le", "eq", "ne")
"""What tells a quotient from its neighbours: there `n / 3` has to be the number that division gives."""


@dataclass(frozen=True)
class DivideByInvariants(DspPass):
    """Replaces `x / c` at audio rate by `x * (1 / c)` where c changes at control ticks at most.

    A division costs as much as ten multiplications. The result may differ from the quotient in its last bit, so a
    quotient that is rounded, compared or made an integer in the same expression stays one. So does one whose
    constant divisor has no reciprocal among normal numbers.
    """

    name = "divide-by-invariants"
    kind = "defining"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp):
            return
        known: dict[SSAValue, SSAValue | None] = {}
        divisions = [op for op in program.walk() if op.name == "dsp.div" and rate_at(op.results[0]) == "audio"]
        for op in divisions:
            if is_float(op.results[0].type) and not _has_to_be_exact(op.results[0]):
                factor = _reciprocal(op.operands[1], known)
                if factor is not None:
                    product = dsp.scalar_op("mul", (op.operands[0], factor), location=op.location)
                    assert op.parent is not None
                    op.parent.insert_op_before(product, op)
                    replace(op, [product.result])


def _has_to_be_exact(quotient: SSAValue) -> bool:
    """Whether its last bit may decide something: looked for within its expression."""
    work, seen = [quotient], {quotient}
    while work:
        for use in work.pop().uses:
            op = use.operation
            if op.name.removeprefix("dsp.") in EXACT:
                return True
            if isinstance(op, dsp.ScalarOp | dsp.MathOp) and op.result not in seen:
                seen.add(op.result)
                work.append(op.result)
    return False


def _reciprocal(divisor: SSAValue, known: dict[SSAValue, SSAValue | None]) -> SSAValue | None:
    """1 / divisor, where the divisor is known first; None for one that changes from sample to sample."""
    if divisor not in known:
        known[divisor] = _make(divisor)
    return known[divisor]


def _make(divisor: SSAValue) -> SSAValue | None:
    op = divisor.owner
    if lanes_of(divisor.type):
        return None
    if isinstance(op, dsp.ConstantOp | dsp.LanesOp):
        return _of_numbers(op)
    if is_early(rate_at(divisor)):
        return _after(divisor)
    if isinstance(op, dsp.ControlOp) and op.mode.data == "hold":
        held = dsp.ControlOp.create(operands=(_after(op.x),), result_types=(divisor.type,),
                                    properties={"mode": op.mode}, location=op.location)  # fmt: skip
        assert op.parent is not None
        op.parent.insert_op_after(held, op)
        return held.result
    return None


def _of_numbers(op: dsp.ConstantOp | dsp.LanesOp) -> SSAValue | None:
    element = element_of(op.result.type)
    kind: Any = NUMPY_TYPES[element]
    numbers = op.numbers if isinstance(op, dsp.LanesOp) else [op.number]
    with np.errstate(all="ignore"):
        inverse = TABLE[row_key("div", element, element)].numpy(kind(1), np.array(numbers, kind))
    if not np.all(np.isfinite(inverse) & (np.abs(inverse) >= MIN_NORMAL[element])):
        return None
    if isinstance(op, dsp.ConstantOp):
        new: Operation = dsp.ConstantOp.make(inverse.item(), op.result.type, op.location)
    else:
        new = op.like(inverse.tolist())
    assert op.parent is not None
    op.parent.insert_op_after(new, op)
    return new.results[0]


def _after(value: SSAValue) -> SSAValue:
    """1 / value, computed where the value is."""
    owner = value.owner
    if isinstance(owner, Block):
        kit = IRKit(InsertPoint.at_start(owner))
    else:
        kit = IRKit(InsertPoint.after(owner), location=owner.location)
    return cast(IRValue, kit.constant(1.0, element_of(value.type)) / kit.wrap(value)).ssa
