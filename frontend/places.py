"""Places in the user's source: which frame is the user's, and which expression runs there."""

from __future__ import annotations

import dis
import inspect
import linecache
import re
import sys
import sysconfig
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

import numpy as np
import xdsl
from xdsl.dialects.builtin import FileLineColLoc, IntAttr, StringAttr

HOME = str(Path(__file__).parent.parent) + "/"
"""Files below this folder are ours."""
_LIBRARIES = (str(Path(np.__file__).parent) + "/", str(Path(xdsl.__file__).parent) + "/")
_PYTHON = sysconfig.get_paths()["stdlib"] + "/"
_INSTALLED = ("/site-packages/", "/dist-packages/")


@dataclass(frozen=True)
class Place:
    """Where in the user's code: lines from 1, columns from 1 (in characters); 0: not known."""

    file: str
    line: int
    column: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")

    def excerpt(self) -> str:
        """The line with a caret under the place; empty if the source cannot be read."""
        text = linecache.getline(self.file, self.line).rstrip()
        shown = text.lstrip()
        if not shown:
            return ""
        start = max(self.column - 1, len(text) - len(shown))
        end = max(start + 1, min(self.end_column - 1, len(text)))
        before = "".join(map(_blank, text[len(text) - len(shown) : start]))
        return f"    {shown}\n    {before}{'^' * max(1, sum(map(_width, text[start:end])))}"

    def location(self) -> FileLineColLoc:
        """The place as IR carries it."""
        return FileLineColLoc(StringAttr(self.file), IntAttr(self.line), IntAttr(self.column))


def _width(character: str) -> int:
    """Columns that a terminal gives a character."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _blank(character: str) -> str:
    """What stands under a character beside the caret: a tab stays one, it is as wide there as here."""
    return "\t" if character == "\t" else " " * _width(character)


@cache
def is_ours(file: str) -> bool:
    """Whether a file belongs to dspc."""
    return file.startswith(HOME)


@cache
def is_users(file: str) -> bool:
    """Whether a file is the user's: not of dspc, numpy, xDSL or Python's own library."""
    if is_ours(file) or file.startswith(("<frozen ", *_LIBRARIES)):
        return False
    return not file.startswith(_PYTHON) or any(part in file for part in _INSTALLED)


def is_users_code(code: CodeType) -> bool:
    """Whether a function is the user's; methods that dataclasses have written by themselves are nobody's."""
    return is_users(code.co_filename) and not (code.co_filename == "<string>" and code.co_name.startswith("__"))


_entrances: set[CodeType] = set()
_Function = TypeVar("_Function", bound=Callable[..., Any])


def entrance(function: _Function) -> _Function:
    """Decorator of what starts a trace: whoever calls it is no part of the program that is traced."""
    _entrances.add(function.__code__)
    return function


def user_frame(depth: int = 1) -> FrameType | None:
    """The innermost frame that is the user's, `depth` frames skipped; None if an entrance is nearer."""
    frame: FrameType | None = sys._getframe(depth)  # pyright: ignore[reportPrivateUsage]
    while frame is not None and not is_users_code(frame.f_code):
        if frame.f_code in _entrances:
            return None
        frame = frame.f_back
    return frame


def place_here() -> Place | None:
    """The user's expression that is running now."""
    frame = user_frame(2)
    return place_of(frame.f_code, frame.f_lasti, frame.f_lineno) if frame is not None else None


def place_of(code: CodeType, instruction: int, line: int) -> Place:
    """The expression that an instruction of a function belongs to; at least its line."""
    start, end, column, end_column = next(islice(code.co_positions(), instruction // 2, None), (None, None, None, None))
    if start is None or column is None:
        return Place(code.co_filename, line)
    text = linecache.getline(code.co_filename, start)
    first = _characters(text, column) + 1
    last = len(text.rstrip()) + 1  # an expression over several lines: to the end of its first
    if end == start and end_column is not None:
        last = _characters(text, end_column) + 1
    return Place(code.co_filename, start, first, last)


def _characters(text: str, count: int) -> int:
    """How many characters the first `count` bytes of a line are; as many if the line is not known."""
    return len(text.encode()[:count].decode(errors="ignore")) if text else count


def code_of(function: Callable[..., Any]) -> CodeType | None:
    """The code of a function, of what it wraps, or of what it calls with some arguments given."""
    function = inspect.unwrap(getattr(function, "func", function))
    return getattr(function, "__code__", None)


_BEGINNING = re.compile(r"(async\s+)?def\s+\w+|lambda\b")


def place_of_function(function: Callable[..., Any]) -> Place | None:
    """Where a function of the user begins: at its `def` with its name, below its decorators."""
    code = code_of(function)
    if code is None or is_ours(code.co_filename):
        return None
    for line in range(code.co_firstlineno, code.co_firstlineno + 40):
        found = _BEGINNING.search(linecache.getline(code.co_filename, line))
        if found:
            return Place(code.co_filename, line, found.start() + 1, found.end() + 1)
    return Place(code.co_filename, code.co_firstlineno)


def place_of_return(function: Callable[..., Any]) -> Place | None:
    """Where a function of the user returns its value, if that is one place; else where it begins."""
    code = code_of(function)
    if code is None or is_ours(code.co_filename):
        return None
    places = {place_of(code, offset, code.co_firstlineno) for offset in _returns(code)}
    return places.pop() if len(places) == 1 else place_of_function(function)


def _returns(code: CodeType) -> Iterator[int]:
    """The instructions that return a value; of a lambda, the one that computes it."""
    last = 0
    for instruction in dis.get_instructions(code):
        if instruction.opname.startswith("RETURN_"):
            yield last if code.co_name == "<lambda>" else instruction.offset
        last = instruction.offset
