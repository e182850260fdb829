"""The drum kit: each key its sound, tuned and as long as its table says; the cymbals choke each other."""

from __future__ import annotations

import runpy
from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE, render, sounding
from sound import Doubles

import dspc
from dspc.events import NoteOff, NoteOn

KIT: dict[int, Any] = runpy.run_path(str(EXAMPLES / "drums.py"))["KIT"]
PRESETS = dspc.presets(EXAMPLES / "presets" / "drums.toml")
CLEAN = {"after.drive": 0.5, "spread": 0.0}
KICK, RIM, SNARE, CLAP, CLOSED, PEDAL, OPEN = 36, 37, 38, 39, 42, 44, 46
TOMS = (41, 43, 45, 47, 48, 50)


def hit(key: int, seconds: float = 1.5, velocity: float = 1.0, **params: float) -> Doubles:
    """The left channel of one hit at sample 0, which is let go at once."""
    return sounding("drums", [NoteOn(0, key, velocity), NoteOff(480, key)], seconds, {**CLEAN, **params})[0]


def power(y: Doubles, start: float, stop: float) -> float:
    return 10 * float(np.log10(np.mean(y[round(start * RATE) : round(stop * RATE)] ** 2) + 1e-30))


def pitch_at(y: Doubles, start: float, stop: float) -> float:
    """From crossings of zero."""
    part = y[round(start * RATE) : round(stop * RATE)]
    up = np.flatnonzero((part[:-1] < 0) & (part[1:] >= 0))
    at = up + part[up] / (part[up] - part[up + 1])
    return float(RATE * (len(at) - 1) / (at[-1] - at[0]))


@pytest.mark.parametrize("key", [KICK, *TOMS])
def test_drums_fall_to_their_pitch(key: int) -> None:
    """From many semitones above, by 60 dB of the way in 0.12 s: after a fifth of a second 0.02 semitones are left."""
    y = hit(key, noise=0.0)
    assert pitch_at(y, 0.2, 0.4) == pytest.approx(KIT[key].tone, rel=0.01)
    start = KIT[key].tone * 2 ** (KIT[key].bend / 12)
    assert KIT[key].tone < pitch_at(y, 0.0, 0.06) < start


def test_toms_go_up() -> None:
    found = [pitch_at(hit(key, 0.5, noise=0.0), 0.2, 0.4) for key in TOMS]
    assert found == sorted(found)
    assert pitch_at(hit(45, tune=12.0, noise=0.0), 0.2, 0.4) == pytest.approx(2 * found[2], rel=0.01)


@pytest.mark.parametrize("key", [KICK, 41, 50])
@pytest.mark.parametrize("length", [1.0, 2.0])
def test_they_ring_as_long_as_asked(key: int, length: float) -> None:
    """60 dB in `ring` seconds."""
    y, ring = hit(key, noise=0.0, length=length), KIT[key].ring * length
    whole = 4 / KIT[key].tone
    a, b = (power(y, at, at + whole) for at in (0.15, 0.15 + 0.3 * ring))
    assert a - b == pytest.approx(0.3 * 60.0, abs=1.0)


def test_snare_is_a_drum_and_a_rattle() -> None:
    """The rattle outlasts the tone, and lies around its colour."""
    y = hit(SNARE)
    spectrum = np.abs(np.fft.rfft(y[RATE // 10 : RATE // 4], RATE)) ** 2
    centre = (spectrum * np.arange(len(spectrum))).sum() / spectrum.sum()
    assert 2000 < centre < 7000
    assert power(y, 0.05, 0.07) - power(y, 0.15, 0.17) == pytest.approx(60 * 0.1 / KIT[SNARE].rattle, abs=3.0)


def test_clap_is_many_hands() -> None:
    """Four bursts 11 ms apart, then the tail."""
    y = hit(CLAP)
    for k in range(4):
        begin, end = 0.011 * k, 0.011 * (k + 1)
        assert power(y, begin, begin + 0.003) > power(y, end - 0.001, end) + 0.5
    envelope = np.convolve(y**2, np.ones(96) / 96, "same")[: RATE // 20]
    assert envelope[round(0.036 * RATE)] > envelope[round(0.0325 * RATE)]


@pytest.mark.parametrize("closer", [CLOSED, PEDAL])
def test_a_closed_hat_chokes_an_open_one(closer: int) -> None:
    """What still rang is gone as fast as a closed hat; alone it rings on."""
    at = RATE // 5
    ring = sounding("drums", [NoteOn(0, OPEN, 1.0)], 0.6, CLEAN)[0]
    choked = sounding("drums", [NoteOn(0, OPEN, 1.0), NoteOn(at, closer, 0.4)], 0.6, CLEAN)[0]
    np.testing.assert_array_equal(ring[:at], choked[:at])
    assert power(ring, 0.35, 0.4) > power(ring, 0.0, 0.05) - 30
    assert power(choked, 0.35, 0.4) < power(ring, 0.35, 0.4) - 60


def test_nothing_else_chokes_it() -> None:
    both = sounding("drums", [NoteOn(0, OPEN, 1.0), NoteOn(9600, KICK, 1.0)], 0.6, {**CLEAN, "after.drive": 0.5})[0]
    high = np.diff(both, 3)[round(0.3 * RATE) :]
    alone = np.diff(sounding("drums", [NoteOn(0, OPEN, 1.0)], 0.6, CLEAN)[0], 3)[round(0.3 * RATE) :]
    assert np.sqrt((high**2).mean()) == pytest.approx(np.sqrt((alone**2).mean()), rel=0.1)


def test_hats_fall_as_long_as_asked() -> None:
    for key, name, seconds in ((CLOSED, "after.closed_hat", 0.1), (OPEN, "after.open_hat", 0.6)):
        y = hit(key, **{name: seconds})
        part = 0.25 * seconds
        assert power(y, 0.0, part) - power(y, 2 * part, 3 * part) == pytest.approx(30.0, abs=1.5)


def test_velocity_and_other_keys() -> None:
    """A velocity of half is 12 dB softer; a key without a sound is silent."""
    loud, soft = (power(hit(KICK, velocity=v), 0.0, 0.3) for v in (1.0, 0.5))
    assert loud - soft == pytest.approx(12.04, abs=0.2)
    assert not hit(100).any()


def test_voices_end_though_nobody_lets_go() -> None:
    """A second hit of the same key is not the first one's end."""
    y = sounding("drums", [NoteOn(0, KICK, 1.0), NoteOn(RATE // 4, KICK, 1.0)], 6.0, CLEAN)
    assert power(y[0], 0.25, 0.3) > power(y[0], 0.2, 0.25) + 3
    assert np.abs(y[:, -RATE:]).max() < 1e-5


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_level(preset: str) -> None:
    events = [NoteOn(RATE // 4 * k, key, 1.0) for k, key in enumerate((KICK, CLOSED, SNARE, OPEN, KICK, CLAP))]
    y = sounding("drums", events, 2.0, PRESETS[preset])
    assert -14.0 < 20 * np.log10(np.abs(y).max()) < -3.0
    assert np.abs(y.mean(axis=1)).max() < 3e-3


def test_groove() -> None:
    y = render("drums", "c", 9.0)
    assert -9.0 < 20 * np.log10(np.abs(y).max()) < -3.0
    assert np.abs(y.mean(axis=1)).max() < 2e-3
