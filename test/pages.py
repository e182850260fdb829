"""Pages of the documentation: their chapters, and the Python in them, which runs and shows what is so.

A snippet is a block of Python. In it, `expression  # -> value` says what Python shows for the expression; a long value
stands on the next line. If the block after a snippet is the text of an error, the snippet raises it. `assert` shows
what has no short value.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tree import ROOT

from dspc.frontend.errors import DspError

FILE = "guide.py"
"""The file that a snippet is in, unless its first line is the name of another: errors say it."""
_ARROW = re.compile(r"(?:^|  )# -> (.*)$")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_ERROR = re.compile(r"(\S+\.py:\d+(:\d+)?: )?DSP\d+: ")


@dataclass(frozen=True)
class Snippet:
    """A block of Python; `error` is what it raises, as it is printed."""

    text: str
    line: int
    error: str = ""

    @property
    def file(self) -> str:
        """The name of the file that it is in."""
        named = re.match(r"# (\w+\.py)\n", self.text)
        return named[1] if named else FILE


def chapters(page: str) -> dict[str, list[Snippet]]:
    """The snippets of a page by chapter: what follows a heading of the second level, up to the next."""
    text = (ROOT / page).read_text()
    starts = [match.start() for match in re.finditer(r"^## ", text, re.M)]
    found: dict[str, list[Snippet]] = {}
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        title = text[start:end].partition("\n")[0].removeprefix("## ")
        found[title] = list(_snippets(text[start:end], text.count("\n", 0, start) + 1))
    return found


def _snippets(chapter: str, line: int) -> Iterator[Snippet]:
    blocks = list(_BLOCK.finditer(chapter))
    texts = [(block[1], block[2]) for block in blocks]
    for block, (after, error) in zip(blocks, [*texts[1:], ("", "")], strict=True):
        if block[1] == "python":
            raises = not after and _ERROR.match(error)
            yield Snippet(block[2], line + chapter.count("\n", 0, block.start()) + 1, error.rstrip() if raises else "")


def run(snippet: Snippet, names: dict[str, Any], folder: Path) -> list[str]:
    """Runs a snippet as a file of `folder`; returns where it shows something else than there is."""
    path = folder / snippet.file
    path.write_text(snippet.text)
    names["__file__"] = str(path)
    try:
        wrong = list(_shown(snippet, path.name, names))
    except DspError as error:
        found = str(error).replace(f"{folder}/", "")
        return [] if found == snippet.error else [f"raised:\n{found}\ninstead of:\n{snippet.error or 'nothing'}"]
    return [*wrong, f"raised nothing instead of:\n{snippet.error}"] if snippet.error else wrong


def _value(node: ast.stmt, lines: list[str]) -> str | None:
    """What a statement is said to show; None if it is no expression, or nothing is said."""
    if not isinstance(node, ast.Expr):
        return None
    end = node.end_lineno or 1
    after = lines[end : end + 1]
    found = _ARROW.search(lines[end - 1]) or (_ARROW.match(after[0]) if after else None)
    return found[1] if found else None


def _shown(snippet: Snippet, file: str, names: dict[str, Any]) -> Iterator[str]:
    lines = snippet.text.splitlines()
    for node in ast.parse(snippet.text, file).body:
        wanted = _value(node, lines)
        if not isinstance(node, ast.Expr) or wanted is None:
            exec(compile(ast.Module([node], []), str(names["__file__"]), "exec"), names)
            continue
        found = repr(eval(compile(ast.Expression(node.value), str(names["__file__"]), "eval"), names))
        if found != wanted:
            yield f"{ast.unparse(node)} is {found}, not {wanted}"


def shows(snippet: Snippet) -> bool:
    """Whether a snippet shows something that can be wrong: a value, an error, an assertion. A file need not."""
    tree = ast.parse(snippet.text)
    lines = snippet.text.splitlines()
    values = any(_value(node, lines) is not None for node in tree.body)
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    return snippet.file != FILE or bool(snippet.error) or values or asserts
