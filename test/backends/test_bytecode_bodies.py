"""Bodies, stacks and elements on the virtual machine: the bits of docs/ir.md, and the code that they should have."""

from __future__ import annotations

import legal_elements
import pytest
import vm_bodies
from vm_programs import compare, switching_machine

from dspc.backends.bytecode.disassemble import disassemble
from dspc.backends.bytecode.emit import emit_bytes
from dspc.dialects import rt


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
