"""Instructions a sample of each workload, counted by valgrind: figures that no busy machine disturbs.

python bench/history.py            # appends a line to bench/history.jsonl
python bench/history.py --check    # fails if a workload takes over 2 % more than in the last line

They are of code for x86-64-v3 (valgrind knows no AVX-512), as one compiler makes it: a line is compared with the last
one of the same compiler. Fewer instructions are not always less time; many more nearly always are more.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:1] = []  # as a package: bench.programs, not programs
    sys.path.append(str(ROOT))

from bench.contenders import CLOCK  # noqa: E402
from bench.measure import table  # noqa: E402
from bench.programs import WORKLOADS  # noqa: E402
from dspc.backends.c.backend import CBackend  # noqa: E402
from dspc.backends.c.compiler import Compiler, compile_shared, find_compiler  # noqa: E402
from dspc.driver.compile import lower  # noqa: E402
from dspc.frontend.program import trace  # noqa: E402

FILE = Path(__file__).with_name("history.jsonl")
HOST = Path(__file__).with_name("count.c")
TARGET, LANES = "x86-64-v3", 8
BLOCK, WARM, COUNTED = 64, 8, 64
"""Frames of a block; blocks before, and while it is counted."""
MOST = 1.02
"""Times the last count that are let through."""


@dataclass(frozen=True)
class Line:
    """A line of the file: instructions a sample, by workload."""

    date: str
    commit: str
    compiler: str
    instructions: dict[str, float]


def missing() -> str | None:
    """Why nothing can be counted here, if so."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"the figures are of {TARGET}, this machine is {platform.machine()}"
    gone = [command for command in ("valgrind", "cc") if which(command) is None]
    return f"there is no {' and no '.join(gone)}" if gone else None


def count(programs: Mapping[str, Any] | None = None) -> dict[str, float]:
    """Instructions a sample, by name."""
    compiler = find_compiler()
    assert compiler is not None
    with tempfile.TemporaryDirectory() as scratch:
        host = Path(scratch) / "count"
        subprocess.run(["cc", "-O1", str(HOST), "-o", str(host), "-ldl"], check=True)
        return {name: _counted(program, compiler, host) for name, program in (programs or WORKLOADS).items()}


def _counted(program: Any, compiler: Compiler, host: Path) -> float:
    backend = CBackend(lanes=LANES, compiler=compiler, optimise=("-O2", f"-march={TARGET}"))
    source = backend.text(lower(trace(program), backend)) + "\n#define DSPC_PROGRAM\n" + CLOCK.read_text()  # type: ignore[arg-type]
    library = compile_shared(source, compiler, backend.optimise)
    words = ["valgrind", "--tool=callgrind", "--toggle-collect=counted", "--callgrind-out-file=/dev/null", str(host)]
    ran = subprocess.run([*words, str(library), str(BLOCK), str(WARM), str(COUNTED)], capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode or found is None:
        raise RuntimeError(f"valgrind counted nothing:\n{ran.stderr}")
    return round(int(found[1]) / (BLOCK * COUNTED), 3)


def lines(file: Path = FILE) -> list[Line]:
    texts = file.read_text().splitlines() if file.exists() else []
    return [Line(**json.loads(text)) for text in texts]


def last(known: Iterable[Line], compiler: str) -> Line | None:
    """The newest line with code of this compiler."""
    return next((line for line in reversed(list(known)) if line.compiler == compiler), None)


def worse(now: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
    """The workloads that take too many instructions more, and those that are gone."""
    gone = [f"{name} is not counted any more" for name in before if name not in now]
    more = [
        f"{name} takes {now[name]:g} instructions a sample, {100 * (now[name] / before[name] - 1):.1f} % more than "
        f"{before[name]:g}"
        for name in before
        if name in now and now[name] > before[name] * MOST
    ]
    return gone + more


def version() -> str:
    """The compiler that is used here."""
    compiler = find_compiler()
    assert compiler is not None
    return compiler.version


def append(file: Path = FILE) -> Line:
    """Counts, and adds a line."""
    words = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    line = Line(datetime.now(UTC).date().isoformat(), commit, version(), count())
    with file.open("a") as out:
        out.write(json.dumps(vars(line)) + "\n")
    return line


def check(file: Path = FILE) -> tuple[list[str], str]:
    """What is worse than in the last line, and a table of both."""
    before = last(lines(file), version())
    if before is None:
        return [], f"No line is of {version()}: there is nothing to compare with. python bench/history.py adds one."
    now = count()
    rows = [(name, before.instructions.get(name, "–"), now[name]) for name in now]
    return worse(now, before.instructions), table(("workload", f"{before.date} ({before.commit})", "now"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compares instead of adding a line")
    options = parser.parse_args()
    if reason := missing():
        parser.error(reason)
    if not options.check:
        line = append()
        print(table(("workload", "instructions a sample"), list(line.instructions.items())))
        return
    found, shown = check()
    print(shown)
    if found:
        sys.exit("\n".join(("", *found)))


if __name__ == "__main__":
    main()
