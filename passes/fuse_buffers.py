"""fuse-buffers: neighbouring regions become one, buffers between them values, dead buffers' memory reused."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from xdsl.dialects.builtin import ArrayAttr, IntAttr, ModuleOp
from xdsl.ir import Block, Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.kit import TICK
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import BufferType, element_of, width_of
from dspc.passes.base import DspPass


@dataclass(frozen=True)
class FuseBuffers(DspPass):
    """Merges regions that follow each other, as long as the result has at most `max_ops` operations.

    Regions that have lanes (`vectorize-time`) merge with one another only. Whatever a merged region alone used
    stays in it as a value. The buffers that are left share memory where their lives do not overlap (`buffers`
    numbers it). With `verbose`, prints bytes before and after.
    """

    max_ops: int = 600
    verbose: bool = False
    name = "fuse-buffers"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, rt.ProgramOp):
            return
        before = buffer_bytes(program)
        for block in blocks_of(program):
            self._fuse(block)
        for block in blocks_of(program):
            _share(block)
        if self.verbose:
            print(f"fuse-buffers: {program.sym_name.data}: {before} -> {buffer_bytes(program)} bytes", file=sys.stderr)

    def _fuse(self, block: Block) -> None:
        op = block.first_op
        while op is not None:
            following = op.next_op
            while isinstance(op, rt.BlockOp) and isinstance(following, rt.BlockOp) and (
                _lanes(op) == _lanes(following) and not _is_packed(op) and not _is_packed(following)
                and size(op) + size(following) <= self.max_ops
            ):  # fmt: skip
                op = merge(op, following)
                following = op.next_op
            op = following


def _lanes(op: rt.BlockOp) -> int:
    return op.lanes.data if isinstance(op, rt.VecOp) and op.lanes is not None else 1


def _is_packed(op: rt.BlockOp) -> bool:
    """Whether recursions run side by side in it: these have a loop of their own."""
    return any(isinstance(inner, rt.PackOp) for inner in op.block.ops)


def size(op: Operation) -> int:
    """The operations in it, itself among them."""
    return sum(1 for _ in op.walk())


def blocks_of(program: rt.ProgramOp) -> list[Block]:
    """Where regions stand: the program's body, and that of its voices."""
    inner = [op.block for op in program.body.block.ops if isinstance(op, rt.VoicesOp)]
    return [program.body.block, *inner]


def merge(first: rt.BlockOp, second: rt.BlockOp) -> rt.BlockOp:
    """One region that does what `first` and then `second` did, sample by sample."""
    body = Block()
    buffers: dict[SSAValue, SSAValue] = {}
    yielded: list[SSAValue] = []
    for region in (first, second):
        for arg, buffer in zip(list(region.block.args), region.args, strict=True):
            if buffer not in buffers:
                buffers[buffer] = body.insert_arg(arg.type, len(body.args))
            arg.replace_all_uses_with(buffers[buffer])
        if region is first:
            yielded = list(region.yielded)
            _move(region.block, body)
            buffers.update(zip(region.results, yielded, strict=True))
    last = list(second.yielded)
    _move(second.block, body)
    results = [*first.results, *second.results]
    values = [*yielded, *last]
    inside = (first, second)
    kept = [i for i, r in enumerate(results) if any(u.operation not in inside for u in r.uses)]
    body.add_op(rt.YieldOp.create(operands=[values[i] for i in kept]))
    taken = [b for b in buffers if b not in set(first.results)]
    kind = rt.RecOp if any(isinstance(r, rt.RecOp) for r in inside) else rt.VecOp
    new = kind.create(operands=taken, regions=[Region(body)], result_types=[results[i].type for i in kept])
    if _lanes(first) > 1:
        new.properties["lanes"] = IntAttr(_lanes(first))
    new.location = first.location
    assert first.parent is not None
    first.parent.insert_op_before(new, first)
    for i, result in zip(kept, new.results, strict=True):
        result.name_hint = results[i].name_hint
        results[i].replace_all_uses_with(result)
    for region in (second, first):
        region.detach()
        region.erase(safe_erase=False)
    return new


def _move(source: Block, target: Block) -> None:
    for op in list(source.ops):
        op.detach()
        if isinstance(op, rt.YieldOp):
            op.erase()
        else:
            target.add_op(op)


def _share(block: Block) -> None:
    """Numbers the memory of each buffer; a number is free again after the buffer's last use."""
    ops = list(block.ops)
    position = {op: i for i, op in enumerate(ops)}
    free: dict[tuple[str, int], list[int]] = {}
    dying: dict[int, list[tuple[tuple[str, int], int]]] = {}
    count = 0
    for i, op in enumerate(ops):
        if isinstance(op, rt.BlockOp | rt.VoicesOp):
            numbers: list[int] = []
            for result in op.results:
                kind = (str(BYTES[element_of(result.type)]), width_of(result.type))
                pool = free.setdefault(kind, [])
                number = pool.pop() if pool else count
                count += number == count
                numbers.append(number)
                last = max((position.get(within(u.operation, block), i) for u in result.uses), default=i)
                dying.setdefault(last, []).append((kind, number))
            op.properties["buffers"] = ArrayAttr([IntAttr(n) for n in numbers])
        for kind, number in dying.pop(i, ()):
            free[kind].append(number)


def within(op: Operation, block: Block) -> Operation:
    """The operation of `block` that an operation stands in, or is."""
    while op.parent is not block:
        parent = op.parent_op()
        assert parent is not None
        op = parent
    return op


def buffer_bytes(program: rt.ProgramOp) -> int:
    """The memory of all buffers between regions."""
    total = 0
    for block in blocks_of(program):
        seen: set[int] = set()
        for op in block.ops:
            if not isinstance(op, rt.BlockOp | rt.VoicesOp):
                continue
            numbers = op.buffers.data if op.buffers is not None else [None] * len(op.results)
            for number, result in zip(numbers, op.results, strict=True):
                if number is None or number.data not in seen:
                    total += bytes_of(result)
                    if number is not None:
                        seen.add(number.data)
    return total


def bytes_of(buffer: SSAValue) -> int:
    """The memory of one buffer: a block of samples, each with its lanes."""
    assert isinstance(buffer.type, BufferType)
    return TICK * width_of(buffer.type) * BYTES[element_of(buffer.type)]
