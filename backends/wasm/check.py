"""What this backend claims of the legal level, checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xdsl.dialects.builtin import ArrayAttr, IntAttr
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from dspc.backends.wasm.memory import integers
from dspc.dialects import dsp, rt
from dspc.dialects.syntax import where
from dspc.dialects.types import StackType, element_of, width_of

DECLARATIONS = (rt.SlotOp, rt.LineOp, rt.TableOp, rt.RecordingOp)
PROGRAM = (*DECLARATIONS, rt.InitOp, rt.TickOp, rt.BlockOp, rt.VoicesOp, rt.InputOp, rt.OutputOp)
VOICES = (rt.TickOp, rt.BlockOp, rt.YieldOp)
INSIDE = frozenset((*rt.INSIDE, *dsp.SCALAR_OPS.values(), dsp.ConstantOp, dsp.LanesOp, dsp.SplatOp))
SLOT_ACCESS = (rt.ReadOp, rt.WriteOp, rt.LoadOp, rt.StoreOp)
RECORDED = (rt.RecordedOp, rt.RecordingFramesOp, rt.RecordingRateOp)
ACCESS = (*SLOT_ACCESS, rt.LineReadOp, rt.LineWriteOp, rt.LineClearOp, rt.LongestOp)
SUMMED = ("f32", "f64", "i32", "u32")

Symbols = Mapping[str, rt.SlotOp | rt.LineOp | rt.TableOp | rt.RecordingOp]


def error(op: Operation, message: str) -> VerifyException:
    return VerifyException(f"wasm: {where(op)}: {message}")


def check_program(program: rt.ProgramOp) -> None:
    """Raises `VerifyException` at the first operation that cannot be compiled, and says why."""
    symbols = {op.sym_name.data: op for op in program.body.block.ops if isinstance(op, DECLARATIONS)}
    for op in program.body.block.ops:
        if not isinstance(op, PROGRAM):
            raise error(op, f"{op.name} does not stand in a program of the legal level")
        if isinstance(op, DECLARATIONS):
            _check_declaration(op)
        elif isinstance(op, rt.VoicesOp):
            _check_voices(op, symbols)
        else:
            _check_region(op, symbols, in_voices=False)
        if isinstance(op, rt.InputOp | rt.OutputOp):
            _check_channels(op, program.audio)


def _check_channels(op: rt.InputOp | rt.OutputOp, audio: str) -> None:
    which = "inputs" if isinstance(op, rt.InputOp) else "outputs"
    for buffer in (*op.results, *op.operands):
        if element_of(buffer.type) != audio:
            raise error(op, f"{which} are {audio}, not {element_of(buffer.type)}")


def _check_declaration(op: Operation) -> None:
    if isinstance(op, rt.TableOp):
        return
    assert isinstance(op, rt.Placed)
    if not isinstance(op, rt.RecordingOp):
        _check_types(op, (op.type,))
    if op.offset is None:
        raise error(op, f"{op.sym_name.data} has no offset: run lay-out-state")
    if isinstance(op, rt.SlotOp) and len(integers(op.strides)) != len(op.sizes):
        raise error(op, f"slot {op.sym_name.data} has {len(op.sizes)} dims and {len(integers(op.strides))} strides")


def _check_voices(op: rt.VoicesOp, symbols: Symbols) -> None:
    if op.width.data != 1:
        raise error(op, f"voices in groups of {op.width.data}: this backend has lanes of width 1")
    _check_buffers(op, op.offsets, op.results)
    _check_buffers(op, op.leaves, op.results)
    if active_slot(symbols) is None:
        raise error(op, 'no slot has the role "voice" and the field "active"')
    for result in op.results:
        if element_of(result.type) not in SUMMED:
            raise error(op, f"voices cannot be summed as {element_of(result.type)}")
    for inner in op.block.ops:
        if not isinstance(inner, VOICES):
            raise error(inner, f"{inner.name} does not stand in rt.voices")
        _check_region(inner, symbols, in_voices=True)


def active_slot(symbols: Symbols) -> rt.SlotOp | None:
    """The slot that says which voices sound."""
    for op in symbols.values():
        if isinstance(op, rt.SlotOp) and (op.role.data, op.field.data) == ("voice", "active"):
            return op
    return None


def _check_region(op: Operation, symbols: Symbols, in_voices: bool) -> None:
    _check_types(op, [v.type for v in (*op.operands, *op.results)])
    if isinstance(op, rt.BlockOp):
        _check_buffers(op, op.offsets, op.results)
    for inner in op.walk():
        if inner is not op:
            _check_operation(inner, op, symbols, in_voices)
    _check_repeats(op)


def _check_repeats(region: Operation) -> None:
    """What turns of a repeat write would be read elsewhere as it was before the first of them."""
    accesses = [op for op in region.walk() if isinstance(op, rt.ReadOp | rt.WriteOp)]
    written = {op.slot: repeat_round(op) for op in accesses if isinstance(op, rt.WriteOp)}
    for op in accesses:
        repeat = written.get(op.slot)
        if repeat is not None and not repeat.is_ancestor(op):
            raise error(op, f"slot {op.slot} is written in a repeat and used outside it")


def _check_buffers(op: Operation, offsets: ArrayAttr[IntAttr] | None, results: Sequence[SSAValue]) -> None:
    if len(integers(offsets)) != len(results):
        raise error(op, f"{len(results)} results need as many offsets: run lay-out-state")


def _check_types(op: Operation, types: Sequence[Attribute]) -> None:
    for type_ in types:
        if width_of(type_) != 1:
            raise error(op, f"{width_of(type_)} lanes: this backend has lanes of width 1")


def _check_operation(op: Operation, region: Operation, symbols: Symbols, in_voices: bool) -> None:
    if type(op) not in INSIDE:
        raise error(op, f"{op.name} is not legal here")
    _check_types(op, [v.type for v in (*op.operands, *op.results)])
    if isinstance(op, dsp.ScalarOp | dsp.ConstantOp):  # most are, and there is no more to check
        return
    for result in op.results:
        if isinstance(result.type, StackType) and any(
            not isinstance(use.operation, rt.ReduceOp | rt.PickOp) for use in result.uses
        ):
            raise error(op, "a stack is used by rt.reduce and rt.pick only")
    if isinstance(op, rt.TickAllOp) and isinstance(region, rt.BlockOp):
        raise error(op, "rt.tick_all belongs to ticks")
    if isinstance(op, dsp.LanesOp) and loops_round(op) == 0:
        raise error(op, "dsp.lanes belongs to a loop")
    if isinstance(op, ACCESS):
        _check_access(op, symbols.get(op.symbol.string_value()), in_voices)
    if isinstance(op, rt.LookupOp) and not isinstance(symbols.get(op.table), rt.TableOp):
        raise error(op, f"there is no table {op.table}")
    if isinstance(op, RECORDED) and not isinstance(symbols.get(op.recording), rt.RecordingOp):
        raise error(op, f"there is no recording {op.recording}")


def _bodies_round(op: Operation) -> Iterator[Operation]:
    """The operations inside the region in whose bodies an operation stands, innermost first."""
    parent = op.parent_op()
    while isinstance(parent, rt.LoopOp | rt.RepeatOp | rt.WhenOp):
        yield parent
        parent = parent.parent_op()


def loops_round(op: Operation) -> int:
    """How many loops an operation stands in."""
    return sum(isinstance(body, rt.LoopOp) for body in _bodies_round(op))


def repeat_round(op: Operation) -> Operation | None:
    """The innermost repeat in which an operation stands."""
    return next((body for body in _bodies_round(op) if isinstance(body, rt.RepeatOp)), None)


def _check_access(op: Operation, declared: Operation | None, in_voices: bool) -> None:
    kind = rt.SlotOp if isinstance(op, SLOT_ACCESS) else rt.LineOp
    if not isinstance(declared, kind):
        raise error(op, f"{op.name} of something that is not declared as {kind.name}")
    if isinstance(op, rt.LongestOp):
        return
    name = declared.sym_name.data
    if declared.voice is not None and not in_voices:
        raise error(op, f"{name} belongs to the voices")
    indexes, others = len(declared.sizes) - (declared.voice is not None), "the voices'"
    if isinstance(op, rt.LoadOp | rt.StoreOp):
        indexes, others = indexes - 1, "the voices' and its elements'"
        if indexes < 0:
            raise error(op, f"{name} has no dims for elements")
    if indexes > loops_round(op):
        raise error(op, f"{name} has {indexes} dims beside {others}, in {loops_round(op)} loops")
