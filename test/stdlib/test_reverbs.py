"""Reverbs: decay times, tails against Faust's, the same sound at every rate, stability, how small they stay."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from figures import largest, within
from peers import faust
from scipy.signal import butter, sosfilt
from sound import Doubles
from tree import ROOT

import dspc
from dspc.stdlib import dattorro, fdn, freeverb, zita_rev1

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench.operations import count_passes  # noqa: E402

RATE = 48_000
OCTAVES = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)


@dspc.effect
def free(a: Any, b: Any, room=dspc.param(0.8, 0.0, 1.0), damping=dspc.param(0.5, 0.0, 1.0)) -> Any:
    return freeverb(a, b, room, damping, mix=1.0)


@dspc.effect
def plate(a: Any, b: Any, decay=dspc.param(2.0, 0.01, 20.0), damping=dspc.param(6000.0, 20.0, 30_000.0),
          depth=dspc.param(0.5, 0.0, 1.0)) -> Any:  # fmt: skip
    return dattorro(a, b, decay, damping, 20_000.0, 0.01, 1.0, depth, mix=1.0)


@dspc.effect
def hall(a: Any, b: Any, decay=dspc.param(2.0, 0.01, 20.0), low=dspc.param(3.0, 0.01, 20.0),
         damping=dspc.param(6000.0, 20.0, 30_000.0)) -> Any:  # fmt: skip
    return zita_rev1(a, b, decay, low, 200.0, damping, 0.04, mix=1.0)


@dspc.effect
def cave(a: Any, b: Any, decays=[dspc.param(t, 0.01, 20.0) for t in (2.0, 1.5, 0.8)]) -> Any:  # noqa: B006
    return fdn(a, b, decays, (300.0, 3000.0), mix=1.0)


REVERBS = {"freeverb": free, "dattorro": plate, "zita_rev1": hall, "fdn": cave}


@cache
def engine(name: str, rate: int) -> dspc.Engine:
    return dspc.compile(REVERBS[name], "c", sample_rate=rate)


def click(name: str, seconds: float, rate: int = RATE, sides: tuple[float, float] = (1.0, 1.0),
          **params: float) -> Doubles:  # fmt: skip
    """What comes of a click."""
    made = engine(name, rate)
    made.reset()
    for parameter in made.parameters.values():
        made.set(parameter.id, params.get(parameter.id.replace(".", "_"), parameter.default))
    x = np.zeros((2, round(seconds * rate)), np.float32)
    x[:, 0] = sides
    return made.process(x).astype(np.float64)


def octave(y: Doubles, centre: float, rate: int = RATE, octaves: float = 1.0) -> Doubles:
    edge = 2 ** (octaves / 2)
    return sosfilt(butter(4, (centre / edge, centre * edge), "bandpass", fs=rate, output="sos"), y)


def decay(y: Doubles, centre: float, rate: int = RATE, octaves: float = 1.0) -> float:
    """Seconds for 60 dB in an octave: the slope of the energy that is still to come (M. R. Schroeder), -5 to -35 dB."""
    left = 10 * np.log10(np.cumsum((octave(y, centre, rate, octaves) ** 2).sum(0)[::-1])[::-1] + 1e-300)
    at = np.flatnonzero((left < left[0] - 5) & (left > left[0] - 35))
    return float(-60 / np.polyfit(at / rate, left[at], 1)[0])


def levels(y: Doubles, rate: int = RATE) -> Doubles:
    """The energy in each octave in dB; of a click at any rate the same."""
    return np.array([10 * np.log10((octave(y, f, rate) ** 2).sum() / rate * RATE) for f in OCTAVES]) - 20 * np.log10(
        RATE / rate)  # fmt: skip


# --- decay ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [0.0, 0.5, 0.9])
def test_freeverb_s_decay_is_its_combs(room: float) -> None:
    lengths = np.array([1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617]) / 44_100
    wanted = np.mean(-3 * lengths / np.log10(0.7 + 0.28 * room))
    y = click("freeverb", 1 + 1.2 * wanted, room=room, damping=0.0)
    for centre in (500.0, 1000.0, 4000.0):
        within("freeverb", "decay", "its combs", abs(decay(y, centre) / wanted - 1), 0.1)


@pytest.mark.parametrize("seconds", [0.5, 2.0, 8.0])
def test_the_plate_s_decay(seconds: float) -> None:
    y = click("dattorro", 1 + seconds, decay=seconds, damping=30_000.0, depth=0.0)
    for centre in (500.0, 1000.0, 2000.0):
        what, bound = ("decay from 1 s", 0.1) if seconds > 1 else ("decay of 0.5 s", 0.25)
        within("dattorro", what, "the asked one", abs(decay(y, centre) / seconds - 1), bound)


@pytest.mark.parametrize("seconds, low", [(0.7, 1.5), (2.0, 2.0), (6.0, 4.0)])
def test_the_hall_s_decay_in_two_bands(seconds: float, low: float) -> None:
    y = click("zita_rev1", 1 + 1.2 * max(seconds, low), decay=seconds, low=low, damping=8000.0)
    within("zita_rev1", "decay at 50 Hz", "the asked one", abs(decay(y, 50.0) / low - 1), 0.1)
    within("zita_rev1", "decay at 1 kHz", "the asked one", abs(decay(y, 1000.0) / seconds - 1), 0.1)
    treble = decay(y, 8000.0, octaves=1 / 6)
    within("zita_rev1", "decay at its damping", "half of the asked one", abs(treble / seconds * 2 - 1), 0.2)


@pytest.mark.parametrize("decays", [(2.0, 2.0, 2.0), (3.0, 1.5, 0.6), (0.5, 1.0, 2.0)])
def test_the_network_s_decay_in_three_bands(decays: tuple[float, ...]) -> None:
    y = click("fdn", 1 + max(decays), **{f"decays_{i}": t for i, t in enumerate(decays)})
    for centre, asked in zip((75.0, 950.0, 12_000.0), decays, strict=True):
        what, bound = ("decay from 1 s", 0.08) if asked >= 1 else ("decay from 0.5 s", 0.12)
        within("fdn", what, "the asked one, in three bands", abs(decay(y, centre) / asked - 1), bound)


@pytest.mark.parametrize("name", REVERBS)
def test_it_sounds_the_same_at_every_rate(name: str) -> None:
    """Levels of octaves within 1.5 dB, decay times within 5 %."""
    wanted = click(name, 3.0)
    for rate in (44_100, 96_000):
        y = click(name, 3.0, rate)
        off = largest(levels(y, rate), levels(wanted))
        within(name, "octaves' levels, 44.1 and 96 kHz", "itself at 48 kHz", off, 1.5, "dB")
        for centre in (250.0, 1000.0, 4000.0):
            off = abs(decay(y, centre, rate) / decay(wanted, centre) - 1)
            within(name, "decay, 44.1 and 96 kHz", "itself at 48 kHz", off, 0.05)


# --- against Faust's --------------------------------------------------------------------------------


def test_freeverb_and_the_hall_are_faust_s() -> None:
    """Decay within 8 % in every octave up to 4 kHz; the spectrum, above a gain for all, within 1.5 dB."""
    x = np.zeros((2, 4 * RATE))
    x[:, 0] = 1.0
    programs = {"freeverb": "re.stereo_freeverb(0.924, 0.5, 0.2, 23)",
                "zita_rev1": "re.zita_rev1_stereo(40, 200, 6000, 3, 2, 48000)"}  # fmt: skip
    for name, program in programs.items():
        theirs, ours = faust(f"process = {program};", None, x), click(name, 4.0)
        for centre in OCTAVES[1:-1]:
            off = abs(decay(ours, centre) / decay(theirs, centre) - 1)
            within(name, "decay, 250 Hz to 4 kHz", "Faust", off, 0.08)
        difference = levels(ours) - levels(theirs)
        within(name, "octaves' levels, but for a gain", "Faust", np.ptp(difference), 1.5, "dB")
    assert abs(difference.mean()) < 1.0, "the hall's level, too"


def test_the_plate_is_faust_s_but_for_where_it_is_heard() -> None:
    """Theirs has the lengths of 29761 Hz at any rate, and a decay that is a factor."""
    rate = 29_761
    gain = 10 ** (-3 * 1.09 * 21_589 / rate / 4 / 2.0)
    x = np.zeros((2, 3 * rate))
    x[:, 0] = 1.0
    theirs = faust(f"process = re.dattorro_rev(0, 0.9995, 0.75, 0.625, {gain}, 0.7, 0.5, 0.0005);", None, x, rate=rate)
    ours = click("dattorro", 3.0, rate, damping=30_000.0, depth=0.0)
    for centre in (500.0, 1000.0, 2000.0, 4000.0):
        off = abs(decay(ours, centre, rate) / decay(theirs, centre, rate) - 1)
        within("dattorro", "decay, 500 Hz to 4 kHz", "Faust", off, 0.15)


# --- what ears would mind ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", REVERBS)
def test_the_tail_is_dense_and_has_no_tone(name: str) -> None:
    """Like noise: as many samples within a standard deviation as of a Gaussian (J. Abel, P. Huang, A Simple, Robust
    Measure of Reverberation Echo Density, 2006); no spectral line of the tail is 15 dB over those around it."""
    y = click(name, 2.0)[0]
    parts = y[RATE // 2 : RATE].reshape(20, -1)
    assert (np.abs(parts) > parts.std(axis=1, keepdims=True)).mean() / 0.3173 > 0.85
    tail = y[RATE // 4 : RATE // 4 + RATE] * np.hanning(RATE)
    lines = np.abs(np.fft.rfft(tail))[200:8000] ** 2
    around = np.convolve(lines, np.ones(201) / 201, "same")
    assert 10 * np.log10((lines / around)[100:-100].max()) < 15


@pytest.mark.parametrize("name", REVERBS)
def test_the_sides_are_different(name: str) -> None:
    """Of a click on both sides, or on one, they have nothing in common, and are as loud."""
    for sides in ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0)):
        y = click(name, 2.0, sides=sides)
        assert abs(np.corrcoef(*y)[0, 1]) < 0.2, sides
        assert abs(10 * np.log10((y[0] ** 2).sum() / (y[1] ** 2).sum())) < 1.5, sides


# --- extremes ---------------------------------------------------------------------------------------


def test_nothing_blows_up_and_tails_end() -> None:
    """Parameters beyond their ranges, moved by noise at audio rate, and a constant; then silence without denormals."""
    @dspc.effect
    def program(x: Any, m: Any) -> Any:
        wild = 10 * dspc.abs(m)
        return (*freeverb(x, x, 3 * m, 3 * m, 1.0, 1.0),
                *dattorro(x, x, wild, 1e4 * m, 1e5 * m, m, 5e3 * m, 9 * m, 1.0),
                *zita_rev1(x, x, wild, 3 - wild, 2e4 * m, 2e4 * m, m, 1.0),
                *fdn(x, x, (wild, 2 - wild, 3 * dspc.abs(m)), (1e4 * m, 2e4 * m), dspc.abs(m), 8, mix=1.0))  # fmt: skip

    made = dspc.compile(program, "c", sample_rate=RATE)
    noise = np.random.default_rng(5).uniform(-1, 1, (2, RATE // 2)).astype(np.float32)
    y = made.process(noise)
    assert np.isfinite(y).all() and np.abs(y).max() < 20
    still = np.stack([np.full(RATE, 0.5), np.full(RATE, 0.1)]).astype(np.float32)
    assert np.abs(made.process(still)).max() < 20, "nothing grows from a constant"
    rest = made.process(np.stack([np.zeros(16 * RATE), np.full(16 * RATE, 0.01)]).astype(np.float32))
    assert np.abs(rest[:, -RATE:]).max() < 1e-6
    assert np.abs(rest[rest != 0]).min() >= np.finfo(np.float32).tiny


def test_a_long_decay_neither_grows_nor_stops() -> None:
    """Twenty seconds, ten of them: half of it in decibels."""
    for name in ("zita_rev1", "fdn", "dattorro"):
        params = {"decay": 20.0, "low": 20.0, "damping": 30_000.0, "depth": 0.0}
        y = click(name, 11.0, **params, **{f"decays_{i}": 20.0 for i in range(3)})
        parts = [10 * np.log10((octave(y[:, a * RATE : (a + 1) * RATE], 1000.0) ** 2).sum()) for a in (0, 10)]
        assert parts[0] - parts[1] == pytest.approx(30.0, abs=3.5), name


@pytest.mark.parametrize("name", REVERBS)
def test_it_stays_rolled(name: str) -> None:
    assert max(count_passes(REVERBS[name], 8).values()) < 1500


def test_networks_that_cannot_be() -> None:
    for code, wrong in (("DSP456", {"lines": 12}), ("DSP451", {"lines": 2}), ("DSP456", {"decays": (1.0, 2.0)}),
                        ("DSP456", {"mixing": np.ones((16, 16))}), ("DSP456", {"mixing": np.eye(8)})):  # fmt: skip
        with pytest.raises(dspc.DspError, match=code):
            dspc.trace(lambda x, w=wrong: fdn(x, **w))


def test_a_bus_is_a_stereo_signal() -> None:
    def by_bus(a: Any, b: Any) -> Any:
        return freeverb(dspc.stack([a, b]))

    def by_channel(a: Any, b: Any) -> Any:
        return freeverb(a, b)

    noise = np.random.default_rng(6).uniform(-1, 1, (2, 4096)).astype(np.float32)
    one, other = (dspc.compile(dspc.effect(f), "c", sample_rate=RATE).process(noise) for f in (by_bus, by_channel))
    assert np.array_equal(one, other) and np.abs(one).max() > 0.1
