"""A compressor that looks ahead: its gain is down before the loud part comes; a second bus may press it down instead.

    dspc render examples/compressor.py --input examples/audio/guitar.wav --set threshold=-30,ratio=8 -o compressor.wav
"""

import dspc
from dspc.stdlib import db_to_gain


def per_sample(time):
    """The part of a distance that is covered in one sample, if 63 % of it are in `time` seconds."""
    return 1 - dspc.exp(-1 / (time * dspc.sample_rate))


@dspc.effect
def comp(
    x=dspc.input(2),
    key=dspc.input(2, sidechain=True),
    threshold=dspc.param(-24.0, -60.0, 0.0, unit="dB"),
    ratio=dspc.param(4.0, 1.0, 20.0, scale="log"),
    attack=dspc.param(0.001, 0.0001, 0.1, unit="s", scale="log"),
    release=dspc.param(0.1, 0.01, 2.0, unit="s", scale="log"),
    makeup=dspc.param(0.0, 0.0, 24.0, unit="dB"),
    lookahead=240,
):
    # One level for both sides: the picture stays where it is.
    peak = dspc.select(key.connected, abs(key).max(), abs(x).max())
    level = 20 * dspc.log10(dspc.max(peak, 1e-6))
    over = dspc.max(level - threshold, 0.0) * (1 - 1 / ratio)
    wanted = dspc.max(dspc.ahead(over, lookahead), over)  # for what comes, and for what is there
    down, up = per_sample(attack), per_sample(release)

    def follow(reduction):
        return reduction + (wanted - reduction) * dspc.select(wanted > reduction, down, up)

    reduction = dspc.meter("reduction", dspc.feedback(follow))
    return x * db_to_gain(makeup - reduction)
