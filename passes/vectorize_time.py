"""vectorize-time: feed-forward regions whose samples are worth running side by side get lanes."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import IntAttr, ModuleOp
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.kit import TICK
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of, width_of
from dspc.passes.base import DspPass
from dspc.passes.components import alternating
from dspc.passes.fuse_buffers import blocks_of, merge, size, within

PLAIN = (
    dsp.ScalarOp, dsp.ConstantOp, dsp.LanesOp, rt.ReadOp, rt.AdvanceOp, rt.PreviousOp, rt.FrameOp, rt.SampleRateOp,
    rt.LongestOp, rt.LineReadOp, rt.LineWriteOp, rt.LookupOp, rt.RecordedOp, rt.RecordingFramesOp, rt.RecordingRateOp,
    rt.YieldOp,
)  # fmt: skip
"""What lanes may hold samples of: nothing with a body, and nothing that the order of samples matters to."""
LARGEST = 1200
"""Operations of a region."""
LINE = 3.0
"""The cost of an access to a delay line, in additions: an address, a mask, a load."""
OVERHEAD = 3.0
"""What a loop of its own costs for each sample, in additions."""
BUFFER = 1.5
"""… and a value that a recursion takes from it or gives to it: a store and a load."""


@dataclass(frozen=True)
class VectorizeTime(DspPass):
    """Marks each `rt.vec` whose operations are cheaper in `width` lanes than inside the loop of a recursion beside it.

    What is marked stays a loop of its own: `fuse-buffers` merges it only with its like. The reasons are numbers of
    the scalar table's cost column: what the lanes save, less the buffers that lie between it and recursions.
    """

    width: int = 1
    name = "vectorize-time"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if self.width < 2 or not isinstance(program, rt.ProgramOp):
            return
        for block in blocks_of(program):
            _regroup(block)
            for op in block.ops:
                if isinstance(op, rt.VecOp) and _is_plain(op):
                    lanes = self._lanes(program, op)
                    if lanes > 1 and _saved(op, lanes) >= OVERHEAD:
                        op.lanes = IntAttr(lanes)

    def _lanes(self, program: rt.ProgramOp, op: rt.VecOp) -> int:
        """Half as many where an element is twice as wide as the program's floats: vectors of several parts are slow."""
        widest = max((BYTES[element_of(r.type)] for inner in op.block.walk() for r in inner.results), default=4)
        lanes = min(self.width, TICK)
        return lanes // 2 if widest > BYTES[program.audio] else lanes


def _regroup(block: Block) -> None:
    """Feed-forward regions that can run one after the other become one; recursions come together.

    Regions know of one another through buffers, and through delay lines, whose users keep their order; what shares a
    slot that changes is one region.
    """
    regions = [op for op in block.ops if isinstance(op, rt.BlockOp | rt.VoicesOp)]
    index: dict[Operation, int] = {op: i for i, op in enumerate(regions)}
    edges = [{index[user] for r in op.results for use in r.uses if (user := within(use.operation, block)) in index}
             for op in regions]  # fmt: skip
    users: dict[str, list[int]] = {}
    for i, region in enumerate(regions):
        for op in region.walk():
            if isinstance(op, rt.LineReadOp | rt.LineWriteOp):
                before = users.setdefault(op.line, [])
                if not before or before[-1] != i:
                    for earlier in before:
                        edges[earlier].add(i)
                    before.append(i)
    order = alternating(edges, [not isinstance(op, rt.VecOp) for op in regions], list(range(len(regions))))
    last = block.last_op
    assert last is not None
    for i in order:
        regions[i].detach()
        block.insert_op_before(regions[i], last)
    op: Operation | None = block.first_op
    while op is not None:
        following = op.next_op
        while isinstance(op, rt.VecOp) and isinstance(following, rt.VecOp) and size(op) + size(following) <= LARGEST:
            op = merge(op, following)
            following = op.next_op
        op = following


def _is_plain(op: rt.VecOp) -> bool:
    """Whether every value is a scalar of its own sample: voices and banks have lanes already."""
    inside = list(op.block.walk())
    values: list[SSAValue] = [*op.block.args, *(r for inner in inside for r in inner.results)]
    if not all(isinstance(inner, PLAIN) or _is_sum(inner) for inner in inside):
        return False
    if any(width_of(v.type) > 1 for v in values):
        return False
    lines = [inner for inner in inside if isinstance(inner, rt.LineReadOp | rt.LineWriteOp)]
    return not any(line.position for line in lines) and not any(_is_bool(line) for line in lines)


def _is_sum(op: Operation) -> bool:
    """Whether it is a loop all of whose results are combined, or combines them."""
    if isinstance(op, rt.ReduceOp):
        return isinstance(op.x.owner, rt.LoopOp)
    if not isinstance(op, rt.LoopOp) or any(isinstance(inner, _CHANGES) for inner in op.walk()):
        return False
    users = [use.operation for result in op.results for use in result.uses]
    return all(isinstance(user, rt.ReduceOp) and user.parent is op.parent for user in users)


_CHANGES = (rt.ReadOp, rt.AdvanceOp, rt.PreviousOp, rt.LineWriteOp)
"""What a turn of a loop has a slot, or a line, of its own for."""


def _is_bool(line: rt.LineReadOp | rt.LineWriteOp) -> bool:
    value = line.result if isinstance(line, rt.LineReadOp) else line.value
    return element_of(value.type) == "bool"


def _saved(op: rt.VecOp, lanes: int) -> float:
    """What lanes save of a sample, in additions."""
    work = sum(_cost(inner) for inner in op.block.ops)
    beside = sum(isinstance(a.owner, rt.RecOp) for a in op.operands)
    beside += sum(any(isinstance(use.operation, rt.RecOp) for use in result.uses) for result in op.results)
    return work * (1.0 - 1.0 / lanes) - BUFFER * beside


def _cost(op: Operation) -> float:
    if isinstance(op, dsp.ScalarOp):
        return op.row.cost
    if isinstance(op, rt.LoopOp):
        return op.count.data * sum(_cost(inner) for inner in op.block.ops)
    if isinstance(op, rt.ReduceOp):
        return float(op.lanes.data)
    if isinstance(op, rt.AdvanceOp | rt.PreviousOp):
        return 1.0
    return LINE if isinstance(op, rt.LineReadOp | rt.LineWriteOp) else 0.0
