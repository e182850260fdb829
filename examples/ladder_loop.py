"""A Moog ladder that is fed its own output, at four times the sample rate: it sings, and hardly aliases.

    dspc render examples/ladder_loop.py --input examples/audio/guitar.wav --set drive=6,around=0.5 -o ladder.wav
"""

import dspc
from dspc.stdlib import ladder


@dspc.effect
def ladder_loop(
    x,
    cutoff=dspc.param(1500.0, 20.0, 16_000.0, unit="Hz", scale="log"),
    resonance=dspc.param(0.6, 0.0, 1.2),
    drive=dspc.param(3.0, 0.5, 20.0, scale="log"),
    around=dspc.param(0.3, 0.0, 1.0),
    level=dspc.param(0.5, 0.0, 1.0),
):
    def filtered(y):
        return ladder(drive * x - around * y, cutoff, resonance)

    # "iir" has no latency, which a loop has no room for; the loop itself is late by one sample.
    return level * dspc.feedback(lambda y: dspc.oversample(4, lambda: filtered(y), filter="iir"))
