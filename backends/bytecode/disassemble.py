"""The text of an image: its areas, tables, and the micro-operations of every region, from the bytes alone."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dspc.backends.bytecode.image import Areas, Instruction, LoopRecord, Region, Update, read_sections
from dspc.backends.bytecode.opcodes import BY_NUMBER, Op
from dspc.backends.bytecode.virtual import BLOCK, VOICES
from dspc.dialects.layout import TYPE_CODES

_KINDS = ("init", "tick", "block", "voices")
_ELEMENTS = {code: element for element, code in TYPE_CODES.items()}
_PACKING = {"f32": "<f", "f64": "<d", "i32": "<i", "u32": "<I", "u64": "<Q", "bool": "<I"}
Sections = dict[str, list[Any]]


def disassemble(data: bytes) -> str:
    """The listing of an image. Raises `DspError` DSP342 if it is not whole."""
    return "\n".join(_lines(read_sections(data))) + "\n"


def _lines(s: Sections) -> Iterator[str]:
    program = s["program"][0]
    yield f"program {_string(s, program[1])}: {program[2]} inputs, {len(s['outputs'])} outputs, {program[5]} bytes"
    yield from _declarations(s, Areas(*program[-len(Areas._fields) - 1 : -1]))
    for region in s["regions"][: program[-1]]:
        if region.kind == VOICES:
            yield from _voices(s, region.voices)
        else:
            yield from _Listing(s, region).lines("")
    yield from (f"output {k}: [{row[0]}]" for k, row in enumerate(s["outputs"]))


def _declarations(s: Sections, areas: Areas) -> Iterator[str]:
    yield "memory: " + ", ".join(f"{k} {v}" for k, v in zip(areas._fields, areas, strict=True))
    for row in s["params"]:
        yield f"param {_string(s, row[0])}: [{row[8]}] {_ELEMENTS[row[5]]}, {row[9]:g} .. {row[10]:g}, {row[11]:g}"
    for k, (row, delay) in enumerate(zip(s["lines"], s["delays"], strict=True)):
        yield f"line {k}: [{row[0]}] {row[2]} x {8 * row[1]} bits, {delay.samples} samples + {delay.seconds:g} s"
    for k, table in enumerate(s["tables"]):
        yield f"table {k}: {table.length} x {8 * table.bytes} bits"
    for section, types, letter in (("constants", "types", "r"), ("wide_constants", "wide_types", "w")):
        for constant in s[section]:
            element = _ELEMENTS[s[types][constant.reg][0] & 7]
            raw = constant.bits.to_bytes(8, "little")[: struct.calcsize(_PACKING[element])]
            yield f"{letter}{constant.reg} = {struct.unpack(_PACKING[element], raw)[0]!r} {element}"


def _string(s: Sections, offset: int) -> str:
    raw = bytes(row[0] for row in s["strings"][offset:])
    return raw.partition(b"\0")[0].decode(errors="replace")


def _voices(s: Sections, number: int) -> Iterator[str]:
    voices = s["voices"][number]
    yield f"voices: {voices.groups}, active [{voices.active} + {voices.active_stride} v]"
    for region in s["regions"][voices.region_first : voices.region_first + voices.region_count]:
        yield from _Listing(s, region).lines("  ")
    for r in s["results"][voices.result_first : voices.result_first + voices.result_count]:
        yield f"  sum: {BY_NUMBER[r.row].name} [{r.source}] over [{r.leaves}] to [{r.target}]"


@dataclass
class _Listing:
    """The text of a region. Cursors that are always 0 are left out."""

    s: Sections
    region: Region
    moving: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        region = self.region
        rows = self.s["cursors"][region.cursor_first : region.cursor_first + region.cursor_count]
        self.strides = {k: row[0] for k, row in enumerate(rows) if row[0]}
        self.code: list[Instruction] = self.s["code"][region.first : region.first + region.length]
        self.moving |= self.strides.keys()
        for i in self.code:
            if BY_NUMBER[i.op].name == "loop":
                self.moving.update(u.cursor for u in self._updates(i.imm))

    def lines(self, indent: str) -> Iterator[str]:
        cursors = ", ".join(f"c{k} = {stride} v" for k, stride in self.strides.items())
        yield f"{indent}{_KINDS[self.region.kind]}:" + (f" {cursors}" if cursors else "")
        targets = {i.imm for i in self.code if BY_NUMBER[i.op].name == "next"}
        wide, depth = self.region.kind == BLOCK, 1
        for k, i in enumerate(self.code, self.region.first):
            op = BY_NUMBER[i.op]
            if k in targets:
                yield f"{indent}{'  ' * depth}each sample:"
                depth += 1
            depth -= op.name in ("again", "next", "done")
            yield f"{indent}{'  ' * depth}{self._instruction(i, op, wide)}"
            depth += op.name in ("loop", "run", "when")
            if op.name == "end":
                depth -= 1
            wide = op.name != "run" if op.name in ("run", "end") else wide

    def _updates(self, loop: int) -> list[Update]:
        record: LoopRecord = self.s["loops"][loop]
        return self.s["updates"][record.update_first : record.update_first + record.update_count]

    def _instruction(self, i: Instruction, op: Op, wide: bool) -> str:
        """`mul.f32 r5, r3, r4`; `load.32 r1, [72 + c1]`."""
        operands = [(kind, n) for kind, n in zip((op.dst, *op.operands), i[1:5], strict=True) if kind != "none"]
        words = [f"{'w' if wide or kind.startswith('wide') else 'r'}{n}" for kind, n in operands if kind != "cursor"]
        cursor = next((f" + c{n}" for kind, n in operands if kind == "cursor" and n in self.moving), "")
        immediate = self._immediate(i, op, cursor)
        return " ".join([op.name, ", ".join([*words, *([immediate] if immediate else [])])]).rstrip()

    def _immediate(self, i: Instruction, op: Op, cursor: str) -> str:
        match op.imm:
            case "state" | "buffer":
                return f"[{i.imm}{cursor}]"
            case "stack":
                return f"stack[{i.imm}{cursor}]"
            case "channel":
                return f"{i.imm}"
            case "element" | "table" | "line":
                what = "line" if op.imm == "line" else "table"
                return f"{what} {i.imm}{cursor}"
            case "sound":
                return f"sample {i.imm}"
            case "reduce":
                d = self.s["reduces"][i.imm]
                sums = f" in {d.partials} sums" if d.partials else ""
                return f"{BY_NUMBER[d.row].name}, {d.leaves} of stack[{d.offset}]{sums}"
            case "array" | "pick":
                array = self.s["arrays"][i.imm]
                name = "stack" if op.imm == "pick" else ""
                return f"{name}[{array.offset}{cursor}] x {array.length}"
            case "loop":
                steps = "".join(f", c{u.cursor} += {u.stride}" for u in self._updates(i.imm))
                return f"{self.s['loops'][i.imm].turns} turns{steps}"
            case _:
                return ""
