"""What expressions of the language look like: the rules from which `strategies.py` makes random programs."""

from __future__ import annotations

RULES: dict[str, tuple[str, ...]] = {
    "f": (
        "{f} + {g}", "{g} - {f}", "{f} * {g}", "{f} / {G}", "{g} / ({f} + 2)", "{f} // {G}", "{f} % {G}",
        "{g} % {f}", "{f} * {f}", "{f} - {f}", "{f} * 0.5", "-{f}", "+{f}", "abs({f})", "{f} ** {power}",
        "{f} ** 0.5", "2 ** {f}", "dspc.pow(abs({f}), {g})", "dspc.{unary}({f})", "dspc.{unary}({G} * {f})",
        "dspc.{binary}({f}, {g})", "dspc.min({f}, {g})", "dspc.max({g}, {f})", "dspc.clamp({f}, {g}, {g})",
        "dspc.select({b}, {g}, {f})", "dspc.select({b}, {G}, {G})", "{f} + {i}", "{b} * {f}", "{f} - {u}",
        "{i} / {N}", "{u} / {f}", "{N} / ({b} + 1)", "dspc.f32({x})", "dspc.f64({x})", "dspc.f64({G})",
        "dspc.sample_rate / {G}", "dspc.time", "1e30 * {f}", "dspc.phasor({frequency})",
        "dspc.phasor({frequency}, phase={G})", "dspc.phasor({frequency}, reset={b})", "dspc.phasor(step={f})",
        "dspc.phasor(step={G}, phase=0.75, reset={b})", "dspc.noise()", "dspc.noise({N})",
        "dspc.delay({f}, {time})", "dspc.delay({f}, {moving})", "dspc.delay({f}, {d}, min={time}, max=50)",
        "dspc.delay({f}, 10 * {d}, min=2.5, max=0.002 * dspc.sample_rate)", "dspc.delay({x}, {fraction})",
        "dspc.table({floats})({f}{lookup})", "dspc.table({floats})({i}{lookup})", "dspc.table({floats})({u})",
        "dspc.controller({controller}, default=0.25)", "dspc.transport.position", "dspc.transport.bar % {G}",
        "0.01 * dspc.transport.tempo", "stdlib.{tone}", "stdlib.{shaper}",
        "dspc.delay({x}, {time}, interpolation={between})", "dspc.delay({f}, {fraction}, interpolation={between})",
        "dspc.table({rows})({f}, {f}{lookup})", "dspc.table({rows})({i}, {u}{lookup})", "dspc.biquads({f}, {sections})",
        "dspc.controller({controller}, default=0.25)", "stdlib.{tone}", "stdlib.{shaper}",
        "dspc.shared(lambda: dspc.phasor({frequency_alone}))", "dspc.shared(lambda: dspc.noise() * dspc.time)",
        "tone(dspc.note(frequency={frequency}, gate={b}))", "tone(dspc.note({f}, {b}, velocity={f}), level={g})",
        "shape({f})[0]", "shape({f}, {f}, mode=\"hard\")[0]", "shape({f}, times={i})[1]", "shape({f}, mode={i})[0]",
    ),
    "i": (
        "{i} + {n}", "{n} - {i}", "{i} * {n}", "{i} // {i}", "{i} % {N}", "{i} // {N}", "-{i}", "abs({i})",
        "{i} & {n}", "{i} | {i}", "{i} ^ {n}", "~{i}", "{i} << {n}", "{i} >> {i}", "{i} ** 2", "dspc.min({i}, {n})",
        "dspc.max({i}, {i})", "dspc.clamp({i}, {n}, {n})", "dspc.select({b}, {i}, {n})",
        "dspc.select({b}, {n}, {N})", "dspc.sign({i})", "{b} + {b}", "{b} * {i}", "{b} << {N}", "-{b}",
        "dspc.i32({f})", "dspc.i32(1e9 * {f})", "dspc.i32({u})", "dspc.i32({b})", "dspc.delay({i}, {at})",
        "dspc.delay({i}, {whole})", "dspc.table({integers})({f}{lookup})", "dspc.table({integers})({i}{lookup})",
        "dspc.transport.numerator", "dspc.transport.denominator",
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
    "power": ("2", "3", "-1", "0", "1", "-2", "5"),
    "unary": (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "exp2", "log", "log2", "log10",
        "trunc", "sign", "sin_turns", "cos_turns", "sqrt", "floor", "ceil", "round",
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
    "between": ('"cubic"', '"lagrange3"', '"lagrange5"', '"thiran"'),
    "sections": (
        "[[0.5, 0.25, -0.1, 2.0, -0.5, 0.3]]", "[[{g}, {f}, 0, {G}, 0.25, 0.0]]",
        "[[1, 0, 0, 1, 0.5 * dspc.sin({f}), 0.1]]",
        "[[0.2, 0.1, 0.0, 1.0, -0.9, 0.2], [1.0, -2.0, 1.0, 1.01, {g}, 0.5]]",
    ),
    "rows": ("[[0.5, -1.0], [0.0, 1.0], [0.25, 2.0]]", "[[1.5, -0.0, 1e30]]"),
    "floats": ("[0.5, -1.0]", "[0.0, 1.0, -0.5, 0.25, 0.75]", "[1.5]", "[0.0, -0.0, 1e30, 0.1]"),
    "integers": ("[3, -1, 4]", "[7]", "[2147483647, -2147483648, 0, 5]", "[True, False]"),
    "lookup": (
        "", ', boundary="wrap"', ', boundary="zero"', ', interpolation="none"',
        ', interpolation="none", boundary="wrap"',
    ),
    "controller": ("1", "2", "74"),
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
    ("b", "dspc.button()"),
    ("choice", 'dspc.choice("low", "mid", "high", default="mid")'),
)
NOTE = {
    "f": ("frequency", "velocity", "key", "pressure", "timbre", "bend", "random", "release_velocity"),
    "b": ("gate", "trigger"),
    "i": ("voice",),
}
VOICES = (4, 1, 2, 3, 8, 12, 16, 20)
LANES = (3, 1, 2, 5, 8, 9, 12, 17, 20)
