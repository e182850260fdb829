"""The predicates of the scheduled and the legal level (used by `levels`)."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation

from dspc.dialects import dsp, rt
from dspc.dialects.types import BufferType, SignalType

Problem = tuple[Operation, str]
"""An operation, and what is wrong with it."""

DECLARATIONS = (rt.SlotOp, rt.LineOp, rt.TableOp, rt.RecordingOp)
_ARITHMETIC = (dsp.ScalarOp, dsp.MathOp, dsp.ConstantOp, dsp.LanesOp, dsp.SplatOp)
_ORDER = (DECLARATIONS, (rt.InitOp,), (rt.TickOp,), (rt.InputOp, rt.BlockOp, rt.VoicesOp), (rt.OutputOp,))
"""What stands in a program, in this order."""


def regions(module: ModuleOp) -> Iterator[Problem]:
    """Programs of `rt` only, their parts in order, nothing in a region that has no meaning there."""
    for program in module.body.block.ops:
        if not isinstance(program, rt.ProgramOp):
            yield program, f"{program.name} remains"
            continue
        yield from _in_order(program)
        yield from _symbols(program)
        for op in program.body.block.ops:
            yield from _region(op)
    for op in module.walk():
        if any(isinstance(r.type, SignalType) for r in op.results):
            yield op, f"{op.name} is still a signal"


def _in_order(program: rt.ProgramOp) -> Iterator[Problem]:
    reached = 0
    for op in program.body.block.ops:
        rank = next((i for i, kinds in enumerate(_ORDER) if isinstance(op, kinds)), None)
        if rank is None:
            yield op, f"{op.name} stands outside a region"
        elif rank < reached:
            yield op, f"{op.name} comes too late"
        else:
            reached = rank
    if not isinstance(program.body.block.last_op, rt.OutputOp):
        yield program, "the program has no rt.output at its end"


def _region(op: Operation) -> Iterator[Problem]:
    """What is wrong in a region, or in the regions of the voices."""
    if isinstance(op, rt.VoicesOp):
        for inner in op.block.ops:
            if not isinstance(inner, rt.TickOp | rt.BlockOp | rt.YieldOp):
                yield inner, f"{inner.name} stands in the voices, but in no region"
            yield from _region(inner)
    elif isinstance(op, rt.RegionOp):
        yield from _inside(op.block, at_tick=isinstance(op, rt.TickOp))
        yield from _written_once(op)


def _inside(block: Block, at_tick: bool) -> Iterator[Problem]:
    for op in block.walk():
        if isinstance(op, dsp.SampleOp | dsp.BodyOp | dsp.ReduceOp | dsp.StackOp | dsp.PickOp | dsp.YieldOp):
            yield op, f"{op.name} remains"
        elif not isinstance(op, (*_ARITHMETIC, *rt.INSIDE)):
            yield op, f"{op.name} does not belong in a region"
        elif at_tick and isinstance(op, rt.LineReadOp | rt.LineWriteOp):
            yield op, f"{op.name} is no part of a tick"
        elif any(isinstance(r.type, BufferType) for r in op.results):
            yield op, f"{op.name} makes a buffer inside a region"


def _written_once(region: rt.RegionOp) -> Iterator[Problem]:
    written: set[str] = set()
    stored = {op.slot for op in region.walk() if isinstance(op, rt.StoreOp)}
    for op in region.walk():
        if isinstance(op, rt.ReadOp | rt.WriteOp) and op.slot in stored:
            yield op, f"@{op.slot} is stored element by element, and {op.name} takes it as one"
        for slot in _written(op):
            if slot in written:
                yield op, f"@{slot} is written a second time"
            written.add(slot)


def _written(op: Operation) -> list[str]:
    if isinstance(op, rt.WriteOp | rt.AdvanceOp | rt.PreviousOp):
        return [op.slot]
    return op.slots if isinstance(op, rt.WriteLanesOp) else []


def _symbols(program: rt.ProgramOp) -> Iterator[Problem]:
    """Every name is that of a declaration of the right kind."""
    declared: dict[str, type[Operation]] = {}
    for op in program.body.block.ops:
        if isinstance(op, DECLARATIONS):
            if op.sym_name.data in declared:
                yield op, f"@{op.sym_name.data} is declared twice"
            declared[op.sym_name.data] = type(op)
    for op in program.walk():
        for kind, name in _used(op):
            if declared.get(name) is not kind:
                yield op, f"@{name} is no {kind.name}"


def _used(op: Operation) -> Iterator[tuple[type[Operation], str]]:
    if isinstance(op, rt.SlotAccessOp):
        yield rt.SlotOp, op.slot
    elif isinstance(op, rt.LanesAccessOp):
        yield from ((rt.SlotOp, slot) for slot in op.slots)
    elif isinstance(op, rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp):
        yield rt.LineOp, op.line
    elif isinstance(op, rt.LookupOp):
        yield rt.TableOp, op.table
    elif isinstance(op, rt.RecordedOp | rt.RecordingFramesOp | rt.RecordingRateOp):
        yield rt.RecordingOp, op.recording


def no_mathematics(module: ModuleOp) -> Iterator[Problem]:
    """Only what the scalar table has."""
    for op in module.walk():
        if isinstance(op, dsp.MathOp):
            yield op, f"{op.name} remains"


def laid_out(module: ModuleOp) -> Iterator[Problem]:
    """Slots, lines and buffers have offsets, and the program knows its bytes."""
    for op in module.walk():
        if isinstance(op, rt.ProgramOp) and op.static_bytes is None:
            yield op, "the program's bytes are not known"
        elif isinstance(op, rt.SlotOp | rt.LineOp | rt.RecordingOp) and op.offset is None:
            yield op, f"@{op.sym_name.data} has no offset"
        elif isinstance(op, rt.SlotOp) and (op.strides is None or len(op.strides) != len(op.dims)):
            yield op, f"@{op.sym_name.data} has no stride for each of its dimensions"
        elif isinstance(op, rt.BlockOp | rt.VoicesOp) and (
            op.offsets is None or len(op.offsets) != len(op.results)
        ):
            yield op, f"{op.name} has no offset for each of its buffers"
        elif isinstance(op, rt.VoicesOp) and op.leaves is None:
            yield op, "the voices' samples have no place"
