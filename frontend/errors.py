"""One type for every error a user can make: code, place, reason, remedy."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

from xdsl.dialects.builtin import FileLineColLoc, IntAttr, StringAttr

_HOME = str(Path(__file__).parent.parent) + "/"
"""Frames of files below this folder are ours, not the user's."""


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
        text = linecache.getline(self.file, self.line).rstrip("\n")
        if not text.strip():
            return ""
        margin = len(text) - len(text.lstrip())
        start = max(self.column - 1, margin)
        length = max(1, min(self.end_column - 1, len(text)) - start) if self.end_column else 1
        return f"    {text.strip()}\n    {' ' * (start - margin)}{'^' * length}"

    def location(self) -> FileLineColLoc:
        """The place as IR carries it."""
        return FileLineColLoc(StringAttr(self.file), IntAttr(self.line), IntAttr(self.column))


class DspError(Exception):
    """Something is wrong in a user's program.

    `code` is stable (`DSP101`), `message` one line, `hint` says how to mend it, `place` where it is.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", place: Place | None = None):
        self.code, self.message, self.hint, self.place = code, message, hint, place
        super().__init__(self.text())

    def text(self) -> str:
        """As it is printed: place and message, the line with a caret, the remedy."""
        lines = [f"{self.place}: {self.code}: {self.message}" if self.place else f"{self.code}: {self.message}"]
        if self.place and (excerpt := self.place.excerpt()):
            lines.append(excerpt)
        if self.hint:
            lines.append(f"    help: {self.hint}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


class DspErrors(DspError):
    """Several errors of one program or file, in the order in which they were found."""

    def __init__(self, errors: Iterable[DspError]):
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(first.code, first.message, hint=first.hint, place=first.place)

    def text(self) -> str:
        return "\n".join(e.text() for e in self.errors)


_entrances: set[CodeType] = set()

_Function = TypeVar("_Function", bound=Callable[..., Any])


def entrance(function: _Function) -> _Function:
    """Decorator of what starts a trace: whoever calls it is no part of the program that is traced."""
    _entrances.add(function.__code__)
    return function


def user_frame(depth: int = 1) -> FrameType | None:
    """The innermost frame that is not part of dspc; None if none of the program's functions is running."""
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None and frame.f_code.co_filename.startswith(_HOME):
        if frame.f_code in _entrances:
            return None
        frame = frame.f_back
    return frame


_positions: dict[tuple[CodeType, int], Place] = {}


def place_here() -> Place | None:
    """The user's line that is running now."""
    frame = user_frame(2)
    if frame is None:
        return None
    key = (frame.f_code, frame.f_lasti)
    place = _positions.get(key)
    if place is None:
        place = _positions[key] = _find(frame)
    return place


def _find(frame: FrameType) -> Place:
    code = frame.f_code
    line, end_line, column, end_column = list(code.co_positions())[frame.f_lasti // 2]
    if line is None or column is None:
        return Place(code.co_filename, frame.f_lineno)
    text = linecache.getline(code.co_filename, line).encode()
    start = len(text[:column].decode(errors="ignore")) + 1
    end = len(text[:end_column].decode(errors="ignore")) + 1 if end_line == line and end_column else 0
    return Place(code.co_filename, line, start, end)


_locations: dict[Place, FileLineColLoc] = {}


def location_here() -> FileLineColLoc | None:
    """The user's line that is running now, as an IR location."""
    place = place_here()
    if place is None:
        return None
    location = _locations.get(place)
    if location is None:
        location = _locations[place] = place.location()
    return location
