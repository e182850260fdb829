"""dialects/layout.py says what engine.h says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from toy_programs import KINDS, LAYOUTS, PythonToy, ToyLibrary

from dspc.dialects import layout
from dspc.runtime.source import read_source

SCALARS = (
    "abi", "flags", "inputs", "outputs", "latency", "tail", "static_bytes",
    "voices", "voice_slots", "voice_base", "voice_width", "voice_stride",
    "param_count", "init_count", "line_count", "controller_count", "meter_count", "input_bus_count", "output_bus_count",
    "sample_count",
)  # fmt: skip
TABLES = {
    "params": (
        "id", "name", "unit", "group", "labels",
        "min", "max", "init", "step", "type", "scale", "flags", "cell",
    ),
    "inits": ("offset", "bytes", "count", "stride", "bits"),
    "lines": ("cell", "bytes", "lanes"),
    "controllers": ("number", "cell", "init"),
    "meters": ("name", "cell"),
    "input_buses": ("name", "channels", "flags", "cell"),
    "output_buses": ("name", "channels", "flags", "cell"),
    "samples": ("name", "frames", "channels", "cell", "rate"),
}  # fmt: skip
COUNTS = {"input_buses": "input_bus_count", "output_buses": "output_bus_count"}


def test_constants() -> None:
    header = read_source("engine.h")
    names = {"ABI", "TICK", "FADE", "ALIGN", "NONE", "CORE_HEADER", "MAX_LINES", "MAX_VOICES"}
    for name in names:
        found = re.search(rf"#define DSPC_{name} (\w+)", header)
        assert found and int(found[1].rstrip("u"), 0) == getattr(layout, name), name
    assert f"#define DSPC_F64_AUDIO {int(layout.ProgramFlag.F64)}u" in header


def test_enumerations(toy: ToyLibrary) -> None:
    for field in layout.VoiceField:
        assert getattr(toy.lib, f"DSPC_VOICE_{field.name}") == field
    assert len(layout.VoiceField) == toy.lib.DSPC_VOICE_FIELDS
    for cell in layout.TransportCell:
        assert getattr(toy.lib, f"DSPC_TRANSPORT_{cell.name}") == cell
    assert len(layout.TransportCell) == len(layout.TRANSPORT_TYPES) == toy.lib.DSPC_TRANSPORT_FIELDS
    for name, code in layout.TYPE_CODES.items():
        assert getattr(toy.lib, f"DSPC_{name.upper()}") == code


def test_core_header(toy: ToyLibrary) -> None:
    offsets = [toy.ffi.offsetof("dspc_core", f) for f in ("frame", "tick_any", "tick_all", "bytes", "sample_rate")]
    assert offsets == [
        layout.CORE_FRAME, layout.CORE_TICK_ANY, layout.CORE_TICK_ALL, layout.CORE_BYTES, layout.CORE_SAMPLE_RATE,
    ]  # fmt: skip


def plain(ffi: Any, value: Any) -> Any:
    """A C value as Python compares it: texts, tuples and numbers."""
    if not isinstance(value, ffi.CData):
        return value
    return ffi.string(value) if ffi.typeof(value).kind == "pointer" else tuple(value)


@pytest.mark.parametrize("kind", KINDS)
def test_built_program_equals_the_one_in_c(toy: ToyLibrary, kind: str) -> None:
    hosted = PythonToy(kind).hosted
    a, b = hosted.program, toy.lib.toy_program(KINDS[kind])
    for name in (*SCALARS, "name", "voice_fields", "transport_cells"):
        assert plain(hosted.ffi, getattr(a, name)) == plain(toy.ffi, getattr(b, name)), name
    for table, fields in TABLES.items():
        for i in range(getattr(b, COUNTS.get(table, f"{table[:-1]}_count"))):
            for field in fields:
                mine = plain(hosted.ffi, getattr(getattr(a, table)[i], field))
                assert mine == plain(toy.ffi, getattr(getattr(b, table)[i], field)), (table, i, field)


def test_voice_cell(toy: ToyLibrary) -> None:
    for slot in range(8):
        for field in (layout.VoiceField.ACTIVE, layout.VoiceField.INDEX):
            assert LAYOUTS["poly"].voice_cell(slot, field) == toy.lib.toy_voice_cell(slot, field)
