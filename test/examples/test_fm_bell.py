"""Bells by FM: partials where the ratios put them, decays as long as asked, brighter when they are struck harder."""

from __future__ import annotations

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE, sounding
from scipy.special import jv
from sound import Doubles, partial, pitch

import dspc
from dspc.events import NoteOff, NoteOn

PRESETS = dspc.presets(EXAMPLES / "presets" / "fm_bell.toml")
DRY = {"after.reverb": 0.0, "after.tremolo": 0.0, "detune": 0.0, "spread": 0.0, "damping": 0.0, "hardness": 0.0}
LONG = {"body.decay": 20.0, "body.fading": 20.0}
BODY = {**DRY, **LONG, "strike.level": 0.0, "body.level": 1.0, "level": 1.0}


def struck(params: dict[str, float], key: int = 60, velocity: float = 0.8, seconds: float = 1.0) -> Doubles:
    """The left channel of one note."""
    return sounding("fm_bell", [NoteOn(0, key, velocity)], seconds, params)[0]


def hertz(key: int) -> float:
    return 440.0 * 2 ** ((key - 69) / 12)


@pytest.mark.parametrize("key", [36, 60, 84])
def test_carriers_are_in_tune(key: int) -> None:
    """Both, at their ratios."""
    for params, ratio in (
        ({**BODY, "body.index": 0.0}, 1.0),
        ({**BODY, "body.level": 0.0, "strike.level": 1.0, "strike.index": 0.0, "strike.decay": 20.0}, 2.76),
    ):
        wanted = ratio * hertz(key)
        found = pitch(struck(params, key)[RATE // 5 :], wanted, RATE)
        assert 1200 * np.log2(found / wanted) == pytest.approx(0.0, abs=0.1)


def test_detune_beats() -> None:
    params = {**BODY, "strike.level": 0.0, "body.index": 0.0, "detune": 10.0}
    found = pitch(struck(params)[RATE // 5 :], hertz(60), RATE)
    assert 1200 * np.log2(found / hertz(60)) == pytest.approx(-10.0, abs=0.1)


@pytest.mark.parametrize("index", [0.5, 1.5, 2.4])
def test_partials_are_bessel_functions(index: float) -> None:
    """Partial 1 + 1.4 k is as loud as |J_k(index)|, damped alike, relative to the loudest."""
    y = struck({**BODY, "body.index": index})[480 : 480 + RATE // 4]
    f, left = hertz(60), np.exp(-5 / 20 * (0.01 + 0.125))  # of the modulator, in the middle
    orders = np.arange(-3, 4)
    places = np.abs(1 + 1.4 * orders)
    found = np.array([abs(partial(y, f * p, RATE)) for p in places])
    wanted = np.abs(jv(orders, index * left))
    np.testing.assert_allclose(found / found.max(), wanted / wanted.max(), atol=0.02)


def test_decays_are_as_long_as_asked() -> None:
    """A fifth of the time is a time constant; with damping 1, half of it an octave up."""
    for key, damping, wanted in ((60, 0.0, 2.0), (60, 1.0, 2.0), (72, 1.0, 1.0), (48, 1.0, 4.0)):
        y = struck({**BODY, "body.index": 0.0, "body.decay": 2.0, "damping": damping}, key, seconds=1.0)
        a, b = (abs(partial(y[at : at + 9600], hertz(key), RATE)) for at in (4800, 4800 + 19_200))
        assert 5 * 0.4 / np.log(a / b) == pytest.approx(wanted, rel=0.01)


def test_velocity_moves_the_index() -> None:
    """Hardness 1: the index is the velocity's part of it; hardness 0: always the same."""

    def overtones(hardness: float, velocity: float) -> float:
        y = struck({**BODY, "body.index": 1.5, "hardness": hardness}, velocity=velocity)[480 : 480 + RATE // 4]
        one, other = (abs(partial(y, hertz(60) * r, RATE)) for r in (1.0, 2.4))
        return other / one

    left = np.exp(-5 / 20 * 0.135)
    for velocity in (0.2, 0.5, 1.0):
        index = 1.5 * velocity * left
        assert overtones(1.0, velocity) == pytest.approx(jv(1, index) / jv(0, index), rel=0.02)
    assert overtones(0.0, 0.2) == pytest.approx(overtones(0.0, 1.0), rel=1e-3)


def test_the_tremolo_goes_from_side_to_side() -> None:
    params = {**BODY, "body.index": 0.0, "after.tremolo": 1.0, "after.rate": 5.0}
    y = sounding("fm_bell", [NoteOn(0, 60, 0.8)], 1.0, params)
    loud = np.sqrt((y.reshape(2, 100, 480) ** 2).mean(axis=2))[:, 20:]
    share = (loud[0] - loud[1]) / loud.sum(axis=0)
    assert share.max() > 0.95 and share.min() < -0.95
    spectrum = np.abs(np.fft.rfft(share - share.mean()))
    assert spectrum.argmax() * 100 / len(share) == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_level(preset: str) -> None:
    events = [NoteOn(0, 60, 0.8), NoteOn(12_000, 67, 0.8), NoteOff(RATE, 60), NoteOff(RATE, 67)]
    y = sounding("fm_bell", events, 2.0, PRESETS[preset])
    assert -16.0 < 20 * np.log10(np.abs(y).max()) < -2.0
    assert np.abs(y.mean(axis=1)).max() < 1e-3
    assert np.corrcoef(y[:, RATE // 2 :])[0, 1] < 0.999
