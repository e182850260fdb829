"""A drum machine that follows the tempo of the song: kick, snare and hat from patterns of sixteen steps.

    dspc render examples/drum_machine.py --seconds 8 --tempo 124 -o drums.wav
"""

import dspc
from dspc.stdlib import one_pole, sine

PATTERNS = {
    "kick": "x...x...x...x.x.",
    "snare": "....x.......x...",
    "hat": "x.x.x.x.x.x.xxx.",
}
STEPS_PER_BEAT = 4


def decay(hit, time):
    """1 at a hit, and 60 dB less after `time` seconds."""
    factor = dspc.exp(-6.9078 / (time * dspc.sample_rate))
    return dspc.feedback(lambda level: dspc.select(hit, 1.0, level * factor))


def kick(hit, pitch):
    sweep = decay(hit, 0.12)
    return dspc.restart(hit, lambda: sine(pitch * (1 + 4 * sweep))) * decay(hit, 0.4)


def snare(hit):
    tone = dspc.restart(hit, lambda: sine(185.0)) * decay(hit, 0.15)
    return 0.5 * tone + 0.4 * dspc.noise() * decay(hit, 0.22)


def hat(hit, time):
    hiss = dspc.noise()
    return 0.3 * (hiss - one_pole(hiss, 7000.0)) * decay(hit, time)


@dspc.effect
def drums(
    pitch=dspc.param(50.0, 30.0, 100.0, unit="Hz", scale="log"),
    open_hat=dspc.param(0.08, 0.02, 0.5, unit="s", scale="log"),
    patterns=PATTERNS,
):
    # A millionth of a step early, lest rounding makes a step late that lies exactly on a sample.
    step = dspc.i32(dspc.floor(dspc.transport.position * STEPS_PER_BEAT + 1e-6))
    started = dspc.feedback(lambda last, _: (step, step != last), initial=(-1, False))[1] & dspc.transport.playing

    def hits(name):
        steps = dspc.table([int(c == "x") for c in patterns[name]])
        return started & (steps(step, boundary="wrap") == 1)

    return {
        "kick": kick(hits("kick"), pitch),
        "snare": snare(hits("snare")),
        "hat": hat(hits("hat"), open_hat),
    }
