"""The feedback delay network: its decay in five bands, its losslessness, and that it stays small and compiles fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from agree.instruments import load_example
from compiling import seconds_to_compile
from excerpts import RATE
from scipy.signal import butter, sosfilt, sosfreqz
from sound import Doubles
from tree import ROOT

import dspc
from dspc.events import Param

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench.operations import count_passes  # noqa: E402

FDN = load_example("fdn", "fdn")
MODULE = FDN.function.__globals__
CENTRES = (75.0, 300.0, 1200.0, 4800.0, 14_000.0)
"""Hz, in the middle of each band."""
DECAYS = [(2.0, 2.0, 2.0, 2.0, 2.0), (3.0, 2.0, 1.5, 1.0, 0.6), (1.0, 1.5, 2.5, 1.5, 1.0)]
MOST_OPERATIONS = 2500
"""After any pass: one line of sixteen, of four sections each."""
SECONDS_TO_COMPILE = 6.0


def shelf(frequency: float, db: float, rate: float) -> list[float]:
    """The cookbook's high shelf, Q = 1/sqrt(2)."""
    a, omega = 10 ** (db / 40), 2 * np.pi * frequency / rate
    c, s = np.cos(omega), np.sqrt(a) * np.sqrt(2) * np.sin(omega)
    b = a * ((a + 1) + (a - 1) * c + s), -2 * a * ((a - 1) + (a + 1) * c), a * ((a + 1) + (a - 1) * c - s)
    d = (a + 1) - (a - 1) * c + s, 2 * ((a - 1) - (a + 1) * c), (a + 1) - (a - 1) * c - s
    return [x / d[0] for x in (*b, *d)]


def loss_db(samples: int, decays: tuple[float, ...], hz: Doubles, rate: float) -> Doubles:
    """What one line loses at frequencies, each time round."""
    levels = [-60 * samples / (t * rate) for t in decays]
    crossovers = (150.0, 600.0, 2400.0, 9600.0)
    sos = [shelf(f, b - a, rate) for f, a, b in zip(crossovers, levels, levels[1:], strict=False)]
    return levels[0] + 20 * np.log10(np.abs(sosfreqz(sos, hz, fs=rate)[1]))


def impulse_response(decays: tuple[float, ...], seconds: float, rate: float = RATE) -> Doubles:
    x = np.zeros((2, round(seconds * rate)))
    x[:, 0] = 1.0, 0.5
    params = {"mix": 1.0, **{f"decays.{i}": t for i, t in enumerate(decays)}}
    return dspc.render(FDN, x, params=params, backend="c", precision="f64", sample_rate=rate)


def decay_seconds(y: Doubles, low: float, high: float) -> float:
    """The time for 60 dB between two frequencies: the slope of the energy that is still to come, -5 to -35 dB."""
    band = sosfilt(butter(4, (low, high), "bandpass", fs=RATE, output="sos"), y)
    left = 10 * np.log10(np.cumsum((band**2).sum(0)[::-1])[::-1])
    left -= left[0]
    at = np.flatnonzero((left < -5) & (left > -35))
    return -60 / (np.polyfit(at / RATE, left[at], 1)[0])


@pytest.mark.parametrize("decays", DECAYS)
def test_bands_decay_by_the_formula(decays: tuple[float, ...]) -> None:
    """Measured within 8 % of what the filters lose; they lose what is asked for within 8 %, for shelves overlap."""
    y = impulse_response(decays, 6.0)
    for centre, asked in zip(CENTRES, decays, strict=True):
        wanted = [-60 * n / RATE / loss_db(n, decays, np.array([centre]), RATE)[0] for n in MODULE["LENGTHS"]]
        assert max(wanted) / min(wanted) < 1.001, "all lines lose the same in a second"
        found = decay_seconds(y, centre / 1.3, centre * 1.3)
        assert found == pytest.approx(np.mean(wanted), rel=0.08), centre
        assert np.mean(wanted) == pytest.approx(asked, rel=0.08), centre


def lines(rate: float, seconds: float, thaw: bool) -> Doubles:
    """What comes out of each line, of a click; it is frozen from 0.1 s on, until half the time if it is to thaw."""
    network = MODULE["network"]

    @dspc.effect
    def all_lines(left: Any, right: Any, freeze=dspc.button()):
        return tuple(network(left, right, [1.0, 1.2, 1.0, 0.7, 0.5], freeze))

    x = np.zeros((2, round(seconds * rate)))
    x[:, 0] = 1.0, -0.5
    events = [Param(round(0.1 * rate), "freeze", 1.0)]
    events += [Param(x.shape[1] // 2, "freeze", 0.0)] if thaw else []
    return dspc.compile(all_lines, "c", sample_rate=rate, precision="f64").process(x, events=events)


def energy(y: Doubles, frames: range) -> Doubles:
    """What is in all lines at a frame: the power that they still give until the last has been through."""
    sums = np.cumsum(np.pad(y**2, ((0, 0), (1, 0))), axis=1)
    return sum(sums[i, [f + n for f in frames]] - sums[i, list(frames)] for i, n in enumerate(MODULE["LENGTHS"]))


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_frozen_it_loses_nothing(rate: int) -> None:
    """Not a millionth of a millionth in nine seconds, once the filters have come to rest."""
    found = energy(lines(rate, 10.0, thaw=False), range(rate, 10 * rate - 3000, 997))
    assert found[0] > 1e-4
    assert np.abs(found / found[0] - 1).max() < 1e-12


def test_when_it_is_not_frozen_it_decays() -> None:
    found = energy(lines(RATE, 4.0, thaw=True), range(RATE, 4 * RATE - 3000, 997))
    assert found[40] == pytest.approx(found[0], rel=1e-12), "thawed two seconds after the click"
    assert 0 < found[-1] < 1e-9 * found[0]


def test_the_matrix_is_orthogonal() -> None:
    np.testing.assert_allclose(MODULE["MIX"] @ MODULE["MIX"].T, np.eye(16), atol=1e-15)
    np.testing.assert_allclose(MODULE["SIDES"] @ MODULE["SIDES"].T, np.eye(2), atol=1e-15)


def test_it_stays_rolled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twice as many lines, once what nobody uses is gone, no pass makes more operations than of sixteen."""
    sixteen = count_passes(FDN, 8)
    assert max(sixteen.values()) <= MOST_OPERATIONS, sixteen
    twice = {"LENGTHS": MODULE["LENGTHS"] + tuple(n + 4 for n in MODULE["LENGTHS"]), "MIX": np.eye(32) - 2 / 32,
             "SIDES": np.tile(MODULE["SIDES"], 2)}  # fmt: skip
    for name, value in twice.items():
        monkeypatch.setitem(MODULE, name, value)
    thirty_two = count_passes(FDN, 8)
    names = list(sixteen)
    for name in names[names.index("dce") :]:
        assert thirty_two[name] <= sixteen[name], name


def test_it_compiles_fast(tmp_path: Path) -> None:
    assert seconds_to_compile("fdn", tmp_path) < SECONDS_TO_COMPILE
