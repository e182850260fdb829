"""Presets: found by name and by path, used, listed, and everything wrong with one told with its file and key."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from dspc_cli import Dspc, in_folder
from excerpts import EXAMPLES, GUITAR, PRELUDE, RATE

import dspc as product
from dspc.backends.engine import Engine
from dspc.driver.audio_files import read_audio
from dspc.driver.compile import load_program, play
from dspc.driver.files import InputFileError
from dspc.driver.presets import preset_values, read_presets
from dspc.driver.programs import open_programs

dspc = pytest.fixture(in_folder)

KNOBS = """\
import dspc

class Op(dspc.Params):
    ratio = dspc.param(1.0, 0.5, 8.0)

@dspc.effect
def knobs(level=dspc.param(0.25, 0.0, 1.0), shape=dspc.choice("flat", "twice"), steps=dspc.param(1, 1, 4, step=1),
          on=dspc.button(), operators=[Op(), Op()]):
    doubled = dspc.select(shape == "twice", 2.0, 1.0) * dspc.select(on, 1.0, 0.5)
    return level * doubled * steps * operators[0].ratio * operators[1].ratio
"""
PRESETS = """\
[quiet]
description = "hardly there"
[quiet.values]
level = 0.125

["All of it"]
[ "All of it".values ]
level = 0.5
shape = "twice"
on = true
steps = 2
operators.0 = { ratio = 0.5 }
"operators.1.ratio" = 0.75
"""
KNOBS_RENDER = ("render", "knobs.py", "--seconds", 0.01, "--bits", 32, "-q", "--backend", "bytecode", "-o", "o.wav")


@pytest.fixture
def knobs(dspc: Dspc) -> Dspc:
    """The command, beside a program with presets."""
    Path("knobs.py").write_text(KNOBS)
    Path("presets").mkdir()
    Path("presets/knobs.toml").write_text(PRESETS)
    return dspc


def level() -> float:
    """The constant value of the file that was written."""
    samples = read_audio("o.wav")[0]
    assert samples.shape == (1, 480) and np.all(samples == samples[0, 0])
    return float(samples[0, 0])


@pytest.mark.parametrize(
    "words, expected",
    [
        ((), 0.125),
        (("--preset", "quiet"), 0.0625),
        (("--preset", "All of it"), 0.75),
        (("--preset", "All of it", "--set", "steps=1,on=0"), 0.1875),
        (("--preset", "presets/knobs.toml:quiet"), 0.0625),
        (("--preset", "knobs.toml:quiet"), 0.0625),
        (("--preset", "one.toml"), 0.5),
        (("--preset", "one.toml:loud"), 0.5),
    ],
)
def test_values_are_used_and_settings_go_before_them(knobs: Dspc, words: tuple[str, ...], expected: float) -> None:
    Path("one.toml").write_text("[loud.values]\nlevel = 1\n")
    assert knobs(*KNOBS_RENDER, *words).code == 0
    assert level() == expected


def test_a_program_of_several_has_its_own_file(knobs: Dspc) -> None:
    """By the program's name before that of the file."""
    Path("presets/two.toml").write_text("[both.values]\n")
    Path("presets/low.toml").write_text("[own.values]\n")
    assert knobs("render", "two.py:low", "--list-presets").out == "own\n"
    assert knobs("render", "two.py:high", "--list-presets").out == "both\n"


def test_list(knobs: Dspc) -> None:
    done = knobs("render", "knobs.py", "--list-presets")
    assert (done.code, done.out, done.err) == (0, "quiet      hardly there\nAll of it\n", "")
    told = json.loads(knobs("render", "knobs.py", "--list-presets", "--json").out)
    assert told["program"] == "knobs" and [p["name"] for p in told["presets"]] == ["quiet", "All of it"]
    assert told["presets"][0] == {
        "name": "quiet", "description": "hardly there", "values": {"level": 0.125}, "file": "presets/knobs.toml",
    }  # fmt: skip
    assert told["presets"][1]["values"]["operators.1.ratio"] == 0.75
    done = knobs("render", "half.py", "--list-presets")
    assert (done.code, done.out) == (0, "")
    assert done.first == "half has no presets; they would stand in presets/half.toml"


WRONG_USAGE = {
    "unknown": ("quite", "knobs has no preset quite", "did you mean quiet?; knobs has quiet, All of it"),
    "case": ("all of it", "knobs has no preset all of it", "did you mean All of it?; knobs has quiet, All of it"),
    "far off": ("brass", "knobs has no preset brass", "knobs has quiet, All of it"),
    "unknown in a file": (
        "knobs.toml:brass", "knobs.toml has no preset brass", "knobs.toml has quiet, All of it",
    ),
    "several": (
        "presets/knobs.toml",
        "presets/knobs.toml has 2 presets: quiet, All of it",
        "name one: presets/knobs.toml:quiet",
    ),
    "no file": ("none.toml", "none.toml: no such file", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage(knobs: Dspc, case: str) -> None:
    preset, message, hint = WRONG_USAGE[case]
    done = knobs(*KNOBS_RENDER, "--preset", preset)
    assert (done.code, done.first, done.help) == (2, f"dspc: error: {message}", hint)
    assert "o.wav" not in knobs.files()


def test_no_presets(dspc: Dspc) -> None:
    done = dspc("render", "half.py", "--input", "mono.wav", "--preset", "x", "-o", "o.wav")
    assert (done.code, done.first) == (2, "dspc: error: half has no presets")
    assert done.help == "they would stand in presets/half.toml"


def test_a_file_that_was_to_be_written_is_still_asked_for(dspc: Dspc) -> None:
    done = dspc("render", "half.py", "--input", "mono.wav")
    assert (done.code, done.first) == (2, "dspc: error: Missing option '-o' / '--output'.")


def test_values_that_do_not_fit(knobs: Dspc) -> None:
    """All of them are told, with file and key."""
    Path("presets/knobs.toml").write_text("""\
[bad.values]
levl = 1
level = 1.5
shape = "twce"
steps = 2.5
on = "yes"
operators.0.ratio = true
operators.2.ratio = 1
""")
    done = knobs(*KNOBS_RENDER, "--preset", "bad")
    start = "presets/knobs.toml: [bad] "
    assert done.code == 1 and done.err.splitlines() == [
        f"dspc: error: {start}levl: knobs has no parameter levl; did you mean level?",
        f"{start}level: 1.5 is outside 0 … 1; the nearest is 1",
        f"{start}shape: shape is one of flat, twice; did you mean twice?",
        f"{start}steps: 2.5 is between two steps of 1; the nearest is 3",
        f"{start}on: on is a number, not yes",
        f"{start}operators.0.ratio: it is a number, 0.5 … 8, not true",
        f"{start}operators.2.ratio: knobs has no parameter operators.2.ratio; "
        "did you mean operators.1.ratio or operators.0.ratio?",
    ]


MALFORMED = {
    "syntax": ("[warm\n", "is not TOML: "),
    "encoding": ("[w\u00e4rm]\n", "is not text in UTF-8"),
    "no table": ("level = 1\n", "level stands in no preset"),
    "values beside": ("[warm]\nlevel = 1\n", "[warm] level: a preset has description and values; "),
    "description": ("[warm]\ndescription = 1\n", "[warm] description: is a text"),
    "values": ("[warm]\nvalues = 1\n", "[warm] values: is a table of parameters"),
    "list": ("[warm.values]\nlevel = [1]\n", "[warm] level: is a number, true, false or a label, not a list"),
    "date": ("[warm.values]\nlevel = 2020-01-01\n", "[warm] level: is a number, true, false or a label, not a date"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_files_that_are_no_presets(knobs: Dspc, case: str) -> None:
    text, start = MALFORMED[case]
    Path("presets/knobs.toml").write_text(text, encoding="latin-1")
    done = knobs(*KNOBS_RENDER, "--preset", "warm")
    assert done.code == 1 and done.first.startswith(f"dspc: error: presets/knobs.toml: {start}")
    assert done.help
    assert knobs("render", "knobs.py", "--list-presets").code == 1


def test_from_python(knobs: Dspc) -> None:
    found = product.presets("presets/knobs.toml")
    assert found["quiet"] == {"level": 0.125} and found["All of it"]["operators.0.ratio"] == 0.5
    program = open_programs("knobs.py").programs[0]
    y = product.render(program, params=found["All of it"], seconds=0.01, backend="bytecode")
    assert np.all(y == 0.75)
    Path("presets/knobs.toml").write_text("level = 1\n")
    with pytest.raises(InputFileError, match="stands in no preset"):
        product.presets("presets/knobs.toml")


@pytest.mark.parametrize("example", ["supersaw", "fm", "freeverb", "strings"])
def test_the_presets_of_the_examples(example: str) -> None:
    """They fit, they sound, neither too loud nor too soft, and each differs from the others and from the defaults."""
    program = open_programs(str(EXAMPLES / f"{example}.py")).programs[0]
    loaded = load_program(program, "c")
    found = read_presets(EXAMPLES / "presets" / f"{example}.toml")
    assert len(found) == 3 and all(p.description for p in found.values())
    sounds = {"": {}} | {n: preset_values(p, example, Engine(loaded).parameters) for n, p in found.items()}
    heard = {}
    for name, params in sounds.items():
        engine = Engine(loaded, RATE)
        given = {"x": read_audio(GUITAR)[0]} if engine.inputs else {"midi": PRELUDE}
        y = np.atleast_2d(play(engine, params=params, seconds=8.0, **given)).astype(np.float64)
        heard[name] = y.mean(axis=0)
        assert np.abs(y).max() < 0.9, name
        assert -30.0 < 10 * np.log10(np.mean(y**2)) < -12.0, name
    for a, b in combinations(heard, 2):
        assert differ(heard[a], heard[b]) > 0.1, f"{a or 'defaults'} and {b}"


def differ(a: np.ndarray, b: np.ndarray) -> float:
    """What is left of one sound where the other, at the level that fits best, is taken away: 0 to 1."""
    left = a - b * (a @ b) / (b @ b)
    return float(np.sqrt((left @ left) / (a @ a)))
