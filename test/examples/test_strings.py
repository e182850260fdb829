"""The strings: in tune, wherever they are bent to, as long as they should be, wide, and not too loud."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, PRELUDE, RATE
from scipy.signal import butter, sosfilt
from sound import Doubles, partial, pitch

import dspc
from dspc.driver.compile import play
from dspc.driver.programs import open_programs
from dspc.events import Bend, Controller, NoteOff, NoteOn

ENGINE = dspc.compile(open_programs(str(EXAMPLES / "strings.py")).programs[0], "c", sample_rate=RATE)
DEFAULTS = {parameter.id: parameter.default for parameter in ENGINE.parameters.values()}
DRY = DEFAULTS | {"after.body": 0.0, "after.mix": 0.0, "detune": 0.0}


def reset(params: dict[str, Any]) -> None:
    ENGINE.reset()
    for name, value in params.items():
        ENGINE.set(name, value)


def played(key: int, seconds: float, *events: Any, off: float = 60.0, velocity: float = 0.8, **params: Any) -> Doubles:
    """A note [2, frames] of dry strings; its key is let go after `off` seconds."""
    reset(DRY | params)
    note = [*events, NoteOn(0, key, velocity, 1)]
    frames = round(seconds * RATE)
    if off < seconds:
        note.append(NoteOff(round(off * RATE), key))
    return ENGINE.process(frames=frames, events=note).astype(np.float64)


def hertz(key: float) -> float:
    return 440.0 * 2 ** ((key - 69) / 12)


def level(y: Doubles, frequency: float, at: float, window: float = 0.4) -> float:
    """Of a partial in decibels."""
    return 20 * np.log10(abs(partial(y[round(at * RATE) : round((at + window) * RATE)], frequency, RATE)))


@pytest.mark.parametrize("how", ["plucked", "bowed"])
@pytest.mark.parametrize("key", [28, 45, 60, 79, 96])
def test_in_tune(how: str, key: int) -> None:
    """A bow pulls nothing out of tune: both within 2 cents, and where the wheel of the pitch wants it, too."""
    for bend in (0.0, -1.5):
        y = played(key, 1.5, Bend(0, bend), played=how)[0][RATE // 4 :]
        assert abs(1200 * np.log2(pitch(y, hertz(key + bend), RATE) / hertz(key + bend))) < 2.0, bend


def test_strings_of_a_course_are_apart_and_on_either_side() -> None:
    left, right = played(60, 2.0, detune=8.0)
    assert level(left, 261.6256 * 2 ** (-8 / 1200), 0.2, 1.5) > level(right, 261.6256 * 2 ** (-8 / 1200), 0.2, 1.5) + 5
    assert level(right, 261.6256 * 2 ** (8 / 1200), 0.2, 1.5) > level(left, 261.6256 * 2 ** (8 / 1200), 0.2, 1.5) + 5


@pytest.mark.parametrize("key, decay", [(45, 4.0), (57, 2.0), (81, 4.0)])
def test_decay(key: int, decay: float) -> None:
    """In `decay` sqrt(220 Hz / f) seconds; when the key is up in `mute`, and then in silence."""
    f = hertz(key)
    y = played(key, 2.0, decay=decay)[0]
    assert 60 / (level(y, f, 0.2) - level(y, f, 1.2)) == pytest.approx(decay * (220 / f) ** 0.5, rel=0.02)
    y = played(key, 2.5, off=0.5, mute=0.5)[0]
    assert 60 / ((level(y, f, 0.55, 0.1) - level(y, f, 0.75, 0.1)) / 0.2) == pytest.approx(0.5, rel=0.1)
    assert not np.any(y[-RATE // 4 :])


def test_a_hard_pluck_is_louder_and_brighter() -> None:
    treble = butter(4, 3000, "high", fs=RATE, output="sos")
    hard, soft = (played(52, 0.5, velocity=v)[0] for v in (1.0, 0.3))
    assert 9 < 20 * np.log10(hard.std() / soft.std()) < 14
    bright, dark = (np.std(sosfilt(treble, y)) for y in (hard, soft))
    assert 20 * np.log10(bright / dark) > 18


def test_the_wheel_is_vibrato() -> None:
    """Sidebands 5.3 Hz beside the fundamental, of the modulation index depth f / 5.3 Hz."""
    f, depth = hertz(81), 2 ** (10 / 1200) - 1
    still, moved = (played(81, 2.5, Controller(0, 1, wheel), played="bowed", vibrato=10.0)[0][RATE // 2 :]
                    for wheel in (0.0, 1.0))  # fmt: skip
    carrier, side = (abs(partial(moved, f + n * 5.3, RATE)) for n in (0, 1))
    assert 2 * side / carrier == pytest.approx(depth * f / 5.3, rel=0.25)
    assert abs(partial(still, f + 5.3, RATE)) < 0.1 * side


def test_a_bow_takes_its_time_and_goes_on() -> None:
    """Where a plucked string is loudest first, a bowed one grows for a tenth of a second, and stays."""
    y = played(57, 3.0, played="bowed")[0]
    parts = [y[round(t * RATE) : round((t + 0.02) * RATE)].std() for t in (0.0, 0.1, 1.0, 2.9)]
    assert parts[0] < 0.1 * parts[2] and abs(20 * np.log10(parts[3] / parts[2])) < 3


def test_the_body_rings_at_its_modes() -> None:
    """With it 102 Hz are louder, as a part of the string's attack that has no such partial."""
    with_body, without = (played(81, 1.0, **{"after.body": b}).mean(axis=0) for b in (1.0, 0.0))
    assert level(with_body, 102.0, 0.0) > level(without, 102.0, 0.0) + 10


@pytest.mark.parametrize("how, seconds, faintest", [("plucked", None, -8.0), ("bowed", 15.0, -14.0)])
def test_the_prelude(how: str, seconds: float | None, faintest: float) -> None:
    """Not clipped and not faint, wide, but good in mono, without offset; at the end of the song in silence."""
    reset(DEFAULTS | {"played": how})
    y = play(ENGINE, midi=PRELUDE, seconds=seconds).astype(np.float64)
    assert faintest < 20 * np.log10(np.abs(y).max()) < -5
    left, right = y.std(axis=1)
    assert abs(20 * np.log10(left / right)) < 1.5 and 0.4 < np.corrcoef(*y)[0, 1] < 0.9
    assert np.abs(y.mean(axis=1)).max() < 1e-4
    assert seconds or np.abs(y[:, -RATE // 10 :]).max() < 1e-4
