"""Writes docs/examples.md: every example with its first line and the command by which it is heard."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "examples.md"

HEAD = """\
<!-- Written by tools/examples_page.py from the first lines of examples/*.py: change those. -->

# Examples

Whole programs, to be read and copied. The commands are in `.venv/bin`; they make a sound file in the current folder.
"""
KINDS = {
    "Instruments": lambda command: "--midi" in command,
    "Effects": lambda command: "--input" in command,
    "Others": lambda command: "--midi" not in command and "--input" not in command,
}


def described(path: Path) -> tuple[str, str]:
    """What an example is, and its command: one in the first line of its docstring, else the one that is set off."""
    doc = ast.get_docstring(ast.parse(path.read_text()), clean=False) or ""
    first = doc.partition("\n")[0]
    inline, apart = re.search(r"`((?:make|pytest) .*?)`", first), re.search(r"^    (\w+ .*)$", doc, re.M)
    found = inline or apart
    return first.partition(" Run with ")[0], found[1] if found else ""


def examples() -> dict[str, tuple[str, str]]:
    """What each example is and its command, by the name of its file."""
    return {path.name: described(path) for path in sorted(EXAMPLES.glob("*.py"))}


def page() -> str:
    """The whole text of docs/examples.md."""
    parts = [HEAD]
    for kind, belongs in KINDS.items():
        rows = [
            f"| [{name}](../examples/{name}) | {what} | `{command}` |"
            for name, (what, command) in examples().items()
            if belongs(command)
        ]
        parts.append("\n".join([f"\n## {kind}\n", "| file | what it is | to hear it |", "|---|---|---|", *rows, ""]))
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page())
