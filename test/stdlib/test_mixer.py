"""The mixer and the amplifier."""

import numpy as np

import dspc
from dspc.stdlib import amplifier, mixer

X = np.array([0.1, 9e5, -3.0, 0.0], np.float32)
Y = np.array([0.2, -9e5, 5.0, -0.0], np.float32)
Z = np.array([0.3, 1.0, 0.25, -0.0], np.float32)


def test_the_mixer_adds_in_order() -> None:
    found = dspc.render(lambda x, y, z: mixer(x, y, z), np.stack([X, Y, Z]), backend="reference")
    np.testing.assert_array_equal(found, (X + Y) + Z)


def test_one_input_is_that_input() -> None:
    np.testing.assert_array_equal(dspc.render(lambda x: mixer(x), X, backend="reference"), X)


def test_the_amplifier_multiplies() -> None:
    found = dspc.render(lambda x, y: (amplifier(x, y), amplifier(x)), np.stack([X, Z]), backend="reference")
    np.testing.assert_array_equal(found, np.stack([X * Z, X]))
