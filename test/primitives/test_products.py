"""fir and matrix against SciPy and numpy, in f64; ahead against what it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

import dspc


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 64, 333, 1000])
def test_fir(count: int) -> None:
    rng = np.random.default_rng(count)
    taps, x = rng.uniform(-1, 1, count), rng.uniform(-1, 1, 3000)
    wanted = signal.lfilter(taps, 1.0, x)
    made = dspc.render(lambda x: dspc.fir(x, taps), x, precision="f64")
    assert 20 * np.log10(np.abs(made - wanted).max() / np.abs(wanted).max()) < -250.0
    narrow = dspc.render(lambda x: dspc.fir(x, taps), x.astype(np.float32))
    assert np.abs(narrow - wanted).max() < 1e-6 * np.abs(taps).sum()


def test_fir_of_signals() -> None:
    """Taps that move: each at its own sample."""
    x = np.random.default_rng(5).uniform(-1, 1, (2, 500))
    made = dspc.render(lambda x, y: dspc.fir(x, [y, 0.5, -y]), x, precision="f64")
    late = np.pad(x[0], (2, 0))
    np.testing.assert_allclose(made, x[1] * late[2:] + 0.5 * late[1:-1] - x[1] * late[:-2], atol=1e-15)


@pytest.mark.parametrize("rows, columns", [(1, 1), (3, 5), (16, 16), (2, 100), (40, 3)])
def test_matrix(rows: int, columns: int) -> None:
    rng = np.random.default_rng(rows)
    m, offsets, x = rng.uniform(-1, 1, (rows, columns)), rng.uniform(-1, 1, columns), rng.uniform(-1, 1, 300)

    def program(x: dspc.Signal) -> dspc.Signal:
        out = dspc.matrix(m) @ (dspc.stack([x] * columns) * offsets)
        return dspc.bank(out, lambda y: y).sum() if rows > 60 else tuple(out)  # type: ignore[return-value]

    made = np.atleast_2d(dspc.render(program, x, precision="f64"))
    np.testing.assert_allclose(made, m @ np.outer(offsets, x), atol=1e-13)


@pytest.mark.parametrize("samples", [0, 1, 64, 5000])
def test_ahead(samples: int) -> None:
    """The signal as it will be; the rest comes later, as the engine reports."""
    x = np.random.default_rng(1).uniform(-1, 1, 6000).astype(np.float32)
    engine = dspc.compile(lambda x: (dspc.ahead(x, samples), x))
    assert engine.latency == samples
    soon, now = dspc.render(lambda x: (dspc.ahead(x, samples), x), x)
    np.testing.assert_array_equal(now, x)
    np.testing.assert_array_equal(soon[: 6000 - samples], x[samples:])
