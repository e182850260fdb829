"""Programs that remember: filters, loops of delays, reverberation, and mathematics that may fail inside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dspc
from dspc import stdlib


@dataclass(frozen=True)
class Recursive:
    """A program, and the samples after which what came in has died away by 60 dB, beyond the longest delay."""

    program: Any
    tail: int = 0


EFFECTS: dict[str, Recursive] = {}


def effect(tail: int = 0) -> Any:
    def decorate(program: Any) -> Any:
        EFFECTS[program.name] = Recursive(program, tail)
        return program

    return decorate


@effect()
@dspc.effect
def some_filters(x):
    sections = stdlib.biquad(x, 0.1, 0.2, 0.1, -1.2, 0.5)
    return stdlib.one_pole(x, 300.0), stdlib.lowpass(x, 500.0, 2.0), stdlib.ladder(x, 900.0, 0.6), sections


@effect()
@dspc.effect
def moved_filters(x, cutoff=dspc.param(800.0, 20.0, 20_000.0, scale="log"), q=dspc.param(0.7, 0.5, 9.0, smooth=0.0)):
    return stdlib.one_pole(x, cutoff * (1.0 + x)), stdlib.lowpass(x, cutoff, q), stdlib.ladder(x, cutoff, 0.1 * q)


@effect(tail=10 * 500)
@dspc.effect
def combs(x):
    whole = dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, 499))
    short = dspc.feedback(lambda y: x - 0.5 * dspc.delay(y, 4))
    return whole, short, dspc.feedback(lambda y: x + 0.4 * dspc.delay(y, 200.5))


@effect(tail=15 * 560)
@dspc.effect
def reverberation(x):
    lengths = [280, 352, 430, 498, 556]
    wet = dspc.bank(lengths, lambda n: dspc.feedback(lambda y: x + 0.6 * dspc.delay(y, n, max=600))).mean()

    def allpass(samples: int) -> Any:
        def loop(y):
            inside = wet + 0.5 * dspc.delay(y, samples)
            return inside, dspc.delay(y, samples) - 0.5 * inside

        return dspc.feedback(loop, (0.0,))[1]

    return allpass(100), allpass(36)


@effect(tail=300)
@dspc.effect
def fails_at_0(x):
    follower = dspc.feedback(lambda y: 0.97 * y + 0.03 * dspc.log(abs(x)))
    divided = dspc.feedback(lambda y: 0.9 * y + 0.01 / x)
    return follower, divided, dspc.feedback(lambda y: 0.5 * dspc.delay(y + dspc.log2(abs(x)), 20))


@effect(tail=500)
@dspc.effect
def fails_in_lanes(x):
    many = dspc.bank(9, lambda i: dspc.feedback(lambda y: 0.9 * y + 0.1 * dspc.log(abs(x) - 0.001 * i)))
    few = dspc.bank(3, lambda i: dspc.feedback(lambda y: 0.9 * y + 0.1 * dspc.sqrt(abs(x) - 0.001 * i)))

    def around(y):
        inside = dspc.bank(
            12, lambda i: dspc.feedback(lambda z: 0.9 * z + 0.01 * (dspc.log(abs(x)) - 0.1 * y) * (i + 1))
        )
        return inside.mean()

    return many.sum(), few.max(), dspc.feedback(around)


@effect(tail=400)
@dspc.effect
def fails_inside(x):
    def outer(y):
        inner = dspc.feedback(lambda z: 0.5 * z + 0.1 * dspc.log(abs(x)) - 0.1 * y)
        return 0.3 * y + inner + 0.01 * dspc.delay(inner, 5)

    return dspc.feedback(outer)


@effect(tail=300)
@dspc.effect
def grows_from_large_values(x):
    near = dspc.feedback(lambda y: y * y + 0.1 * x)
    return near, dspc.feedback(lambda y: 0.5 * dspc.delay(y * y, 16) + 0.1 * x)


@dspc.instrument(voices=4)
def sick_voices(note, drive=dspc.param(1.0, 0.0, 4.0)):
    """Mathematics that fail while the pressure is above 0.5, inside a filter and outside."""
    sound = stdlib.sine(note.frequency) * dspc.sqrt(0.5 - note.pressure) * drive
    filtered = dspc.feedback(lambda y: 0.9 * y + 0.1 * sound)
    return filtered * stdlib.adsr(note.gate, 0.001, 0.01, 0.5, 0.01), dspc.log(0.5 - note.pressure) * note.velocity


@dspc.instrument(voices=4)
def dull_voices(note):
    """A mode's filter below, a delay line in a loop behind it."""
    tone = stdlib.lowpass(stdlib.saw(note.frequency), note.frequency * (1 + note.timbre), 3.0)
    string = dspc.feedback(lambda y: 0.1 * tone + 0.8 * dspc.delay(y, dspc.sample_rate / note.frequency, max=400))
    return string * stdlib.adsr(note.gate, 0.001, 0.01, 0.7, 0.01)


INSTRUMENTS: dict[str, Any] = {"sick_voices": sick_voices, "dull_voices": dull_voices}


@dspc.effect
def decays(x):
    """Every value is state, or what state became: an impulse dies away in all of them."""
    slow = dspc.feedback(lambda y: x + 0.97 * y)
    fast = dspc.feedback(lambda y: x + 1e-3 * y)
    first, second = dspc.feedback(lambda a, b: (x + 1.8 * a - 0.9 * b, a))
    line = dspc.feedback(lambda y: x - 0.7 * dspc.delay(y, 20))
    between = dspc.feedback(lambda y: x + 0.6 * dspc.delay(y, 7.25))
    lanes = dspc.bank(9, lambda i: dspc.feedback(lambda y: x + (0.5 + 0.05 * i) * y)).sum()
    nested = dspc.feedback(lambda y: 0.5 * dspc.feedback(lambda z: x + 0.5 * z + 0.4 * y))
    filters = stdlib.one_pole(x, 500.0), stdlib.lowpass(x, 500.0, 3.0), stdlib.ladder(x, 500.0, 0.3)
    return slow, fast, first, second, line, between, lanes, nested, *filters, stdlib.biquad(x, 1, 1, 1, -1.8, 0.9)


@dspc.instrument(voices=9)
def decaying_voices(note):
    ring = dspc.feedback(lambda a, b: (dspc.f32(note.trigger) + 1.9 * a - 0.92 * b, a))
    return ring[0] + dspc.feedback(lambda y: dspc.f32(note.trigger) + 0.5 * dspc.delay(y, 9))
