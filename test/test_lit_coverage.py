"""One name for one thing: a pass, its file, its class and its lit test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tree import ROOT

from dspc import passes
from dspc.passes import MODULES, all_passes

PASSES = dict(all_passes())
TESTS = ROOT / "test" / "passes"


def stem(name: str) -> str:
    return name.replace("-", "_")


def test_there_are_passes() -> None:
    assert PASSES


@pytest.mark.parametrize("name", sorted(PASSES))
def test_pass_has_a_lit_test(name: str) -> None:
    path = TESTS / f"{stem(name)}.mlir"
    assert path.is_file(), f"the pass {name} has no test/passes/{path.name}"
    text = path.read_text()
    runs = " ".join(re.findall(r"RUN:(.*)", text))
    runs_it = "dspopt" in runs and "filecheck" in runs and re.search(rf"\b{name}\b", runs)
    assert runs_it, f"{path.name} does not run {name}"
    prefixes = re.findall(r"--check-prefix(?:es)?[= ]([\w,-]+)", runs) or ["CHECK"]
    for prefix in ",".join(prefixes).split(","):
        has_check = re.search(rf"^\s*//.*\b{prefix}(-[A-Z]+)?:", text, re.MULTILINE)
        assert has_check, f"{path.name} has no {prefix}"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_pass_has_one_name(name: str) -> None:
    cls = PASSES[name]
    assert cls.name == name
    assert cls.__module__ == f"dspc.passes.{stem(name)}"
    assert cls.__name__.removesuffix("Pass").lower() == name.replace("-", "")


def test_every_lit_test_of_a_pass_has_its_pass() -> None:
    assert {path.stem for path in TESTS.glob("*.mlir")} <= {stem(name) for name in PASSES}


def test_the_folder_is_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is a new pass, after those of the pipeline; what only helps passes is none."""
    (tmp_path / "shiny_new.py").write_text("class ShinyNew(DspPass):\n    ...\n")
    (tmp_path / "cse.py").write_text("class Cse(DspPass):\n    ...\n")
    (tmp_path / "helping.py").write_text("class Other(DspPass):\n    ...\n")
    monkeypatch.setattr(passes, "files", lambda _: tmp_path)
    assert list(passes._in_folder().items()) == [("cse", "Cse"), ("shiny-new", "ShinyNew")]
