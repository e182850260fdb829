"""unroll-oscillators: each bank becomes scalar copies, or lanes, or stays a loop."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import IntAttr, ModuleOp, StringAttr
from xdsl.ir import Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.syntax import replace
from dspc.dialects.types import SignalType, element_of, rate_of, signal, vector
from dspc.passes.base import DspPass, captured
from dspc.passes.widening import widen


@dataclass(frozen=True)
class UnrollOscillators(DspPass):
    """Turns each bank into scalar copies, or gives it lanes, or leaves it a loop.

    A bank of at most `max` lanes, and of at most `max_ops` operations when copied, becomes copies; their
    reduction becomes a halving tree of scalar operations. Else, outside the voices and with `width` > 1, the
    bank gets lanes. Else it stays as it is, and says why in its attribute `refused`.
    """

    max: int = 8
    max_ops: int = 256
    width: int = 1
    name = "unroll-oscillators"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp):
            return
        banks = [op for op in program.walk(region_first=True) if isinstance(op, dsp.BankOp)]
        for bank in banks:
            reason = self._why_not_copies(bank)
            if reason is None:
                _unroll(bank)
                continue
            lanes = _why_not_lanes(bank, self.width)
            if lanes is None:
                _to_lanes(bank, self.width)
            else:
                bank.attributes["refused"] = StringAttr(f"copies: {reason}; lanes: {lanes}")

    def _why_not_copies(self, bank: dsp.BankOp) -> str | None:
        count, ops = bank.count.data, sum(1 for _ in bank.walk()) - 2
        if bank.width.data > 1:
            return "it has lanes"
        if count > self.max:
            return f"{count} copies are more than {self.max}"
        if count * ops > self.max_ops:
            return f"{count} copies of {ops} operations are more than {self.max_ops}"
        return None


def _is_reduced(value: SSAValue) -> bool:
    return all(isinstance(use.operation, dsp.ReduceOp) for use in value.uses)


def _why_not_lanes(bank: dsp.BankOp, width: int) -> str | None:
    if width <= 1:
        return "the target has none"
    if bank.width.data > 1:
        return "it has them"
    if not all(_is_reduced(r) for r in bank.results):
        return "its lanes are used as an array"
    if dsp.enclosing(bank, dsp.VoicesOp) is not None:
        return "the voices have them"
    inner = any(isinstance(op, dsp.BankOp) for op in bank.walk() if op is not bank)
    if inner or dsp.enclosing(bank, dsp.BankOp) is not None:
        return "banks are nested"
    if any(isinstance(v.type, SignalType) and v.type.lanes.data for v in captured(bank)):
        return "it reduces another bank"
    if _are_taps(bank):
        return "its samples will run side by side"
    if bank.count.data < width:
        return f"{bank.count.data} lanes do not fill a vector of {width}"
    return None


def _are_taps(bank: dsp.BankOp) -> bool:
    """Whether copies only read delay lines, and tables: what a whole block of samples can be known of at once."""
    plain = (dsp.ScalarOp, dsp.ConstantOp, dsp.LanesOp, dsp.LookupOp, dsp.DelayOp, dsp.YieldOp)
    delays = [op for op in bank.block.ops if isinstance(op, dsp.DelayOp)]
    inside = set(bank.walk())
    if not delays or not all(isinstance(op, plain) for op in bank.block.ops):
        return False
    return not any(d.recursive or d.x.owner in inside or rate_of(d.samples.type) == "audio" for d in delays)


def _to_lanes(bank: dsp.BankOp, width: int) -> None:
    widen(bank.block, width)
    index = bank.block.args[0]
    index._type = signal(vector("i32", width), "const")  # type: ignore[attr-defined]
    for use in list(index.uses):
        splat = use.operation
        if isinstance(splat, dsp.SplatOp):
            splat.result.replace_all_uses_with(index)
            splat.detach()
            splat.erase()
    bank.properties["width"] = IntAttr(width)
    for result in bank.results:
        result._type = signal(  # type: ignore[attr-defined]
            vector(element_of(result.type), width), rate_of(result.type), bank.turns
        )


def _unroll(bank: dsp.BankOp) -> None:
    """Copies the body once for each lane, and spells the reductions out; other users get the copies as an array."""
    copies: list[list[SSAValue]] = []
    for lane in range(bank.count.data):
        copies.append(_copy(bank, lane))
    for i, result in enumerate(bank.results):
        leaves = [copy[i] for copy in copies]
        for use in list(result.uses):
            if isinstance(use.operation, dsp.ReduceOp):
                replace(use.operation, [_combined(leaves, use.operation)])
        if result.uses:
            _as_array(bank, result, leaves)
    bank.detach()
    bank.erase()


def _copy(bank: dsp.BankOp, lane: int) -> list[SSAValue]:
    assert bank.parent is not None
    index = dsp.ConstantOp.make(lane, bank.block.args[0].type, bank.location)
    bank.parent.insert_op_before(index, bank)
    mapping: dict[SSAValue, SSAValue] = {bank.block.args[0]: index.result}
    for op in bank.block.ops:
        if isinstance(op, dsp.YieldOp):
            return [mapping.get(v, v) for v in op.operands]
        copy = _lane_of(op, lane) if isinstance(op, dsp.LanesOp) else op.clone(mapping)
        for inner in copy.walk() if copy.regions else ():
            if isinstance(inner, dsp.LanesOp) and dsp.enclosing(inner, dsp.BankOp) is None:
                constant = _lane_of(inner, lane)
                assert inner.parent is not None
                inner.parent.insert_op_before(constant, inner)
                replace(inner, constant.results)
        bank.parent.insert_op_before(copy, bank)
        mapping.update(zip(op.results, copy.results, strict=True))
    raise AssertionError("a bank's body ends with dsp.yield")


def _lane_of(op: dsp.LanesOp, lane: int) -> Operation:
    return dsp.ConstantOp.make(op.numbers[lane], op.result.type, op.location)


def _as_array(bank: dsp.BankOp, result: SSAValue, leaves: list[SSAValue]) -> None:
    stack = dsp.StackOp.create(operands=leaves, result_types=(result.type,), location=bank.location)
    assert bank.parent is not None
    bank.parent.insert_op_before(stack, bank)
    result.replace_all_uses_with(stack.result)


def _combined(leaves: list[SSAValue], reduce: dsp.ReduceOp) -> SSAValue:
    """The halving tree over the next power of two, of partial sums if there are; missing leaves are passed by."""
    count = PARTIALS if reduce.partials is not None else len(leaves)
    values = leaves[:count]
    for i, leaf in enumerate(leaves[count:]):
        values[i % count] = _both(values[i % count], leaf, reduce)
    half = 1 << (len(values) - 1).bit_length() >> 1
    while half:
        for i in range(half):
            if i + half < len(values):
                values[i] = _both(values[i], values[i + half], reduce)
        del values[half:]
        half >>= 1
    return values[0]


def _both(a: SSAValue, b: SSAValue, reduce: dsp.ReduceOp) -> SSAValue:
    op = dsp.scalar_op(reduce.kind.data, (a, b), location=reduce.location)
    assert reduce.parent is not None
    reduce.parent.insert_op_before(op, reduce)
    return op.result
