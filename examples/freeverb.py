"""Freeverb, Jezar's public-domain reverb: eight damped combs side by side, then four all-passes, for each ear.

    dspc render examples/freeverb.py --input examples/audio/guitar.wav --seconds 8 -o freeverb.wav
"""

import dspc

COMBS = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617)
ALL_PASSES = (556, 441, 341, 225)
SPREAD = 23
"""Samples at 44.1 kHz; the right channel's are longer by SPREAD."""


def length(samples):
    return dspc.i32(dspc.round(samples * (dspc.sample_rate / 44_100)))


def comb(x, samples, room, damping):
    def loop(written, damped):
        late = dspc.delay(written, samples - 1)
        damped = late + damping * (damped - late)
        return x + room * damped, damped, late

    return dspc.feedback(loop, (0.0, 0.0))[2]


def all_pass(x, samples):
    def loop(written):
        late = dspc.delay(written, samples - 1)
        return x + 0.5 * late, late - x

    return dspc.feedback(loop, (0.0,))[1]


@dspc.effect(tail=8.0)
def freeverb(
    left,
    right,
    room=dspc.param(0.5, 0.0, 1.0),
    damping=dspc.param(0.5, 0.0, 1.0),
    width=dspc.param(1.0, 0.0, 1.0),
    wet=dspc.param(0.33, 0.0, 1.0),
    dry=dspc.param(0.5, 0.0, 1.0),
):
    both = 0.015 * (left + right)

    def side(spread):
        def one(samples):
            return comb(both, length(samples + spread), 0.7 + 0.28 * room, 0.4 * damping)

        y = dspc.bank(COMBS, one).sum()
        for samples in ALL_PASSES:
            y = all_pass(y, length(samples + spread))
        return 3 * wet * y

    a, b = side(0), side(SPREAD)
    own, other = (1 + width) / 2, (1 - width) / 2
    return 2 * dry * left + own * a + other * b, 2 * dry * right + own * b + other * a
