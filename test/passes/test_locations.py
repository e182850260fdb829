"""Locations survive every pass: whatever an operation came from, it is a line of the user's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tree import ROOT
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.traits import IsTerminator

from dspc.dialects import rt
from dspc.dialects.syntax import location_of
from dspc.driver.compile import make_context
from dspc.driver.pipelines import parse
from dspc.driver.programs import open_programs
from dspc.frontend.program import Program, trace

EXAMPLES = [ROOT / "examples" / f"{name}.py" for name in ("supersaw", "echo", "biquad")]
INPUTS = [*EXAMPLES, ROOT / "test" / "dspopt" / "Inputs" / "two.py", ROOT / "test" / "passes" / "everything.py"]
PROGRAMS = [(path, program) for path in INPUTS for program in open_programs(str(path)).programs]


def has_no_place(op: Operation, path: Path) -> bool:
    """Yields and outputs are no one's lines; neither is the module."""
    if isinstance(op, ModuleOp | rt.OutputOp) or op.has_trait(IsTerminator):
        return False
    at = location_of(op)
    return at is None or at[0] != str(path) or not 1 <= at[1] <= len(path.read_text().splitlines())


@pytest.mark.parametrize("width", [1, 4])
@pytest.mark.parametrize("path,program", PROGRAMS, ids=[p.name for _, p in PROGRAMS])
def test_every_operation_keeps_a_place(path: Path, program: Program, width: int) -> None:
    module, context = trace(program), make_context()
    for pass_ in parse(f"pipeline{{width={width}}}"):
        pass_.apply(context, module)
        lost = [op.name for op in module.walk() if has_no_place(op, path)]
        assert not lost, f"after {pass_.name}: {lost}"
    module.verify()


def test_an_operation_is_placed_where_it_was_written() -> None:
    path, program = next((f, p) for f, p in PROGRAMS if p.name == "tremolo")
    lines = path.read_text().splitlines()
    module = trace(program)
    (phasor,) = [op for op in module.walk() if op.name == "dsp.phasor"]
    (parameter,) = [op for op in module.walk() if op.name == "dsp.param"]
    at, declared = location_of(phasor), location_of(parameter)
    assert at is not None and lines[at[1] - 1][at[2] - 1 :].startswith("dspc.phasor(frequency)")
    assert declared is not None and "tremolo" in lines[declared[1] - 1]
