"""Right calls of everything public; and each of them with one argument after the other made wrong."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from mistakes import listed

IN_TRACE = """
dspc.abs(x) | dspc.acos(x) | dspc.asin(x) | dspc.atan(x) | dspc.atan2(x, p) | dspc.ceil(x) | dspc.clamp(x, -1.0, 1.0)
dspc.cos(x) | dspc.cos_turns(x) | dspc.cosh(x) | dspc.exp(x) | dspc.exp2(x) | dspc.floor(x) | dspc.fmod(x, p)
dspc.log(x) | dspc.log10(x) | dspc.log2(x) | dspc.max(x, p) | dspc.min(x, p) | dspc.pow(x, p) | dspc.round(x)
dspc.sign(x) | dspc.sin(x) | dspc.sin_turns(x) | dspc.sinh(x) | dspc.sqrt(x) | dspc.tan(x) | dspc.tanh(x)
dspc.trunc(x) | dspc.f32(x) | dspc.f64(x) | dspc.i32(x) | dspc.u32(x) | dspc.bool(x) | dspc.select(x > 0, x, p)
dspc.delay(x, 3, min=0, max=9, interpolation="linear") | dspc.ahead(x, 3)
dspc.feedback(lambda y: 0.5 * y, initial=0.0) | dspc.bank(3, lambda i: i * x)
dspc.bank(3, lambda i: dspc.lanes([1, 2, 3]) * x) | dspc.stack([x, p]) | dspc.matrix([[1.0, 2.0]])
dspc.matrix(np.ones((2, 2))) @ [x, p] | dspc.fir(x, [0.5, 0.25]) | dspc.biquads(x, [[1.0, 0.0, 0.0, 1.0, 0.1, 0.0]])
dspc.when(x > 0, lambda: x * 2, otherwise=0.0) | dspc.switch(mode, {"a": lambda: x, "b": lambda: p})
dspc.restart(x > 0, lambda: dspc.delay(x, 1)) | dspc.control(lambda: p * 2)
dspc.oversample(2, lambda: x * x, filter="iir") | dspc.undersample(2, lambda: x * x, filter="hold")
dspc.shared(lambda: p) | dspc.table_init(8, lambda: dspc.phasor(step=0.125)) | dspc.rwtable(8)
dspc.rwtable(8).read(1) | dspc.rwtable(8).write(1, x) | dspc.table([0.0, 1.0])
dspc.table([0.0, 1.0])(x, interpolation="none", boundary="wrap") | dspc.table([[0.0, 1.0], [1.0, 2.0]])(p, x)
dspc.phasor(100.0, phase=0.5, reset=x > 0) | dspc.phasor(step=0.1) | dspc.noise(3) | dspc.controller(1, default=0.5)
dspc.meter("level", x) | dspc.complex(x, p) | dspc.polar(x, p)
dspc.stft(x, lambda z: z * 2, size=64, hop=16, window="hann") | dspc.note(frequency=100.0, gate=x > 0, velocity=0.5)
part(x, gain=0.5, order=2) | lead(dspc.note(frequency=100.0, gate=True)) | stdlib.saw(100.0, phase=0.1)
stdlib.lowpass(x, 100.0, 0.7) | stdlib.adsr(x > 0, 0.1, 0.1, 0.5, 0.1) | stdlib.pan(x, 0.5)
stdlib.ladder(x, 100.0, 0.3) | stdlib.soft_clip(x) | stdlib.mixer(x, p) | stdlib.pulse(100.0, 0.5)
stdlib.gain_db(x, -6.0) | dspc.bank(3, lambda i: i * x).sum() | dspc.bank(3, lambda i: i * x).stack()
dspc.stack([x, p])[0] | dspc.stack([x, p]).max() | np.sin(x) | np.maximum(x, p) | x + p | x ** 2 | x % 3 | x // 2
stdlib.ar(x > 0, 0.1, 0.1, -5.0, one_shot=True) | stdlib.dahdsr(x > 0, 0.1, attack_curve=2.0) | stdlib.ramp(x, 0.1)
stdlib.euclid(x > 0, 3, 8, 1) | stdlib.counter(x > 0, 4, reset=x > 1) | stdlib.sample_hold(x, x > 0)
stdlib.waveshaper(x, [0.0, 1.0]) | stdlib.fold(x, "sine", antialias=True) | stdlib.bitcrush(x, 8.0, rate=8000.0)
stdlib.hard_clip(x, 0.5, oversample=2) | stdlib.mid_side(x, p, decode=True)
stdlib.crossfade(x, p, 0.5, equal_power=True)
dspc.i32(x) & 3 | dspc.i32(x) << 2 | (x > 0) | (x == p)
"""
"""Inside a program, of a signal `x`, a parameter `p` and a choice `mode`."""

DEFAULTS = """
dspc.param(0.5, 0.0, 1.0, name="a", id="b", unit="Hz", scale="linear", step=0.5, smooth=0.1, group="g")
dspc.param(0.5, 0.0, 1.0, automatable=True, hidden=False, bypass=False)
dspc.choice("a", "b", default="b", name="n", id="i") | dspc.button(name="a", id="b") | dspc.input(2, sidechain=True)
Band(frequency=100.0, kind="b")
"""
"""As the default of a keyword."""

DECLARATIONS = """
dspc.effect(plain) | dspc.effect(tail=0.5)(plain)
dspc.instrument(voices=2, legato=True, glide=0.1, steal="oldest")(voice)
dspc.instrument(voices=2, glide="slide", tail=0.5)(voice) | part.configure(order=3) | dspc.node(plain)
dspc.node(plain)(p=0.5) | dspc.inlet(0.5) | dspc.outlet() | dspc.Feedback(initial=0.0) | dspc.Mixer(2)
dspc.Saw(frequency=3.0) | dspc.Saw() | dspc.Params() | Graph(gain=0.5) | lead.after(plain)
"""
"""At the top of a file."""

HOST = """
dspc.compile(plain, backend="reference", sample_rate=8000.0, max_block=64, channels=1, precision="f32")
dspc.trace(plain, "f32", channels=1)
dspc.render(lead, seconds=0.001, events=[], params={"slide": 0.1}, backend="reference")
dspc.render(plain, np.zeros(8), params={"p": 0.5}, tempo=90.0, sample_rate=8000.0, backend="reference")
dspc.render(plain, np.zeros(8), tail=True, backend="reference", block=8)
dspc.render(plain, np.zeros(8), backend="reference", precision="f32")
dspc.render(plain, np.zeros((2, 8)), backend="reference") | ENGINE.process(np.zeros(8), frames=8, events=[])
ENGINE.process(np.zeros(8, np.float32), out=np.zeros(8, np.float32)) | ENGINE.process(frames=8)
ENGINE.note_on(60, 0.5, channel=1) | ENGINE.note_off(1, 0.5) | ENGINE.set("p", 0.5) | ENGINE.get("p")
ENGINE.set("mode", "b") | ENGINE.controller(1, 0.5, channel=0)
ENGINE.set_transport(tempo=90.0, playing=True, position=1.0, bar=0.0)
ENGINE.set_transport(numerator=3, denominator=4) | ENGINE.restore(SAVED) | ENGINE.load("x", np.zeros(4), rate=8000.0)
ENGINE.send(E.NoteOn(0, 60, 0.5, id=1, channel=0)) | ENGINE.send(E.NoteOff(0, 60, 0.5, id=1, channel=0))
ENGINE.send(E.Choke(0, key=60, id=1, channel=0)) | ENGINE.send(E.AllNotesOff(0, channel=1))
ENGINE.send(E.Param(0, "p", 0.5)) | ENGINE.send(E.Bend(0, 0.5, channel=1))
ENGINE.send(E.Pressure(0, 0.5, key=60, id=1, channel=1)) | ENGINE.send(E.Controller(0, 1, 0.5, channel=1))
ENGINE.send(E.Expression(0, 1, "bend", 0.5))
ENGINE.send(E.Transport(0, tempo=90.0, playing=True, position=1.0, bar=0.0, numerator=4, denominator=4))
ENGINE.process(frames=8, events=[E.NoteOn(3, 60, 0.5), E.Param(5, "mode", "a")]) | ENGINE.reset() | ENGINE.save()
dspc.Engine(LOADED, 8000.0) | dspc.read("none.wav")
"""
"""In a program that uses an engine."""


def calls(text: str) -> list[str]:
    """The calls of a list."""
    return listed(text)


def made_wrong(call: str, values: list[str], every: int) -> Iterator[str]:
    """The call with arguments replaced, left out, doubled, out of order; and with unknown keywords.

    Each argument is replaced by one in `every` of the values, another call's by others.
    """
    tree = ast.parse(call, mode="eval")
    spots = [(n, f, i) for n in ast.walk(tree) for f in ("args", "keywords", "elts", "values", "left", "right", "slice")
             for i in _indexes(getattr(n, f, None))]  # fmt: skip
    for number, (node, field, index) in enumerate(spots, start=len(call)):
        if isinstance(node, ast.arguments):
            continue
        before = getattr(node, field)
        old = before if index is None else before[index]
        for value in values[number % every :: every]:
            new: ast.AST = ast.parse(value, mode="eval").body
            if isinstance(old, ast.keyword):
                new = ast.keyword(old.arg, new)
            _put(node, field, index, new)
            yield ast.unparse(tree)
            _put(node, field, index, old)
    for node in [n for n in ast.walk(tree) if isinstance(n, ast.Call)]:
        yield from _miscounted(tree, node)


def _indexes(value: object) -> list[int | None]:
    return list(range(len(value))) if isinstance(value, list) else [None] if isinstance(value, ast.expr) else []


def _put(node: ast.AST, field: str, index: int | None, value: ast.AST) -> None:
    if index is None:
        setattr(node, field, value)
    else:
        getattr(node, field)[index] = value


def _miscounted(tree: ast.AST, node: ast.Call) -> Iterator[str]:
    args, keywords = node.args, node.keywords
    others = [(args[:-1], keywords), ([], []), (args * 2, keywords), ([*args, *map(copy.copy, args)] * 4, keywords),
              (args[::-1], keywords), (args, [*keywords, ast.keyword("nonsense", ast.Constant(1))]),
              (args, keywords[:-1]), ([*args, ast.Constant(None)], keywords)]  # fmt: skip
    for node.args, node.keywords in others:
        yield ast.unparse(tree)
    node.args, node.keywords = args, keywords
