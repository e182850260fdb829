"""Keeping a block in an order in which it can run."""

from __future__ import annotations

from xdsl.ir import Operation

from dspc.dialects import rt
from dspc.passes.base import captured


def move_users_behind(new: Operation) -> None:
    """Moves what uses an operation's results, and stands before it, behind it; and what uses that, and so on.

    Loads and stores take effect where they stand: those of a slot whose first ones move do so too.
    """
    block = new.parent
    assert block is not None
    late = set(new.results)
    slots: set[str] = set()
    after = new
    for op in list(block.ops):
        if op is new:
            break
        used = [*op.operands, *captured(op)] if op.regions else op.operands
        touched = _elements(op)
        if touched & slots or any(operand in late for operand in used):
            late.update(op.results)
            slots |= touched
            op.detach()
            block.insert_op_after(op, after)
            after = op


def _elements(op: Operation) -> set[str]:
    """Slots whose elements are loaded or stored."""
    return {inner.slot for inner in op.walk() if isinstance(inner, rt.LoadOp | rt.StoreOp)}
