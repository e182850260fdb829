"""The LFO against formulas, pink noise against the line of 3.01 dB an octave."""

from __future__ import annotations

import numpy as np
import pytest
from figures import largest, within
from scipy import signal

import dspc
from dspc.events import Transport
from dspc.stdlib import lfo, pink_noise

RATE = 48_000
SHAPES = {
    "sine": lambda p: np.sin(2 * np.pi * p),
    "triangle": lambda p: 2 / np.pi * np.arcsin(np.sin(2 * np.pi * p)),
    "saw": lambda p: 2 * p - 1,
    "square": lambda p: np.where(p < 0.5, 1.0, -1.0),
}


def turns(frequency: float, frames: int, phase: float = 0.0) -> np.ndarray:
    return (phase + frequency / RATE * np.arange(frames)) % 1.0


def test_shapes_are_their_formulas() -> None:
    def program():
        plain = [lfo(11.71875, shape, phase=0.3) for shape in SHAPES]  # 4096 samples
        return *plain, *(lfo(11.71875, shape, 0.3, unipolar=True) for shape in SHAPES)

    found = dspc.render(program, seconds=0.5, sample_rate=RATE, backend="bytecode")
    p = turns(11.71875, found.shape[1], np.float32(0.3))
    for i, shape in enumerate(SHAPES.values()):
        inside = np.abs(p * 2 - np.round(p * 2)) > 1e-5  # the sample of a step is on either side
        within("lfo", "shapes, every sample", "their formulas", largest(found[i][inside], shape(p)[inside]), 2e-6)
        np.testing.assert_allclose(found[i + 4], 0.5 + 0.5 * found[i], atol=1e-7)


def test_a_choice_of_shapes() -> None:
    def program(shape=dspc.choice("square", "saw"), rate=dspc.param(7.0, 0.1, 20.0)):
        return lfo(rate, shape), lfo(rate, "saw"), lfo(rate, "square")

    for shape, same in (("saw", 1), ("square", 2)):
        y = dspc.render(program, seconds=0.4, params={"shape": shape}, backend="bytecode")
        np.testing.assert_array_equal(y[0], y[same])


def test_a_reset_begins_a_period() -> None:
    def program():
        again = dspc.frame % 1000 == 0
        return lfo(20.0, "saw", reset=again), lfo(20.0, "steps", reset=again), lfo(20.0, "sine", 0.25, reset=again)

    y = dspc.render(program, seconds=0.25, sample_rate=RATE, backend="bytecode").reshape(3, 12, 1000)
    np.testing.assert_array_equal(y[0], np.tile(y[0, 0], (12, 1)))
    np.testing.assert_array_equal(y[2], np.tile(y[2, 0], (12, 1)))
    assert y[2, 0, 0] == pytest.approx(1.0)
    assert len(np.unique(y[1, :, 0])) == 12 and (y[1] == y[1, :, :1]).all()


def test_steps_are_random_and_hold_for_a_period() -> None:
    y = dspc.render(lambda: lfo(480.0, "steps"), seconds=20.0, sample_rate=RATE, backend="c")
    changes = np.flatnonzero(np.diff(y) != 0)
    assert np.abs(np.diff(changes) - 100).max() <= 1  # samples
    values = y[50::100].astype(np.float64)
    assert len(np.unique(values)) > 9000
    # uniform in [-1, 1), and without memory: within 4 standard errors
    n = len(values)
    assert abs(values.mean()) < 4 * 3**-0.5 / n**0.5 and abs(values.std() - 3**-0.5) < 4 * 0.26 / n**0.5
    assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 4 / n**0.5


def test_drift_goes_from_value_to_value_without_corners() -> None:
    y = dspc.render(lambda: lfo(48.0, "drift"), seconds=2.0, sample_rate=RATE, backend="c").astype(np.float64)
    assert y[0] == 0.0 and np.abs(y).max() < 1.0 and y.std() > 0.3
    assert np.abs(np.diff(y)).max() <= 2 * 1.5 / 1000 + 1e-6  # the steepest way from -1 to 1 in a period
    assert np.abs(np.diff(y, 2)).max() < 2 * 12 / 1000**2 + 1e-6


def test_lanes_and_voices_drift_apart() -> None:
    y = dspc.render(lambda: tuple(dspc.bank(3, lambda i: lfo(10.0, "drift")).stack()), seconds=1.0, backend="c")
    assert np.abs(np.corrcoef(y) - np.eye(3)).max() < 0.9
    assert len({row.tobytes() for row in y}) == 3


def test_it_follows_the_song() -> None:
    """Two quarter notes a period: while the song plays its phase is that of the position, wherever that jumps."""
    engine = dspc.compile(lambda: lfo(shape="saw", sync=2.0, phase=0.25), backend="bytecode", sample_rate=RATE)
    stopped = engine.process(frames=4800)
    np.testing.assert_allclose(stopped, 2 * turns(1.0, 4800, 0.25) - 1, atol=1e-5)  # 120 a minute
    events = [
        Transport(0, tempo=90.0, playing=True, position=16.5),
        Transport(2400, tempo=90.0, playing=True, position=3.0),
    ]
    y = engine.process(frames=4800, events=events)
    quarters = 1.5 / RATE * np.arange(2400)
    wanted = np.concatenate([16.5 + quarters, 3.0 + quarters]) / 2 + 0.25
    within("lfo", "in step with the song", "its position", largest(y, 2 * (wanted % 1.0) - 1), 1e-5)


# --- noise ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000, 192_000])
def test_pink_noise_falls_by_3_db_an_octave(rate: int) -> None:
    """Its filter, found from the white noise that went in, by Welch's method: within 0.05 dB, sixth of octave by sixth.

    The density in each hertz, and so the level from 20 Hz to 20 kHz, is the same at every rate.
    """
    white, pink = dspc.render(lambda: (dspc.noise(5), pink_noise(5)), seconds=8.0, sample_rate=rate, backend="c")
    size = 1 << (17 if rate < 100_000 else 18)
    at, cross = signal.csd(white, pink, rate, nperseg=size)
    _, own = signal.welch(white, rate, nperseg=size)
    density = np.abs(cross / own) ** 2 * (2 / 3 / rate)
    edges = np.geomspace(20, 20_000, 61)
    bands = [(at >= low) & (at < high) for low, high in zip(edges, edges[1:], strict=False)]
    levels = np.array([10 * np.log10(np.mean((density * at)[band])) for band in bands])
    wanted = -16 - 10 * np.log10(np.log(1000))
    error = np.abs(levels - wanted).max()  # of which 0.05 dB are its own, the rest is Welch's
    within("pink_noise", "density, 20 Hz to 20 kHz, 44.1 to 192 kHz", "-3.01 dB an octave", error, 0.08, "dB")
    assert np.abs(levels - levels.mean())[10:].max() < 0.05
    assert 0.5 < np.abs(pink).max() < 1.2


def test_pink_noises_are_streams_of_their_own() -> None:
    y = dspc.render(lambda: (pink_noise(), pink_noise(), pink_noise(3), pink_noise(3)), seconds=1.0, backend="c")
    assert abs(np.corrcoef(y[0], y[1])[0, 1]) < 0.5 and not np.array_equal(y[0], y[1])
    np.testing.assert_array_equal(y[2], y[3])
