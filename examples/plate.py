"""A plate reverb: pre-delay, Dattorro's plate, a tone that tilts what comes back, and its width.

    dspc render examples/plate.py --input examples/audio/guitar.wav --seconds 10 --preset vocal-plate -o plate.wav
"""

import dspc
from dspc.stdlib import crossfade, dattorro, highpass, tilt, width


@dspc.effect(tail=12.0)
def plate(
    left,
    right,
    predelay=dspc.param(20.0, 0.0, 250.0, unit="ms"),
    decay=dspc.param(2.2, 0.2, 20.0, unit="s", scale="log"),
    damping=dspc.param(6500.0, 500.0, 20_000.0, unit="Hz", scale="log"),
    modulation=dspc.param(0.4, 0.0, 1.0),
    rate=dspc.param(0.8, 0.05, 5.0, unit="Hz", scale="log"),
    low_cut=dspc.param(80.0, 20.0, 500.0, unit="Hz", scale="log"),
    tone=dspc.param(0.0, -6.0, 6.0, unit="dB"),
    stereo=dspc.param(1.0, 0.0, 1.5, name="width"),
    mix=dspc.param(0.3, 0.0, 1.0),
):
    """`damping` is how the plate loses its treble as it rings, `tone` how bright all of it comes back."""
    wet = dattorro(
        left, right, decay, damping, bandwidth=16_000.0, predelay=predelay / 1000, rate=rate, depth=modulation, mix=1.0
    )
    wide = width(wet.left, wet.right, stereo)
    heard = [tilt(highpass(x, low_cut), tone) for x in wide]
    return tuple(crossfade(dry, x, mix) for dry, x in zip((left, right), heard, strict=True))
