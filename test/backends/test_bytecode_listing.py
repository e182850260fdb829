"""What the bytecode backend prints: assembly of graphs and of images; and what it says of what it cannot take."""

from __future__ import annotations

import re

import legal_cases
import legal_positions
import pytest
import vm_bodies
import vm_cases
from legal_programs import Text, parse
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.parser import Parser

from dspc.backends import get_backend
from dspc.backends.bytecode.assembly import assembly
from dspc.backends.bytecode.disassemble import disassemble
from dspc.backends.bytecode.emit import emit_bytes
from dspc.dialects.dsp import Dsp
from dspc.dialects.rt import Rt
from dspc.frontend.errors import DspError

A, C = "!dsp.signal<f32, audio>", "!dsp.signal<f32, const>"


def graph(text: str) -> ModuleOp:
    context = Context()
    for dialect in (Builtin, Dsp, Rt):
        context.load_dialect(dialect)
    return Parser(
        context, text.replace("AUDIO", A).replace("CONST", C).replace("LATE", f": ({A}, {C}) -> {A}")
    ).parse_module()


SIMPLE = """
dsp.program @simple {kind = "effect"} {
  %f = dsp.constant 440.0 : CONST
  %p = dsp.phasor %f {phase = 0.0} : (CONST) -> AUDIO
  %cutoff = dsp.constant 1000.0 : CONST
  %q = dsp.constant 0.7 : CONST
  %l = dsp.scope {label = "lowpass"} : () -> AUDIO {
    %a = dsp.mul %p, %cutoff : (AUDIO, CONST) -> AUDIO
    %b = dsp.mul %a, %q : (AUDIO, CONST) -> AUDIO
    dsp.yield %b : (AUDIO) -> ()
  }
  %half = dsp.constant 0.5 : CONST
  %m = dsp.mul %l, %half : (AUDIO, CONST) -> AUDIO
  dsp.output %m : (AUDIO) -> ()
}
"""

STRUCTURE = """
dsp.program @structure {kind = "effect"} {
^bb0(%x: AUDIO):
  %time = dsp.constant 100.0 : CONST
  %late = dsp.delay %x, %time {max_samples = 200, max_seconds = 0.0, min_samples = 1, interpolation = "none"} LATE
  %bank = dsp.bank {count = 3, width = 1} : () -> !dsp.signal<f32, audio, 3> {
  ^bb0(%i: !dsp.signal<i32, const>):
    %n = dsp.convert %i : (!dsp.signal<i32, const>) -> CONST
    %k = dsp.lanes {values = array<f32: 1.0, 0.5, 0.25>} : () -> CONST
    %s = dsp.add %n, %k : CONST
    %y = dsp.mul %late, %s : (AUDIO, CONST) -> AUDIO
    dsp.yield %y : (AUDIO) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 3} : (!dsp.signal<f32, audio, 3>) -> AUDIO
  %loop = dsp.feedback {initial = [0.0 : f32]} : () -> AUDIO {
  ^bb0(%old: AUDIO):
    %z = dsp.add %old, %sum : AUDIO
    dsp.yield %z : (AUDIO) -> ()
  }
  dsp.output %loop : (AUDIO) -> ()
}
"""


def test_whole_primitives_are_one_line() -> None:
    assert assembly(graph(SIMPLE)).splitlines() == [
        "PROGRAM simple, kind=effect",
        "PHASOR r0, 440.0",
        "LOWPASS r1, r0, 1000.0, 0.7",
        "MUL r2, r1, 0.5",
        "OUTPUT r2",
    ]


def test_bodies_are_indented() -> None:
    assert assembly(graph(STRUCTURE)).splitlines() == [
        "PROGRAM structure, kind=effect",
        "INPUT r0, 0",
        "DELAY r1, r0, 100.0, max_samples=200, min_samples=1, none",
        "BANK r2, count=3",
        "  INDEX r3",
        "  CONVERT r4, r3",
        "  LANES r5, values=[1.0, 0.5, 0.25]",
        "  ADD r6, r4, r5",
        "  MUL r7, r1, r6",
        "  YIELD r7",
        "END",
        "REDUCE r8, r2, add, count=3",
        "FEEDBACK r9, initial=[0.0]",
        "  PREVIOUS r10",
        "  ADD r11, r10, r8",
        "  YIELD r11",
        "END",
        "OUTPUT r9",
    ]


LEAKY = """\
program test: 1 inputs, 1 outputs, 8512 bytes
memory: state_end 8256, cursors_at 8256, registers_at 8320, wide_at 8384, stacks_at 8512, stacks_bytes 0, \
work_at 8512, work_bytes 0
r0 = 1.0 f32
init:
  sample_rate r4
  convert.f64.f32 r1, r4
  store.32 r1, [8196]
  end
tick:
  load.32 r1, [8192]
  add.f32 r1, r1, r0
  div.f32 r2, r0, r1
  store.32 r1, [8192]
  store.32 r2, [8196]
  end
block:
  input w0, 0
  load.32 w1, [8196]
  run
    load.32 r1, [8200]
    take.32 r2, w1
    each sample:
      take.32 r3, w0
      mul_add.f32 r1, r2, r1, r3
      give.32 w1, r1
    next
    store.32 r1, [8200]
    end
  put.32 w1, [64]
  end
output 0: [64]
"""


def test_an_image_is_listed() -> None:
    program = legal_cases.leaky()
    assert assembly(program) == disassemble(emit_bytes(program)) == LEAKY
    assert get_backend("bytecode").text(program) == LEAKY


def test_voices_loops_and_tables_are_listed() -> None:
    lines = [line.strip() for line in disassemble(emit_bytes(legal_cases.voiced(3))).splitlines()]
    assert "voices: 3, active [8192 + 24 v]" in lines
    assert any(re.fullmatch(r"sum: add\.f64 \[\d+\] over \[\d+\] to \[128\]", line) for line in lines)
    assert any(line.startswith("loop ") and "3 turns, c" in line for line in lines)
    table = disassemble(emit_bytes(legal_cases.winding()))
    assert "table 0: 4 x 32 bits" in table and "lookup.32" in table and "line 0: [" in table
    assert "param mode: [" in disassemble(emit_bytes(vm_cases.full()))


BODIES = """\
block:
  input w1, 0
  lt.f32 w7, w0, w1
  run
    each sample:
      take.32 r3, w7
      take.32 r0, w1
      load.32 r1, [72]
      give.32 w2, r1
      load.64 r2, [64]
      give.64 w4, r2
      when r3
        load.32 r1, [72]
        add.f32 r0, r1, r0
        store.32 r0, [72]
        convert.f32.f64 r2, r0
        store.64 r2, [64]
      done
    next
    end
  loop w6, 4 turns, c1 += 64
    convert.f64.f32 w1, w4
    convert.i32.f32 w3, w6
    mul_sub.f32 w1, w2, w3, w1
    push.32 w1, stack[0 + c1]
  again w6
  reduce.32 w1, add.f32, 4 of stack[0] in 16 sums
  put.32 w1, [128]
  end
"""


def test_bodies_stacks_and_elements_are_listed() -> None:
    assert BODIES in disassemble(emit_bytes(vm_bodies.heard_elsewhere()))
    lines = [line.strip() for line in disassemble(emit_bytes(legal_positions.voices_elements(3, 1))).splitlines()]
    for pattern in (r"load_at\.32 r\d+, r\d+, \[\d+ \+ c\d+\] x 8", r"pick\.32 r\d+, r\d+, stack\[\d+\] x 8",
                    r"store_at\.64 r\d+, r\d+, \[\d+ \+ c\d+\] x 4"):  # fmt: skip
        assert any(re.fullmatch(pattern, line) for line in lines), pattern
    assert "line_write_at.32 w4, w11, line 0" in disassemble(emit_bytes(vm_bodies.recorded()))


# --- what it cannot take --------------------------------------------------------------------------------

B = "!rt.buffer<f32>"
OUTPUT = "rt.output"


def slot(rest: str = "offset = 64, strides = [], ", type_: str = "f32", dims: str = "[]") -> str:
    return f'rt.slot @s {{type = {type_}, init = 0.0 : f32, dims = {dims}, role = "state", {rest}field = ""}}'


def tick(*lines: str) -> str:
    return "\n".join(["rt.tick {} {", *lines, "rt.yield", "}"])


def nested(depth: int) -> str:
    lines = [f"rt.loop {{count = 1, width = 1, lanes = 1}} {{\n^bb0(%i{k}: i32):" for k in range(depth)]
    return "\n".join([*lines, *(["rt.yield\n}"] * depth)])


def conditional(depth: int) -> str:
    lines = ["%c = dsp.constant true : i1", *["rt.when %c : (i1) -> () {"] * depth]
    return "\n".join([*lines, *(["rt.yield\n}"] * depth)])


def long_turns(depth: int) -> str:
    lines = [f"rt.repeat {{count = 64}} {{\n^bb0(%i{k}: i32):" for k in range(depth)]
    return "\n".join([*lines, *(["rt.yield\n}"] * depth)])


LANES = "lanes: the bytecode machine computes with single lanes"
ILLEGAL: dict[str, tuple[str, ...]] = {
    f"DSP340: 4 {LANES}": (slot(), tick("%x = dsp.constant 1.0 : vector<4xf32>")),
    "DSP340: voices in groups of 4: the bytecode machine computes with single lanes": (
        "rt.voices {count = 8, width = 4} {\nrt.yield\n}",),
    "DSP340: a loop of 4 lanes: the bytecode machine computes with single lanes": (
        tick("rt.loop {count = 2, width = 4, lanes = 8} {\n^bb0(%i: vector<4xi32>):\nrt.yield\n}"),),
    "DSP340: the slot s has no place in memory": (slot(""), tick("%x = rt.read @s : () -> f32")),
    "DSP340: the slot t has no place in memory": (slot(), tick("%x = rt.read @t : () -> f32")),
    "DSP340: s has 1 dimensions in 0 loops": (
        slot("offset = 64, strides = [4], ", dims="[3]"), tick("%x = rt.read @s : () -> f32")),
    "DSP340: s belongs to the voices": (
        slot("offset = 64, strides = [4], voice, ", dims="[3]"), tick("%x = rt.read @s : () -> f32")),
    "DSP340: the slot s is written twice in a region": (
        slot(), tick("%x = dsp.constant 1.0 : f32", *["rt.write @s %x : (f32) -> ()"] * 2)),
    "DSP340: the delay line l is not declared": (tick("%n = rt.longest @l : () -> i32"),),
    "DSP340: the table t is not declared": (
        tick("%i = dsp.constant 0 : i32", "%x = rt.lookup @t %i : (i32) -> f32"),),
    "DSP340: dsp.sin has no bytecode": (tick("%c = dsp.constant 1.0 : f32", "%x = dsp.sin %c : f32"),),
    "DSP340: dsp.lanes outside of a loop": (tick("%x = dsp.lanes {values = array<f32: 1.0>} : () -> f32"),),
    "DSP340: rt.vec has no places for its results": (
        f"%b = rt.vec : () -> {B} {{\n%c = dsp.constant 1.0 : f32\nrt.yield %c : (f32) -> ()\n}}",),
    "DSP340: an output of f64": (
        "%b = rt.vec {offsets = [64]} : () -> !rt.buffer<f64> {\n%c = dsp.constant 1.0 : f64\n"
        "rt.yield %c : (f64) -> ()\n}", "rt.output %b : (!rt.buffer<f64>) -> ()"),
    "DSP340: voices without a slot for the field active": ("rt.voices {count = 8, width = 1} {\nrt.yield\n}",),
    "DSP341: loops are nested deeper than 8": (tick(nested(9)),),
    "DSP341: bodies are nested deeper than 16": (tick(conditional(17)),),
    "DSP341: a program of 69239304 instructions for 16 samples; the bytecode machine takes at most 67108864": (
        *[tick(long_turns(4))] * 4,),
    "DSP340: s has no elements": (
        slot(), tick("%i = dsp.constant 0 : i32", "%x = rt.load @s %i : (i32) -> f32")),
}  # fmt: skip


@pytest.mark.parametrize("message", ILLEGAL)
def test_what_is_not_legal_is_said(message: str) -> None:
    lines = ILLEGAL[message]
    text = Text()
    text.add(*lines, *([] if any("rt.output" in line for line in lines) else [OUTPUT]))
    with pytest.raises(DspError) as caught:
        emit_bytes(parse(text.text))
    said = caught.value.text().splitlines()
    assert said[0].partition(": DSP")[2] == message.partition("DSP")[2] or said[0] == message, said
    assert said[-1].startswith("    help: ")


def test_a_program_without_places_is_said() -> None:
    program = parse('rt.program @p {kind = "effect", inputs = 0, params = []} {\nrt.output\n}')
    with pytest.raises(
        DspError, match="DSP340: the program has no places in memory\n    help: run lay-out-state before"
    ):
        emit_bytes(program)
