"""What a program says of its ports and its time, the same at every level: buses, latency, tail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr

from dspc.dialects import dsp, rt
from dspc.dialects.layout import NONE, BusFlag, BusInfo, MeterInfo, SampleInfo
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.types import element_of

MAIN = "main"
"""The bus of a program that names none."""

CellOf = Callable[[str], int]
"""The cell that says whether the input bus of a name is connected, or `NONE`."""


def ports(program: dsp.ProgramOp | rt.ProgramOp, inputs: int, outputs: int, cell_of: CellOf) -> dict[str, Any]:
    """The fields of a `ProgramLayout` that its properties say."""
    return {
        "latency": program.latency.data if program.latency is not None else 0,
        "tail": program.tail.value.data if program.tail is not None else 0.0,
        "input_buses": _buses(program.input_buses, inputs, cell_of),
        "output_buses": _buses(program.output_buses, outputs, lambda _: NONE),
    }


def _buses(declared: ArrayAttr[Any] | None, channels: int, cell_of: CellOf) -> tuple[BusInfo, ...]:
    if declared is None:
        return (BusInfo(MAIN, channels, cell=cell_of(MAIN)),) if channels else ()
    return tuple(_bus(bus, cell_of) for bus in declared.data)


def _bus(bus: DictionaryAttr, cell_of: CellOf) -> BusInfo:
    said: Any = bus.data
    name, flag = said["name"].data, BusFlag.SIDECHAIN if "sidechain" in said else BusFlag(0)
    return BusInfo(name, said["channels"].data, flag, cell_of(name))


def sample_info(op: dsp.RecordingOp | rt.RecordingOp, cell: int) -> SampleInfo:
    """A sound that hosts may replace."""
    element = element_of(op.data.get_element_type())
    data = np.array(op.data.get_values(), NUMPY_TYPES[element]).tobytes()
    return SampleInfo(op.label.data, data, op.rate.value.data, cell, op.channels.data, element)


def meter_info(field: str, cell: int) -> MeterInfo:
    """A meter of the key that `dsp.meter` gives it."""
    return MeterInfo(field.partition(".")[2], cell)
