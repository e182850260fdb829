"""How time is taken: CPU time of the thread and of compilers it starts, in interleaved rounds, as medians.

Wall clock is noted beside it, for what somebody waits for; on a shared machine it says little.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dspc.backends.c import find_compiler, native_lanes


@dataclass
class Span:
    """CPU seconds (children that ended included) and wall-clock seconds."""

    cpu: float = 0.0
    wall: float = 0.0


def cpu_now() -> float:
    """CPU seconds of this thread, and of all processes that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + children.ru_utime + children.ru_stime


@contextmanager
def span() -> Iterator[Span]:
    """Measures what happens inside."""
    found = Span()
    cpu, wall = cpu_now(), time.perf_counter()
    yield found
    found.cpu, found.wall = cpu_now() - cpu, time.perf_counter() - wall


@contextmanager
def empty_cache() -> Iterator[None]:
    """An empty folder in place of the cache of compiled programs."""
    before = os.environ.get("DSPC_CACHE")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DSPC_CACHE"] = folder
        try:
            yield
        finally:
            del os.environ["DSPC_CACHE"]
            if before is not None:
                os.environ["DSPC_CACHE"] = before


@dataclass
class Rounds:
    """Values of named quantities, a row a round."""

    values: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def median(self, name: str) -> float:
        return statistics.median(self.values[name])

    def medians(self) -> dict[str, float]:
        return {name: self.median(name) for name in self.values}

    def spread(self, name: str) -> float:
        """Half the distance of the quartiles, as a part of the median."""
        values = self.values[name]
        if len(values) < 3:
            return 0.0
        low, middle, high = statistics.quantiles(values, n=4)
        return (high - low) / 2 / middle if middle else 0.0


def interleaved(rounds: int, tasks: Mapping[str, Callable[[], float]]) -> Rounds:
    """All tasks in turn, so that a busy moment of the machine hits all of them."""
    found = Rounds()
    for _ in range(rounds):
        for name, task in tasks.items():
            found.add(name, task())
    return found


def machine() -> dict[str, Any]:
    """What was measured on."""
    compiler = find_compiler()
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "compiler": compiler.version if compiler else None,
        "lanes": native_lanes(compiler) if compiler else 1,
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def machine_line(found: Mapping[str, Any]) -> str:
    """The machine in one line."""
    return (f"{found['cpu']}, {found['cores']} cores, load {found['load']}, {found['system']}, "
            f"Python {found['python']}, {found['compiler']}")  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; numbers stand at the right."""
    texts = [[_cell(value) for value in row] for row in rows]
    marks = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in [list(head), marks, *texts])


def _cell(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def save(folder: Path, name: str, data: Any) -> None:
    """Writes a section's figures, with the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"machine": machine(), name: data}, indent=2) + "\n")
