"""The programs that are measured, written as a user would write them.

`WORKLOADS` are small classics, with constants that make every phase exact in any precision (increments are
multiples of 2^-23), so that `references.py` can compute the same sound in f64. `chain` and `loop` are as long as
they are told to be, and cannot be rolled up. `EXAMPLES` are those of the folder examples/.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dspc
from dspc.stdlib import biquad

RATE = 48_000.0
STEPS = 2**23


def increment(hertz: float) -> float:
    """Cycles a sample at 48 kHz, rounded so that sums of it are exact in f32 for ever."""
    return round(hertz / RATE * STEPS) / STEPS


def peaking(index: int) -> tuple[float, float, float, float, float]:
    """One of eight peaking sections an octave apart, ± 6 dB: b0 b1 b2 a1 a2, from the Audio EQ Cookbook."""
    omega = 2 * math.pi * 80.0 * 2**index / RATE
    amplitude = 10 ** ((6.0 if index % 2 == 0 else -6.0) / 40)
    alpha = math.sin(omega) / (2 * (1.0 + 0.1 * index))
    a0 = 1 + alpha / amplitude
    b1 = -2 * math.cos(omega) / a0
    return (1 + alpha * amplitude) / a0, b1, (1 - alpha * amplitude) / a0, b1, (1 - alpha / amplitude) / a0


SECTIONS = [peaking(k) for k in range(8)]
CENTS = (-21, -13, -6, 0, 6, 13, 21)
SAW_STEPS = [increment(110.0 * 2 ** (c / 1200)) for c in CENTS]
VOICES = 16
POLY_STEPS = [[increment(55.0 * 2 ** (v / 4) * 2 ** (c / 1200)) for c in CENTS] for v in range(VOICES)]
GATE_PERIOD, GATE_SHIFT = 65_536, 4096
ATTACK, SUSTAIN = 1 / 512, 0.7
DECAY, RELEASE = 1 - math.exp(-1 / 4800), math.exp(-1 / 4800)
COMBS = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617)
ALLPASSES = (556, 441, 341, 225)
SPREAD = 23
FM_STEPS = [increment(f) for f in (110.0, 220.0, 330.0, 441.1)]


@dspc.effect
def gain(x):
    return 0.5 * x


@dspc.effect
def biquads(x):
    for section in SECTIONS:
        x = biquad(x, *section)
    return x


def blep_saw(step):
    """A saw from -1 to 1 that starts at phase 0, its step rounded over a sample on either side."""
    phase = dspc.phasor(step=step)
    after = dspc.max(1 - phase / step, 0.0)
    before = dspc.max(phase / step - (1 / step - 1), 0.0)
    return 2 * phase - 1 + after * after - before * before


def envelope(gate):
    """A straight attack, then a decay towards 0.7 while the gate is open; to 0 when it is closed."""

    def loop(level, peaked):
        risen = dspc.min(level + ATTACK, 1.0)
        held = dspc.select(peaked, level + (SUSTAIN - level) * DECAY, risen)
        return dspc.select(gate, held, level * RELEASE), gate & (peaked | (risen >= 1.0))

    return dspc.feedback(loop, (0.0, False))[0]


def voice(saws, shift):
    """Mixed saws through an envelope, a state-variable low-pass that it opens, and tanh."""
    level = envelope((dspc.frame + shift) % GATE_PERIOD < GATE_PERIOD // 2)
    g = dspc.tan(math.pi * (200 + 6000 * level) / dspc.sample_rate)
    a1 = 1 / (1 + g * (g + 0.5))
    a2 = g * a1
    a3 = g * a2

    def loop(s1, s2):
        v3 = saws - s2
        v1 = a1 * s1 + a2 * v3
        v2 = s2 + a2 * s1 + a3 * v3
        return 2 * v1 - s1, 2 * v2 - s2, v2

    low = dspc.feedback(loop, (0.0, 0.0))[2]
    return 0.5 * dspc.tanh(2 * low * level)


@dspc.effect
def supersaw():
    return voice(sum(blep_saw(step) for step in SAW_STEPS) / 7, 0)


@dspc.effect
def poly():
    rows = [(*steps, GATE_SHIFT * v) for v, steps in enumerate(POLY_STEPS)]

    def one(row):
        *steps, shift = row
        return voice(sum(blep_saw(step) for step in steps) / 7, dspc.u32(shift))

    return 0.25 * dspc.bank(rows, one).sum()


def comb(x, length):
    def loop(written, damped):
        late = dspc.delay(written, length - 1)
        damped = 0.8 * late + 0.2 * damped
        return x + 0.84 * damped, damped, late

    return dspc.feedback(loop, (0.0, 0.0))[2]


def allpass(x, length):
    def loop(written):
        late = dspc.delay(written, length - 1)
        return x + 0.5 * late, late - x

    return dspc.feedback(loop, (0.0,))[1]


@dspc.effect
def freeverb(left, right):
    def side(spread):
        x = 0.015 * (left + right)
        wet = sum(comb(x, length + spread) for length in COMBS)
        for length in ALLPASSES:
            wet = allpass(wet, length + spread)
        return wet

    return side(0), side(SPREAD)


@dspc.effect
def fm():
    p1, p2, p3, p4 = (2 * math.pi * dspc.phasor(step=step) for step in FM_STEPS)
    m4 = dspc.feedback(lambda previous: dspc.sin(p4 + 0.3 * previous))
    m3 = dspc.sin(p3 + 2.0 * m4)
    m2 = dspc.sin(p2 + 1.5 * m3)
    return 0.5 * dspc.sin(p1 + m2)


WORKLOADS: dict[str, Any] = {
    "gain": gain, "biquads": biquads, "supersaw": supersaw, "freeverb": freeverb, "fm": fm, "poly": poly,
}  # fmt: skip

CHANNELS = {"gain": (1, 1), "biquad": (1, 1), "supersaw": (0, 1), "freeverb": (2, 2), "fm": (0, 1), "poly": (0, 1)}
"""Inputs and outputs, by the names of the shared specification, which calls `biquads` "biquad"."""


# --- programs of any size -----------------------------------------------------------------------------


def _mixed(x: Any, y: Any, operations: int) -> Any:
    """So many scalar operations, each with a constant of its own."""
    for i in range(operations // 3):
        y = y * (0.4 + 0.5 / (i + 2)) + x * (1.0 / (i + 3))
    return y


def chain(operations: int) -> Any:
    """One long way from the input to the output."""

    @dspc.effect
    def straight(x):
        return _mixed(x, x, operations)

    return straight


def loop(operations: int) -> Any:
    """The same inside one feedback."""

    @dspc.effect
    def around(x):
        return dspc.feedback(lambda y: _mixed(x, y, operations))

    return around


SHAPES: dict[str, Callable[[int], Any]] = {"chain": chain, "loop": loop}


# --- the examples -------------------------------------------------------------------------------------


def _examples() -> dict[str, Any]:
    """Every program of examples/, by `file:name`."""
    found: dict[str, Any] = {}
    examples = (Path(__file__).parents[1] / "examples").glob("*.py")
    for path in sorted(p for p in examples if not p.stem.startswith("test_")):
        spec = importlib.util.spec_from_file_location(f"dspc_example_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in vars(module).items():
            if isinstance(value, dspc.Program) and value.function.__module__ == module.__name__:
                found[f"{path.stem}:{name}"] = value
    return found


EXAMPLES = _examples()
