"""super_saw, sub and fm_operator."""

from __future__ import annotations

import numpy as np
import pytest
from figures import largest, within
from scipy import special

import dspc
from dspc.stdlib import fm_operator, saw, sine, square, sub, super_saw, triangle

RATE = 48_000


def test_super_saw_is_as_loud_as_a_saw_and_as_wide_as_said() -> None:
    def program():
        return saw(220.0), super_saw(220.0, 25, 1, 7), super_saw(220.0, 25, 0.5, 7), super_saw(220.0, 40, 1, 2)

    one, *several = dspc.render(program, seconds=20.0, sample_rate=RATE, backend="c").astype(np.float64)
    for y, cents, voices in zip(several, (25, 25, 40), (7, 7, 2), strict=True):
        within("super_saw", "level", "a saw", abs(20 * np.log10(y.std() / one.std())), 0.5, "dB")
        level = np.abs(np.fft.rfft(y * np.kaiser(len(y), 14.0)))
        loud = 0.2 * level[200 * 20 : 240 * 20].max()
        peaks = [i for i in range(200 * 20, 240 * 20) if loud < level[i] == level[i - 3 : i + 4].max()]
        assert len(peaks) == voices
        off = abs(1200 * np.log2(peaks[-1] / 20 / 220) - cents)
        within("super_saw", "detune of the outer voices", "the formula", off, 0.3, "cents")
        if voices == 7:
            assert 1200 * np.log2(peaks[0] / 20 / 220) == pytest.approx(-cents, abs=0.3)


def test_super_saw_mixes() -> None:
    """Without the voices beside it, it is a saw."""
    y = dspc.render(lambda: (super_saw(330.0, mix=0.0), saw(330.0, 0.5)), seconds=0.1, backend="c")
    np.testing.assert_array_equal(y[0], y[1])


def test_sub_is_octaves_below() -> None:
    def program():
        return (
            sub(880.0), square(440.0), sub(880.0, 2, "sine"), sine(220.0), sub(880.0, 2, "triangle"), triangle(220.0)
        )  # fmt: skip

    y = dspc.render(program, seconds=0.1, backend="bytecode")
    np.testing.assert_array_equal(y[::2], y[1::2])


def test_sub_stays_in_step() -> None:
    """After a minute its steps are still where those of the saw above it are."""
    y = dspc.render(lambda f: (sub(f), square(0.5 * f)), np.full(RATE * 60, 441.7, np.float32), backend="c")
    within("sub", "after a minute", "square an octave below", largest(y[0], y[1]), 0.0)


@pytest.mark.parametrize("index", [0.5, 2.0, 5.0])
def test_fm_has_the_sidebands_of_bessel(index: float) -> None:
    """sin(a + I sin(b)) has partials of J_n(I) at a + n b."""
    carrier, ratio, size = 6000.0, 0.0625, 1 << 14

    def program():
        return fm_operator(carrier, fm_operator(carrier, ratio=ratio), index=index)

    y = dspc.render(program, seconds=0.5, sample_rate=RATE, backend="bytecode").astype(np.float64)
    found = 2 * np.fft.rfft(y[:size] * np.hanning(size)).imag / (size / 2)
    for n in range(-10, 11):
        bin_ = round((carrier + n * ratio * carrier) / RATE * size)
        within("fm_operator", "sidebands", "Bessel functions", abs(found[bin_] + special.jv(n, index)), 2e-4)


@pytest.mark.parametrize("feedback", [0.5, 1.5])
def test_feedback_of_an_operator_is_a_loop(feedback: float) -> None:
    y = dspc.render(lambda: fm_operator(300.0, feedback=feedback), seconds=0.02, sample_rate=RATE, backend="bytecode")
    last = before = 0.0
    for n, found in enumerate(y):
        last, before = np.sin(2 * np.pi * n * 300 / RATE + feedback * 0.5 * (last + before)), last
        within("fm_operator", "feedback, every sample", "the recursion in f64", abs(found - last), 2e-5)


def test_a_reset_begins_again() -> None:
    def program():
        again = dspc.frame == 500
        return super_saw(443.0, reset=again), *(sub(443.0, 1, shape, 0.1, again) for shape in ("square", "sine"))

    y = dspc.render(program, seconds=0.02, sample_rate=RATE, backend="bytecode")
    np.testing.assert_array_equal(y[:, 500:900], y[:, :400])
