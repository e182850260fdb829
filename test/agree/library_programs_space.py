"""Delays and space of the library."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
from agree.programs import program

import dspc
from dspc import stdlib
from dspc.stdlib import convolution, reverbs

RESPONSE = np.cos(np.arange(50.0) ** 2 / 9.0) * np.exp(-np.arange(50.0) / 20.0)
SMALL = {
    "COMBS": [n / 16 for n in reverbs.COMBS], "ALL_PASSES": [n / 16 for n in reverbs.ALL_PASSES],
    "PLATE": 16 * reverbs.PLATE, "LINES": [t / 32 for t in reverbs.LINES],
    "DIFFUSION": [t / 32 for t in reverbs.DIFFUSION],
}  # fmt: skip
"""Rooms whose echoes come while these programs last."""


@program
@dspc.effect
def swaying(x, y, time=dspc.param(0.004, 0.001, 0.02), depth=dspc.param(0.001, 0.0, 0.004)):
    pairs = *stdlib.ping_pong(x, y, time, 0.7, longest=0.05), *stdlib.chorus(x, y, 30.0, depth, 0.002, voices=3)
    flanged = stdlib.flanger(x, 20.0, depth, depth, -0.5, through_zero=True)
    return *pairs, stdlib.echo(y, time, 0.9, longest=0.05), flanged, stdlib.phaser(y, 20.0, depth=2.0, stages=5)


@program
@dspc.effect
def rooms(x, y, decay=dspc.param(1.0, 0.1, 10.0), room=dspc.param(0.5, 0.0, 1.0)):
    with patch.multiple(reverbs, **SMALL):
        first = *stdlib.freeverb(x, y, room, room, mix=1.0), *stdlib.dattorro(x, y, decay, mix=1.0)
        halls = *first, *stdlib.zita_rev1(x, y, decay, predelay=0.0, mix=1.0)
    with patch.multiple(convolution, SHORTEST_BLOCK=8):
        convolved = stdlib.convolver(x, RESPONSE, 0.5)
    return *halls, *stdlib.fdn(x, y, (decay, room), (500.0,), 0.005 + 0.002 * room, lines=8), convolved
