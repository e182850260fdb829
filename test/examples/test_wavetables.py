"""The wavetable synthesiser: its file, and its sound against NumPy's interpolation in f64."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE

import dspc
from dspc.driver.audio_files import read_audio

FILE = EXAMPLES / "audio" / "wavetables.wav"
SIZE = 256


def module(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("tested_wavetables", EXAMPLES / path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


EXAMPLE = module("wavetables.py")
ROWS = read_audio(FILE)[0].reshape(-1, SIZE).astype(np.float64)


def test_file_is_derived() -> None:
    """The checked-in file is what the script writes: six rows, small."""
    written = module("audio/make_wavetables.py").build()
    np.testing.assert_array_equal(np.rint(ROWS.ravel() * 32768).astype(np.int16), written)
    assert ROWS.shape == (6, SIZE) and FILE.stat().st_size < 10_000


def test_rows_have_their_harmonics() -> None:
    """1, 2, 4 … 32, and nothing above but the rounding to 16 bits."""
    for row, harmonics in zip(ROWS, (1, 2, 4, 8, 16, 32), strict=True):
        spectrum = np.abs(np.fft.rfft(row)) / (SIZE / 2)
        assert spectrum[1 : harmonics + 1].min() > 1e-3 and spectrum[harmonics + 1 :].max() < 2e-5
        assert abs(spectrum[0]) < 1e-4


def interpolated(frequency: float, timbre: np.ndarray, frames: int) -> np.ndarray:
    """The formula in f64: linear between samples and between rows."""
    phase = np.arange(frames) * (frequency / RATE) % 1.0
    at, circle = phase * SIZE, np.concatenate([ROWS, ROWS[:, :1]], axis=1)
    rows = np.array([np.interp(at, np.arange(SIZE + 1), row) for row in circle])
    below = np.minimum(np.floor(timbre).astype(int), len(ROWS) - 1)
    above, n = np.minimum(below + 1, len(ROWS) - 1), np.arange(frames)
    return rows[below, n] + (timbre - below) * (rows[above, n] - rows[below, n])


@pytest.mark.parametrize("backend", ["c", "bytecode", "wasm"])
@pytest.mark.parametrize("timbre", [0.0, 1.0, 2.5, 4.99, 5.0])
@pytest.mark.parametrize("frequency", [RATE * k / 8192 for k in (9, 75, 211)])
def test_against_numpy(frequency: float, timbre: float, backend: str) -> None:
    """The steps of these phases are exact in f32."""
    y = dspc.render(lambda: EXAMPLE.wave(frequency, timbre), seconds=0.5, backend=backend)
    np.testing.assert_allclose(y, interpolated(frequency, np.full(len(y), timbre), len(y)), atol=3e-5)


def test_against_numpy_in_f64() -> None:
    y = dspc.render(lambda: EXAMPLE.wave(440.0, 2.5), seconds=0.5, precision="f64")
    np.testing.assert_allclose(y, interpolated(440.0, np.full(len(y), 2.5), len(y)), atol=1e-9)


def test_morphing_is_smooth() -> None:
    """From the darkest to the brightest: the formula at every sample, so no steps between rows."""
    timbre = np.linspace(0, 5, RATE, dtype=np.float32)
    y = dspc.render(lambda t: EXAMPLE.wave(RATE * 75 / 8192, t), timbre, backend="c")
    np.testing.assert_allclose(y, interpolated(RATE * 75 / 8192, timbre.astype(np.float64), RATE), atol=3e-5)


def test_a_note() -> None:
    """Its frequency, and that it grows darker as the envelope falls."""
    engine = dspc.compile(EXAMPLE.wavetables, backend="c")
    engine.note_on(57, 1.0)
    spectra = [np.abs(np.fft.rfft(engine.process(frames=RATE) * np.hanning(RATE))) for _ in range(2)]
    bright, dark = (s[220 * 5 - 5 : 220 * 30].max() / s[220] for s in spectra)
    assert all(s.argmax() == 220 for s in spectra) and dark < 0.7 * bright
