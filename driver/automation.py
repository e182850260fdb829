"""Automation of parameters from a table: a CSV file with the columns `seconds,parameter,value`.

For example `0,cutoff,400` and, on the next line, `1.5,cutoff,4000`.
"""

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path

from dspc.driver.files import InputFileError, display_name, read_bytes
from dspc.frontend.events import Param

HEADER = ["seconds", "parameter", "value"]
MOST_PROBLEMS = 10  # that one message lists


def read_automation(
    path: str | Path, sample_rate: float, check: Callable[[str, float | str], str | None] | None = None
) -> list[Param]:
    """The parameter changes of a CSV file (`-`: standard input), sorted by frame.

    Lines of one frame keep their order. Each value takes effect at the frame nearest to its time. A value is
    a number in the parameter's own unit, or a choice's label. `check`, if given, says what is wrong with a
    parameter and its value (None: nothing). Raises InputFileError, which names every wrong line.
    """
    name = display_name(path, "input")
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputFileError(f"{name}: is not text in UTF-8", "save the table as CSV, UTF-8") from None
    rows = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    changes: list[Param] = []
    problems: list[str] = []
    try:
        _check_header(name, next(rows, []))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            change = _change(row, sample_rate)
            wrong = change if isinstance(change, str) else check and check(change.id, change.value)
            if wrong:
                problems.append(f"{name}:{rows.line_num}: {wrong}")
            elif isinstance(change, Param):
                changes.append(change)
    except csv.Error as error:
        problems.append(f"{name}:{rows.line_num}: {error}")
    if problems:
        raise InputFileError(_listed(problems), "each line is: seconds,parameter,value")
    return sorted(changes, key=lambda change: change.frame)


def _check_header(name: str, row: list[str]) -> None:
    if [cell.strip().lower() for cell in row] != HEADER:
        hint = f"the first line must be: {','.join(HEADER)}"
        raise InputFileError(f"{name}:1: the header is {','.join(row) or 'empty'}", hint)


def _change(row: list[str], sample_rate: float) -> Param | str:
    """The parameter change of a row, or what is wrong with it."""
    cells = [cell.strip() for cell in row]
    if len(cells) != len(HEADER):
        return f"has {len(cells)} columns, not {len(HEADER)}"
    seconds, parameter, value = _number(cells[0]), cells[1], _number(cells[2])
    if not isinstance(seconds, float) or not math.isfinite(seconds):
        return f"seconds is not a number: {seconds or 'empty'}"
    if seconds < 0:
        return f"seconds is negative: {cells[0]}"
    if not parameter:
        return "parameter is empty"
    if not value and not isinstance(value, float):
        return "value is empty"
    if isinstance(value, float) and not math.isfinite(value):
        return f"value is not finite: {cells[2]}"
    return Param(math.floor(seconds * sample_rate + 0.5), parameter, value)


def _number(text: str) -> float | str:
    """A number if the text is one, else the text."""
    try:
        return float(text)
    except ValueError:
        return text


def _listed(problems: list[str]) -> str:
    """All problems, a line each, or the first of them and how many more there are."""
    lines = problems[:MOST_PROBLEMS]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"and {len(problems) - MOST_PROBLEMS} more lines")
    return "\n".join(lines)
