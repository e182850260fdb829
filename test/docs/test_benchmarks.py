"""The page on benchmarks: it names every section, peer and program, and holds no measured figures."""

from __future__ import annotations

import re
import sys

from tree import ROOT

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench.rivals import HEAD, PEERS  # noqa: E402
from bench.run import SECTIONS  # noqa: E402

PAGE = (ROOT / "docs" / "benchmarks.md").read_text()


def test_every_section_is_described() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(SECTIONS)


def test_every_peer_is_described() -> None:
    assert set(PEERS) < set(re.findall(r"^\| (\w+) \|", PAGE, re.MULTILINE))


def test_every_column_is_described() -> None:
    described = {name for row in re.findall(r"^\| ([^|`]+) \|", PAGE, re.MULTILINE) for name in row.split(", ")}
    assert set(HEAD[2:]) <= described


def test_files_that_are_named_are_there() -> None:
    for path in re.findall(r"`((?:bench|test)/[\w/]+\.(?:py|c|jsonl))`", PAGE):
        assert (ROOT / path).exists(), path
