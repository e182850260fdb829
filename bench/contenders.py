"""What is measured against what: block functions in C, under one clock, and functions in Python.

Everything is given blocks of the same noise. A contender that is in C has the signature of the shared hand-written C:
`void run(void *state, int n, const float *const *in, float *const *out)`.
"""

from __future__ import annotations

import ctypes
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.measure import Rounds, Span, empty_cache, interleaved, span
from bench.references import noise
from dspc.backends import get_backend
from dspc.backends.c.compiler import Compiler, compile_shared, find_compiler
from dspc.driver.compile import lower
from dspc.frontend.program import trace

CLOCK = Path(__file__).with_name("rivals.c")
FAST_MATH = ("-O3", "-march=native", "-ffast-math")
NANOSECONDS = 3_000_000
"""About how long a measurement takes."""
CHECKED_BLOCK = 64
Floats = np.ndarray[Any, np.dtype[np.float32]]
FloatRows = ctypes.POINTER(ctypes.POINTER(ctypes.c_float))


def rows(data: Floats) -> Any:
    """An array [channels, frames] as C takes it."""
    pointers = [row.ctypes.data_as(ctypes.POINTER(ctypes.c_float)) for row in data]
    return (ctypes.POINTER(ctypes.c_float) * max(len(pointers), 1))(*pointers)


@dataclass
class Contender:
    """One build of one program. Subclasses say how a block is played, and how a run of blocks is timed."""

    inputs: int
    outputs: int
    first: int = field(default=0, kw_only=True)
    """By how many steps its phases are ahead of 0 in the first sample."""
    seconds: float = field(default=0.0, kw_only=True)
    """CPU seconds from the source to what can run."""
    bytes: float | None = field(default=None, kw_only=True)
    """Of machine code and constants; None where there is none of its own."""
    own_algorithm: bool = field(default=False, kw_only=True)
    """Whether its sound is meant to be another one: then no ratio is taken."""

    def sound(self, frames: int) -> Floats:
        """What it makes first, from a new state on, in blocks of 64."""
        self.restart()
        x = noise(self.inputs, frames)
        made = [self.play(x[:, start : start + CHECKED_BLOCK].copy()) for start in range(0, frames, CHECKED_BLOCK)]
        return np.concatenate(made, axis=1)

    def restart(self) -> None:
        raise NotImplementedError

    def play(self, x: Floats) -> Floats:
        raise NotImplementedError

    def time(self, block: int, blocks: int) -> float:
        """CPU nanoseconds a sample."""
        raise NotImplementedError


@dataclass
class InC(Contender):
    """A block function at an address."""

    run: int
    """Its address."""
    new: Callable[[int], int]
    """A new state, for blocks of a length."""
    clock: ctypes.CDLL
    keep: Any = None
    """What has to live as long as the function."""
    states: dict[int, int] = field(default_factory=dict[int, int])

    def state(self, block: int) -> int:
        if block not in self.states:
            self.states[block] = self.new(block)
        return self.states[block]

    def restart(self) -> None:
        self.states.clear()

    def play(self, x: Floats) -> Floats:
        y = np.zeros((self.outputs, x.shape[1]), np.float32)
        self.clock.bench_play(self.run, self.state(x.shape[1]), x.shape[1], rows(x), rows(y))
        return y

    def time(self, block: int, blocks: int) -> float:
        x, y = noise(self.inputs, block), np.zeros((self.outputs, block), np.float32)
        return self.clock.bench_time(self.run, self.state(block), blocks, block, rows(x), rows(y))


@dataclass
class InPython(Contender):
    """A function of blocks [channels, frames], with a state of its own; the calls are part of what is timed."""

    new: Callable[[], Callable[[Floats], Floats]]

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.run = self.new()

    def play(self, x: Floats) -> Floats:
        return np.asarray(self.run(x), np.float32)

    def time(self, block: int, blocks: int) -> float:
        x = noise(self.inputs, block)
        start = time.thread_time_ns()
        for _ in range(blocks):
            self.run(x)
        return (time.thread_time_ns() - start) / (block * blocks)


def build(command: tuple[str, ...], source: Path, target: Path, *more: str) -> Path:
    """A shared library of one file."""
    subprocess.run([*command, "-shared", "-fPIC", "-w", str(source), "-o", str(target), *more, "-lm"], check=True)
    return target


def build_clock(folder: Path) -> ctypes.CDLL:
    clock = ctypes.CDLL(str(build(("cc", "-O2"), CLOCK, folder / "clock.so")))
    clock.bench_time.restype, clock.bench_play.restype = ctypes.c_double, None
    where = [ctypes.c_void_p, ctypes.c_void_p]
    clock.bench_time.argtypes = [*where, ctypes.c_int, ctypes.c_int, FloatRows, FloatRows]
    clock.bench_play.argtypes = [*where, ctypes.c_int, FloatRows, FloatRows]
    return clock


def code_bytes(library: Path) -> float:
    """What `size` calls text: machine code and constants."""
    said = subprocess.run(["size", str(library)], capture_output=True, text=True, check=True).stdout
    return float(said.splitlines()[1].split()[0])


def in_c(library: Path, name: str, channels: tuple[int, int], clock: ctypes.CDLL, **more: Any) -> InC:
    """The functions `name_new` and `name_run` of a library."""
    found = ctypes.CDLL(str(library))
    clock.bench_ieee()
    new, run = getattr(found, f"{name}_new"), getattr(found, f"{name}_run")
    new.restype, new.argtypes = ctypes.c_void_p, []
    address = ctypes.cast(run, ctypes.c_void_p).value
    assert address is not None
    return InC(*channels, address, lambda block: new(), clock, found, **more)


@dataclass
class Costs:
    """What a compilation took: CPU seconds of Python and of the C compiler."""

    python: Span
    compiler: Span


def with_dspc(program: Any, channels: tuple[int, int], clock: ctypes.CDLL) -> tuple[InC, Costs]:
    """dspc's build, as its C backend makes it for this machine, and what it took with nothing in the cache."""
    backend: Any = get_backend("c")
    compiler: Compiler | None = find_compiler()
    assert compiler is not None
    with span() as python:
        source = backend.text(lower(trace(program), backend))
    with empty_cache():
        with span() as native:
            library = compile_shared(source + "\n#define DSPC_PROGRAM\n" + CLOCK.read_text(), compiler)
        made = in_c(library, "program", channels, clock, seconds=python.cpu + native.cpu, bytes=code_bytes(library))
    return made, Costs(python, native)


def timed(contenders: dict[str, Contender], rounds: int, block: int, base: str) -> dict[str, Any]:
    """CPU ns a sample of each contender, the median of its ratio to the base round by round, and their spread."""
    tasks: dict[str, Callable[[], float]] = {}
    for name, contender in contenders.items():
        contender.time(block, 2)
        calls = max(int(NANOSECONDS / block / contender.time(block, 20)), 1)
        tasks[name] = lambda c=contender, n=calls: c.time(block, n)
    times: Rounds = interleaved(rounds, tasks)
    ratios = {n: float(np.median(np.divide(times.values[n], times.values[base]))) for n in contenders}
    return {"ns": times.medians(), "ratio": ratios, "spread": {n: times.spread(n) for n in contenders}}
