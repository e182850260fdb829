"""What only one later region needs may be computed there: fewer buffers are passed (used by `schedule`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xdsl.ir import Operation, SSAValue

from dspc.dialects import dsp

if TYPE_CHECKING:
    from dspc.passes.components import Part

MOST_BUFFERS = 32
"""From one region to another; up to here a loop of their own is good for operations that feed a recursion."""
LARGEST_CONE = 16
"""Operations that are moved for one buffer."""


def sink(parts: list[Part], ops: Sequence[Operation]) -> list[Part]:
    """Moves cheap operations from feed-forward parts into the parts that alone use them.

    Only where more than `MOST_BUFFERS` would be passed (a long recursion with a coefficient of its own for each
    operation passes thousands, as arguments of one function and as memory), and only if no new buffer is needed.
    """
    position = {op: i for i, op in enumerate(ops)}
    home = {op: part for part in parts for op in part.ops}
    for part in parts:
        if part.kind != "vec":
            continue
        for later, passed in _passed(part, home):
            if len(passed) > MOST_BUFFERS:
                _move(part, later, passed, home, position)
    return [part for part in parts if part.ops]


def _passed(part: Part, home: dict[Operation, Part]) -> list[tuple[Part, list[Operation]]]:
    """Operations of a part that one other part uses and nobody else, by that part."""
    found: dict[int, tuple[Part, list[Operation]]] = {}
    for op in part.ops:
        users = _users(op, home)
        later = next(iter(users.values()), None)
        if later is not None and later is not part and len(users) == 1 and later.kind == "rec":
            found.setdefault(id(later), (later, []))[1].append(op)
    return list(found.values())


def _users(op: Operation, home: dict[Operation, Part]) -> dict[int, Part | None]:
    """The parts that use an operation's results, by identity; None for the end of the body."""
    found: dict[int, Part | None] = {}
    for result in op.results:
        for use in result.uses:
            user: Operation | None = use.operation
            while user is not None and user not in home:
                user = user.parent_op()
            part = home[user] if user is not None else None
            found[id(part)] = part
    return found


def _move(
    part: Part, later: Part, passed: list[Operation], home: dict[Operation, Part], position: dict[Operation, int]
) -> None:
    moved: set[Operation] = set()
    for op in reversed(passed):
        moved.update(_cone(op, part, home) or ())
    part.ops[:] = [op for op in part.ops if op not in moved]
    later.ops[:] = sorted([*later.ops, *moved], key=position.__getitem__)
    home.update(dict.fromkeys(moved, later))


def _cone(op: Operation, part: Part, home: dict[Operation, Part]) -> set[Operation] | None:
    """The operation and what only it needs, down to what exists outside the part; None if that is too much."""
    cone = {op}
    work = [op]
    while work:
        current = work.pop()
        if not isinstance(current, dsp.ScalarOp | dsp.SplatOp) or len(cone) > LARGEST_CONE:
            return None
        for operand in current.operands:
            owner = operand.owner
            if not isinstance(owner, Operation) or home.get(owner) is not part or owner in cone:
                continue
            if not _only_inside(operand, cone):
                return None
            cone.add(owner)
            work.append(owner)
    return cone


def _only_inside(value: SSAValue, cone: set[Operation]) -> bool:
    return all(use.operation in cone for use in value.uses)
