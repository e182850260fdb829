"""A pytest plugin for `make fuzz`: at the end, how many random programs were compared, and what they used."""

from __future__ import annotations

from typing import Any

import pytest
from agree.features import COVERAGE


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What one of several processes has seen goes to the one that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["random programs"] = COVERAGE.programs, dict(COVERAGE.uses)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    programs, uses = getattr(node, "workeroutput", {}).get("random programs", (0, {}))
    COVERAGE.programs += programs
    COVERAGE.uses.update(uses)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not COVERAGE.programs:
        return
    terminalreporter.section("random programs")
    terminalreporter.write_line(COVERAGE.table())
    missing = COVERAGE.missing()
    terminalreporter.write_line(f"used by none: {', '.join(missing)}" if missing else "the whole language was used")
