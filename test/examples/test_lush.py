"""The swaying lead: vibrato as it can be measured from the phase, glides, and what moves them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from numpy.typing import NDArray
from scipy.signal import hilbert

from dspc.backends.engine import Engine
from dspc.driver.compile import load_program
from dspc.driver.programs import open_programs
from dspc.frontend.events import Bend, Controller, NoteOff, NoteOn, Pressure

LUSH = load_program(open_programs(str(EXAMPLES / "lush.py")).programs[0], "c")
PLAIN = {"spread": 0.0, "cutoff": 20_000.0, "glide": 0.0}
A4 = 440.0
STILL = Controller(0, 1, 0.0)
"""The mod wheel down: no vibrato in common."""


def play(seconds: float, *events: Any, **params: float) -> NDArray[np.float64]:
    engine = Engine(LUSH, RATE)
    for name, value in {**PLAIN, **params}.items():
        engine.set(name, value)
    return engine.process(frames=round(seconds * RATE), events=events).astype(np.float64)


def cents_of(y: NDArray[np.float64], hz: float = A4) -> NDArray[np.float64]:
    """How far the fundamental is from `hz`, at each sample, from its phase."""
    spectrum = np.fft.fft(y)
    distance = np.abs(np.abs(np.fft.fftfreq(len(y), 1 / RATE)) - hz) / hz
    spectrum *= np.clip((0.45 - distance) / 0.1, 0, 1)
    phase = np.unwrap(np.angle(hilbert(np.fft.ifft(spectrum).real)))
    return 1200 * np.log2(np.maximum(np.gradient(phase), 1e-9) * RATE / (2 * np.pi) / hz)


def sway(y: NDArray[np.float64], rate: float, hz: float = A4) -> complex:
    """Depth in cents and phase of a sway of this rate; a sine from time 0 has phase 0. Of 1 s, after half a second."""
    part = slice(RATE // 2, 3 * RATE // 2)
    turn = np.exp(-2j * np.pi * rate * np.arange(len(y)) / RATE)
    return complex(2j * (cents_of(y, hz) * turn)[part].mean())


@pytest.mark.parametrize("rate", [2.0, 5.0, 8.0])
@pytest.mark.parametrize("depth", [10.0, 40.0])
@pytest.mark.parametrize("wheel", [0.25, 1.0])
def test_vibrato_is_on_the_mod_wheel(rate: float, depth: float, wheel: float) -> None:
    y = play(2.0, Controller(0, 1, wheel), NoteOn(0, 69, 1.0), rate=rate, depth=depth)
    found = sway(y, rate)
    assert abs(found) == pytest.approx(depth * wheel, rel=0.02)
    assert np.angle(found) == pytest.approx(0.0, abs=0.05)
    assert abs(sway(y, 2 * rate)) < 0.02 * abs(found) + 0.02


def test_a_wheel_that_nobody_moved_is_in_the_middle() -> None:
    assert abs(sway(play(2.0, NoteOn(0, 69, 1.0)), 5.0)) == pytest.approx(20.0, rel=0.02)


def test_nothing_sways_by_itself() -> None:
    assert np.abs(cents_of(play(2.0, STILL, NoteOn(0, 69, 1.0)))[RATE // 2 : -RATE // 2]).max() < 0.1


@pytest.mark.parametrize("start", [0, 7000, 13_333])
def test_all_voices_share_one_vibrato(start: int) -> None:
    """Whenever a note starts, the vibrato goes on as it was."""
    wheel = Controller(0, 1, 1.0)
    one = sway(play(2.0, wheel, NoteOn(start, 69, 1.0)), 5.0)
    assert np.angle(one) == pytest.approx(0.0, abs=0.05) and abs(one) == pytest.approx(40.0, rel=0.02)
    both = play(2.0, wheel, NoteOn(0, 69, 1.0), NoteOn(start, 45, 1.0))
    for hz in (A4, 110.0):
        assert np.angle(sway(both, 5.0, hz)) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("start", [0, 5000, 13_333])
@pytest.mark.parametrize("pressure", [0.5, 1.0])
def test_each_note_has_its_own_sway(start: int, pressure: float) -> None:
    """It starts with the note, and the pressure says how deep it is."""
    found = sway(play(2.0, STILL, Pressure(0, pressure), NoteOn(start, 69, 1.0)), 3.0)
    expected = 60.0 * pressure * np.exp(-2j * np.pi * 3.0 * start / RATE)
    assert abs(found - expected) < 0.06 * abs(expected)


def test_a_second_note_in_the_same_voice_starts_it_again() -> None:
    """Nine notes, eight voices: the last one takes the first one's."""
    keys = [NoteOn(0, key, 0.0001) for key in range(20, 28)]
    y = play(2.0, STILL, Pressure(0, 1.0), *keys, NoteOn(9000, 69, 1.0))
    assert abs(sway(y, 3.0) - 60.0 * np.exp(-2j * np.pi * 3.0 * 9000 / RATE)) < 4.0


@pytest.mark.parametrize("seconds", [0.1, 0.4])
def test_glide_is_a_line_over_the_keys(seconds: float) -> None:
    start = RATE // 2
    y = play(1.5, STILL, NoteOn(0, 69, 1.0), NoteOff(start, 69), NoteOn(start, 72, 1.0), glide=seconds)
    held = play(1.5, STILL, NoteOn(0, 69, 1.0), NoteOff(start, 69), glide=seconds)
    found = cents_of(y - held, 480.0)  # the second note alone
    n = np.arange(len(y)) - start
    wanted = 300 * np.clip(n / (seconds * RATE), 0, 1) + 1200 * np.log2(A4 / 480.0)
    for part in (0.2, 0.5, 0.8, 1.3):
        at = start + round(part * seconds * RATE)
        assert found[at] == pytest.approx(wanted[at], abs=4.0), part


def test_bend() -> None:
    y = play(1.0, STILL, Bend(0, 1.5), NoteOn(0, 69, 1.0))
    assert cents_of(y)[RATE // 2] == pytest.approx(150.0, abs=0.2)


def test_pressure_opens_the_filter() -> None:
    """At three times the cutoff the twentieth harmonic is louder by 40 log10(3) dB, as far as both are below it."""
    y = [play(2.0, STILL, Pressure(0, p), NoteOn(0, 45, 1.0), cutoff=300.0, own_depth=0.0) for p in (0.0, 1.0)]
    closed, opened = (np.abs(np.fft.rfft(part[RATE:] * np.hanning(RATE)))[5500] for part in y)
    assert 20 * np.log10(opened / closed) == pytest.approx(40 * np.log10(3.0), abs=0.5)
