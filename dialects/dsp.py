"""The `dsp` dialect: signals and what is done with them, before time, memory and lanes are decided.

Three kinds of operation: scalar operations (one row of the scalar table each, `scalar_ops.py`), primitives
(`SampleOp`, whose `step` is their meaning, `primitives/`), and structure (program, voices, bank, feedback,
scope: here). This module is the dialect's whole surface.
"""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, DenseIntOrFPElementsAttr, FloatAttr, IntAttr, StringAttr
from xdsl.ir import Dialect
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import (
    IsolatedFromAbove,
    IsTerminator,
    MemoryWriteEffect,
    Pure,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.arrays import LanesOp, PickOp, ReduceOp, StackOp
from dspc.dialects.bodies import (
    BankOp,
    BodyOp,
    FeedbackOp,
    RepeatOp,
    RestartOp,
    ScopeOp,
    VoicesOp,
    WhenOp,
    YieldOp,
    enclosing,
)
from dspc.dialects.primitives import PRIMITIVES
from dspc.dialects.primitives.biquads import BiquadsOp
from dspc.dialects.primitives.controls import ControllerOp, ControlOp, ParamOp
from dspc.dialects.primitives.host import TRANSPORT_FIELDS, ConnectedOp, MeterOp, TransportOp
from dspc.dialects.primitives.latency import AheadOp
from dspc.dialects.primitives.memory import DELAY_INTERPOLATIONS, DelayOp, LookupOp
from dspc.dialects.primitives.recordings import RecordedOp, RecordingFramesOp, RecordingOp, RecordingRateOp
from dspc.dialects.primitives.sources import NoiseOp, PhasorOp
from dspc.dialects.primitives.stream import FrameOp, SampleRateOp, SanitizeOp
from dspc.dialects.primitives.voices import VOICE_FIELDS, NoteOp, PortamentoOp, VoiceEndOp
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.scalar_ops import (
    MATH_FUNCTIONS,
    MATH_OPS,
    SCALAR_OPS,
    ConstantOp,
    Materialize,
    MathOp,
    ScalarOp,
    number_attr,
    number_of,
    scalar_op,
)
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import MemoryType, SignalType, element_of, width_of
from dspc.dialects.working_memory import LoadOp, MemoryOp, StoreOp, TableInitOp


@irdl_op_definition
class OutputOp(CompactOp):
    """Ends a program: the signals of its output channels."""

    name = "dsp.output"
    values = var_operand_def()
    traits = traits_def(IsTerminator())


@irdl_op_definition
class ProgramOp(CompactOp):
    """A program; its block's arguments are the input channels.

    `latency` is in frames, `tail` in seconds. A bus is a dictionary of its name, channels and whether it is a
    side chain; without buses all inputs, and all outputs, are one.
    """

    name = "dsp.program"
    sym_name = prop_def(StringAttr)
    kind = prop_def(StringAttr)
    voices = opt_prop_def(IntAttr)
    flags = opt_prop_def(IntAttr)
    params = opt_prop_def(ArrayAttr)
    latency = opt_prop_def(IntAttr)
    tail = opt_prop_def(FloatAttr)
    input_buses = opt_prop_def(ArrayAttr)
    output_buses = opt_prop_def(ArrayAttr)
    body = region_def("single_block")
    traits = traits_def(SymbolOpInterface(), IsolatedFromAbove())

    def verify_(self) -> None:
        if self.kind.data not in ("effect", "instrument"):
            raise VerifyException('kind is "effect" or "instrument"')
        if not isinstance(self.body.block.last_op, OutputOp):
            raise VerifyException("a program ends with dsp.output")


@irdl_op_definition
class TableOp(CompactOp):
    """Constant samples that `dsp.lookup` reads."""

    name = "dsp.table"
    sym_name = prop_def(StringAttr)
    data = prop_def(DenseIntOrFPElementsAttr)
    traits = traits_def(SymbolOpInterface())


@irdl_op_definition
class LineOp(CompactOp):
    """A delay line that several `dsp.delay` read; `x` enters it at every sample.

    The longest distance is `max_samples + ceil(max_seconds * sample rate)`; none is below `min_samples`.
    """

    name = "dsp.line"
    sym_name = prop_def(StringAttr)
    x = operand_def()
    max_samples = prop_def(IntAttr)
    max_seconds = prop_def(FloatAttr)
    min_samples = prop_def(IntAttr)
    traits = traits_def(MemoryWriteEffect())

    def verify_(self) -> None:
        if self.min_samples.data < 1 or self.max_samples.data < 0 or self.max_seconds.value.data < 0.0:
            raise VerifyException("a line's delays are not negative, the shortest is at least 1")


@irdl_op_definition
class SplatOp(CompactOp):
    """One value in all lanes of a vector."""

    name = "dsp.splat"
    x = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if width_of(self.x.type) != 1:
            raise VerifyException("takes one value, not a vector")
        if element_of(self.x.type) != element_of(self.result.type):
            raise VerifyException("operand and result have one element type")


Dsp = Dialect(
    "dsp",
    [
        ConstantOp, *SCALAR_OPS.values(), *MATH_OPS.values(), *PRIMITIVES, YieldOp, OutputOp, ProgramOp, TableOp,
        RecordingOp, LineOp, VoicesOp, BankOp, FeedbackOp, ScopeOp, WhenOp, RestartOp, RepeatOp, ReduceOp, LanesOp,
        StackOp, PickOp, MemoryOp, TableInitOp, LoadOp, StoreOp, SplatOp,
    ],
    [SignalType, MemoryType],
    [Materialize()],
)  # fmt: skip
"""The dialect, as xDSL registers it."""

__all__ = [
    "AheadOp", "BankOp", "BiquadsOp", "BodyOp", "ConnectedOp", "ConstantOp", "ControlOp", "ControllerOp",
    "DELAY_INTERPOLATIONS", "DelayOp", "Dsp", "FeedbackOp", "FrameOp", "LanesOp", "LineOp", "LoadOp", "LookupOp",
    "MATH_FUNCTIONS", "MATH_OPS", "MathOp", "MemoryOp", "MeterOp", "NoiseOp", "NoteOp", "OutputOp", "PRIMITIVES",
    "ParamOp", "PhasorOp", "PickOp", "PortamentoOp", "ProgramOp", "RecordedOp", "RecordingFramesOp",
    "RecordingOp", "RecordingRateOp", "ReduceOp", "RepeatOp", "RestartOp", "SCALAR_OPS",
    "SampleOp", "SampleRateOp", "SanitizeOp", "ScalarOp", "ScopeOp", "Slot", "SplatOp", "StackOp", "StoreOp",
    "TRANSPORT_FIELDS", "TableInitOp", "TableOp", "TransportOp", "VOICE_FIELDS", "VoiceEndOp", "VoicesOp", "WhenOp",
    "YieldOp", "enclosing", "number_attr", "number_of", "scalar_op",
]  # fmt: skip
