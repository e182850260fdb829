"""The vocoder: its bands follow those of what comes in, and its pitch is the carrier's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from scipy.signal import butter, sosfiltfilt
from sound import Doubles, partial

import dspc
from dspc.driver.programs import open_programs

VOCODER = open_programs(str(EXAMPLES / "vocoder.py")).programs[0]
PRESETS = dspc.presets(str(EXAMPLES / "presets" / "vocoder.toml"))
ENGINE = dspc.compile(VOCODER, "c", sample_rate=RATE)
PLACES = [150.0, 300.0, 600.0, 1200.0, 2400.0, 4800.0]
PLAIN = {"chord": "unison", "detune": 0.0, "sibilance": 0.0}
RNG = np.random.default_rng(3)


def spoken(x: Doubles, *other: Doubles, **params: Any) -> Doubles:
    """What comes of a mono sound, the latency removed."""
    ENGINE.reset()
    for name, parameter in ENGINE.parameters.items():
        ENGINE.set(name, params.get(name, parameter.default))
    late = np.pad(np.stack([x, x, *other]), ((0, 0), (0, ENGINE.latency))).astype(np.float32)
    return ENGINE.process(late)[:, ENGINE.latency :].astype(np.float64)


def octave(x: Doubles, middle: float) -> Doubles:
    return sosfiltfilt(butter(2, (middle / 1.3, middle * 1.3), "band", fs=RATE, output="sos"), x)


def envelope(x: Doubles, middle: float) -> Doubles:
    """The level of an octave, up to 12 Hz."""
    return np.sqrt(np.maximum(sosfiltfilt(butter(2, 12.0, fs=RATE, output="sos"), octave(x, middle) ** 2), 0))


def babble(seconds: float) -> Doubles:
    """Noise whose octaves come and go, each at its own rate, as in speech."""
    t = np.arange(int(seconds * RATE)) / RATE
    swells = [np.sin(np.pi * rate * t) ** 2 for rate in (1.0, 1.3, 1.7, 2.1, 2.6, 3.1)]
    return 0.3 * np.sum([s * octave(RNG.standard_normal(len(t)), m) for s, m in zip(swells, PLACES, strict=True)], 0)


def test_bands_follow_those_of_the_voice() -> None:
    """Octave by octave: their levels over time correlate by more than 0.9, by 0.8 in the lowest; not with others'."""
    x = babble(6.0)
    y = spoken(x, **PLAIN, key=24.0)[0]
    inner = slice(RATE // 2, -RATE // 2, 480)
    given = [envelope(x, m)[inner] for m in PLACES]
    found = [envelope(y, m)[inner] for m in PLACES]
    correlations = np.corrcoef(found, given)[: len(PLACES), len(PLACES) :]
    own = np.diag(correlations)
    assert own.mean() > 0.9 and own.min() > 0.8
    assert (correlations - np.diag(own)).max() < 0.25


@pytest.mark.parametrize("key", [33.0, 45.0, 57.0])
def test_the_pitch_is_the_carrier_s(key: float) -> None:
    """Of tones that have nothing to do with it, only the partials of the key are heard."""
    t = np.arange(2 * RATE) / RATE
    x = 0.05 * np.sum([np.sin(2 * np.pi * f * t + f) for f in (137.0, 411.0, 997.0, 2213.0)], axis=0)
    y = spoken(x, **PLAIN, key=key, release=0.5, attack=0.1)[0, RATE // 2 :]
    frequency = 440.0 * 2 ** ((key - 69) / 12)
    partials = [abs(partial(y, frequency * h, RATE)) for h in range(1, 40)]
    between = [abs(partial(y, frequency * (h + 0.5), RATE)) for h in range(1, 40)]
    assert max(between) < 10 ** (-60 / 20) * max(partials)


def test_its_bands_stay_rolled() -> None:
    """In the IR they are one loop, however many there are."""
    assert "dsp.bank {count = 20," in str(dspc.trace(VOCODER))


def test_a_hiss_for_what_has_no_pitch() -> None:
    """Treble of the voice makes noise in the treble, different on both sides, and none without the setting."""
    x = 0.1 * octave(RNG.standard_normal(RATE), 8000.0)
    hissed, plain = (spoken(x, **PLAIN | {"sibilance": amount})[:, RATE // 4 :] for amount in (1.0, 0.0))
    added = hissed - plain
    assert abs(np.corrcoef(added)[0, 1]) < 0.05
    power = np.abs(np.fft.rfft(added[0])) ** 2
    hz = np.fft.rfftfreq(added.shape[1], 1 / RATE)
    assert power[hz > 4000].sum() > 0.95 * power.sum() > 0


def test_silence_says_nothing() -> None:
    assert np.abs(spoken(np.zeros(RATE // 4))).max() == 0.0


def test_formants_move_the_bands() -> None:
    """A voice in the octave of 600 Hz is heard an octave higher."""
    x = octave(RNG.standard_normal(RATE), 600.0)
    y = spoken(0.2 * x, **PLAIN, formants=12.0)[0]
    assert np.std(octave(y, 1200.0)) > 4 * np.std(octave(y, 600.0))


def test_another_sound_may_be_the_carrier() -> None:
    """Two tones on the second bus, each on its side: nothing else is heard there."""
    t = np.arange(RATE) / RATE
    left, right = 0.2 * np.sin(2 * np.pi * 500.0 * t), 0.2 * np.sin(2 * np.pi * 1500.0 * t)
    y = spoken(0.3 * RNG.standard_normal(RATE), left, right, **PLAIN, release=0.3)[:, RATE // 2 :]
    for side, own, other in ((y[0], 500.0, 1500.0), (y[1], 1500.0, 500.0)):
        assert abs(partial(side, own, RATE)) > 30 * abs(partial(side, other, RATE))


@pytest.mark.parametrize("name", ["", *PRESETS])
def test_presets_sound_and_do_not_clip(name: str) -> None:
    y = spoken(babble(3.0), **(PRESETS[name] if name else {}))
    assert 10 ** (-14 / 20) < np.abs(y).max() <= 10 ** (-1 / 20)
    assert ENGINE.latency == 106
