"""Takes steady noise out of a recording: bins that are not louder than the noise was are turned down.

    dspc render examples/spectral_gate.py --input noisy.wav --set learn=1 -o clean.wav

While `learn` is down, each bin remembers how loud the noise is; then it lets through what is louder by `margin`.
"""

import dspc
from dspc.stdlib import db_to_gain


@dspc.effect
def spectral_gate(
    x,
    learn=dspc.button(),
    margin=dspc.param(9.0, 0.0, 30.0, unit="dB"),
    floor=dspc.param(-30.0, -80.0, 0.0, unit="dB"),
    attack=dspc.param(0.02, 0.001, 0.2, unit="s", scale="log"),
    release=dspc.param(0.15, 0.001, 1.0, unit="s", scale="log"),
):
    over, least = db_to_gain(margin), db_to_gain(floor)

    def gate(z):
        loud = abs(z)

        def loop(noise, gain):
            noise = dspc.select(learn, dspc.max(0.995 * noise, loud), noise)
            wanted = dspc.select(learn | (loud > over * noise), 1.0, least)
            seconds = dspc.select(wanted > gain, attack, release)
            step = 1.0 - dspc.exp(-1.0 / (seconds * dspc.sample_rate))
            return noise, gain + step * (wanted - gain)

        _, gain = dspc.feedback(loop, initial=(0.0, 1.0))
        return z * gain

    return dspc.stft(x, gate, size=1024, hop=256)
