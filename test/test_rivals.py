"""What dspc is measured against computes the same sound, and a wrong one is not timed. No clock is looked at."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from tree import ROOT

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench import rivals  # noqa: E402
from bench.contenders import InPython, build_clock, timed, with_dspc  # noqa: E402
from bench.programs import CHANNELS, WORKLOADS  # noqa: E402


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return build_clock(tmp_path_factory.mktemp("clock"))


def half(factor: float = 0.5) -> Any:
    return InPython(1, 1, lambda: lambda x: factor * x)


def test_a_wrong_sound_is_not_timed() -> None:
    assert rivals.check("gain", half()) < -300
    with pytest.raises(ValueError, match="somebody: gain is not what it should be: -40 dB"):
        rivals.check("gain", half(0.505), "somebody")
    with pytest.raises(ValueError, match="makes no sound"):
        rivals.check("gain", half(0.0))


def test_an_own_algorithm_gets_no_ratio() -> None:
    other = half(0.505)
    other.own_algorithm = True
    rivals.check("gain", other)
    found = {"missing": {"Nobody": "no package nobody"},
             "workloads": {"gain": rivals._measured("gain", {rivals.BASE: half(), "other": other}, 1)}}  # fmt: skip
    report = rivals.report(found)
    (row,) = [line for line in report.splitlines() if "| other |" in line]
    assert row.split(" | ")[2] == "own algorithm" and "own algorithm" not in row.split(" | ")[3]
    assert "Missing here: Nobody (no package nobody)." in report


def test_the_clock_and_ours(clock: ctypes.CDLL) -> None:
    made, costs = with_dspc(WORKLOADS["gain"], (1, 1), clock)
    first, again = made.sound(256), made.sound(256)
    assert np.array_equal(first, again), "it does not start anew"
    assert made.time(64, 3) > 0 and made.bytes and costs.python.cpu > 0
    assert set(timed({"a": made, "b": half()}, 2, 64, "a")["ratio"]) == {"a", "b"}


@pytest.mark.parametrize("peer", rivals.PEERS)
def test_peers_compute_the_workloads(peer: str) -> None:
    """In a process of their own, where what they load stays: compilers, settings. Who is not here is named."""
    if (reason := rivals.PEERS[peer].missing()) is not None:
        assert rivals.absent()[peer] == reason
        return
    command = [sys.executable, "-c", CHECK, str(ROOT), peer]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout, "nothing was compared"


CHECK = """
import sys, tempfile
from pathlib import Path
sys.path.append(sys.argv[1])
from bench import rivals
from bench.contenders import build_clock
from bench.programs import CHANNELS
with tempfile.TemporaryDirectory() as folder:
    clock = build_clock(Path(folder))
    for name in set(CHANNELS) - {"poly"}:  # which is what supersaw is, sixteen times
        for label, contender in rivals.PEERS[sys.argv[2]].make(name, Path(folder), clock).items():
            print(name, label, rivals.check(name, contender, label))
"""


def test_every_workload_has_its_faust_program() -> None:
    assert {path.stem for path in (ROOT / "bench" / "faust").glob("*.dsp")} == set(CHANNELS)
