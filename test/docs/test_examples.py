"""The table of examples: none is missing, and each command makes the sound that it promises."""

import runpy
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from excerpts import EXAMPLES, GUITAR
from tree import ROOT

from dspc.driver.audio_files import read_audio
from dspc.driver.dspc import main

TOOL = runpy.run_path(str(ROOT / "tools" / "examples_page.py"))
DESCRIBED: dict[str, tuple[str, str]] = TOOL["examples"]()
RENDERS = {name: command for name, (_, command) in DESCRIBED.items() if command.startswith("dspc render ")}


def test_the_page_is_up_to_date() -> None:
    """`python tools/examples_page.py` writes it."""
    text = (ROOT / "docs" / "examples.md").read_text()
    assert text == TOOL["page"]()
    rows = [line.split("]")[0].removeprefix("| [") for line in text.splitlines() if line.startswith("| [")]
    assert sorted(rows) == sorted(path.name for path in EXAMPLES.glob("*.py"))


def test_each_says_what_it_is_and_how_it_is_heard() -> None:
    assert all(what.endswith(".") and command for what, command in DESCRIBED.values())
    assert set(DESCRIBED) - set(RENDERS) == {"demo.py", "test_comb.py"}


@pytest.mark.parametrize("name", RENDERS)
def test_a_command(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For half a second, and on the backend that is ready first."""
    (tmp_path / "examples").symlink_to(EXAMPLES)
    shutil.copy(GUITAR, tmp_path / "noisy.wav")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(RENDERS[name])[1:]
    assert main([*words, "--seconds", "0.5", "--backend", "bytecode", "-q"]) == 0
    sound, _ = read_audio(words[words.index("-o") + 1])
    assert sound.shape[1] == 24_000 and np.abs(sound).max() > 1e-3
