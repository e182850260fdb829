"""`dspc` as a program: help, exit codes, streams, Ctrl-C, machines that lack something."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
import soundfile
from dspc_cli import Dspc, fill, in_folder, ramp

from dspc import __version__, backends
from dspc.backends import BUILT_IN
from dspc.driver import dspc as driver

dspc = pytest.fixture(in_folder)
COMMAND = [sys.executable, "-m", "dspc.driver.dspc"]


def test_help_and_version(dspc: Dspc) -> None:
    for words in ((), ("--help",), ("-h",)):
        done = dspc(*words)
        assert (done.code, done.err) == (0, "")
        assert all(re.search(rf"^  {name} +[A-Z].*\.$", done.out, re.M) for name in driver.COMMANDS)
    for name in driver.COMMANDS:
        done = dspc(name, "-h")
        assert done.code == 0 and done.out.startswith(f"Usage: dspc {name} ")
    assert dspc("--version").out == f"dspc {__version__}\n"


def test_unknown_names(dspc: Dspc) -> None:
    done = dspc("rendr", "x.py")
    assert (done.code, done.first, done.help) == (2, "dspc: error: there is no command rendr", "did you mean render?")
    done = dspc("play")
    assert (done.code, done.first) == (2, "dspc: error: there is no command play")
    assert done.help == f"the commands are {', '.join(driver.COMMANDS)}"
    done = dspc("render", "x.py", "--secnds", "1")
    assert done.code == 2 and done.first.startswith("dspc: error: No such option")
    assert "--seconds" in done.first and done.help == "dspc render --help shows what it takes"
    done = dspc("render", "x.py")
    assert (done.code, done.first) == (2, "dspc: error: Missing option '-o' / '--output'.")


def test_backends(dspc: Dspc) -> None:
    done = dspc("backends")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()[: len(BUILT_IN)]] == list(BUILT_IN)
    assert done.out.splitlines()[-1] == "auto takes c: the fastest, and it can run here"
    told = json.loads(dspc("backends", "--json").out)
    assert told["auto"] == "c" and told["reason"] == "c: the fastest, and it can run here"
    for state in told["backends"]:
        assert state["available"] and state["missing"] is None and state["lanes"] >= 1


def test_backend_that_is_missing(dspc: Dspc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by name. One of another package that cannot even be loaded does not break the list."""
    mine = EntryPoint("mine", "no.such.module:Backend", "dspc.backends")
    monkeypatch.setattr(backends, "_third_party", lambda: {"mine": mine})
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    lines = dspc("backends").out.splitlines()
    assert lines[0] == "c           missing: no C compiler was found"
    assert lines[4] == "mine        missing: it cannot be loaded: ModuleNotFoundError: No module named 'no'"
    assert lines[-1] == "auto takes wasm: c cannot run (no C compiler was found)"
    done = dspc("render", "half.py", "--input", "mono.wav", "--backend", "c", "-o", "o.wav")
    assert done.code == 2 and "o.wav" not in dspc.files()
    assert done.first == "dspc: error: the backend c cannot run here: no C compiler was found"
    assert done.help == "--backend auto takes one that can"


def test_explain(dspc: Dspc) -> None:
    """Codes of programs and of hosts, in either case, several at once."""
    done = dspc("explain", "dsp101,DSP325", "DSP301")
    assert (done.code, done.err) == (0, "")
    assert re.findall(r"^DSP\d+", done.out, re.M) == ["DSP101", "DSP325", "DSP301"]
    (entry,) = json.loads(dspc("explain", "DSP101", "--json").out)
    assert entry["code"] == "DSP101" and entry["title"] in done.out and entry["explanation"] in done.out
    done = dspc("explain", "DSP999")
    assert (done.code, done.out, done.first) == (2, "", "dspc: error: there is no error DSP999")
    assert dspc("explain", "nonsense").help == "a code is DSP and three digits"


def test_every_code_that_a_command_prints_is_explained(dspc: Dspc) -> None:
    texts = [path.read_text() for path in Path(driver.__file__).parent.glob("*.py")]
    codes = {code for text in texts for code in re.findall(r'"(DSP\d{3})"', text)}
    assert codes and dspc("explain", *sorted(codes)).code == 0


# --- as processes ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path)
    return tmp_path


def test_standard_streams(folder: Path) -> None:
    """A sound through a pipe: nothing but the sound on standard output."""
    command = [*COMMAND, "render", "half.py", "--input", "-", "-o", "-", "--bits", "16", "--set", "gain=1"]
    done = subprocess.run(command, cwd=folder, input=(folder / "mono.wav").read_bytes(), capture_output=True)
    assert done.returncode == 0, done.stderr
    (folder / "out.wav").write_bytes(done.stdout)
    samples, _ = soundfile.read(folder / "out.wav", dtype="float32")
    np.testing.assert_array_equal(samples, ramp(1)[0])
    assert b"\r" not in done.stderr and done.stderr.startswith(b"standard output: 0.01 s, mono")


def test_without_a_compiler(folder: Path) -> None:
    """An empty PATH: WebAssembly, or bytecode, and C source all the same. The sound is the same."""
    env = {name: value for name, value in os.environ.items() if name not in ("PATH", "CC")} | {"PATH": ""}
    hashes = set()
    for backend in ("auto", "bytecode"):
        words = ["render", "tone.py", "--midi", "song.mid", "--backend", backend, "-o", f"{backend}.wav"]
        done = subprocess.run([*COMMAND, *words], cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        hashes.add((folder / f"{backend}.wav").read_bytes())
        if backend == "auto":
            assert done.stderr.endswith("backend wasm: c cannot run (no C compiler was found)\n")
    assert len(hashes) == 1
    words = ["build", "tone.py", "--format", "c-source,wasm,bytecode", "-o", "out"]
    assert subprocess.run([*COMMAND, *words], cwd=folder, env=env, capture_output=True).returncode == 0
    assert {path.name for path in (folder / "out").iterdir()} == {"tone.c", "tone.wasm", "tone.dspb"}


def test_interrupt(folder: Path) -> None:
    """Ctrl-C leaves no file. A shell sees 130 either way: Python may end as if the signal had killed it."""
    (folder / "slow.py").write_text(
        "import dspc\n\n@dspc.effect\ndef slow():\n    print('ready')\n    return dspc.noise()\n"
    )
    words = ["render", "slow.py", "--seconds", "600", "--backend", "reference", "-o", "o.wav"]
    process = subprocess.Popen([*COMMAND, *words], cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None and process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert "dspc: interrupted\n" in process.stderr.read()
    assert process.wait(30) in (driver.INTERRUPTED, -signal.SIGINT)
    assert not [path for path in folder.iterdir() if path.name in ("o.wav",) or path.name.startswith(".dspc")]


def test_reader_that_has_seen_enough(folder: Path) -> None:
    """A closed pipe is no error for text; a sound that nobody takes is told in one line."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, "backends"], stdout=write, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    command = [*COMMAND, "render", "half.py", "--input", "mono.wav", "-o", "-", "--backend", "bytecode"]
    done = subprocess.run(command, cwd=folder, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (2, "dspc: error: standard output was closed early\n")


@pytest.mark.parametrize("no_color", ["", "1"])
def test_progress_on_a_terminal(folder: Path, no_color: str) -> None:
    """A bar, without colours if NO_COLOR says so; then the summary."""
    main, terminal = pty.openpty()
    env = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm-256color"}
    env.pop("CI", None)
    command = [*COMMAND, "render", "half.py", "--input", "mono.wav", "-o", "o.wav", "--backend", "bytecode"]
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(main, 65_536):
            shown += part
    except OSError:  # Linux's way to say that the terminal has been closed
        pass
    os.close(main)
    assert done.returncode == 0 and done.stdout == b""
    assert b"rendering half" in shown and b"100%" in shown and b"o.wav: 0.01 s, mono" in shown
    assert bool(re.search(rb"\x1b\[[0-9;]*3[0-9]", shown)) == (not no_color)
