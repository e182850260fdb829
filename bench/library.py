"""The library in one table: what its tests measured, against what, the bound, and nanoseconds a sample.

The figures are those that the tests of test/stdlib assert (see test/figures.py), measured anew. The time is that of
the example in the function's docstring, on the C backend: of an instrument with one note.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import dspc
from bench.measure import Rounds, interleaved, table
from bench.references import noise
from bench.speed import BLOCK, Player

ROOT = Path(__file__).resolve().parents[1]
RATE = 48_000


def measure(rounds: int) -> dict[str, Any]:
    """Figures and times by function. Raises `RuntimeError` if a test of the library fails."""
    return {"figures": figures(), "block": BLOCK, "ns": times(rounds)}


def figures() -> list[dict[str, Any]]:
    """What the tests of the library measure, a row each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "test/stdlib", f"--figures={path}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[1:])}\n{done.stdout}{done.stderr}")
        return json.loads(path.read_text(encoding="utf-8"))


def times(rounds: int) -> dict[str, float]:
    """CPU nanoseconds a sample of each function's example."""
    sys.path.append(str(ROOT / "tools"))
    from library_docs import entries

    players = {name: player(entry.program()) for name, entry in entries().items()}
    tasks = {name: p.play for name, p in players.items()}
    interleaved(1, tasks)  # warms caches
    found: Rounds = interleaved(rounds, tasks)
    return found.medians()


def player(program: Any) -> Player:
    engine = dspc.compile(program, "c", sample_rate=RATE)
    if not engine.inputs:
        engine.note_on(60, 0.7)
    made = np.atleast_2d(engine.process(noise(engine.inputs, BLOCK) if engine.inputs else None, frames=BLOCK))
    if not np.isfinite(made).all():
        raise ValueError(f"{engine.name} is not finite")
    return Player(engine, BLOCK, "")


def report(found: dict[str, Any]) -> str:
    rows: list[tuple[Any, ...]] = []
    last = ""
    for figure in found["figures"]:
        name = figure["function"]
        ns = f"{found['ns'][name]:.2f}"
        head = ("", "") if name == last else (name, ns)
        unit = f" {figure['unit']}" if figure["unit"] else ""
        rows.append((*head, figure["what"], figure["reference"], shown(figure["found"]) + unit, shown(figure["bound"])))
        last = name
    return "\n\n".join((
        "## The library",
        f"CPU nanoseconds a sample of each example at {RATE} Hz, C, blocks of {found['block']}; what was measured, "
        "against what, what came out at worst, and the bound that a test holds it to. Three numbers are at 1, 5 and "
        "10 kHz.",
        table(("function", "ns", "measured", "against", "found", "bound"), rows),
    ))  # fmt: skip


def shown(numbers: list[float]) -> str:
    return " / ".join(f"{x:.3g}" for x in numbers)
