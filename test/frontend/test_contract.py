"""The language's promises: every sentence that says `error`, `refused` or `only`, with a program that breaks it.

What is clamped, wrapped or saturated is computed, on the reference and in C.
"""

from __future__ import annotations

import pytest
from outcomes import outcome

from dspc.frontend.errors import DspError, all_errors

FILE = "contract.py"
EFFECT = "def program(x, p=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice('a', 'b'), key=dspc.input(1, sidechain=True)):\n"
VOICE = "@dspc.instrument(voices=2)\ndef program(note, p=dspc.param(0.5, 0.0, 1.0)):\n"

REFUSED: list[tuple[str, str, str, str]] = [
    # sentence, program (an expression: what an effect of x, p, mode and key returns), code, what the remedy names
    ("shared: reading note in it is an error", VOICE + "    return dspc.shared(lambda: note.velocity)", "DSP213", ""),
    (
        "shared is computed once for all voices",
        VOICE + "    y = note.velocity\n    return dspc.shared(lambda: y)",
        "DSP213",
        "",
    ),
    (
        "voices=1: mono; an instrument has voices",
        "@dspc.instrument(voices=0)\ndef program(note):\n    return 0.0",
        "DSP182",
        "voices=16",
    ),
    ("glide=seconds or a param", "@dspc.instrument(glide='soon')\ndef program(note):\n    return 0.0", "DSP210", ""),
    (
        "legato=True",
        "@dspc.instrument(voices=1, legato=1)\ndef program(note):\n    return 0.0",
        "DSP182",
        "legato=True",
    ),
    (
        "the function of an instrument receives the note",
        "@dspc.instrument\ndef program(a, b):\n    return a",
        "DSP186",
        "",
    ),
    ("note.finish(condition)", VOICE + "    note.finish(note.velocity)\n    return 0.0", "DSP111", ""),
    ("the note's properties", VOICE + "    return note.pitch", "DSP133", ""),
    ("after runs on the mix", VOICE + "    return p\n@program.after\ndef space(a, b):\n    return a", "DSP185", ""),
    (
        "after's parameters get ids after.",
        "def program(x, p=dspc.param(0.5, 0.0, 1.0, id='after.p')):\n    return x",
        "DSP124",
        "",
    ),
    ("param(default, min, max)", "def program(x, p=dspc.param(2.0, 0.0, 1.0)):\n    return x", "DSP120", ""),
    ("scale", "def program(x, p=dspc.param(0.5, 0.0, 1.0, scale='log')):\n    return x", "DSP120", "linear"),
    (
        "parameters are known by their ids",
        "def program(x, p=dspc.param(0.5, 0.0, 1.0, id='q'), q=dspc.param(0.5, 0.0, 1.0)):\n    return x",
        "DSP123",
        "id=",
    ),
    ("choice(*labels)", "def program(x, p=dspc.choice('a')):\n    return x", "DSP121", ""),
    ("mode == 'saw': a label", "dspc.select(mode == 'c', x, 0)", "DSP122", "a, b"),
    ("switch runs only the chosen function", "dspc.switch(mode, {'a': lambda: x})", "DSP275", ""),
    (
        "configure: unknown names refused",
        "@dspc.effect\ndef f(x, order=2):\n    return x\nprogram = f.configure(oder=3)",
        "DSP180",
        "order",
    ),
    (
        "configure is for build constants",
        "@dspc.effect\ndef f(x, p=dspc.param(0.5, 0.0, 1.0)):\n    return x\nprogram = f.configure(p=3)",
        "DSP180",
        "",
    ),
    ("each is one bus, an array of its channels", "key * [1.0, 2.0]", "DSP270", ""),
    ("a bus in an instrument", "@dspc.instrument\ndef program(note, x=dspc.input(2)):\n    return 0.0", "DSP225", ""),
    ("returning a dict gives named output buses", "{'out': x, 3: x}", "DSP228", ""),
    (
        "each call: parameters not given become constants",
        "@dspc.effect\ndef f(x, p=dspc.param(0.5, 0.0, 1.0)):\n    return x\ndef program(x):\n    return f(x, q=0.5)",
        "DSP188",
        "p",
    ),
    # b. graph classes
    (
        "a cycle needs dspc.Feedback()",
        "class program(dspc.Effect):\n    a, b = dspc.OnePole(), dspc.OnePole()\n"
        "    def graph(self):\n        self.connect(self.a >> self.b >> self.a, self.a >> self.output)\n"
        "        self.connect(9.0 >> self.a.cutoff, "
        "9.0 >> self.b.cutoff)",
        "DSP204",
        "Feedback",
    ),
    (
        "class-level nodes are declarations",
        "class program(dspc.Effect):\n    def graph(self):\n        self.connect(self.input >> self.nothing)",
        "DSP202",
        "",
    ),
    ("connect", "class program(dspc.Effect):\n    def graph(self):\n        self.connect(3)", "DSP201", ">>"),
    # 2. types
    ("i32 with u32 needs a conversion", "dspc.i32(x) + dspc.u32(dspc.frame)", "DSP111", "dspc."),
    ("anything downward needs a conversion", "dspc.feedback(lambda n: x, initial=0)", "DSP111", ""),
    ("& | ^ ~ << >> are for integers", "x & 1", "DSP111", ""),
    ("and", "x and p", "DSP101", "&"),
    ("or", "x or p", "DSP101", "|"),
    ("not", "not x", "DSP101", "~"),
    ("a < x < b", "dspc.select(0 < x < 1, x, p)", "DSP101", "&"),
    ("if", "x if p > 0 else 0", "DSP101", "dspc.select"),
    ("built-in min", "min(x, p)", "DSP101", "dspc.min"),
    ("built-in max", "max(x, p)", "DSP101", "dspc.max"),
    ("select(c, a, b) as np.where", "dspc.select(x, x, p)", "DSP111", ""),
    (
        "otherwise: a tuple like the result of f",
        "dspc.when(x > 0, lambda: (x, p), otherwise=(0.0, 0.0, 0.0))",
        "DSP274",
        "",
    ),
    ("when(active, f): f is a function", "dspc.when(x > 0, x)", "DSP273", "lambda"),
    ("feedback: f returns k or more", "dspc.feedback(lambda a, b: x)", "DSP151", ""),
    ("feedback: f takes the k previous values", "dspc.feedback(lambda a: x, initial=(0.0, 0.0))", "DSP151", ""),
    ("initial fixes the types: numbers", "dspc.feedback(lambda a: x, initial='a')", "DSP150", ""),
    ("delay: min, max are const or init rate", "dspc.delay(x, 3, max=x)", "DSP142", ""),
    ("delay: max is not needed where samples is const or init", "dspc.delay(x, 5 * p)", "DSP142", "max="),
    ("delay: a delay of no future", "dspc.delay(x, -1)", "DSP140", ""),
    ("interpolation", "dspc.delay(x, 3, interpolation='best')", "DSP141", "linear"),
    ("ahead: in feedback an error", "dspc.feedback(lambda y: dspc.ahead(x, 3))", "DSP282", ""),
    ("bank(n_or_sequence, f)", "dspc.bank(dspc.i32(x), lambda i: x).sum()", "DSP161", ""),
    ("a bank is reduced", "dspc.bank(2, lambda i: x) + 1", "DSP116", ".sum()"),
    ("lanes: each lane of the innermost bank", "dspc.lanes([1.0])", "DSP163", ""),
    ("lanes(array): one for each", "dspc.bank(3, lambda i: dspc.lanes([1, 2])).sum()", "DSP162", ""),
    ("matrix(m) @ signals", "(dspc.matrix(np.eye(3)) @ [x, x])[0]", "DSP276", ""),
    ("boundary=clamp|wrap|zero", "dspc.table([0.0, 1.0])(x, boundary='fold')", "DSP171", "clamp"),
    ("2-D t(row, position)", "dspc.table([[0.0, 1.0], [1.0, 2.0]])(x)", "DSP252", "table(row, position)"),
    ("integer arrays are i32", "dspc.table([2**40, 1])(x)", "DSP170", ""),
    ("rwtable(n_or_array)", "dspc.rwtable(0).read(0)", "DSP278", ""),
    ("writes of a sample come before its reads", "(lambda t: t.write(0, t.read(0)))(dspc.rwtable(4))", "DSP279", ""),
    ("table_init: f, without arguments", "dspc.table_init(4, lambda i: i)(x)", "DSP151", ""),
    ("table_init runs at prepare", "dspc.table_init(4, lambda: x)(x)", "DSP280", ""),
    ("dspc.read(path)", "dspc.read('nothing.wav')[0][0, 0] * x", "DSP253", ""),
    ("step replaces frequency", "dspc.phasor(100.0, step=0.1)", "DSP130", ""),
    ("reset is a bool", "dspc.phasor(100.0, reset=x)", "DSP111", ""),
    ("noise(seed=None)", "dspc.noise(0.5)", "DSP131", ""),
    ("transport's fields", "dspc.transport.beat", "DSP220", ""),
    ("biquads: SciPy's [n, 6]", "dspc.biquads(x, [[1.0, 0.0, 0.0]])", "DSP250", ""),
    ("fir(x, taps)", "dspc.fir(x, np.eye(2))", "DSP277", ""),
    ("oversample: filter", "dspc.oversample(2, lambda: x, filter='best')", "DSP281", "fir"),
    (
        "oversample: in feedback fir is an error that names iir",
        "dspc.feedback(lambda y: dspc.oversample(2, lambda: x * y))",
        "DSP282",
        "iir",
    ),
    (
        "undersample: in feedback fir is an error",
        "dspc.feedback(lambda y: dspc.undersample(2, lambda: x * y))",
        "DSP282",
        "iir",
    ),
    ("control(f)", "dspc.control(x)", "DSP273", "lambda"),
    ("stft: size, hop", "dspc.stft(x, lambda z: z, size=100)", "DSP283", ""),
    ("stft: window", "dspc.stft(x, lambda z: z, window='box')", "DSP283", "hann"),
    ("stft: f returns one", "dspc.stft(x, lambda z: (z, z))", "DSP284", ""),
    ("meter(name, x)", "dspc.meter('', x)", "DSP221", ""),
    ("a signal has no value", "float(x)", "DSP102", "dspc."),
    ("arrays index as numpy's", "dspc.stack([x, p])[2]", "DSP272", ""),
    # 3. hosts
    ("backend", "dspc.compile(lambda x: x, backend='fast')", "DSP322", "auto"),
    ("sample_rate", "dspc.compile(lambda x: x, 'reference', 10.0)", "DSP308", "48_000"),
    ("precision", "dspc.compile(lambda x: x, 'reference', precision='f16')", "DSP240", "f64"),
    ("max_block", "dspc.compile(lambda x: x, 'reference', max_block=0)", "DSP324", "512"),
    ("process: [channels, frames]", "ENGINE.process(np.zeros((3, 8)))", "DSP302", ""),
    ("process: frames", "ENGINE.process()", "DSP303", "frames"),
    (
        "frame counted from the start of the call",
        "ENGINE.process(np.zeros(4), events=[dspc.events.NoteOn(9, 60, 0.5)])",
        "DSP304",
        "",
    ),
    ("note_on(60, 0.8)", "ENGINE.note_on(60, 80)", "DSP305", "127"),
    ("engine.set", "ENGINE.set('q', 0.5)", "DSP301", "p"),
    ("engine.get", "ENGINE.get('q')", "DSP301", "p"),
    ("a choice takes a label", "ENGINE.set('mode', 'c')", "DSP306", "a, b"),
    ("controller 0-1", "ENGINE.controller(1, 64)", "DSP306", "127"),
    ("set_transport", "ENGINE.set_transport(tempo=0.0)", "DSP306", ""),
    ("restore(b)", "ENGINE.restore(b'nothing')", "DSP307", "save"),
    ("load(name, array)", "ENGINE.load('kick', np.zeros(4))", "DSP232", ""),
    (
        "render: as long as x, or seconds",
        "dspc.render(lambda: dspc.noise(), backend='reference')",
        "DSP325",
        "seconds=",
    ),
    ("render: midi", "dspc.render(lambda: dspc.noise(), midi='nothing.mid', backend='reference')", "DSP326", ""),
    ("trace(program)", "dspc.trace(3)", "DSP183", "@dspc.effect"),
]


def program_of(text: str) -> str:
    """A file: what is a program already, or one that returns an expression; engines are used at its top."""
    if "program" in text:
        return text
    if text.startswith(("dspc.compile", "dspc.render", "dspc.trace", "ENGINE")):
        engine = "ENGINE = dspc.compile(base, 'reference', 8000.0)\n"
        base = "def base(x, p=dspc.param(0.5, 0.0, 1.0), mode=dspc.choice('a', 'b')):\n    return x\n"
        return f"{base}{engine}{text}\nprogram = base"
    return f"{EFFECT}    return {text}"


@pytest.mark.parametrize(("sentence", "text", "code", "named"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(sentence: str, text: str, code: str, named: str) -> None:
    error = outcome(program_of(text), FILE, "program")
    assert isinstance(error, DspError), f"{sentence}: {error!r}"
    errors = all_errors(error)
    assert {one.code for one in errors} == {code}, error.text()
    assert all(one.place and one.place.file == FILE and one.hint for one in errors)
    assert any(named in one.hint for one in errors), error.text()
