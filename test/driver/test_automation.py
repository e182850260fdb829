"""Automation tables: frames, order, and every wrong line named."""

from pathlib import Path

import pytest

from dspc.driver.automation import read_automation
from dspc.driver.files import InputFileError
from dspc.frontend.events import Param


def table(tmp_path: Path, text: str | bytes) -> Path:
    """A file with this content."""
    path = tmp_path / "moves.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problem(path: Path) -> str:
    """What a user is told about a file."""
    with pytest.raises(InputFileError) as caught:
        read_automation(path, 48_000)
    return str(caught.value)


def test_changes_in_order(tmp_path: Path) -> None:
    """Sorted by frame; lines of one frame keep their order; the nearest frame is taken."""
    path = table(
        tmp_path,
        "seconds,parameter,value\n1.5,cutoff,4000\n0,cutoff,4e2\n0,bands.0.gain,-3.5\n"
        "0.00001,mode,2\n0.5,cutoff,1\n",
    )
    assert read_automation(path, 48_000) == [
        Param(0, "cutoff", 400.0),
        Param(0, "bands.0.gain", -3.5),
        Param(0, "mode", 2.0),
        Param(24_000, "cutoff", 1.0),
        Param(72_000, "cutoff", 4000.0),
    ]
    assert [change.frame for change in read_automation(path, 44_100)] == [0, 0, 0, 22_050, 66_150]


def test_what_spreadsheets_write(tmp_path: Path) -> None:
    """A byte order mark, CR LF, quotes, spaces, capitals in the header, empty lines, no last line end."""
    rows = ["Seconds, Parameter, Value", '"0.25", "cutoff", 400 ', ",,", "", "0.5,drive,2"]
    path = table(tmp_path, b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    assert read_automation(path, 1000) == [Param(250, "cutoff", 400.0), Param(500, "drive", 2.0)]


def test_only_a_header(tmp_path: Path) -> None:
    """Nothing moves."""
    assert read_automation(table(tmp_path, "seconds,parameter,value\n"), 48_000) == []


def test_all_wrong_lines_are_named(tmp_path: Path) -> None:
    """Lines are counted as an editor counts them."""
    rows = (
        "seconds,parameter,value 0,cutoff,1 soon,cutoff,1  -1,cutoff,1 1,,1 1,cutoff 1,cutoff, nan,cutoff,1 "
        "1,cutoff,inf"
    )
    path = table(tmp_path, rows.replace(" ", "\n"))
    assert problem(path).replace(str(path), "moves.csv") == (
        "moves.csv:3: seconds is not a number: soon\n"
        "moves.csv:5: seconds is negative: -1\n"
        "moves.csv:6: parameter is empty\n"
        "moves.csv:7: has 2 columns, not 3\n"
        "moves.csv:8: value is empty\n"
        "moves.csv:9: seconds is not a number: nan\n"
        "moves.csv:10: value is not finite: inf\n"
        "    help: each line is: seconds,parameter,value"
    )


def test_labels_and_a_check(tmp_path: Path) -> None:
    """What is not a number may be a label; who knows the parameters says what they take."""
    path = table(tmp_path, "seconds,parameter,value\n0,shape,saw\n1,shape,0\n2,sahpe,saw\n")
    assert [change.value for change in read_automation(path, 48_000)] == ["saw", 0.0, "saw"]

    def check(parameter: str, value: float | str) -> str | None:
        if parameter != "shape":
            return f"there is no parameter {parameter}"
        return None if value == "saw" else f"shape does not take {value}"

    with pytest.raises(InputFileError) as caught:
        read_automation(path, 48_000, check)
    assert caught.value.message == f"{path}:3: shape does not take 0.0\n{path}:4: there is no parameter sahpe"


def test_not_more_than_ten_lines_are_named(tmp_path: Path) -> None:
    """A file of another kind does not flood the screen."""
    path = table(tmp_path, "seconds,parameter,value\n" + "wrong\n" * 500)
    lines = problem(path).splitlines()
    assert len(lines) == 12 and lines[10] == "and 490 more lines"


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "moves.csv:1: the header is empty"),
        (b"0,cutoff,400\n", "moves.csv:1: the header is 0,cutoff,400"),
        (b"seconds;parameter;value\n", "moves.csv:1: the header is seconds;parameter;value"),
    ],
)
def test_wrong_header(tmp_path: Path, content: bytes, message: str) -> None:
    """The header is required."""
    path = table(tmp_path, content)
    assert problem(path).replace(str(path), "moves.csv") == (
        f"{message}\n    help: the first line must be: seconds,parameter,value"
    )


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    """Missing, a folder, not text, a cell that never ends."""
    assert problem(tmp_path / "none.csv") == f"{tmp_path / 'none.csv'}: no such file"
    assert problem(tmp_path) == f"{tmp_path}: is a folder, not a file"
    assert "is not text in UTF-8" in problem(table(tmp_path, b"\xff\xfe\0s"))
    endless = table(tmp_path, "seconds,parameter,value\n" + "x" * 200_000)
    assert problem(endless).startswith(f"{endless}:2: field larger than field limit")
