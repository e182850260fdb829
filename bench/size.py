"""Time and compile time against size: more voices, more partials, more sections, all else equal.

A program of twice the size should take at most twice the time, and less where what it is made of fills vectors. The
output of every size is compared with an f64 sum before its time counts.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import dspc
from bench import programs as p
from bench.contenders import Contender, build_clock, timed, with_dspc
from bench.measure import table
from bench.references import Doubles, cascade, error_db, noise, voices
from dspc.stdlib import biquad

BLOCK, CHECKED = 64, 512
LOUDEST_ERROR_DB = -65.0
"""Of hundreds of partials or dozens of direct forms, whose roundings add."""


def voice_steps(count: int) -> list[list[float]]:
    """Voices an eighth of a semitone apart, so that 256 of them stay below half the rate."""
    return [[p.increment(55.0 * 2 ** (v / 96) * 2 ** (c / 1200)) for c in p.CENTS] for v in range(count)]


def poly(count: int) -> Any:
    rows = [(*steps, p.GATE_SHIFT * v % p.GATE_PERIOD) for v, steps in enumerate(voice_steps(count))]

    def one(row):
        *steps, shift = row
        return p.voice(sum(p.blep_saw(step) for step in steps) / 7, dspc.u32(shift))

    return dspc.effect(lambda: dspc.bank(rows, one).sum() * (1 / count))


def poly_reference(count: int, x: Doubles) -> Doubles:
    shifts = [p.GATE_SHIFT * v % p.GATE_PERIOD for v in range(count)]
    return voices(voice_steps(count), shifts, x.shape[1], 0).sum(0, keepdims=True) / count


def partial_steps(count: int) -> list[float]:
    """Harmonics of a tone so low that 1,024 of them stay below half the rate."""
    return [p.increment(20.0) * (k + 1) for k in range(count)]


def partials(count: int) -> Any:
    def one(row):
        step, level = row
        return level * dspc.sin_turns(dspc.phasor(step=step))

    rows = [(step, 1 / (k + 1)) for k, step in enumerate(partial_steps(count))]
    return dspc.effect(lambda: dspc.bank(rows, one).sum())


def partials_reference(count: int, x: Doubles) -> Doubles:
    n = np.arange(x.shape[1])
    return sum(np.sin(2 * np.pi * step * n) / (k + 1) for k, step in enumerate(partial_steps(count)))[None]


def sections(count: int) -> list[tuple[float, ...]]:
    """The eight of the workload, over and over: each lifts what the next lowers."""
    return [p.SECTIONS[k % 8] for k in range(count)]


def biquads(count: int) -> Any:
    def series(x):
        for section in sections(count):
            x = biquad(x, *section)
        return x

    return dspc.effect(series)


@dataclass(frozen=True)
class Axis:
    """What grows: programs by their size, what they should compute, and sizes."""

    program: Callable[[int], Any]
    reference: Callable[[int, Doubles], Doubles]
    sizes: tuple[int, ...]
    inputs: int = 0


AXES = {
    "voices": Axis(poly, poly_reference, (1, 2, 4, 8, 16, 32, 64, 128, 256)),
    "partials": Axis(partials, partials_reference, (1, 4, 16, 64, 256, 1024)),
    "biquads in series": Axis(biquads, lambda n, x: cascade(x, sections(n)), (1, 2, 4, 8, 16, 32, 64), inputs=1),
}


def check(axis: Axis, size: int, made: Contender) -> float:
    """The error against the f64 sum in dB. Raises ValueError if it is too large."""
    x = noise(max(axis.inputs, 1), CHECKED).astype(np.float64)
    error = error_db(made.sound(CHECKED), axis.reference(size, x))
    if not error <= LOUDEST_ERROR_DB:
        raise ValueError(f"a program of size {size} is not what it should be: {error:.0f} dB")
    return error


def measure(rounds: int, axes: dict[str, Axis] | None = None) -> dict[str, Any]:
    """By axis, a row for each size. Raises ValueError where an output is wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        clock = build_clock(Path(scratch))
        return {name: _grown(axis, rounds, clock) for name, axis in (axes or AXES).items()}


def _grown(axis: Axis, rounds: int, clock: Any) -> list[dict[str, float]]:
    made = {size: with_dspc(axis.program(size), (axis.inputs, 1), clock) for size in axis.sizes}
    errors = {size: check(axis, size, contender) for size, (contender, _) in made.items()}
    contenders: dict[str, Contender] = {str(size): contender for size, (contender, _) in made.items()}
    ns = timed(contenders, rounds, BLOCK, str(axis.sizes[0]))["ns"]
    return [
        {"size": size, "ns": ns[str(size)], "ns a unit": ns[str(size)] / size, "Python s": costs.python.cpu,
         "compiler s": costs.compiler.cpu, "code bytes": contender.bytes or 0.0, "error dB": errors[size]}
        for size, (contender, costs) in made.items()
    ]  # fmt: skip


def report(found: dict[str, Any]) -> str:
    parts = ["## Against size", f"CPU ns a sample at {p.RATE:g} Hz, C, blocks of {BLOCK}, in all and for each unit; "
             "CPU seconds to compile."]  # fmt: skip
    for name, rows in found.items():
        parts.append(table((name, *list(rows[0])[1:]), [tuple(row.values()) for row in rows]))
    return "\n\n".join(parts)


def plot(found: dict[str, Any], path: Path) -> bool:
    """Draws both against size; False without matplotlib, which only this needs."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes: Any = figure.subplots(1, 2)
    for name, rows in found.items():
        sizes = [row["size"] for row in rows]
        axes[0].loglog(sizes, [row["ns a unit"] for row in rows], "o-", label=name)
        axes[1].loglog(sizes, [row["Python s"] + row["compiler s"] for row in rows], "o-", label=name)
    for each, what in zip(axes, ("CPU ns a sample and unit", "CPU seconds to compile"), strict=True):
        each.set(xlabel="units", ylabel=what)
        each.grid(True, which="both", alpha=0.3)
        each.legend()
    figure.savefig(path)
    return True

