"""The text of an image: its areas, tables, and the micro-operations of every region, from the bytes alone."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from dspc.backends.bytecode.image import Areas, Instruction, LoopRecord, Region, read_sections
from dspc.backends.bytecode.opcodes import BY_NUMBER, Op
from dspc.backends.bytecode.virtual import WIDE
from dspc.dialects.layout import TYPE_CODES

_KINDS = ("init", "tick", "samples", "wide", "voices")
_ELEMENTS = {code: element for element, code in TYPE_CODES.items()}
_NUMBERS = {"f32": "<f", "f64": "<d", "i32": "<i", "u32": "<I", "u64": "<Q", "bool": "<I"}
Sections = dict[str, list[Any]]


def disassemble(data: bytes) -> str:
    """The listing of an image. Raises `DspError` DSP342 if it is not whole."""
    return "\n".join(_lines(read_sections(data))) + "\n"


def _lines(s: Sections) -> Iterator[str]:
    program = s["program"][0]
    name = _string(s, program[1])
    yield f"program {name}: {program[2]} inputs, {len(s['outputs'])} outputs, {program[5]} bytes"
    areas = Areas(*program[-len(Areas._fields) - 1 : -1])
    yield "areas: " + ", ".join(f"{k} {v}" for k, v in zip(areas._fields, areas, strict=True))
    for row in s["params"]:
        yield f"param {_string(s, row[0])} {_ELEMENTS[row[5]]} [{row[8]}] {row[9]:g} .. {row[10]:g}"
    for k, (row, delay) in enumerate(zip(s["lines"], s["delays"], strict=True)):
        yield f"line {k} [{row[0]}] {row[2]} x {8 * row[1]} bits, {delay.samples} samples + {delay.seconds:g} s"
    for k, table in enumerate(s["tables"]):
        yield f"table {k}: {table.count} x {8 * table.bytes} bits"
    yield from _constants(s, "constants", "types", "r")
    yield from _constants(s, "wide_constants", "wide_types", "w")
    top = program[-1]
    for region in s["regions"][:top]:
        if region.kind == len(_KINDS) - 1:
            yield from _voices(s, region.voices)
        else:
            yield from _region(s, region, "")
    yield from (f"output {k} [{row[0]}]" for k, row in enumerate(s["outputs"]))


def _string(s: Sections, offset: int) -> str:
    raw = bytes(row[0] for row in s["strings"][offset:])
    return raw.partition(b"\0")[0].decode(errors="replace")


def _constants(s: Sections, section: str, types: str, letter: str) -> Iterator[str]:
    for constant in s[section]:
        element = _ELEMENTS[s[types][constant.reg][0] & 7]
        size = struct.calcsize(_NUMBERS[element])
        (value,) = struct.unpack(_NUMBERS[element], constant.bits.to_bytes(8, "little")[:size])
        yield f"constant {letter}{constant.reg} = {value!r} {element}"


def _voices(s: Sections, number: int) -> Iterator[str]:
    voices = s["voices"][number]
    yield f"voices {number}: {voices.groups}, active [{voices.active} + {voices.active_stride} v]"
    for region in s["regions"][voices.region_first : voices.region_first + voices.region_count]:
        yield from _region(s, region, "  ")
    for r in s["results"][voices.result_first : voices.result_first + voices.result_count]:
        yield f"  sum {BY_NUMBER[r.row].name} [{r.source}] over [{r.leaves}] to [{r.target}]"


def _region(s: Sections, region: Region, indent: str) -> Iterator[str]:
    strides = [row[0] for row in s["cursors"][region.cursor_first : region.cursor_first + region.cursor_count]]
    cursors = ", ".join(f"c{k} = {stride} v" for k, stride in enumerate(strides) if stride)
    yield f"{indent}{_KINDS[region.kind]}:" + (f" {cursors}" if cursors else "")
    code: list[Instruction] = s["code"][region.first : region.first + region.count]
    target = next((i.imm for i in code if BY_NUMBER[i.op].name == "next"), None)
    depth = 1
    for k, i in enumerate(code, region.first):
        op = BY_NUMBER[i.op]
        if k == target:
            yield f"{indent} each sample:"
        depth -= op.name == "again"
        yield f"{indent}{'  ' * depth}{_instruction(s, i, op, region.kind == WIDE)}"
        depth += op.name == "loop"


def _instruction(s: Sections, i: Instruction, op: Op, wide: bool) -> str:
    """`mul.f32 r5, r3, r4`; `load.32 r1, [72 + c1]`."""
    letter = "w" if wide else "r"
    operands = [(kind, n) for kind, n in zip((op.dst, *op.operands), i[1:5], strict=True) if kind != "none"]
    words = [f"{letter}{n}" for kind, n in operands if kind != "cursor"]
    cursor = next((f"c{n}" for kind, n in operands if kind == "cursor"), None)
    if (immediate := _immediate(s, i, op, cursor)) is not None:
        words.append(immediate)
    return f"{op.name} {', '.join(words)}".rstrip()


def _immediate(s: Sections, i: Instruction, op: Op, cursor: str | None) -> str | None:
    place = f"[{i.imm} + {cursor}]" if cursor else f"[{i.imm}]"
    match op.imm:
        case "none":
            return None
        case "state" | "buffer":
            return place
        case "stack":
            return "stack" + place
        case "channel" | "next":
            return str(i.imm)
        case "element" | "table":
            return f"table {i.imm}" + (f"[{cursor}]" if cursor else "")
        case "line":
            return f"line {i.imm}" + (f"[{cursor}]" if cursor else "")
        case "reduce":
            d = s["reduces"][i.imm]
            return f"{BY_NUMBER[d.row].name}, {d.count} of stack[{d.offset}]"
        case _:
            loop: LoopRecord = s["loops"][i.imm]
            updates = s["updates"][loop.update_first : loop.update_first + loop.update_count]
            steps = "".join(f", c{u.cursor} += {u.stride}" for u in updates)
            return f"{loop.count} turns{steps}" if op.imm == "loop" else f"loop {i.imm}"


