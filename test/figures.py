"""What the library's tests measure, kept for the table of `bench/run.py --only library`. Also a pytest plugin.

`within` is an assertion: a figure that is worse than its bound fails the test that measured it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Numbers = tuple[float, ...]
FIGURES: dict[tuple[str, str], dict[str, Any]] = {}
"""By function and what was measured; of figures that are measured several times the worst."""


def within(name: str, what: str, reference: str, found: Any, bound: float | Sequence[float], unit: str = "") -> None:
    """Asserts that what was found of the function `name` is at most its bound: a number, or one for each.

    Args:
        name: the function of dspc.stdlib.
        what: what was measured: "response", "aliases at 1, 5, 10 kHz".
        reference: what it was compared with: "scipy.signal.sosfilt", "Faust".
        found: one number, or as many as there are bounds. Of an error the size, or decibels.
    """
    values, most = _numbers(found), _numbers(bound)
    assert len(values) == len(most)
    worse = [v for v, m in zip(values, most, strict=True) if not v <= m]
    assert not worse, f"{name}: {what} against {reference}: {_shown(values)}, at most {_shown(most)} {unit}"
    kept = FIGURES.get((name, what))
    if kept is not None:
        values = tuple(map(max, values, kept["found"]))
        most = tuple(map(max, most, kept["bound"]))
    FIGURES[name, what] = {"reference": reference, "found": values, "bound": most, "unit": unit}


def each_within(names: Sequence[str], what: str, reference: str, found: Any, bound: float, unit: str = "") -> None:
    """The same of several functions, or of outputs of a function, one after the other."""
    for name, value in zip(names, found, strict=True):
        within(name, what, reference, value, bound, unit)


def largest(found: Any, wanted: Any) -> float:
    """The largest difference between two arrays of one shape."""
    found, wanted = np.asarray(found, np.float64), np.asarray(wanted, np.float64)
    assert found.shape == wanted.shape
    return float(np.abs(found - wanted).max())


def _numbers(given: Any) -> Numbers:
    return tuple(float(x) for x in np.atleast_1d(np.asarray(given, np.float64)))


def _shown(numbers: Numbers) -> str:
    return " / ".join(f"{x:.3g}" for x in numbers)


# --- the plugin -------------------------------------------------------------------------------------


def add_option(parser: pytest.Parser) -> None:
    help_text = "write what the library's tests measured as JSON (with =); what was not measured is a failure"
    parser.addoption("--figures", type=Path, metavar="FILE", help=help_text)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What one of several processes has seen goes to the one that writes; that every function has a figure."""
    output, path = getattr(session.config, "workeroutput", None), session.config.getoption("--figures", None)
    if output is not None:
        output["figures"] = list(FIGURES.items())
    elif path is not None:
        rows = [{"function": name, "what": what, **figure} for (name, what), figure in sorted(FIGURES.items())]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        if missing() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def missing() -> list[str]:
    """The functions of the library that nothing was measured of."""
    from dspc import stdlib

    return sorted(set(stdlib.__all__) - {name for name, _ in FIGURES})


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("--figures", None) is not None and missing():
        terminalreporter.write_line(f"nothing was measured of {', '.join(missing())}", red=True)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for (name, what), figure in getattr(node, "workeroutput", {}).get("figures", ()):
        within(name, what, **figure)
