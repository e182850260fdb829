"""Programs made of the library, as users write them, each with its counterpart in others.c.

Frequencies of slow sines are chosen so that floats sum their steps exactly. `constants` are what the C needs to know
that no formula in it gives: taps, a table, coefficients of half-bands.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import dspc
from bench.programs import RATE, STEPS
from dspc.frontend.resampling_filters import HALF_BANDS
from dspc.stdlib import (
    chorus,
    compressor,
    echo,
    fdn,
    high_shelf,
    ladder,
    low_shelf,
    one_pole,
    peaking_eq,
    sine,
    svf,
    tanh_drive,
    wavetable,
)
from dspc.stdlib.splines import laid_out
from dspc.stdlib.wavetables import _levels

SWEEP, SWAY, VIBRATO = (steps * RATE / STEPS for steps in (262, 140, 874))
"""Hz: about 1.5, 0.8 and 5."""
TAPS = np.sinc((np.arange(256) - 127.5) / 4) * np.hamming(256) / 4
SAW = np.array([2 * ((n / 2048 + 0.5) % 1.0) - 1 for n in range(2048)])


@dspc.effect
def moog(x):
    return ladder(x, 1200.0, 0.7)


@dspc.effect
def swept(x):
    return svf(x, 900.0 + 700.0 * sine(SWEEP), q=5.0).band


@dspc.effect
def wide(left, right):
    return chorus(left, right, rate=SWAY)


@dspc.effect
def hall(left, right):
    return fdn(left, right, decays=(3.0, 1.5), crossovers=(2000.0,), lines=8)


@dspc.effect
def squeezed(x):
    return compressor(4 * x, threshold=-30.0, ratio=8.0, makeup=6.0)


@dspc.effect
def string(x):
    """A plucked string's loop, whose length has a vibrato."""
    period = dspc.sample_rate / (220.0 * (1.0 + 0.005 * sine(VIBRATO)))

    def loop(y):
        late = dspc.delay(y, period - 1.5, max=1000, interpolation="lagrange3")
        return 0.1 * x + 0.99 * one_pole(late, 6000.0)

    return dspc.feedback(loop)


@dspc.effect
def table():
    return 0.5 * wavetable(466.0 * (1.0 + 0.01 * sine(VIBRATO)), SAW)


@dspc.effect
def taps(x):
    return dspc.fir(x, TAPS)


@dspc.effect
def valve(x):
    return tanh_drive(x, 3.0, oversample=4)


@dspc.effect
def equaliser(left, right):
    both = low_shelf(dspc.stack([left, right]), 80.0, 3.0)
    for k in range(6):
        both = peaking_eq(both, 160.0 * 2**k, 4.0 if k % 2 else -4.0, 1.4)
    return tuple(high_shelf(both, 9000.0, -3.0))


@dspc.effect
def tape(x, time=dspc.param(0.2505, 0.01, 1.0, unit="s")):
    return echo(x, time, feedback=0.6, tone=3000.0, longest=1.0)


OTHERS: dict[str, tuple[Any, tuple[int, int]]] = {
    "moog": (moog, (1, 1)), "swept": (swept, (1, 1)), "wide": (wide, (2, 2)), "hall": (hall, (2, 2)),
    "squeezed": (squeezed, (1, 1)), "string": (string, (1, 1)), "table": (table, (0, 1)), "taps": (taps, (1, 1)),
    "valve": (valve, (1, 1)), "equaliser": (equaliser, (2, 2)), "tape": (tape, (1, 1)),
}  # fmt: skip
"""The programs, with their inputs and outputs, by their names in others.c."""


def constants() -> str:
    """A header of C."""
    samples, starts, lengths = laid_out(_levels(SAW[None]))
    numbers = {"SWEEP": SWEEP, "SWAY": SWAY, "VIBRATO": VIBRATO}
    arrays = {"TAPS": TAPS, "WAVES": samples, "WAVE_START": starts, "WAVE_LENGTH": lengths}
    for stage, branches in enumerate(HALF_BANDS[:2]):
        arrays |= {f"HALF_BAND_{stage}{branch}": coefficients for branch, coefficients in enumerate(branches)}
    lines = [f"#define {name} ((REAL){value!r})" for name, value in numbers.items()]
    for name, values in arrays.items():
        kind = "int" if isinstance(values[0], int) else "REAL"
        inside = ", ".join(repr(v if kind == "int" else float(v)) for v in values)
        lines.append(f"static const {kind} {name}[{len(values)}] = {{{inside}}};")
    return "\n".join(lines) + "\n"
