"""Bodies, stacks and elements on the virtual machine: the bits of docs/ir.md, and the code that they should have."""

from __future__ import annotations

from collections.abc import Callable

import legal_elements
import pytest
import vm_bodies
from legal_drafts import effect, slot
from vm_programs import compare, switching_machine

from dspc.backends.bytecode import cost
from dspc.backends.bytecode.disassemble import disassemble
from dspc.backends.bytecode.emit import emit_bytes
from dspc.backends.bytecode.host import load
from dspc.dialects import rt
from dspc.frontend.errors import DspError


def names(program: rt.ProgramOp) -> list[str]:
    """What the image's instructions are called, in order."""
    return [line.split()[0] for line in disassemble(emit_bytes(program)).splitlines() if line.strip()]


@pytest.mark.parametrize("name", vm_bodies.CASES)
@pytest.mark.parametrize("blocks", (1, 7, 16, 100))
def test_blocks_and_circles(name: str, blocks: int) -> None:
    compare(vm_bodies.CASES[name](), 100, blocks)


def test_dispatch_by_switch_is_the_same() -> None:
    for case in vm_bodies.CASES.values():
        compare(case(), 60, 11, machine=switching_machine())


@pytest.mark.parametrize("name", ("nothing_kept", "picked_at_once", "recorded"))
def test_what_changes_nothing_needs_no_circle(name: str) -> None:
    code = names(vm_bodies.CASES[name]())
    assert "run" not in code
    for wanted in {"nothing_kept": ("when", "done", "select.f32", "select.f64", "sum.u32", "late.32"),
                   "picked_at_once": ("pick.32", "pick.64"),
                   "recorded": ("store_at.32", "load_at.64", "line_write_at.32", "line_read_at.64")}[name]:  # fmt: skip
        assert wanted in code


def test_stacks_are_made_outside_of_a_circle() -> None:
    code = names(vm_bodies.stacks_beside_a_circle())
    assert code.index("reduce.32") < code.index("run"), "four values are summed for each sample"
    assert code.count("run") == 2 and {"pick_wide.32", "pick_wide.64"} < set(code)


def test_a_loop_beside_a_circle_is_none() -> None:
    code = names(vm_bodies.heard_elsewhere())
    assert code.count("run") == 1 and code.index("loop") > code.index("end")


def test_a_body_that_is_passed_by_costs_nothing() -> None:
    """What only the body needs is computed in it."""
    code = names(vm_bodies.heard_elsewhere())
    body = code[code.index("when") : code.index("done")]
    assert {"add.f32", "convert.f32.f64", "store.32", "store.64"} <= set(body)


def test_a_large_memory_is_no_part_of_the_image() -> None:
    image = emit_bytes(legal_elements.large_memory(65536))
    assert len(image) < 4096


def at_a_tick(turns: int) -> rt.ProgramOp:
    tick = f"rt.tick {{}} {{\nrt.repeat {{count = {turns}}} {{\n^bb0(%i: i32):\nrt.yield\n}}\nrt.yield\n}}"
    return effect([], "", "%x", tick)


def in_a_circle(turns: int) -> rt.ProgramOp:
    """With a sum, loops with cursors, and a body that may not run; all of it once for each sample."""
    return effect([slot("s"), slot("bank", dims=[5])], f"""
        %half = dsp.constant 0.5 : f32
        %c = dsp.lt %half, %x : (f32, f32) -> i1
        %r = rt.when %c : (i1) -> f32 {{
          rt.repeat {{count = {turns}}} {{
          ^bb0(%i: i32):
            %t = $LOOP5 : () -> $S5 {{
            ^bb0(%j: i32):
              %b = rt.read @bank : f32
              %d = dsp.add %b, %x : f32
              rt.write @bank %d : (f32) -> ()
              rt.yield %d : (f32) -> ()
            }}
            %y = rt.reduce %t {{kind = "add", lanes = 5}} : ($S5) -> f32
            rt.write @s %y : (f32) -> ()
            rt.yield
          }}
          rt.yield %half : (f32) -> ()
        }}
    """, "%r")  # fmt: skip


@pytest.mark.parametrize("case", (at_a_tick, in_a_circle))
def test_what_takes_too_long_is_refused_in_time(
    case: Callable[[int], rt.ProgramOp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the compiler, which counts as the machine does."""
    few, many = 1, cost.MAX_STEPS
    while many - few > 1:
        turns = (few + many) // 2
        try:
            emit_bytes(case(turns))
            few = turns
        except DspError as error:
            assert error.code == "DSP341"
            many = turns
    load(emit_bytes(case(few)))
    monkeypatch.setattr(cost, "MAX_STEPS", 1 << 40)
    with pytest.raises(DspError, match="a turn takes too long|a block takes too long|an instruction's immediate"):
        load(emit_bytes(case(many)))
