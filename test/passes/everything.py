"""Programs in which every operation of the graph occurs (see test_locations.py)."""

import dspc

CURVE = dspc.table([0.0, 0.5, 0.8, 1.0])


@dspc.instrument(voices=6)
def voices(note, tone=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice("soft", "hard")):
    many = dspc.bank(40, lambda i: dspc.phasor(note.frequency * dspc.lanes(range(1, 41))) * dspc.noise()).mean()
    few = dspc.bank(3, lambda i: dspc.sin_turns(dspc.phasor(100.0 * (i + 1)) - 0.5)).max()
    nested = dspc.bank(2, lambda i: dspc.bank(12, lambda j: dspc.feedback(lambda y: 0.5 * y + few)).sum()).sum()
    late = dspc.delay(many, note.random * 100.0, max=0.5 * dspc.sample_rate)
    note.finish(note.release_velocity > 0.5)
    bright = dspc.select(mode == "hard", tone, 0.5) * dspc.controller(1)
    return (late + nested) * bright, dspc.phasor(3.0, reset=note.trigger) * note.velocity


@voices.after
def space(left, right, mix=dspc.param(0.2, 0.0, 1.0, smooth=0.0)):
    wet = dspc.feedback(lambda y: left + 0.5 * dspc.delay(y, 1000))
    near = dspc.feedback(lambda y: right + 0.5 * dspc.delay(y, 3))
    return left + mix * (wet - left), dspc.tanh(near)


@dspc.effect
def lanes(x, frequency=dspc.param(200.0, 20.0, 2000.0)):
    rich = dspc.bank(64, lambda i: dspc.phasor(frequency * (i + 1)) - 0.5)
    again = dspc.bank(20, lambda i: rich.sum() * i).sum()
    count = dspc.i32(dspc.frame) // 7 % 5
    return CURVE(rich.max() * 3.0) + again, x * count, dspc.exp2(x) + dspc.time, 0.25
