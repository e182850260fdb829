"""Levels and the stereo field, against their formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
from figures import largest, within

import dspc
from dspc.stdlib import amplifier, crossfade, gain_db, mid_side, mixer, pan, width

X = np.array([0.1, 9e5, -3.0, 0.0], np.float32)
Y = np.array([0.2, -9e5, 5.0, -0.0], np.float32)
Z = np.array([0.3, 1.0, 0.25, -0.0], np.float32)
LEFT, RIGHT, PLACE = np.random.default_rng(1).uniform(-1, 1, (3, 500)).astype(np.float32)


def rendered(program: Any, *x: Any, precision: str = "f32") -> Any:
    return dspc.render(dspc.effect(program), np.stack(x), backend="bytecode", precision=precision)


def test_the_mixer_adds_in_order() -> None:
    found = rendered(lambda x, y, z: mixer(x, y, z), X, Y, Z)
    within("mixer", "every sample", "the sum", largest(found, (X + Y) + Z), 0.0)


def test_one_input_is_that_input() -> None:
    np.testing.assert_array_equal(rendered(lambda x: mixer(x), X), X)


def test_the_amplifier_multiplies() -> None:
    found = rendered(lambda x, y: (amplifier(x, y), amplifier(x)), X, Z)
    within("amplifier", "every sample", "the product", largest(found, np.stack([X * Z, X])), 0.0)


def test_decibels() -> None:
    found = rendered(lambda x: (gain_db(x, -6.0), gain_db(x, 20.0)), LEFT)
    off = np.abs(found / [LEFT * 10 ** (-6 / 20), LEFT * 10.0] - 1).max()
    within("gain_db", "relative error", "the formula", off, 2e-6)


def test_pan_keeps_the_power() -> None:
    """The ends are ends; beyond them it stays there."""
    places = np.concatenate([PLACE, [-1, 0, 1, -2, 2]])
    left, right = rendered(lambda p: pan(1.0, p), places)
    angle = (np.clip(places, -1, 1) + 1) * np.pi / 4
    within("pan", "gains", "sine and cosine", largest([left, right], [np.cos(angle), np.sin(angle)]), 1e-6)
    within("pan", "power", "1", np.abs(left**2 + right**2 - 1).max(), 1e-6)


def test_middle_and_side() -> None:
    def program(left: Any, right: Any) -> Any:
        middle, side = mid_side(left, right)
        return middle, side, *mid_side(middle, side, decode=True)

    found = rendered(program, LEFT, RIGHT, precision="f64")
    wide = np.float64([LEFT, RIGHT])
    wanted = [wide.mean(0), (wide[0] - wide[1]) / 2, *wide]
    within("mid_side", "there and back, f64", "the formula", largest(found, wanted), 1e-15)


def test_widths() -> None:
    """Of 1 it changes no bit, of 0 it is mono; the middle stays."""
    same = rendered(lambda a, b: width(a, b), LEFT, RIGHT)
    np.testing.assert_array_equal(same, [LEFT, RIGHT])
    left, right = rendered(lambda a, b, w: width(a, b, 2 * w), LEFT, RIGHT, PLACE)
    side = 2 * PLACE * (LEFT - RIGHT)
    error = largest([left + right, left - right], [LEFT + RIGHT, side])
    within("width", "middle and side", "the formula", error, 1e-6)
    mono = rendered(lambda a, b: width(a, b, 0.0), LEFT, RIGHT)
    np.testing.assert_allclose(mono, [(LEFT + RIGHT) / 2] * 2, atol=1e-7)


def test_crossfades() -> None:
    amount = np.abs(PLACE)
    amount[:3] = 0, 1, 0.5

    def program(a: Any, b: Any, x: Any) -> Any:
        return crossfade(a, b, x), crossfade(a, b, x, equal_power=True), crossfade(1.0, 1.0, x + 1.0, equal_power=True)

    linear, power, end = rendered(program, LEFT, RIGHT, amount)
    within("crossfade", "linear", "the formula", largest(linear, LEFT * (1 - amount) + RIGHT * amount), 1e-6)
    angle = amount * np.pi / 2
    error = largest(power, LEFT * np.cos(angle) + RIGHT * np.sin(angle))
    within("crossfade", "equal power", "sine and cosine", error, 1e-6)
    np.testing.assert_allclose(end, 1.0, atol=1e-6)


def test_buses() -> None:
    """Two channels unpack; an array of signals is placed one by one."""

    def program(bus: Any = dspc.input(2)) -> Any:  # noqa: B008
        left, right = pan(bus, dspc.stack([-1.0, 1.0]))
        return *width(*bus, 0.5), *left, *right

    assert rendered(program, LEFT, RIGHT).shape == (6, 500)
