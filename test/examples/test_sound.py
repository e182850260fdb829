"""How the examples sound, in numbers: level, offset, clicks, spectrum, silence at the end."""

import numpy as np
import pytest
from excerpts import RATE, render
from numpy.typing import NDArray

FIRST_BAR_HZ = {"C4": 261.63, "E4": 329.63, "G4": 392.00, "C5": 523.25, "E5": 659.26}


@pytest.fixture(scope="module")
def prelude() -> NDArray[np.float32]:
    """The whole prelude, [2, frames]."""
    return render("supersaw", "c", None)


def dbfs(x: NDArray[np.float32]) -> float:
    """The peak in decibels below full scale."""
    return float(20 * np.log10(np.max(np.abs(x))))


def test_prelude_level(prelude: NDArray[np.float32]) -> None:
    assert np.all(np.isfinite(prelude))
    assert -12 < dbfs(prelude) < -3
    assert np.all(np.abs(prelude.mean(axis=1)) < 1e-3)
    left, right = np.sqrt((prelude.astype(np.float64) ** 2).mean(axis=1))
    assert abs(20 * np.log10(left / right)) < 1.5


def test_prelude_has_no_clicks(prelude: NDArray[np.float32]) -> None:
    assert np.max(np.abs(np.diff(prelude))) < 0.2
    assert np.max(np.abs(prelude[:, :4])) < 0.01  # it fades in


def test_prelude_ends_in_silence(prelude: NDArray[np.float32]) -> None:
    assert dbfs(prelude[:, -4 * RATE : -2 * RATE]) > -30
    assert not np.any(prelude[:, -RATE:])


def test_prelude_starts_with_a_chord_of_c(prelude: NDArray[np.float32]) -> None:
    """The fundamentals of the first bar's notes are the strongest near them; little lies below the lowest."""
    bar = prelude[:, : int(1.7 * RATE)].mean(axis=0)
    spectrum = np.abs(np.fft.rfft(bar * np.hanning(len(bar)), 4 * len(bar)))
    hz = np.fft.rfftfreq(4 * len(bar), 1 / RATE)
    for name, frequency in FIRST_BAR_HZ.items():
        near = (hz > frequency * 0.95) & (hz < frequency * 1.05)
        assert abs(hz[near][spectrum[near].argmax()] / frequency - 1) < 0.012, name
        assert spectrum[near].max() > 0.2 * spectrum.max(), name
    assert spectrum[(hz > 40) & (hz < 200)].max() < 0.1 * spectrum.max()


def test_duo_level() -> None:
    sound = render("duo", "c", 30.0)
    assert np.all(np.isfinite(sound)) and -16 < dbfs(sound) < -3
    assert np.abs(sound.mean()) < 1e-3 and np.max(np.abs(np.diff(sound))) < 0.1


@pytest.mark.parametrize("example", ["echo", "biquad"])
def test_guitar_is_not_clipped(example: str) -> None:
    sound = render(example, "c", None)
    assert np.all(np.isfinite(sound))
    assert -12 < dbfs(sound) < -0.5
    assert np.all(np.abs(sound.mean(axis=1)) < 1e-4)
    assert np.max(np.abs(np.diff(sound))) < 0.3


@pytest.mark.parametrize("example", [
    "karplus_strong", "freeverb", "fm", "supersaw_voice", "fdn", "equaliser", "ladder_loop", "band_loops",
    "strings",
    "polysynth", "fm_bell", "drums", "plate",
])  # fmt: skip
def test_level(example: str) -> None:
    """As it is shipped: neither clipped nor hard to hear, and without offset."""
    sound = np.atleast_2d(render(example, "c", 10.0))
    assert np.all(np.isfinite(sound))
    assert -14 < dbfs(sound) < -0.5
    assert np.all(np.abs(sound.mean(axis=1)) < 1e-3)
