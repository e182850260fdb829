"""How many samples a region may run before the next one does (used by `schedule`)."""

from __future__ import annotations

from xdsl.ir import Block

from dspc.dialects import dsp, rt
from dspc.dialects.kit import BLOCK, TICK


def block_samples(declared: Block, source: Block) -> int:
    """From declarations and ticks: BLOCK if no tick is in the way, and no delay line is shorter that could be cut.

    The voices, which are in `source`, have ticks of their own.
    """
    if any(isinstance(op, dsp.VoicesOp) for op in source.ops):
        return TICK
    ticks = all(_is_rare(op) for op in declared.ops if isinstance(op, rt.TickOp))
    lines = [op.min_samples.data for op in declared.ops if isinstance(op, rt.LineOp)]
    return BLOCK if ticks and not any(TICK <= shortest < BLOCK for shortest in lines) else TICK


def _is_rare(tick: rt.TickOp) -> bool:
    """Whether it only asks for the frame, and then does something at every BLOCKth sample: `guard_state` does so."""
    plain = (dsp.ConstantOp, dsp.ScalarOp, rt.FrameOp, rt.YieldOp)
    for op in tick.block.ops:
        if isinstance(op, dsp.WhenOp):
            if not _is_every_block(op):
                return False
        elif not isinstance(op, plain):
            return False
    return True


def _is_every_block(op: dsp.WhenOp) -> bool:
    """Whether the condition is that the frame's low bits are 0."""
    compared = op.condition.owner
    if not isinstance(compared, dsp.ScalarOp) or compared.name != "dsp.eq":
        return False
    masked, zero = (a.owner for a in compared.args)
    if not isinstance(masked, dsp.ScalarOp) or masked.name != "dsp.and" or not _is_number(zero, 0):
        return False
    return isinstance(masked.args[0].owner, rt.FrameOp) and _is_number(masked.args[1].owner, BLOCK - 1)


def _is_number(owner: object, number: int) -> bool:
    return isinstance(owner, dsp.ConstantOp) and owner.number == number
