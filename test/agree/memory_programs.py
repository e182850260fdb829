"""Programs that remember and look up: delays between samples, shared lines, sections of second order, tables."""

from __future__ import annotations

from agree.programs import program

import dspc

# --- delays -----------------------------------------------------------------------------------------


def _interpolated(mode: str) -> None:
    def interpolated(x, samples=dspc.param(5.5, 0.0, 30.0)):
        moving = 20 + 20 * dspc.sin(dspc.phasor(30.0) * 6.28)
        late = {"interpolation": mode}
        lanes = dspc.bank(19, lambda i: dspc.delay(x * i, 0.7 + 1.3 * i, max=60, **late))
        few = dspc.bank(3, lambda i: dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, 2.6 + 9.5 * i, **late)))
        return (
            dspc.delay(x, samples, max=30, **late),
            dspc.delay(x, moving, max=40, **late),
            dspc.delay(x, moving, min=1.5, max=0.0007 * dspc.sample_rate, **late),
            dspc.delay(x, 0.00123 * dspc.sample_rate, **late),
            dspc.f32(dspc.delay(dspc.f64(x), 20.0 + 15.0 * dspc.f64(x), max=36, **late)),
            dspc.delay(x > 0, moving, max=40, **late),
            lanes.sum(),
            few.sum(),
        )

    interpolated.__name__ = f"{mode}_delays"
    program(dspc.effect(interpolated))


for _mode in ("cubic", "lagrange3", "lagrange5", "thiran"):
    _interpolated(_mode)


@program
@dspc.effect
def shared_lines(x, samples=dspc.param(5.5, 0.0, 30.0)):
    """Taps of one signal: together, in banks, in banks of banks, across a feedback and inside it."""
    positive = x > 0
    taps = sum(dspc.delay(x, 7 * i + 1) for i in range(12)) + dspc.delay(x, 0.001 * dspc.sample_rate)
    swept = dspc.bank(40, lambda i: dspc.delay(x, samples + i, max=70, interpolation="cubic") * (1 / (i + 1)))
    whole = dspc.bank(19, lambda i: dspc.f32(dspc.delay(positive, i)) + dspc.delay(x, 9))
    nested = dspc.bank(20, lambda i: dspc.bank(11, lambda j: dspc.delay(x * i, j) + dspc.delay(x, i)).sum())
    each = dspc.bank(20, lambda i: dspc.feedback(lambda y: dspc.delay(x, 3) + 0.1 * dspc.delay(x, i + 20) - 0.3 * y))

    def loop(y):
        inner = dspc.feedback(lambda z: 0.3 * z + 0.2 * dspc.delay(y, 2.5, interpolation="thiran") + dspc.delay(x, 30))
        bank = dspc.bank(24, lambda i: dspc.delay(y, 3 * i) * 0.01).sum()
        return 0.1 * inner + bank + x + 0.1 * dspc.delay(y, 50) + 0.1 * dspc.delay(y, 5.5)

    return taps, swept.sum(), whole.sum(), nested.sum(), each.sum(), dspc.feedback(loop)


# --- sections of second order ------------------------------------------------------------------------


@program
@dspc.effect
def sections(x, frequency=dspc.param(500.0, 20.0, 20_000.0, scale="log")):
    k = dspc.tan(3.14159 * frequency / dspc.sample_rate)
    low = [k * k, 2 * k * k, k * k, 1 + k / 0.7 + k * k, 2 * (k * k - 1), 1 - k / 0.7 + k * k]
    fixed = [[0.2, 0.4, 0.2, 1.0, -0.4, 0.2], [1.0, -2.0, 1.0, 1.01, -2.0, 0.99]]
    rows = [[[0.1 * i + 0.1, 0.2, 0.1, 1.0, -0.05 * i, 0.9]] for i in range(19)]
    return (
        dspc.biquads(x, fixed),
        dspc.biquads(x, [low, *fixed]),
        dspc.f32(dspc.biquads(dspc.f64(x), [low, *fixed])),
        dspc.biquads(x, [[1.0, x, 0.0, 1.0, 0.5 * x, 96_000.0 / dspc.sample_rate - 2]]),
        dspc.bank(rows, lambda sos: dspc.biquads(x, sos)).sum(),
        dspc.bank(rows[:3], lambda sos: dspc.biquads(x, [low, *sos])).sum(),
        dspc.feedback(lambda y: dspc.biquads(x - 0.5 * y, fixed)),
        dspc.biquads(1e38 * x, fixed),
    )


# --- tables -----------------------------------------------------------------------------------------


@program
@dspc.effect
def table_rows(x, row=dspc.param(1, 0, 9, step=1)):
    waves = dspc.table([[((7 * i * j) % 11) / 11 - 0.5 for i in range(13)] for j in range(4)])
    whole = dspc.table([[1, -2, 3], [-4, 5, -6]])
    nan, at = dspc.sqrt(-1.0 - x * x), 20 * x
    run, count = dspc.f64(x) * 1e12, dspc.u32(4e9 * abs(x))
    return (
        waves(row, at),
        waves(4 * x, at, boundary="wrap"),
        waves(dspc.u32(1e9 * x), at, boundary="zero", interpolation="none"),
        dspc.f32(whole(dspc.i32(3 * x), at)),
        waves(nan, nan) + waves(1, 1e38 * at),
        waves(1, 1e38 * at * at, boundary="wrap") + waves(2, -nan, boundary="wrap"),
        waves(1, run, boundary="wrap"),
        waves(1, count, boundary="wrap") + waves(1, count, boundary="zero"),
        dspc.bank(19, lambda i: waves(i % 5, at + i, boundary="wrap")).sum(),
        dspc.bank(19, lambda i: dspc.f32(whole(i, i))).sum(),
        waves(2, 3.5),
    )


# --- voices -----------------------------------------------------------------------------------------


@program
@dspc.instrument(voices=12)
def voice_taps(note, time=dspc.param(10.0, 0.0, 50.0)):
    """What is delayed in a voice begins anew with it, even if it comes from outside."""
    outside = dspc.controller(1, default=0.5) + dspc.phasor(1000.0)
    pulse = dspc.select(note.trigger, 1.0, 0.0)
    taps = dspc.bank(20, lambda i: dspc.delay(pulse, i * 5) + 0.01 * dspc.delay(outside, 3 * i)).sum()
    string = dspc.feedback(lambda y: pulse + 0.4 * dspc.delay(y, 40) + 0.5 * dspc.delay(y, time, max=50))
    return taps + dspc.delay(outside, 17) + string, dspc.bank(3, lambda i: dspc.delay(pulse, i * time, max=150)).sum()


@program
@dspc.instrument(voices=10)
def voice_tables(note):
    waves = dspc.table([[0.0, 1.0, 0.0, -1.0], [1.0, 1.0, -1.0, -1.0], [0.5, -0.5, 0.25, -0.25]])
    return waves(note.voice % 4, 4 * dspc.phasor(note.frequency), boundary="wrap") * note.velocity


@program
@dspc.instrument(voices=9)
def voice_filters(note, knob=dspc.param(0.5, 0.0, 1.0)):
    """What feeds back on itself begins anew with a voice, and is put back if a voice blows up."""
    loud = dspc.select(note.velocity > 0.9, 1e38, 1.0)
    pulse = dspc.select(note.trigger, loud, 0.0) * loud
    rows = [[[1.0, 0.5, 0.1 * i, 1.0, -0.2, 0.1 * i]] for i in range(11)]
    low = dspc.biquads(pulse, [[knob, 0.2, 0.1, 1.0, -0.5, 0.2], *rows[3]])
    string = dspc.feedback(lambda y: pulse + 0.9 * dspc.delay(y, 9.6 + knob, max=20, interpolation="thiran"))
    bank = dspc.bank(rows, lambda sos: dspc.delay(dspc.biquads(pulse, sos), 2.3, interpolation="lagrange5")).sum()
    return low + string, bank + dspc.delay(pulse, 20 * knob, max=20, interpolation="cubic")
