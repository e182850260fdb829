"""The virtual machine does what docs/ir.md says, bit for bit, and with the code that it should have."""

from __future__ import annotations

import re
from typing import Any

import legal_cases as cases
import numpy as np
import pytest
import vm_cases
from hypothesis import given
from hypothesis import strategies as st
from legal_interpreter import LegalCore
from legal_programs import Text, signal
from random_bodies import BodyGenerator
from random_programs import VOICES, Generator
from vm_programs import VmCore, compare, switching_machine

from dspc.backends.bytecode.disassemble import disassemble
from dspc.backends.bytecode.emit import emit_bytes
from dspc.backends.bytecode.opcodes import BY_NAME, COMPUTE, PAIRS
from dspc.dialects import rt
from dspc.dialects.scalar import FLOATS, ROWS

B = "!rt.buffer<f32>"


def code_of(program: rt.ProgramOp) -> list[str]:
    """The listing's lines, without indentation."""
    return [line.strip() for line in disassemble(emit_bytes(program)).splitlines()]


# --- time ---------------------------------------------------------------------------------------------


def test_no_frames_change_nothing() -> None:
    program = cases.leaky()
    vm = VmCore(program, LegalCore(program))
    vm.memory[4] = 1
    before = vm.memory.copy()
    vm.run([np.zeros(0, np.float32)], [np.zeros(0, np.float32)], 0)
    assert (vm.memory == before).all()


# --- slots, loops, lines, voices ----------------------------------------------------------------------


@pytest.mark.parametrize("name", vm_cases.CASES)
@pytest.mark.parametrize("blocks", (1, 7, 16, 100))
def test_blocks_and_circles(name: str, blocks: int) -> None:
    compare(vm_cases.CASES[name](), 100, blocks)


def test_sizes_are_the_longest_delays() -> None:
    text = Text()
    text.line("a", samples=100, seconds=0.25)
    text.line("b", samples=7)
    text.add("rt.output")
    program = text.program()
    vm = VmCore(program, LegalCore(program, 1 << 17))
    assert vm.lengths(44_101.0) == [100 + 11026, 7]


@pytest.mark.parametrize("program", (cases.crossing(), cases.two_readers()), ids=("crossing", "two_readers"))
def test_outputs_may_lie_where_the_inputs_are(program: rt.ProgramOp) -> None:
    x = signal(2, 50)
    apart, together = (VmCore(program, LegalCore(program)) for _ in range(2))
    wanted = [np.zeros(50, np.float32) for _ in range(apart.outputs)]
    apart.run(x, wanted, 50)
    assert [y.tolist() for y in together.run_in_place(x, 50)] == [y.tolist() for y in wanted]


# --- random programs ----------------------------------------------------------------------------------


def check(seed: int, kind: type[Generator]) -> None:
    """Blocks of a length that depends on the seed; voices come and go, ticks fall off the grid."""
    program = kind(seed).program()
    active = LegalCore(program).slots["active"]

    def between(memory: Any, done: int) -> None:
        for k in range(VOICES):
            at = active.offset.data + k * active.strides.data[0].data
            memory[at : at + 4].view(np.uint32)[0] = (done // 7 + 3 * k + seed) % 5 != 0
        memory[4:12].view(np.uint32)[:] = (done + seed) % 3 == 0, (done + seed) % 4 == 0

    compare(program, 40, 1 + seed % 20, frame=2**32 - 30 if seed % 2 else 5, between=between, seed=seed)


@pytest.mark.parametrize("kind", (Generator, BodyGenerator))
@pytest.mark.parametrize("seed", (3, 5, 90, 219))
def test_a_random_program(seed: int, kind: type[Generator]) -> None:
    check(seed, kind)


@pytest.mark.slow
@pytest.mark.fuzz
@given(st.integers(0, 2**32), st.sampled_from((Generator, BodyGenerator)))
def test_any_random_program(seed: int, kind: type[Generator]) -> None:
    check(seed, kind)


def test_dispatch_by_switch_is_the_same() -> None:
    """Compilers without computed goto get a switch."""
    machine = switching_machine()
    for program in (cases.winding(), cases.nested(), vm_cases.CASES["read_far_inside"]()):
        compare(program, 60, 11, machine=machine)


# --- every instruction that computes ------------------------------------------------------------------

_INPUTS = {
    "f32": "%x", "f64": "%x64", "i32": "%xi", "u32": "%xu", "u64": "%xl", "bool": "%xb",
}  # fmt: skip
_CONVERSIONS = (
    "%x64 = dsp.convert %x : (f32) -> f64", "%k = dsp.constant 3.0e9 : f32", "%y = dsp.mul %x, %k : f32",
    "%xi = dsp.convert %y : (f32) -> i32", "%xu = dsp.convert %xi : (i32) -> ui32",
    "%xl = dsp.bitcast %x64 : (f64) -> ui64", "%z = dsp.constant 0.0 : f32", "%xb = dsp.lt %x, %z : (f32, f32) -> i1",
)  # fmt: skip
_CONSTANTS = {"f32": "-0.75", "f64": "1.5", "i32": "-7", "u32": "37", "u64": "12345678901234567", "bool": "true"}
_MLIR = {"f32": "f32", "f64": "f64", "i32": "i32", "u32": "ui32", "u64": "ui64", "bool": "i1"}


def all_rows(in_a_circle: bool) -> rt.ProgramOp:
    """Every row of the table on an input and a constant, each result in a slot: wide code, or plain code."""
    text, lines = Text(inputs=1), [*_CONVERSIONS]
    lines += [f"%c_{e} = dsp.constant {v} : {_MLIR[e]}" for e, v in _CONSTANTS.items()]
    for row in ROWS:
        name = row.key.replace(".", "_")
        text.slot(name, row.result)
        operands = [(_INPUTS if k != 1 else {e: f"%c_{e}" for e in _MLIR})[e] for k, e in enumerate(row.operands)]
        if in_a_circle:  # what is written depends on what was there
            old = [k for k, e in enumerate(row.operands) if e == row.result]
            lines.append(f"%old_{name} = rt.read @{name} : () -> {_MLIR[row.result]}")
            if old:
                operands[old[-1]] = f"%old_{name}"
        types = ", ".join(_MLIR[e] for e in row.operands)
        lines += [f"%r_{name} = dsp.{row.name} {', '.join(operands)} : ({types}) -> {_MLIR[row.result]}",
                  f"rt.write @{name} %r_{name} : ({_MLIR[row.result]}) -> ()"]  # fmt: skip
    return vm_cases.body(text, *(line.replace("%y", "%big") for line in lines), "%y = dsp.neg %x : f32")


@pytest.mark.parametrize("in_a_circle", (False, True), ids=("wide", "plain"))
def test_every_row(in_a_circle: bool) -> None:
    program = all_rows(in_a_circle)
    names = {line.split()[0] for line in code_of(program) if line}
    missing = {row.key for row in ROWS if not in_a_circle or row.result in row.operands} - names
    assert not [key for key in missing if not key.startswith(("add.", "sub.", "mul."))]
    compare(program, 50, 16)


@pytest.mark.parametrize("element", FLOATS)
@pytest.mark.parametrize(("first", "second", "swapped"), PAIRS)
def test_pairs_round_twice(first: str, second: str, swapped: bool, element: str) -> None:
    """In wide code and, with feedback, in plain code."""
    text = Text(inputs=1)
    text.slot("s", element, 0.3)
    name = f"{first}_{'r' if swapped else ''}{second}.{element}"
    arguments = ("%c", "%m") if swapped else ("%m", "%c")
    program = vm_cases.body(
        text, *([f"%v = dsp.convert %x : (f32) -> {element}"] if element == "f64" else ["%v = dsp.abs %x : f32"]),
        f"%c = dsp.constant 0.7 : {element}", f"%s = rt.read @s : () -> {element}",
        f"%p = dsp.{first} %s, %v : {element}",
        f"%y = dsp.{second} {', '.join(arguments)} : {element}".replace("%m", "%p"),
        f"rt.write @s %y : ({element}) -> ()", result=element,
    )  # fmt: skip
    assert any(line.startswith(name) for line in code_of(program))
    compare(program, 40, 13)
    compare(wide_pair(first, second, arguments, element), 40, 13)


def wide_pair(first: str, second: str, arguments: tuple[str, str], element: str) -> rt.ProgramOp:
    text = Text(inputs=1)
    shown = ", ".join(arguments).replace("%m", "%p")
    return vm_cases.body(
        text, *([f"%v = dsp.convert %x : (f32) -> {element}"] if element == "f64" else ["%v = dsp.neg %x : f32"]),
        f"%c = dsp.constant 0.7 : {element}", f"%p = dsp.{first} %v, %v : {element}",
        f"%y = dsp.{second} {shown} : {element}", result=element,
    )  # fmt: skip


# --- the code that it should have -----------------------------------------------------------------------


def test_state_stays_in_a_register() -> None:
    """The samples' loop neither loads nor stores; multiplying and adding are one instruction."""
    code = code_of(cases.leaky())
    samples = code[code.index("each sample:") + 1 : code.index("next")]
    assert [line.split()[0] for line in samples] == ["take.32", "mul_add.f32", "give.32"]
    assert [line.split()[0] for line in code].count(
        "store.32"
    ) == 4  # one in init, two in the tick, one behind the samples


def test_an_oscillator_needs_no_circle() -> None:
    code = [line.split()[0] for line in code_of(vm_cases.CASES["phasors"]())]
    assert "sum.u32" in code and "run" not in code


def test_what_is_late_needs_no_circle() -> None:
    code = [line.split()[0] for line in code_of(vm_cases.CASES["late_f64"]())]
    assert code.count("late.64") == 2 and "run" not in code


def test_a_large_body_shares_its_registers() -> None:
    program = cases.chain(3000)
    used = {int(n) for line in code_of(program) for n in re.findall(r"\bw(\d+)", line)}
    assert len(used) < 200
    compare(program, 20)


def test_registers_that_do_not_fit_are_refused() -> None:
    from dspc.backends.bytecode.registers import MAX_REGISTERS, Numbering
    from dspc.backends.bytecode.virtual import Reg
    from dspc.frontend.errors import DspError

    assert len(Numbering.of([], [{Reg("f32"): MAX_REGISTERS - 1}]).types[False]) == MAX_REGISTERS
    with pytest.raises(DspError, match="DSP341: a program of 65537 registers; the bytecode machine has 65536"):
        Numbering.of([], [{Reg("f32"): MAX_REGISTERS}])
    with pytest.raises(DspError, match="DSP341: a program of 65538 registers"):
        Numbering.of([], [{Reg("f64", wide=True): MAX_REGISTERS // 2}])


def test_numbers_of_instructions_are_unique() -> None:
    assert len({op.number for op in BY_NAME.values()}) == len(BY_NAME)
    assert [op.number for op in COMPUTE[: len(ROWS)]] == [row.opcode for row in ROWS]
