"""What follows with a time or a slope, against exponentials and lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import largest, within

import dspc
from dspc.stdlib import ramp, slew, smooth

RATES = (44_100, 48_000, 96_000)


@pytest.mark.parametrize("rate", RATES)
def test_a_step_up_and_down(rate: int) -> None:
    """From the first value on; each arrives when it should."""
    half = rate // 8
    x = np.concatenate([np.full(7, 0.25), np.full(half, 0.75), np.full(half, 0.25)])

    def program(x: Any) -> Any:
        return smooth(x, 0.013), slew(x, 20.0, 8.0), slew(x, 10.0), ramp(x, 0.0303), ramp(x, 0.0)

    smoothed, slewed, even, line, at_once = dspc.render(program, x, sample_rate=rate, backend="bytecode")
    n = np.arange(1, half + 1) / rate
    gone = 0.5 * np.exp(-n / 0.013)
    end = 0.75 - gone[-1]
    wanted = [*x[:7], *(0.75 - gone), *(0.25 + (end - 0.25) * gone / 0.5)]
    within("smooth", "a step up and down", "exponentials", largest(smoothed, wanted), 1e-6)
    up, down = np.minimum(0.25 + 20 * n, 0.75), np.maximum(0.75 - 8 * n, 0.25)
    within("slew", "a step up and down", "lines", largest(slewed, [*x[:7], *up, *down]), 1e-6)
    np.testing.assert_allclose(even, [*x[:7], *np.minimum(0.25 + 10 * n, 0.75), *np.maximum(0.75 - 10 * n, 0.25)],
                               atol=1e-6)  # fmt: skip
    part = np.minimum(n / 0.0303, 1.0)
    part[round(0.0303 * rate) - 1 :] = 1.0
    error = largest(line, [*x[:7], *(0.25 + 0.5 * part), *(0.75 - 0.5 * part)])
    within("ramp", "a step up and down", "lines", error, 1e-6)
    np.testing.assert_array_equal(at_once, x.astype(np.float32))


def test_a_minute_is_a_minute() -> None:
    """Steps of an f32 would be some percent too short, or too long, or stand still."""
    rate, seconds = 96_000, 60.0
    x = np.concatenate([np.zeros(1), np.ones(round(rate * seconds) + 10)])

    def program(x: Any) -> Any:
        return ramp(x, seconds), slew(x, 1 / seconds), smooth(x, 10.0)

    line, slewed, smoothed = dspc.render(program, x, sample_rate=rate, backend="c")
    for name, y in (("ramp", line), ("slew", slewed)):
        off = abs(np.flatnonzero(y == 1.0)[0] - rate * seconds)
        within(name, "a minute at 96 kHz", "the clock", off, 3.0, "samples")
    n = np.arange(0, len(x), 997)
    np.testing.assert_allclose(smoothed[n], 1 - np.exp(-n / (10.0 * rate)), atol=1e-6)


def test_a_new_goal_on_the_way() -> None:
    """From where it is, with the whole time; and a time that changes on the way."""
    x = np.concatenate([np.zeros(3), np.full(20, 1.0), np.full(60, -1.0)])
    y = dspc.render(lambda x: ramp(x, 40 / 48_000), x, backend="bytecode")
    np.testing.assert_allclose(y[3:23], np.arange(1, 21) / 40, atol=1e-6)
    np.testing.assert_allclose(y[23:63], 0.5 - 1.5 * np.arange(1, 41) / 40, atol=1e-6)
    assert (y[62:] == -1.0).all()
    times = np.where(np.arange(83) < 13, 20, 40) / 48_000
    moved = dspc.render(dspc.effect(lambda x, t: ramp(x, t)), np.stack([x > 0, times]), backend="bytecode")
    np.testing.assert_allclose(moved[3:23], [*(np.arange(1, 11) / 20), *(0.5 + np.arange(1, 11) / 40)], atol=1e-6)


def test_times_at_audio_rate() -> None:
    """A smoother stays between the values that it has seen, whatever its time does."""
    x, t = np.random.default_rng(6).uniform(-1, 1, (2, 4000))

    def program(x: Any, t: Any) -> Any:
        return smooth(x, 0.001 * t), slew(x, 1000 * t, 500 * t), ramp(x, 0.001 * t)

    y = dspc.render(dspc.effect(program), np.stack([x, t]), backend="bytecode")
    assert np.abs(y).max() <= 1.0 and (y.std(1) > 0.01).all()


def test_types() -> None:
    """Of an f64 in a program of f32 they make an f64; of integers and bools floats."""
    kinds: list[str] = []

    def program(x: Any) -> Any:
        for f in (smooth, lambda x: slew(x, 1.0), ramp):
            kinds.extend(f(v).element for v in (x, dspc.f64(x), x > 0, dspc.i32(x)))
        return x

    dspc.trace(program)
    assert kinds == ["f32", "f64", "f32", "f32"] * 3
