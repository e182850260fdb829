"""What only one later region needs may be computed there: fewer buffers are passed (used by `schedule`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.ir import Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.passes.components import Part

MOST_BUFFERS = 32
"""From one region to another; up to here a loop of their own is good for operations that feed a recursion."""
LARGEST_CONE = 16
"""Operations that are moved for one buffer."""
SHARED = 4
"""What moved operations take from the part they leave is a new buffer: at least so many of them share it."""


def sink(parts: Sequence[Part], ops: Sequence[Operation]) -> list[Part]:
    """Moves cheap operations from feed-forward parts into the parts that alone use them.

    Only where more than `MOST_BUFFERS` would be passed (a long recursion with a coefficient of its own for each
    operation passes thousands, as arguments of one function and as memory), and only if fewer are passed then.
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
        if later is not None and later is not part and len(users) == 1 and _may_take(later):
            found.setdefault(id(later), (later, []))[1].append(op)
    return list(found.values())


def _may_take(part: Part) -> bool:
    """Whether operations may move into a part: into recursions, unless they run side by side."""
    return part.kind == "rec" and not any(isinstance(op, rt.PackOp) for op in part.ops)


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
    cones = [cone for op in passed if (cone := _cone(op, part, home))]
    wanted = Counter(value for cone in cones for value in cone.leaves)
    moved: set[Operation] = set()
    for cone in cones:
        if all(wanted[value] >= SHARED for value in cone.leaves):
            moved |= cone.ops
    part.ops[:] = [op for op in part.ops if op not in moved]
    later.ops[:] = sorted([*later.ops, *moved], key=position.__getitem__)
    home.update(dict.fromkeys(moved, later))


@dataclass
class _Cone:
    """Operations that only the last of them needs, and what they take from the rest of the part."""

    ops: set[Operation]
    leaves: set[SSAValue] = field(default_factory=set[SSAValue])


def _cone(op: Operation, part: Part, home: dict[Operation, Part]) -> _Cone | None:
    """What is moved with an operation; None if that is too much, or not plain arithmetic."""
    cone = _Cone({op})
    work = [op]
    while work:
        current = work.pop()
        if not isinstance(current, dsp.ScalarOp | dsp.SplatOp) or len(cone.ops) > LARGEST_CONE:
            return None
        for operand in current.operands:
            owner = operand.owner
            if not isinstance(owner, Operation) or home.get(owner) is not part or owner in cone.ops:
                continue
            if all(use.operation in cone.ops for use in operand.uses):
                cone.ops.add(owner)
                work.append(owner)
            else:
                cone.leaves.add(operand)
    return cone
