"""Faust: its C++ through g++, scalar and vector builds. The programs are bench/faust/*.dsp."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path
from shutil import which

from bench.contenders import FAST_MATH, Contender, build, code_bytes, in_c
from bench.measure import span
from bench.programs import CHANNELS

SOURCES = Path(__file__).resolve().parents[1] / "faust"
BUILDS = {"Faust": (), "Faust -vec": ("-vec",), "Faust -vec -lv 1": ("-vec", "-lv", "1")}
BEST_ONLY = True
"""Options by name; the fastest build of a workload is the one that is reported."""


def missing() -> str | None:
    gone = [command for command in ("faust", "g++") if which(command) is None]
    return f"no {' and no '.join(gone)}" if gone else None


def make(name: str, folder: Path, clock: ctypes.CDLL) -> dict[str, Contender]:
    """All builds of a workload."""
    found: dict[str, Contender] = {}
    for i, (label, options) in enumerate(BUILDS.items()):
        text, library = folder / f"faust_{name}_{i}.cpp", folder / f"faust_{name}_{i}.so"
        command = ["faust", *options, "-I", SOURCES, "-a", SOURCES / "block.cpp", SOURCES / f"{name}.dsp", "-o", text]
        with span() as taken:
            subprocess.run([str(word) for word in command], check=True)
            build(("g++", *FAST_MATH), text, library)
        costs = {"seconds": taken.cpu, "bytes": code_bytes(library)}
        found[label] = in_c(library, "program", CHANNELS[name], clock, first=1, **costs)
    return found
