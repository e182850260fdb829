"""Recorded sounds that a host may replace: their samples, how many there are, and at what rate."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FloatAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.rt_recordings import verify_recording
from dspc.dialects.sample_op import SampleOp
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import element_of, is_float


@irdl_op_definition
class RecordingOp(CompactOp):
    """A sound that hosts know as `label` and may replace: `channels` rows of `data`, at `rate` Hz."""

    name = "dsp.recording"
    sym_name = prop_def(StringAttr)
    label = prop_def(StringAttr)
    channels = prop_def(IntAttr)
    rate = prop_def(FloatAttr)
    data = prop_def(DenseIntOrFPElementsAttr)
    traits = traits_def(SymbolOpInterface())

    def verify_(self) -> None:
        verify_recording(self.data, self.channels.data, self.rate.value.data)


@irdl_op_definition
class RecordedOp(SampleOp):
    """A sample of a recording of `channels` channels, one after the other, at an i32, which is clamped to it."""

    name = "dsp.recorded"
    symbol = prop_def(SymbolRefAttr)
    channels = prop_def(IntAttr)
    index = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if element_of(self.index.type) != "i32" or self.channels.data < 1:
            raise VerifyException("the index is an i32, the number of channels at least 1")
        if not is_float(self.result.type):
            raise VerifyException("the recording is read as f32 or f64")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        sound = s.recording(self.symbol.string_value())
        return sound.read(k.clamp(operands[0], 0, sound.last(self.channels.data)))


@irdl_op_definition
class RecordingFramesOp(SampleOp):
    """How many frames the sound has that is loaded, an i32 at init rate."""

    name = "dsp.recording_frames"
    symbol = prop_def(SymbolRefAttr)
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.recording(self.symbol.string_value()).frames


@irdl_op_definition
class RecordingRateOp(SampleOp):
    """The rate of the sound that is loaded, an f64 at init rate; hosts give it as an f32."""

    name = "dsp.recording_rate"
    symbol = prop_def(SymbolRefAttr)
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return k.convert(s.recording(self.symbol.string_value()).rate, "f64")
