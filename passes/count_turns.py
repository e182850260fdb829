"""count-turns: sines of 2 pi times a phase become sines of that phase."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from xdsl.dialects.builtin import ArrayAttr, FloatAttr, ModuleOp, f64
from xdsl.ir import SSAValue
from xdsl.rewriter import InsertPoint

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue
from dspc.dialects.kit import Value
from dspc.dialects.syntax import replace
from dspc.dialects.types import element_of, width_of
from dspc.passes.base import DspPass

FUNCTIONS = {"dsp.sin": "sin_turns", "dsp.cos": "cos_turns", "dsp.tan": "tan_turns"}
MANY = (-4096.0, 4096.0)
"""Turns, for functions that go round."""
ONE = (0.0, 1.0)
MOST_TERMS = 6
FINEST = 4096
"""A factor counts turns if it is so-manieth parts of 2 pi: then nobody rounded it but to write it down."""
FEW = 64
"""Above so many turns only whole ones count."""
TOLERANCE = {"f32": 2.0**-23, "f64": 2.0**-51}

Build = Callable[[IRKit], Value]


@dataclass(frozen=True)
class Term:
    """A factor of what `build` writes; of 1, if there is nothing to write."""

    factor: float
    build: Build | None = None
    value: SSAValue | None = None
    """What is there already, if `build` only has to take it."""


@dataclass(frozen=True)
class CountTurns(DspPass):
    """Replaces `sin(2 pi p + m)` by `sin_turns(p + m / (2 pi))`, and so for cos and tan.

    Reducing an argument to one turn takes a rounding and a subtraction where turns are counted, and six operations more
    where the turn is 2 pi; and a phase has no error of its own, its product with 2 pi has. Only arguments in which
    somebody multiplied by 2 pi, or a simple fraction of it, change.
    """

    name = "count-turns"
    kind = "defining"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for op in list(program.walk()):
            if isinstance(op, dsp.MathOp) and op.name in FUNCTIONS:
                terms = _terms(op.args[0])
                if any(term.build is not None and _counts(term.factor, op.args[0]) for term in terms):
                    _rewrite(op, terms)


def _terms(value: SSAValue) -> list[Term]:
    """The sum that a value is. Products are only taken apart where that shows turns."""
    owner = value.owner
    whole = [Term(1.0, lambda kit: kit.wrap(value), value)]
    if isinstance(owner, dsp.ConstantOp):
        return [Term(owner.number)]
    if not isinstance(owner, dsp.ScalarOp) or owner.name not in _SUMS:
        return whole
    found = _SUMS[owner.name](owner)
    return whole if found is None or len(found) > MOST_TERMS else found


def _scaled(terms: list[Term], factor: float) -> list[Term]:
    return [Term(factor * t.factor, t.build, t.value) for t in terms]


def _of_sum(op: dsp.ScalarOp) -> list[Term]:
    return [*_terms(op.args[0]), *_scaled(_terms(op.args[1]), 1.0 if op.name == "dsp.add" else -1.0)]


def _of_product(op: dsp.ScalarOp) -> list[Term] | None:
    constants = [a for a in op.args if isinstance(a.owner, dsp.ConstantOp)]
    if not constants:
        return _around(op, op.args[0], lambda kit, v: v * kit.wrap(op.args[1])) or _around(
            op, op.args[1], lambda kit, v: kit.wrap(op.args[0]) * v)  # fmt: skip
    constant = constants[0]
    other = op.args[1] if op.args[0] is constant else op.args[0]
    number = cast(dsp.ConstantOp, constant.owner).number
    inside = _scaled(_terms(other), number)
    if not _counts(number, other) and any(t.build is not None and _counts(t.factor, other) for t in inside):
        return inside
    return [Term(number, lambda kit: kit.wrap(other), other)]


def _of_quotient(op: dsp.ScalarOp) -> list[Term] | None:
    return _around(op, op.args[0], lambda kit, v: v / kit.wrap(op.args[1]))


def _around(op: dsp.ScalarOp, inner: SSAValue, outer: Callable[[IRKit, Value], Value]) -> list[Term] | None:
    """A product or quotient of something that counts turns: the turns come out of it."""
    terms = _terms(inner)
    build = terms[0].build
    if len(terms) != 1 or build is None or not _counts(terms[0].factor, inner):
        return None
    return [Term(terms[0].factor, lambda kit: outer(kit, build(kit)))]


_SUMS: dict[str, Callable[[dsp.ScalarOp], list[Term] | None]] = {
    "dsp.add": _of_sum, "dsp.sub": _of_sum, "dsp.neg": lambda op: _scaled(_terms(op.args[0]), -1.0),
    "dsp.mul": _of_product, "dsp.div": _of_quotient,
}  # fmt: skip


def _whole_parts(factor: float, of: SSAValue) -> float | None:
    """How many turns a factor is, if they are a simple fraction as exactly as its type can say; else None."""
    turns = factor / (2 * math.pi)
    if turns == 0 or not math.isfinite(turns):
        return None
    parts = FINEST if abs(turns) < FEW else 1
    simple = round(turns * parts) / parts
    return simple if abs(turns - simple) <= TOLERANCE[element_of(of.type)] * abs(turns) else None


def _counts(factor: float, of: SSAValue) -> bool:
    return _whole_parts(factor, of) is not None


def _rewrite(op: dsp.MathOp, terms: list[Term]) -> None:
    kit = IRKit(InsertPoint.before(op), width_of(op.result.type), location=op.location)
    total: Value | None = None
    for term in terms:
        total = _plus(kit, total, term, op.args[0])
    phase = cast(IRValue, total).ssa
    new = dsp.MATH_OPS[FUNCTIONS[op.name]].create(
        operands=(phase,), result_types=(op.result.type,), location=op.location,
        properties={"domain": ArrayAttr([FloatAttr(x, f64) for x in _domain(op, phase)])})  # fmt: skip
    assert op.parent is not None
    op.parent.insert_op_before(new, op)
    replace(op, [new.results[0]])


def _domain(op: dsp.MathOp, phase: SSAValue) -> tuple[float, float]:
    return ONE if isinstance(phase.owner, dsp.PhasorOp) and op.name != "dsp.tan" else MANY


def _plus(kit: IRKit, total: Value | None, term: Term, like: SSAValue) -> Value | None:
    """`total` and a term in turns, in as few operations as there are."""
    turns = _whole_parts(term.factor, like) or term.factor / (2 * math.pi)
    if term.build is None:
        added: Value = kit.constant(turns, element_of(like.type))
        return total if turns == 0.0 else added if total is None else total + added
    value = term.build(kit)
    if turns == -1.0 and total is not None:
        return total - value
    added = value if turns == 1.0 else value * kit.constant(turns, element_of(like.type))
    return added if total is None else total + added
