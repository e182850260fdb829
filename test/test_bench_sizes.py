"""The programs that are measured by style and by size compute what they should. No clock is looked at."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pytest
from tree import ROOT

import dspc

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench import size, styles  # noqa: E402
from bench.contenders import build_clock, with_dspc  # noqa: E402
from bench.programs import RATE  # noqa: E402
from bench.programs_styles import STYLES  # noqa: E402
from bench.references import REFERENCES, error_db, noise  # noqa: E402


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return build_clock(tmp_path_factory.mktemp("clock"))


@pytest.mark.parametrize(("workload", "style"), [(w, s) for w, made in STYLES.items() for s in made])
def test_all_styles_make_the_same_sound(workload: str, style: str) -> None:
    engine = dspc.compile(STYLES[workload][style], "c", sample_rate=RATE)
    x = noise(max(engine.inputs, 1), 2000)
    made = engine.process(x if engine.inputs else None, frames=2000)
    error = error_db(np.atleast_2d(made), REFERENCES[workload](x.astype(np.float64)))
    assert error < (-75.0 if workload == "biquads" else -110.0)


def test_styles_are_told_with_the_first_as_measure() -> None:
    row = {"ratio": 1.0, "ns": 2.0, "python": 0.1, "compiler": 0.2, "bytes": 300.0, "error": -120.0}
    last = styles.report({"fm": {"one": row, "other": row | {"ratio": 1.5}}}).splitlines()[-1]
    assert last == "| fm | other | 1.5 | 2 | 0.1 | 0.2 | 300 | -120 |"


@pytest.mark.parametrize("axis", size.AXES)
@pytest.mark.parametrize("count", [3, 16])
def test_every_size_makes_its_sound(axis: str, count: int, clock: ctypes.CDLL) -> None:
    grown = size.AXES[axis]
    made, _ = with_dspc(grown.program(count), (grown.inputs, 1), clock)
    size.check(grown, count, made)


def test_a_size_that_is_wrong_is_not_timed(clock: ctypes.CDLL) -> None:
    grown = size.AXES["partials"]
    made, _ = with_dspc(grown.program(2), (0, 1), clock)
    with pytest.raises(ValueError, match="size 3 is not what it should be"):
        size.check(grown, 3, made)


def test_sizes_in_a_table_and_a_picture(tmp_path: Path) -> None:
    rows = [{"size": n, "ns": 2.0 * n, "ns a unit": 2.0, "Python s": 0.1, "compiler s": 0.1, "code bytes": 100.0,
             "error dB": -120.0} for n in (1, 2)]  # fmt: skip
    assert "| 2 | 4 | 2 |" in size.report({"voices": rows})
    assert size.plot({"voices": rows}, tmp_path / "size.png")
    assert (tmp_path / "size.png").read_bytes().startswith(b"\x89PNG")
