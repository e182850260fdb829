"""feed-forward: what looks like a recursion, and whose samples can all be known at once, leaves the recursions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from xdsl.dialects.builtin import ModuleOp, SymbolRefAttr
from xdsl.ir import Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import element_of, width_of
from dspc.passes.base import DspPass, swap
from dspc.passes.order import move_users_behind

INTEGERS = ("i32", "u32", "u64")


@dataclass(frozen=True)
class FeedForward(DspPass):
    """Counters and unit delays become `rt.advance` and `rt.previous`, for targets with lanes.

    A counter is an integer slot that is read, increased by a step and written. Integers wrap, so that start + n * step
    is what n additions give, bit for bit; the step is a constant, or held from a tick. A unit delay is a slot whose new
    value does not depend on its old one: the samples of a block come one later. A region that has no other state is
    `rt.vec` from then on.
    """

    width: int = 1
    name = "feed-forward"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if self.width < 2 or not isinstance(program, rt.ProgramOp):
            return
        written = {op.slot for region in program.walk() if isinstance(region, rt.BlockOp)
                   for op in region.walk() if isinstance(op, rt.WriteOp | rt.StoreOp)}  # fmt: skip
        for region in list(program.walk()):
            if isinstance(region, rt.RecOp) and not any(op.regions for op in region.block.ops):
                _rewrite(region, written)


def _rewrite(region: rt.RecOp, written: set[str]) -> None:
    for write in [op for op in region.block.ops if isinstance(op, rt.WriteOp)]:
        if width_of(write.value.type) > 1 or element_of(write.value.type) == "bool":
            continue
        if _counts(write, written):
            _to_advance(write)
        elif _is_delay(write):
            _to_previous(write)
    stateful = (rt.WriteOp, rt.StoreOp, rt.LineReadOp, rt.LineWriteOp, rt.LineClearOp)
    if not any(isinstance(op, stateful) for op in region.block.ops):
        _to_vec(region)


def _reads(write: rt.WriteOp) -> list[rt.ReadOp]:
    block = write.parent
    assert block is not None
    return [op for op in block.ops if isinstance(op, rt.ReadOp) and op.slot == write.slot]


# --- counters ---------------------------------------------------------------------------------------


def _counts(write: rt.WriteOp, written: set[str]) -> bool:
    """Whether what is written is what was read, and a step."""
    added = write.value.owner
    if not isinstance(added, dsp.ScalarOp) or added.name != "dsp.add" or element_of(added.result.type) not in INTEGERS:
        return False
    reads, steps = [o for o in added.args if _is_read(o, write.slot)], [o for o in added.args if _is_held(o, written)]
    return len(reads) == len(steps) == 1


def _is_read(value: SSAValue, slot: str) -> bool:
    return isinstance(value.owner, rt.ReadOp) and value.owner.slot == slot


def _is_held(value: SSAValue, written: set[str]) -> bool:
    owner = value.owner
    return isinstance(owner, dsp.ConstantOp) or isinstance(owner, rt.ReadOp) and owner.slot not in written


def _to_advance(write: rt.WriteOp) -> None:
    added, first = cast(dsp.ScalarOp, write.value.owner), _reads(write)[0]
    step = next(o for o in added.args if not _is_read(o, write.slot))
    block = write.parent
    assert block is not None and isinstance(step.owner, Operation)
    step.owner.detach()  # a constant or another read: it may stand anywhere before
    block.insert_op_before(step.owner, cast(Operation, block.first_op))
    new = rt.AdvanceOp.create(operands=[step], result_types=[first.result.type], location=write.location,
                              properties={"symbol": SymbolRefAttr(write.slot)})  # fmt: skip
    block.insert_op_before(new, first)
    _replace(write, new.result)
    if not added.result.uses:
        added.detach()
        added.erase()


# --- unit delays ------------------------------------------------------------------------------------


def _is_delay(write: rt.WriteOp) -> bool:
    """Whether a slot is read, and what is written to it does not depend on that, also not through a memory."""
    reads = _reads(write)
    block = write.parent
    assert block is not None
    stores = [op for op in block.ops if isinstance(op, rt.StoreOp)]
    work, seen = [write.value], set[SSAValue]()
    while work:
        value = work.pop()
        if value in seen:
            continue
        seen.add(value)
        owner = value.owner
        if isinstance(owner, rt.ReadOp) and owner.slot == write.slot:
            return False
        if isinstance(owner, Operation):
            work.extend(owner.operands)
        if isinstance(owner, rt.LoadOp):
            work.extend(operand for store in stores if store.slot == owner.slot for operand in store.operands)
    return bool(reads)


def _to_previous(write: rt.WriteOp) -> None:
    block, reads = write.parent, _reads(write)
    assert block is not None
    new = rt.PreviousOp.create(operands=[write.value], result_types=[reads[0].result.type], location=write.location,
                               properties={"symbol": SymbolRefAttr(write.slot)})  # fmt: skip
    block.insert_op_before(new, write)
    _replace(write, new.result)
    move_users_behind(new)


# --- regions ----------------------------------------------------------------------------------------


def _replace(write: rt.WriteOp, value: SSAValue) -> None:
    for read in _reads(write):
        read.result.replace_all_uses_with(value)
        read.detach()
        read.erase()
    write.detach()
    write.erase()


def _to_vec(region: rt.RecOp) -> None:
    body = region.block
    region.body.detach_block(body)
    types = [r.type for r in region.results]
    swap(region, rt.VecOp.create(operands=list(region.operands), result_types=types, regions=[Region(body)]))
