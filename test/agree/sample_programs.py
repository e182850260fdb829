"""Samples: recorded sounds that a host may replace, read in every way and in every place."""

from __future__ import annotations

import numpy as np
from agree.programs import program

import dspc

STEREO = dspc.sample("stereo", default=np.random.default_rng(3).uniform(-1, 1, (2, 37)), rate=11_025)
MONO = dspc.sample("mono", default=np.random.default_rng(4).uniform(-1, 1, 53), rate=30_000.0)


@program
@dspc.effect
def samples(x, channel=dspc.param(1, 0, 9, step=1)):
    """Every interpolation, boundary and type of position; far outside and nowhere too."""
    nan, at, whole = dspc.sqrt(-1.0 - x * x), 60 * x, dspc.i32(60 * x)
    run, count = dspc.f64(x) * 1e12, dspc.u32(4e9 * abs(x))
    outputs = []
    for boundary in ("clamp", "wrap", "zero"):
        for interpolation in ("none", "linear"):
            how = {"interpolation": interpolation, "boundary": boundary}
            outputs.append(MONO(at, **how) + STEREO(channel, at, **how))
            outputs.append(MONO(dspc.f64(at), **how) - STEREO(2 * x, dspc.f64(at), **how))
        outputs.append(MONO(whole, boundary=boundary) + STEREO(dspc.u32(1e9 * x), count, boundary=boundary))
        outputs.append(MONO(run, boundary=boundary) + MONO(nan, boundary=boundary) + MONO(1e38 * at, boundary=boundary))
    return tuple(outputs)


@program
@dspc.effect
def sample_places(x):
    """What is known of it at prepare; in banks, in feedback, at control rate, in bodies, oversampled."""
    speed = MONO.rate / dspc.sample_rate
    place = dspc.f64(dspc.frame) * speed
    length = dspc.f32(MONO.frames) / (1 + STEREO.frames) + dspc.f32(speed)
    bank = dspc.bank(19, lambda i: STEREO(i % 2, place + i * speed, boundary="wrap") * (1 / (i + 1)))
    few = dspc.bank(3, lambda i: MONO(i, interpolation="none") + MONO(STEREO.frames * i))
    loop = dspc.feedback(lambda y: 0.5 * MONO(20 + 20 * y) + 0.1 * x, initial=dspc.f64(0.0))
    slow = dspc.control(lambda: STEREO(0, dspc.phasor(3.0) * 37, boundary="wrap"))
    gated = dspc.when(x > 0, lambda: MONO(dspc.phasor(200.0) * 53))
    fine = dspc.oversample(2, lambda: STEREO(1, 37 * dspc.phasor(100.0)), filter="iir")
    ends = MONO(MONO.frames - 1) + STEREO(1, 0) + MONO(0.25)
    early = dspc.table_init(16, lambda: MONO(dspc.phasor(step=1 / 16) * MONO.frames))
    outputs = MONO(place, boundary="wrap"), length, bank.sum(), few.sum(), dspc.f32(loop), slow, gated, fine
    return *outputs, ends, early(16 * dspc.phasor(700.0), boundary="wrap")


@program
@dspc.instrument(voices=10)
def sample_voices(note):
    """Played by notes, in lanes, and in a bank in each voice."""
    time = dspc.feedback(lambda t: t + MONO.rate / dspc.sample_rate, initial=dspc.f64(0.0))
    both = dspc.bank(2, lambda i: STEREO(i, time * (1 + i), boundary="wrap"))
    wave = MONO(53 * dspc.phasor(note.frequency), boundary="wrap")
    return both.sum() * note.velocity, wave + STEREO(note.voice % 2, note.key)
