"""A mastering chain: equaliser, stereo width, three bands of compression, and a limiter that no true peak passes.

    dspc render examples/mastering.py --input examples/audio/guitar.wav --preset loud -o mastered.wav

Its meters show how many decibels each band and the limiter take away, and the loudness: 14 is -14 LUFS.
"""

import dspc
from dspc.stdlib import (
    compressor,
    crossover_lr4,
    gain_db,
    high_shelf,
    limiter,
    low_shelf,
    lufs,
    peaking_eq,
    width,
)


class Band(dspc.Params):
    """Above the threshold, the level of a band rises by a ratio-th."""

    threshold = dspc.param(-24.0, -60.0, 0.0, unit="dB")
    ratio = dspc.param(1.5, 1.0, 10.0, scale="log")
    attack = dspc.param(0.02, 0.0005, 0.2, unit="s", scale="log")
    release = dspc.param(0.2, 0.02, 2.0, unit="s", scale="log")
    gain = dspc.param(0.0, -12.0, 12.0, unit="dB")


BANDS = {
    "low": Band(attack=0.04, release=0.3),
    "middle": Band(),
    "high": Band(threshold=-30.0, attack=0.005, release=0.1),
}


class Equaliser(dspc.Params):
    low_frequency = dspc.param(110.0, 30.0, 400.0, unit="Hz", scale="log")
    low_gain = dspc.param(0.0, -12.0, 12.0, unit="dB")
    frequency = dspc.param(2500.0, 200.0, 8000.0, unit="Hz", scale="log")
    gain = dspc.param(0.0, -12.0, 12.0, unit="dB")
    q = dspc.param(0.7, 0.2, 5.0, scale="log")
    high_frequency = dspc.param(9000.0, 2000.0, 16_000.0, unit="Hz", scale="log")
    high_gain = dspc.param(0.0, -12.0, 12.0, unit="dB")


def equalised(x, eq):
    x = low_shelf(x, eq.low_frequency, eq.low_gain)
    x = peaking_eq(x, eq.frequency, eq.gain, eq.q)
    return high_shelf(x, eq.high_frequency, eq.high_gain)


def compressed(x, name, band):
    # A compressed 1 is the gain alone: for both sides, and for the meter.
    gain = compressor(1.0, band.threshold, band.ratio, band.attack, band.release, key=x)
    dspc.meter(name, 20 * dspc.log10(gain))
    return gain_db(x * gain, band.gain)


def limited(x, ceiling):
    y = limiter(x, ceiling, release=0.15)
    less = abs(x).max() / dspc.max(abs(y).max(), 1e-6)
    dspc.meter("limiter", 20 * dspc.log10(dspc.max(less, 1.0)))
    return y


@dspc.effect
def mastering(
    x=dspc.input(2),
    eq=Equaliser(),
    stereo=dspc.param(1.0, 0.0, 2.0),
    split_low=dspc.param(180.0, 60.0, 500.0, unit="Hz", scale="log"),
    split_high=dspc.param(3500.0, 1000.0, 10_000.0, unit="Hz", scale="log"),
    bands=BANDS,
    drive=dspc.param(9.0, -12.0, 24.0, unit="dB"),
    ceiling=dspc.param(-1.0, -12.0, 0.0, unit="dB"),
):
    x = dspc.stack(width(*equalised(x, eq), stereo))
    split = crossover_lr4(x, split_low, split_high)
    low, middle, high = (compressed(part, *band) for part, band in zip(split, bands.items(), strict=True))
    y = limited(gain_db(low + middle + high, drive), ceiling)
    dspc.meter("loudness", lufs(y, over="short"))
    return y
