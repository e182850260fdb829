"""What is measured is right, and the compiler's work stays in proportion to the program. No clock is looked at."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from tree import ROOT

import dspc
from dspc.backends import get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine
from dspc.dialects import rt
from dspc.driver.compile import load_program, lower
from dspc.frontend.program import trace
from dspc.passes import pipeline

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench.operations import count_passes  # noqa: E402
from bench.programs import EXAMPLES, RATE, SHAPES, WORKLOADS  # noqa: E402
from bench.references import REFERENCES, error_db, noise  # noqa: E402

MOST_OPERATIONS = 1500
"""In the pipeline of the 16-voice supersaw, after any pass: banks and voices stay rolled."""


@pytest.mark.parametrize("name", WORKLOADS)
def test_workloads_are_what_they_say(name: str) -> None:
    engine = dspc.compile(WORKLOADS[name], "c", sample_rate=RATE)
    x = noise(max(engine.inputs, 1), 3000)
    made = engine.process(x if engine.inputs else None, frames=3000)
    error = error_db(np.atleast_2d(made), REFERENCES[name](x.astype(np.float64)))
    assert error < (-70.0 if name == "biquads" else -110.0)


@pytest.mark.parametrize("width", [1, 4, 8, 16])
def test_voices_stay_rolled(width: int) -> None:
    counts = count_passes(EXAMPLES["supersaw:lead"], width)
    assert max(counts.values()) <= MOST_OPERATIONS, counts


@pytest.mark.parametrize("shape", SHAPES)
def test_operations_grow_in_proportion(shape: str) -> None:
    """Twice the program adds as many operations after each pass as the program has there."""
    small, middle, large = (count_passes(SHAPES[shape](n), 8) for n in (300, 600, 1200))
    for name in small:
        first, second = middle[name] - small[name], large[name] - middle[name]
        assert abs(second - 2 * first) <= 0.02 * second + 8, (name, small[name], middle[name], large[name])


@pytest.mark.parametrize("shape", SHAPES)
def test_three_thousand_operations(shape: str) -> None:
    """They compile, and the same bits come out of the C compiler and of the machine."""
    program = SHAPES[shape](3000)
    x = noise(1, 600)
    made = [Engine(load_program(program, name), RATE).process(x) for name in ("c", "bytecode")]
    assert np.isfinite(made[0]).all() and made[0].any()
    assert np.array_equal(made[0].view(np.uint32), made[1].view(np.uint32))


def regions(program: Any, leave_out: tuple[str, ...] = ()) -> list[rt.BlockOp]:
    legal = lower(trace(program), CBackend(lanes=1), leave_out=leave_out)
    return [op for op in legal.walk() if isinstance(op, rt.BlockOp)]


def test_a_long_recursion_is_passed_few_buffers() -> None:
    """Its coefficients are applied inside, instead of a thousand buffers being passed."""
    assert max(len(op.operands) for op in regions(SHAPES["loop"](3000))) < 8


def test_a_short_recursion_keeps_its_own_region() -> None:
    def few(x):
        return dspc.feedback(lambda y: 0.5 * y + x * 0.1 + dspc.tanh(x) * 0.2)

    kinds = [op.name for op in regions(few, leave_out=("fuse-buffers",))]
    assert kinds == ["rt.vec", "rt.rec", "rt.vec"]


def test_what_needs_too_much_else_stays_outside() -> None:
    """Each product takes two values of its own: moved inside, twice as many would be passed."""

    def pairs(x):
        firsts = [dspc.sin_turns(dspc.phasor(10.0 * (i + 1)) - 0.5) for i in range(50)]
        sums = [a * b for a, b in zip(firsts, firsts[1:], strict=False)]

        def loop(y):
            for s in sums:
                y = 0.1 * y + s
            return y

        return dspc.feedback(loop) + sum(firsts)

    inside = next(op for op in regions(pairs, leave_out=("fuse-buffers",)) if len(op.operands) > 8)
    assert len(inside.operands) <= 50
    engines = [Engine(load_program(dspc.effect(pairs), get_backend(b)), RATE) for b in ("c", "reference")]
    made = [e.process(np.zeros(200, np.float32)).view(np.uint32) for e in engines]
    assert np.array_equal(*made)


def test_the_pipeline_is_the_one_that_is_counted() -> None:
    counts = count_passes(WORKLOADS["gain"], 8)
    assert [n.split()[0] for n in list(counts)[1:]] == [p.partition("{")[0] for p in pipeline(8).split(",")]
