"""Every error code of dspc explained: what it means, why it is an error, how to write it instead.

`dspc explain CODE` prints an entry; `docs/errors.md` is made of all of them (`tools/errors_page.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """An error code. `wrong` and `right` are Python, read after `import dspc`; both are empty outside programs."""

    code: str
    title: str
    explanation: str
    wrong: str = ""
    right: str = ""

    def text(self) -> str:
        """As a terminal shows it."""
        parts = [f"{self.code}: {self.title}", self.explanation]
        if self.wrong:
            parts.append(f"Wrong:\n\n{_indented(self.wrong)}")
        if self.right:
            parts.append(f"Right:\n\n{_indented(self.right)}")
        return "\n\n".join(parts)

    def markdown(self) -> str:
        """As the page of all errors shows it."""
        parts = [f"### {self.code}: {self.title}", self.explanation]
        parts += [f"```python\n# {label}\n{code}\n```" for label, code in (("wrong", self.wrong), ("right", self.right)) if code]
        return "\n\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


_ENTRY = re.compile(r"^(DSP\d{3}) (.+)$")
_PARTS = {"wrong:": "wrong", "right:": "right"}


def read_codes(text: str) -> list[Code]:
    """Entries written as `DSP101 title`, lines of explanation, then code under `wrong:` and `right:`."""
    found: list[dict[str, list[str]]] = []
    part = ""
    for line in text.split("\n"):
        if match := _ENTRY.match(line):
            found.append({"code": [match[1]], "title": [match[2]], "explanation": [], "wrong": [], "right": []})
            part = "explanation"
        elif line in _PARTS:
            part = _PARTS[line]
        elif part:
            found[-1][part].append(line.removeprefix("    ") if part != "explanation" else line)
    return [Code(**{name: "\n".join(lines).strip("\n") for name, lines in entry.items()}) for entry in found]


def as_table(codes: Iterable[Code]) -> dict[str, Code]:
    """The codes by name. Raises `ValueError` for one that is there twice."""
    table: dict[str, Code] = {}
    for code in codes:
        if code.code in table:
            raise ValueError(f"{code.code} is explained twice")
        table[code.code] = code
    return table
