"""Signals become what they are at one moment: scalars, vectors, stacks (used by `schedule`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xdsl.dialects.builtin import IntAttr
from xdsl.ir import Attribute, Block, Operation, Region

from dspc.dialects import dsp, rt
from dspc.dialects.types import SignalType, StackType
from dspc.passes.base import swap


def to_physical(block: Block) -> None:
    """Signals become what they are at one moment: scalars, vectors, stacks; banks become loops."""
    for op in list(block.ops):
        for region in op.regions:
            for inner in region.blocks:
                for arg in inner.args:
                    arg._type = _physical(arg.type)  # type: ignore[attr-defined]
                to_physical(inner)
        for result in op.results:
            result._type = _physical(result.type)  # type: ignore[attr-defined]
        if isinstance(op, rt.WriteOp | rt.LineWriteOp | rt.LineClearOp | rt.ReadOp | rt.StoreOp):
            op.properties.pop("rate", None)
            op.attributes.pop("held", None)
        if type(op) in _REPLACED:
            _REPLACED[type(op)](op)


def _physical(type_: Attribute) -> Attribute:
    if not isinstance(type_, SignalType):
        return type_
    return StackType(type_.element, type_.lanes) if type_.lanes.data else type_.element


def _body_of(op: dsp.BodyOp) -> Region:
    """The operation's body, ended as those of `rt` are."""
    terminator = op.block.last_op
    assert terminator is not None
    op.block.add_op(rt.YieldOp.create(operands=list(terminator.operands)))
    terminator.detach()
    terminator.erase()
    return op.detach_region(0)


def _to_loop(op: dsp.BankOp) -> None:
    properties: dict[str, Attribute] = {"count": IntAttr(op.turns), "width": op.width, "lanes": op.count}
    swap(op, rt.LoopOp.create(regions=[_body_of(op)], result_types=op.result_types, properties=properties))


def _to_repeat(op: dsp.RepeatOp) -> None:
    swap(op, rt.RepeatOp.create(regions=[_body_of(op)], result_types=op.result_types, properties={"count": op.count}))


def _to_when(op: dsp.WhenOp) -> None:
    swap(op, rt.WhenOp.create(regions=[_body_of(op)], operands=op.operands, result_types=op.result_types))


def _to_reduce(op: dsp.ReduceOp) -> None:
    properties: dict[str, Attribute] = {"kind": op.kind, "lanes": op.count}
    if op.partials is not None:
        properties["partials"] = op.partials
    swap(op, rt.ReduceOp.create(operands=op.operands, result_types=op.result_types, properties=properties))


def _to_stack(op: dsp.StackOp) -> None:
    swap(op, rt.StackOp.create(operands=op.operands, result_types=op.result_types))


def _to_pick(op: dsp.PickOp) -> None:
    swap(op, rt.PickOp.create(operands=op.operands, result_types=op.result_types))


_REPLACED: dict[type[Operation], Callable[[Any], None]] = {
    dsp.BankOp: _to_loop, dsp.RepeatOp: _to_repeat, dsp.WhenOp: _to_when, dsp.ReduceOp: _to_reduce,
    dsp.StackOp: _to_stack, dsp.PickOp: _to_pick,
}  # fmt: skip
