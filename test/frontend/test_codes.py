"""The explanations of error codes: complete, true, and the page that is made of them up to date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tree import ROOT, product_files

import dspc
from dspc.frontend import codes
from dspc.frontend.errors import DspError, all_errors
from dspc.frontend.explain import Code
from dspc.frontend.program import is_program
from dspc.frontend.trace import collecting

PROGRAMMED = [code for code in codes.CODES.values() if code.wrong]


def errors_of(code: str, path: Path) -> list[str]:
    """The codes of all that is wrong in a file and its programs."""
    path.write_text(code, encoding="utf-8")
    namespace: dict[str, Any] = {"dspc": dspc, "__name__": "example"}
    found: list[DspError] = []
    with collecting() as declared:
        try:
            exec(compile(code, str(path), "exec"), namespace)
        except DspError as error:
            found += all_errors(error)
    found += declared
    for thing in list(namespace.values()):
        if is_program(thing):
            try:
                dspc.trace(thing).verify()
            except DspError as error:
                found += all_errors(error)
    return [error.code for error in found]


@pytest.mark.parametrize("code", PROGRAMMED, ids=lambda c: c.code)
def test_the_wrong_example_is_wrong_in_this_way_only(code: Code, tmp_path: Path) -> None:
    assert set(errors_of(code.wrong, tmp_path / "wrong.py")) == {code.code}


@pytest.mark.parametrize("code", PROGRAMMED, ids=lambda c: c.code)
def test_the_right_example_is_right(code: Code, tmp_path: Path) -> None:
    assert errors_of(code.right, tmp_path / "right.py") == []


def test_every_code_of_the_product_is_explained() -> None:
    used = {
        code
        for path in product_files()
        if path.suffix == ".py" and not path.name.startswith("explain")
        for code in re.findall(r"\bDSP\d{3}\b", path.read_text(encoding="utf-8"))
    }
    assert sorted(used - set(codes.CODES)) == []


def test_every_explained_code_of_the_language_is_used() -> None:
    paths = [*(ROOT / "frontend").glob("*.py"), *(ROOT / "stdlib").glob("*.py"), ROOT / "src" / "dspc" / "__init__.py"]
    text = "\n".join(p.read_text(encoding="utf-8") for p in paths if "explain" not in p.name)
    assert [code.code for code in PROGRAMMED if f'"{code.code}"' not in text] == []


def test_codes_are_in_order_and_unique() -> None:
    listed = [code.code for section in codes.SECTIONS.values() for code in section]
    assert listed == sorted(set(listed))


def test_the_page_is_up_to_date() -> None:
    """`python tools/errors_page.py` writes it."""
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == codes.page()


def test_codes_are_found_in_either_case() -> None:
    assert codes.find(" dsp101 ") is codes.CODES["DSP101"]
    assert codes.find("DSP999") is None
    assert "DSP101" in codes.suggestion("DPS101")


def test_an_entry_as_text() -> None:
    assert (
        codes.CODES["DSP152"].text()
        == """\
DSP152: A function that returned nothing

Python returns None where a return is missing.

Wrong:

    @dspc.effect
    def quiet(x):
        x * 0.5

Right:

    @dspc.effect
    def quiet(x):
        return x * 0.5"""
    )
