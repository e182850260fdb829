"""Recorded sounds in `rt`: the declaration, and what reads it. The dialect's surface is `dialects/rt.py`."""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FloatAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, traits_def
from xdsl.traits import Pure, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import element_of


@irdl_op_definition
class RecordingOp(CompactOp):
    """A sound that a host may replace: `channels` rows of `data`, at `rate` Hz, known to hosts as `label`.

    `offset` is that of its cell: two u32 and an f32, which say where the sound lies, its frames, its rate.
    """

    name = "rt.recording"
    sym_name = prop_def(StringAttr)
    label = prop_def(StringAttr)
    channels = prop_def(IntAttr)
    rate = prop_def(FloatAttr)
    data = prop_def(DenseIntOrFPElementsAttr)
    offset = opt_prop_def(IntAttr)
    traits = traits_def(SymbolOpInterface())

    @property
    def element(self) -> str:
        return element_of(self.data.get_element_type())

    def verify_(self) -> None:
        verify_recording(self.data, self.channels.data, self.rate.value.data)


def verify_recording(data: DenseIntOrFPElementsAttr, channels: int, rate: float) -> None:
    """Raises `VerifyException` for what is no sound."""
    size = len(data.get_values())
    if element_of(data.get_element_type()) not in ("f32", "f64"):
        raise VerifyException("a recording is f32 or f64")
    if channels < 1 or size < 1 or size % channels:
        raise VerifyException(f"{size} samples are no {channels} channels")
    if not 1.0 <= rate <= 1e9:
        raise VerifyException("the rate of a recording is in 1..1e9 Hz")


@irdl_op_definition
class RecordedOp(CompactOp):
    """A sample of a recording, counted through all channels; the index (i32) is inside the sound."""

    name = "rt.recorded"
    symbol = prop_def(SymbolRefAttr)
    index = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    @property
    def recording(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class RecordingFramesOp(CompactOp):
    """How many frames the recording has that the host has loaded (i32)."""

    name = "rt.recording_frames"
    symbol = prop_def(SymbolRefAttr)
    result = result_def()
    traits = traits_def(Pure())

    @property
    def recording(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class RecordingRateOp(CompactOp):
    """The rate in Hz of the recording that the host has loaded (f32)."""

    name = "rt.recording_rate"
    symbol = prop_def(SymbolRefAttr)
    result = result_def()
    traits = traits_def(Pure())

    @property
    def recording(self) -> str:
        return self.symbol.string_value()
