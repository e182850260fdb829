"""A granular synthesiser: a cloud of short grains of a recorded sound, which notes transpose and hold in time.

    dspc render examples/granular.py --midi examples/midi/prelude.mid --set speed=0.2 -o cloud.wav

Any other sound does too: `engine.load("source", *dspc.read("voice.wav"))`.
"""

import dspc
from dspc.stdlib import adsr, semitones

SOUND = dspc.sample("source", *dspc.read("audio/guitar.wav"))
GRAINS = 12
"""Grains of a note that sound at once, at most."""
ROOT = 60
"""The key at which the sound has the pitch at which it was recorded."""


def counting(starts, first, step):
    """`first` where `starts` is true, then `step` more at each sample; far below 0 until the first start."""
    return dspc.feedback(lambda n: dspc.select(starts, first, n + step), initial=dspc.f64(-1e9))


def hann(x):
    """0 at 0 and at 1, and beyond."""
    return 0.5 - 0.5 * dspc.cos_turns(dspc.clamp(x, 0.0, 1.0))


@dspc.instrument(voices=8)
def granular(
    note,
    position=dspc.param(0.1, 0.0, 1.0),
    speed=dspc.param(1.0, -2.0, 2.0),
    size=dspc.param(0.12, 0.01, 0.5, unit="s", scale="log"),
    density=dspc.param(40.0, 1.0, 100.0, unit="1/s", scale="log"),
    spray=dspc.param(0.02, 0.0, 1.0, unit="s"),
    pitch=dspc.param(0.0, -24.0, 24.0, unit="semitones"),
):
    a_second = 1 / dspc.sample_rate
    began = counting(note.trigger, 0.0, density * a_second)  # grains so far, and how much of the next one
    moved = counting(note.trigger, 0.0, speed * a_second)  # seconds from `position`
    ratio = note.frequency / 440 * semitones(69 - ROOT + pitch)
    longest = dspc.min(size, GRAINS / density)

    def grain(i):
        turn = dspc.floor((began - i) / GRAINS)  # lane i has each twelfth grain, beginning with number i
        starts = dspc.feedback(lambda last, _: (turn, turn != last), initial=(dspc.f64(-1.0), False))[1]
        place = position * SOUND.frames + (moved + spray * dspc.noise()) * SOUND.rate
        at = counting(starts, place, ratio * SOUND.rate * a_second)
        window = hann(counting(starts, 0.0, a_second / longest))
        return window * SOUND(0, at, boundary="wrap"), window * SOUND(1, at, boundary="wrap")

    left, right = (channel.sum() for channel in dspc.bank(GRAINS, grain))
    level = adsr(note.gate, attack=0.01, decay=0.1, sustain=1.0, release=0.4) * note.velocity
    return left * level / dspc.sqrt(1 + density * longest), right * level / dspc.sqrt(1 + density * longest)
