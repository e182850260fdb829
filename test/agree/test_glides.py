"""Glides, on every backend and against the formula: in a line over the keys, in one time, however far."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from agree.hearing import RATE, Samples, heard, off, on
from numpy.typing import NDArray

import dspc
from dspc.backends.reference.memory import StreamKit
from dspc.dialects.primitives.voices import PortamentoOp
from dspc.frontend.events import Bend, Choke, Param

TICK = 16
GLIDE = 0.02


def way(frames: int, *legs: tuple[int, float, float], seconds: float = GLIDE) -> NDArray[np.float64]:
    """A pitch in keys: from each leg's frame it goes from a key (NaN: where it is) to another, in a line over time."""
    pitch = np.zeros(frames)
    for at, start, goal in legs:
        start = pitch[at] if np.isnan(start) else start
        passed = np.arange(frames - at) / max(seconds * RATE, 1e-9)
        pitch[at:] = start + (goal - start) * np.minimum(passed, 1.0)
    return pitch


HERE = float("nan")


def assert_glides(ramp: Samples, frequency: Samples, pitch: NDArray[np.float64], *starts: int) -> None:
    """The frequency is the pitch's; the phase, counted, is its integral.

    Between ticks it goes in a line, from the second tick on to where the pitch will be: until then it is behind.
    """
    first, begins = starts[0], np.array(starts) - starts[0]
    ramp, frequency = ramp[first:], frequency[first:]
    wanted = 440 * 2 ** ((pitch[first:] - 69) / 12)
    error = np.abs(frequency - wanted)
    assert (error[begins] < 1e-6 * wanted[begins]).all(), "it starts at its own sample"
    rises = np.abs(np.diff(wanted))
    rises[begins[1:] - 1] = 0.0
    slope, behind = rises.max(), np.zeros(len(wanted), bool)
    for begin in begins:
        behind[begin : begin + 2 * TICK] = True
    assert error[behind].max() <= TICK * slope + 1e-3
    assert error[~behind].max() <= TICK / 4 * slope + 1e-3, "where it ends between ticks it is cut by a corner"
    assert np.ptp(frequency[-100:]) == 0 and error[-1] < 1e-6 * wanted[-1], "it arrives exactly"
    counted = np.concatenate(([0.0], np.cumsum((np.diff(ramp.astype(float)) + 0.5) % 1.0 - 0.5)))
    exact = np.concatenate(([0.0], np.cumsum(wanted[:-1]))) / RATE
    assert np.abs(counted - exact).max() < len(starts) * TICK * TICK * slope / RATE + 1e-5


@dspc.instrument(voices=1, glide=GLIDE)
def gliding(note):
    return dspc.phasor(note.frequency), note.frequency


@dspc.instrument(voices=1, glide=GLIDE, legato=True)
def tied(note):
    return dspc.phasor(note.frequency), note.frequency


@dspc.instrument(voices=4, glide=GLIDE)
def chords(note):
    mine = dspc.select(note.voice == 1, 1.0, 0.0)
    return dspc.phasor(note.frequency) * mine, note.frequency * mine


@dspc.instrument(voices=1, glide=dspc.param(GLIDE, 0.0, 1.0, unit="s", smooth=0.0))
def knob(note):
    return dspc.phasor(note.frequency), note.frequency


@dspc.instrument(voices=1, glide="slide")
def named(note, slide=dspc.param(GLIDE, 0.0, 1.0, unit="s", smooth=0.0)):
    return dspc.phasor(note.frequency), note.frequency


def test_a_mono_voice_glides_from_where_it_is() -> None:
    """Also while it glides, also back to a key that is still held, also where it was released."""
    events = on(3, 60, 1), on(401, 72, 2), on(880, 65, 3), off(2000, 3), off(3200, 1), off(3200, 2), on(3400, 50, 4)
    legs = (3, 60, 60), (401, HERE, 72), (880, HERE, 65), (2000, HERE, 72), (3400, HERE, 50)
    ramp, frequency = heard(gliding, 4800, *events)
    assert_glides(ramp, frequency, way(4800, *legs), 3, 401, 880, 2000, 3400)


def test_the_first_note_and_one_after_silence_do_not_glide() -> None:
    frequency = heard(gliding, 900, on(3, 60, 1), off(400, 1), Choke(500), on(600, 72, 2))[1]
    assert np.ptp(frequency[3:500]) == 0 and np.ptp(frequency[600:]) == 0


def test_with_legato_only_overlapping_notes_glide() -> None:
    events = on(3, 60, 1), on(401, 64, 2), off(1600, 2), off(1600, 1), on(1600, 70, 3), off(2000, 3), on(2001, 55, 4)
    legs = (3, 60, 60), (401, HERE, 64), (1600, 70, 70), (2001, 55, 55)
    ramp, frequency = heard(tied, 2500, *events)
    assert_glides(ramp, frequency, way(2500, *legs), 3, 401, 1600, 2001)


def test_a_poly_voice_glides_from_the_last_note() -> None:
    """Voice 1 of a chord; voice 0 stays where it is."""
    ramp, frequency = heard(chords, 2000, on(3, 72, 1), on(401, 60, 2))
    assert_glides(ramp, frequency, way(2000, (401, 72, 60)), 401)


def test_bend_adds_to_a_glide() -> None:
    """A bend is exact at its sample; the glide goes on under it."""
    ramp, frequency = heard(gliding, 2000, on(3, 60, 1), on(401, 62, 2), Bend(600, 2.0), Bend(1607, -1.0))
    pitch = way(2000, (3, 60, 60), (401, HERE, 62))
    pitch[600:] += 2.0
    pitch[1607:] -= 3.0
    assert_glides(ramp, frequency, pitch, 3, 401, 600, 1607)


@pytest.mark.parametrize("program, id", [(knob, "glide"), (named, "slide")])
def test_a_parameter_says_how_long_a_glide_takes(program: Any, id: str) -> None:
    """What it is when a note begins counts; a glide that runs keeps its time, and 0 is none."""
    events = on(3, 60, 1), on(401, 72, 2), Param(600, id, 0.5), Param(1500, id, 0.0), on(2000, 48, 3)
    ramp, frequency = heard(program, 2500, *events)
    pitch = way(2500, (3, 60, 60), (401, HERE, 72))
    pitch[2000:] = 48
    assert_glides(ramp, frequency, pitch, 3, 401, 2000)


def test_a_pitch_that_has_arrived_stays_there_when_the_frame_wraps() -> None:
    """The frame is 32 bits wide: a day later it is what it was when the glide began."""
    kit = StreamKit(float(RATE))
    state = SimpleNamespace(start=np.float32(0), goal=np.float32(0), length=np.float32(0), begun=np.uint32(0))
    state.pitch, state.origin, state.glide = np.float32(72), np.float32(60), np.int32(1)
    step, pitches = PortamentoOp.step, list[float]()
    for position in (1600, 1616, 1600 + 1200, 1600 + 4800, 1600, 1616):
        kit.position = position
        with np.errstate(invalid="ignore", divide="ignore"):  # 0 / 0, where nothing glides
            pitches.append(float(step(cast(Any, None), kit, state, np.float32(0.05))))
    np.testing.assert_allclose(pitches, [60 + 12 * 16 / 2400, 60 + 12 * 32 / 2400, 66 + 12 * 16 / 2400, 72, 72, 72])
