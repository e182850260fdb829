"""An equaliser of as many bands as are listed: second-order sections in series.

    dspc render examples/equaliser.py --input examples/audio/guitar.wav --set bands.3.gain=9,level=-3 -o equaliser.wav
"""

import math

import dspc
from dspc.stdlib import db_to_gain


class Band(dspc.Params):
    frequency = dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")
    gain = dspc.param(0.0, -24.0, 24.0, unit="dB")
    q = dspc.param(1.0, 0.1, 10.0, scale="log")


BANDS = (60.0, 150.0, 400.0, 1000.0, 2400.0, 6000.0, 15_000.0)


def peaking(band):
    """b0 b1 b2 a0 a1 a2. R. Bristow-Johnson, Audio EQ Cookbook."""
    omega = 2 * math.pi * dspc.min(band.frequency, 0.49 * dspc.sample_rate) / dspc.sample_rate
    amplitude = db_to_gain(band.gain / 2)
    alpha = dspc.sin(omega) / (2 * band.q)
    middle = -2 * dspc.cos(omega)
    return 1 + alpha * amplitude, middle, 1 - alpha * amplitude, 1 + alpha / amplitude, middle, 1 - alpha / amplitude


@dspc.effect
def equaliser(
    left,
    right,
    bands=[Band(frequency=f) for f in BANDS],
    level=dspc.param(0.0, -24.0, 24.0, unit="dB"),
):
    sections, gain = [peaking(band) for band in bands], db_to_gain(level)
    return gain * dspc.biquads(left, sections), gain * dspc.biquads(right, sections)
