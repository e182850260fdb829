"""The library's programs that are measured compute what the hand-written C does. No clock is looked at."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest
from tree import ROOT

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench import others  # noqa: E402
from bench.contenders import build_clock, in_c, with_dspc  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("others")


@pytest.fixture(scope="module")
def clock(folder: Path) -> ctypes.CDLL:
    return build_clock(folder)


@pytest.fixture(scope="module")
def libraries(folder: Path) -> dict[str, Path]:
    flags = {"float": others.FAST_MATH, "double": ("-O2",)}
    return {real: others.by_hand(folder, real, given) for real, given in flags.items()}


@pytest.mark.parametrize("name", others.OTHERS)
def test_both_compute_the_same(name: str, libraries: dict[str, Path], clock: ctypes.CDLL) -> None:
    program, channels = others.OTHERS[name]
    reference = in_c(libraries["double"], name, channels, clock)
    others.check(name, others.BASE, in_c(libraries["float"], name, channels, clock), reference)
    others.check(name, others.OURS, with_dspc(program, channels, clock)[0], reference)


def test_a_wrong_sound_is_not_timed(libraries: dict[str, Path], clock: ctypes.CDLL) -> None:
    reference = in_c(libraries["double"], "moog", (1, 1), clock)
    with pytest.raises(ValueError, match="somebody: moog is not what it should be"):
        others.check("moog", "somebody", in_c(libraries["float"], "swept", (1, 1), clock), reference)


def test_the_worst_is_told_first() -> None:
    row = {"ratio": {others.OURS: 0.5}, "ns": dict.fromkeys((others.OURS, *others.BUILDS), 1.0), "python": 0.1,
           "compiler": 0.5, "error": {others.OURS: -120.0, others.BASE: -130.0}}  # fmt: skip
    found = others.worst_first({"fast": row | {"to the best": 0.5}, "slow": row | {"to the best": 2.0}})
    lines = others.report(found).splitlines()
    assert lines[-2:] == ["| slow | 2 | 0.5 | 1 | 1 | 1 | 0.1 | 0.5 | -120 | -130 |",
                          "| fast | 0.5 | 0.5 | 1 | 1 | 1 | 0.1 | 0.5 | -120 | -130 |"]  # fmt: skip
