"""Windows that move along, against the windows themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import largest, within
from numpy.typing import NDArray

import dspc
from dspc.stdlib import moving_average, moving_max

X = np.random.default_rng(1).uniform(-1, 1, 600)
LENGTHS = (1, 2, 3, 5, 16, 37, 64)


def windows(n: int) -> NDArray[np.float64]:
    return np.lib.stride_tricks.sliding_window_view(np.concatenate([np.zeros(n - 1), X]), n)


def test_fixed_lengths() -> None:
    def program(x: Any) -> Any:
        return *(moving_max(x, n) for n in LENGTHS), *(moving_average(x, n) for n in LENGTHS)

    y = dspc.render(program, X, precision="f64", backend="bytecode")
    for i, n in enumerate(LENGTHS):
        within("moving_max", "every sample, f64", "the windows", largest(y[i], windows(n).max(1)), 0.0)
        mean = y[len(LENGTHS) + i]
        within("moving_average", "every sample, f64", "the windows", largest(mean, windows(n).mean(1)), 1e-15)


@pytest.mark.parametrize("longest", [1, 40, 64])
def test_lengths_that_move(longest: int) -> None:
    """At every sample the window has the length of that sample, clamped."""
    lengths = np.random.default_rng(2).integers(-3, 80, len(X)).astype(np.float64)

    def program(x: Any, n: Any) -> Any:
        return moving_max(x, n, longest=longest), moving_average(x, n, longest=longest)

    most, mean = dspc.render(dspc.effect(program), np.stack([X, lengths]), precision="f64", backend="bytecode")
    padded = np.concatenate([np.zeros(longest), X])
    for i, n in enumerate(np.clip(lengths, 1, longest).astype(int)):
        window = padded[longest + i + 1 - n : longest + i + 1]
        assert most[i] == window.max() and mean[i] == pytest.approx(window.mean(), abs=1e-14)


def test_no_rounding_stays() -> None:
    """A running sum would keep what the loud part has cost."""
    x = np.concatenate([np.full(100, 1e6), np.full(400, 0.1)]).astype(np.float32)
    y = dspc.render(lambda x: moving_average(x, 100), x, backend="bytecode")
    assert y[-1] == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize("wrong", ["moving_max(x, 0)", "moving_max(x, 2**21)", "moving_average(x, 2.5)",
                                   "moving_average(x, x)", "moving_average(x, x, longest=0)"])  # fmt: skip
def test_windows_of_no_length(wrong: str) -> None:
    with pytest.raises(dspc.DspError, match="DSP440"):
        dspc.trace(lambda x: eval(wrong, {"x": x, "moving_max": moving_max, "moving_average": moving_average}))
