"""The .dspb format: records, sections, bytes. `runtime/vm_format.h` has the same in C.

Little-endian: a head (magic, version, size, CRC-32 of all that follows it, number of sections), an entry
(offset, bytes, count) for each section, then the sections in order, each aligned to 8 bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dspc.backends.bytecode.errors import refuse
from dspc.dialects.layout import (
    SCALE_CODES,
    TYPE_CODES,
    BusInfo,
    ControllerInfo,
    InitInfo,
    LineInfo,
    ProgramLayout,
    SampleInfo,
    VoiceField,
)

MAGIC, VERSION = b"DSPB", 2
SUMMED = 16
"""The checksum is over everything from here on."""
_HEAD, _ENTRY = struct.Struct("<4s5I"), struct.Struct("<4I")
NONE = 0xFFFFFFFF

# --- records: the fields of the C structs, without those that are reserved ---


class Instruction(NamedTuple):
    op: int
    dst: int = 0
    a: int = 0
    b: int = 0
    c: int = 0
    imm: int = 0


class Region(NamedTuple):
    kind: int
    voices: int
    first: int
    length: int
    cursor_first: int
    cursor_count: int


class Voices(NamedTuple):
    groups: int
    active: int
    active_stride: int
    region_first: int
    region_count: int
    result_first: int
    result_count: int


class Result(NamedTuple):
    row: int
    bytes: int
    source: int
    leaves: int
    target: int


class LoopRecord(NamedTuple):
    turns: int
    depth: int
    start: int
    update_first: int
    update_count: int


class Update(NamedTuple):
    cursor: int
    stride: int


class ReduceRecord(NamedTuple):
    row: int
    bytes: int
    offset: int
    leaves: int
    partials: int


class ArrayRecord(NamedTuple):
    offset: int
    length: int
    stride: int


class TableRecord(NamedTuple):
    offset: int
    length: int
    bytes: int


class Constant(NamedTuple):
    bits: int
    reg: int


class Delay(NamedTuple):
    seconds: float
    samples: int


class Areas(NamedTuple):
    """Offsets in the core's memory of what is the machine's own; state and buffers end at `state_end`."""

    state_end: int
    cursors_at: int
    registers_at: int
    wide_at: int
    stacks_at: int
    stacks_bytes: int
    work_at: int
    work_bytes: int


SECTIONS: dict[str, tuple[str, Any]] = {
    "program": (f"<4Id6I{len(VoiceField)}I8I8II", None),
    "strings": ("<B", None),
    "params": ("<9I4x4d", None),
    "inits": ("<8IQ", None),
    "lines": ("<3I", None),
    "delays": ("<dI4x", Delay),
    "controllers": ("<2Id", None),
    "meters": ("<2I", None),
    "input_buses": ("<4I", None),
    "output_buses": ("<4I", None),
    "samples": ("<5I4xd", None),
    "tables": ("<3I4x", TableRecord),
    "data": ("<B", None),
    "constants": ("<QI4x", Constant),
    "wide_constants": ("<QI4x", Constant),
    "types": ("<B", None),
    "wide_types": ("<B", None),
    "regions": ("<6I", Region),
    "voices": ("<7I4x", Voices),
    "results": ("<5I4x", Result),
    "outputs": ("<I", None),
    "cursors": ("<I", None),
    "loops": ("<5I4x", LoopRecord),
    "updates": ("<2I", Update),
    "reduces": ("<5I4x", ReduceRecord),
    "arrays": ("<3I4x", ArrayRecord),
    "code": ("<5H2xI", Instruction),
}
"""The format of each section's records, and what they are in Python (None: a plain number, or text and tables)."""


@dataclass
class Image:
    """A program as the machine runs it. `layout.lines` and `layout.static_bytes` are the machine's."""

    layout: ProgramLayout
    areas: Areas
    top_regions: int = 0
    delays: list[Delay] = field(default_factory=list[Delay])
    tables: list[TableRecord] = field(default_factory=list[TableRecord])
    data: bytes = b""
    constants: list[Constant] = field(default_factory=list[Constant])
    wide_constants: list[Constant] = field(default_factory=list[Constant])
    types: bytes = b""
    wide_types: bytes = b""
    regions: list[Region] = field(default_factory=list[Region])
    voices: list[Voices] = field(default_factory=list[Voices])
    results: list[Result] = field(default_factory=list[Result])
    outputs: list[int] = field(default_factory=list[int])
    cursors: list[int] = field(default_factory=list[int])
    loops: list[LoopRecord] = field(default_factory=list[LoopRecord])
    updates: list[Update] = field(default_factory=list[Update])
    reduces: list[ReduceRecord] = field(default_factory=list[ReduceRecord])
    arrays: list[ArrayRecord] = field(default_factory=list[ArrayRecord])
    code: list[Instruction] = field(default_factory=list[Instruction])

    def pack(self) -> bytes:
        """The bytes of the file."""
        strings = _Strings()
        rows: dict[str, bytes] = {
            "program": self._program(strings),
            "params": self._params(strings),
            "inits": _records("inits", map(_init, self.layout.inits)),
            "lines": _records("lines", map(_line, self.layout.lines)),
            "controllers": _records("controllers", map(_controller, self.layout.controllers)),
            "meters": _records("meters", ((strings.add(m.name), m.cell) for m in self.layout.meters)),
            "input_buses": _buses("input_buses", self.layout.input_buses, strings),
            "output_buses": _buses("output_buses", self.layout.output_buses, strings),
            "samples": _samples(self.layout.samples, strings, len(self.data)),
            "strings": strings.data,
            "data": self.data + b"".join(s.data for s in self.layout.samples),
            "types": self.types,
            "wide_types": self.wide_types,
        }
        for name in SECTIONS:
            if name not in rows:
                values: Sequence[Any] = getattr(self, name)
                plain = SECTIONS[name][1] is None
                rows[name] = _records(name, ((v,) for v in values) if plain else values)
        return pack_sections([rows[name] for name in SECTIONS])

    def _program(self, strings: _Strings) -> bytes:
        n = self.layout
        return struct.pack(
            SECTIONS["program"][0],
            int(n.flags), strings.add(n.name), n.inputs, n.latency, n.tail, n.static_bytes, n.voices,
            n.voice_slots, n.voice_base, n.voice_width, n.voice_stride, *n.voice_fields, *n.transport_cells,
            *self.areas, self.top_regions,
        )  # fmt: skip

    def _params(self, strings: _Strings) -> bytes:
        return _records("params", (
            (*map(strings.add, (p.id, p.name, p.unit, p.group, p.label_text)), TYPE_CODES[p.type],
             SCALE_CODES[p.scale], int(p.flags), p.cell, p.min, p.max, p.init, p.step)
            for p in self.layout.params
        ))  # fmt: skip


class _Strings:
    """Texts, each ended by a zero; the same text is kept once."""

    def __init__(self) -> None:
        self.data = b""
        self._known: dict[bytes, int] = {}

    def add(self, text: str) -> int:
        raw = text.replace("\0", "").encode() + b"\0"
        if raw not in self._known:
            self._known[raw] = len(self.data)
            self.data += raw
        return self._known[raw]


def _init(init: InitInfo) -> tuple[int, ...]:
    return init.offset, init.bytes, *init.count, *init.stride, init.bits


def _line(line: LineInfo) -> tuple[int, ...]:
    return line.cell, line.bytes, line.lanes


def _controller(controller: ControllerInfo) -> tuple[float, ...]:
    return controller.number, controller.cell, controller.init


def _buses(section: str, buses: Sequence[BusInfo], strings: _Strings) -> bytes:
    return _records(section, ((strings.add(b.name), b.channels, int(b.flags), b.cell) for b in buses))


def _samples(samples: Sequence[SampleInfo], strings: _Strings, at: int) -> bytes:
    """The sounds follow the tables' data."""
    rows: list[tuple[Any, ...]] = []
    for s in samples:
        rows.append((strings.add(s.name), at, s.frames, s.channels, s.cell, s.rate))
        at += len(s.data)
    return _records("samples", rows)


def _records(section: str, rows: Iterable[tuple[Any, ...]]) -> bytes:
    layout = struct.Struct(SECTIONS[section][0])
    return b"".join(layout.pack(*row) for row in rows)


def pack_sections(contents: Sequence[bytes]) -> bytes:
    """A file of these sections, with head and checksum."""
    offset = _HEAD.size + _ENTRY.size * len(contents)
    entries, body = b"", b""
    for content, (layout, _) in zip(contents, SECTIONS.values(), strict=True):
        entries += _ENTRY.pack(offset + len(body), len(content), len(content) // struct.calcsize(layout), 0)
        body += content + bytes(-len(content) % 8)
    summed = struct.pack("<2I", len(contents), 0) + entries + body
    return _HEAD.pack(MAGIC, VERSION, SUMMED + len(summed), zlib.crc32(summed), len(contents), 0)[:SUMMED] + summed


def read_sections(data: bytes) -> dict[str, list[Any]]:
    """The records of every section: named tuples, or tuples where there is no name, or bytes.

    Raises `DspError` DSP342 if the file is not whole. What the records say is checked by the machine.
    """
    size = _HEAD.size + _ENTRY.size * len(SECTIONS)
    if len(data) < size or data[:4] != MAGIC:
        raise damaged("this is no bytecode")
    _, version, total, checksum, count, _ = _HEAD.unpack_from(data)
    if version != VERSION or count != len(SECTIONS):
        raise damaged(f"bytecode of version {version}, this is version {VERSION}")
    if total != len(data) or checksum != zlib.crc32(data[SUMMED:]):
        raise damaged("the bytecode is damaged")
    found: dict[str, list[Any]] = {}
    for k, (name, (layout, kind)) in enumerate(SECTIONS.items()):
        offset, size, _, _ = _ENTRY.unpack_from(data, _HEAD.size + k * _ENTRY.size)
        rows = struct.iter_unpack(layout, data[offset : offset + size])
        found[name] = [kind(*row) for row in rows] if kind else list(rows)
    return found


def damaged(message: str) -> Exception:
    return refuse(None, message, "emit it again with this version of dspc", "DSP342")
