"""Spectral effects: what they take away, move and hold, against sines and noise that are known, at every rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pedalboard
import pytest
import soundfile
from figures import within
from peers import juce
from scipy.signal import hilbert
from sound import Doubles, error_db, partial, pitch
from tree import ROOT

import dspc
from dspc.stdlib import freeze, pitch_shift, sine, spectral_gate

RATE = 48_000
PEAK_HANN = 2.449 / np.sqrt(1024)
"""The level, as a sine's, of noise of rms 1 in one bin of 1024 samples under a Hann window: 2 sqrt(3/8 N) / (N/2)."""


def decibels(x: Doubles) -> float:
    return float(10 * np.log10(np.mean(np.square(x, dtype=np.float64)) + 1e-30))


def sines(frequencies: Any, seconds: float = 1.0, rate: float = RATE, level: float = 0.1) -> Doubles:
    t = np.arange(int(seconds * rate)) / rate
    return level * np.sum([np.sin(2 * np.pi * f * t + f) for f in frequencies], axis=0)


def noise(seconds: float, level: float) -> Doubles:
    return level * np.random.default_rng(1).standard_normal(int(seconds * RATE))


def engine(f: Any, rate: float = RATE, precision: str = "f32") -> dspc.Engine:
    return dspc.compile(f, "c", sample_rate=rate, precision=precision)


def heard(e: dspc.Engine, x: Doubles) -> Doubles:
    """What comes out, without the latency."""
    e.reset()
    y = e.process(np.concatenate([x, np.zeros(e.latency)]).astype(e.process(np.zeros(0, np.float32)).dtype))
    return y[e.latency :].astype(np.float64)


def spectrum(y: Doubles, rate: float = RATE) -> tuple[Doubles, Doubles]:
    """Frequencies and amplitudes, under a Blackman-Harris window."""
    n = np.arange(len(y))
    window = sum(a * np.cos(2 * np.pi * k * n / len(y)) for k, a in enumerate((0.35875, -0.48829, 0.14128, -0.01168)))
    return np.fft.rfftfreq(len(y), 1 / rate), np.abs(np.fft.rfft(y * window)) * 2 / np.sum(window)


def rest_db(y: Doubles, frequencies: Any, rate: float = RATE) -> float:
    """The largest of what is not at these frequencies, over the largest."""
    hz, found = spectrum(y, rate)
    away = np.all([np.abs(hz - f) > 10 for f in frequencies], axis=0)
    return float(20 * np.log10(found[away].max() / found.max()))


# --- gate -------------------------------------------------------------------------------------------


def gated(x: Any, threshold: Any = dspc.param(-60.0, -120.0, 0.0), range: Any = dspc.param(-30.0, -90.0, 0.0)) -> Any:  # noqa: B008
    return spectral_gate(x, threshold, range)


@pytest.mark.parametrize("depth", [-20.0, -60.0])
def test_noise_below_the_threshold_goes_down_by_the_range(depth: float) -> None:
    e, x = engine(gated), noise(1.0, 0.01)
    e.set("range", depth)
    e.set("threshold", 20 * np.log10(0.01 * PEAK_HANN) + 12.0)
    middle = slice(RATE // 2, -2000)
    assert e.latency == 1023
    away = decibels(heard(e, x)[middle]) - decibels(x[middle]) - depth
    within("spectral_gate", "noise below the threshold", "the range", abs(away), 0.1, "dB")
    e.set("threshold", 20 * np.log10(0.01 * PEAK_HANN) - 60.0)
    np.testing.assert_allclose(decibels(heard(e, x)[middle]), decibels(x[middle]), atol=0.01)


@pytest.mark.parametrize("size", [256, 1024, 4096])
@pytest.mark.parametrize("rate", [44_100.0, 96_000.0])
def test_the_threshold_is_a_sine_s_peak_whatever_the_size(size: int, rate: float) -> None:
    """-40 dBFS: a sine of -34 passes, one of -42 does not, in the middle of a bin and between two of them."""
    e = engine(lambda x: spectral_gate(x, -40.0, -40.0, size=size), rate)
    for place in (64, 64.5):
        for level, wanted in ((-34.0, 0.0), (-42.0, -40.0)):
            x = sines([place * rate / size], 0.6, rate, 10 ** (level / 20))
            y = heard(e, x)
            middle = slice(int(0.3 * rate), -size)
            found = abs(decibels(y[middle]) - decibels(x[middle]) - wanted)
            if wanted:
                assert found < 0.5, (place, level)
            else:
                within("spectral_gate", "a sine 6 dB above the threshold", "itself", found, 0.05, "dB")


def test_a_tone_stays_when_the_noise_round_it_goes() -> None:
    tone, hiss = sines([1000.0], 1.0, level=0.3), noise(1.0, 0.01)
    y = heard(engine(lambda x: spectral_gate(x, -36.0, -60.0)), tone + hiss)[RATE // 2 : -2000]
    assert abs(partial(y, 1000.0, RATE)) == pytest.approx(0.3, rel=0.005)
    assert decibels(y - tone[RATE // 2 : -2000]) < decibels(hiss) - 15.0, "but for the bins of the tone"


def test_the_times_of_the_gate() -> None:
    """63 % of the way in the attack and in the release, give or take a frame."""
    burst = sines([3000.0], 3.0) * (np.arange(3 * RATE) // RATE == 1)
    burst = np.where(burst == 0, 1e-3 * sines([3000.0], 3.0), burst)
    y = heard(engine(lambda x: spectral_gate(x, -50.0, -80.0, 0.1, 0.2, size=512)), burst)
    gain = np.abs(hilbert(y)) / np.abs(hilbert(burst))
    opening, closing = gain[RATE + 4800], gain[2 * RATE + 9600]
    assert opening == pytest.approx(1 - np.exp(-1), abs=0.06) and closing == pytest.approx(np.exp(-1), abs=0.06)


# --- pitch ------------------------------------------------------------------------------------------


def shifted(x: Any, ratio: Any = dspc.param(1.0, 0.01, 100.0)) -> Any:  # noqa: B008
    return pitch_shift(x, ratio=ratio, size=4096)


@pytest.mark.parametrize("rate", [44_100.0, 48_000.0, 96_000.0])
def test_a_sine_lands_where_it_should(rate: float) -> None:
    e = engine(shifted, rate)
    assert e.latency == 4095
    for frequency, ratio in ((441.3, 0.25), (3000.0, 0.5), (220.0, 0.8), (1234.5, 2 ** (7 / 12)), (220.0, 4.0),
                             (5000.0, 2.0)):  # fmt: skip
        e.set("ratio", ratio)
        y = heard(e, sines([frequency], 1.0, rate, 0.5))[int(0.3 * rate) : -int(0.2 * rate)]
        wanted = frequency * ratio
        cents = abs(1200 * np.log2(pitch(y, wanted, rate) / wanted))
        within("pitch_shift", "pitch of sines", "ratio", cents, 0.1, "cents")
        level = abs(20 * np.log10(abs(partial(y, wanted, rate)) / 0.5))
        within("pitch_shift", "level of sines", "as before", level, 0.01, "dB")
        within("pitch_shift", "beside sines", "nothing", rest_db(y, [wanted], rate), -75.0, "dB")


def test_ratios_are_kept_in_their_range() -> None:
    e = engine(shifted)
    for given, kept in ((100.0, 4.0), (0.01, 0.25)):
        e.set("ratio", given)
        y = heard(e, sines([1000.0]))[RATE // 3 : -RATE // 5]
        assert abs(partial(y, 1000.0 * kept, RATE)) == pytest.approx(0.1, rel=0.001)


@pytest.mark.parametrize("precision, bound", [("f32", -120.0), ("f64", -250.0)])
def test_a_ratio_of_one_changes_nothing(precision: str, bound: float) -> None:
    x = noise(0.5, 0.2)
    x = x if precision == "f64" else x.astype(np.float32).astype(float)
    e = engine(lambda x: pitch_shift(x, 0.0), precision=precision)
    y = e.process(np.concatenate([x, np.zeros(e.latency)]).astype("f4" if precision == "f32" else "f8"))
    within("pitch_shift", f"ratio 1 in {precision}", "identity", error_db(y[e.latency + 4096 :], x[4096:]), bound, "dB")


@pytest.mark.parametrize("semitones", [-5.0, 4.0, 12.0])
def test_a_chord_of_notes_goes_along(semitones: float) -> None:
    """A fifth, each note with partials that come nearest at 109 Hz."""
    partials = [f * h for f in (220.7, 331.8) for h in (1, 2, 4, 5, 7)]
    ratio = 2 ** (semitones / 12)
    y = heard(engine(lambda x: pitch_shift(x, semitones, size=4096)), sines(partials, 1.5))[RATE // 3 : -RATE // 5]
    for f in partials:
        assert abs(20 * np.log10(abs(partial(y, f * ratio, RATE)) / 0.1)) < 0.05
    within("pitch_shift", "beside a fifth", "nothing", rest_db(y, [f * ratio for f in partials]), -55.0, "dB")


def rise(y: Doubles) -> float:
    """Milliseconds from a tenth to nine tenths of the loudest."""
    level = np.sqrt(np.convolve(y * y, np.ones(96) / 96, "same"))
    top = int(level.argmax())
    low, high = (np.flatnonzero(level[:top] < part * level[top])[-1] for part in (0.1, 0.9))
    return float(high - low) * 1000 / RATE


@pytest.mark.parametrize("semitones", [-5.0, 5.0])
def test_a_plucked_string_and_a_chord_beside_rubber_band(semitones: float) -> None:
    """The attack is as quick as pedalboard's, which is Rubber Band's, within a millisecond; the chord is cleaner."""
    e = engine(lambda x: pitch_shift(x, semitones))
    t = np.arange(RATE) / RATE - 0.5
    pluck = np.where(t > 0, np.exp(-6 * t), 0.0) * sum(np.sin(2 * np.pi * 220 * h * t) / h for h in range(1, 20)) * 0.3
    chord = [262.0, 392.9, 523.1, 659.9]
    shifted_chord = [f * 2 ** (semitones / 12) for f in chord]
    theirs = [juce(pedalboard.PitchShift(semitones), x)[0] for x in (pluck, sines(chord, 1.5))]
    ours = [heard(e, x) for x in (pluck, sines(chord, 1.5))]
    within("pitch_shift", "rise of a pluck", "Rubber Band", rise(ours[0]) - rise(theirs[0]), 1.0, "ms more")
    beside = [rest_db(y[RATE // 2 : -RATE // 5], shifted_chord) for y in (ours[1], theirs[1])]
    within("pitch_shift", "beside a chord", "Rubber Band", beside[0] - beside[1], -20.0, "dB")


def test_a_ratio_that_moves() -> None:
    """A vibrato of 1 semitone and 5 Hz: within 5 cents of it, 1 dB of the level, and no steps: nothing outside."""
    x = sines([1000.0], 1.5, level=0.5)
    y = heard(engine(lambda x: pitch_shift(x, sine(5.0))), x)
    inner = slice(RATE // 3, -RATE // 5)
    turns = np.gradient(np.unwrap(np.angle(hilbert(y))))[inner] / (2 * np.pi)
    wanted = 100 * np.sin(2 * np.pi * 5.0 * np.arange(len(y)) / RATE)[inner]
    assert np.abs(1200 * np.log2(turns * RATE / 1000.0) - wanted).max() < 5.0
    assert np.abs(20 * np.log10(np.abs(hilbert(y)) / 0.5))[inner].max() < 1.0
    hz, found = spectrum(y[inner])
    assert found[(hz < 800) | (hz > 1200)].max() < 10 ** (-85 / 20) * found.max()


def test_channels_stay_together() -> None:
    pair = np.stack([sines([1000.0, 1722.0]), 0.5 * np.roll(sines([1000.0, 1722.0]), 12)])

    def stereo(x: Any = dspc.input(2)) -> Any:  # noqa: B008
        return pitch_shift(x, 5.0)

    left, right = dspc.render(dspc.effect(stereo), pair, backend="c")[:, RATE // 3 : -RATE // 5]
    for f in (1000.0, 1722.0):
        between = partial(right, f * 2 ** (5 / 12), RATE) / partial(left, f * 2 ** (5 / 12), RATE)
        assert between == pytest.approx(0.5 * np.exp(-2j * np.pi * f * 12 / RATE), abs=1e-3)


# --- freeze -----------------------------------------------------------------------------------------


def held_from_1_to_12(x: Any) -> Any:
    return freeze(x, (dspc.time > 1.0) & (dspc.time < 12.0), size=4096)


FREEZE = engine(held_from_1_to_12)
CHORD = (220.3, 331.1, 442.7, 559.2)
HELD = slice(int(1.2 * RATE), int(11.8 * RATE))


def levels(y: Doubles) -> Doubles:
    """In dB, of a fifth of a second each."""
    rows = y[: len(y) // 9600 * 9600].reshape(-1, 9600)
    return 10 * np.log10(np.mean(np.square(rows), axis=1))


def flutter_db(y: Doubles) -> float:
    """The movement of the power at the rate of frames, over its mean."""
    power = np.convolve(y * y, np.ones(64) / 64, "same")
    return float(20 * np.log10(abs(partial(power, RATE / 512, RATE)) / power.mean()))


def test_a_held_chord_stays_as_it_is() -> None:
    """It is no loop: after 1 second comes something else, of which nothing is heard."""
    x = np.concatenate([sines(CHORD, 1.1), noise(11.4, 0.1)])
    y = heard(FREEZE, x)
    held = y[HELD]
    assert FREEZE.latency == 4095
    passing = error_db(y[4096 : RATE - 4096], x[4096 : RATE - 4096])
    within("freeze", "what passes", "identity", passing, -120.0, "dB")
    assert error_db(y[int(12.3 * RATE) :], x[int(12.3 * RATE) :]) < -120.0
    moved = np.abs(levels(held) - levels(held).mean()).max()
    within("freeze", "level of a chord over 10 s", "its mean", moved, 0.1, "dB")
    for f in CHORD:
        within("freeze", "pitches of a chord", "sines", abs(1200 * np.log2(pitch(held, f, RATE) / f)), 0.1, "cents")
        assert abs(20 * np.log10(abs(partial(held, f, RATE)) / 0.1)) < 0.05
    within("freeze", "beside a chord", "nothing", rest_db(held[: 2**18], CHORD), -85.0, "dB")
    assert flutter_db(held) < -75.0


def bands(y: Doubles) -> Doubles:
    """The power density of half octaves from 250 Hz, in dB."""
    window = np.hanning(len(y))
    power = np.abs(np.fft.rfft(y * window)) ** 2 / np.sum(window**2)
    hz = np.fft.rfftfreq(len(y), 1 / RATE)
    middles = 250 * 2.0 ** np.arange(0, 6, 0.5)
    return np.array([10 * np.log10(power[(hz > m * 2**-0.25) & (hz < m * 2**0.25)].mean()) for m in middles])


@pytest.mark.parametrize("kind, quieter, bound", [("guitar", 0.0, -75.0), ("noise", 2.0, -35.0)])
def test_held_sounds_have_the_moment_s_spectrum(kind: str, quieter: float, bound: float) -> None:
    guitar = soundfile.read(ROOT / "examples" / "audio" / "guitar.wav")[0][:, 0]
    x = np.resize(guitar, 12 * RATE) if kind == "guitar" else noise(12.0, 0.1)
    held = heard(FREEZE, x)[HELD]
    moment = x[RATE - 2048 : RATE + 2048]
    assert np.ptp(levels(held)) < 0.2
    away = np.abs(bands(held) + quieter - bands(moment)).max()
    within("freeze", f"half octaves of {kind}", "the moment's", away, 3.0, "dB")
    within("freeze", f"flutter of {kind}", "nothing", flutter_db(held), bound, "dB")


def test_it_comes_back_at_equal_power() -> None:
    """Noise is held and let go for a fade of a second: between 0 and -2 dB, as it was held, all the way."""
    x = noise(3.0, 0.1)
    y = heard(engine(lambda x: freeze(x, (dspc.time > 0.5) & (dspc.time < 1.0), fade=1.0)), x)
    assert np.abs(levels(y[RATE : -RATE // 4]) - decibels(x) + 1.0).max() < 2.0
    error = (y - x)[int(2.2 * RATE) : -4096]
    assert 20 * np.log10(np.abs(error).max()) < -120.0


# --- all --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [lambda x: pitch_shift(x, 3.0), lambda x: freeze(x, dspc.time > 0.7),
                               lambda x: spectral_gate(x, -40.0)])  # fmt: skip
def test_one_bad_sample_passes(f: Any) -> None:
    x = sines([1000.0]).astype(np.float32)
    bad = x.copy()
    bad[4000] = np.nan
    one, other = (dspc.render(f, v, backend="c") for v in (x, bad))
    assert np.isfinite(other[RATE // 2 :]).all()
    np.testing.assert_allclose(one[RATE // 2 :], other[RATE // 2 :], atol=1e-4)


def test_latency_is_made_up_for() -> None:
    x = noise(0.3, 0.1).astype(np.float32)
    y = dspc.render(lambda x: (x - pitch_shift(x, size=512), x - freeze(x, False, size=512)), x, backend="c")
    assert np.abs(y[:, 512:]).max() < 1e-6
