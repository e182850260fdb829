"""A peaking equaliser: the cookbook's formula, written out, around the library's second-order section.

    dspc render examples/biquad.py --input examples/audio/guitar.wav --set frequency=3000,gain=9 -o biquad.wav
"""

import math

import dspc
from dspc.stdlib import biquad, db_to_gain


@dspc.effect
def peaking(
    left,
    right,
    frequency=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log"),
    gain=dspc.param(4.0, -24.0, 24.0, unit="dB"),
    q=dspc.param(1.0, 0.1, 10.0, scale="log"),
):
    # R. Bristow-Johnson, Audio EQ Cookbook: computed at control rate, glides from tick to tick.
    omega = 2 * math.pi * dspc.min(frequency, 0.49 * dspc.sample_rate) / dspc.sample_rate
    amplitude = db_to_gain(gain / 2)
    alpha = dspc.sin(omega) / (2 * q)
    a0 = 1 + alpha / amplitude
    b1 = -2 * dspc.cos(omega) / a0
    section = ((1 + alpha * amplitude) / a0, b1, (1 - alpha * amplitude) / a0, b1, (1 - alpha / amplitude) / a0)
    return biquad(left, *section), biquad(right, *section)
