"""Small programs that are right: every feature of the language at least once."""

from __future__ import annotations

PLAIN = {
    "select": """
def program(x, gain=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice("dry", "wet")):
    y = dspc.select(mode == "wet", x * gain, x)
    return dspc.clamp(y, -1.0, 1.0)
""",
    "delay": """
def program(left, right, time=dspc.param(0.3, 0.0, 1.0)):
    late = dspc.delay(left, time * dspc.sample_rate, max=dspc.sample_rate, interpolation="cubic")
    return left + late, dspc.feedback(lambda y: right + 0.5 * dspc.delay(y, 99))
""",
    "bank": """
def program(x, order=4):
    bank = dspc.bank(order, lambda i: dspc.phasor(100.0 * (i + 1)) * x)
    rows = dspc.bank([(1.0, 2), (3.0, 4)], lambda row: row[0] * row[1] * x)
    pair, half = dspc.bank(3, lambda i: (i * x * dspc.lanes([1, 2, 3]), dspc.delay(x, i)))
    return bank.mean() + rows.max() * pair.stack()[1] + half.min() * bank.product() if order > 9 else bank.sum()
""",
    "instrument": """
@dspc.instrument(voices=4, glide=0.01, legato=True, steal="quietest")
def program(note, cutoff=dspc.param(800.0, 20.0, 20_000.0, scale="log")):
    note.finish(note.velocity < 0.01)
    a, b = dspc.feedback(lambda a, b: (0.5 * a + note.gate, a - b), (0.0, 1.0))
    return dspc.sin(a * cutoff / dspc.sample_rate) * note.random, b + dspc.shared(lambda: dspc.phasor(2.0))
@program.after
def space(left, right, mix=dspc.param(0.2, 0.0, 1.0)):
    return left + mix * right, right
""",
    "table": """
table = dspc.table([0.0, 0.5, 1.0])
rows = dspc.table(np.ones((2, 3)))
def helper(v, n=2):
    return v ** n if n > 0 else None
def program(x):
    i = dspc.i32(x) & 255 | dspc.i32(dspc.frame) >> 3
    read = rows(i, x, interpolation="none") * len(table)
    return table(helper(x) + 1, boundary="wrap") + i // 7 % 3 + dspc.noise(7) + abs(round(-x)) + read
""",
    "graph": """
class Part(dspc.Node):
    x, depth, out, again = dspc.inlet(), dspc.inlet(0.5), dspc.outlet(), dspc.Feedback()
    def graph(self):
        y = self.x + self.again * self.depth
        self.connect(y >> self.again, y >> self.out)
class program(dspc.Effect):
    inputs, mix, parts = 2, dspc.Mixer(2), [Part(), Part(depth=0.25)]
    gain, mode = dspc.param(0.5, 0.0, 1.0), dspc.choice("dry", "wet")
    def graph(self):
        self.connect(self.input[0] >> self.parts[0] >> self.mix[0], (self.mode == "wet") * self.gain >> self.mix[1])
        self.connect(self.mix >> self.output, self.input[1] - 0.5 >> self.parts[1] >> self.output[1])
""",
    "voice": """
def wobble(frequency, rate=5.0):
    return dspc.phasor(frequency * (1 + dspc.phasor(rate))), frequency
class program(dspc.Voice):
    voices, osc, env, amp = 4, dspc.node(wobble)(rate=3.0), dspc.ADSR(attack=0.01), dspc.Amplifier()
    def graph(self):
        self.connect(self.osc[0] >> self.amp >> self.output, self.env * self.note.velocity >> self.amp.gain)
        self.connect((self.note.velocity < 0.01) >> self.note.finish, self.osc[1] / 100 >> self.output[1])
    def after(self, left, right, mix=dspc.param(0.5, 0.0, 1.0)):
        return left * mix, right
""",
}

FEATURES = {
    "phasor": """
def program(x, rate=dspc.param(3.0, 0.1, 9.0, unit="Hz", scale="log", step=0.1, smooth=0.0, group="lfo")):
    saw = dspc.phasor(rate, phase=0.25, reset=x > 0.5)
    return saw + dspc.phasor(step=0.01) + dspc.noise(3) * dspc.noise(), dspc.time * 0.5 + dspc.frame / 9
""",
    "mathematics": """
def program(x, y):
    wave = dspc.sin(x) + dspc.cos(y) + dspc.tan(x) - dspc.atan2(x, y) + np.tanh(x) * dspc.exp2(y) ** 2
    whole = (dspc.i32(x) // 3 % 5 ^ dspc.i32(dspc.frame) << 2) + dspc.sign(dspc.floor(x))
    wide = dspc.f64(x) * 0.1 + dspc.fmod(dspc.log(abs(y) + 1), 0.5)
    return wave + whole, dspc.min(dspc.sqrt(abs(x)), y), dspc.f32(wide) + (x > 0) * dspc.bool(y)
""",
    "stack": """
def program(x, y):
    four = dspc.stack([x, y, 0.5, x * y])
    turned = dspc.matrix(np.eye(4)[::-1]) @ four
    first, *rest = turned[1:] * [1.0, 2.0, 3.0]
    return four.sum() + turned[dspc.i32(x)] + first, dspc.tanh(four).max() + rest[0] * four.mean()
""",
    "arrays through everything": """
def program(x=dspc.input(2), cutoff=dspc.param(900.0, 50.0, 5000.0)):
    low = stdlib.lowpass(dspc.delay(x, 3) * 0.5, dspc.stack([cutoff, 800.0]), 0.7)
    shaped = dspc.oversample(2, lambda: dspc.tanh(low), filter="iir")
    turned = dspc.stft(shaped, lambda z: z * 0.5, size=64, hop=16)
    return {"out": turned + dspc.fir(x, [0.5, 0.25]), "low": stdlib.one_pole(abs(low), 20.0)}
""",
    "states": """
def program(x):
    def step(lines, count, low):
        fed = dspc.bank(lines, lambda y: dspc.delay(0.5 * y + x, 3)).stack()
        return fed, count + 1, low + 0.1 * (fed.sum() - low), fed.max()
    lines, count, low, loud = dspc.feedback(step, initial=(np.zeros(3), 0, 0.0))
    return lines[0] + low + loud, count % 7
""",
    "memory": """
def program(x):
    window = dspc.table_init(16, lambda: dspc.phasor(step=1 / 16))
    tape = dspc.rwtable(300)
    tape.write(dspc.i32(dspc.frame % 300), x)
    whole = dspc.rwtable(np.arange(4))
    whole.write(1, dspc.i32(x))
    return tape.read(dspc.i32(dspc.frame % 299)) + window(x * 16, boundary="zero"), whole.read(1)
""",
    "filters": """
sos = [[0.1, 0.2, 0.1, 1.0, -0.5, 0.1], [1.0, 0.0, 0.0, 1.0, 0.2, 0.0]]
def program(x, q=dspc.param(0.7, 0.1, 9.0)):
    moving = dspc.biquads(x, [[q, 0.2, 0.1, 1.0, -0.5, 0.1]])
    return dspc.fir(x, np.hanning(9)) + dspc.biquads(x, sos) + moving, dspc.fir(x, [0.5, q, x])
""",
    "host": """
def program(x=dspc.input(2), key=dspc.input(1, sidechain=True), tail=3):
    dspc.meter("level", abs(key[0]))
    beat = dspc.transport.position % 1.0 * dspc.transport.tempo + dspc.transport.playing
    gain = dspc.select(key.connected, 0.5, 1.0) * dspc.controller(1, default=0.5)
    left, right = x
    return {"out": (gain * left, right), "rest": x * 2.0, "beat": beat}
""",
    "groups": """
class Band(dspc.Params):
    frequency = dspc.param(800.0, 20.0, 8000.0)
    gain, kind = dspc.param(0.4, 0.0, 0.9), dspc.choice("low", "high", default="high")
def program(x, bands=[Band(frequency=f) for f in (100.0, 900.0)],
            more={"a": dspc.param(2, 0, 9, step=1)}, on=dspc.button(), order=2):
    for band in bands:
        x = dspc.select(band.kind == "low", stdlib.one_pole(x, band.frequency), x) * band.gain
    return x * more["a"] + dspc.f32(on) * order
""",
    "reuse": """
@dspc.effect
def inner(x, drive=dspc.param(2.0, 1.0, 5.0), bias=0.5):
    return dspc.tanh(drive * x + bias)
@dspc.instrument(voices=2)
def lead(note, cutoff=dspc.param(400.0, 20.0, 8000.0)):
    return stdlib.one_pole(stdlib.saw(note.frequency), cutoff) * note.gate * note.velocity
def program(x, drive=dspc.param(3.0, 1.0, 5.0)):
    voice = lead(dspc.note(frequency=220.0, gate=x > 0.1, velocity=0.5), cutoff=900.0)
    return inner(inner(x), drive=drive) + voice
""",
    "configured": """
@dspc.effect(tail=0.5)
def base(x, order=2, name="plain", taps=np.ones(3), none=None):
    for _ in range(order):
        x = dspc.fir(x, taps) + len(name)
    return x
program = base.configure(order=3, name="other")
""",
    "graph class and function": """
@dspc.effect
def shape(x, drive=2.0):
    return dspc.tanh(drive * x)
class program(dspc.Effect):
    wet, low, delay = dspc.node(shape)(drive=3.0), dspc.LowPass24(resonance=0.2), dspc.node(dspc.delay)(samples=40)
    cutoff, loop = dspc.param(900.0, 50.0, 5000.0), dspc.Feedback()
    def graph(self):
        self.connect(self.input >> self.wet >> self.low, self.cutoff * 2 >> self.low.cutoff, 0.1 >> self.low)
        self.connect(self.low + self.loop >> self.delay, self.delay * 0.5 >> self.loop, self.delay >> self.output)
""",
    "oscillators": """
def program(x, cutoff=dspc.param(900.0, 50.0, 5000.0)):
    body = stdlib.saw(110.0) + stdlib.pulse(220.0, 0.3) + stdlib.sine(330.0) + stdlib.square(x)
    shaped = stdlib.soft_clip(stdlib.ladder(body, cutoff, 0.3)) * stdlib.adsr(x > 0, 0.01, 0.1, 0.5, 0.2)
    return stdlib.pan(stdlib.lowpass(shaped, cutoff, 0.7), 0.2)
""",
}

BODIES = {
    "when": """
def program(x, on=dspc.button()):
    inside = lambda: (dspc.delay(x, 4), dspc.feedback(lambda n: n + 1, initial=0))
    late, count = dspc.when(x > 0.1, inside, otherwise=(x, 3))
    return dspc.when(on, lambda: dspc.phasor(9.0)) + late, count
""",
    "switch": """
def program(x, mode=dspc.choice("ramp", "hiss", "through")):
    kinds = {"ramp": lambda: (dspc.phasor(500.0), 1), "hiss": lambda: (dspc.noise(), 2), "through": lambda: (x, 3)}
    sound, number = dspc.switch(mode, kinds)
    return sound, number + mode.index
""",
    "restart": """
def program(x):
    array = lambda: dspc.feedback(lambda s: s + [1.0, 2.0], initial=np.array([0.5, -0.5])).sum()
    return dspc.restart(x > 0.9, lambda: (dspc.delay(x, 20), array(), dspc.phasor(3.0)))
""",
    "control": """
def program(x, depth=dspc.param(0.5, 0.0, 1.0)):
    lfo, seen = dspc.control(lambda: (depth * dspc.sin_turns(dspc.phasor(20.0)), x))
    return stdlib.lowpass(x, 1000.0 * (1 + lfo)), seen
""",
    "oversample": """
def program(x, drive=dspc.param(3.0, 1.0, 9.0)):
    loop = dspc.feedback(lambda y: dspc.oversample(2, lambda: dspc.tanh(x - 0.5 * y), filter="iir"))
    return dspc.oversample(4, lambda: dspc.tanh(drive * x)) + loop, dspc.undersample(3, lambda: abs(x), filter="hold")
""",
    "ahead": """
def program(x, y):
    soon = dspc.ahead(abs(x), 20)
    loud = dspc.feedback(lambda peak: dspc.max(soon, 0.99 * peak))
    return x / (1 + loud), y
""",
    "stft": """
def program(x, threshold=dspc.param(0.1, 0.0, 1.0)):
    def gate(z):
        gain = dspc.feedback(lambda g: g + 0.3 * (dspc.f32(abs(z) > threshold) - g))
        turned = dspc.polar(abs(z) * gain, z.phase + 0.1 * z.bin)
        return turned + dspc.complex(z.real, -z.imag) * 0.5
    return dspc.stft(x, gate, size=64, hop=16, window="hann")
""",
    "shared": """
@dspc.instrument(voices=3, steal="none")
def program(note, rate=dspc.param(5.0, 0.1, 9.0), mode=dspc.choice("a", "b")):
    wave, drift = dspc.shared(lambda: (dspc.phasor(rate), stdlib.one_pole(dspc.noise(), rate)))
    tone = dspc.switch(mode, {"a": lambda: stdlib.sine(note.frequency), "b": lambda: stdlib.saw(note.frequency)})
    again = dspc.restart(note.trigger, lambda: dspc.phasor(3.0))
    some = dspc.when(note.random > 0.4, lambda: dspc.delay(tone, 10))
    return tone * wave + again * drift, some * note.gate
""",
    "nested": """
def program(x):
    def outer(y):
        lanes = dspc.bank(3, lambda i: dspc.bank(2, lambda j: dspc.delay(x * i + y, j + 1)).sum())
        return dspc.when(x > 0, lambda: 0.1 * lanes.sum() + dspc.feedback(lambda z: 0.5 * z + y))
    return dspc.feedback(outer)
""",
}
