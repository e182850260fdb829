"""The convolver, against SciPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import within
from scipy.signal import fftconvolve
from sound import Doubles, error_db

import dspc
from dspc.stdlib import convolver

RNG = np.random.default_rng(1)
X = RNG.uniform(-1, 1, 4000).astype(np.float32)


def response(samples: int) -> Doubles:
    return RNG.standard_normal(samples) * np.exp(-np.arange(samples) / 900)


@pytest.mark.parametrize("samples", [1, 2, 63, 128, 129, 1000, 2500])
def test_it_is_scipy_s(samples: int) -> None:
    """Short ones are direct, longer ones go in blocks; without latency either way."""
    taps = response(samples)
    wanted = fftconvolve(X.astype(float), taps)[: len(X)]
    for precision, bound in (("f32", -120), ("f64", -250)):
        engine = dspc.compile(lambda x: convolver(x, taps), "c", sample_rate=48_000, precision=precision)
        assert engine.latency == 0
        given = X.astype(np.float64 if precision == "f64" else np.float32)
        y = np.concatenate([engine.process(part) for part in np.split(given, [7, 1000, 1001])])
        within("convolver", f"noise in {precision}", "scipy.signal.fftconvolve", error_db(y, wanted), bound, "dB")


def test_a_response_of_five_seconds() -> None:
    taps = RNG.standard_normal(2**18) * np.exp(-np.arange(2**18) / 50_000)
    engine = dspc.compile(lambda x: convolver(x, taps), "c", sample_rate=48_000)
    x = np.zeros(2**18 + 300, np.float32)
    x[[0, 5, 111]] = 1.0, -0.5, 0.25
    error = error_db(engine.process(x), fftconvolve(x.astype(float), taps)[: len(x)])
    within("convolver", "a response of five seconds", "scipy.signal.fftconvolve", error, -120.0, "dB")


def test_it_starts_afresh_and_ends() -> None:
    taps = response(700)
    engine = dspc.compile(lambda x: convolver(x, taps), "c", sample_rate=48_000)
    first = engine.process(X)
    silence = engine.process(np.zeros(2000, np.float32))
    assert not silence[700 + 256 :].any(), "exact silence"
    engine.reset()
    np.testing.assert_array_equal(engine.process(X), first)


def test_channels() -> None:
    both, one = np.stack([response(40), response(40)]), response(50)  # direct, to be quick
    long = np.stack([response(300), response(300)])
    x = np.stack([X, -X[::-1]])

    def stereo(x: Any = dspc.input(2)) -> Any:  # noqa: B008
        return convolver(x, long)

    def shared(x: Any = dspc.input(2)) -> Any:  # noqa: B008
        return convolver(x, one)

    wide = dspc.render(lambda x: tuple(convolver(x, both)), X, backend="c")
    for found, pairs in (
        (dspc.render(dspc.effect(stereo), x, backend="c"), zip(x, long, strict=True)),
        (dspc.render(dspc.effect(shared), x, backend="c"), ((c, one) for c in x)),
        (wide, ((X, row) for row in both)),
    ):
        wanted = np.stack([fftconvolve(c.astype(float), row)[: len(X)] for c, row in pairs])
        assert error_db(found, wanted) < -120


def test_in_a_loop_and_mixed() -> None:
    """It has no latency, so it may stand in a loop; the mix is a crossfade."""
    taps = 0.02 * response(300)
    y = dspc.render(lambda x: dspc.feedback(lambda last: x + convolver(last, taps)), X, backend="c", precision="f64")
    wanted = np.zeros(len(X))
    for n in range(len(X)):
        past = wanted[max(n - 300, 0) : n][::-1]
        wanted[n] = X[n] + taps[: len(past)] @ past
    assert error_db(y, wanted) < -200
    half = dspc.render(lambda x: convolver(x, taps, 0.25), X, backend="c", precision="f64")
    mixed = 0.75 * X.astype(float) + 0.25 * fftconvolve(X.astype(float), taps)[: len(X)]
    assert error_db(half, mixed) < -200


@pytest.mark.parametrize("wrong", ["room.wav", [], 0.5, np.zeros((2, 2, 2)), np.zeros(2**18 + 1), [1.0, np.nan],
                                   np.zeros((3, 0))])  # fmt: skip
def test_responses_that_cannot_be(wrong: Any) -> None:
    with pytest.raises(dspc.DspError, match="DSP457"):
        dspc.trace(lambda x: convolver(x, wrong))


def test_channels_that_do_not_fit() -> None:
    with pytest.raises(dspc.DspError, match="DSP457"):
        dspc.trace(lambda a, b: tuple(convolver(dspc.stack([a, b]), np.zeros((3, 10)))))
