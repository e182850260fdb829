"""advance-counters: integers that grow by the same step at every sample are known at all samples at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from xdsl.dialects.builtin import ModuleOp, SymbolRefAttr
from xdsl.ir import Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import element_of, width_of
from dspc.passes.base import DspPass

INTEGERS = ("i32", "u32", "u64")


@dataclass(frozen=True)
class AdvanceCounters(DspPass):
    """Phases and counters leave the recursions: a slot that is read, increased by a step and written is `rt.advance`.

    Integers wrap, so that start + n * step is what n additions give, bit for bit. The step has to be a constant, or
    held from a tick. A recursion of nothing but such slots has become feed-forward (`rt.vec`). For targets with lanes.
    """

    width: int = 1
    name = "advance-counters"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if self.width < 2 or not isinstance(program, rt.ProgramOp):
            return
        written = {op.slot for region in program.walk() if isinstance(region, rt.BlockOp)
                   for op in region.walk() if isinstance(op, rt.WriteOp | rt.StoreOp)}  # fmt: skip
        for region in list(program.walk()):
            if isinstance(region, rt.RecOp):
                _rewrite(region, written)


def _rewrite(region: rt.RecOp, written: set[str]) -> None:
    counters = [write for write in region.block.ops if isinstance(write, rt.WriteOp) and _counts(write, written)]
    for write in counters:
        _replace(write)
    stateful = (rt.WriteOp, rt.StoreOp, rt.LineReadOp, rt.LineWriteOp, rt.LineClearOp)
    if counters and not any(isinstance(op, stateful) for op in region.walk()):
        _feed_forward(region)


def _counts(write: rt.WriteOp, written: set[str]) -> bool:
    """Whether what is written is what was read, and a step."""
    added = write.value.owner
    if not isinstance(added, dsp.ScalarOp) or added.name != "dsp.add" or width_of(added.result.type) > 1:
        return False
    if element_of(added.result.type) not in INTEGERS:
        return False
    reads, steps = [o for o in added.args if _is_read(o, write.slot)], [o for o in added.args if _is_held(o, written)]
    return len(reads) == len(steps) == 1


def _is_read(value: SSAValue, slot: str) -> bool:
    return isinstance(value.owner, rt.ReadOp) and value.owner.slot == slot


def _is_held(value: SSAValue, written: set[str]) -> bool:
    owner = value.owner
    return isinstance(owner, dsp.ConstantOp) or isinstance(owner, rt.ReadOp) and owner.slot not in written


def _replace(write: rt.WriteOp) -> None:
    added = cast(dsp.ScalarOp, write.value.owner)
    read, step = sorted(added.args, key=lambda o: not _is_read(o, write.slot))
    new = rt.AdvanceOp.create(operands=[step], result_types=[read.type], location=write.location,
                              properties={"symbol": SymbolRefAttr(write.slot)})  # fmt: skip
    block = write.parent
    assert block is not None
    block.insert_op_before(new, added)
    for other in [op for op in block.ops if isinstance(op, rt.ReadOp) and op.slot == write.slot]:
        _move_before_uses(new, other)
        other.result.replace_all_uses_with(new.result)
        other.detach()
        other.erase()
    write.detach()
    write.erase()
    if not added.result.uses:
        added.detach()
        added.erase()


def _move_before_uses(new: Operation, read: rt.ReadOp) -> None:
    """The new operation stands where the first read stood, if its step is known there; else the step comes along."""
    block = new.parent
    assert block is not None
    order = {op: i for i, op in enumerate(block.ops)}
    if order[read] > order[new]:
        return
    step = new.operands[0].owner
    assert isinstance(step, Operation)
    if order[step] > order[read]:
        step.detach()
        block.insert_op_before(step, read)
    new.detach()
    block.insert_op_before(new, read)


def _feed_forward(region: rt.RecOp) -> None:
    body = region.block
    region.body.detach_block(body)
    new = rt.VecOp.create(operands=list(region.operands), result_types=[r.type for r in region.results],
                          regions=[Region(body)], location=region.location)  # fmt: skip
    assert region.parent is not None
    region.parent.insert_op_before(new, region)
    for old, result in zip(region.results, new.results, strict=True):
        result.name_hint = old.name_hint
        old.replace_all_uses_with(result)
    region.detach()
    region.erase()
