"""What stands between a program and its host: transport, meters, buses."""

from __future__ import annotations

from agree.programs import program

import dspc
from dspc import stdlib


@program
@dspc.effect
def transport_fields(x):
    song = dspc.transport
    beat = song.position % 1.0
    return (
        x * song.tempo,
        dspc.f32(song.playing),
        dspc.f32(song.position),
        dspc.f32(beat),
        dspc.f32(song.bar),
        dspc.f32(song.position - song.bar),
        dspc.f32(song.numerator) / dspc.f32(song.denominator),
    )


@program
@dspc.effect
def transport_in_bodies(x):
    beat = 60.0 / dspc.transport.tempo
    echoes = dspc.bank(3, lambda i: dspc.delay(x, 0.01 * beat * dspc.sample_rate * (i + 1), max=2000))
    gate = dspc.select(dspc.transport.playing, 1.0, 0.25)
    loop = dspc.feedback(lambda y: gate * x + 0.5 * dspc.f32(dspc.transport.position % 0.25) * y)
    return echoes.sum(), loop, stdlib.sine(dspc.transport.tempo)


@program
@dspc.instrument(voices=5)
def transport_in_voices(note):
    pulse = dspc.f32(dspc.transport.position % 0.125)
    return stdlib.sine(note.frequency) * dspc.f32(note.gate) * pulse, dspc.transport.tempo * note.velocity


@program
@dspc.effect
def metered(x, y, gain=dspc.param(0.5, 0.0, 2.0)):
    dspc.meter("gain", gain)
    dspc.meter("count", dspc.i32(4 * x))
    dspc.meter("fine", dspc.f64(y) * 3)
    dspc.meter("above", x > 0.5)
    dspc.feedback(lambda z: dspc.meter("kept", 0.5 * z + x))  # nothing uses it, the host sees it
    return dspc.meter("sum", gain * (x + y))


@program
@dspc.effect
def buses(left, x=dspc.input(2), key=dspc.input(1, sidechain=True), more=dspc.input(2)):
    first, second = x
    level = stdlib.one_pole(abs(key[0]), 20.0)
    gain = dspc.select(key.connected, 1.0 / (1.0 + level), 1.0)
    return {"out": (gain * first, gain * second), "rest": [left, *more[1:]], "level": level}


@program
@dspc.effect(tail=0.25)
def programs_in_a_program(left, right):
    inner = buses(left, x=(left, right), key=right, more=(right, left))
    plain = buses(left, x=(left, right), more=(right, left))
    return *inner["out"], *plain["out"], plain["level"] + 0.5 * left


@program
@dspc.effect
def bus_arithmetic(x=dspc.input(3), key=dspc.input(1, sidechain=True)):
    loud = dspc.tanh(x * 2.0) + key[0]
    taps = dspc.bank(x, lambda channel: dspc.delay(channel, 7))
    return {"loud": loud, "mix": (x.sum(), x.max()), "taps": taps.sum(), "some": x[:2]}
