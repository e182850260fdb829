"""Echo, ping-pong, chorus, flanger and phaser, against formulas and JUCE's; what moves has its Doppler shift only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pedalboard
import pytest
from figures import largest, within
from peers import juce
from scipy.signal import butter, freqz, lfilter, sosfilt
from scipy.signal.windows import blackmanharris
from sound import Doubles, error_db

import dspc
from dspc.events import Param
from dspc.stdlib import chorus, echo, flanger, phaser, ping_pong

RATE = 48_000


def one_pole(y: Doubles, cutoff: float, rate: float = RATE) -> Doubles:
    g = np.tan(np.pi * min(cutoff / rate, 0.49))
    return lfilter([g / (1 + g)] * 2, [1, (g - 1) / (g + 1)], y)


def click(frames: int) -> Doubles:
    x = np.zeros(frames)
    x[0] = 1.0
    return x


def response(y: Doubles, hz: Doubles) -> Doubles:
    return freqz(y, 1, hz, fs=RATE)[1]


# --- echoes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [44_100, 96_000])
def test_an_echo_s_repeats(rate: int) -> None:
    y = dspc.render(lambda x: echo(x, 0.01, 0.5, 3000.0, 1.0), click(rate // 10), backend="c", sample_rate=rate)
    wanted, repeat, n = np.zeros(len(y)), click(len(y)), rate // 100
    while repeat.any():
        repeat = one_pole(np.concatenate([np.zeros(n), repeat[:-n]]), 3000.0, rate)
        wanted, repeat = wanted + repeat, 0.5 * repeat
    within("echo", "repeats of a click", "delays and scipy.signal.lfilter", error_db(y, wanted), -100.0, "dB")


def test_a_ping_pong_goes_from_side_to_side() -> None:
    y = dspc.render(lambda a, b: ping_pong(a, b, 0.01, 0.5, 1e6, 1.0), np.stack([click(2000), 0 * click(2000)]))
    for side, repeats in zip(y, ((480, 1440), (960, 1920)), strict=True):
        assert set(np.flatnonzero(np.abs(side) > 0.05)) <= {n + i for n in repeats for i in (0, 1)}
    sums = np.array([y[0, :960].sum(), y[1].sum() - y[1, 1440:].sum(), y[0, 960:].sum()])
    within("ping_pong", "levels of its repeats", "the formula", np.abs(sums / [0.5, 0.25, 0.125] - 1).max(), 1e-3)


@pytest.mark.parametrize("hertz, bound", [(200.0, -80), (1000.0, -80), (3000.0, -55)])
def test_a_moving_time_gives_the_doppler_shift_and_nothing_else(hertz: float, bound: float) -> None:
    """The time follows a signal that the slew lets through: down, to and fro, up."""
    n = np.arange(RATE // 2)
    time = 0.2 - 0.1 * n / RATE + 0.004 * np.sin(2 * np.pi * 6 * n / RATE)
    x = np.sin(2 * np.pi * hertz * n / RATE)
    y = dspc.render(lambda x, t: echo(x, t, 0.0, 1e6, 1.0), np.stack([x, time]), backend="c")
    late = np.sin(2 * np.pi * hertz * (n / RATE - time.astype(np.float32))) * (n / RATE > time)
    error = error_db(y[12_000:], one_pole(late, 1e6)[12_000:])
    within("echo", f"moving, {hertz:g} Hz", "the Doppler shift", error, bound, "dB")


def test_a_jump_of_the_time_is_heard_as_half_or_one_and_a_half_times_the_pitch() -> None:
    """Not as a click: no step is larger than that of the pitch, and nothing is where no sine is."""
    @dspc.effect
    def program(x: Any, time: Any = dspc.param(0.1, 0.01, 1.0, smooth=0.0)) -> Any:
        return echo(x, time, 0.0, 1e6, 1.0)

    x = 0.5 * np.sin(2 * np.pi * 1000 / RATE * np.arange(RATE))
    events = [Param(12_000, "time", 0.2), Param(30_000, "time", 0.05)]
    y = dspc.compile(program, "c", sample_rate=RATE).process(x.astype(np.float32), events=events)
    assert np.abs(np.diff(y[9600:])).max() < 0.5 * 2 * np.pi * 1500 / RATE * 1.01
    for start, hertz in ((14_000, 500.0), (32_000, 1500.0)):
        part = y[start : start + 4096] * blackmanharris(4096)
        spectrum, bins = np.abs(np.fft.rfft(part)), np.fft.rfftfreq(4096, 1 / RATE)
        away = np.abs(bins - hertz) > 60
        assert spectrum[~away].max() > 1e4 * spectrum[away].max(), hertz


@pytest.mark.parametrize("name, value", [("rate", 5.0), ("depth", 0.004), ("delay", 0.015), ("mix", 0.2)])
def test_parameters_that_are_stepped_do_not_click(name: str, value: float) -> None:
    """A chorus of 200 Hz: what a click would add above 4 kHz stays 60 dB below."""
    @dspc.effect
    def program(x: Any, rate: Any = dspc.param(0.5, 0.0, 20.0), depth: Any = dspc.param(0.002, 0.0, 0.01),
                delay: Any = dspc.param(0.012, 0.0, 0.04), mix: Any = dspc.param(0.8, 0.0, 1.0)) -> Any:  # fmt: skip
        return chorus(x, None, rate, depth, delay, 4, mix)

    x = 0.5 * np.sin(2 * np.pi * 200 / RATE * np.arange(RATE // 2))
    y = dspc.compile(program, "c", sample_rate=RATE).process(x.astype(np.float32), events=[Param(12_345, name, value)])
    assert np.abs(np.diff(y[:, 2400:])).max() < 1.5 * 0.5 * 2 * np.pi * 300 / RATE
    splash = sosfilt(butter(8, 4000, "highpass", fs=RATE, output="sos"), y)[:, 12_000:13_500]
    click_db = 20 * np.log10(np.abs(splash).max() / np.abs(y).max())
    within("chorus", "click of a step of a parameter", "what is above 4 kHz", click_db, -60.0, "dB")


# --- chorus, flanger --------------------------------------------------------------------------------


def test_a_chorus_is_the_sum_of_its_voices() -> None:
    n, depth, middle, rate, voices = np.arange(RATE), 0.002, 0.012, RATE / 2**16, 3  # a rate that a phasor has exactly
    x = np.sin(2 * np.pi * 1000 * n / RATE)
    y = dspc.render(lambda x: chorus(x, None, rate, depth, middle, voices, 1.0), x, backend="c")
    wanted = np.zeros((2, len(n)))
    for i in range(voices):
        sway = np.sin(2 * np.pi * (rate * n / RATE + i / voices))
        late = np.sin(2 * np.pi * 1000 * (n / RATE - middle - depth * sway))
        angle = i / (voices - 1) * np.pi / 2
        wanted += np.sqrt(2 / voices) * late * np.array([[np.cos(angle)], [np.sin(angle)]])
    error = error_db(y[:, 1000:], wanted[:, 1000:])
    within("chorus", "a sine of 1 kHz", "the sum of its voices", error, -80.0, "dB")


@pytest.mark.parametrize("voices", [2, 5, 16])
def test_a_chorus_is_as_loud_as_its_input_and_wide(voices: int) -> None:
    x = one_pole(one_pole(np.random.default_rng(1).standard_normal(RATE), 3000.0), 3000.0)
    y = dspc.render(lambda x: chorus(x, voices=voices, depth=0.004, mix=1.0), x, backend="c")
    louder = 10 * np.log10((y**2).mean() / (x**2).mean())
    within("chorus", "level", "its input", abs(louder), 1.0, "dB")
    assert abs(np.corrcoef(*y)[0, 1]) < 0.8


def test_a_chorus_at_rest_is_juce_s() -> None:
    """Both are a comb then: theirs is half of each, of one delay."""
    x = np.random.default_rng(2).standard_normal(RATE // 2) * 0.1
    theirs = juce(pedalboard.Chorus(rate_hz=1.0, depth=0.0, centre_delay_ms=10.0, feedback=0.0, mix=0.5), x)[0]
    ours = dspc.render(lambda x: flanger(x, depth=0.0, delay=0.01, feedback=0.0, mix=0.5), x, backend="c")
    within("flanger", "at rest", "JUCE", error_db(ours[RATE // 4 :], theirs[RATE // 4 :]), -60.0, "dB")


@pytest.mark.parametrize("amount", [-0.6, 0.0, 0.7])
def test_a_flanger_at_rest(amount: float) -> None:
    hz = np.array([20.0, 100.0, 333.0, 1000.0, 2500.0, 5000.0])
    y = dspc.render(lambda x: flanger(x, 0.0, 0.0, 0.0101, amount, 0.5), click(RATE), backend="c", precision="f64")
    late = np.exp(-2j * np.pi * hz * 0.0101)
    wanted = 0.5 + 0.5 * late / (1 - amount * late * np.exp(-2j * np.pi * hz / RATE))
    within("flanger", "response at rest", "the formula", np.abs(response(y, hz) - wanted).max(), 2e-3)


def test_a_flanger_through_zero() -> None:
    """With the sine at its lowest both delays are the same: turned upside down, the sum is silent there."""
    x = np.random.default_rng(3).standard_normal(RATE)
    y = dspc.render(lambda x: flanger(x, 1.0, 0.004, 0.004, 0.0, 2.0, through_zero=True), 0.1 * x, backend="c")
    wet = dspc.render(lambda x: flanger(x, 1.0, 0.004, 0.004, 0.0, 1.0, through_zero=True), 0.1 * x, backend="c")
    at = 36_000  # three quarters of a turn: no delay
    np.testing.assert_allclose(wet[at - 20 : at + 20], 0.1 * x[at - 20 : at + 20], atol=2e-3)
    np.testing.assert_allclose((2 * wet - y)[at:], 0.1 * x[at - 192 : -192], atol=1e-6)


# --- phaser -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stages, amount", [(2, 0.0), (4, 0.5), (6, -0.9), (12, 0.9)])
def test_a_phaser_at_rest(stages: int, amount: float) -> None:
    hz = np.geomspace(20, 20_000, 60)
    y = dspc.render(lambda x: phaser(x, 0.0, 900.0, 0.0, stages, amount, 0.5), click(RATE), backend="c",
                    precision="f64")  # fmt: skip
    s = 1j * np.tan(np.pi * hz / RATE) / np.tan(np.pi * 900 / RATE)
    chain = ((1 - s) / (1 + s)) ** stages
    error = np.abs(response(y, hz) - (0.5 + 0.5 * chain / (1 - amount * chain))).max()
    within("phaser", "response at rest", "the formula", error, 1e-4)


def test_a_phaser_s_notches_are_juce_s() -> None:
    """Six stages at rest; theirs gives its loop a sample more, so without feedback."""
    theirs = juce(pedalboard.Phaser(rate_hz=0.01, depth=0.0, centre_frequency_hz=1300.0, feedback=0.0, mix=0.5),
                  click(RATE))[0]  # fmt: skip
    ours = dspc.render(lambda x: phaser(x, 0.0, 1300.0, 0.0, 6, 0.0, 0.5), click(RATE), backend="c")
    hz = np.geomspace(50, 15_000, 400)
    a, b = (np.abs(response(y, hz)) for y in (ours, theirs))
    within("phaser", "response at rest", "JUCE", largest(a, b), 0.02)


# --- extremes ---------------------------------------------------------------------------------------


def test_nothing_blows_up_and_tails_end() -> None:
    """All at once, as far as they go, swept by noise at audio rate; then silence, and a tail without denormals.

    State is looked after at every 64th sample: what falls faster than that may be denormal for a few."""
    @dspc.effect
    def program(x: Any, m: Any) -> Any:
        wild = dspc.abs(m)
        return (echo(x, 0.5 * wild, 2.0 * m, 20_000 * wild, 1.0), *ping_pong(x, None, 0.5 * wild, 2.0, 1e9, 1.0),
                *chorus(x, None, 3000 * m, 0.1 * m, 0.1 * m, 16), flanger(x, 5000.0 * m, m, m, 9.0 * m),
                phaser(x, 5000.0 * m, 5e4 * m, 9.0 * m, 12, 9.0 * m))  # fmt: skip

    rng = np.random.default_rng(4)
    noise = rng.uniform(-1, 1, (2, RATE // 2)).astype(np.float32)
    engine = dspc.compile(program, "c", sample_rate=RATE)
    y = engine.process(noise)
    assert np.isfinite(y).all() and np.abs(y).max(axis=1).max() < 200
    rest = engine.process(np.stack([np.zeros(20 * RATE), np.full(20 * RATE, 0.02)]).astype(np.float32))
    late = np.abs(rest[[0, 3, 4, 5, 6], -RATE:])
    assert late.max() < 1e-6
    denormal = (rest != 0) & (np.abs(rest) < np.finfo(np.float32).tiny)
    assert denormal.sum(axis=1).max() < 64


def test_counts_that_cannot_be() -> None:
    for wrong in (0, 17, 2.5, "many"):
        with pytest.raises(dspc.DspError, match="DSP451"):
            dspc.trace(lambda x, w=wrong: chorus(x, voices=w))
        with pytest.raises(dspc.DspError, match="DSP451"):
            dspc.trace(lambda x, w=wrong: phaser(x, stages=w))
