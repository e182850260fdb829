"""The plate: its decay, pre-delay, damping, tone, width and mix, measured on clicks and noise."""

from __future__ import annotations

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE, loaded, sounding
from scipy.signal import butter, sosfilt
from sound import Doubles

import dspc
from dspc.backends.engine import Engine
from dspc.driver.compile import play

PRESETS = dspc.presets(EXAMPLES / "presets" / "plate.toml")
WET = {"mix": 1.0, "modulation": 0.0, "damping": 20_000.0, "low_cut": 20.0, "predelay": 0.0}


def click(seconds: float, params: dict[str, float]) -> Doubles:
    x = np.zeros((2, round(seconds * RATE)))
    x[:, 0] = 1.0
    return sounding("plate", [], seconds, params, x)


def octave(y: Doubles, centre: float) -> Doubles:
    return sosfilt(butter(4, (centre / 2**0.5, centre * 2**0.5), "bandpass", fs=RATE, output="sos"), y)


def decay(y: Doubles, centre: float) -> float:
    """Seconds for 60 dB: the slope of the energy that is still to come (M. R. Schroeder), -5 to -35 dB."""
    left = 10 * np.log10(np.cumsum((octave(y, centre) ** 2).sum(0)[::-1])[::-1] + 1e-300)
    at = np.flatnonzero((left < left[0] - 5) & (left > left[0] - 35))
    return float(-60 / np.polyfit(at / RATE, left[at], 1)[0])


@pytest.mark.parametrize("seconds", [1.0, 2.2, 6.0])
def test_decay(seconds: float) -> None:
    """Undamped the asked RT60, within the library's 10 %."""
    y = click(1.2 * seconds + 0.5, {**WET, "decay": seconds})
    for centre in (500.0, 1000.0, 2000.0):
        assert decay(y, centre) == pytest.approx(seconds, rel=0.1)


def test_damping_takes_the_treble() -> None:
    bright, dark = (click(2.5, {**WET, "decay": 2.0, "damping": f}) for f in (20_000.0, 2500.0))
    assert decay(dark, 8000.0) < 0.65 * decay(bright, 8000.0)
    assert decay(dark, 250.0) == pytest.approx(decay(bright, 250.0), rel=0.1)


def test_predelay() -> None:
    """It moves the plate by so many samples, and nothing else."""
    early, late = (click(0.5, {**WET, "predelay": ms}) for ms in (0.0, 100.0))
    assert not late[:, :4800].any()
    np.testing.assert_allclose(late[:, 4800:], early[:, :-4800], atol=1e-6)


def test_tone_tilts() -> None:
    """+6 dB above, -6 dB below 1 kHz, by the tilt's formula."""
    flat, tilted = (np.abs(np.fft.rfft(click(2.0, {**WET, "tone": tone}))) for tone in (0.0, 6.0))
    m = 10 ** (6 / 20)
    for f in (60.0, 1000.0, 15_000.0):
        s = 1j * np.tan(np.pi * f / RATE) / np.tan(np.pi * 1000.0 / RATE)
        wanted = 20 * np.log10(abs((m * s + 1) / (s + m)))
        near = slice(2 * round(f * 0.98), 2 * round(f * 1.02))
        assert 20 * np.log10(tilted[:, near] / flat[:, near]).mean() == pytest.approx(wanted, abs=0.2)


def test_width() -> None:
    """Without it both sides are the same; with it the tails hardly know each other."""

    def correlation(stereo: float) -> float:
        return float(np.corrcoef(click(2.0, {**WET, "stereo": stereo})[:, RATE // 4 :])[0, 1])

    assert correlation(0.0) > 0.9999
    assert abs(correlation(1.0)) < 0.15


def test_mix_is_a_crossfade() -> None:
    x = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 9600))
    dry, half, wet = (sounding("plate", [], 0.2, {**WET, "mix": m}, x) for m in (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(dry.astype(np.float32), x.astype(np.float32))
    np.testing.assert_allclose(half, (dry + wet) / 2, atol=1e-6)


def test_the_tail_is_long_enough() -> None:
    x = np.random.default_rng(3).uniform(-0.5, 0.5, (2, 4800))
    y = play(Engine(loaded("plate", "c"), RATE), x, tail=True)
    assert np.abs(y[:, -4800:]).max() < 1e-4 * np.abs(y).max()


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_do_not_clip(preset: str) -> None:
    """Loud noise of a second, without offset, not louder than it by more than 3 dB."""
    x = np.random.default_rng(2).uniform(-0.5, 0.5, (2, RATE))
    y = sounding("plate", [], 1.5, PRESETS[preset], np.pad(x, ((0, 0), (0, RATE // 2))))
    assert np.isfinite(y).all() and 0.3 < np.abs(y).max() < 1.0
    assert np.abs(y.mean(axis=1)).max() < 1e-3
