"""The `rt` dialect: time and memory. What a core does at prepare, at a tick, and for a block.

A program holds declarations (slots, lines, tables) and regions that run in order:

    rt.sizes   the longest delay of every line, from the sample rate
    rt.init    once per prepare
    rt.tick    at every control tick
    rt.vec     for each sample of a block, nothing carried from one to the next
    rt.rec     for each sample of a block, in order
    rt.voices  its own ticks and blocks, once for each group of voices

Inside a region values are scalars or vectors of lanes. `rt.read` gives a slot's value as it was when the
tick, or the sample, began, wherever it stands; `rt.write` says what it will be when it ends. Between
blocks, samples travel in `rt.buffer` values; everything else travels in slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Block, Dialect, Operation, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import (
    IsolatedFromAbove,
    MemoryReadEffect,
    MemoryWriteEffect,
    NoTerminator,
    Pure,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.layout import ProgramFlag
from dspc.dialects.rt_bodies import (
    REDUCTIONS,
    LoopOp,
    PickOp,
    ReduceOp,
    RepeatOp,
    StackOp,
    TurnsOp,
    WhenOp,
    YieldOp,
)
from dspc.dialects.rt_declarations import ROLES, LineOp, SlotOp, TableOp
from dspc.dialects.rt_pack import LanesAccessOp, PackOp, ReadLanesOp, WriteLanesOp
from dspc.dialects.rt_recordings import RecordedOp, RecordingFramesOp, RecordingOp, RecordingRateOp
from dspc.dialects.rt_slots import AdvanceOp, LoadOp, PreviousOp, ReadOp, SlotAccessOp, StoreOp, WriteOp
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import BufferType, SignalType, StackType, element_of, vector

# --- regions --------------------------------------------------------------------------------------


class RegionOp(CompactOp):
    """A region with one block that ends with `rt.yield`; it sees nothing from outside but its operands."""

    body = region_def("single_block")
    traits = traits_def(IsolatedFromAbove())

    @property
    def block(self) -> Block:
        return self.body.block

    @property
    def yielded(self) -> Sequence[SSAValue]:
        last = self.block.last_op
        return last.operands if last is not None else ()

    def verify_(self) -> None:
        if not isinstance(self.block.last_op, YieldOp):
            raise VerifyException(f"{self.name} ends with rt.yield")
        if len(self.yielded) != len(self.results):
            raise VerifyException(f"yields {len(self.yielded)} values and has {len(self.results)} results")
        if len(self.block.args) != len(self.operands):
            raise VerifyException("as many arguments as operands")


@irdl_op_definition
class ProgramOp(CompactOp):
    """A program at the scheduled level and below: declarations first, then regions in order.

    A region may run `block` samples before the next one does, but never past a tick that does something.
    """

    name = "rt.program"
    sym_name = prop_def(StringAttr)
    kind = prop_def(StringAttr)
    inputs = prop_def(IntAttr)
    voices = opt_prop_def(IntAttr)
    voice_slots = opt_prop_def(IntAttr)
    flags = opt_prop_def(IntAttr)
    static_bytes = opt_prop_def(IntAttr)
    block = opt_prop_def(IntAttr)
    params = prop_def(ArrayAttr)
    latency = opt_prop_def(IntAttr)
    tail = opt_prop_def(FloatAttr)
    input_buses = opt_prop_def(ArrayAttr)
    output_buses = opt_prop_def(ArrayAttr)
    body = region_def("single_block")
    traits = traits_def(SymbolOpInterface(), NoTerminator(), IsolatedFromAbove())

    @property
    def audio(self) -> str:
        """The element type of every channel: f32, or f64 if its flags say so."""
        return ProgramFlag(self.flags.data if self.flags is not None else 0).audio


@irdl_op_definition
class InitOp(RegionOp):
    """Runs once per prepare, on zeroed memory whose slots have their initial values."""

    name = "rt.init"


@irdl_op_definition
class TickOp(RegionOp):
    """Runs at every control tick."""

    name = "rt.tick"


class BlockOp(RegionOp):
    """Runs for each sample of a block. Operands are buffers, the block's arguments their samples."""

    args = var_operand_def(BufferType)
    results_ = var_result_def(BufferType)
    buffers = opt_prop_def(ArrayAttr[IntAttr])
    offsets = opt_prop_def(ArrayAttr[IntAttr])

    def verify_(self) -> None:
        super().verify_()
        for arg, buffer in zip(self.block.args, self.args, strict=True):
            if arg.type != cast(BufferType, buffer.type).element:
                raise VerifyException("an argument is a sample of its buffer")
        for value, buffer in zip(self.yielded, self.results_, strict=True):
            if value.type != buffer.type.element:
                raise VerifyException("a yielded value is a sample of its buffer")


@irdl_op_definition
class VecOp(BlockOp):
    """Samples that do not depend on one another: no slot is written that is read.

    A target with vectors may run `lanes` samples side by side; the bits are the same.
    """

    name = "rt.vec"
    lanes = opt_prop_def(IntAttr)


@irdl_op_definition
class RecOp(BlockOp):
    """Samples in order."""

    name = "rt.rec"


@irdl_op_definition
class VoicesOp(RegionOp):
    """The regions inside, for each group of `width` voices; a group in which none is active is skipped.

    The body is made of `rt.tick` and blocks; it yields buffers with one lane a voice, and the results are
    the sums over all voices, in a halving tree. A group that was skipped gives +0.
    """

    name = "rt.voices"
    count = prop_def(IntAttr)
    width = prop_def(IntAttr)
    args = var_operand_def(BufferType)
    results_ = var_result_def(BufferType)
    buffers = opt_prop_def(ArrayAttr[IntAttr])
    offsets = opt_prop_def(ArrayAttr[IntAttr])
    leaves = opt_prop_def(ArrayAttr[IntAttr])

    @property
    def groups(self) -> int:
        return -(-self.count.data // self.width.data)

    def verify_(self) -> None:
        super().verify_()
        if not 1 <= self.width.data <= self.count.data:
            raise VerifyException(f"{self.count.data} voices do not fill {self.width.data} lanes")
        for arg, buffer in zip(self.block.args, self.args, strict=True):
            if arg.type != buffer.type:
                raise VerifyException("an argument is its buffer")
        for value, result in zip(self.yielded, self.results_, strict=True):
            if value.type != BufferType(vector(element_of(result.type), self.width.data)):
                raise VerifyException(f"yields buffers with {self.width.data} lanes")


@irdl_op_definition
class InputOp(CompactOp):
    """An input channel's samples, as the host gave them."""

    name = "rt.input"
    channel = prop_def(IntAttr)
    result = result_def(BufferType)
    traits = traits_def(Pure())


@irdl_op_definition
class OutputOp(CompactOp):
    """The buffers of the output channels; the last operation of a program."""

    name = "rt.output"
    buffers = var_operand_def(BufferType)


# --- inside regions -------------------------------------------------------------------------------

@irdl_op_definition
class LineReadOp(CompactOp):
    """A delay line's sample `distance` (i32, at least 1) samples before `position` (u32; else the frame)."""

    name = "rt.line_read"
    symbol = prop_def(SymbolRefAttr)
    distance = operand_def()
    position = opt_operand_def()
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    @property
    def line(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class LineWriteOp(CompactOp):
    """Enters a sample into a delay line, at once, at `position` (u32; else the frame)."""

    name = "rt.line_write"
    symbol = prop_def(SymbolRefAttr)
    value = operand_def()
    position = opt_operand_def()
    rate = opt_prop_def(StringAttr)
    traits = traits_def(MemoryWriteEffect())

    @property
    def line(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class LineClearOp(CompactOp):
    """Fills a delay line with zeros, in the lanes where the condition holds."""

    name = "rt.line_clear"
    symbol = prop_def(SymbolRefAttr)
    condition = operand_def()
    rate = opt_prop_def(StringAttr)
    traits = traits_def(MemoryWriteEffect())

    @property
    def line(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class LongestOp(CompactOp):
    """The longest delay that a line was prepared for, in samples (i32)."""

    name = "rt.longest"
    symbol = prop_def(SymbolRefAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    @property
    def line(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class LookupOp(CompactOp):
    """A table's element; the index (i32) is inside the table."""

    name = "rt.lookup"
    symbol = prop_def(SymbolRefAttr)
    index = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    @property
    def table(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class FrameOp(CompactOp):
    """The number of this sample in the stream (u32, wraps)."""

    name = "rt.frame"
    result = result_def()
    traits = traits_def(MemoryReadEffect())


@irdl_op_definition
class SampleRateOp(CompactOp):
    """The sample rate (f64)."""

    name = "rt.sample_rate"
    result = result_def()
    traits = traits_def(MemoryReadEffect())


@irdl_op_definition
class TickAllOp(CompactOp):
    """Whether this tick is for the program and all voices, not only for voices that are marked."""

    name = "rt.tick_all"
    result = result_def()
    traits = traits_def(MemoryReadEffect())


INSIDE: tuple[type[Operation], ...] = (
    LoopOp, RepeatOp, WhenOp, ReduceOp, StackOp, PickOp, ReadOp, AdvanceOp, PreviousOp, WriteOp, LoadOp, StoreOp,
    LineReadOp, LineWriteOp, LineClearOp, LongestOp, LookupOp, RecordedOp, RecordingFramesOp, RecordingRateOp, FrameOp,
    SampleRateOp, TickAllOp, PackOp, ReadLanesOp, WriteLanesOp, YieldOp,
)  # fmt: skip
"""What may stand inside a region beside scalar operations, constants, lanes and splats."""

Placed = SlotOp | LineOp | RecordingOp
"""Declarations that have a place in the core's memory."""

Rt = Dialect(
    "rt",
    [
        SlotOp, LineOp, TableOp, RecordingOp, ProgramOp, InitOp, TickOp, VecOp, RecOp, VoicesOp, InputOp, OutputOp,
        *INSIDE,
    ],
    [BufferType, StackType],
)  # fmt: skip
"""The dialect, as xDSL registers it."""

__all__ = ["REDUCTIONS", "ROLES", "LanesAccessOp", "Rt", "SignalType", "SlotAccessOp", "TurnsOp"]
