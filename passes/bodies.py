"""Taking a body out of its operation: shared by `inline` and `expand-primitives`."""

from __future__ import annotations

from xdsl.ir import Operation

from dspc.dialects import dsp
from dspc.dialects.syntax import replace


def open_body(op: dsp.BodyOp) -> tuple[Operation, Operation | None]:
    """Moves a body's operations before its operation; returns the detached terminator and the first one.

    The terminator still uses what was yielded, so it follows what rewrites do to it. Erase it when done.
    """
    terminator = op.block.last_op
    assert terminator is not None and op.parent is not None
    terminator.detach()
    ops = list(op.block.ops)
    for inner in ops:
        inner.detach()
    op.parent.insert_ops_before(ops, op)
    return terminator, ops[0] if ops else None


def dissolve(op: dsp.ScopeOp) -> Operation | None:
    """Puts a scope's body in its place; returns the body's first operation."""
    terminator, first = open_body(op)
    replace(op, list(terminator.operands))
    terminator.erase()
    return first
