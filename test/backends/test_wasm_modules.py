"""WebAssembly modules themselves: bytes and text agree, nothing is imported, what cannot be is said."""

from __future__ import annotations

import shutil
import struct
import subprocess

import legal_bodies as bodies
import legal_cases as cases
import legal_elements as elements
import legal_positions as positions
import pytest
import wasmtime
from legal_interpreter import LegalCore
from legal_programs import Text, WasmCore, assert_is_sound
from xdsl.utils.exceptions import VerifyException

from dspc.backends.wasm.emit import emit_bytes, emit_module, emit_text
from dspc.backends.wasm.encoder import SPELLINGS, Function, Instr, Module, encode, signed, unsigned
from dspc.backends.wasm.expressions import spelling
from dspc.backends.wasm.locals import reuse_locals
from dspc.backends.wasm.text import print_float, print_module
from dspc.dialects.scalar import ROWS

B, D = "!rt.buffer<f32>", "!rt.buffer<f64>"


def sections(wasm: bytes) -> dict[int, bytes]:
    """A module's sections by number, those that only comment on it left out."""
    at, found = 8, {}
    while at < len(wasm):
        kind, at, size, shift = wasm[at], at + 1, 0, 0
        while True:
            byte, at = wasm[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        found[kind] = wasm[at : at + size]
        at += size
    found.pop(0, None)
    return found


def assembled(text: str) -> list[bytes]:
    """What assemblers make of a text: wasmtime's, and wabt's where there is one."""
    made = [bytes(wasmtime.wat2wasm(text))]
    if tool := shutil.which("wat2wasm"):
        command = [tool, "-", "--output=-"]
        made.append(subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout)
    return made


CASES = {
    "leaky": cases.leaky, "ticking": cases.ticking, "voiced": lambda: cases.voiced(5), "nested": cases.nested,
    "summing": lambda: cases.summing(40, "min", 39), "handing_on": lambda: cases.handing_on(True),
    "winding": cases.winding, "crossing": cases.crossing, "now_and_again": bodies.now_and_again,
    "banks_again": bodies.banks_again, "mixing": elements.mixing, "running_fast": positions.running_fast,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_text_is_the_same_module(name: str) -> None:
    program = CASES[name]()
    wasm = emit_bytes(program)
    assert_is_sound(wasm)
    for other in assembled(emit_text(program)):
        assert sections(other) == sections(wasm)


def test_every_instruction_has_the_same_bytes_as_text() -> None:
    """In code that never runs, behind `br`, any instruction may stand: operands are of any type there."""
    immediates: dict[str, int] = {"f32": 0x7FC12345, "f64": 1, "i32": 2**32 - 5, "i64": 2**63 + 1}
    module = Module()
    for name, how in SPELLINGS.items():
        if how.immediate not in ("block", "function") and name not in ("else", "end"):
            instr = Instr(name, immediates.get(how.immediate, 0))
            module.add(Function("f" + name.replace(".", "_"), {"x": "i32"}, code=[Instr("br"), instr, Instr("br")]))
    for other in assembled(print_module(module)):
        assert sections(other) == sections(encode(module))


def test_the_table_has_all_that_rows_are_written_with() -> None:
    for row in ROWS:
        assert all(isinstance(part, int) or part.op in SPELLINGS for part in spelling(row.key))


def test_exports() -> None:
    module = wasmtime.Module(wasmtime.Engine(), emit_bytes(cases.leaky()))
    assert [e.name for e in module.exports] == ["memory", "heap_base", "sizes", "init", "run"]
    assert emit_module(cases.leaky()).constants["heap_base"] % 64 == 0


def test_sizes_are_the_longest_delays() -> None:
    text = Text()
    text.line("a", samples=100, seconds=0.25)
    text.line("b", samples=7)
    program = text.program()
    wasm = WasmCore(program, LegalCore(program, 1 << 17))
    assert wasm.instance.lengths(44_101.0, 2) == [100 + 11026, 7]


# --- numbers ------------------------------------------------------------------------------------------


def test_leb128() -> None:
    """The examples of the specification and of the DWARF standard."""
    assert [unsigned(n) for n in (0, 127, 128, 624485)] == [b"\0", b"\x7f", b"\x80\x01", b"\xe5\x8e\x26"]
    assert [signed(n) for n in (2, -2, 63, 64, -64, -65, -123456)] == [
        b"\2", b"\x7e", b"\x3f", b"\xc0\x00", b"\x40", b"\xbf\x7f", b"\xc0\xbb\x78",
    ]  # fmt: skip


FLOATS = [
    0x0,
    0x80000000,
    0x3F800000,
    0x1,
    0x807FFFFF,
    0x7F7FFFFF,
    0x7F800000,
    0xFF800000,
    0x7FC00000,
    0xFFA00001,
]


@pytest.mark.parametrize("bits", FLOATS, ids=hex)
def test_constants_keep_their_bits(bits: int) -> None:
    wide = bits << 32 | bits
    code = [Instr("i32.const", 0), Instr("f32.const", bits), Instr("f32.store", 0), Instr("i32.const", 0),
            Instr("f64.const", wide), Instr("f64.store", 8)]  # fmt: skip
    module = Module([Function("f", {}, code=code)])
    for other in assembled(print_module(module)):
        assert sections(other) == sections(encode(module))


def test_whole_numbers_are_printed_short() -> None:
    numbers = [struct.unpack("<I", struct.pack("<f", x))[0] for x in (1.0, -0.0, 440.0, 0.5)]
    assert [print_float(n, 32) for n in numbers] == ["1", "-0", "440", "0x1.0000000000000p-1"]


def test_locals_live_until_their_loop_ends() -> None:
    """What was set before a loop is not overwritten in it, even behind its last use in the text."""
    function = Function("f", {"n": "i32"})
    kept, inner, later = (function.new_local("i32") for _ in range(3))
    turn = [Instr("local.get", kept), Instr("local.set", inner), Instr("local.get", inner),
            Instr("local.set", later), Instr("local.get", later), Instr("br_if", 0)]  # fmt: skip
    function.code = [Instr("i32.const", 1), Instr("local.set", kept), Instr("loop"), *turn, Instr("end")]
    reuse_locals(function)
    assert len(function.locals) == 2
    assert [i.a for i in function.code if i.op.startswith("local")] == [1, 1, 2, 2, 2, 2]


# --- what is not legal ----------------------------------------------------------------------------------


def slot(rest: str = "offset = 64, strides = []", type_: str = "f32", dims: str = "[]") -> str:
    head = f'rt.slot @s {{type = {type_}, init = 0.0 : f32, dims = {dims}, role = "state", field = ""'
    return head + (f", {rest}}}" if rest else "}")


def tick(*lines: str) -> str:
    return "\n".join(["rt.tick {} {", *lines, "rt.yield", "}"])


def vec(element: str, value: str, options: str = "{offsets = [64]}") -> str:
    head = f"%b = rt.vec {options} : () -> !rt.buffer<{element}> {{"
    return f"{head}\n%c = {value} : () -> {element}\nrt.yield %c : ({element}) -> ()\n}}"


IN_TURNS = slot("offset = 64, strides = [4]", dims="[3]")
READ = tick("%x = rt.read @s : () -> f32")
LOOP = ("rt.loop {count = 2, width = 1, lanes = 2} {", "^bb0(%i: i32):", "%c = dsp.constant 1.0 : f32")
AGAIN = ("rt.repeat {count = 2} {", "^bb0(%i: i32):", "%c = dsp.constant 1.0 : f32")
STACK = ("%c = dsp.constant 1.0 : f32", "%t = rt.stack %c : (f32) -> !rt.stack<f32, 1>")
ILLEGAL: dict[str, tuple[str, ...]] = {
    "rt.slot: 4 lanes: this backend has lanes of width 1": (slot(type_="vector<4xf32>"),),
    "rt.slot: s has no offset: run lay-out-state": (slot(""),),
    "rt.slot: slot s has 1 dims and 0 strides": (slot("offset = 64", dims="[3]"),),
    "rt.read: s has 1 dims beside the voices', in 0 loops": (IN_TURNS, READ),
    "rt.read: s belongs to the voices": (slot("offset = 64, strides = [4], voice", dims="[3]"), READ),
    "rt.read: rt.read of something that is not declared as rt.slot": (READ,),
    "rt.lookup: there is no table t": (
        tick("%i = dsp.constant 0 : i32", "%x = rt.lookup @t %i : (i32) -> f32"),
    ),
    "dsp.sin: dsp.sin is not legal here": (tick("%c = dsp.constant 1.0 : f32", "%x = dsp.sin %c : f32"),),
    "dsp.lanes: dsp.lanes belongs to a loop": (
        tick(*AGAIN, "%x = dsp.lanes {values = array<f32: 1.0, 2.0>} : () -> f32", "rt.yield", "}"),
    ),
    "rt.vec: 1 results need as many offsets: run lay-out-state": (vec("f64", "rt.sample_rate", ""),),
    "rt.tick_all: rt.tick_all belongs to ticks": (vec("i1", "rt.tick_all"),),
    "rt.voices: voices in groups of 4: this backend has lanes of width 1": (
        "rt.voices {count = 8, width = 4} {\nrt.yield\n}",
    ),
    'rt.voices: no slot has the role "voice" and the field "active"': (
        "rt.voices {count = 8, width = 1} {\nrt.yield\n}",
    ),
    "rt.output: outputs are f32, not f64": (vec("f64", "rt.sample_rate"), f"rt.output %b : ({D}) -> ()"),
    "rt.write: slot s is written in turns of a loop that share it": (
        slot(), tick(*LOOP, "rt.write @s %c : (f32) -> ()", "rt.yield", "}"),
    ),
    "rt.read: slot s is written in a repeat and used outside it": (
        slot(), tick(*AGAIN, "rt.write @s %c : (f32) -> ()", "rt.yield", "}", "%x = rt.read @s : () -> f32"),
    ),
    "rt.stack: a stack is used by rt.reduce and rt.pick only": (
        tick(
            *STACK, "%u = rt.loop {count = 2, width = 1, lanes = 2} : () -> !rt.stack<!rt.stack<f32, 1>, 2> {",
            "^bb0(%i: i32):", "rt.yield %t : (!rt.stack<f32, 1>) -> ()", "}",
        ),
    ),
    "rt.load: s has no dims for elements": (
        slot(), tick("%i = dsp.constant 0 : i32", "%x = rt.load @s %i : (i32) -> f32"),
    ),
    "rt.store: s has 1 dims beside the voices' and its elements', in 0 loops": (
        slot("offset = 64, strides = [8, 4]", dims="[3, 2]"),
        tick("%i = dsp.constant 0 : i32", "rt.store @s %i, %i : (i32, i32) -> ()"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("message", ILLEGAL)
def test_what_is_not_legal_is_said(message: str) -> None:
    text = Text()
    text.add(*ILLEGAL[message])
    with pytest.raises(VerifyException) as caught:
        emit_bytes(text.program())
    assert str(caught.value) == f"wasm: {message}"
