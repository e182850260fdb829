"""When an operation runs: at prepare, at a tick, at a sample, or anywhere (used by `schedule`)."""

from __future__ import annotations

from xdsl.ir import Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import RATES, SignalType, is_float, rate_of

CONSTANTS = (dsp.ConstantOp, dsp.LanesOp)
"""Operations that belong to no phase: every region has its own copies."""
BODIES = (dsp.BankOp, dsp.WhenOp, dsp.RepeatOp)
"""Operations whose bodies have parts in several phases."""


def is_anywhere(op: Operation) -> bool:
    """Whether an operation belongs to no phase: a constant, or what is cheaper to compute again than to keep for later.

    That is what in a bank depends on a lane's number alone: other integers, and a table's elements.
    """
    if isinstance(op, CONSTANTS):
        return True
    seen: set[Operation] = set()
    work = [op]
    while work:
        current = work.pop()
        if current in seen or isinstance(current, CONSTANTS):
            continue
        seen.add(current)
        if not _is_light(current) or dsp.enclosing(current, dsp.BankOp) is None:
            return False
        for operand in current.operands:
            if isinstance(operand.owner, Operation):
                work.append(operand.owner)
            elif not isinstance(operand.owner.parent_op(), dsp.BankOp):
                return False
    return True


def _is_light(op: Operation) -> bool:
    plain = isinstance(op, dsp.ScalarOp) and not is_float(op.result.type) or isinstance(op, rt.LookupOp)
    return plain and rate_of(op.results[0].type) == "const"


def phase_of(op: Operation) -> str:
    """When an operation runs: `const` may be anywhere."""
    if isinstance(op, rt.WriteOp | rt.LineWriteOp | rt.LineClearOp | rt.StoreOp):
        return op.rate.data if op.rate is not None else "audio"
    if isinstance(op, rt.TickOp):
        return "control"
    if isinstance(op, dsp.VoicesOp | dsp.OutputOp):
        return "audio"
    if is_anywhere(op):
        return "const"
    rates = [rate_of(r.type) for r in op.results if isinstance(r.type, SignalType)]
    if isinstance(op, BODIES):
        rates += [phase_of(inner) for inner in op.block.ops if not isinstance(inner, dsp.YieldOp)]
    rate = max(rates, key=RATES.index, default="const")
    return "init" if rate == "const" else rate


def phase_of_result(value: SSAValue) -> str:
    """When a value is known."""
    rate = rate_of(value.type)
    return "init" if rate == "const" else rate
