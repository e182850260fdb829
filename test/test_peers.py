"""The software that the library is compared with does here what it is known for."""

import numpy as np
import pedalboard
import pytest
from peers import csound, faust, juce
from scipy import signal

RATE = 48_000
NOISE = np.random.default_rng(4).uniform(-0.5, 0.5, 4800)


def test_csound() -> None:
    y = csound("out(poscil(0.5, 1000))", 0.1)[0]
    np.testing.assert_allclose(y, 0.5 * np.sin(2 * np.pi * 1000 / RATE * np.arange(len(y))), atol=2e-5)
    through = csound("out(in()*0.25)", 0.1, NOISE)[0]
    np.testing.assert_allclose(through, 0.25 * NOISE[: len(through)], atol=1e-7)
    with pytest.raises(RuntimeError, match="error"):
        csound("out(nothing_like_this(1))", 0.1)


def test_faust() -> None:
    y = faust("process = fi.resonlp(1000, 2, 1);", x=NOISE)[0]
    b, a = signal.bilinear([1.0], [1 / (2 * RATE * np.tan(np.pi * 1000 / RATE)) ** 2,
                                   0.5 / (2 * RATE * np.tan(np.pi * 1000 / RATE)), 1.0], RATE)  # fmt: skip
    np.testing.assert_allclose(y, signal.lfilter(b, a, NOISE), atol=1e-5)
    assert faust("process = 0.25;", 0.01).shape == (1, 480)
    with pytest.raises(RuntimeError, match="compile"):
        faust("process = nothing_like_this;", 0.1)


def test_juce() -> None:
    y = juce(pedalboard.Gain(gain_db=6.0205999), NOISE)
    np.testing.assert_allclose(y[0], 2 * NOISE, atol=1e-5)
