"""Programs with bodies, arrays and memories: when, restart, control, other rates, matrices, tables that are written."""

from __future__ import annotations

import numpy as np
from agree.programs import program

import dspc
from dspc import stdlib

# --- arrays -------------------------------------------------------------------------------------------


@program
@dspc.effect
def arrays(x, gain=dspc.param(0.5, 0.0, 2.0)):
    four = dspc.stack([x, 2 * x, gain, 0.25])
    nine = dspc.bank(9, lambda i: stdlib.one_pole(x, 200.0 * (i + 1))).stack()
    index = dspc.i32(dspc.frame % 13)
    late = dspc.bank(nine[2:8], lambda y: dspc.delay(y, 3)).stack()
    mixed = np.array([0.5, -1.0, 2.0, 3.0]) * four + four[::-1] - dspc.tanh(four)
    first, *_, last = nine
    return (
        four[index], nine[dspc.u32(index)], nine[-1], late.sum(), mixed.max(), mixed.min(), mixed.product(),
        mixed.mean(), first - last, dspc.select(nine > 0, nine, 0.5 * nine).sum(), dspc.i32(nine * 100).sum(),
        dspc.bank(3, lambda i: dspc.bank(4, lambda j: nine[i + j] * four[j]).sum()).sum(),
    )  # fmt: skip


@program
@dspc.effect
def array_kinds(x):
    bools = dspc.stack([x > 0, x > 0.5, dspc.frame % 2 == 0])
    whole = dspc.stack([dspc.i32(x * 10), 3, -4])
    unsigned = dspc.stack([dspc.u32(dspc.frame), dspc.u32(7)])
    wide = dspc.stack([dspc.f64(x), 0.1])
    at = dspc.i32(dspc.frame % 2)
    return bools[at], whole[at], dspc.f32(unsigned[at] % 100), dspc.f32(wide[at] / 3), (whole * whole).sum()


@program
@dspc.effect
def array_states(x):
    mix = dspc.matrix(np.eye(5)[[1, 2, 3, 4, 0]] * 0.5 - 0.05)

    def network(lines, count, low):
        fed = dspc.bank(zip([3, 7, 17, 33, 50], mix @ lines, strict=True), lambda r: dspc.delay(x + r[1], r[0])).stack()
        return fed, count + [1, 2, 3], low + 0.1 * (fed.sum() - low), lines

    start = (np.linspace(-0.1, 0.1, 5), np.array([0, 5, -5]), 0.0)
    lines, count, low, before = dspc.feedback(network, initial=start)
    lanes = dspc.bank(3, lambda i: dspc.feedback(lambda s: s * 0.9 + x * (i + 1), initial=np.zeros(4)).sum())
    return lines.sum(), lines[dspc.i32(dspc.frame % 5)], count[1], low, before[3], lanes.sum()


@program
@dspc.effect
def products(x, y):
    taps = np.hanning(41)[1:-1]
    square = dspc.matrix(np.arange(12.0).reshape(3, 4) / 12 - 0.4)
    out = square @ [x, y, 0.5, 1]
    given = dspc.fir(x, [y, 0.5, 0.25 * y])
    wide = dspc.matrix(np.cos(np.outer(np.arange(20), np.arange(20)))) @ dspc.bank(20, lambda i: x * i).stack()
    return *out, dspc.fir(x, taps), dspc.fir(y, [0.5]), given, wide.sum(), dspc.fir(x, np.sin(np.arange(17.0)))


@program
@dspc.effect
def for_each_element(x, y):
    """What takes a signal, on arrays: once for each element."""
    pair, table = dspc.stack([x, y]), dspc.table([0.0, 0.5, -0.25, 1.0])
    memory = dspc.rwtable(4)
    memory.write(dspc.stack([0, 2]), pair)
    moved = dspc.delay(pair, 5 + 3 * pair, max=9, interpolation="linear") + dspc.ahead(dspc.delay(pair, 7), 3)
    filtered = stdlib.lowpass(pair, dspc.stack([500.0, 900.0])) + dspc.fir(pair, [0.5, 0.25])
    sections = dspc.biquads(pair, [[0.1, 0.2, 0.1, 1.0, -0.9, 0.3]])
    turned = dspc.stft(pair, lambda z: 0.5 * z, size=64, hop=16)
    inner = dspc.oversample(2, lambda: dspc.tanh(2 * pair), filter="iir")
    slow = dspc.undersample(3, lambda: pair + 1)
    tones = stdlib.saw(dspc.stack([440.0, 660.0])) + dspc.phasor(200 * pair)
    return *moved, *filtered, *sections, *turned, *inner, *slow, *tones, *table(4 * pair), memory.read(2)


# --- bodies -------------------------------------------------------------------------------------------


@program
@dspc.effect
def standing_still(x, level=dspc.param(0.1, 0.0, 1.0, smooth=0.0), on=dspc.button()):
    active = x > level

    def inside():
        ramp = dspc.phasor(300.0) + dspc.noise()
        deeper = dspc.when(x > 2 * level, lambda: (dspc.delay(x, 4), dspc.feedback(lambda n: n + 1, initial=0)))
        lanes = dspc.bank(5, lambda i: dspc.delay(ramp, i + 1) * stdlib.one_pole(x, 900.0)).sum()
        return ramp, *deeper, lanes, active, dspc.stack([x, ramp])

    ramp, late, count, lanes, was, pair = dspc.when(active, inside)
    other = dspc.when(on | active, lambda: (x, dspc.frame % 9), otherwise=(-1.0, 7))
    held = dspc.when(active, lambda: x * 3, otherwise=0.5 * x)
    return ramp, late, count, lanes, was, pair.sum(), *other, held


@program
@dspc.effect
def taps_that_stand_still(x):
    """One delay line that many lanes read, in bodies whose lines count their own steps."""

    def taps():
        late = dspc.bank(24, lambda n: dspc.delay(x, n, max=23))
        return late.sum(), dspc.bank(8, lambda n: dspc.delay(x * 2, 3 * n, max=40)).max()

    total, most = dspc.when(x > 0.2, taps)
    again, _ = dspc.restart(x > 0.8, taps)
    return total, most, again, *dspc.control(taps)


@program
@dspc.effect
def starting_again(x, rate=dspc.param(700.0, 100.0, 2000.0)):
    trigger = dspc.phasor(rate) < 0.05

    def inside():
        memory = dspc.rwtable([0.5, 0.25, 0.125])
        memory.write(dspc.i32(dspc.frame % 3), x)
        array = dspc.feedback(lambda s: s + [1.0, 2.0], initial=np.array([0.5, -0.5]))
        deeper = dspc.restart(x > 0.9, lambda: dspc.delay(x, 20))
        return dspc.phasor(90.0), dspc.delay(x, 9), deeper, memory.read(1), array.sum(), dspc.when(x > 0, dspc.noise)

    return dspc.restart(trigger, inside)


@program
@dspc.effect
def once_a_tick(x, depth=dspc.param(0.5, 0.0, 1.0)):
    lfo = dspc.control(lambda: depth * dspc.sin_turns(dspc.phasor(20.0)))
    seen, late, slow = dspc.control(lambda: (x, dspc.delay(x, 2), dspc.f32(dspc.sample_rate)))
    return lfo, seen, late, slow * 1e-4, stdlib.lowpass(x, 1000.0 * (1 + lfo))


@program
@dspc.effect
def chosen(x, mode=dspc.choice("ramp", "hiss", "through")):
    sounds = {"ramp": lambda: (dspc.phasor(500.0), 1), "hiss": lambda: (dspc.noise(), 2), "through": lambda: (x, 3)}
    return dspc.switch(mode, sounds)


@program
@dspc.instrument(voices=5)
def bodies_in_voices(note, mode=dspc.choice("soft", "hard")):
    tone = dspc.switch(mode, {"soft": lambda: stdlib.sine(note.frequency), "hard": lambda: stdlib.saw(note.frequency)})
    again = dspc.restart(note.trigger, lambda: dspc.phasor(3.0) + dspc.delay(tone, 5))
    some = dspc.when(note.random > 0.4, lambda: dspc.delay(tone, 10) + dspc.rwtable(4).write(note.voice, tone))
    slow = dspc.control(lambda: dspc.phasor(25.0))
    partials = dspc.bank(6, lambda i: stdlib.sine(note.frequency * (i + 1))).stack()
    memory = dspc.rwtable(np.arange(20.0))
    memory.write(note.voice, tone)
    drive = dspc.oversample(2, lambda: dspc.tanh(3 * tone), filter="iir")
    picked = partials[note.voice] + partials[dspc.i32(again * 6)] + memory.read(dspc.i32(slow * 20))
    return (drive + again + some + slow + 0.1 * picked) * 0.2, dspc.fir(tone, [0.5, 0.3, 0.2]) * note.velocity


@program
@dspc.instrument(voices=6)
def arrays_into_voices(note, level=dspc.param(0.5, 0.0, 1.0)):
    ramps = dspc.shared(lambda: dspc.bank(6, lambda i: dspc.phasor(3.0 * (i + 1))).stack())
    turned = dspc.shared(lambda: dspc.matrix(np.eye(6)[::-1] - 0.1) @ ramps)
    levels = dspc.shared(lambda: dspc.stack([level, 0.5 * level, 0.25]))
    wave = dspc.table_init(32, lambda: dspc.phasor(step=1 / 32))
    lanes = dspc.bank(6, lambda i: turned[i] * stdlib.saw(note.frequency)).sum()
    return (ramps[note.voice] + wave(ramps[1] * 32) + lanes + levels[dspc.i32(ramps[2] * 3)]) * 0.1, turned.sum()


# --- other rates --------------------------------------------------------------------------------------


@program
@dspc.effect
def oversampled(x, drive=dspc.param(3.0, 1.0, 9.0)):
    def shape():
        return dspc.tanh(drive * x), dspc.frame % 5, x > 0, dspc.phasor(440.0) + dspc.delay(x, 7)

    linear = dspc.oversample(4, shape)
    odd = dspc.oversample(3, lambda: x * x)
    held = dspc.oversample(5, shape, filter="hold")
    arrays = dspc.oversample(2, lambda: dspc.stack([x, 2 * x]) * drive, filter="iir")
    return *linear, odd, *held, arrays.sum(), x


@program
@dspc.effect
def oversampled_in_a_loop(x):
    def loop(y):
        return dspc.oversample(8, lambda: dspc.tanh(x - 0.9 * dspc.delay(y, 30)), filter="iir")

    lanes = dspc.bank(3, lambda i: dspc.oversample(2, lambda: dspc.tanh(x * (i + 1)), filter="iir")).sum()
    return dspc.feedback(loop), dspc.oversample(16, lambda: abs(x), filter="iir"), lanes


@program
@dspc.effect
def undersampled(x):
    def slow():
        return stdlib.one_pole(x, 300.0), dspc.phasor(50.0), dspc.frame % 11, x > 0

    linear, steep = dspc.undersample(4, slow), dspc.undersample(2, slow, filter="iir")
    held, deep = dspc.undersample(7, slow, filter="hold"), dspc.undersample(8, slow, filter="iir")
    return *linear, *steep, *held, deep[0], dspc.undersample(3, lambda: dspc.delay(x, 3))


@program
@dspc.effect
def looking_ahead(x, y):
    soon = dspc.ahead(abs(x), 20)
    loud = dspc.feedback(lambda peak: dspc.max(soon, 0.99 * peak))
    lanes = dspc.bank(3, lambda i: dspc.ahead(x * i, 5) + y).sum()
    return x / (1 + loud), y, lanes, dspc.stack([x, y])[dspc.i32(soon > 0.5)]


# --- memories -----------------------------------------------------------------------------------------


@program
@dspc.effect
def memories(x):
    tape, place = dspc.rwtable(300), dspc.i32(dspc.frame % 300)
    behind = tape.read(place - dspc.i32(100 + 50 * x))
    tape.write(place, x)
    whole = dspc.rwtable([5, -7, 9])
    whole.write(dspc.u32(dspc.frame % 4), dspc.i32(x * 50))
    lanes = dspc.rwtable(8)
    dspc.bank(8, lambda i: lanes.write(i, x * i))

    def loop(last):
        own = dspc.rwtable(50)
        own.write(dspc.i32(dspc.frame % 50), x + 0.5 * last)
        return own.read(dspc.i32((dspc.frame + 20) % 50))

    each = dspc.bank(3, lambda i: dspc.rwtable(16).write(i, x) + dspc.rwtable(np.arange(4.0)).read(i)).sum()
    return behind, whole.read(dspc.i32(x * 3)), lanes.read(3) + lanes.read(x * 8), dspc.feedback(loop), each


@program
@dspc.effect
def computed_tables(x):
    window = dspc.table_init(64, lambda: 0.5 - 0.5 * dspc.cos(2 * np.pi * dspc.phasor(step=1 / 64)))
    decay = dspc.table_init(100, lambda: dspc.feedback(lambda y: y * 0.95, initial=1.0) * dspc.delay(dspc.noise(3), 2))
    steps = dspc.table_init(10, lambda: dspc.feedback(lambda n: n + 3, initial=-4))
    rate = dspc.table_init(3, lambda: dspc.f32(dspc.sample_rate) * 1e-5)
    read = dspc.bank(4, lambda i: decay(dspc.phasor(100.0 * (i + 1)) * 100, boundary="wrap")).sum()
    return window(dspc.phasor(300.0) * 64), read, steps(dspc.i32(x * 12)), rate(1), len(window) * x


# --- spectra ------------------------------------------------------------------------------------------


@program
@dspc.effect
def spectra(x, threshold=dspc.param(0.02, 0.0, 1.0)):
    def gate(z):
        gain = dspc.feedback(lambda g: g + 0.3 * (dspc.f32(abs(z) > threshold) - g))
        return z * gain

    def bent(z):
        low = dspc.select(z.frequency < 5000.0, z.real, z.imag * 0.5)
        mixed = dspc.complex(low, z.imag) * z.conjugate - z / (z + 2.0)
        return 0.1 * mixed + dspc.polar(abs(z), z.phase + 0.1 * z.bin)

    return (
        dspc.stft(x, gate, size=64, hop=16), dspc.stft(x, bent, size=32, hop=16, window="hamming"),
        dspc.stft(x, lambda z: dspc.delay(z.real, 2) * z, size=16, hop=4, window="blackman"),
        dspc.stft(dspc.i32(x * 9), lambda z: 1.0 - z, size=16, hop=8, window="rectangular"), x,
    )  # fmt: skip


@program
@dspc.instrument(voices=3)
def spectra_in_voices(note):
    return dspc.stft(stdlib.saw(note.frequency), lambda z: z * note.velocity * note.gate, size=32, hop=8)
