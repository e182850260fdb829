"""What runs with samples side by side: long feed-forward work around recursions, and recursions that are none."""

from __future__ import annotations

import numpy as np
from agree.programs import program

import dspc

CURVE = np.sin(np.linspace(0.0, 7.0, 33))


def heavy(x):
    """Enough work to be worth a loop of its own."""
    return dspc.tanh(x * (1.0 + dspc.sqrt(dspc.abs(x)))) / (1.5 + dspc.sin(x))


def averaged(x):
    """A recursion, which parts what is before it from what is after it."""
    return dspc.feedback(lambda y: 0.9 * y + 0.1 * x)


@program
@dspc.effect
def around_a_recursion(x, pitch=dspc.param(300.0, 20.0, 3000.0)):
    """Phases with steps that are held and that are not, counters, bools across the border."""
    saws = sum(2.0 * dspc.phasor(f) - 1.0 for f in (110.0, 331.0, pitch, pitch * 1.01))
    moved = dspc.phasor(pitch * (1.0 + 0.1 * x))
    low = averaged(heavy(saws + x) + moved)
    counted = dspc.feedback(lambda n: n + 3, 0)
    gate = heavy(low) > 0.1 * x
    held = dspc.feedback(lambda y: dspc.select(gate, low, 0.99 * y))
    return heavy(held) + heavy(low), dspc.f32(counted % 1000) * heavy(x), dspc.select(gate, heavy(saws), 1.0)


@program
@dspc.effect
def unit_delays(x, level=dspc.param(0.5, 0.0, 1.0, smooth=0.0)):
    """Of what differs from sample to sample, of what does not, and in a loop that a long line closes."""
    late = dspc.delay(heavy(x), 1)
    still = dspc.delay(level, 1)
    loop = dspc.feedback(lambda y: heavy(x + 0.5 * dspc.delay(y, 40)))
    combs = [dspc.feedback(lambda y, n=n: x + 0.7 * averaged(dspc.delay(y, n))) for n in (17, 23, 50, 131)]
    return late + heavy(late), still * heavy(x), loop, heavy(sum(combs))


@program
@dspc.effect
def memories_in_lanes(x, place=dspc.param(20.0, 16.0, 300.0)):
    """Rings whose end is inside a block, distances that move, tables, the f64 and the integers of a sample."""
    moving = dspc.delay(heavy(x), place + 10.0 * x, max=400, interpolation="linear")
    fixed = dspc.delay(heavy(x), 333) + dspc.delay(x, 100)
    read = dspc.table(CURVE)(16.0 + 15.0 * heavy(x))
    exact = dspc.f64(x) * 1e-3 + dspc.f64(heavy(averaged(x)))
    bits = dspc.u32(1000.0 * dspc.abs(heavy(x))) ^ dspc.u32(dspc.frame)
    return heavy(moving), heavy(fixed), heavy(read), dspc.f32(exact * exact), dspc.f32(bits % np.uint32(997)) * heavy(x)


@program
@dspc.effect
def short_lines(x, w):
    """Delays shorter than a block that no feedback goes through, read in recursions, whose distance they decide."""
    y = averaged(x)
    for _ in range(3):
        y = dspc.tanh(3.0 * y) + 0.1 * averaged(y)

    def reading(signal, way):
        def loop(s):
            late = dspc.delay(signal, 1.0 + 6.0 * dspc.abs(s), max=16, interpolation=way)
            return 0.5 * s + 0.4 * late

        return dspc.feedback(loop)

    z = reading(y, "linear")
    smoothed = dspc.fir(heavy(w), np.hanning(40)) + dspc.fir(y, [0.5, 0.25, 0.125])
    return z, dspc.delay(z, 2) + dspc.delay(y, 5), reading(heavy(w), "none"), smoothed
