"""What it costs to compile an example."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tree import ROOT

_PROGRAM = """
import resource, sys
import dspc
from dspc.driver.programs import open_programs
assert dspc.compile(open_programs(sys.argv[1]).programs[0], backend="c").backend == "c"
print(sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))))
"""


def seconds_to_compile(example: str, cache: Path) -> float:
    """The processor's time, of Python from its start on and of the C compiler; `cache` is a new folder."""
    command = [sys.executable, "-c", _PROGRAM, str(ROOT / "examples" / f"{example}.py")]
    environment = {**os.environ, "DSPC_CACHE": str(cache)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert any(cache.iterdir()), "it was not compiled here"
    return float(done.stdout)
