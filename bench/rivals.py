"""dspc against straightforward C, written by hand: ratios within the same rounds, block by block.

The C is that of a folder with `hand.c` and `spec.py` (--hand FOLDER, or ../shared/bench beside the project), built
with -O3 -march=native -ffast-math; dspc's is what the C backend makes, with its own strict flags. Every output is
compared with an f64 reference before its time counts.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np

from bench.measure import Rounds, interleaved, span, table
from bench.programs import RATE, WORKLOADS
from bench.references import REFERENCES, error_db, noise
from dspc.backends import get_backend
from dspc.backends.c.compiler import compile_shared, find_compiler
from dspc.driver.compile import lower
from dspc.frontend.program import trace

HAND = Path(__file__).resolve().parents[2] / "shared" / "bench"
CLOCK = Path(__file__).with_name("rivals.c")
FAST_MATH = ("-O3", "-march=native", "-ffast-math")
BUILDS = {
    "hand, gcc": ("gcc", *FAST_MATH),
    "hand, gcc without SLP": ("gcc", *FAST_MATH, "-fno-tree-slp-vectorize"),
    "hand, clang": ("clang", *FAST_MATH),
}
BASE = "hand, gcc"
NAMES = {"biquad": "biquads"}
"""What a workload of hand.c is called here, where that differs."""
CHANNELS = {"gain": (1, 1), "biquad": (1, 1), "supersaw": (0, 1), "freeverb": (2, 2), "fm": (0, 1), "poly": (0, 1)}
BLOCKS = (64, 8, 441)
NANOSECONDS = 3_000_000
"""About how long a measurement takes."""
CHECKED = 4096
LOUDEST = {"biquad": -78.0}
LOUDEST_ERROR_DB = -100.0
FloatRows = ctypes.POINTER(ctypes.POINTER(ctypes.c_float))


def rows(data: np.ndarray[Any, Any]) -> Any:
    """An array [channels, frames] as C takes it."""
    pointers = [row.ctypes.data_as(ctypes.POINTER(ctypes.c_float)) for row in data]
    return (ctypes.POINTER(ctypes.c_float) * max(len(pointers), 1))(*pointers)


@dataclass
class Contender:
    """One build of one workload: its block function, and its state."""

    library: ctypes.CDLL
    run: Any
    state: int
    channels: tuple[int, int]
    clock: ctypes.CDLL

    def sound(self, frames: int) -> np.ndarray[Any, Any]:
        """What it makes first, in blocks of 64."""
        x, y = noise(self.channels[0], frames), np.zeros((self.channels[1], frames), np.float32)
        for start in range(0, frames, 64):
            self.run(self.state, 64, rows(x[:, start : start + 64]), rows(y[:, start : start + 64]))
        return y

    def time(self, block: int, blocks: int) -> float:
        """CPU nanoseconds a sample."""
        x, y = noise(self.channels[0], block), np.zeros((self.channels[1], block), np.float32)
        address = ctypes.cast(self.run, ctypes.c_void_p)
        return self.clock.bench_time(address, self.state, blocks, block, rows(x), rows(y))


def contender(library: Path, name: str, channels: tuple[int, int], clock: ctypes.CDLL) -> Contender:
    found = ctypes.CDLL(str(library))
    new, run = getattr(found, f"{name}_new"), getattr(found, f"{name}_run")
    new.restype, run.restype = ctypes.c_void_p, None
    run.argtypes = [ctypes.c_void_p, ctypes.c_int, FloatRows, FloatRows]
    return Contender(found, run, new(), channels, clock)


def build(command: tuple[str, ...], source: Path, target: Path, *more: str) -> Path:
    subprocess.run([*command, "-shared", "-fPIC", "-w", str(source), "-o", str(target), *more, "-lm"], check=True)
    return target


def by_hand(folder: Path, hand: Path) -> dict[str, Path]:
    """The builds of the hand-written C by compilers that are here, and "reference" in f64."""
    subprocess.run([sys.executable, str(hand / "spec.py"), str(folder)], check=True)
    found: dict[str, Path] = {}
    for i, (name, command) in enumerate(BUILDS.items()):
        if which(command[0]):
            found[name] = build((*command, f"-I{folder}", "-DREAL=float"), hand / "hand.c", folder / f"hand_{i}.so")
    return found


def ours(name: str, clock: ctypes.CDLL) -> tuple[Contender, dict[str, float]]:
    """dspc's build of a workload, and what it took: seconds of Python and of the compiler, bytes of code."""
    backend: Any = get_backend("c")
    program = WORKLOADS[NAMES.get(name, name)]
    with span() as python:
        source = backend.text(lower(trace(program), backend))
    compiler = find_compiler()
    assert compiler is not None
    with span() as native:
        library = compile_shared(source + "\n#define DSPC_PROGRAM\n" + CLOCK.read_text(), compiler)
    size = subprocess.run(["size", str(library)], capture_output=True, text=True, check=True).stdout.split()[6]
    made = contender(library, "program", CHANNELS[name], clock)
    return made, {"python": python.cpu, "compiler": native.cpu, "bytes": float(size)}


def check(name: str, made: Contender) -> float:
    """The error of the output against the f64 reference in dB. Raises ValueError if it is too large."""
    reference = REFERENCES[NAMES.get(name, name)](noise(max(made.channels[0], 1), CHECKED).astype(np.float64))
    error = error_db(made.sound(CHECKED), reference)
    if error > LOUDEST.get(name, LOUDEST_ERROR_DB):
        raise ValueError(f"{name} is not what it should be: {error:.0f} dB")
    return error


def measure(rounds: int, hand: Path = HAND) -> dict[str, Any]:
    """Ratios by workload, contender and block. Raises ValueError where an output is wrong."""
    if not (hand / "hand.c").exists():
        raise ValueError(f"there is no hand.c in {hand}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        clock = ctypes.CDLL(str(build(("cc", "-O2"), CLOCK, folder / "clock.so")))
        clock.bench_time.restype = ctypes.c_double
        clock.bench_time.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, FloatRows, FloatRows]
        builds = by_hand(folder, hand)
        found: dict[str, Any] = {}
        for name, channels in CHANNELS.items():
            made, cost = ours(name, clock)
            error = check(name, made)
            contenders = {build: contender(library, name, channels, clock) for build, library in builds.items()}
            contenders["dspc"] = made
            found[name] = {"error": error, **cost, "blocks": _times(contenders, rounds)}
        return found


def _times(contenders: dict[str, Contender], rounds: int) -> dict[int, dict[str, Any]]:
    """By block: ns a sample of each contender, and the median of its ratio to the base, round by round."""
    found: dict[int, dict[str, Any]] = {}
    for block in BLOCKS:
        calls = {n: max(int(NANOSECONDS / block / c.time(block, 50)), 1) for n, c in contenders.items()}
        tasks = {n: partial(c.time, block, calls[n]) for n, c in contenders.items()}
        times: Rounds = interleaved(rounds, tasks)
        ratios = {n: float(np.median(np.divide(times.values[n], times.values[BASE]))) for n in contenders}
        found[block] = {"ns": times.medians(), "ratio": ratios, "spread": times.spread("dspc")}
    return found


def report(found: dict[str, Any]) -> str:
    names = list(next(iter(found.values()))["blocks"][BLOCKS[0]]["ns"])
    head = ("workload", *names, "dspc at 8", "dspc at 441", "error dB", "Python s", "compiler s", "code bytes")
    lines: list[tuple[Any, ...]] = []
    for name, row in found.items():
        at = row["blocks"]
        ratios = [f"{at[64]['ratio'][n]:.3f} ({at[64]['ns'][n]:.2f})" for n in names]
        lines.append((name, *ratios, at[8]["ratio"]["dspc"], at[441]["ratio"]["dspc"], row["error"], row["python"],
                      row["compiler"], row["bytes"]))  # fmt: skip
    return "\n\n".join((
        "## Against C written by hand",
        f"Ratio of the time to that of {BASE} in the same rounds (CPU ns a sample) at {RATE:g} Hz, blocks of 64:",
        table(head, lines),
    ))  # fmt: skip
