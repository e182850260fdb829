"""A package of somebody else's, installed as such: its pass, primitive and backend work, dspc untouched.

The package is test/thirdparty. It is installed into a folder of its own, which the commands find by PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tree import ROOT

from dspc.driver.audio_files import read_audio, write_audio

BIN = Path(sys.executable).parent
PROGRAM = """\
import dspc
from dspc.stdlib import saw
from dspc_example_plugin.leak import leak


@dspc.instrument(voices=3)
def tone(note, level=dspc.param(0.3, 0.0, 1.0)):
    many = dspc.bank(9, lambda i: saw(note.frequency * (i + 1)) / (i + 1)).sum()
    return leak(many * 2.0, 0.5) * dspc.f32(note.gate) * level


@dspc.effect
def echo(x, time=dspc.param(0.002, 0.001, 0.01)):
    wet = dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, time * dspc.sample_rate, max=0.01 * dspc.sample_rate))
    return 2 * leak(wet, 0.25)
"""
Command = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with programs; the package is installed in `site`."""
    made = tmp_path_factory.mktemp("thirdparty")
    shutil.copytree(ROOT / "test" / "thirdparty", made / "source", ignore=shutil.ignore_patterns("*.egg-info", "build"))
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", made / "site")
    subprocess.run([*pip, made / "source"], check=True, capture_output=True)
    (made / "programs.py").write_text(PROGRAM)
    return made


@pytest.fixture(scope="module")
def run(folder: Path) -> Command:
    """Runs a command; `status` is the exit code that it should have. Gives what it printed, errors at the end."""

    def run(*words: str | Path, status: int = 0, stdin: str = "", site: bool = True) -> str:
        env = {**os.environ, "PYTHONPATH": str(folder / "site") if site else "", "COLUMNS": "200"}
        command = [str(BIN / words[0]), *map(str, words[1:])]
        done = subprocess.run(command, cwd=folder, env=env, input=stdin, capture_output=True, text=True)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_the_pass_is_listed_and_runs(run: Command) -> None:
    listed = run("dspopt", "--list-passes")
    line = next(line for line in listed.splitlines() if line.startswith("double-by-adding"))
    assert "preserving" in line and "Replaces a multiplication by 2 with an addition" in line
    before = run("dspopt", "programs.py:echo", "-p", "defining,inline")
    after = run("dspopt", "programs.py:echo", "-p", "defining,inline,double-by-adding", "--verify-each")
    assert before.count("dsp.mul") - after.count("dsp.mul") == 1
    assert after.count("dsp.add") - before.count("dsp.add") == 1
    other = run("dspopt", "programs.py:echo", "-p", "defining,inline,double-by-adding{only=f64}")
    assert other == before
    assert "did you mean double-by-adding?" in run("dspopt", "programs.py", "-p", "double-by-addin", status=2)


def test_it_runs_in_the_middle_of_a_pipeline(run: Command) -> None:
    """At the legal level too, and what a C compiler gets differs by the addition only."""
    text = run("dspopt", "programs.py:echo", "-p", "pipeline,double-by-adding", "-t", "c")
    assert "dspc_program_get" in text
    plan = run("dspopt", "--show-pipeline", "-p", "inline,double-by-adding{only=f32}")
    assert "double-by-adding{only=f32}" in plan.replace('"', "") and "preserving" in plan


def test_the_primitive_is_printed_and_read(run: Command) -> None:
    printed = run("dspopt", "programs.py:echo")
    assert "acme.leak" in printed and "{keep = 0.25}" in printed
    legal = run("dspopt", "-", "-p", "pipeline", stdin=printed)
    assert "acme.leak" not in legal and "@leak_y_0" in legal
    assert "acme" in run("dspopt", "-", status=1, stdin=printed, site=False)


def test_the_backend_is_a_target(run: Command) -> None:
    text = run("dspopt", "programs.py:tone", "-p", "pipeline", "-t", "python-source")
    assert text.startswith('"""tone: made by dspc."""') and "def block(" in text and "mul_f32(" in text
    refused = run("dspopt", "programs.py:tone", "-t", "python-source", status=1)
    assert "the target python-source takes legal IR" in refused


def test_the_backend_is_listed(run: Command) -> None:
    assert "python-source" in (listed := run("dspc", "backends")) and "from another package" in listed
    states = {s["name"]: s for s in json.loads(run("dspc", "backends", "--json"))["backends"]}
    assert states["python-source"] == {
        "name": "python-source", "available": True, "missing": None, "lanes": 1, "source": "another package",
    }  # fmt: skip


def test_the_backend_writes_files(run: Command, folder: Path) -> None:
    run("dspc", "build", "programs.py", "--backend", "python-source", "-o", "out")
    assert (folder / "out" / "echo.py").read_text().startswith('"""echo: made by dspc."""')
    assert (folder / "out" / "tone.py").exists()


@pytest.mark.parametrize("program", ["tone", "echo"])
def test_the_backend_renders_the_same_bits(run: Command, folder: Path, program: str) -> None:
    write_audio(folder / "noise.wav", np.random.default_rng(1).uniform(-1, 1, (1, 700)), 48_000, bits=32)
    song = ROOT / "examples" / "midi" / "prelude.mid"
    given = {"tone": ("--midi", song, "--seconds", "0.02"), "echo": ("--input", folder / "noise.wav")}[program]
    sounds: list[np.ndarray] = []
    for backend in ("python-source", "c", "reference"):
        to = folder / f"{backend}.wav"
        run("dspc", "render", f"programs.py:{program}", *given, "--backend", backend, "--bits", "32", "-o", to)
        sounds.append(read_audio(to)[0])
    assert sounds[0].any()
    assert all(np.array_equal(sound.view(np.uint32), sounds[0].view(np.uint32)) for sound in sounds[1:])


def test_xdsl_finds_it_too(run: Command) -> None:
    printed = run("dspopt", "programs.py:echo", "-p", "defining,inline")
    assert run("xdsl-opt", "-p", "double-by-adding", stdin=printed).count("dsp.mul") == printed.count("dsp.mul") - 1


def test_without_the_package_there_is_nothing_of_it(run: Command) -> None:
    assert "python-source" not in run("dspc", "backends", site=False)
    assert "double-by-adding" not in run("dspopt", "--list-passes", site=False)
