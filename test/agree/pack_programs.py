"""Recursions of one shape, in series and beside one another, as lists and loops of Python make them."""

from __future__ import annotations

from agree.programs import program

import dspc
from dspc.stdlib import peaking_eq


@program
@dspc.effect
def stereo_sections(left, right):
    """Two series of one length, whose sections pass on what lies behind them."""

    def side(x):
        for k in range(8):
            x = peaking_eq(x, 80.0 * 2**k, 6.0 if k % 2 else -6.0, 1.0)
        return x

    return side(left), side(right)


@program
@dspc.effect
def sections_with_knobs(x, f=dspc.param(300.0, 20.0, 3000.0), gain=dspc.param(3.0, -12.0, 12.0, smooth=0.0)):
    """Coefficients that are held and that glide; what some sections give is used elsewhere too."""
    taps = []
    for k in range(11):
        x = peaking_eq(x, f * (1.0 + 0.3 * k), gain, 0.7 + 0.1 * k)
        taps.append(x)
    return x, taps[3] + taps[6]


@program
@dspc.effect
def recursions_that_share(x, y):
    """One modulator for a whole series, and for recursions beside one another; results that are used in part."""
    m = 0.5 + 0.2 * dspc.sin(40.0 * y)
    for k in range(9):
        x = dspc.feedback(lambda s, x=x, k=k: s + m * (x - s) * (1.0 - 0.02 * k))
    beside = [dspc.feedback(lambda s, c=c: 0.3 * c * x + (0.9 - 0.01 * c) * s + 0.01 * m) for c in range(1, 8)]
    return x, sum(beside), beside[2] * beside[5]


@program
@dspc.effect
def series_of_many_lengths(x, y):
    """Longer than the lanes, shorter than they are worth, and one that waits for another."""

    def series(x, count):
        for k in range(count):
            x = dspc.feedback(
                lambda z1, z2, x=x, k=k: (
                    0.2 * x - (0.3 + 0.01 * k) * (0.5 * x + z1) + z2, 0.1 * x - 0.1 * (0.5 * x + z1), 0.5 * x + z1,
                ),
                (0.0, 0.0),
            )[2]  # fmt: skip
        return x

    first = series(x, 20)
    return first, series(y, 3), series(x + y, 3), series(first + y, 10)


@program
@dspc.effect
def combs_in_lanes(x):
    """Recursions whose samples come out of delay lines; integers that recur with them."""

    def comb(length):
        def loop(written, damped, steps):
            late = dspc.delay(written, length)
            damped = 0.8 * late + 0.2 * damped
            return x + 0.7 * damped, damped, steps + dspc.i32(4.0 * damped), late + 1e-6 * dspc.f32(steps % 64)

        return dspc.feedback(loop, (0.0, 0.0, 0))[3]

    return sum(comb(100 + 13 * k) for k in range(12)), sum(comb(70 + 3 * k) for k in range(5))


@program
@dspc.effect
def bools_in_lanes(x, y, sensitivity=dspc.param(0.3, 0.0, 1.0)):
    """Conditions for all and for each, from audio and from knobs; conditions that go from section to section."""
    loud = dspc.abs(x) > sensitivity
    latched = [dspc.feedback(lambda old, k=k: dspc.select(loud, 0.1 * k * x + 0.01, old)) for k in range(9)]
    own = [dspc.feedback(lambda old, k=k: dspc.select(y > 0.1 * k, x + 0.5 * old, 0.9 * old)) for k in range(12)]
    gate = y > 0.0
    for k in range(14):
        x = dspc.feedback(
            lambda level, gate=gate, x=x, k=k: dspc.select(gate, level + (0.3 + 0.02 * k) * (x - level), 0.8 * level)
        )
        gate = x > 0.2
    return sum(latched), sum(own), x, dspc.f32(gate)
