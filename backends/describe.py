"""What hosts are told of a legal program: its `ProgramLayout`."""

from __future__ import annotations

import struct
from math import prod
from typing import Any, cast

from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, IntAttr, StringAttr

from dspc.backends.ports import meter_info, ports, sample_info
from dspc.dialects import dsp, rt
from dspc.dialects.layout import (
    NONE,
    ControllerInfo,
    InitInfo,
    LineInfo,
    ParamFlag,
    ParamInfo,
    ProgramFlag,
    ProgramLayout,
    TransportCell,
    VoiceField,
)
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of, width_of

_PACKING = {"f32": "<f", "f64": "<d", "i32": "<i", "u32": "<I", "u64": "<Q", "bool": "<I"}
FIELDS = {f.name.lower(): f for f in VoiceField} | {"voice": VoiceField.INDEX}


def describe(program: rt.ProgramOp) -> ProgramLayout:
    """The layout of a program whose state has been laid out."""
    slots = [op for op in program.body.block.ops if isinstance(op, rt.SlotOp)]
    lines = [op for op in program.body.block.ops if isinstance(op, rt.LineOp)]
    recordings = [op for op in program.body.block.ops if isinstance(op, rt.RecordingOp)]
    cells = {(s.role.data, s.field.data): s for s in slots}
    output = next(op for op in program.body.block.ops if isinstance(op, rt.OutputOp))
    return ProgramLayout(
        name=program.sym_name.data,
        inputs=program.inputs.data,
        outputs=len(output.operands),
        static_bytes=_number(program.static_bytes),
        flags=ProgramFlag(_number(program.flags)),
        voices=_number(program.voices),
        voice_slots=_number(program.voice_slots),
        params=tuple(_param(p, cells) for p in program.params.data),
        inits=tuple(_init(s) for s in slots if _bits(s)),
        lines=tuple(LineInfo(_number(op.offset), BYTES[element_of(op.type)], op.copies) for op in lines),
        controllers=tuple(_controllers(slots)),
        transport_cells=tuple(_offset(cells.get(("transport", c.name.lower()))) for c in TransportCell),
        meters=tuple(meter_info(s.field.data, _number(s.offset)) for s in slots if s.role.data == "meter"),
        samples=tuple(sample_info(op, _number(op.offset)) for op in recordings),
        **ports(program, program.inputs.data, len(output.operands), lambda name: _offset(cells.get(("bus", name)))),
        **_voices(slots),
    )


def line_lengths(program: rt.ProgramOp) -> tuple[tuple[int, float], ...]:
    """For each line the longest delay, as (samples, seconds)."""
    lines = [op for op in program.body.block.ops if isinstance(op, rt.LineOp)]
    return tuple((op.max_samples.data, op.max_seconds.value.data) for op in lines)


def _number(attr: IntAttr | None) -> int:
    return attr.data if attr is not None else 0


def _offset(slot: rt.SlotOp | None) -> int:
    """Where a cell is, `NONE` for what the program does not use."""
    return _number(slot.offset) if slot is not None else NONE


def _bits(slot: rt.SlotOp) -> int:
    element = element_of(slot.type)
    number: Any = dsp.number_of(slot.init)
    if element not in ("f32", "f64"):
        number = int(number)
    return int.from_bytes(struct.pack(_PACKING[element], number), "little")


def _init(slot: rt.SlotOp) -> InitInfo:
    """All copies and lanes of a slot; inside a group they follow each other."""
    size = BYTES[element_of(slot.type)]
    voice = slot.voice is not None
    inner = prod(slot.sizes[1:] if voice else slot.sizes) * width_of(slot.type)
    groups = slot.sizes[0] if voice else 1
    stride = slot.strides.data[0].data if voice and slot.strides is not None else 0
    return InitInfo(_number(slot.offset), _bits(slot), size, (groups, inner, 1), (stride, size, 0))


def _param(info: Any, cells: dict[tuple[str, str], rt.SlotOp]) -> ParamInfo:
    assert isinstance(info, DictionaryAttr)
    id_ = info.data["id"]
    assert isinstance(id_, StringAttr)
    return param_info(info, _offset(cells.get(("param", id_.data))))


def param_info(info: DictionaryAttr, cell: int) -> ParamInfo:
    """A parameter as hosts see it, from what `dsp.param` says of it."""
    texts = {k: v.data for k, v in info.data.items() if isinstance(v, StringAttr)}
    numbers: dict[str, float] = {k: cast(Any, v).value.data for k, v in info.data.items() if isinstance(v, FloatAttr)}
    flags = info.data["flags"]
    assert isinstance(flags, IntAttr)
    return ParamInfo(
        id=texts["id"], name=texts["name"], min=numbers["min"], max=numbers["max"], init=numbers["default"],
        cell=cell, unit=texts["unit"], group=texts["group"], labels=tuple(texts["labels"].splitlines()),
        step=numbers["step"], type=element_of(info.data["type"]), scale=texts["scale"],
        flags=ParamFlag(cast(IntAttr, flags).data),
    )  # fmt: skip


def _controllers(slots: list[rt.SlotOp]) -> list[ControllerInfo]:
    return [
        ControllerInfo(int(s.field.data), _number(s.offset), dsp.number_of(s.init))
        for s in slots
        if s.role.data == "controller"
    ]


def _voices(slots: list[rt.SlotOp]) -> dict[str, Any]:
    """Where the engine finds the cells of the voices."""
    mine = [s for s in slots if s.voice is not None]
    if not mine:
        return {}
    base = min(_number(s.offset) for s in mine)
    fields = [NONE] * len(VoiceField)
    stride, width = 0, 1
    for slot in mine:
        if slot.role.data == "voice":
            fields[FIELDS[slot.field.data]] = _number(slot.offset) - base
            width = width_of(slot.type)
            assert slot.strides is not None
            stride = slot.strides.data[0].data
    return {"voice_base": base, "voice_fields": tuple(fields), "voice_width": width, "voice_stride": stride}
