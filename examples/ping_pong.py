"""A ping-pong echo in time with the song: each repeat is on the other side, a note of the tempo later.

    dspc render examples/ping_pong.py --input examples/audio/guitar.wav --tempo 96 --seconds 8 -o ping_pong.wav
"""

import dspc
from dspc.stdlib import one_pole

NOTES = {"1/4": 1.0, "1/8 dotted": 0.75, "1/4 triplet": 2 / 3, "1/8": 0.5, "1/8 triplet": 1 / 3, "1/16": 0.25}
"""Lengths in quarter notes."""


@dspc.effect(tail=6.0)
def ping_pong(
    x=dspc.input(2),
    note=dspc.choice(*NOTES, default="1/8 dotted"),
    feedback=dspc.param(0.55, 0.0, 0.9),
    tone=dspc.param(5000.0, 200.0, 18_000.0, unit="Hz", scale="log"),
    mix=dspc.param(0.4, 0.0, 1.0),
):
    left, right = x
    beats = dspc.table(list(NOTES.values()))(note.index, interpolation="none")
    samples = beats * dspc.sample_rate * 60.0 / dspc.max(dspc.transport.tempo, 30.0)

    def loop(crossed_left, crossed_right):
        def side(dry, crossed):  # the loop itself is one sample of the delay
            return dry + feedback * one_pole(dspc.delay(crossed, samples - 1, min=16, max=2 * dspc.sample_rate), tone)

        return side(left, crossed_right), side(right, crossed_left)

    wet_left, wet_right = dspc.feedback(loop, (0.0, 0.0))
    return left + mix * (wet_left - left), right + mix * (wet_right - right)
