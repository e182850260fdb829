"""A hundred and twenty loops, each a delay and a band-pass, coupled through the mean of all: they ring like metal.

    dspc render examples/band_loops.py --input examples/audio/guitar.wav --seconds 8 -o bands.wav
"""

import math

import numpy as np

import dspc

COUNT = 120
LENGTHS = [41 + 7 * i for i in range(COUNT)]
"""Samples."""
CENTRES = [60.0 * 2 ** (i / 15) for i in range(COUNT)]
"""Hz: eight octaves."""
Q = 4.0


def band_pass(hertz):
    """b0 b1 b2 a0 a1 a2, with a gain of 1 in the middle. R. Bristow-Johnson, Audio EQ Cookbook."""
    omega = 2 * math.pi * hertz / dspc.sample_rate
    alpha = dspc.sin(omega) / (2 * Q)
    return alpha, 0.0, -alpha, 1 + alpha, -2 * dspc.cos(omega), 1 - alpha


@dspc.effect(tail=4.0)
def band_loops(
    x,
    gain=dspc.param(0.98, 0.0, 0.999),
    coupling=dspc.param(0.2, 0.0, 1.0),
    level=dspc.param(0.1, 0.0, 1.0),
):
    def loops(ring):
        common = coupling * ring.mean()

        def one(row):
            samples, hertz, own = row
            late = dspc.delay(x + gain * (common + (1 - coupling) * own), samples - 1)
            return dspc.biquads(late, [band_pass(hertz)])

        return dspc.bank(zip(LENGTHS, CENTRES, ring, strict=True), one).stack()

    return level * dspc.feedback(loops, initial=np.zeros(COUNT)).sum()
