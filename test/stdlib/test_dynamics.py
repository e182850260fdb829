"""Dynamics: static curves, times, side chains, look-ahead; the compressor against JUCE's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pedalboard
import pytest
from figures import largest, within
from numpy.typing import NDArray
from peers import juce
from scipy.signal import resample_poly

import dspc
from dspc.stdlib import compressor, expander, gate, limiter

RATE = 48_000
LEVELS = np.arange(-70.0, 0.5, 2.5)


def levels_after(program: Any, seconds: float = 0.5) -> NDArray[np.float64]:
    """The levels in dB at which constants of LEVELS come out when all is settled."""
    engine, found = dspc.compile(program, backend="c", sample_rate=RATE), []
    for level in LEVELS:
        engine.reset()
        y = engine.process(np.full(round(seconds * RATE), 10 ** (level / 20), np.float32))
        found.append(20 * np.log10(abs(float(np.atleast_2d(y)[0, -1]))))
    return np.array(found)


@pytest.mark.parametrize("ratio, knee", [(4.0, 0.0), (2.0, 12.0), (20.0, 6.0)])
def test_the_compressor_s_curve(ratio: float, knee: float) -> None:
    found = levels_after(lambda x: compressor(x, -30.0, ratio, 0.001, 0.02, knee, makeup=3.0))
    over = LEVELS + 30
    bent = np.where(np.abs(over) <= knee / 2, (over + knee / 2) ** 2 / (2 * max(knee, 1e-9)), np.maximum(over, 0))
    error = largest(found, LEVELS - bent * (1 - 1 / ratio) + 3.0)
    within("compressor", "static curve, -70 to 0 dBFS", "the formula", error, 0.01, "dB")


def test_the_compressor_is_juce_s_when_settled() -> None:
    """With a hard knee, on a square wave, whose level is its peak for both."""
    x = 0.5 * np.sign(np.sin(2 * np.pi * 500.3 / RATE * np.arange(RATE)))
    theirs = juce(pedalboard.Compressor(threshold_db=-20, ratio=4, attack_ms=5, release_ms=200), x)[0]
    ours = dspc.render(lambda x: compressor(x, -20.0, 4.0, 0.005, 0.2, knee=0.0), x)
    a, b = (20 * np.log10(np.abs(y[-4800:]).mean()) for y in (ours, theirs))
    within("compressor", "settled level", "JUCE", abs(a - b), 0.05, "dB")


@pytest.mark.parametrize("attack, release", [(0.01, 0.1), (0.002, 0.3)])
def test_the_compressor_s_times(attack: float, release: float) -> None:
    """63 % of a reduction come in the attack, and 63 % of it, after it, go in the release."""
    x = np.concatenate([np.full(RATE, 1.0), np.full(RATE * 2, 1e-3)])
    y = dspc.render(lambda x: compressor(x, -20.0, 10.0, attack, release, 0.0), x, precision="f64", backend="c")
    reduction = -20 * np.log10(y / x)
    full = 18.0
    reached = np.argmax(reduction > full * (1 - np.exp(-1))) / RATE
    within("compressor", "attack", "63 % of the reduction", abs(reached - attack), max(0.01 * attack, 1 / RATE), "s")
    away = reduction[RATE:]
    # The way down is smoothed by the attack, too: both poles, one after the other.
    n = np.arange(1, len(away) + 1) / RATE
    shape = (release * np.exp(-n / release) - attack * np.exp(-n / attack)) / (release - attack)
    within("compressor", "release", "the two poles", largest(away, full * shape), 0.02, "dB")


@pytest.mark.parametrize("ratio", [2.0, 5.0])
def test_the_expander_s_curve(ratio: float) -> None:
    found = levels_after(lambda x: expander(x, -30.0, ratio, 0.001, 0.02, range=-40.0), 0.6)
    wanted = LEVELS + np.maximum(-np.maximum(-30 - LEVELS, 0) * (ratio - 1), -40)
    within("expander", "static curve, -70 to 0 dBFS", "the formula", largest(found, wanted), 0.01, "dB")


def test_the_gate() -> None:
    """It opens above the threshold, stays open down to the hysteresis, shuts after the hold."""
    parts = [(-60, 1.0), (-39, 0.5), (-44, 0.5), (-60, 1.0)]
    x = np.concatenate([np.full(int(s * RATE), 10 ** (db / 20)) for db, s in parts])
    y = dspc.render(lambda x: gate(x, -40.0, 0.001, 0.1, 0.05, -50.0, 6.0), x, precision="f64", backend="c")
    gain = 20 * np.log10(y / x)
    at = lambda seconds: gain[int(seconds * RATE)]  # noqa: E731
    assert at(0.9) == pytest.approx(-50.0, abs=0.01) and abs(at(1.4)) < 0.01 and abs(at(1.99)) < 0.01
    assert abs(at(2.099)) < 0.01, "the hold"
    released = abs(at(2.1 + 0.05) + 50 * (1 - np.exp(-1)))
    within("gate", "level after its release", "63 % of the way", released, 0.1, "dB")
    within("gate", "level when shut", "its range", abs(at(2.99) + 50.0), 0.01, "dB")


def test_keys_and_linked_channels() -> None:
    def program(x: Any = dspc.input(2), key: Any = dspc.input(1, sidechain=True)) -> Any:  # noqa: B008
        return compressor(x, -20.0, 4.0, 0.001, 0.01, 0.0, key=key)

    loud, soft = np.full(4800, 1.0, np.float32), np.full(4800, 0.01, np.float32)
    gains = dspc.render(dspc.effect(program), np.stack([loud, soft]), backend="c")[:, -1] / [1.0, 0.01]
    assert gains[0] == pytest.approx(gains[1], rel=1e-6) and gains[0] == pytest.approx(10 ** (-15 / 20), rel=1e-3)
    engine = dspc.compile(dspc.effect(program), backend="c", sample_rate=RATE)
    pressed = engine.process(np.stack([soft, soft, loud]))[:, -1] / 0.01
    np.testing.assert_allclose(pressed, 10 ** (-15 / 20), rtol=1e-3)


# --- the limiter ----------------------------------------------------------------------------------


def true_peak_db(y: NDArray[Any], beta: float = 5.0) -> float:
    return 20 * float(np.log10(max(np.abs(resample_poly(c.astype(float), 16, 1, window=("kaiser", beta))).max()
                                   for c in np.atleast_2d(y))))  # fmt: skip


def hard_signals() -> dict[str, NDArray[np.float64]]:
    n, rng = np.arange(RATE // 2), np.random.default_rng(7)
    made = {
        "sine": 4 * np.sin(2 * np.pi * 997 / RATE * n),
        "between the samples": 3 * np.sin(np.pi / 2 * n + np.pi / 4),
        "near the end": 2 * np.sin(2 * np.pi * 0.45 * n) * np.sin(2 * np.pi * 3 / RATE * n),
        "square": 3 * np.sign(np.sin(2 * np.pi * 333.3 / RATE * n)),
        "clicks": (rng.random(len(n)) < 0.002) * rng.uniform(-1000, 1000, len(n)),
        "bits": 2 * rng.choice([-1.0, 1.0], len(n)),
        "pairs": np.where(n // 2 % 2, 5.0, -5.0) * (n % 9000 < 4000),
        "noise": rng.uniform(-1, 1, len(n)) * rng.choice([0.1, 1.0, 30.0], len(n) // 500).repeat(500),
        "softer noise": rng.uniform(-2, 2, len(n)),
    }
    return {name: np.concatenate([x, np.zeros(600)]) for name, x in made.items()}  # all of it comes out


@pytest.mark.parametrize("lookahead", [48, 96, 480])
def test_nothing_is_over_the_ceiling(lookahead: int) -> None:
    def program(x: Any, release: Any = dspc.param(0.1, 0.0001, 1.0)) -> Any:  # noqa: B008
        return limiter(x, -1.0, release, lookahead)

    engine = dspc.compile(dspc.effect(program), backend="c", sample_rate=RATE)
    assert engine.latency == lookahead + 10
    for x in hard_signals().values():
        for release in (0.1, 0.0001):
            engine.reset()
            engine.set("release", release)
            y = engine.process(x.astype(np.float32))
            peaks = max(true_peak_db(y), true_peak_db(y, 8.0))
            what = "true peak over a ceiling of -1 dB"
            within("limiter", what, "16x scipy.signal.resample_poly", peaks + 1.0, 0.0, "dB")


def test_what_is_soft_enough_only_comes_later() -> None:
    x = np.random.default_rng(3).uniform(-0.4, 0.4, 4800).astype(np.float32)
    y = dspc.render(lambda x: limiter(x, -1.0), x, backend="c")
    np.testing.assert_allclose(y, x, rtol=1e-6, atol=1e-9)
    within("limiter", "what is soft enough", "the input", largest(y, x), 4e-7)


def test_a_steady_sine_is_close_to_the_ceiling() -> None:
    x = 2 * np.sin(2 * np.pi * 440 / RATE * np.arange(RATE))
    assert -1.45 < true_peak_db(dspc.render(lambda x: limiter(x, -1.0), x, backend="c")[RATE // 2 :]) < -1.3


def test_channels_are_linked_or_not() -> None:
    x = np.stack([np.full(9600, 4.0), np.full(9600, 0.1)])
    linked = dspc.render(lambda a, b: tuple(limiter(dspc.stack([a, b]), 0.0)), x, backend="c")[:, -1]
    alone = dspc.render(lambda a, b: tuple(limiter(dspc.stack([a, b]), 0.0, link=False)), x, backend="c")[:, -1]
    assert linked[1] / 0.1 == pytest.approx(linked[0] / 4.0, rel=1e-6)
    assert alone[1] == pytest.approx(0.1, rel=1e-6) and alone[0] == pytest.approx(linked[0], rel=1e-6)


def test_a_look_ahead_that_cannot_be() -> None:
    for wrong in (0, 47, 5000, 0.002, "long"):
        with pytest.raises(dspc.DspError, match="DSP442"):
            dspc.trace(lambda x, w=wrong: limiter(x, lookahead=w))
