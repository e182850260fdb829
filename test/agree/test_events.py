"""Events take effect at their sample, exactly."""

from __future__ import annotations

import numpy as np
import pytest

import dspc
from dspc.driver.compile import compile as build
from dspc.frontend.events import NoteOff, NoteOn, Param

BACKENDS = ("c", "wasm", "bytecode", "reference")


@dspc.instrument(voices=4)
def organ(note, level=dspc.param(0.5, 0.0, 1.0), octave=dspc.param(0, -2, 2, step=1)):
    return level * note.velocity * dspc.f32(note.gate) * (1 + dspc.f32(octave))


@dspc.effect
def steps(x, sharp=dspc.param(0.25, 0.0, 1.0, smooth=0.0), smooth=dspc.param(0.25, 0.0, 1.0)):
    return sharp, dspc.sqrt(sharp), smooth


@pytest.mark.parametrize("backend", BACKENDS)
def test_notes_are_exact_beside_a_smoothed_parameter(backend: str) -> None:
    engine = build(organ, backend)
    y = engine.process(frames=100, events=[NoteOn(21, 60, 0.5, 1), NoteOff(77, 60, 0.0, 1)])
    assert not y[:21].any() and (y[21:77] == 0.25).all() and not y[77:].any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_parameters(backend: str) -> None:
    engine = build(steps, backend)
    engine.set("smooth", 0.75)
    sharp, root, smooth = engine.process(np.zeros(2000, np.float32), events=[
        Param(37, "sharp", 0.81), Param(37, "smooth", 0.25), Param(1500, "sharp", 0.04)])  # fmt: skip
    assert (sharp[:37] == 0.25).all() and (sharp[37:1500] == np.float32(0.81)).all()
    assert (root[37:1500] == np.sqrt(np.float32(0.81))).all() and (sharp[1500:] == np.float32(0.04)).all()
    assert (smooth[:38] == 0.75).all() and (np.diff(smooth) <= 0).all()
    settled = np.flatnonzero(smooth == 0.25)[0]
    assert 0.02 * 48_000 <= settled - 37 <= 0.02 * 48_000 + 48, settled
    assert np.abs(np.diff(smooth)).max() < 0.5 / 900, "it glides in a line"
