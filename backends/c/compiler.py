"""The C compiler: which one, its flags, and a cache of what it made."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dspc.backends.host_errors import host_error

STRICT = (
    "-std=c11", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fwrapv",
    "-fno-strict-aliasing", "-fvisibility=default", "-fno-jump-tables", "-w",
)  # fmt: skip
"""What the contract on bits, and the audit, need. Never -ffast-math."""
LOOPS = {"gcc": ("-fno-tree-slp-vectorize", "-fvect-cost-model=dynamic"), "clang": ("-fno-slp-vectorize",)}
"""Packing the scalars of a recursion into vectors makes it slower, loops over samples are worth it."""
LARGE_LINES = 3000
LARGE = {"gcc": ("-fno-gcse", "-fno-tree-pre"), "clang": ()}
"""For files of so many lines: what looks for redundancy takes a time that is quadratic in a function's length."""
FAST = ("-O2", "-march=native")


@dataclass(frozen=True)
class Compiler:
    """A C compiler: the words that call it, its family (gcc or clang) and what it says of its version."""

    command: tuple[str, ...]
    family: str
    version: str

    def flags(self, optimise: tuple[str, ...], lines: int = 0) -> list[str]:
        """The flags for a file of that many lines."""
        large = LARGE[self.family] if lines > LARGE_LINES else ()
        return [*STRICT, *LOOPS[self.family], *large, *optimise]


@cache
def _identify(command: tuple[str, ...], path: str) -> Compiler | None:
    try:
        said = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if said.returncode:
        return None
    family = "clang" if "clang" in said.stdout.lower() or "ziglang" in command else "gcc"
    return Compiler(command, family, said.stdout.splitlines()[0])


def find_compiler() -> Compiler | None:
    """$CC, cc, gcc, clang, or the compiler in PyPI's ziglang; None if there is none."""
    path = os.environ.get("PATH", "")
    named = os.environ.get("CC", "").split()
    for command in (tuple(named), ("cc",), ("gcc",), ("clang",)):
        if command and shutil.which(command[0]) and (found := _identify(command, path)):
            return found
    if importlib.util.find_spec("ziglang"):
        return _identify((sys.executable, "-m", "ziglang", "cc"), path)
    return None


def cache_folder() -> Path:
    """Where compiled programs are kept: $DSPC_CACHE, else the user's cache folder."""
    if named := os.environ.get("DSPC_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "dspc"


def compile_shared(source: str, compiler: Compiler, optimise: tuple[str, ...] = FAST) -> Path:
    """The shared library of a C file, from the cache if the same text was compiled the same way before.

    Two processes may do this at once: each compiles to a file of its own and renames it.
    Raises `HostError` DSP320 with the compiler's words if it fails.
    """
    flags = compiler.flags(optimise, source.count("\n"))
    machine = cpu_signature() if "-march=native" in flags else ""
    key = "\0".join([source, compiler.version, *compiler.command, *flags, machine])
    target = cache_folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.so"
    if target.exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        target = Path(tempfile.mkdtemp(prefix="dspc-")) / target.name
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made, text = Path(scratch) / "program.so", Path(scratch) / "program.c"
        text.write_text(source)
        ran = subprocess.run([*compiler.command, *flags, str(text), "-o", str(made)], capture_output=True, text=True)
        if ran.returncode:
            raise host_error("DSP320", f"{compiler.command[0]} failed:\n{ran.stderr.strip()[:2000]}",
                             'use backend="wasm" or "bytecode", or another compiler through $CC')  # fmt: skip
        os.replace(made, target)
    return target


@cache
def cpu_signature() -> str:
    """What -march=native depends on: a cache may be shared by machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        import platform

        return platform.processor() or platform.machine()
    return "\n".join(dict.fromkeys(line for line in lines if line.startswith(("model name", "flags", "Features"))))


@cache
def native_lanes(compiler: Compiler) -> int:
    """How many f32 lanes this machine's vectors have, as the compiler sees it."""
    said = subprocess.run([*compiler.command, "-march=native", "-dM", "-E", "-x", "c", os.devnull],
                          capture_output=True, text=True).stdout  # fmt: skip
    macros = {line.split()[1] for line in said.splitlines() if line.startswith("#define")}
    if "__AVX512F__" in macros:
        return 16
    return 8 if "__AVX__" in macros else 4
