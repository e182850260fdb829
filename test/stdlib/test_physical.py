"""Strings, tubes and modes: tuning, decay, transfer functions and modes by closed formulas, stability, sameness."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from figures import within
from numpy.typing import ArrayLike
from responses import engine, filtered, impulse
from scipy.signal import butter, lfilter, sosfilt
from scipy.special import jn_zeros
from sound import Doubles, error_db, partial, pitch
from tree import ROOT

import dspc
from dspc.stdlib import karplus_strong, modal, waveguide
from dspc.stdlib.materials import MATERIALS

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from bench.operations import count_passes  # noqa: E402

RATE = 48_000
RATES = (44_100, 48_000, 96_000)


@dspc.effect
def string(x: Any, hertz=dspc.param(220.0, 20.0, 2e4), decay=dspc.param(3.0, 0.01, 30.0),
           damping=dspc.param(2500.0, 20.0, 1e6), position=dspc.param(0.13, 0.01, 0.5),
           velocity=dspc.param(1.0, 0.0, 1.0)) -> Any:  # fmt: skip
    """Driven, and plucked."""
    sound = (hertz, decay, damping, position, velocity)
    return karplus_strong(x, *sound), karplus_strong(x > 0, *sound)


@dspc.effect
def wire(x: Any, hertz=dspc.param(220.0, 20.0, 2e4), stiffness=dspc.param(1e-4, 0.0, 0.01)) -> Any:
    return karplus_strong(x, hertz, 3.0, 1e5, 0.11, stiffness=stiffness)


@dspc.effect
def ends(x: Any, hertz=dspc.param(220.0, 20.0, 2e4), decay=dspc.param(0.5, 0.01, 30.0),
         damping=dspc.param(3000.0, 20.0, 1e6), position=dspc.param(0.2, 0.0, 1.0),
         pickup=dspc.param(0.1, 0.0, 1.0)) -> Any:  # fmt: skip
    return tuple(waveguide(x, hertz, decay, damping, position, pickup, kind) for kind in KINDS)


KINDS = ("string", "tube", "free")


def cents(found: float, wanted: float) -> float:
    return 1200 * np.log2(found / wanted)


def t60(y: Doubles, hertz: float, rate: int, times: tuple[float, float] = (0.1, 1.1), window: float = 0.4) -> float:
    """Seconds in which a partial falls by 60 dB, by its levels at two times."""
    levels = [abs(partial(y[int(t * rate) : int((t + window) * rate)], hertz, rate)) for t in times]
    return 60 * (times[1] - times[0]) / (20 * np.log10(levels[0] / levels[1]))


# --- the plucked string -----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_it_is_in_tune_and_decays_as_asked(rate: int) -> None:
    for hertz in (30.0, 82.41, 440.0, 1318.5, 2093.0, 4000.0):
        for damping in (1000.0, 6000.0):
            y = filtered(string, impulse(int(1.6 * rate)), rate, hertz=hertz, damping=damping)[0]
            off = abs(cents(pitch(y[int(0.1 * rate) :], hertz, rate), hertz))
            within("karplus_strong", "pitch, 30 Hz to 4 kHz", "its frequency", off, 0.02, "cents")
            off = abs(t60(y, hertz, rate) / 3.0 - 1.0)
            if hertz < 2500:
                within("karplus_strong", "decay, 30 Hz to 2.1 kHz", "its time", 100 * off, 0.5, "%")
            else:
                within("karplus_strong", "decay, 4 kHz", "its time", 100 * off, 5.0, "%")


def test_partials_are_harmonic_and_decay_by_the_formula() -> None:
    """T(f) = decay / (1 + (f^2 - f0^2) / damping^2)."""
    for hertz, damping in ((110.0, 1500.0), (330.0, 2500.0)):
        y = filtered(string, impulse(2 * RATE), RATE, hertz=hertz, damping=damping, position=0.11)[0]
        for n in range(1, 8):
            f = n * hertz
            assert abs(cents(pitch(y[RATE // 10 : RATE // 2], f, RATE), f)) < 1.0, n
            wanted = 3.0 / (1 + (f**2 - hertz**2) / damping**2)
            assert t60(y, f, RATE, (0.05, 0.4), 0.3) == pytest.approx(wanted, rel=0.05), n


def loop_filter(w: Doubles, hertz: float, decay: float, damping: float, rate: int, trips: int) -> tuple[Doubles, float]:
    """The response of what a round trip loses, and the length in samples that is left for it."""
    w0 = 2 * np.pi * hertz / rate
    lost = 3 * np.log(10) / (decay * hertz * trips)
    part = (hertz / damping) ** 2
    g = np.tan(w0 / 2) / np.sqrt(np.exp(2 * lost * part) - 1)

    def low(w: ArrayLike) -> Any:
        return 1 / (1 + 1j * np.tan(np.asarray(w) / 2) / g)

    return np.exp(-lost * (1 - part)) * low(w), rate / hertz / trips + np.angle(low(w0)) / w0


@pytest.mark.parametrize("rate", RATES)
def test_the_string_s_transfer_function(rate: int) -> None:
    """(1 - z^-position) / (1 - loss z^-length) in f64, up to 5 kHz."""
    for hertz, position in ((146.8, 0.2), (523.25, 0.07)):
        sound = {"hertz": hertz, "decay": 0.5, "damping": 3000.0, "position": position}
        y = filtered(string, impulse(4 * rate), rate, "f64", **sound)
        found = np.fft.rfft(y[0])[:20_000:7]
        w = 2 * np.pi * np.arange(len(found)) * 7 / (4 * rate)
        loss, length = loop_filter(w, hertz, 0.5, 3000.0, rate, 1)
        wanted = (1 - np.exp(-1j * w * position * rate / hertz)) / (1 - loss * np.exp(-1j * w * length))
        error = 20 * np.log10(np.abs(found - wanted).max() / np.abs(wanted).max())
        within("karplus_strong", "transfer function to 5 kHz", "formula", error, -50.0, "dB")


def test_partials_with_a_node_where_it_is_plucked_are_missing() -> None:
    y = filtered(string, impulse(RATE), RATE, hertz=200.0, position=0.25, damping=1e5)[0]
    for n in (4, 8, 12):
        assert abs(partial(y, 200.0 * n, RATE)) < 0.01 * abs(partial(y, 200.0 * (n - 1), RATE)), n


def test_a_stiff_string_s_partials() -> None:
    """n sqrt(1 + B n^2), relative to the fundamental, which stays in tune."""
    for hertz, b, most, bound in ((220.0, 1e-4, 8, 1.0), (55.0, 1e-3, 6, 5.0)):
        y = filtered(wire, impulse(RATE), RATE, hertz=hertz, stiffness=b)[0][RATE // 10 :]
        assert abs(cents(pitch(y, hertz, RATE), hertz)) < 0.02
        for n in range(2, most + 1):
            wanted = n * hertz * np.sqrt((1 + b * n * n) / (1 + b))
            assert abs(cents(pitch(y, wanted, RATE), wanted)) < bound, (b, n)


BANDS = (250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)


def bands(y: Doubles, rate: int) -> Doubles:
    """Levels of octaves in decibels."""
    octaves = [butter(4, (f / 2**0.5, f * 2**0.5), "bandpass", fs=rate, output="sos") for f in BANDS]
    return np.array([20 * np.log10(np.std(sosfilt(octave, y))) for octave in octaves])


def plucked(rate: int, plucks: int = 12, seconds: float = 0.5, **params: float) -> Doubles:
    """Octaves' levels of plucks, in the mean of some, for their noise is never the same."""
    frames = int(seconds * rate)
    x = np.tile(impulse(frames), plucks)
    y = filtered(string, x, rate, decay=0.3, **params)[1].reshape(plucks, frames)
    return 10 * np.log10(np.mean([10 ** (bands(part, rate) / 10) for part in y], axis=0))


def test_a_pluck_is_the_same_at_every_rate() -> None:
    for hertz in (110.0, 440.0):
        wanted = plucked(RATE, hertz=hertz)
        for rate in (44_100, 96_000):
            off = np.abs(plucked(rate, hertz=hertz) - wanted).max()
            within("karplus_strong", "octaves of a pluck at 44.1 and 96 kHz", "48 kHz", off, 1.0, "dB")


def test_a_soft_pluck_is_quieter_and_darker() -> None:
    hard, soft = plucked(RATE, hertz=220.0), plucked(RATE, hertz=220.0, velocity=0.25)
    assert 11 < (hard - soft)[0] < 14 and (hard - soft)[-1] > 22


def test_levels_of_plucks() -> None:
    for hertz in (41.2, 110.0, 440.0, 1760.0):
        y = filtered(string, impulse(RATE), RATE, hertz=hertz)[1]
        assert 0.3 < np.abs(y).max() < 1.1


def test_a_glide_has_no_zipper() -> None:
    """A string that sounds at 200 Hz goes to 400: above 6 kHz there is no more than without a glide."""

    @dspc.effect
    def program(x: Any, hertz: Any) -> Any:
        return karplus_strong(x, hertz, 20.0, 1e4)

    made = dspc.compile(program, "c", sample_rate=RATE)
    t = np.arange(2 * RATE) / RATE
    x = np.where(t < 0.1, np.sin(2 * np.pi * 200 * t) * np.sin(np.pi * t / 0.1) ** 2, 0.0) * 0.1
    above = butter(8, 6000, "high", fs=RATE, output="sos")
    glide = made.process(np.stack([x, 200 * 2 ** np.clip(t - 0.3, 0, 1)]).astype("f4")).astype(float)
    treble, all_ = (np.abs(y[RATE // 4 :]).max() for y in (sosfilt(above, glide), glide))
    within("karplus_strong", "zipper noise of a glide", "the string", 20 * np.log10(treble / all_), -90.0, "dB")
    assert abs(cents(pitch(glide[-RATE // 2 :], 400.0, RATE), 400.0)) < 0.5


# --- the waveguide ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_the_waveguide_s_transfer_function(rate: int) -> None:
    """Both ways, both ends, with what passes directly; in f64, up to 5 kHz."""
    for hertz, position, pickup in ((146.8, 0.2, 0.1), (440.0, 0.3, 0.8)):
        y = filtered(ends, impulse(4 * rate), rate, "f64", hertz=hertz, position=position, pickup=pickup)
        for found, (near, far, trips) in zip(y, ((-1, -1, 1), (1, -1, 2), (1, 1, 1)), strict=True):
            spectrum = np.fft.rfft(found)[:20_000:7]
            w = 2 * np.pi * np.arange(len(spectrum)) * 7 / (4 * rate)
            loss, length = loop_filter(w, hertz, 0.5, 3000.0, rate, trips)

            def late(parts: float, w: Doubles = w, one_way: float = length / 2) -> Doubles:
                return np.exp(-1j * w * parts * one_way)

            right = near * 0.5 * (far * loss * late(2 - position) + late(position)) / (1 - near * far * loss * late(2))
            left = far * loss * (right * late(1) + 0.5 * late(1 - position))
            wanted = right * late(pickup) + left * late(1 - pickup) + 0.5 * late(abs(position - pickup))
            error = 20 * np.log10(np.abs(spectrum - wanted).max() / np.abs(wanted).max())
            within("waveguide", "transfer function to 5 kHz", "formula", error, -50.0, "dB")


@pytest.mark.parametrize("rate", RATES)
def test_modes_of_strings_and_tubes(rate: int) -> None:
    """All harmonics, or the odd ones; in tune, with the decay that was asked for."""
    for hertz in (30.0, 220.0, 1500.0):
        y = filtered(ends, impulse(int(1.6 * rate)), rate, hertz=hertz, decay=3.0, damping=1e4, position=0.17)
        for sound, step in zip(y, (1, 2, 1), strict=True):
            tail = sound[rate // 10 :]
            for n in (1, 1 + step, 1 + 2 * step):
                if n * hertz < 5000:
                    assert abs(cents(pitch(tail, n * hertz, rate), n * hertz)) < 1.0, (hertz, n)
            off = abs(cents(pitch(tail, hertz, rate), hertz))
            within("waveguide", "pitch, 30 Hz to 1.5 kHz", "its frequency", off, 0.05, "cents")
            off = 100 * abs(t60(sound, hertz, rate) / 3.0 - 1.0)
            within("waveguide", "decay, 30 Hz to 1.5 kHz", "its time", off, 2.0, "%")
        assert abs(partial(y[1], 2 * hertz, rate)) < 1e-3 * abs(partial(y[1], hertz, rate)), "a tube has no even ones"


def test_nodes_are_silent() -> None:
    """Where it is driven or heard at a node of a mode, that mode is missing."""
    for position, pickup in ((1 / 3, 0.11), (0.11, 1 / 3)):
        y = filtered(ends, impulse(RATE), RATE, hertz=200.0, damping=1e5, position=position, pickup=pickup)
        assert abs(partial(y[0], 600.0, RATE)) < 0.02 * abs(partial(y[0], 400.0, RATE)), position
    tube = filtered(ends, impulse(RATE), RATE, hertz=200.0, damping=1e5, position=1 / 3)[1]
    assert abs(partial(tube, 600.0, RATE)) < 0.02 * abs(partial(tube, 1000.0, RATE)), "cos(3 pi / 2 position) = 0"


def test_a_reed_plays_a_tube() -> None:
    """What drives it may be a function of the waves that arrive: a clarinet, in tune, with odd harmonics."""

    @dspc.effect
    def clarinet(breath: Any, hertz: Any) -> Any:
        def reed(wave: Any) -> Any:
            push = 0.5 * wave - breath
            return breath + push * dspc.clamp(0.7 - 0.3 * push, -1.0, 1.0) - 0.5 * wave

        return waveguide(reed, hertz, 0.5, 1500.0, 0.01, 0.8, "tube")

    made = dspc.compile(clarinet, "c", sample_rate=RATE)
    breath = 0.9 * np.minimum(np.arange(2 * RATE) / 2400, 1)
    for hertz in (147.0, 294.0, 588.0):
        made.reset()
        y = made.process(np.stack([breath, np.full(2 * RATE, hertz)]).astype("f4"))[RATE:].astype(float)
        one, two, three = (abs(partial(y, hertz * n, RATE)) for n in (1, 2, 3))
        assert abs(cents(pitch(y, hertz, RATE), hertz)) < 10 and one > 0.3, hertz
        assert two < 0.02 * one < three, hertz


# --- modes ------------------------------------------------------------------------------------------

RATIOS, DECAYS, GAINS = (1.0, 2.31, 3.7, 0.5, 60.0), (2.0, 1.0, 0.5, 1.5, 1.0), (1.0, -0.5, 0.3, 0.2, 1.0)


@dspc.effect
def rung(x: Any, hertz=dspc.param(440.0, 0.0, 20_000.0)) -> Any:
    return modal(x > 0, hertz, RATIOS, DECAYS, GAINS), modal(x, hertz, np.array(RATIOS), list(DECAYS), GAINS)


@pytest.mark.parametrize("rate", RATES)
def test_struck_modes_are_decaying_sines(rate: int) -> None:
    """The formula in f64; in f32 within -60 dB for a second. A mode above 0.49 of the rate is silent."""
    n = np.arange(rate)
    modes = [(g, 440 * r, 10 ** (-3 / (rate * t))) for r, t, g in zip(RATIOS, DECAYS, GAINS, strict=True)
             if 440 * r < 0.49 * rate]  # fmt: skip
    wanted = np.sum([g * fall**n * np.sin(2 * np.pi * f / rate * n) for g, f, fall in modes], axis=0)
    assert len(modes) == (5 if rate == 96_000 else 4)
    for precision, bound in (("f64", -200.0), ("f32", -60.0)):
        error = error_db(filtered(rung, impulse(rate), rate, precision)[0], wanted)
        within("modal", f"a strike, {precision}", "formula", error, bound, "dB")


def test_a_signal_goes_through_filters_of_the_modes_gains() -> None:
    """SciPy's filters of the same poles; the peaks are the gains."""
    x = np.random.default_rng(3).uniform(-1, 1, RATE)
    wanted = np.zeros(RATE)
    for ratio, decay, gain in zip(RATIOS[:4], DECAYS, GAINS, strict=False):
        turn, fall = 2 * np.pi * 440 * ratio / RATE, 10 ** (-3 / (RATE * decay))
        b = [0, gain * 2 * (1 - fall) * fall * np.sin(turn)]
        wanted += lfilter(b, [1, -2 * fall * np.cos(turn), fall**2], x)
    for precision, bound in (("f64", -200.0), ("f32", -60.0)):
        error = error_db(filtered(rung, x, RATE, precision)[1], wanted)
        within("modal", f"a filter, {precision}", "scipy.signal.lfilter", error, bound, "dB")
    spectrum = np.abs(np.fft.rfft(filtered(rung, impulse(8 * RATE), RATE)[1]))
    for ratio, gain in zip(RATIOS[:4], GAINS, strict=False):
        assert spectrum[round(440 * ratio * 8)] == pytest.approx(abs(gain), rel=0.03)


def test_materials_are_the_textbook_s() -> None:
    beams = np.array([4.730041, 7.853205, 10.995608, 14.137165, 17.278760, 20.420352])
    np.testing.assert_allclose(MATERIALS["bar"].ratios, (beams / beams[0]) ** 2, rtol=1e-4)
    drum = np.sort(np.concatenate([jn_zeros(m, 5) for m in range(12)]))[: len(MATERIALS["membrane"].ratios)]
    np.testing.assert_allclose(MATERIALS["membrane"].ratios, drum / drum[0], rtol=1e-4)
    for name, (ratios, decays, gains) in MATERIALS.items():
        assert len(ratios) == len(decays) == len(gains) and sum(gains) == pytest.approx(1.0), name


@pytest.mark.parametrize("material", MATERIALS)
def test_a_material_rings(material: str) -> None:
    """Its first modes are where and as long as they should be; the decay may be a signal."""

    @dspc.effect
    def program(x: Any, decay=dspc.param(0.8, 0.1, 10.0)) -> Any:
        return modal(x > 0, 400.0, material, decay)

    y = dspc.render(program, impulse(RATE).astype("f4"), sample_rate=RATE, backend="bytecode").ravel().astype(float)
    n = np.arange(RATE)
    wanted = np.sum([g * 10 ** (-3 * n / RATE / (0.8 * t)) * np.sin(2 * np.pi * 400 * r / RATE * n)
                     for r, t, g in zip(*MATERIALS[material], strict=True)], axis=0)  # fmt: skip
    assert error_db(y, wanted) < -55


# --- extremes ---------------------------------------------------------------------------------------


@dspc.effect
def everything(x: Any, hertz: Any, damping: Any, place: Any, decay=dspc.param(20.0, 0.0, 30.0)) -> Any:
    sound = (hertz, decay, damping, place)
    strings = [karplus_strong(x, *sound), karplus_strong(x, *sound, stiffness=0.002 * place)]
    return (*strings, karplus_strong(x > 0.9, *sound), *(waveguide(x, *sound, 1 - place, kind) for kind in KINDS),
            modal(x, hertz, "bell", 4 * place))  # fmt: skip


def test_it_stays_bounded_however_fast_all_moves() -> None:
    """Pitch, damping and place by noise, by steps and by sines at the pitch itself; NaN, 0 and what is negative."""
    rng, t = np.random.default_rng(4), np.arange(RATE) / RATE
    x = np.where(t < 0.05, rng.uniform(-1, 1, RATE), 0.0)
    moves = [(440 * (1 + 0.9 * np.sin(2 * np.pi * f * t)), 1e6, 0.2) for f in (220.0, 440.0, 881.0, 1760.0)]
    moves += [(np.where((440 * t) % 1 < 0.5, 400.0, 500.0), 1e6, 0.3)]
    moves += [(10 ** rng.uniform(1, 4, RATE), 10 ** rng.uniform(2, 6, RATE), rng.uniform(-1, 2, RATE))]
    moves += [(np.where(t < 0.5, 440.0, np.nan), 1e6, 0.2), (-1.0, -1.0, np.nan)]
    moves += [(0.0, 0.0, 0.0), (np.inf, np.inf, 9.0)]
    made = engine(everything, RATE)
    for move in moves:
        made.reset()
        y = made.process(np.stack([x, *(np.broadcast_to(m, RATE) for m in move)]).astype("f4"))
        assert np.isfinite(y).all() and np.abs(y).max() < 40, move


def test_tails_end_without_denormals() -> None:
    x = impulse(8 * RATE)
    still = [np.full(8 * RATE, v) for v in (440.0, 3000.0, 0.2)]
    made = engine(everything, RATE)
    made.reset()
    made.set("decay", 0.3)
    y = made.process(np.stack([x, *still]).astype("f4"))
    assert np.abs(y[:6, -RATE:]).max() < 1e-30
    denormal = (y != 0) & (np.abs(y) < np.finfo(np.float32).tiny)
    assert denormal.sum(axis=1).max() < 64, "state is looked after at every 64th sample"


def test_arrays_are_taken_element_by_element() -> None:
    @dspc.effect
    def program(x: Any, y: Any) -> Any:
        pair: Any = dspc.stack([x, y])
        sounds: list[Any] = [karplus_strong(pair, 300.0), waveguide(pair, 300.0), modal(pair, 300.0, "plate")]
        return tuple(sound[i] for sound in sounds for i in range(2))

    y = dspc.render(program, np.stack([impulse(4800), 0.5 * impulse(4800)]).astype("f4"), backend="bytecode")
    np.testing.assert_allclose(y[1::2], 0.5 * y[::2], atol=1e-7)


def test_many_modes_stay_rolled() -> None:
    def hall(x: Any, hertz=dspc.param(100.0, 20.0, 1000.0)) -> Any:
        return modal(x, hertz, np.linspace(1, 40, 600), 2.0)

    assert max(count_passes(hall, 8).values()) < 800
