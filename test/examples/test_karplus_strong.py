"""The plucked string: in tune, and each partial dies away as the loop's gain says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from sound import partial, pitch

import dspc
from dspc.driver.programs import open_programs
from dspc.events import NoteOff, NoteOn

PLUCK = open_programs(str(EXAMPLES / "karplus_strong.py")).programs[0]
ENGINE = dspc.compile(PLUCK, "c", sample_rate=RATE)


def plucked(key: int, seconds: float, off: float | None = None, **params: float) -> np.ndarray:
    """A note from the first sample on; its key is let go after `off` seconds."""
    ENGINE.reset()
    for name, value in params.items():
        ENGINE.set(name, value)
    events: list[Any] = [NoteOn(0, key, 0.8, 1)]
    if off is not None:
        events.append(NoteOff(round(off * RATE), key))
    return ENGINE.process(frames=round(seconds * RATE), events=events)


def hertz(key: int) -> float:
    return 440.0 * 2 ** ((key - 69) / 12)


@pytest.mark.parametrize("damping", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("key", range(36, 97))
def test_in_tune(key: int, damping: float) -> None:
    """Within a cent, whatever the damping."""
    period = RATE / hertz(key)
    y = plucked(key, 70 / hertz(key), damping=damping, decay=4.0, position=0.2)[round(3 * period) :]
    assert abs(1200 * np.log2(pitch(y, hertz(key), RATE) / hertz(key))) < 1.0


@pytest.mark.parametrize("key, damping, decay", [(36, 0.3, 4.0), (48, 0.0, 1.0), (60, 0.5, 2.0), (72, 1.0, 8.0)])
def test_partials_decay_by_the_formula(key: int, damping: float, decay: float) -> None:
    """Once a period by 10^(-3 / (f decay)) and by the smoothing's gain at the partial."""
    f = hertz(key)
    length = round(20 * RATE / f)
    y = plucked(key, 110 / f, damping=damping, decay=decay, position=0.13).astype(np.float64)
    for number in (1, 2, 3, 5):
        first, second = (abs(partial(y[at : at + length], number * f, RATE)) for at in (2 * length, 4 * length))
        gain = 10 ** (-3 / (f * decay)) * (1 - 0.5 * damping * (1 - np.cos(2 * np.pi * number * f / RATE)))
        wanted = 2 * length * f / RATE * 20 * np.log10(gain)
        assert 20 * np.log10(second / first) == pytest.approx(wanted, rel=0.02, abs=0.02), number


def test_a_key_that_is_up_mutes() -> None:
    """60 dB in `mute` seconds; then the voice ends, in silence."""
    y = plucked(48, 2.0, off=0.5, damping=0.0, decay=20.0, mute=0.3).astype(np.float64)

    def level(seconds: float) -> float:
        at = round(seconds * RATE)
        return 10 * np.log10(np.mean(y[at : at + 3670] ** 2))  # ten periods

    assert level(0.4) - level(0.1) == pytest.approx(-60 * 0.3 / 20, abs=0.3)
    assert level(0.75) - level(0.55) == pytest.approx(-60 * 0.2 / 0.3, abs=0.5)
    assert not y[round(1.5 * RATE) :].any()


def test_the_place_where_it_is_plucked_has_no_sound() -> None:
    """At a half every other partial is missing."""
    f = hertz(45)
    y = plucked(45, 0.6, position=0.5, damping=0.0)[4000:].astype(np.float64)
    odd, even = (np.mean([abs(partial(y, n * f, RATE)) for n in numbers]) for numbers in ((1, 3, 5, 7), (2, 4, 6, 8)))
    assert even < 0.03 * odd
