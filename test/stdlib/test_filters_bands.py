"""The crossover, the tilt, the vowels and the Hilbert transform, against formulas and published measurements."""

from __future__ import annotations

import numpy as np
import pytest
from figures import each_within, within
from responses import RATES, bilinear, decibels, filtered, impulse, spectral_error
from scipy import signal

import dspc
from dspc.stdlib import crossover_lr4, formant, hilbert, sine, tilt
from dspc.stdlib.bands import BANDWIDTHS, VOWELS

FRAMES = 1 << 15


def everything(
    x,
    low=dspc.param(300.0, 1.0, 96_000.0, smooth=0.0),
    high=dspc.param(3000.0, 1.0, 96_000.0, smooth=0.0),
    gain=dspc.param(6.0, -60.0, 60.0, smooth=0.0),
    vowel=dspc.param(0.0, -1.0, 5.0, smooth=0.0),
    shift=dspc.param(1.0, 0.1, 3.0, smooth=0.0),
):
    return *crossover_lr4(x, low, high), tilt(x, gain, low), formant(x, vowel, shift), *hilbert(x)


@pytest.mark.parametrize("rate", RATES)
def test_the_bands_sum_to_an_all_pass(rate: int) -> None:
    for low, high in ((100.0, 1000.0), (3000.0, 5000.0), (0.3 * rate, 0.49 * rate)):
        total = filtered(everything, impulse(FRAMES), rate, low=low, high=high)[:3].sum(axis=0)
        off = np.abs(20 * np.log10(np.abs(np.fft.rfft(total)))).max()
        within("crossover_lr4", "level of the bands' sum", "0 dB", off, 1e-3, "dB")


def test_each_band_is_two_butterworth_filters() -> None:
    rate, x = 48_000, impulse(FRAMES)
    bands = filtered(everything, x, rate, low=400.0, high=4000.0)[:3]

    def twice(y, cutoff, kind):
        sos = signal.butter(2, cutoff, kind, fs=rate, output="sos")
        return signal.sosfilt(sos, signal.sosfilt(sos, y))

    w = 2 * rate * np.tan(np.pi * 4000 / rate)
    turned = signal.lfilter(*signal.bilinear([1, -(2**0.5) * w, w * w], [1, 2**0.5 * w, w * w], rate), x)
    rest = twice(x, 400.0, "high")
    expected = [twice(turned, 400.0, "low"), twice(rest, 4000.0, "low"), twice(rest, 4000.0, "high")]
    error = spectral_error(bands, np.stack(expected)).max()
    within("crossover_lr4", "response, of its peak", "scipy.signal.butter twice, f64", error, 1e-4)


@pytest.mark.parametrize("rate", RATES)
def test_tilt(rate: int) -> None:
    x = impulse(FRAMES)
    for gain, cutoff in ((12.0, 20.0), (-18.0, 1000.0), (6.0, 0.45 * rate)):
        m = 10 ** (gain / 20)
        found = filtered(everything, x, rate, gain=gain, low=cutoff)[3]
        error = spectral_error(found, bilinear([m, 1], [1, m], cutoff, rate, x))[0]
        within("tilt", "response, of its peak", "its prototype's bilinear transform, f64", error, 1e-4)
    flat = filtered(everything, x, rate, gain=0.0, low=1000.0)[3]
    np.testing.assert_allclose(flat, x, atol=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_vowels_have_their_formants(rate: int) -> None:
    size = 1 << 17
    for index, formants in enumerate(VOWELS.values()):
        for shift in (1.0, 1.17):
            y = filtered(everything, impulse(FRAMES), rate, vowel=index, shift=shift)[4]
            level = 20 * np.log10(np.abs(np.fft.rfft(y, size)) + 1e-12)
            for nth, ((frequency, db), bandwidth) in enumerate(zip(formants, BANDWIDTHS, strict=True)):
                near = np.arange(round((frequency - bandwidth) * shift * size / rate),
                                 round((frequency + bandwidth) * shift * size / rate))  # fmt: skip
                peak = near[level[near].argmax()]
                off = abs(peak * rate / size / (frequency * shift) - 1)
                within("formant", "frequencies of its peaks", "Peterson and Barney's means", off, 0.03)
                assert -1 < level[peak] - db < (2, 2, 9)[nth], (index, frequency)


def test_between_vowels_lies_the_geometric_mean() -> None:
    y = filtered(everything, impulse(FRAMES), 48_000, vowel=0.5)[4]
    peak = np.abs(np.fft.rfft(y)[: FRAMES // 60]).argmax() * 48_000 / FRAMES
    assert peak == pytest.approx((730 * 530) ** 0.5, rel=0.02)
    beyond, last = (filtered(everything, impulse(2000), 48_000, vowel=v)[4] for v in (5.0, 4.0))
    np.testing.assert_array_equal(beyond, last)


@pytest.mark.parametrize("rate", RATES)
def test_hilbert_is_90_degrees(rate: int) -> None:
    real, imag = np.fft.rfft(filtered(everything, impulse(1 << 17), rate)[5:])
    frequencies = np.fft.rfftfreq(1 << 17, 1 / rate)
    heard = (frequencies >= 20) & (frequencies <= 20_000)
    angle = np.degrees(np.angle(imag / real))[heard]
    within("hilbert", "phase, 20 Hz to 20 kHz", "90 degrees", np.abs(angle + 90).max(), 0.08, "degrees")
    assert np.abs(20 * np.log10(np.abs([real, imag]))).max() < 1e-3
    negative = np.abs((real - 1j * imag) / (real + 1j * imag))[heard]
    within("hilbert", "negative frequencies", "none", 20 * np.log10(negative.max()), -63.0, "dB")


def test_it_shifts_frequencies() -> None:
    """A sine of 1000 Hz becomes one of 1100 Hz, and its image at 900 Hz is 60 dB down."""

    def shifted(x):
        z = hilbert(x)
        return z.real * sine(100.0, phase=0.25) - z.imag * sine(100.0)

    tone = np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    y = filtered(shifted, np.concatenate([tone, tone]), 48_000)[0, 48_000:]
    spectrum = np.abs(np.fft.rfft(y)) / 24_000
    assert spectrum[1100] == pytest.approx(1, abs=1e-3) and spectrum[900] < 1e-3 and spectrum[1000] < 1e-3


def test_f32_is_good_at_20_hz_and_192_khz() -> None:
    x = np.random.default_rng(1).uniform(-1, 1, 100_000).astype("f4")
    found, exact = (filtered(everything, x, 192_000, p, low=20.0, high=60.0) for p in ("f32", "f64"))
    names = (*["crossover_lr4"] * 3, "tilt", "formant", "hilbert", "hilbert")
    each_within(names, "f32 at 20 Hz, 192 kHz", "itself in f64", decibels(found, exact), -75.0, "dB")
