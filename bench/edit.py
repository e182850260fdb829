"""From an edit to the first block: a file is run, traced, lowered, compiled with a cold cache, and plays.

    python bench/edit.py FILE:name       # one process's figures, as JSON

Measured in processes of their own: a new one pays for Python and the imports, one that is running (a notebook,
`--watch`) does not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

START = time.process_time()
ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

import dspc.driver.compile  # noqa: E402, F401
from bench.measure import Rounds, Span, span, table  # noqa: E402

IMPORTED = time.process_time()

FILE = "examples/supersaw.py:lead"
WARM_ROUNDS = 5
BLOCK = 64


def once(file: str) -> dict[str, Span]:
    """Every stage of one compilation, in order."""
    from dspc.backends.c import FAST, compile_shared, emit, find_compiler, open_core
    from dspc.backends.c.backend import CBackend
    from dspc.backends.engine import Engine
    from dspc.driver.compile import make_context, make_passes
    from dspc.driver.programs import open_programs
    from dspc.frontend.program import trace
    from dspc.passes import pipeline

    stages: dict[str, Span] = {}

    def stage(name: str, do: Any) -> Any:
        with span() as found:
            made = do()
        total = stages.setdefault(name, Span())
        total.cpu, total.wall = total.cpu + found.cpu, total.wall + found.wall
        return made

    backend = CBackend()
    width = stage("look for the compiler", backend.width)
    program = stage("run the file", lambda: open_programs(file).programs[0])
    module = stage("trace", lambda: trace(program))
    context = make_context()
    for pass_ in make_passes(pipeline(width)):
        stage(pass_.name, lambda p=pass_: p.apply(context, module))
    legal = next(op for op in module.body.block.ops if op.name == "rt.program")
    text = stage("emit C", lambda: emit(legal, engine=False))
    compiler = find_compiler()
    assert compiler is not None
    path = stage("C compiler", lambda: compile_shared(text, compiler, FAST))
    loaded = stage("load", lambda: open_core(path))
    engine = stage("prepare", lambda: Engine(loaded, 48_000.0))
    stage("first block", lambda: engine.process(frames=BLOCK) if not engine.inputs else None)
    return stages


def one_process(file: str) -> dict[str, Any]:
    """A new process's first round and some warm ones; each with an empty cache."""
    rounds: list[dict[str, tuple[float, float]]] = []
    for _ in range(1 + WARM_ROUNDS):
        with tempfile.TemporaryDirectory() as cache:
            os.environ["DSPC_CACHE"] = cache
            rounds.append({name: (s.cpu, s.wall) for name, s in once(file).items()})
    return {"start": START, "imports": IMPORTED - START, "first": rounds[0], "warm": rounds[1:]}


def measure(processes: int) -> dict[str, Any]:
    """Medians of stages in milliseconds, in new processes and in running ones."""
    new, warm = Rounds(), Rounds()
    for _ in range(processes):
        command = [sys.executable, __file__, str(ROOT / FILE)]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        new.add("start Python", found["start"] * 1e3)
        new.add("import dspc", found["imports"] * 1e3)
        _add(new, found["first"], found["start"] + found["imports"])
        for stages in found["warm"]:
            _add(warm, stages, 0.0)
    return {"program": FILE, "new process": new.medians(), "running process": warm.medians()}


def _add(rounds: Rounds, stages: dict[str, list[float]], before: float) -> None:
    for name, (cpu, _) in stages.items():
        rounds.add(name, cpu * 1e3)
    rounds.add("total CPU", (before + sum(cpu for cpu, _ in stages.values())) * 1e3)
    rounds.add("waiting (wall clock)", (before + sum(wall for _, wall in stages.values())) * 1e3)


def report(found: dict[str, Any]) -> str:
    new, warm = found["new process"], found["running process"]
    rows = [(name, ms, warm.get(name, "")) for name, ms in new.items()]
    return (f"## From an edit to the first block\n\n`{found['program']}`, 16 voices, C, empty cache; CPU "
            "milliseconds, compiler included, medians.\n\n"
            + table(("stage", "new process", "running process"), rows))  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(one_process(sys.argv[1])))
