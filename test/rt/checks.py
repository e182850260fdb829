"""`check_quiet`: a compiled engine keeps the real-time rules, by audit, preload guard and seccomp filter."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rt.audit import ENGINE, Policy, audit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RUNTIME = ROOT / "runtime"
TOOLS = ROOT / "build" / "rt"


@dataclass(frozen=True)
class Run:
    """How one guarded run ended: `done`, or what stopped or disturbed it."""

    end: str
    detail: int
    calls: int
    names: str

    @property
    def is_quiet(self) -> bool:
        return self.end == "done" and self.calls == 0

    def __str__(self) -> str:
        if self.end == "done":
            return f"{self.calls} forbidden calls: {self.names.strip()}"
        return f"{self.end} ({self.detail})"


def compile_c(out: Path, *args: str | Path, compiler: str = os.environ.get("CC", "cc")) -> Path:
    """Compiles to `out`, whole or not at all: two test processes may build the same file at once."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        made = Path(folder) / out.name
        command = [compiler, "-std=gnu11", "-O2", f"-I{RUNTIME}", *args, "-o", made]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        os.replace(made, out)
    return out


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


@cache
def guard_library() -> Path:
    source = HERE / "guard.c"
    out = TOOLS / f"guard-{digest(source)}.so"
    return out if out.exists() else compile_c(out, "-shared", "-fPIC", source, "-ldl")


@cache
def host_program() -> Path:
    source = HERE / "host.c"
    out = TOOLS / f"host-{digest(source, RUNTIME / 'engine.h')}"
    return out if out.exists() else compile_c(out, source, "-ldl")


def play(
    so_path: Path,
    *,
    blocks: int = 400,
    frames: int = 128,
    rate: float = 48000.0,
    seed: int = 1,
    limit_ms: int = 20000,
) -> dict[str, Run]:
    """Plays the engine with random events under the `guard` and under `seccomp`; one `Run` for each."""
    arguments = [so_path.resolve(), blocks, frames, rate, seed, limit_ms]
    done = subprocess.run(
        [str(word) for word in (host_program(), *arguments)],
        env={**os.environ, "LD_PRELOAD": str(guard_library())},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return {name: Run(**run) for name, run in json.loads(done.stdout).items()}


def check_quiet(
    so_path: Path,
    *,
    policy: Policy = ENGINE,
    stack_usage: Collection[Path] = (),
    blocks: int = 400,
    frames: int = 128,
    rate: float = 48000.0,
    seed: int = 1,
) -> None:
    """Raises AssertionError with all that was found, if the engine at `so_path` is not real-time safe.

    The file exposes the engine ABI and `const dspc_program *dspc_program_get(void)`.
    """
    problems = [str(finding) for finding in audit(so_path, policy, stack_usage).findings]
    for name, run in play(so_path, blocks=blocks, frames=frames, rate=rate, seed=seed).items():
        if not run.is_quiet:
            problems.append(f"{name}: {run}")
    assert not problems, f"{so_path.name} is not quiet:\n  " + "\n  ".join(problems)
