"""README.md and the pages for users: every program and command in them runs."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tree import ROOT

from dspc.driver import dspc, dspopt

COMMANDS: dict[str, Callable[[list[str]], int]] = {"dspc": dspc.main, "dspopt": dspopt.main}


def blocks(document: str) -> list[tuple[str, str]]:
    """The language and the text of each block of code."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / document).read_text(), re.M | re.S)


def write_files(document: str, folder: Path) -> list[str]:
    """The blocks that begin with the name of a file, as files; a table has no room for its name."""
    names = []
    for _, text in blocks(document):
        if match := re.match(r"# ([\w/]+\.(py|csv|toml))\n", text):
            (folder / match[1]).parent.mkdir(exist_ok=True)
            (folder / match[1]).write_text(text[match.end() :] if match[2] == "csv" else text)
            names.append(match[1])
    return names


def commands(document: str) -> list[list[str]]:
    """The lines that call one of our programs."""
    lines = [line for language, text in blocks(document) if not language for line in text.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.split(" ")[0] in COMMANDS]


COUNTS = [("README.md", 8), ("docs/quickstart.md", 5), ("docs/graph.md", 5), ("docs/language.md", 1),
          ("docs/presets.md", 4), ("docs/plots.md", 6)]  # fmt: skip
"""Commands in each page."""


@pytest.mark.parametrize("document, count", COUNTS)
def test_programs_and_commands(
    document: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = write_files(document, tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    found = commands(document)
    assert len(found) == count
    for command, *words in found:
        assert COMMANDS[command](words) == 0, f"{command} {' '.join(words)}\n{capsys.readouterr().err}"
    outputs = [words[words.index("-o") + 1] for _, *words in found if "-o" in words]
    assert all(Path(path).exists() for path in outputs)
    if "host.py" in names:
        done = subprocess.run([sys.executable, "host.py"], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
