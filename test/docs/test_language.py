"""The guide to the language: every snippet runs and shows what is so, and no name of the language is missing."""

import re
from pathlib import Path
from typing import Any

import pytest
from pages import Snippet, chapters, run, shows
from tree import ROOT

import dspc
from dspc.backends import get_backend
from dspc.driver import arguments

PAGE = "docs/language.md"
CHAPTERS = chapters(PAGE)
FIRST = next(iter(CHAPTERS))
"""Its names are there in all others."""


@pytest.mark.parametrize("backend", ["c", "bytecode"])
@pytest.mark.parametrize("title", [title for title, snippets in CHAPTERS.items() if snippets])
def test_a_chapter(title: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a chapter shows is what both compute, to the last digit."""
    monkeypatch.setattr(arguments, "choose_backend", lambda: (get_backend(backend), backend))
    names: dict[str, Any] = {"__name__": "guide"}
    wrong: list[str] = []
    for snippet in CHAPTERS[title] if title == FIRST else [*CHAPTERS[FIRST], *CHAPTERS[title]]:
        folder = tmp_path / str(snippet.line)
        folder.mkdir()
        (folder / "examples").symlink_to(ROOT / "examples")
        monkeypatch.chdir(folder)
        wrong += [f"{PAGE}:{snippet.line}: {text}" for text in run(snippet, names, folder)]
    assert not wrong, "\n".join(wrong)


def test_every_snippet_shows_something() -> None:
    silent = [s.line for snippets in CHAPTERS.values() for s in snippets if not shows(s)]
    assert not silent


@pytest.mark.parametrize(
    "text, error, wrong",
    [
        ("1 + 1  # -> 2", "", ""),
        ("1 + 1  # -> 3", "", "1 + 1 is 2, not 3"),
        ("import dspc\ndspc.tahn", "guide.py:2:1: DSP109: dspc has no tahn\n    dspc.tahn\n    ^^^^^^^^^\n"
         "    help: did you mean tan or tanh or atan?", ""),
        ("import dspc\ndspc.tahn", "guide.py:1: DSP101: something else", "instead of:\nguide.py:1: DSP101: "),
        ("import dspc\ndspc.tahn", "", "instead of:\nnothing"),
        ("a = 1", "guide.py:1: DSP101: something", "raised nothing"),
    ],
)  # fmt: skip
def test_snippets_can_fail(text: str, error: str, wrong: str, tmp_path: Path) -> None:
    found = "\n".join(run(Snippet(text, 1, error), {}, tmp_path))
    assert wrong in found and bool(found) == bool(wrong)


def public_names() -> list[str]:
    """What a program can use; the library has pages of its own."""
    late = ["Engine", "compile", "render"]
    return [f"dspc.{name}" for name in [*dspc.__all__, *late]]


def test_every_name_of_the_language_is_there() -> None:
    text = (ROOT / PAGE).read_text()
    missing = [name for name in public_names() if not re.search(rf"(?<![\w.]){re.escape(name)}\b", text)]
    assert not missing
