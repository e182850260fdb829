"""The ladder in a loop: the note that it sings, by a formula; how much less it aliases than at one sample rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from scipy.optimize import brentq
from sound import Doubles, partial, pitch

import dspc
from dspc.driver.programs import open_programs
from dspc.stdlib import ladder

LOOP = open_programs(str(EXAMPLES / "ladder_loop.py")).programs[0]
ENGINE = dspc.compile(LOOP, "c", sample_rate=RATE, precision="f64")


def played(x: Doubles, **params: float) -> Doubles:
    ENGINE.reset()
    for name, value in params.items():
        ENGINE.set(name, value)
    return ENGINE.process(x)


def sung(seconds: float = 1.0, **params: float) -> Doubles:
    """What becomes of a click, once it has settled."""
    x = np.zeros(round((seconds + 0.5) * RATE))
    x[0] = 0.1
    return played(x, level=1.0, drive=1.0, **params)[RATE // 2 :]


def oversampled_by_itself() -> Doubles:
    """The response, up to half the rate, of going up by four and down again."""
    x = np.zeros(RATE)
    x[0] = 1.0
    there = dspc.effect(lambda x: dspc.oversample(4, lambda: 1.0 * x, filter="iir"))
    return np.fft.rfft(dspc.render(there, x, backend="c", precision="f64"))


def note(cutoff: float, resonance: float, around: float) -> float:
    """The frequency in Hz at which the way round, by both loops, is turned by half a period and meets a minus."""
    way = oversampled_by_itself()

    def turned(hz: float) -> float:
        stage = 1 / (1 + 1j * np.tan(np.pi * hz / (4 * RATE)) / np.tan(np.pi * cutoff / (4 * RATE)))
        late = np.interp(hz, np.arange(len(way)), way.real) + 1j * np.interp(hz, np.arange(len(way)), way.imag)
        loop = stage**4 * (4 * resonance + around * late * np.exp(-2j * np.pi * hz / RATE))
        return float(np.angle(-loop))

    return brentq(turned, 0.7 * cutoff, 1.1 * cutoff)


@pytest.mark.parametrize("cutoff", [110.0, 440.0, 1500.0, 5000.0, 12_000.0])
def test_it_sings_at_the_cutoff(cutoff: float) -> None:
    """By its own resonance: four stages of an eighth of a period each, exactly, whatever the rate."""
    y = sung(cutoff=cutoff, resonance=1.05, around=0.0)
    assert pitch(y, cutoff, RATE) == pytest.approx(cutoff, rel=1e-3)
    assert abs(partial(y, cutoff, RATE)) > 0.05


@pytest.mark.parametrize("cutoff", [440.0, 1500.0, 3000.0])
def test_it_sings_lower_round_the_loop(cutoff: float) -> None:
    """What goes round is later by a sample, and by the filters of the rate."""
    wanted = note(cutoff, 0.9, 1.0)
    y = sung(cutoff=cutoff, resonance=0.9, around=1.0)
    assert abs(wanted / cutoff - 1) > 5e-3
    assert pitch(y, wanted, RATE) == pytest.approx(wanted, rel=1e-3)
    assert abs(partial(y, wanted, RATE)) > 0.05
    assert not np.abs(sung(cutoff=cutoff, resonance=0.9, around=0.0)).max() > 1e-3, "not by itself"


def plain_loop(x: Any, cutoff: float, resonance: float, drive: float, around: float) -> Any:
    """The example's loop at one sample rate."""
    return dspc.feedback(lambda y: ladder(drive * x - around * y, cutoff, resonance))


def alias_db(y: Doubles, hz: int) -> float:
    """The power below 20 kHz that is at no multiple of `hz`, over that which is; of one second."""
    power = np.abs(np.fft.rfft(y)) ** 2
    at = np.arange(len(power))
    heard, harmonic = (at > 20) & (at < 20_000), at % hz == 0
    return float(10 * np.log10(power[heard & ~harmonic].sum() / power[heard & harmonic].sum()))


@pytest.mark.parametrize("hz", [1511, 3001, 5003])
def test_it_hardly_aliases(hz: int) -> None:
    """At least 40 dB less than the same without oversampling."""
    settings = {"cutoff": 12_000.0, "resonance": 0.2, "drive": 8.0, "around": 0.3}
    x = np.sin(2 * np.pi * hz / RATE * np.arange(2 * RATE))
    plain = dspc.render(dspc.effect(lambda x: plain_loop(x, **settings)), x, backend="c", precision="f64")
    four = played(x, level=1.0, **settings)
    without, found = alias_db(plain[RATE:], hz), alias_db(four[RATE:], hz)
    assert without > -70.0 and found < without - 40.0


def test_no_latency() -> None:
    assert ENGINE.latency == 0
