"""What expressions of the language look like: the rules from which `strategies.py` makes random programs."""

from __future__ import annotations

KINDS = "fiub"

RULES: dict[str, tuple[str, ...]] = {
    "f": (
        "{f} + {g}", "{g} - {f}", "{f} * {g}", "{f} / {G}", "{g} / ({f} + 2)", "{f} // {G}", "{f} % {G}",
        "{g} % {f}", "{f} * {f}", "{f} - {f}", "{f} * 0.5", "-{f}", "+{f}", "abs({f})", "{f} ** {power}",
        "{f} ** 0.5", "2 ** {f}", "dspc.pow(abs({f}), {g})", "dspc.{unary}({f})", "dspc.{unary}({G} * {f})",
        "dspc.{unary}({f})", "dspc.{unary}({i})", "dspc.{unary}({f})", "dspc.{unary}(0.5 * {f})", "dspc.{unary}({b})",
        "dspc.{binary}({f}, {g})", "dspc.min({f}, {g})", "dspc.max({g}, {f})", "dspc.clamp({f}, {g}, {g})",
        "dspc.select({b}, {g}, {f})", "dspc.select({b}, {G}, {G})", "{f} + {i}", "{b} * {f}", "{f} - {u}",
        "{i} / {N}", "{u} / {f}", "{N} / ({b} + 1)", "dspc.f32({x})", "dspc.f64({x})", "dspc.f64({G})",
        "dspc.sample_rate / {G}", "dspc.time", "1e30 * {f}", "dspc.phasor({frequency})",
        "dspc.phasor({frequency}, phase={G})", "dspc.phasor({frequency}, reset={b})", "dspc.phasor(step={f})",
        "dspc.phasor(step={G}, phase=0.75, reset={b})", "dspc.noise()", "dspc.noise({N})",
        "dspc.delay({f}, {time})", "dspc.delay({f}, {moving})", "dspc.delay({f}, {d}, min={time}, max=50)",
        "dspc.delay({f}, 10 * {d}, min=2.5, max=0.002 * dspc.sample_rate)", "dspc.delay({x}, {fraction})",
        "dspc.table({floats})({f}{lookup})", "dspc.table({floats})({i}{lookup})", "dspc.table({floats})({u})",
        "dspc.controller({controller})", "dspc.transport.position", "dspc.transport.bar % {G}",
        "0.01 * dspc.transport.tempo", "stdlib.{tone}", "stdlib.{shaper}",
        "dspc.delay({x}, {time}, interpolation={between})", "dspc.delay({f}, {fraction}, interpolation={between})",
        "dspc.table({rows})({f}, {f}{lookup})", "dspc.table({rows})({i}, {u}{lookup})", "dspc.biquads({f}, {sections})",
        "dspc.controller({controller})", "stdlib.{tone}", "stdlib.{shaper}",
        "dspc.shared(lambda: dspc.phasor({frequency_alone}))", "dspc.shared(lambda: dspc.noise() * dspc.time)",
        "tone(dspc.note(frequency={frequency}, gate={b}))", "tone(dspc.note({f}, {b}, velocity={f}), level={g})",
        "dspc.fir({f}, {taps})", "dspc.bool({f}) * {f}", "dspc.trunc({f})", "np.{ufunc}({f})", "np.{ufunc2}({f}, {f})",
        "sum([{f}, {g}, {i}])", "np.where({b}, {f}, {f})", "dspc.log(abs({f}) + 1)", "dspc.sqrt(abs({f}))",
        "dspc.phasor({frequency}, reset={b}, phase=0.5)",
        "dspc.table({rows})({i}, {f}{lookup})", "dspc.min({f}, {f}, {g})",
        "{mono}(50 * {f}{lookup})", "{mono}({i}{lookup})", "{wide}({i}, 40 * {f}{lookup})", "{wide}(1, {u}{lookup})",
        "{mono}({f} * {mono}.rate / dspc.sample_rate)",
        "shape({f})[0]", "shape({f}, {f}, mode=\"hard\")[0]", "shape({f}, times={i})[1]", "shape({f}, mode={i})[0]",
    ),
    "i": (
        "{i} + {n}", "{n} - {i}", "{i} * {n}", "{i} // {i}", "{i} % {N}", "{i} // {N}", "-{i}", "abs({i})",
        "{i} & {n}", "{i} | {i}", "{i} ^ {n}", "~{i}", "{i} << {n}", "{i} >> {i}", "{i} ** 2", "dspc.min({i}, {n})",
        "dspc.max({i}, {i})", "dspc.clamp({i}, {n}, {n})", "dspc.select({b}, {i}, {n})",
        "dspc.select({b}, {n}, {N})", "dspc.sign({i})", "{b} + {b}", "{b} * {i}", "{b} << {N}", "-{b}",
        "dspc.i32({f})", "dspc.i32(1e9 * {f})", "dspc.i32({u})", "dspc.i32({b})", "dspc.delay({i}, {at})",
        "dspc.delay({i}, {whole})", "dspc.table({integers})({f}{lookup})", "dspc.table({integers})({i}{lookup})",
        "dspc.transport.numerator", "dspc.transport.denominator", "{wide}.frames - {i}",
    ),
    "u": (
        "dspc.u32({i})", "{u} + {m}", "{u} - {u}", "{u} * {m}", "{u} // {u}", "{u} % {M}", "-{u}", "abs({u})",
        "{u} & {m}", "{u} | {u}", "{u} ^ {u}", "~{u}", "{u} << {m}", "{u} >> {u}", "dspc.min({u}, {m})",
        "dspc.max({u}, {u})", "dspc.select({b}, {u}, {m})", "dspc.sign({u})", "{b} + {u}", "dspc.u32({f})",
        "dspc.u32(3e9 * {f})", "dspc.frame", "dspc.delay({u}, {at})", "{u} ** 3",
    ),
    "b": (
        "{f} > {g}", "{f} <= {f}", "{g} < {f}", "{f} == {f}", "{f} != {g}", "{i} < {n}", "{i} == {i}", "{u} >= {u}",
        "{u} != {m}", "{b} & {b}", "{b} | {b}", "{b} ^ {b}", "~{b}", "{b} == {b}", "{b} < {i}", "dspc.bool({x})",
        "dspc.select({b}, {b}, {b})", "dspc.delay({b}, {at})", "dspc.delay({b}, {whole})", "dspc.transport.playing",
    ),
    "x": ("{f}", "{i}", "{u}", "{b}"),
    "g": ("{f}", "0.5", "-0.25", "1.0", "0.0", "-0.0", "1", "3", "0", "-2", "1e-3", "1e-30", "7.3", "True"),
    "G": ("0.5", "-0.25", "1.5", "3.0", "-2.0", "2", "-1", "1e-3", "0.1", "7.3", "100.0", "1e6", "4"),
    "n": ("{i}", "1", "0", "-1", "3", "7", "255", "-100", "2147483647", "31"),
    "N": ("1", "2", "3", "-3", "7", "16", "1000", "-2147483648"),
    "m": ("{u}", "1", "0", "3", "255", "4294967295", "31"),
    "M": ("1", "2", "7", "1000", "4294967295"),
    "taps": (
        "[0.5]", "[0.25, {f}, 0.5]", "np.hanning(20)[1:-1]", "[{f}, {g}]", "np.sin(np.arange(9.0))", "[1, 0, 2, {i}]",
    ),
    "ufunc": ("sin", "tanh", "exp2", "absolute", "negative", "floor", "rint", "sqrt"),
    "ufunc2": ("add", "multiply", "maximum", "minimum", "fmod", "arctan2", "subtract"),
    "power": ("2", "3", "-1", "0", "1", "-2", "5"),
    "unary": (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "exp2", "log", "log2", "log10",
        "trunc", "sign", "sin_turns", "cos_turns", "sqrt", "floor", "ceil", "round", "abs", "f64",
    ),
    "binary": ("atan2", "fmod", "pow"),
    "frequency": ("440.0", "{f} * 100", "{f}", "-1000", "0.0", "0.1 * dspc.sample_rate", "{i}", "{G} * {f}"),
    "frequency_alone": ("440.0", "-1000", "0.1 * dspc.sample_rate", "90 * dspc.controller(1)"),
    "s": ("dspc.f32({f})", "{f}"),
    "cutoff": ("440.0", "100 * {s}", "{s}", "-1000", "0.1 * dspc.sample_rate"),
    "at": ("1", "0", "3", "16", "40"),
    "time": (
        "1", "0", "3", "16", "40", "2.5", "0.25", "17.75", "0.0005 * dspc.sample_rate", "dspc.sample_rate // 9000",
    ),
    "d": ("dspc.max({f}, -9.0)",),
    "j": ("dspc.max({i}, -9)",),
    "whole": (
        "{j}, max=20", "{j}, max=40, min=3", "{b}, max=2", "{u}, max=0.001 * dspc.sample_rate",
        "{j}, min=1, max=16",
    ),
    "fraction": (
        "{d}, max=9", "20 * {d}, max=20.0", "{d} + 5, min=2, max=30",
        "{d} * dspc.sample_rate, max=0.001 * dspc.sample_rate",
    ),
    "moving": (
        "{whole}", "{fraction}", '{fraction}, interpolation="none"', '{whole}, interpolation="none"',
        '{time}, interpolation="none"',
    ),
    "between": ('"linear"', '"cubic"', '"lagrange3"', '"lagrange5"', '"thiran"'),
    "sections": (
        "[[0.5, 0.25, -0.1, 2.0, -0.5, 0.3]]", "[[{g}, {f}, 0, {G}, 0.25, 0.0]]",
        "[[1, 0, 0, 1, 0.5 * dspc.sin({f}), 0.1]]",
        "[[0.2, 0.1, 0.0, 1.0, -0.9, 0.2], [1.0, -2.0, 1.0, 1.01, {g}, 0.5]]",
    ),
    "rows": ("[[0.5, -1.0], [0.0, 1.0], [0.25, 2.0]]", "[[1.5, -0.0, 1e30]]"),
    "floats": ("[0.5, -1.0]", "[0.0, 1.0, -0.5, 0.25, 0.75]", "[1.5]", "[0.0, -0.0, 1e30, 0.1]"),
    "mono": ('dspc.sample("mono", default=np.sin(np.arange(53.0)), rate=30e3)',),
    "wide": ('dspc.sample("wide", default=np.cos(np.arange(74.0)).reshape(2, 37), rate=11025)',),
    "integers": ("[3, -1, 4]", "[7]", "[2147483647, -2147483648, 0, 5]", "[True, False]"),
    "lookup": (
        "", ', boundary="wrap"', ', boundary="zero"', ', interpolation="none"',
        ', interpolation="none", boundary="wrap"',
        ', interpolation="none", boundary="zero"', ', interpolation="linear", boundary="clamp"',
    ),
    "controller": ("1", "2, default=0.25", "74, default=1.0"),
    "tone": (
        "saw({frequency})", "sine({frequency}, phase=0.25)", "pulse({frequency}, {f})", "square({frequency})",
        "one_pole({s}, {cutoff})", "lowpass({s}, {cutoff}, {s})", "ladder({s}, {cutoff}, {s})",
        "biquad({s}, 0.2, {s}, 0.1, -0.9, 0.3)", "adsr({b}, 0.001, 0.002, {s}, {s})", "adsr({b})",
    ),
    "shaper": (
        "soft_clip({f})", "hard_clip({f}, 0.5)", "tanh_drive({f}, {g})", "crossfade({f}, {f}, {g})",
        "gain_db({f}, {g})", "cents({f})", "midi_to_hz({f})", "hz_to_midi({f})", "db_to_gain({f})",
        "pan({f}, {g})[1]",
    ),
}  # fmt: skip
"""What `{name}` may stand for: f, i, u, b a float, i32, u32 or bool signal, x any, s a f32, d and j what may change;
g, G, n, N, m, M also numbers, the capitals only numbers, and none that is 0; the rest are arguments."""

PLAIN = {"f": "{f} * 0.5", "i": "dspc.i32(9 * {f})", "u": "dspc.u32(dspc.i32(99 * {f}))", "b": "{f} > 0.1"}
"""Where nesting ends and no signal of the kind has a name."""

NEXT = {
    "f": (
        "dspc.f32(0.5 * {s} + {f})", "dspc.f32({f} - 0.75 * {s})", "dspc.f32(dspc.tanh({f} + {s}))",
        "dspc.f32({f})", "dspc.f32(dspc.clamp({f} + {s}, -1.0, 1.0))",
        "dspc.f32({f} + 0.75 * dspc.delay({s}, {time}))", "{i}", "{b}", "{u}",
        "dspc.f32({f} + 0.5 * dspc.delay({s}, {moving}))", "0.9 * {s}",
        "dspc.f32({f} + 0.4 * dspc.delay({s}, {time}, interpolation={between}) + 0.4 * dspc.delay({s}, {fraction}))",
        "dspc.f32(dspc.biquads({f} - 0.1 * {s}, {sections}))",
    ),
    "i": ("{s} + 1", "{i}", "{s} ^ {i}", "{b}", "dspc.delay({s}, {at}) + {i}"),
    "u": ("{s} + 1", "{u}", "{s} * 1664525 + {u}", "{b}"),
    "b": ("{s} ^ {b}", "{b}", "~{s}", "dspc.delay({s}, {at}) | {b}"),
    "array": (
        "dspc.f32(0.5 * {a} + {f})", "dspc.f32({a}[::-1] * 0.9 - {f})",
        "dspc.f32(0.5 * (dspc.matrix(np.eye({n})) @ {a}))",
        "dspc.f32({a} * [{numbers}])", "dspc.bank({a}, lambda e: dspc.f32(0.5 * dspc.delay(e, 3) + {f})).stack()",
        "dspc.f32(dspc.tanh({a} + {f}))",
    ),
}  # fmt: skip
"""The next value of a state `{s}`."""

INITIAL = {
    "f": ("0.0", "0.5", "-1.0", "dspc.f64(0.25)"),
    "i": ("0", "1", "-7"),
    "u": ("np.uint32(7)",),
    "b": ("False", "True"),
}
REDUCTIONS = ("sum", "mean", "min", "max", "product")
COLUMNS = {
    "f": ("0.5", "-0.25", "1.5", "0.75") * 3,
    "i": ("3", "0", "-2", "7") * 3,
    "b": ("True", "False", "False", "True") * 3,
}
"""Numbers of sequences that banks run over."""

PARAMS = (
    ("f", "dspc.param(0.5, 0.0, 1.0)"),
    ("f", "dspc.param(0.25, -1.0, 1.0, smooth=0.0)"),
    ("f", "dspc.param(0.5, 0.0, 3.0, smooth=0.002)"),
    ("f", 'dspc.param(440.0, 20.0, 9000.0, scale="log", smooth=0.5)'),
    ("f", "dspc.param(0.5, -1.0, 1.0, step=0.25)"),
    ("i", "dspc.param(3, -2, 20, step=1)"),
    ("f", "dspc.param(0.1, 0.01, 1.0, unit=\"s\", step=0.01, group=\"main\", hidden=True)"),
    ("f", "dspc.param(0.2, 0.0, 1.0, automatable=False, name=\"Odd one\")"),
    ("i", "dspc.param(-5, -9, 9, step=3)"),
    ("b", "dspc.button()"),
    ("choice", 'dspc.choice("low", "mid", "high", default="mid")'),
    ("choice", 'dspc.choice("low", "mid", "high")'),
)

GROUPS = (
    ("Band()", "{p}"), ("Band(level=0.25)", "{p}"), ("[Band(), Band(level=0.75)]", "{p}[1]"),
    ('{"a": Band(), "b": Band(times=5)}', '{p}["b"]'),
)
GROUP = (
    "class Band(dspc.Params):",
    "    level = dspc.param(0.5, 0.0, 2.0, smooth=0.003)",
    "    times = dspc.param(2, 0, 9, step=1)",
    '    mode = dspc.choice("low", "mid", "high")',
    "",
    "",
)
"""A group of parameters, and how programs take it: the default, and what has its parameters."""
NOTE = {
    "f": ("frequency", "velocity", "key", "pressure", "timbre", "bend", "random", "release_velocity"),
    "b": ("gate", "trigger"),
    "i": ("voice",),
}
"""Fields of a note."""

ARRAY_READS = {
    "f": (
        "{a}[{k}]", "{a}[{i}]", "{a}[{u}]", "{a}.sum()", "{a}.mean()", "{a}.max()", "{a}.min()", "{a}.product()",
        "(0.5 * {a} - {f}).sum()", "dspc.tanh({a})[{i}]", "dspc.select({a} > {f}, {a}, {f}).sum()",
        "dspc.bank({a}, lambda e: dspc.delay(e, 3)).sum()", "dspc.clamp({a}, -1, {f}).min()",
        "dspc.select({b}, {a}, 0.5 * {a})[{k}]",
    ),
    "i": ("{a}[{k}]", "{a}[{i}]", "{a}.sum()", "({a} * {a}).max()", "({a} ^ {i}).sum()"),
    "u": ("{a}[{k}]", "{a}[{i}]", "({a} >> 3).sum()", "{a}.max()"),
    "b": ("{a}[{k}]", "{a}[{i}]", "(~{a})[{u}]"),
}
"""Signals of an array `{a}`; `{k}` is a number inside it."""

ARRAYS: tuple[tuple[str, int], ...] = (
    ("{a}[::-1]", 0), ("dspc.tanh({a})", 0), ("{a} + {f}", 0), ("{a} * [{numbers}]", 0), ("{a}[:1]", 1),
    ("dspc.matrix(np.arange(3.0 * {n}).reshape(3, {n}) / 12 - 0.4) @ {a}", 3), ("dspc.select({a} > 0, {a}, {f})", 0),
    ("dspc.stack([*{a}])", 0), ("{a} % 0.75", 0), ("dspc.bank({a}, lambda e: dspc.delay(e, 2.5)).stack()", 0),
)  # fmt: skip
"""What becomes of an array `{a}` of `{n}` signals, and its length where that is another."""

MEMORIES = (
    ("5", "f"), ("300", "f"), ("[0.5, -1.0, 0.25]", "f"), ("np.arange(20.0)", "f"), ("[5, -7, 9]", "i"), ("1", "f"),
    ("np.array([1, 2])", "i"),
)  # fmt: skip
MEMORY_READS = ("{m}.read({i})", "{m}.read({u})", "{m}.read({f})", "{m}.read(2)")

TABLES = (
    ("40, lambda: dspc.phasor(step=1 / 40)", "f"), ("17, lambda: dspc.noise()", "f"),
    ("5, lambda: dspc.sample_rate", "f"),
    ("20, lambda: dspc.feedback(lambda y: 0.9 * y, 1.0)", "f"), ("9, lambda: dspc.feedback(lambda n: n + 3, -4)", "i"),
    ("12, lambda: dspc.delay(dspc.noise(3), 2.5) * dspc.time", "f"), ("1, lambda: dspc.i32(7)", "i"),
    ("50, lambda: dspc.bank(3, lambda k: dspc.sin_turns(dspc.phasor(step=0.01 * (k + 1)))).sum()", "f"),
    ("30, lambda: dspc.restart(dspc.frame % 7 == 0, lambda: dspc.phasor(step=0.05))", "f"),
    ("33, lambda: dspc.f32(dspc.frame)", "f"), ("8, lambda: dspc.cos(dspc.frame * 0.1)", "f"),
)  # fmt: skip
"""What `table_init` takes, and the kind of its elements."""

CONDITIONAL = {
    "when": "dspc.when({b}, {part})", "restart": "dspc.restart({b}, {part})", "control": "dspc.control({part})",
}  # fmt: skip
FACTORS = {
    "fir": (2, 3, 4, 6, 8, 12, 16), "iir": (2, 4, 2, 4, 8, 16), "hold": (2, 3, 5, 2, 3, 5, 7, 33, 64),
}  # fmt: skip
BINS = (
    "z", "z * {f}", "dspc.complex({f}, {f})", "dspc.polar({f}, {f})", "0.1 * (z * z.conjugate)", "z / (z + 2.0)",
    "0.5 - z", "-z + {f}", "dspc.select({b}, z.real, 0.0) * z", "dspc.delay({f}, 2) * z", "z - {i}",
    "dspc.polar(abs(z), z.phase + {f})",
)  # fmt: skip
SPECTRA = (
    (32, 'hop=8, window="hamming"'), (32, "hop=4"), (16, "hop=8"), (16, 'hop=4, window="blackman"'),
    (32, 'hop=16, window="hamming"'), (64, "hop=16"), (64, 'hop=32, window="rectangular"'), (16, "hop=1"),
    (128, "hop=64"), (256, "hop=64"), (512, "hop=128"),
)  # fmt: skip
"""Sizes of spectra, and what else they are given."""
LABELS = ("low", "mid", "high")
VOICES = (4, 1, 2, 3, 8, 12, 16, 20)
LANES = (3, 1, 2, 5, 8, 9, 12, 17, 20)
