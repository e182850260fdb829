"""The toy program of these tests: its C library once a session, and the helper modules of this folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from toy_programs import ToyLibrary  # noqa: E402


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> ToyLibrary:
    return ToyLibrary(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def direct_toy(tmp_path_factory: pytest.TempPathFactory) -> ToyLibrary:
    """The same with direct calls of the core, as a generated C file makes them."""
    return ToyLibrary(tmp_path_factory.mktemp("toy"), "-DTOY_DIRECT", "-O2")
