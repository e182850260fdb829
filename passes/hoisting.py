"""Moving operations out of bodies: shared by `check-rates` and `hoist-control`."""

from __future__ import annotations

from itertools import pairwise

from xdsl.ir import Block, Operation, SSAValue
from xdsl.traits import is_side_effect_free

from dspc.dialects import dsp
from dspc.dialects.types import lanes_of
from dspc.passes.base import ancestors, owner_block


def outermost_home(op: Operation) -> Block | None:
    """The outermost block around `op` in which all its operands are known (its own if there is none)."""
    home = op.parent
    around = list(ancestors(op.parent))
    makes_array = any(lanes_of(r.type) for r in op.results)
    for inner, block in pairwise(around):
        if makes_array and isinstance(inner.parent_op(), dsp.VoicesOp):
            break  # voices are given an array's elements, never an array
        if isinstance(block.parent_op(), dsp.ProgramOp | dsp.BodyOp) and _knows(block, op):
            home = block
        else:
            break
    return home


def _knows(block: Block, op: Operation) -> bool:
    outside = set(ancestors(block))
    return all(owner_block(o) in outside for o in op.operands)


def movable(op: Operation) -> bool:
    """Whether it may be computed elsewhere: no state, no body."""
    return not op.regions and is_side_effect_free(op) and not isinstance(op, dsp.LanesOp | dsp.YieldOp)


def move_out(op: Operation) -> None:
    """Moves a movable operation to its outermost home, before the operation that holds it there."""
    home = outermost_home(op)
    if home is None or home is op.parent:
        return
    anchor: Operation | None = op
    while anchor is not None and anchor.parent is not home:
        anchor = anchor.parent_op()
    assert anchor is not None
    op.detach()
    home.insert_op_before(op, anchor)


def move_out_with_inputs(value: SSAValue, done: set[Operation]) -> None:
    """Moves a value's definition out, after whatever it is computed from; `done` need not be looked at again."""
    work: list[tuple[Operation | Block, bool]] = [(value.owner, False)]
    while work:  # no recursion: programs may be deep
        op, inputs_moved = work.pop()
        if not isinstance(op, Operation):
            continue
        if inputs_moved:
            move_out(op)
        elif op not in done and movable(op):
            done.add(op)
            work.append((op, True))
            work += [(operand.owner, False) for operand in reversed(op.operands)]
