"""reduce-strength: integer divisions by powers of two become shifts and masks; limits that are kept anyway go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES
from dspc.dialects.syntax import replace
from dspc.dialects.types import element_of, is_float
from dspc.passes.base import DspPass


@dataclass(frozen=True)
class ReduceStrength(DspPass):
    """Replaces `dsp.mod` and `dsp.floordiv` by a positive power of two, or by one for each lane.

    Both round down, and so do masks and arithmetic shifts of two's complements: the same integers. The number of a
    bank's copy is within its limits: `dsp.min` and `dsp.max` that keep it there do nothing. A whole number times a
    power of two, as phases are, times a constant is the number times one constant, as long as nothing is denormal.
    """

    name = "reduce-strength"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk()):
            if isinstance(op, dsp.ScalarOp) and op.name in ("dsp.mod", "dsp.floordiv"):
                _reduce(op)
            elif isinstance(op, dsp.ScalarOp) and op.name in ("dsp.min", "dsp.max"):
                _drop_limit(op)
            elif isinstance(op, dsp.ScalarOp) and op.name == "dsp.mul":
                _join_factors(op)


def _join_factors(op: dsp.ScalarOp) -> None:
    """(n * 2^k) * c is n * (2^k * c)."""
    for product, constant in (tuple(op.args), tuple(reversed(op.args))):
        inner, factors = product.owner, _floats(constant)
        if factors is None or not isinstance(inner, dsp.ScalarOp) or inner.name != "dsp.mul":
            continue
        for whole, scale in (tuple(inner.args), tuple(reversed(inner.args))):
            powers = _floats(scale)
            if powers is None or len(powers) > 1 or not _is_whole(whole) or abs(math.frexp(powers[0])[0]) != 0.5:
                continue
            joined = [factor * powers[0] for factor in factors]
            if all(SMALLEST <= abs(number) <= LARGEST for number in (*joined, *factors)):
                new = _constant(constant.owner, joined)
                product = dsp.scalar_op("mul", (whole, new.results[0]), location=op.location)
                assert op.parent is not None
                op.parent.insert_op_before(new, op)
                op.parent.insert_op_before(product, op)
                replace(op, [product.result])
                return


SMALLEST, LARGEST = 2.0**-90, 2.0**90
"""Of factors, also in f32: their products with 32-bit integers are neither denormal nor too large."""


def _is_whole(value: SSAValue) -> bool:
    """Whether a float was a 32-bit integer."""
    op = value.owner
    return isinstance(op, dsp.ScalarOp) and op.name == "dsp.convert" and element_of(op.args[0].type) in ("i32", "u32")


def _floats(value: SSAValue) -> list[float] | None:
    op = value.owner
    if isinstance(op, dsp.ConstantOp):
        return [float(op.number)] if is_float(value.type) else None
    return [float(n) for n in op.numbers] if isinstance(op, dsp.LanesOp) and is_float(value.type) else None


def _drop_limit(op: dsp.ScalarOp) -> None:
    for index, limit in (tuple(op.args), tuple(reversed(op.args))):
        bank = index.owner.parent_op() if isinstance(index.owner, Block) else None
        numbers = _numbers(limit)
        if isinstance(bank, dsp.BankOp) and numbers is not None and index.type == op.result.type:
            kept = min(numbers) >= bank.count.data - 1 if op.name == "dsp.min" else max(numbers) <= 0
            if kept and op.parent is not None:
                replace(op, [index])
                return


def _reduce(op: dsp.ScalarOp) -> None:
    divisors = _numbers(op.args[1])
    limit = 31 if element_of(op.result.type) == "i32" else 8 * BYTES[element_of(op.result.type)]
    if divisors is None or not all(n > 0 and n & (n - 1) == 0 and n.bit_length() <= limit for n in divisors):
        return
    masks = op.name == "dsp.mod"
    numbers = [n - 1 if masks else n.bit_length() - 1 for n in divisors]
    constant = _constant(op.args[1].owner, numbers)
    new = dsp.scalar_op("and" if masks else "shr", (op.args[0], constant.results[0]), location=op.location)
    assert op.parent is not None
    op.parent.insert_op_before(constant, op)
    op.parent.insert_op_before(new, op)
    replace(op, [new.result])


def _numbers(value: SSAValue) -> list[int] | None:
    """The constants of a value, one or one for each lane; None if it is none."""
    op = value.owner
    if isinstance(op, dsp.ConstantOp):
        return [int(op.number)]
    return [int(n) for n in op.numbers] if isinstance(op, dsp.LanesOp) else None


def _constant(like: object, numbers: Sequence[float]) -> Operation:
    """Numbers of the type, and the lanes, of a constant's."""
    assert isinstance(like, dsp.ConstantOp | dsp.LanesOp)
    if isinstance(like, dsp.ConstantOp):
        return dsp.ConstantOp.make(numbers[0], like.result.type, like.location)
    return like.like(numbers)
