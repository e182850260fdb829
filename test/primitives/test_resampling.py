"""Other rates: passbands, stopbands, latency, the design of the filters. Frequencies are parts of the outer rate."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tree import ROOT

import dspc
from dspc.frontend import resampling_filters

Floats = NDArray[np.float64]
PASS, STOP = 0.4535, 0.5466
CASES = [(kind, n) for kind, factors in (("fir", (2, 3, 4, 6, 8, 12, 16)), ("iir", (2, 4, 8, 16))) for n in factors]
RIPPLE = {"fir": 1e-3, "iir": 1e-6}
REJECTION = {"fir": -93.0, "iir": -99.9}


def decibels(x: Floats) -> Floats:
    return 20 * np.log10(np.abs(x) + 1e-300)


def response(program: Callable[..., Any], frames: int = 4096) -> tuple[Floats, int]:
    """The impulse response in f64, and the latency that the engine reports."""
    engine = dspc.compile(program, precision="f64")
    x = np.zeros(frames)
    x[0] = 1.0
    return engine.process(x), engine.latency


def tone(frames: int, frequency: float) -> Floats:
    return np.sin(2 * np.pi * frequency * np.arange(frames))


@pytest.mark.parametrize("kind, factor", CASES)
def test_oversampled_passband(kind: str, factor: int) -> None:
    """There and back again: flat up to 0.4535, and linear phase with the latency that is reported."""
    made, latency = response(lambda x: dspc.oversample(factor, lambda: x * 1.0, filter=kind))
    spectrum = np.fft.rfft(made, 65_536)
    band = np.fft.rfftfreq(65_536) <= PASS
    assert np.abs(decibels(spectrum[band])).max() < RIPPLE[kind]
    assert latency == {"fir": 64, "iir": 0}[kind]
    if kind == "fir":
        assert np.argmax(np.abs(made)) == latency
        np.testing.assert_allclose(made[:latency], made[2 * latency : latency : -1], atol=1e-15)


@pytest.mark.parametrize("kind, factor", CASES)
def test_what_arises_inside_does_not_fold(kind: str, factor: int) -> None:
    """Tones above 0.5465 that are made inside do not come out, wherever they would fold to."""
    for frequency in np.linspace(STOP, factor / 2, 9, endpoint=False):
        step = float(frequency) / factor

        def ring(step: float = step) -> dspc.Signal:
            return dspc.oversample(factor, lambda: dspc.sin(2 * np.pi * dspc.phasor(step=step)), filter=kind)

        made = dspc.compile(ring, precision="f64").process(frames=3000)
        assert decibels(made[2000:]).max() < REJECTION[kind], frequency


@pytest.mark.parametrize("kind, factor", [c for c in CASES if c[1] > 2])  # 2: the outer rate is where nothing shifts
def test_images_stay_out(kind: str, factor: int) -> None:
    """A tone from outside has no images inside: what an odd inner product with them would fold down is not there."""
    frequency = 0.2

    def program(x: dspc.Signal) -> dspc.Signal:
        """The inner signal times a cosine of the outer rate: an image at 1 - f would come down to f."""
        shift = dspc.oversample(factor, lambda: x * dspc.cos(2 * np.pi * dspc.phasor(step=1.0 / factor)), filter=kind)
        return 2 * shift

    made = dspc.compile(program, precision="f64").process(tone(6000, frequency))
    assert decibels(made[3000:]).max() < REJECTION[kind] + 6.1  # the images on both sides of the rate come down


@pytest.mark.parametrize("kind, factor", CASES)
def test_undersampled(kind: str, factor: int) -> None:
    """What the inner rate holds passes, what it does not is taken out before it could fold."""
    engine = dspc.compile(lambda x: dspc.undersample(factor, lambda: x * 1.0, filter=kind), precision="f64")
    frames = 600 * factor
    assert engine.latency == {"fir": 64 * factor, "iir": 0}[kind]
    for frequency in (0.05, 0.3, PASS):
        engine.reset()
        x = tone(frames, frequency / factor)
        made = engine.process(x)[frames // 2 :]
        # Amplitude of the tone, by projection on whole periods or nearly so, under a window.
        window = np.hanning(len(made))
        turned = np.exp(-2j * np.pi * frequency / factor * np.arange(len(made)))
        amplitude = 2 * np.abs((made * window * turned).sum()) / window.sum()
        assert abs(20 * np.log10(amplitude)) < 2e-3, frequency
    for frequency in (STOP, 0.7, 0.95):
        engine.reset()
        made = engine.process(tone(frames, frequency / factor))[frames // 2 :]
        assert decibels(made).max() < REJECTION[kind], frequency


@pytest.mark.parametrize("factor", [2, 5, 64])
def test_hold(factor: int) -> None:
    """No filter: the last inner sample; slower, what was there when it was due."""
    x = np.random.default_rng(2).uniform(-1, 1, 400)
    over = dspc.render(lambda x: dspc.oversample(factor, lambda: x * 2.0, filter="hold"), x, precision="f64")
    under = dspc.render(lambda x: dspc.undersample(factor, lambda: x * 2.0, filter="hold"), x, precision="f64")
    np.testing.assert_array_equal(over, 2 * x)
    np.testing.assert_array_equal(under, 2 * np.repeat(x[::factor], factor)[:400])


def test_inner_rate_and_numbers() -> None:
    """`sample_rate`, `frame` and `time` inside are those of the inner samples; integers are held."""

    def program() -> tuple[dspc.Signal, ...]:
        def inside() -> tuple[dspc.Signal, ...]:
            return dspc.frame % 1000, dspc.i32(dspc.sample_rate), dspc.i32(dspc.time * 4e6)

        return dspc.oversample(4, inside, filter="hold")

    frames, rate, microseconds = dspc.render(program, seconds=100 / 48_000)
    last = 4 * np.arange(100) + 3
    np.testing.assert_array_equal(frames, last % 1000)
    assert set(rate) == {192_000}
    np.testing.assert_allclose(microseconds, np.floor(last / 192_000 * 4e6), atol=1)
    slow = dspc.render(lambda: dspc.undersample(8, lambda: dspc.i32(dspc.sample_rate), filter="hold"), seconds=0.001)
    assert set(slow) == {6000}


def test_a_dry_path_is_aligned() -> None:
    """What meets an oversampled path is delayed by its latency, through banks and feedbacks too."""
    x = np.random.default_rng(3).uniform(-0.5, 0.5, 2000)

    def program(x: dspc.Signal) -> tuple[dspc.Signal, ...]:
        wet = dspc.oversample(4, lambda: x * 1.0)
        low = dspc.feedback(lambda y: y + 0.1 * (wet - x - y))
        lanes = dspc.bank(3, lambda i: wet * i - x * i).sum()
        return wet - x, low, lanes, x

    difference, low, lanes, dry = dspc.render(program, x, precision="f64")
    np.testing.assert_array_equal(dry, x)
    slow = np.convolve(x, np.hanning(9))
    smooth = dspc.render(lambda x: dspc.oversample(4, lambda: x * 1.0) - x, slow, precision="f64")
    assert np.abs(smooth[200:1800]).max() < 1e-4
    np.testing.assert_allclose(lanes, 3 * difference, atol=1e-12)
    assert np.abs(low).max() < np.abs(difference).max()


def test_the_filters_are_as_designed() -> None:
    """SciPy's design gives the numbers that are checked in."""
    spec = importlib.util.spec_from_file_location("design_filters", ROOT / "tools" / "design_filters.py")
    assert spec is not None and spec.loader is not None
    design = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(design)
    np.testing.assert_allclose(resampling_filters.PROTOTYPE, design.prototype(), atol=1e-14)
    for (order, stopband), branches in zip(design.STAGES, resampling_filters.HALF_BANDS, strict=True):
        for found, wanted in zip(branches, design.half_band(order, stopband), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-8)
