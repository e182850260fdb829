"""Programs that together use every primitive with every option: what the backends must agree on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dspc
from dspc import stdlib

PROGRAMS: dict[str, Any] = {}


def program(function: Any) -> Any:
    """Adds a program under its function's name."""
    PROGRAMS[function.__name__] = function
    return function


# --- sources ----------------------------------------------------------------------------------------


@program
@dspc.effect
def phasors(x, frequency=dspc.param(440.0, -20_000.0, 20_000.0, smooth=0.0)):
    steps = dspc.phasor(step=0.013), dspc.phasor(step=-0.3, phase=0.25), dspc.phasor(step=x)
    return dspc.phasor(frequency), dspc.phasor(100.0, phase=0.75), dspc.phasor(frequency * (1 + x)), *steps


@program
@dspc.effect
def phasor_resets(x):
    return dspc.phasor(1000.0, reset=x > 0.5), dspc.phasor(-1000.0, phase=0.125, reset=x < -0.5)


@program
@dspc.effect
def noises():
    return dspc.noise(), dspc.noise(7), dspc.bank(5, lambda i: dspc.noise()).sum(), dspc.noise(7) - dspc.noise(8)


@program
@dspc.effect
def stream_position():
    return dspc.f32(dspc.frame), dspc.f32(dspc.frame % 7), dspc.f32(dspc.time), dspc.f32(dspc.sample_rate / 3)


@program
@dspc.effect
def oscillators(x, frequency=dspc.param(330.0, 0.0, 20_000.0)):
    vibrato = frequency * (1 + 0.01 * x)
    return (
        stdlib.sine(frequency),
        stdlib.saw(vibrato),
        stdlib.square(frequency),
        stdlib.pulse(frequency, 0.5 + 0.4 * x),
        stdlib.saw(0.0, phase=0.3),
        stdlib.saw(-frequency),
    )


# --- delays -----------------------------------------------------------------------------------------


@program
@dspc.effect
def whole_delays(x, samples=dspc.param(5, 0, 40, step=1)):
    return (
        dspc.delay(x, 0),
        dspc.delay(x, 1),
        dspc.delay(x, 37),
        dspc.delay(x, samples, max=40),
        dspc.delay(x, samples, min=2, max=20),
        dspc.f32(dspc.delay(x > 0, 3)),
        dspc.f32(dspc.delay(dspc.i32(100 * x), 2)),
    )


@program
@dspc.effect
def fractional_delays(x, seconds=dspc.param(0.001, 0.0, 0.01)):
    moving = 20 + 19 * dspc.sin(dspc.phasor(30.0) * 6.28)
    return (
        dspc.delay(x, seconds * dspc.sample_rate, max=0.01 * dspc.sample_rate),
        dspc.delay(x, moving, max=40),
        dspc.delay(x, moving, max=40, interpolation="none"),
        dspc.delay(x, 2.5),
        dspc.delay(x, 0.01 * dspc.sample_rate),
    )


@program
@dspc.effect
def delay_loops(x):
    short = dspc.feedback(lambda y: x + 0.7 * dspc.delay(y, 3))
    block = dspc.feedback(lambda y: x + 0.6 * dspc.delay(y, 15))
    cut = dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, 16))
    long = dspc.feedback(lambda y: x - 0.8 * dspc.delay(y, 500))
    return short, block, cut, long


# --- tables -----------------------------------------------------------------------------------------


@program
@dspc.effect
def tables(x):
    wave, whole = dspc.table([0.0, 1.0, -0.5, 0.25, 0.75]), dspc.table([3, -1, 4, 1, -5])
    at = 6 * x
    return (
        wave(at),
        wave(at, boundary="wrap"),
        wave(at, boundary="zero"),
        wave(at, interpolation="none"),
        dspc.f32(whole(dspc.i32(at), boundary="wrap")),
        dspc.f32(whole(at)),
        wave(dspc.i32(at), boundary="zero"),
    )


# --- feedback ---------------------------------------------------------------------------------------


@program
@dspc.effect
def feedbacks(x):
    counter = dspc.feedback(lambda n: n + 1, 0)
    latch = dspc.feedback(lambda on: on ^ (x > 0.9), False)
    one, two, both = dspc.feedback(lambda a, b: (0.5 * a + x, 0.25 * b - a, a * b), (0.0, 1.0))
    return dspc.f32(counter % 100), dspc.f32(latch), one, two, both


@program
@dspc.effect
def nested_feedbacks(x):
    def outer(y):
        inner = dspc.feedback(lambda z: 0.5 * z + 0.1 * (x - y))
        return 0.3 * y + inner + 0.01 * dspc.delay(inner, 5)

    return dspc.feedback(outer)


@program
@dspc.effect
def blows_up(x, gain=dspc.param(0.9, 0.0, 4.0)):
    unstable = dspc.feedback(lambda y: x + gain * y * y)
    line = dspc.feedback(lambda y: x + gain * dspc.delay(y, 20))
    return unstable, line, x / (x - x), dspc.log(x), 1e38 * x * x


# --- banks ------------------------------------------------------------------------------------------


@program
@dspc.effect
def banks(x):
    sines = dspc.bank(7, lambda i: dspc.sin(dspc.phasor(100.0 * (i + 1)) * 6.28) / (i + 1))
    rows = dspc.bank([(0.5, 100.0), (0.25, 333.0), (0.125, 777.0)], lambda r: r[0] * stdlib.sine(r[1]))
    return sines.sum(), sines.mean(), sines.min(), sines.max(), (1 + 0.1 * rows.product()), rows.sum() * x


@program
@dspc.effect
def big_bank(x):
    partials = dspc.bank(45, lambda i: stdlib.sine(60.0 * (i + 1)) * (1 / (i + 1)))
    combs = dspc.bank(19, lambda i: dspc.feedback(lambda y: x + 0.7 * dspc.delay(y, 30 + 7 * i, max=200)))
    return partials.sum(), partials.max(), combs.mean(), combs.min()


@program
@dspc.effect
def nested_banks(x):
    inner = lambda i: dspc.bank(3, lambda j: dspc.f32(i * j) * x + stdlib.sine(50.0 * (i + j + 1))).sum()  # noqa: E731
    return dspc.bank(4, inner).sum(), dspc.bank(11, inner).max()


@program
@dspc.effect
def bank_in_feedback(x):
    def loop(y):
        return dspc.bank(12, lambda i: dspc.feedback(lambda z: 0.9 * z + 0.05 * (x - 0.1 * y) * (i + 1))).mean()

    return dspc.feedback(loop)


@program
@dspc.effect
def controlled_bank(x, spread=dspc.param(0.1, 0.0, 1.0)):
    return dspc.bank(20, lambda i: stdlib.sine(200.0 * (1 + spread * i)) * x).sum()


# --- arithmetic -------------------------------------------------------------------------------------


@program
@dspc.effect
def arithmetic(x, y):
    return (
        x + y,
        x - y,
        x * y,
        x / (y + 2),
        x // 0.3,
        x % 0.3,
        -x,
        abs(x),
        dspc.min(x, y),
        dspc.max(x, y),
        x**3,
        x**-2,
        dspc.sqrt(abs(x)),
        dspc.floor(5 * x),
        dspc.ceil(5 * x),
        dspc.round(5 * x),
        dspc.clamp(x, -0.3, y),
    )


@program
@dspc.effect
def integers(x, y):
    a, b = dspc.i32(1e9 * x), dspc.i32(50 * y)
    u, v = dspc.u32(a), dspc.u32(b)
    results = (
        a + b,
        a - b,
        a * b,
        a // b,
        a % b,
        -a,
        abs(a),
        a & b,
        a | b,
        a ^ b,
        ~a,
        a << b,
        a >> b,
        dspc.min(a, b),
        dspc.max(a, b),
        dspc.sign(a),
    )
    unsigned = (u + v, u * v, u // v, u % v, u >> v, u << 3, ~u, dspc.min(u, v), dspc.max(u, v))
    return tuple(dspc.f32(r) for r in (*results, *unsigned))


@program
@dspc.effect
def logic(x, y):
    a, b = x > y, x < 0.5
    tests = (a & b, a | b, a ^ b, ~a, x <= y, x >= y, x == y, x != y, dspc.i32(x * 3) == dspc.i32(y * 3))
    chosen = dspc.select(a, x, 0.25), dspc.select(b, 1, dspc.i32(10 * y)), dspc.select(a & b, x, y)
    return tuple(dspc.f32(t) for t in tests) + tuple(dspc.f32(c) for c in chosen)


@program
@dspc.effect
def conversions(x):
    big = 1e12 * x
    return tuple(
        dspc.f32(v)
        for v in (
            dspc.i32(big),
            dspc.u32(big),
            dspc.i32(-3.9 * x),
            dspc.u32(dspc.i32(-3)),
            dspc.f64(x) * 3,
            dspc.i32(dspc.f64(big)),
            dspc.u32(dspc.f64(big)),
            dspc.bool(x),
            dspc.i32(x / (x - x)),
            x + dspc.f64(0.1) * dspc.f64(x),
        )
    )


def _mathematics() -> None:
    one = (
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "exp",
        "exp2",
        "log",
        "log2",
        "log10",
        "trunc",
        "sign",
        "sin_turns",
        "cos_turns",
    )

    def make(names: tuple[str, ...]) -> Callable[..., Any]:
        def mathematics(x):
            return tuple(getattr(dspc, n)(4 * x) for n in names)

        return mathematics

    for start in range(0, len(one), 6):
        names = one[start : start + 6]
        function = make(names)
        function.__name__ = "math_" + "_".join(names)
        program(function)


_mathematics()


@program
@dspc.effect
def two_operands(x, y):
    return dspc.atan2(x, y), dspc.pow(abs(x), 3 * y), dspc.fmod(5 * x, y), dspc.pow(x, 2.0)


@program
@dspc.effect
def at_prepare(x):
    rate = dspc.sample_rate
    early = (
        dspc.sin(rate),
        dspc.exp(-1000 / rate),
        dspc.log2(rate),
        dspc.tan(1000 / rate),
        dspc.tanh(rate * 1e-5),
        dspc.pow(rate, 0.3),
        dspc.atan2(rate, 1000.0),
        dspc.sqrt(rate),
        dspc.floor(rate / 7),
        dspc.cos(rate / 1e4),
    )
    return tuple(x * e for e in early)


# --- parameters -------------------------------------------------------------------------------------


@program
@dspc.effect
def parameters(
    x,
    smooth=dspc.param(0.5, 0.0, 1.0),
    slow=dspc.param(0.5, 0.0, 1.0, smooth=0.1),
    sharp=dspc.param(0.5, 0.0, 1.0, smooth=0.0),
    stepped=dspc.param(0.5, 0.0, 1.0, step=0.25),
    count=dspc.param(3, 0, 10, step=1),
    mode=dspc.choice("low", "mid", "high", default="mid"),
    hold=dspc.button(),
):
    mixed = dspc.tan(smooth) * dspc.exp(slow) + sharp
    return (
        x * smooth,
        slow,
        sharp,
        stepped + dspc.f32(count),
        dspc.select(mode == "high", x, -x),
        dspc.f32(mode.index),
        dspc.f32(hold),
        mixed,
        dspc.feedback(lambda y: y + smooth * (x - y)),
    )


# --- filters, shapers, envelopes --------------------------------------------------------------------


@program
@dspc.effect
def filters(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, scale="log"), q=dspc.param(0.7, 0.1, 10.0)):
    moving = cutoff * (1 + 0.5 * x)
    return (
        stdlib.one_pole(x, cutoff),
        stdlib.lowpass(x, moving, q),
        stdlib.ladder(x, moving, 0.1 * q),
        stdlib.soft_clip(3 * x),
        stdlib.hard_clip(x, 0.3),
        stdlib.tanh_drive(x, q),
        stdlib.adsr(x > 0, 0.001, 0.01, 0.5, 0.002),
        *stdlib.pan(x, 0.2 * q - 1),
        stdlib.gain_db(x, -6.0),
    )
