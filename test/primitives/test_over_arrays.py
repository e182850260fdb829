"""What takes a signal takes an array of them: it gives what it would have given for each element by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import dspc
from dspc import stdlib

TABLE = dspc.table([0.0, 0.5, -0.25, 1.0])
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "delay": lambda x: dspc.delay(x, 7),
    "moving delay": lambda x: dspc.delay(x, 4 + 3 * x, max=8, interpolation="lagrange3"),
    "phasor": lambda x: dspc.phasor(1000 * x),
    "biquads": lambda x: dspc.biquads(x, [[0.1, 0.2, 0.1, 1.0, -0.9, 0.3]]),
    "fir": lambda x: dspc.fir(x, [0.5, 0.25, -0.1]),
    "ahead": lambda x: dspc.ahead(x, 9),
    "stft": lambda x: dspc.stft(x, lambda z: z * (z.bin < 9), size=64, hop=16),
    "table": lambda x: TABLE(4 * x, boundary="wrap"),
    "oversample": lambda x: dspc.oversample(4, lambda: dspc.tanh(3 * x)),
    "half-band": lambda x: dspc.oversample(4, lambda: dspc.tanh(3 * x), filter="iir"),
    "undersample": lambda x: dspc.undersample(2, lambda: dspc.tanh(3 * x)),
    "library": lambda x: stdlib.ladder(x, 900.0, 0.5),
    "tuple": lambda x: sum(stdlib.pan(x, 0.3)),
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_an_array_is_its_elements(f: Callable[[Any], Any]) -> None:
    def together(x: Any, y: Any) -> Any:
        return tuple(f(dspc.stack([x, y, 0.25])))

    def apart(x: Any, y: Any) -> Any:
        return tuple(f(dspc.stack([v])[0]) for v in (x, y, dspc.stack([0.25, x])[0]))

    x = np.random.default_rng(2).uniform(-1, 1, (2, 700)).astype(np.float32)
    found, wanted = (dspc.render(p, x, backend="bytecode") for p in (together, apart))
    assert np.abs(wanted[:2]).max() > 0.01 and not np.array_equal(wanted[0], wanted[1])
    np.testing.assert_array_equal(found, wanted)


def test_one_number_for_each_element() -> None:
    def low(x: Any) -> Any:
        return tuple(stdlib.lowpass(dspc.stack([x, x]), dspc.stack([300.0, 3000.0])))

    def each(x: Any) -> Any:
        return stdlib.lowpass(x, 300.0), stdlib.lowpass(x, 3000.0)

    x = np.random.default_rng(3).uniform(-1, 1, 500).astype(np.float32)
    np.testing.assert_array_equal(dspc.render(low, x), dspc.render(each, x))


def test_lengths_that_do_not_fit() -> None:
    with pytest.raises(dspc.DspError, match="DSP270: arrays of 2 and of 3 signals"):
        dspc.trace(lambda x: stdlib.lowpass(dspc.stack([x, x]), dspc.stack([1.0, 2.0, 3.0])).sum())
