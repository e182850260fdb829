"""The library's oscillators, noises and scales, together in few programs."""

from __future__ import annotations

import numpy as np
from agree.programs import program

import dspc
from dspc import stdlib

_ROWS = np.random.default_rng(7).uniform(-1, 1, (3, 40))
_RECORDING = np.random.default_rng(8).uniform(-1, 1, (2, 300))
_SHAPES = ("sine", "triangle", "saw", "square", "steps", "drift")


@program
@dspc.effect
def library_oscillators(x, frequency=dspc.param(700.0, 20.0, 20_000.0, scale="log"), width=dspc.param(0.3, 0.0, 1.0)):
    moved = frequency * (1 + 0.5 * x)
    again = dspc.frame % 211 == 0
    wide = stdlib.wavetable(moved, _ROWS, 2 * x + 1) + stdlib.wavetable(440.0, _ROWS[0], reset=again)
    return (
        stdlib.sine(moved, 0.1, again) + stdlib.triangle(moved, reset=again),
        stdlib.saw(moved, reset=again) + stdlib.saw(3 * moved, 0.2, sync=frequency),
        stdlib.pulse(moved, width + x, 0.7) + stdlib.square(moved),
        stdlib.pulse(2 * moved, width, 0.7, again, sync=frequency) + stdlib.square(frequency, sync=moved),
        stdlib.super_saw(moved, 40 * width, x, 5) + stdlib.sub(moved, 2, "triangle"),
        stdlib.fm_operator(moved, x, 1.5, 3.0, feedback=width) + stdlib.fm_operator(300.0, x),
        wide,
        stdlib.pink_noise() + stdlib.pink_noise(3),
    )


@program
@dspc.effect
def library_modulators(x, shape=dspc.choice(*_SHAPES), rate=dspc.param(30.0, 1.0, 200.0, scale="log")):
    left, right = stdlib.sampler(_RECORDING, 300 + 2000 * x, x > 0.9, loop=(100, 200))
    return (
        stdlib.lfo(rate, shape, 0.3) + stdlib.lfo(rate * (1 + x), "steps", reset=x > 0.9),
        sum(stdlib.lfo(40.0, name, unipolar=True) for name in _SHAPES) + stdlib.lfo(shape="saw", sync=0.01 + abs(x)),
        left,
        right + stdlib.sampler((_RECORDING[0], 22_050), 900.0),
        stdlib.sine(stdlib.scala(60 + 30 * x, ["9/8", "3/2", "2/1"])),
    )
