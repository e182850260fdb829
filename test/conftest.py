"""What all tests share: helper modules of this folder, hypothesis profiles, and CI's strictness."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# With --import-mode=importlib pytest adds no folder of its own, and `test` is also a package of Python's.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import figures  # noqa: E402
import no_skips  # noqa: E402

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# A busy machine is no failure: no deadline. In CI the same examples every time; `fuzz` looks for new ones.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "fuzz", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if IN_CI else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "write the golden hashes again from what is rendered now"
    parser.addoption("--update-golden", action="store_true", help=help_text)
    figures.add_option(parser)


def pytest_collection_finish() -> None:
    """Tests make much IR, all of it cycles; what was imported and collected is not looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes minutes; `make test-all` runs it, `make test` does not")
    config.addinivalue_line("markers", "fuzz: property tests; `make fuzz` runs them with many new examples")
    config.pluginmanager.register(figures, "figures")
    if IN_CI:
        config.pluginmanager.register(no_skips, "no-skips")
    if config.getoption("--hypothesis-profile", None) == "fuzz":
        import fuzz_summary  # only here: it loads the compiler

        config.pluginmanager.register(fuzz_summary, "fuzz-summary")
