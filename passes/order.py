"""Keeping a block in an order in which it can run."""

from __future__ import annotations

from xdsl.ir import Operation

from dspc.passes.base import captured


def move_users_behind(new: Operation) -> None:
    """Moves what uses an operation's results, and stands before it, behind it; and what uses that, and so on."""
    block = new.parent
    assert block is not None
    late = set(new.results)
    after = new
    for op in list(block.ops):
        if op is new:
            break
        used = [*op.operands, *captured(op)] if op.regions else op.operands
        if any(operand in late for operand in used):
            late.update(op.results)
            op.detach()
            block.insert_op_after(op, after)
            after = op
