"""scale-early: in recursions, multiplications by powers of two move from sums into coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue
from dspc.dialects.kit import Value
from dspc.dialects.syntax import replace
from dspc.dialects.types import element_of, is_float, lanes_of, width_of
from dspc.passes.base import DspPass

MOST_TERMS = 8


@dataclass(frozen=True)
class ScaleEarly(DspPass):
    """Replaces `2 * (a * s + b * v)` by `(2 * a) * s + (2 * b) * v`, where a and b do not depend on the recursion.

    The next sample waits for every operation between a state and itself, and for one less then: state-variable filters
    end with `2 * v - s`. By powers of two such products are exact, as long as nothing is denormal or overflows.
    """

    name = "scale-early"
    kind = "defining"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk()):
            if isinstance(op, dsp.FeedbackOp):
                _in_loop(op)


def _in_loop(loop: dsp.FeedbackOp) -> None:
    recursive: set[SSAValue] = set(loop.block.args)
    for op in loop.block.ops:
        if op.regions or any(operand in recursive for operand in op.operands):
            recursive.update(op.results)
    for op in list(loop.block.ops):
        if op.name != "dsp.mul" or not is_float(op.results[0].type) or op.results[0] not in recursive:
            continue
        for factor, total in (op.operands, reversed(op.operands)):
            number = _power_of_two(factor)
            terms = _terms(total) if number is not None else []
            if number is not None and any(_coefficient(value, recursive) is not None for _, value in terms):
                _rewrite(op, total, number, terms, recursive)
                break


def _power_of_two(value: SSAValue) -> float | None:
    owner = value.owner
    if not isinstance(owner, dsp.ConstantOp) or not math.isfinite(owner.number) or owner.number == 0:
        return None
    return owner.number if abs(math.frexp(owner.number)[0]) == 0.5 and abs(owner.number) != 1 else None


def _terms(value: SSAValue) -> list[tuple[str, SSAValue]]:
    """The sum that a value is, with what stands before each term; the sums inside it are used by it alone."""
    owner = value.owner
    if not isinstance(owner, dsp.ScalarOp) or owner.name not in ("dsp.add", "dsp.sub") or lanes_of(value.type):
        return []
    left, right = owner.args
    inner = _terms(left) if len(list(left.uses)) == 1 and left.owner.parent is owner.parent else []
    found = [*(inner or [("add", left)]), (owner.name[4:], right)]
    return found if len(found) <= MOST_TERMS else []


def _coefficient(value: SSAValue, recursive: set[SSAValue]) -> tuple[SSAValue, SSAValue] | None:
    """A product's factor that the recursion does not change, and the other one."""
    owner = value.owner
    if not isinstance(owner, dsp.ScalarOp) or owner.name != "dsp.mul" or len(list(value.uses)) > 1:
        return None
    for factor, other in (tuple(owner.args), tuple(reversed(owner.args))):
        if factor not in recursive and other in recursive:
            return factor, other
    return None


def _rewrite(
    op: Operation, total: SSAValue, number: float, terms: list[tuple[str, SSAValue]], recursive: set[SSAValue]
) -> None:
    """Computes the scaled sum where the sum was; who wants the sum itself gets that divided again, which is exact."""
    kit = IRKit(InsertPoint.before(cast(Operation, total.owner)), width_of(total.type), location=op.location)
    scale = kit.constant(number, element_of(total.type))
    result: Value | None = None
    for sign, value in terms:
        parts = _coefficient(value, recursive)
        term = kit.wrap(parts[0]) * scale * kit.wrap(parts[1]) if parts is not None else kit.wrap(value) * scale
        result = term if result is None else result + term if sign == "add" else result - term
    scaled = cast(IRValue, result).ssa
    recursive.add(scaled)
    same = {use.operation for use in total.uses if _is_product(use.operation, number, total)}
    for product in {op, *same}:
        replace(product, [scaled])
    if total.uses:
        plain = cast(IRValue, kit.wrap(scaled) * (1 / number)).ssa
        recursive.add(plain)
        total.replace_all_uses_with(plain)


def _is_product(op: Operation, number: float, total: SSAValue) -> bool:
    if op.name != "dsp.mul" or op.parent is not cast(Operation, total.owner).parent:
        return False
    return any(isinstance(o.owner, dsp.ConstantOp) and o.owner.number == number for o in op.operands)
