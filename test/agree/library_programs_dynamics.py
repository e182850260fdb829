"""Dynamics, levels and loudness of the library."""

from __future__ import annotations

from agree.programs import program

import dspc
from dspc import stdlib


@program
@dspc.effect
def pressed(x, y, threshold=dspc.param(-20.0, -60.0, 0.0), ratio=dspc.param(4.0, 1.0, 20.0)):
    pair = dspc.stack([x, y])
    squeezed = stdlib.compressor(pair, threshold, ratio, 0.002, 0.05, knee=9.0, key=y)
    gated = stdlib.gate(x, threshold, hold=0.004) + stdlib.expander(y, threshold, ratio)
    limited = stdlib.limiter(pair, lookahead=50)
    window = dspc.i32(20 + 20 * dspc.sin(dspc.phasor(100.0) * 6.28))
    moving = stdlib.moving_max(x, window, longest=40), stdlib.moving_average(y, window, longest=40)
    return *squeezed, gated, *limited, *moving, stdlib.moving_max(y, 13), stdlib.moving_average(x, 21)


@program
@dspc.effect
def measured(x, y):
    # A tenth of a second is longer than these programs last: the meter's clock runs at a faster rate, just enough for
    # one step; test_products.py has longer ones.
    loud = dspc.oversample(5, lambda: stdlib.lufs([x, y], "integrated"), filter="hold")
    return loud, stdlib.lufs(x, "short"), stdlib.peak(x), stdlib.rms(y, 0.01), stdlib.follower(x), stdlib.true_peak(y)
