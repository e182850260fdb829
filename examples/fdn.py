"""A feedback delay network: sixteen delays, mixed by a lossless matrix; how long it sounds is set in five bands.

    dspc render examples/fdn.py --input examples/audio/guitar.wav --seconds 8 -o fdn.wav
"""

import math

import numpy as np

import dspc

LENGTHS = (887, 953, 1049, 1129, 1213, 1301, 1399, 1511, 1621, 1753, 1879, 2017, 2179, 2341, 2503, 2699)
"""Samples, at any rate; primes, so that the echoes fall together as late as can be."""
CROSSOVERS = (150.0, 600.0, 2400.0, 9600.0)
"""Hz, between the bands."""
MIX = np.eye(16) - 2 / 16
"""A Householder reflection, which is orthogonal."""
SIDES = np.array([[1.0, 1.0, -1.0, -1.0] * 4, [1.0, -1.0, -1.0, 1.0] * 4]) / 4


def high_shelf(frequency, db):
    """R. Bristow-Johnson, Audio EQ Cookbook: `db` more above the frequency, Q = 1/sqrt(2)."""
    a, omega = dspc.exp2(db * (math.log2(10) / 40)), 2 * math.pi * frequency / dspc.sample_rate
    c, s = dspc.cos(omega), dspc.sqrt(2 * a) * dspc.sin(omega)
    plus, minus = a + 1, a - 1
    up = (a * (plus + minus * c + s), -2 * a * (minus + plus * c), a * (plus + minus * c - s))
    return *up, plus - minus * c + s, 2 * (minus - plus * c), plus - minus * c - s


def network(left, right, decays, freeze):
    """The sixteen lines, as an array; while it is frozen nothing gets in, and nothing is lost."""
    fed = dspc.matrix(SIDES.T) @ [dspc.select(freeze, 0.0, left), dspc.select(freeze, 0.0, right)]

    def line(row):
        samples, x = row
        # A gain for the lowest band, then a shelf at each crossover: 60 dB in a band's decay time.
        levels = [dspc.select(freeze, 0.0, -60 * samples / (decay * dspc.sample_rate)) for decay in decays]
        shelves = [high_shelf(f, b - a) for f, a, b in zip(CROSSOVERS, levels, levels[1:], strict=False)]
        gain = dspc.exp2(levels[0] * (math.log2(10) / 20))
        return dspc.biquads(gain * dspc.delay(x, samples - 1), shelves)

    def loop(lines):
        return dspc.bank(zip(LENGTHS, fed + dspc.matrix(MIX) @ lines, strict=True), line).stack()

    return dspc.feedback(loop, initial=np.zeros(len(LENGTHS)))


@dspc.effect(tail=10.0)
def fdn(
    left,
    right,
    decays=[dspc.param(t, 0.1, 20.0, unit="s", scale="log") for t in (2.0, 2.4, 2.0, 1.4, 0.8)],
    freeze=dspc.button(),
    mix=dspc.param(0.3, 0.0, 1.0),
):
    wet_left, wet_right = dspc.matrix(SIDES) @ network(left, right, decays, freeze)
    return left + mix * (wet_left - left), right + mix * (wet_right - right)
