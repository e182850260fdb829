"""How a block is tested: what it renders against what it should, in a line. Run with `pytest examples/test_comb.py`."""

import numpy as np
from comb import comb, resonator

import dspc


def impulse(frames):
    x = np.zeros(frames, np.float32)
    x[0] = 1.0
    return x


def test_echoes_of_an_impulse():
    expected = np.zeros(1300, np.float32)
    expected[[0, 400, 800, 1200]] = 1.0, 0.5, 0.25, 0.125
    np.testing.assert_array_equal(dspc.render(lambda x: comb(x, 400, 0.5), impulse(1300)), expected)


def test_against_the_difference_equation():
    x = np.random.default_rng(1).uniform(-1, 1, 500)
    expected = x.copy()
    for n in range(7, len(x)):
        expected[n] += 0.9 * expected[n - 7]
    found = dspc.render(lambda x: comb(x, 7, 0.9), x, precision="f64")
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_resonates_at_its_frequency():
    y = dspc.render(resonator, impulse(48_000), params={"frequency": 480.0, "amount": 0.99})
    spectrum = np.abs(np.fft.rfft(y))
    assert spectrum[1:700].argmax() + 1 == 480
