"""A hundred and twenty coupled loops: compared with numpy; they stay one loop over lanes, and compile fast."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from agree.instruments import load_example
from compiling import seconds_to_compile
from sound import Doubles, error_db
from tree import ROOT

import dspc

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench.operations import count_passes  # noqa: E402

BAND_LOOPS = load_example("band_loops", "band_loops")
MODULE = BAND_LOOPS.function.__globals__
MOST_OPERATIONS = 600
"""After any pass, whatever the number of loops."""
SECONDS_TO_COMPILE = 6.0


def reference(x: Doubles, rate: float, gain: float, coupling: float) -> Doubles:
    """All loops side by side, sample by sample; the band-pass in direct form I."""
    lengths = np.array([41 + 7 * i for i in range(120)])
    omega = 2 * np.pi * 60.0 * 2 ** (np.arange(120) / 15) / rate
    alpha = np.sin(omega) / 8
    a0, a1, a2 = 1 + alpha, -2 * np.cos(omega), 1 - alpha
    written = np.zeros((len(x) + lengths.max(), 120))
    late1, late2, ring1, ring2 = np.zeros((4, 120))
    out = np.zeros(len(x))
    for n, value in enumerate(x):
        written[n + lengths.max()] = value + gain * (coupling * ring1.mean() + (1 - coupling) * ring1)
        late = written[n + lengths.max() - lengths + 1, np.arange(120)]
        ring = (alpha * (late - late2) - a1 * ring1 - a2 * ring2) / a0
        late1, late2, ring1, ring2 = late, late1, ring, ring1
        out[n] = ring.sum()
    return out


@pytest.mark.parametrize("rate", [44_100.0, 48_000.0])
@pytest.mark.parametrize("gain, coupling", [(0.98, 0.2), (0.999, 0.0), (0.9, 1.0)])
def test_against_numpy(gain: float, coupling: float, rate: float) -> None:
    x = np.zeros(20_000)
    x[:100] = np.random.default_rng(6).uniform(-1, 1, 100)
    params = {"gain": gain, "coupling": coupling, "level": 1.0}
    y = dspc.render(BAND_LOOPS, x, params=params, sample_rate=rate, backend="c", precision="f64")
    assert error_db(y, reference(x, rate, gain, coupling)) < -180.0


def test_single_precision() -> None:
    """The band-passes of the lowest octave amplify roundings."""
    x = np.random.default_rng(6).uniform(-1, 1, 20_000)
    y = dspc.render(BAND_LOOPS, x, params={"level": 1.0}, backend="c")
    assert error_db(y, reference(x, 48_000.0, 0.98, 0.2)) < -70.0


def test_it_stays_rolled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once what nobody uses is gone, there are as many operations for 80 loops as for 120."""
    many = count_passes(BAND_LOOPS, 8)
    assert max(many.values()) <= MOST_OPERATIONS, many
    for name in ("LENGTHS", "CENTRES"):
        monkeypatch.setitem(MODULE, name, MODULE[name][:80])
    monkeypatch.setitem(MODULE, "COUNT", 80)
    few, names = count_passes(BAND_LOOPS, 8), list(many)
    assert [few[n] for n in names[names.index("dce") :]] == [many[n] for n in names[names.index("dce") :]]


def test_it_compiles_fast(tmp_path: Path) -> None:
    assert seconds_to_compile("band_loops", tmp_path) < SECONDS_TO_COMPILE
