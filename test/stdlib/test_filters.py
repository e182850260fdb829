"""The basic filters and the cookbook's, against the bilinear transforms of their analog prototypes in f64."""

from __future__ import annotations

import numpy as np
import pytest
from figures import each_within, within
from peers import juce
from responses import RATES, bilinear, decibels, filtered, impulse, spectral_error
from scipy import signal
from xdsl.ir import Operation

import dspc
from dspc.backends import get_backend
from dspc.driver.compile import lower
from dspc.frontend.program import trace
from dspc.stdlib import (
    allpass2,
    bandpass,
    bandpass_skirt,
    dc_block,
    high_shelf,
    highpass,
    low_shelf,
    lowpass,
    notch,
    one_pole,
    peaking_eq,
    svf,
)

FRAMES = 1 << 15
NAMES = (
    "one_pole", "one_pole", "dc_block", "lowpass", "highpass", "bandpass", "bandpass_skirt", "notch", "allpass2",
    "peaking_eq",
    "low_shelf", "high_shelf", *["svf"] * 6,
)  # fmt: skip


def all_filters(
    x,
    cutoff=dspc.param(1000.0, 1.0, 96_000.0, smooth=0.0),
    q=dspc.param(1.0, 0.05, 1000.0, smooth=0.0),
    gain=dspc.param(0.0, -60.0, 60.0, smooth=0.0),
):
    return (
        one_pole(x, cutoff), one_pole(x, cutoff, "high"), dc_block(x, cutoff), lowpass(x, cutoff, q),
        highpass(x, cutoff, q), bandpass(x, cutoff, q), bandpass_skirt(x, cutoff, q), notch(x, cutoff, q),
        allpass2(x, cutoff, q), peaking_eq(x, cutoff, gain, q), low_shelf(x, cutoff, gain, q),
        high_shelf(x, cutoff, gain, q), *svf(x, cutoff, q),
    )  # fmt: skip


def cookbook(cutoff: float, q: float, gain: float, rate: float, x: np.ndarray) -> np.ndarray:
    """R. Bristow-Johnson's prototypes H(s), through SciPy's bilinear transform."""
    a, root, k = 10 ** (gain / 40), 10 ** (gain / 80), 1 / q
    second = (1, k, 1)
    prototypes = [
        ((1,), (1, 1)), ((1, 0), (1, 1)), ((1, 0), (1, 1)), ((1,), second), ((1, 0, 0), second), ((k, 0), second),
        ((1, 0), second), ((1, 0, 1), second), ((1, -k, 1), second), ((1, k * a, 1), (1, k / a, 1)),
        ((a, a * root * k, a * a), (a, root * k, 1)), ((a * a, a * root * k, a), (1, root * k, a)),
        ((1,), second), ((1, 0, 0), second), ((1, 0), second), ((1, 0, 1), second), ((-1, 0, 1), second),
        ((1, -k, 1), second),
    ]  # fmt: skip
    return np.stack([bilinear(*p, cutoff, rate, x) for p in prototypes])


@pytest.mark.parametrize("rate", RATES)
def test_responses(rate: int) -> None:
    x = impulse(FRAMES)
    for cutoff, q, gain in ((20.0, 0.7, 6.0), (300.0, 4.0, -12.0), (5000.0, 20.0, 18.0), (0.49 * rate, 1.0, -20.0)):
        found = filtered(all_filters, x, rate, cutoff=cutoff, q=q, gain=gain)
        error = spectral_error(found, cookbook(cutoff, q, gain, rate, x))
        each_within(NAMES, "response, of its peak", "its prototype's bilinear transform, f64", error, 1e-4)


def test_a_cutoff_beyond_stops_at_its_limit() -> None:
    x = impulse(1000)
    at, beyond = (filtered(all_filters, x, 48_000, cutoff=c) for c in (0.49 * 48_000, 96_000.0))
    np.testing.assert_array_equal(at, beyond)


@pytest.mark.parametrize("q", [0.7071, 10.0, 50.0])
def test_f32_is_good_at_20_hz_and_192_khz(q: float) -> None:
    """By structure: the direct form's error there is as large as its signal."""
    noise, offset = np.random.default_rng(1).uniform(-1, 1, 150_000).astype("f4"), np.full(150_000, 0.7, "f4")
    for x in (noise, offset):
        found, exact = (filtered(all_filters, x, 192_000, p, cutoff=20.0, q=q, gain=12.0) for p in ("f32", "f64"))
        level = np.square(exact).mean(axis=1) if x is noise else np.maximum(np.square(exact).mean(axis=1), 0.7**2)
        error = 10 * np.log10(np.square(found - exact).mean(axis=1) / level)
        each_within(NAMES, "f32 at 20 Hz, 192 kHz", "itself in f64", error, -75.0, "dB")


def test_they_do_not_blow_up() -> None:
    """Cutoff and q jump at every sample, or every few, and the levels stay below the peak of the sharpest."""

    def modulated(x, where, how):
        cutoff, q = 20.0 * 1200.0**where, 0.5 * 100.0**how
        return (
            one_pole(x, cutoff), one_pole(x, cutoff, "high"), dc_block(x, cutoff), lowpass(x, cutoff, q),
            highpass(x, cutoff, q), bandpass(x, cutoff, q), notch(x, cutoff, q), allpass2(x, cutoff, q),
            peaking_eq(x, cutoff, 24.0 * how, q), low_shelf(x, cutoff, 24.0 * how, q),
            high_shelf(x, cutoff, 24.0 * how, q), *svf(x, cutoff, q),
        )  # fmt: skip

    rng = np.random.default_rng(2)
    x, random = rng.uniform(-1, 1, 48_000), rng.uniform(0, 1, (2, 48_000))
    for moves in (random, np.round(random), np.repeat(np.round(random[:, ::40]), 40, axis=1)):
        y = filtered(modulated, np.stack([x, *moves]), 48_000)
        assert np.abs(y).max() < 50 * 16 and np.abs(y[:, -100:]).max() > 1e-3
        quiet = filtered(modulated, np.stack([x * (np.arange(48_000) < 4800), *moves]), 48_000)
        assert np.abs(quiet[:, 40_000:]).max() < 1e-2


def gliding(
    x,
    cutoff=dspc.param(1000.0, 1.0, 96_000.0, smooth=0.001),
    q=dspc.param(1.0, 0.05, 1000.0, smooth=0.001),
    gain=dspc.param(0.0, -24.0, 24.0, smooth=0.001),
):
    return all_filters(x, cutoff, q, gain)


def test_they_do_not_blow_up_while_parameters_glide() -> None:
    """Coefficients glide from tick to tick, each by itself: what is between two stable filters is one, too."""
    made, rng = dspc.compile(gliding, backend="c"), np.random.default_rng(3)
    x = rng.uniform(-1, 1, 24_000).astype(np.float32)
    for i, block in enumerate(np.split(x * (np.arange(24_000) < 12_000), 240)):
        made.set("cutoff", (5.0, 24_000.0)[i % 2] if i < 120 else 500.0)
        made.set("q", rng.choice([0.5, 50.0]) if i < 120 else 0.5)
        made.set("gain", rng.choice([-24.0, 24.0]))
        y = made.process(block)
        assert np.abs(y).max() < 50 * 16
    assert np.abs(y).max() < 1e-2


def test_an_offset_dies_away() -> None:
    for rate in RATES:
        y = filtered(lambda x: dc_block(x, 5.0), np.full(rate, 0.7), rate)[0]
        assert np.abs(y[-100:]).max() < 1e-6
        assert y[round(rate / (2 * np.pi * 5.0))] == pytest.approx(0.7 / np.e, rel=2e-3)


def test_tails_have_no_denormals() -> None:
    x = impulse(48_000)
    for cutoff, q in ((200.0, 0.7), (5000.0, 20.0)):
        y = np.abs(filtered(all_filters, x, 48_000, cutoff=cutoff, q=q, gain=6.0))
        assert not ((y > 0) & (y < np.finfo(np.float32).tiny)).any()


def test_shelves_and_peaks_are_juces() -> None:
    """JUCE's coefficients are the cookbook's too; it computes them in f32, in the direct form."""
    import pedalboard

    x = np.random.default_rng(4).uniform(-0.5, 0.5, 8000)
    found = filtered(all_filters, x, 48_000, cutoff=2000.0, q=1.5, gain=9.0)[9:12]
    kinds = (pedalboard.PeakFilter, pedalboard.LowShelfFilter, pedalboard.HighShelfFilter)
    for name, mine, kind in zip(NAMES[9:12], found, kinds, strict=True):
        within(name, "noise", "JUCE", decibels(mine, juce(kind(2000.0, 9.0, 1.5), x)[0]), -90.0, "dB")


def test_what_no_one_uses_costs_nothing() -> None:
    """One output of svf is what that filter alone is."""
    alone, one = (
        dspc.compile(lambda x, c=dspc.param(500.0, 20.0, 2000.0), f=f: f(x, c), backend="bytecode")
        for f in (lowpass, lambda x, c: svf(x, c).low)
    )
    assert one.state_bytes == alone.state_bytes


def test_what_only_parameters_move_is_computed_once_a_tick() -> None:
    """There is no division, root or tangent between ticks."""

    def program(x, c=dspc.param(500.0, 20.0, 2000.0), g=dspc.param(0.0, -6.0, 6.0)):
        sharp = dspc.stdlib.elliptic(x, c, 2 * c, order=3, kind="band")
        return peaking_eq(x, c, g), high_shelf(x, c, g), one_pole(x, c), sharp, dspc.stdlib.formant(x, g)

    costly = ("dsp.div", "dsp.sqrt", "dsp.floor")
    ops = [op for op in lower(trace(program), get_backend("bytecode")).walk() if op.name in costly]
    early = [op for op in ops if any(place in names_around(op) for place in ("rt.tick", "rt.init"))]
    assert len(ops) == len(early) > 10


def names_around(op: Operation) -> list[str]:
    """Of the operations that an operation is in."""
    return [] if op.parent_op() is None else [op.parent_op().name, *names_around(op.parent_op())]


def test_the_direct_form() -> None:
    x = np.random.default_rng(5).uniform(-1, 1, 1000).astype(np.float32)
    section = (0.05, 0.01, -0.05, -1.88, 0.95)
    y = dspc.render(lambda x: dspc.stdlib.biquad(x, *section), x, backend="bytecode")
    error = np.abs(y - signal.lfilter(section[:3], [1, *section[3:]], x)).max()
    within("biquad", "noise, largest difference", "scipy.signal.lfilter", error, 1e-5)
