"""The synthesiser: in tune, its envelopes in time, its filter where it says, and sixteen voices below full scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE, render, sounding
from sound import Doubles, partial, pitch

import dspc
from dspc.events import Bend, Controller, NoteOff, NoteOn

PRESETS = dspc.presets(EXAMPLES / "presets" / "polysynth.toml")
DRY = {"lfo1.depth": 0.0, "lfo2.depth": 0.0, "spread": 0.0, "after.chorus_mix": 0.0, "after.reverb": 0.0}
OPEN = {"filter.cutoff": 20_000.0, "filter.sweep": 0.0, "filter.resonance": 0.0, "filter.drive": 0.25, "shape": 0.5}
ORGAN = {**DRY, **OPEN, "amp.attack": 0.0, "amp.sustain": 1.0, "after.level": 0.0}
PARTS = ("osc.saws", "osc.table", "osc.sub")


def only(part: str) -> dict[str, float]:
    return {name: float(name == part) for name in PARTS}


def played(events: list[Any], seconds: float, params: dict[str, Any]) -> Doubles:
    """The left channel."""
    return sounding("polysynth", events, seconds, params)[0]


def decibels(y: Doubles) -> float:
    return 10 * float(np.log10(np.mean(y**2) + 1e-30))


def cents(found: float, wanted: float) -> float:
    return 1200 * float(np.log2(found / wanted))


@pytest.mark.parametrize("key", [33, 57, 81])
@pytest.mark.parametrize("part, octave", [("osc.sub", -1), ("osc.table", 0), ("osc.saws", 0)])
def test_it_is_in_tune(part: str, octave: int, key: int) -> None:
    """All three parts, over four octaves; the saws are undetuned."""
    wanted = 440.0 * 2 ** ((key - 69) / 12 + octave)
    y = played([NoteOn(0, key, 0.8)], 1.0, {**ORGAN, **only(part), "osc.detune": 0.0})[RATE // 5 :]
    assert cents(pitch(y, wanted, RATE), wanted) == pytest.approx(0.0, abs=0.1)


def test_bend_and_wheel() -> None:
    """Two semitones up; and a vibrato of the asked width, 5.5 times a second."""
    params = {**ORGAN, **only("osc.sub"), "vibrato": 50.0}
    bent = played([NoteOn(0, 69, 0.8), Bend(0, 2.0)], 1.0, params)[RATE // 5 :]
    assert cents(pitch(bent, 247.0, RATE), 220.0 * 2 ** (2 / 12)) == pytest.approx(0.0, abs=0.1)
    swayed = played([Controller(0, 1, 1.0), NoteOn(0, 81, 0.8)], 1.2, params)
    crossings = np.flatnonzero((swayed[:-1] < 0) & (swayed[1:] >= 0))
    exact = crossings + swayed[crossings] / (swayed[crossings] - swayed[crossings + 1])
    found = 1200 * np.log2(RATE / np.diff(exact) / 440.0)[40:]
    assert (found.max(), found.min()) == pytest.approx((50.0, -50.0), abs=1.5)
    turns = np.flatnonzero((found[:-1] < 0) & (found[1:] >= 0))
    assert 5.5 * np.diff(exact[40:][turns]) / RATE == pytest.approx(np.ones(len(turns) - 1), abs=0.02)


def test_the_amplitude_follows_its_envelope() -> None:
    """Attack a line of 0.1 s, then exponentials of a fifth of their times as time constants, as adsr says."""
    times = {"amp.attack": 0.1, "amp.decay": 0.5, "amp.sustain": 0.25, "amp.release": 0.4}
    events = [NoteOn(0, 69, 0.8), NoteOff(RATE, 69)]
    shaped, held = (played(events, 1.5, {**ORGAN, **only("osc.sub"), **t}) for t in (times, {}))
    steady = decibels(held[RATE // 2 : RATE - 4800])
    at = [0.05, 0.2, 0.4, 0.9, 1.1, 1.2]
    wanted = [0.5, *(0.25 + 0.75 * np.exp(-(t - 0.1) / 0.1) for t in at[1:4]), 0, 0]
    wanted[4:] = [0.25 * np.exp(-(t - 1.0) / 0.08) for t in at[4:]]
    half = RATE // 220  # two periods of 220 Hz
    found = [decibels(shaped[round(t * RATE) - half : round(t * RATE) + half]) - steady for t in at]
    assert found == pytest.approx(20 * np.log10(wanted), abs=0.6)


def test_the_ladder_falls_by_24_decibels_an_octave() -> None:
    """Harmonics of the saws far above the cutoff, against the filter open; the key does not move it."""
    closed = {"filter.cutoff": 400.0, "filter.tracking": 0.0}
    a, b = (played([NoteOn(0, 45, 0.8)], 1.0, {**ORGAN, **only("osc.saws"), "osc.detune": 0.0, **more})[RATE // 4 :]
            for more in (closed, {}))  # fmt: skip
    loss = [20 * np.log10(abs(partial(a, f, RATE)) / abs(partial(b, f, RATE))) for f in (1760.0, 3520.0)]
    prewarped = [np.tan(np.pi * f / RATE) / np.tan(np.pi * 400.0 / RATE) for f in (1760.0, 3520.0)]
    assert loss == pytest.approx([-40 * np.log10(np.hypot(1, w)) * 2 for w in prewarped], abs=1.0)


def test_velocity_opens_the_filter_and_is_loud() -> None:
    soft, hard = (played([NoteOn(0, 45, v)], 0.5, {**DRY, **only("osc.saws")}) for v in (0.25, 1.0))

    def treble(y: Doubles) -> float:
        power = np.abs(np.fft.rfft(y[: RATE // 5])) ** 2
        return 10 * float(np.log10(power[300:].sum() / power.sum()))  # above 1.5 kHz

    assert decibels(hard) - decibels(soft) > 11.0
    assert treble(hard) - treble(soft) > 10.0


def test_sixteen_voices_are_no_louder_than_full_scale() -> None:
    events = [NoteOn(0, 36 + 3 * k, 1.0) for k in range(16)]
    y = sounding("polysynth", events, 3.0)
    assert 0.5 < np.abs(y).max() < 1.0
    assert np.abs(y.mean(axis=1)).max() < 0.01  # what the soft clip makes of saws that are not symmetrical
    one = sounding("polysynth", events[5:6], 3.0)
    assert 0.1 < np.abs(one).max() < 0.6


def test_voices_are_spread() -> None:
    """Wide with chorus and reverb, the same on both sides without."""
    wide = sounding("polysynth", [NoteOn(0, 57, 0.8), NoteOn(0, 64, 0.8)], 2.0, PRESETS["warm-pad"])
    narrow = sounding("polysynth", [NoteOn(0, 57, 0.8)], 0.5, DRY)
    assert np.corrcoef(wide)[0, 1] < 0.7
    np.testing.assert_allclose(narrow[0], narrow[1], atol=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_level(preset: str) -> None:
    """About as loud as each other, unclipped, without offset, and they end."""
    events = [NoteOn(0, 48, 0.7), NoteOn(12_000, 60, 0.7), *(NoteOff(RATE, key) for key in (48, 60))]
    y = sounding("polysynth", events, 12.0, PRESETS[preset])
    assert -16.0 < 20 * np.log10(np.abs(y).max()) < -2.0
    assert np.abs(y[:, :RATE].mean(axis=1)).max() < 5e-3
    assert np.abs(y[:, -RATE:]).max() < 1e-3


def test_prelude() -> None:
    y = render("polysynth", "c", 10.0)
    assert -10.0 < 20 * np.log10(np.abs(y).max()) < -4.0
    assert np.abs(y.mean(axis=1)).max() < 1e-3
