"""Operations after every pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.measure import table
from bench.programs import EXAMPLES, WORKLOADS
from dspc.driver.compile import make_context, make_passes
from dspc.frontend.program import trace
from dspc.passes import pipeline


def count_passes(program: Any, width: int) -> dict[str, int]:
    """How many operations there are after tracing and after each pass, the module and all bodies included.

    A pass that runs more than once is counted more than once: `cse`, `cse 2`.
    """
    module, context = trace(program), make_context()
    counts = {"trace": sum(1 for _ in module.walk())}
    for pass_ in make_passes(pipeline(width)):
        pass_.apply(context, module)
        again = sum(name.split()[0] == pass_.name for name in counts)
        name = f"{pass_.name} {again + 1}" if again else pass_.name
        counts[name] = sum(1 for _ in module.walk())
    return counts


def measure(width: int, programs: Mapping[str, Any] | None = None) -> dict[str, dict[str, int]]:
    chosen = programs if programs is not None else {**EXAMPLES, **WORKLOADS}
    return {name: count_passes(program, width) for name, program in chosen.items()}


def report(found: dict[str, dict[str, int]]) -> str:
    passes = list(next(iter(found.values())))
    rows = [(p, *(counts[p] for counts in found.values())) for p in passes]
    return "## Operations after each pass\n\n" + table(("pass", *found), rows)
