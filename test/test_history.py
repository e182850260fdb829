"""No workload takes over 2 % more instructions than it did: counted by valgrind, whatever else the machine does.

Where a change is meant to cost them, `python bench/history.py` adds a line with what they are now.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tree import ROOT

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench import history  # noqa: E402
from bench.programs import WORKLOADS  # noqa: E402


def write(file: Path, *figures: tuple[str, dict[str, float]]) -> None:
    rows = [{"date": "2026-01-01", "commit": "abc", "compiler": c, "instructions": i} for c, i in figures]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_no_workload_takes_more_instructions() -> None:
    if reason := history.missing():
        assert "this machine is" in reason  # not that valgrind is missing
        return
    found, shown = history.check()
    assert not found, "\n".join(found)
    assert ("now |" in shown) == any(line.compiler == history.version() for line in history.lines())


def test_work_is_counted() -> None:
    if history.missing():
        return
    names = ("gain", "biquads")
    first, again = (history.count({name: WORKLOADS[name] for name in names}) for _ in range(2))
    assert first == again, "a count is no measurement: it is the same again"
    assert first["biquads"] - first["gain"] > 5 * 4, "five products, and as many sums, in one to eight lanes"


def test_more_is_worse() -> None:
    before = {"fm": 100.0, "gain": 8.0}
    assert history.worse({"fm": 102.0, "gain": 4.0, "new": 9.0}, before) == []
    assert history.worse({"fm": 102.1, "gain": 8.0}, before) == [
        "fm takes 102.1 instructions a sample, 2.1 % more than 100"
    ]
    assert history.worse({"fm": 100.0}, before) == ["gain is not counted any more"]


def test_the_last_line_of_the_same_compiler_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.jsonl"
    monkeypatch.setattr(history, "version", lambda: "cc 1")
    monkeypatch.setattr(history, "count", lambda: {"fm": 60.0})
    assert history.check(file)[1].startswith("No line is of cc 1")
    write(file, ("cc 1", {"fm": 50.0}), ("cc 1", {"fm": 59.0}), ("cc 2", {"fm": 10.0}))
    assert history.check(file)[0] == []
    write(file, ("cc 1", {"fm": 59.0}), ("cc 1", {"fm": 50.0}))
    assert len(history.check(file)[0]) == 1


def test_a_line_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.jsonl"
    write(file, ("cc 1", {"fm": 59.0}))
    monkeypatch.setattr(history, "count", lambda: {"fm": 60.0})
    history.append(file)
    assert [line.instructions["fm"] for line in history.lines(file)] == [59.0, 60.0]
    assert history.lines(file)[-1].compiler == history.version()


def test_every_workload_is_in_the_file() -> None:
    assert set(history.lines()[-1].instructions) == set(WORKLOADS)
