"""pytest plugin: a test that is skipped, or expected to fail, has failed. Registered in CI (see conftest.py).

A skip is a machine that lacks something; in CI that is a missing install step, not a reason to pass.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest


def _fail(report: Any) -> None:
    reason = getattr(report, "wasxfail", None)
    if reason is None and report.outcome != "skipped":
        return
    what = f"skipped: {report.longrepr}" if reason is None else f"expected to fail: {reason or 'no reason'}"
    vars(report).pop("wasxfail", None)
    report.outcome = "failed"
    report.longrepr = f"Not allowed in CI: {what}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail(report)
    return report
