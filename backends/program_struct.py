"""A `ProgramLayout` as a `dspc_program` in memory."""

from __future__ import annotations

from typing import Any

from dspc.dialects.layout import ABI, SCALE_CODES, TYPE_CODES, BusInfo, ParamInfo, ProgramLayout

CData = Any


def build_program(
    ffi: Any, layout: ProgramLayout, *, sizes: CData, init: CData, run: CData, code: CData | None = None
) -> tuple[CData, tuple[object, ...]]:
    """The struct, and what must be kept alive as long as it is used.

    `sizes`, `init` and `run` are function pointers; `code` is the core's own.
    """
    keep: list[object] = []

    def text(string: str) -> CData:
        keep.append(ffi.new("char[]", string.encode()))
        return keep[-1]

    def table(type_name: str, rows: list[Any]) -> CData:
        keep.append(ffi.new(f"{type_name}[]", rows))
        return keep[-1]

    def sound(data: bytes) -> CData:
        keep.append(ffi.from_buffer("float[]", data))
        return keep[-1]

    def buses(found: tuple[BusInfo, ...]) -> CData:
        return table("dspc_bus", [(text(b.name), b.channels, int(b.flags), b.cell) for b in found])

    voices = ("voices", "voice_slots", "voice_base", "voice_width", "voice_stride", "voice_fields")
    program = ffi.new("dspc_program *", {
        "abi": ABI, "flags": int(layout.flags), "name": text(layout.name),
        "inputs": layout.inputs, "outputs": layout.outputs, "latency": layout.latency, "tail": layout.tail,
        "static_bytes": layout.static_bytes, **{name: getattr(layout, name) for name in voices},
        "param_count": len(layout.params), "init_count": len(layout.inits),
        "line_count": len(layout.lines), "controller_count": len(layout.controllers),
        "transport_cells": layout.transport_cells, "meter_count": len(layout.meters),
        "input_bus_count": len(layout.input_buses), "output_bus_count": len(layout.output_buses),
        "sample_count": len(layout.samples),
        "params": table("dspc_param", [_param(p, text) for p in layout.params]),
        "inits": table("dspc_init", [(i.offset, i.bytes, i.count, i.stride, i.bits) for i in layout.inits]),
        "lines": table("dspc_line", [(n.cell, n.bytes, n.lanes) for n in layout.lines]),
        "controllers": table("dspc_controller", [(c.number, c.cell, c.init) for c in layout.controllers]),
        "meters": table("dspc_meter", [(text(m.name), m.cell) for m in layout.meters]),
        "input_buses": buses(layout.input_buses), "output_buses": buses(layout.output_buses),
        "samples": table("dspc_sample", [
            (text(s.name), sound(s.data), s.frames, s.channels, s.cell, s.rate) for s in layout.samples]),
        "code": ffi.NULL if code is None else code, "sizes": sizes, "init": init, "run": run,
    })  # fmt: skip
    return program, (program, *keep)


def _param(p: ParamInfo, text: Any) -> dict[str, Any]:
    return {
        "id": text(p.id), "name": text(p.name), "unit": text(p.unit), "group": text(p.group),
        "labels": text(p.label_text), "min": p.min, "max": p.max, "init": p.init, "step": p.step,
        "type": TYPE_CODES[p.type], "scale": SCALE_CODES[p.scale], "flags": int(p.flags), "cell": p.cell,
    }  # fmt: skip
