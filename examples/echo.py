"""A stereo echo that crosses from side to side and loses its treble on the way.

    dspc render examples/echo.py --input examples/audio/guitar.wav --seconds 8 -o echo.wav
"""

import dspc
from dspc.stdlib import one_pole


@dspc.effect
def echo(
    left,
    right,
    time=dspc.param(0.31, 0.02, 2.0, unit="s", smooth=0.2),
    amount=dspc.param(0.55, 0.0, 0.95),
    tone=dspc.param(3500.0, 200.0, 18_000.0, unit="Hz", scale="log"),
    mix=dspc.param(0.35, 0.0, 1.0),
):
    def loop(crossed_left, crossed_right):
        def side(dry, crossed):
            late = dspc.delay(crossed, time * dspc.sample_rate, min=16, max=2 * dspc.sample_rate)
            return dry + amount * one_pole(late, tone)

        return side(left, crossed_right), side(right, crossed_left)

    wet_left, wet_right = dspc.feedback(loop, (0.0, 0.0))
    return left + mix * (wet_left - left), right + mix * (wet_right - right)
