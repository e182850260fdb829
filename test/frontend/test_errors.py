"""Every error, to the letter: `errors/*.txt` holds the programs and the texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from error_cases import Case, cases, told

from dspc.frontend.codes import CODES

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.file}-{c.name.replace(' ', '-')}")
def test_the_text(case: Case, tmp_path: Path) -> None:
    assert told(case.source, tmp_path) == case.text


def test_every_code_of_the_language_has_a_case() -> None:
    text = "\n".join(case.text for case in CASES)
    wanted = [code.code for code in CODES.values() if code.wrong]
    assert [code for code in wanted if f"{code}:" not in text] == []


def test_every_error_says_how_to_mend_it() -> None:
    for case in CASES:
        lines = case.text.split("\n")
        assert sum(line.startswith("    help: ") for line in lines) == sum(": DSP" in line for line in lines), case.name
