"""Filters of analog synthesisers: softly against their circuits and Faust's, loudly by what they do."""

from __future__ import annotations

import numpy as np
import pytest
from figures import each_within, within
from peers import faust
from responses import RATES, Numbers, bilinear, decibels, filtered, impulse, spectral_error

import dspc
from dspc.stdlib import diode_ladder, korg35, ladder, oberheim

SOFT = 1e-3
"""So soft that the saturation is below 1e-6."""


def all_filters(
    x,
    cutoff=dspc.param(1000.0, 0.0, 96_000.0, smooth=0.0),
    resonance=dspc.param(0.5, 0.0, 1.2, smooth=0.0),
):
    return (
        *(ladder(x, cutoff, resonance, poles) for poles in (1, 2, 3, 4)), diode_ladder(x, cutoff, resonance),
        korg35(x, cutoff, resonance), korg35(x, cutoff, resonance, "high"), *oberheim(x, cutoff, resonance),
    )  # fmt: skip


NAMES = (*["ladder"] * 4, "diode_ladder", "korg35", "korg35", *["oberheim"] * 4)


def circuits(cutoff: float, resonance: float, rate: int, x: Numbers) -> Numbers:
    """The transfer functions of the literature."""
    loop = np.poly([-1] * 4) + np.array([0, 0, 0, 0, 4 * resonance])
    found = [bilinear(np.poly([-1] * (4 - n)), loop, cutoff, rate, x) for n in (1, 2, 3, 4)]
    chain = np.array([8, 32, 40, 16, 1 + 17 * resonance]) * (2**-0.5) ** np.array([4, 3, 2, 1, 0])
    found += [bilinear([1], chain, cutoff, rate, x)]
    key = [1, 2 - 2 * resonance, 1]
    found += [bilinear([1], key, cutoff, rate, x), bilinear([1, 1, 0], key, cutoff, rate, x)]
    sem = [1, 2 - 1.98 * resonance, 1]
    return np.stack([*found, *(bilinear(n, sem, cutoff, rate, x) for n in ([1], [1, 0, 0], [1, 0], [1, 0, 1]))])


@pytest.mark.parametrize("rate", RATES)
def test_responses(rate: int) -> None:
    x = SOFT * impulse(1 << 14)
    for cutoff, resonance in ((200.0, 0.3), (1000.0, 0.7), (10_000.0, 0.9), (0.49 * rate, 0.5)):
        error = spectral_error(filtered(all_filters, x, rate, cutoff=cutoff, resonance=resonance),
                               circuits(cutoff, resonance, rate, x))  # fmt: skip
        each_within(NAMES, "response, of its peak", "the circuit's bilinear transform, f64", error, 1e-3)


def test_f32_is_good_at_20_hz_and_192_khz() -> None:
    x = np.random.default_rng(1).uniform(-1, 1, 100_000).astype("f4")
    for resonance in (0.0, 0.6):
        found, exact = (filtered(all_filters, x, 192_000, p, cutoff=20.0, resonance=resonance) for p in ("f32", "f64"))
        each_within(NAMES, "f32 at 20 Hz, 192 kHz", "itself in f64", decibels(found, exact), -65.0, "dB")


def pitch(y: Numbers, rate: int) -> float:
    """The frequency of a steady tone, by a parabola through the peak of its spectrum."""
    size = 1 << 18
    spectrum = np.log(np.abs(np.fft.rfft(y * np.hanning(len(y)), size)) + 1e-30)
    i = int(spectrum.argmax())
    a, b, c = spectrum[i - 1 : i + 2]
    return (i + 0.5 * (a - c) / (a - 2 * b + c)) * rate / size


def test_they_sing_at_their_cutoff() -> None:
    rate = 48_000
    for cutoff in (200.0, 1000.0, 10_000.0):
        y = filtered(all_filters, impulse(60_000), rate, cutoff=cutoff, resonance=1.1)[:, 30_000:]
        off = [1200 * abs(np.log2(pitch(one, rate) / cutoff)) for one in y[3:7]]
        within("ladder", "pitch of its own tone", "the cutoff", off[0], 2.0, "cents")
        within("diode_ladder", "pitch of its own tone", "the cutoff", off[1], 2.0, "cents")
        within("korg35", "pitch of its own tone", "the cutoff", max(off[2:]), 5.0, "cents")
        assert (np.abs(y[3:7]).max(axis=1) > [0.1, 0.02, 0.3, 0.3]).all() and (np.abs(y[3:7]) < 1).all()


def test_below_1_they_fall_silent() -> None:
    y = filtered(all_filters, impulse(48_000), 48_000, cutoff=1000.0, resonance=0.95)
    assert (np.abs(y[:, 40_000:]) < 1e-4).all()


def test_tails_have_no_denormals() -> None:
    y = np.abs(filtered(all_filters, impulse(96_000), 48_000, cutoff=2000.0, resonance=0.3))
    assert not ((y > 0) & (y < np.finfo(np.float32).tiny)).any()


def test_loud_signals_saturate_and_soft_resonance_is_held_back() -> None:
    """Ten times as loud is less than ten times as much at the resonance."""
    tone = np.sin(2 * np.pi * 1000 / 48_000 * np.arange(24_000))
    soft, loud = (filtered(all_filters, a * tone, 48_000, cutoff=1000.0, resonance=0.9) for a in (0.01, 1.0))
    gains = np.abs(loud[3:10, 12_000:]).max(axis=1) / np.abs(soft[3:10, 12_000:]).max(axis=1) / 100
    assert (gains < 0.7).all() and (gains > 0.03).all(), gains


def test_the_same_sound_at_every_rate() -> None:
    """The harmonics of a loud tone at a resonance, down to -70 dB."""

    def harmonics(rate: int) -> Numbers:
        tone = np.sin(2 * np.pi * 220 / rate * np.arange(rate))
        y = filtered(all_filters, tone, rate, cutoff=800.0, resonance=0.8)[:, rate // 2 :]
        return 20 * np.log10(np.abs(np.fft.rfft(y))[:, 110 * np.arange(1, 12)] * 4 / rate + 1e-9)

    wanted = harmonics(192_000)
    for rate in RATES:
        off = np.abs(np.where(wanted > -70, harmonics(rate) - wanted, 0)).max(axis=-1)
        each_within(NAMES, "harmonics, 44.1 to 192 kHz", "itself at 192 kHz", off, 1.0, "dB")


def test_they_do_not_blow_up() -> None:
    """Cutoff and resonance jump at every sample or every few, at ten times full scale; then all falls silent."""

    def modulated(x, where, resonance):
        return all_filters(x, 20.0 * 1200.0**where, resonance)

    rng = np.random.default_rng(2)
    random = rng.uniform(0, 1, (2, 24_000))
    for moves in (random, np.round(random), np.repeat(np.round(random[:, ::40]), 40, axis=1)):
        given = np.stack([rng.uniform(-10, 10, 24_000), moves[0], 1.2 * moves[1]])
        given[:, 16_000:] = [[0.0], [0.6], [0.5]]
        y = filtered(modulated, given, 48_000)
        assert np.abs(y).max() < 10 * 30 and np.abs(y[:, 22_000:]).max() < 1e-3


def gliding(
    x, cutoff=dspc.param(1000.0, 1.0, 96_000.0, smooth=0.001), resonance=dspc.param(0.5, 0.0, 1.2, smooth=0.001)
):
    return all_filters(x, cutoff, resonance)


def test_they_do_not_blow_up_while_parameters_glide() -> None:
    made, rng = dspc.compile(gliding, backend="c"), np.random.default_rng(3)
    x = rng.uniform(-1, 1, 24_000).astype(np.float32) * (np.arange(24_000) < 12_000)
    for i, block in enumerate(np.split(x, 240)):
        made.set("cutoff", (5.0, 24_000.0)[i % 2] if i < 120 else 500.0)
        made.set("resonance", rng.choice([0.0, 1.2]) if i < 120 else 0.5)
        y = made.process(block)
        assert np.abs(y).max() < 30
    assert np.abs(y).max() < 1e-3


def test_faust_has_the_same_circuits() -> None:
    """Its cutoff is 2 10^(3 f + 1) Hz; its quality runs from 0.707 to 25, or to 10 for the MS-20's."""
    normal, rate = 0.6, 48_000
    cutoff = 2 * 10 ** (3 * normal + 1)
    x = SOFT * impulse(1 << 13)
    for name, quality, row, resonance in (
        ("moogLadder", 10, 3, (10 - 0.707) / (25 - 0.707)), ("korg35LPF", 5, 5, (5 - 0.707) / (10 - 0.707)),
        ("korg35HPF", 5, 6, (5 - 0.707) / (10 - 0.707)),
        ("oberheimLPF", 5, 7, (2 - 1 / 5) / 1.98), ("oberheimHPF", 5, 8, (2 - 1 / 5) / 1.98),
        ("oberheimBPF", 5, 9, (2 - 1 / 5) / 1.98), ("oberheimBSF", 5, 10, (2 - 1 / 5) / 1.98),
    ):  # fmt: skip
        theirs = faust(f"process = ve.{name}({normal}, {quality});", x=x, rate=rate)
        mine = filtered(all_filters, x, rate, cutoff=cutoff, resonance=resonance)[row]
        within(NAMES[row], "response at 1.3 kHz, of its peak", "Faust", spectral_error(mine, theirs)[0], 1e-4)


def test_the_diode_ladder_peaks_near_fausts() -> None:
    """Faust's is another solution of the circuit, with its resonance at 0.707 of its cutoff."""
    x, cutoff = SOFT * impulse(1 << 13), 2 * 10 ** (3 * 0.6 + 1)
    theirs = faust("process = ve.diodeLadder(0.6, 20);", x=x)[0]
    mine = filtered(all_filters, x, 48_000, cutoff=cutoff / 2**0.5, resonance=(20 - 0.707) / (25 - 0.707))[4]
    peaks = [20 + np.abs(np.fft.rfft(y))[20:1000].argmax() for y in (mine, theirs)]
    within("diode_ladder", "frequency of its peak", "Faust", abs(peaks[0] / peaks[1] - 1), 0.06)
