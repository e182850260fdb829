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
    again = dspc.frame % 128 == 0
    return (
        stdlib.triangle(moved, 0.1, again) + stdlib.sine(stdlib.scala(60 + 30 * x, ["9/8", "3/2", "2/1"])),
        stdlib.saw(moved, reset=again) + stdlib.pulse(moved, width + x, 0.7),
        stdlib.pulse(2 * moved, width, 0.7, again, sync=frequency),
        stdlib.super_saw(moved, 40 * width, x, 5) + stdlib.sub(moved, 2),
        stdlib.fm_operator(moved, x, 1.5, 3.0, feedback=width),
        stdlib.wavetable(moved, _ROWS, 2 * x + 1),
        stdlib.pink_noise(),
    )


@program
@dspc.effect
def library_modulators(x, shape=dspc.choice(*_SHAPES), rate=dspc.param(30.0, 1.0, 200.0, scale="log")):
    left, right = stdlib.sampler(_RECORDING, 300 + 2000 * x, x > 0.9, loop=(100, 200))
    moved = stdlib.lfo(rate * (1 + x), shape, 0.3, reset=x > 0.9)
    return moved, stdlib.lfo(shape="saw", sync=0.01 + abs(x)), left, right
