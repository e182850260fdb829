"""Comb and all-pass filters, against their transfer functions."""

from __future__ import annotations

import numpy as np
import pytest
from figures import each_within, within
from responses import decibels, filtered, impulse, spectral_error
from scipy import signal

import dspc
from dspc.frontend.errors import DspError
from dspc.stdlib import allpass, comb

FRAMES = 1 << 14


def fixed(x):
    return comb(x, 37, 0.8, -0.3), comb(x, 1, -0.6, 0.5), comb(x, 37, -2.0), allpass(x, 113, 0.7), allpass(x, 1, -0.4)


def test_whole_lengths_are_the_formula() -> None:
    def expected(samples, feedback, forward):
        b, a = np.zeros(samples + 1), np.zeros(samples + 1)
        a[0], a[-1], b[0], b[-1] = 1, -feedback, 1, forward
        return b, a

    x = np.random.default_rng(1).uniform(-1, 1, FRAMES)
    found = filtered(fixed, x, 48_000)
    rows = [expected(37, 0.8, -0.3), expected(1, -0.6, 0.5), expected(37, -0.9999, 0.0)]
    rows += [(a[::-1], a) for _, a in (expected(113, 0.7, 0), expected(1, -0.4, 0))]
    errors = [spectral_error(row, signal.lfilter(b, a, x))[0] for row, (b, a) in zip(found, rows, strict=True)]
    names = (*["comb"] * 3, "allpass", "allpass")
    each_within(names, "response, of its peak", "scipy.signal.lfilter, f64", errors, 1e-5)


def moving(
    x,
    samples=dspc.param(10.0, 1.0, 1000.0, smooth=0.0),
    amount=dspc.param(0.5, -1.0, 1.0, smooth=0.0),
):
    limit = {"max": 0.05 * dspc.sample_rate}
    return (
        comb(x, samples, amount, **limit),
        allpass(x, samples, amount, **limit),
        comb(x, samples, 0.0, amount, **limit),
    )


@pytest.mark.parametrize("samples", [1.0, 1.3, 2.7, 100.01, 333.5])
def test_an_all_pass_is_flat(samples: float) -> None:
    y = filtered(moving, impulse(1 << 15), 48_000, samples=samples, amount=0.7)[1]
    within("allpass", "level", "0 dB", np.abs(20 * np.log10(np.abs(np.fft.rfft(y)))).max(), 1e-3, "dB")


def test_fractional_combs_peak_between_the_bins() -> None:
    """Below an eighth of the rate, peaks are where the formula has them, and nearly as high."""
    samples = 50.4
    w = np.fft.rfftfreq(FRAMES)
    for row, response in ((0, 1 / (1 - 0.9 * np.exp(-2j * np.pi * w * samples))),
                          (2, 1 + 0.9 * np.exp(-2j * np.pi * w * samples))):  # fmt: skip
        y = filtered(moving, impulse(FRAMES), 48_000, samples=samples, amount=0.9)[row]
        off = 20 * np.log10(np.abs(np.fft.rfft(y) / response))
        within("comb", "level below 6 kHz, fractional", "the formula", np.abs(off[w < 0.125]).max(), 0.6, "dB")


def test_they_do_not_blow_up() -> None:
    """Lengths and feedback jump at every sample, and an input of 1 never grows beyond 1 / (1 - 0.9)."""

    def modulated(x, where, amount):
        limit = {"max": 1000, "interpolation": "linear"}
        return comb(x, 1 + 900 * where, amount, **limit), allpass(x, 1 + 900 * where, amount, **limit)

    rng = np.random.default_rng(2)
    given = np.stack([rng.uniform(-1, 1, 24_000), rng.uniform(0, 1, 24_000), rng.uniform(-0.9, 0.9, 24_000)])
    y = filtered(modulated, given, 48_000)
    assert (np.abs(y) < [[10], [20]]).all()


def test_f32_and_f64() -> None:
    x = np.random.default_rng(3).uniform(-1, 1, 50_000).astype("f4")
    found, exact = (filtered(moving, x, 48_000, p, samples=317.25, amount=0.95) for p in ("f32", "f64"))
    each_within(("comb", "allpass", "comb"), "f32", "itself in f64", decibels(found, exact), -90.0, "dB")


def test_a_length_that_changes_needs_a_limit() -> None:
    with pytest.raises(DspError) as error:
        dspc.trace(lambda x: comb(x, 100 + x))
    assert error.value.code == "DSP142" and "max=" in str(error.value)
