"""stft against numpy's transform in f64, and against itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import dspc

Floats = NDArray[np.float64]
COSINES = {"hann": (0.5, -0.5), "hamming": (0.54, -0.46), "blackman": (0.42, -0.5, 0.08), "rectangular": (1.0,)}


def noise(frames: int) -> Floats:
    return np.random.default_rng(7).uniform(-1, 1, frames)


def decibels(error: Floats) -> float:
    return float(20 * np.log10(np.abs(error).max() + 1e-300))


@pytest.mark.parametrize("window", COSINES)
@pytest.mark.parametrize("size, hop", [(16, 8), (64, 1), (256, 64), (1024, 256), (1024, 512), (4096, 256)])
def test_identity(size: int, hop: int, window: str) -> None:
    """Nothing done to the bins: the input, late by what the engine reports; below -120 dB in f32, -280 dB in f64."""
    x = noise(4 * size + 333)
    for precision, limit in (("f32", -120.0), ("f64", -280.0)):
        program = dspc.Program(lambda x: dspc.stft(x, lambda z: z, size=size, hop=hop, window=window), "effect")
        engine = dspc.compile(program, precision=precision)
        assert engine.latency == size - 1
        made = engine.process(x).astype(np.float64)
        wanted = x.astype(engine.dtype)
        assert decibels(made[engine.latency :] - wanted[: len(wanted) - engine.latency]) < limit
        assert not made[: engine.latency].any() or decibels(made[: engine.latency]) < limit


def overlapped(x: Floats, size: int, hop: int, window: str, change: Floats) -> Floats:
    """Frames that end at every `hop`-th sample, transformed, multiplied, transformed back and added: late as ours."""
    turns = 2 * np.pi * np.arange(size) / size
    w = sum(a * np.cos(n * turns) for n, a in enumerate(COSINES[window]))
    total = np.tile((w**2).reshape(-1, hop).sum(axis=0), size // hop)
    padded, made = np.concatenate([np.zeros(size - 1), x]), np.zeros(len(x) + size - 1)
    for end in range(0, len(x), hop):
        spectrum = np.fft.rfft(padded[end : end + size] * w) * change
        made[end : end + size] += np.fft.irfft(spectrum, size) * w / total
    return made[: len(x)]


@pytest.mark.parametrize("window", COSINES)
def test_bins_against_numpy(window: str) -> None:
    """A filter made of bins, and one that turns phases, in f64."""
    x, size, hop = noise(3000), 128, 32
    gains = 1.0 / (1.0 + np.arange(size // 2 + 1))

    def filtered(x: dspc.Signal) -> dspc.Signal:
        return dspc.stft(x, lambda z: z / (1.0 + z.bin), size=size, hop=hop, window=window)

    def turned(x: dspc.Signal) -> dspc.Signal:
        return dspc.stft(x, lambda z: z * dspc.polar(1.0, 0.3 * z.bin), size=size, hop=hop, window=window)

    for program, change in ((filtered, gains), (turned, np.exp(0.3j * np.arange(size // 2 + 1)))):
        made = dspc.compile(program, precision="f64").process(x)
        assert decibels(made - overlapped(x, size, hop, window, change)) < -250.0


def test_a_sine_is_in_its_bin() -> None:
    """Magnitude and frequency of a sine in the middle of bin 8, put back as real numbers into that bin alone."""
    size, rate = 256, 48_000.0
    x = np.cos(2 * np.pi * 8 * np.arange(2048) / size + 0.7)

    def program(x: dspc.Signal) -> tuple[dspc.Signal, ...]:
        def shown(value: str) -> dspc.Signal:
            def f(z: dspc.Signal) -> dspc.Signal:
                chosen = {"magnitude": abs(z), "frequency": z.frequency, "phase": dspc.f64(z.bin)}[value]
                return dspc.complex(dspc.select(z.bin == 8, chosen, 0.0), 0.0)

            return dspc.stft(x, f, size=size, hop=128, window="rectangular")

        return tuple(shown(v) for v in ("magnitude", "frequency", "phase"))

    made = dspc.render(program, x, precision="f64", sample_rate=rate)
    magnitude, frequency, number = np.abs(np.fft.rfft(made[:, 1024 : 1024 + size])[:, 8])
    assert magnitude == pytest.approx(size / 2, rel=1e-9)
    assert frequency == pytest.approx(8 * rate / size, rel=1e-9)
    assert number == pytest.approx(8, rel=1e-9)


def test_state_steps_once_a_frame() -> None:
    """A counter in every bin, as gain: each sample is weighted by the mean of the two frames that it is in."""
    size, hop = 32, 16

    def program(x: dspc.Signal) -> dspc.Signal:
        return dspc.stft(x, lambda z: z * dspc.feedback(lambda n: n + 1.0), size=size, hop=hop, window="rectangular")

    made = dspc.render(program, np.ones(400, np.float32))
    numbers = np.arange(len(made)) // hop  # of the frame before the one that first ends at or after a sample
    wanted = numbers + np.where(np.arange(len(made)) % hop == 0, 1.5, 2.5)
    np.testing.assert_allclose(made[: 400 - size], wanted[: 400 - size], rtol=1e-5)
