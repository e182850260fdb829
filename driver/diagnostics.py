"""Errors in IR, told like those in Python: place, what is wrong, the line with a caret."""

from __future__ import annotations

import re
import traceback
from bisect import bisect_right

from xdsl.context import Context
from xdsl.dialects.builtin import FileLineColLoc, IntAttr, ModuleOp, StringAttr, UnknownLoc
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.utils.exceptions import ParseError

from dspc.dialects.syntax import location_of
from dspc.frontend.errors import Place

_COMMENT = re.compile(r"//.*")


class LocatingParser(Parser):
    """xDSL's parser; operations that say no location get their place in the text that is parsed."""

    def __init__(self, ctx: Context, text: str, name: str, lines_before: int = 0):
        super().__init__(ctx, text, name)
        self._file, self._before = StringAttr(name), lines_before
        self._starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def parse_operation(self) -> Operation:
        start = self.pos
        op = super().parse_operation()
        if isinstance(op.location, UnknownLoc):
            line, column = self._line_and_column(start)
            op.location = FileLineColLoc(self._file, IntAttr(line), IntAttr(column))
        return op

    def _line_and_column(self, position: int) -> tuple[int, int]:
        line = bisect_right(self._starts, position)
        return line + self._before, position - self._starts[line - 1] + 1

    def place(self) -> Place:
        """How far the parser has come."""
        return Place(self._file.data, *self._line_and_column(self.pos))


class IRError(Exception):
    """IR that cannot be read, does not verify, or that a pass or a target cannot take."""


def read_module(ctx: Context, text: str, name: str, lines_before: int = 0, *, implicit: bool = True) -> ModuleOp:
    """The module that a text describes; an empty one if there are only comments. Raises `IRError`.

    `implicit`: the text may do without a `builtin.module` of its own. `lines_before` are those of the file
    that are not in the text.
    """
    if not _COMMENT.sub("", text).strip():
        return ModuleOp([])
    parser: LocatingParser | None = None
    try:
        parser = LocatingParser(ctx, text, name, lines_before)
        return parser.parse_module(implicit)
    except ParseError as error:
        raise _parse_error(error, lines_before) from None
    except Exception as error:  # a type does not verify, or an operation's own parser stumbles
        place = parser.place() if parser is not None else Place(name, lines_before + 1)
        raise IRError(f"{place}: error: {error}\n{place.excerpt()}".rstrip()) from None


def _parse_error(error: ParseError, lines_before: int) -> IRError:
    """A parser's error, with the line of the whole file."""
    span = error.span
    text, start = span.input.content, span.start
    assert isinstance(text, str)
    line, begin = text.count("\n", 0, start), text.rfind("\n", 0, start) + 1
    source = text[begin:].split("\n", 1)[0]
    place = Place(span.input.name, line + 1 + lines_before, start - begin + 1)
    caret = f"\n{_caret(source, start - begin, span.len)}" if source.strip() else ""
    return IRError(f"{place}: error: {error.msg.strip()}{caret}")


def _caret(source: str, column: int, length: int) -> str:
    margin = len(source) - len(source.lstrip())
    length = max(1, min(length, len(source) - column))
    return f"    {source.strip()}\n    {' ' * (column - margin)}{'^' * length}"


def verify(module: ModuleOp, when: str) -> None:
    """Raises `IRError` for the first operation that does not verify."""
    try:
        module.verify()
    except Exception as error:
        op = _culprit(module)
        raise IRError(describe(op, _first_line(error), when)) from None


def _culprit(module: ModuleOp) -> Operation | None:
    """The operation at which verification fails, if it fails by itself."""
    for op in module.walk():
        try:
            op.verify(verify_nested_ops=False)
        except Exception:
            return op
    return None


def describe(op: Operation | None, message: str, when: str = "") -> str:
    """`voice.mlir:12:5: error: dsp.add: …` with the line, as far as they are known."""
    at = location_of(op) if op is not None else None
    place = Place(*at) if at else None
    start = f"{place}: error: " if place else "error: "
    text = f"{start}{f'{when}: ' if when else ''}{f'{op.name}: ' if op is not None else ''}{message}"
    excerpt = place.excerpt() if place else ""
    return f"{text}\n{excerpt}" if excerpt else text


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def failure(error: Exception, what: str) -> IRError:
    """What a pass or a target raised. Only what it says itself is shown, unless it broke by accident."""
    name = type(error).__name__
    if name.endswith("Exception") or isinstance(error, ValueError):
        return IRError(f"error: {what} failed: {_first_line(error)}")
    frames = traceback.extract_tb(error.__traceback__)[1:]
    way = "".join(traceback.format_list(frames))
    return IRError(f"error: {what} broke down: {name}: {_first_line(error)}\n{way}".rstrip())
