"""`dspc build`: which files it writes, what it refuses, and that it writes all of them or none."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from dspc_cli import Dspc, in_folder

dspc = pytest.fixture(in_folder)


def test_formats(dspc: Dspc) -> None:
    """One file a format: C that a compiler takes, bytecode, WebAssembly."""
    done = dspc("build", "half.py", "--format", "c-source,bytecode", "--format", "wasm", "-o", "made/here")
    assert (done.code, done.out) == (0, "")
    folder = Path("made/here")
    assert {path.name for path in folder.iterdir()} == {"half.c", "half.dspb", "half.wasm"}
    assert (folder / "half.wasm").read_bytes()[:4] == b"\0asm"
    subprocess.run(["cc", "-std=c11", "-fsyntax-only", "-w", folder / "half.c"], check=True)
    size = (folder / "half.dspb").stat().st_size
    assert done.err.splitlines()[1] == f"{folder / 'half.dspb'}: half as bytecode, {size} bytes"


def test_every_program_of_a_file(dspc: Dspc) -> None:
    """By the names they have in the file."""
    assert dspc("build", "two.py", "--backend", "bytecode").code == 0
    assert {"low.dspb", "high.dspb"} < dspc.files()
    Path("made.py").write_text("from two import low, high\nsoft, loud = low, high\n")
    done = dspc("build", "made.py:loud", "--backend", "bytecode", "-o", "out")
    assert (done.code, [path.name for path in Path("out").iterdir()]) == (0, ["loud.dspb"])


def test_auto_says_what_it_takes(dspc: Dspc) -> None:
    done = dspc("build", "half.py")
    assert done.code == 0 and Path("half.c").exists()
    assert re.fullmatch(r"half\.c: half as c-source, \d+ bytes", done.first)
    assert done.err.splitlines()[1] == "backend c: the fastest, and it can run here"


def test_another_backend_has_its_own_format(dspc: Dspc) -> None:
    assert dspc("build", "half.py", "--backend", "reference").code == 0
    assert "dsp.program" in Path("half.mlir").read_text()


def test_json_and_quiet(dspc: Dspc) -> None:
    done = dspc("build", "half.py", "-q", "--json", "--format", "wasm,c-source")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == [
        {"path": f"half{suffix}", "program": "half", "format": format_name, "backend": backend,
         "bytes": Path(f"half{suffix}").stat().st_size}
        for suffix, format_name, backend in ((".wasm", "wasm", "wasm"), (".c", "c-source", "c"))
    ]  # fmt: skip


def test_verbose_tells_the_stages(dspc: Dspc) -> None:
    done = dspc("build", "half.py", "-v", "--format", "wasm")
    assert done.first == "half as wasm" and "schedule " in done.err and " ms\n" in done.err


def test_same_program_same_bytes(dspc: Dspc) -> None:
    for folder in ("a", "b"):
        assert dspc("build", "tone.py", "--format", "c-source,bytecode,wasm", "-o", folder).code == 0
    for path in Path("a").iterdir():
        assert path.read_bytes() == (Path("b") / path.name).read_bytes()


WRONG_USAGE = {
    "later": (
        ("half.py", "--format", "vst3"),
        "the format vst3 is not yet in this version",
        "there are c-source, bytecode, wasm",
    ),
    "unknown": (("half.py", "--format", "c-sauce"), "there is no format c-sauce", "did you mean c-source?"),
    "contradiction": (
        ("half.py", "--format", "c-source", "--backend", "wasm"),
        "the backend wasm does not make c-source",
        "leave --backend out",
    ),
    "backend": (
        ("half.py", "--backend", "llvm"),
        "there is no backend llvm",
        "choose auto, c, wasm, bytecode, reference",
    ),
    "no file": (("none.py",), "none.py: no such file", ""),
    "not a folder": (
        ("half.py", "--backend", "wasm", "-o", "mono.wav"),
        "mono.wav: is not a folder",
        "-o names a folder",
    ),
    "folder in a file": (
        ("half.py", "--backend", "wasm", "-o", "mono.wav/out"),
        "mono.wav/out: cannot be made (Not a directory)",
        "",
    ),
    "in the way": (
        ("half.py", "--backend", "wasm", "-o", "way"),
        "way/half.wasm: is a folder, not a file",
        "name a file in it: way/half.wasm/out.wav",
    ),
}
"""Words, message, help."""


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage(dspc: Dspc, case: str) -> None:
    Path("way/half.wasm").mkdir(parents=True)
    before = dspc.files()
    words, message, hint = WRONG_USAGE[case]
    done = dspc("build", *words)
    assert (done.code, done.out, done.first, done.help) == (2, "", f"dspc: error: {message}", hint)
    assert dspc.files() - {"__pycache__"} == before


def test_all_errors_of_all_programs_are_told(dspc: Dspc) -> None:
    """And nothing is written, not even the folder."""
    before = dspc.files()
    done = dspc("build", "wrong.py", "-o", "out")
    assert (done.code, done.out) == (1, "")
    told = [line.split(" ")[0] for line in done.err.splitlines() if ": DSP" in line]
    assert told == ["wrong.py:5:12:", "wrong.py:5:39:", "wrong.py:9:12:"]
    assert dspc.files() - {"__pycache__"} == before
