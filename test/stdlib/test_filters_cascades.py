"""Butterworth, Chebyshev and elliptic filters against SciPy's, and their prototypes against its."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import within
from responses import RATES, Numbers, decibels, filtered, impulse, spectral_error
from scipy import signal

import dspc
from dspc.stdlib import butterworth, chebyshev1, elliptic, prototypes

KINDS = {"low": "lowpass", "high": "highpass", "band": "bandpass", "stop": "bandstop"}
CASES = [("low", 2), ("low", 12), ("high", 5), ("band", 1), ("band", 6), ("stop", 5)]


def _program(one: Any) -> Any:
    """All kinds and orders of one function."""

    def program(
        x,
        cutoff=dspc.param(1000.0, 0.1, 96_000.0, smooth=0.0),
        upper=dspc.param(2000.0, 0.1, 96_000.0, smooth=0.0),
    ):
        return tuple(one(x, cutoff, upper, order=order, kind=kind) for kind, order in CASES)

    return program


BUTTERWORTH = _program(butterworth)
CHEBYSHEV = _program(lambda *a, **k: chebyshev1(*a, **k, ripple=0.5))
ELLIPTIC = _program(lambda *a, **k: elliptic(*a, **k, ripple=0.5, attenuation=70.0))
NAMES = {"butter": "butterworth", "cheby1": "chebyshev1", "ellip": "elliptic"}
PROGRAMS = ((BUTTERWORTH, "butter", ()), (CHEBYSHEV, "cheby1", (0.5,)), (ELLIPTIC, "ellip", (0.5, 70.0)))


def scipys(design: str, losses: tuple[float, ...], edges: tuple[float, float], rate: int, x: Numbers) -> Numbers:
    """SciPy's filters."""
    found = []
    for kind, order in CASES:
        sos = getattr(signal, design)(
            order, *losses, edges if kind in ("band", "stop") else edges[0], KINDS[kind], fs=rate, output="sos"
        )
        found.append(signal.sosfilt(sos, x))
    return np.stack(found)


@pytest.mark.parametrize("program, design, losses", PROGRAMS, ids=["butterworth", "chebyshev1", "elliptic"])
def test_responses(program: Any, design: str, losses: tuple[float, ...]) -> None:
    for rate in RATES:
        for edges in ((300.0, 3000.0), (5000.0, 6000.0), (0.4 * rate, 0.49 * rate)):
            x = impulse(1 << 13)
            found = filtered(program, x, rate, cutoff=edges[0], upper=edges[1])
            error = spectral_error(found, scipys(design, losses, edges, rate, x))
            within(NAMES[design], "response, of its peak", f"scipy.signal.{design}, f64", error.max(), 1e-4)


@pytest.mark.parametrize("program, design, losses", PROGRAMS, ids=["butterworth", "chebyshev1", "elliptic"])
def test_f32_is_good_at_20_hz_and_192_khz(program: Any, design: str, losses: tuple[float, ...]) -> None:
    x = np.random.default_rng(1).uniform(-1, 1, 60_000).astype("f4").astype(float)
    for upper in (200.0, 21.0):
        found = filtered(program, x, 192_000, cutoff=20.0, upper=upper)
        error = decibels(found, scipys(design, losses, (20.0, upper), 192_000, x))
        within(NAMES[design], "f32 at 20 Hz, 192 kHz", "itself in f64", error.max(), -90.0, "dB")


def test_prototypes() -> None:
    """Every order's poles and zeros are SciPy's."""
    for order in range(1, 13):
        for found, (zeros, poles, _) in (
            (prototypes.butterworth(order), signal.buttap(order)),
            (prototypes.chebyshev(order, 0.1), signal.cheb1ap(order, 0.1)),
            (prototypes.elliptic(order, 0.001, 20.0), signal.ellipap(order, 0.001, 20.0)),
            (prototypes.elliptic(order, 2.0, 160.0), signal.ellipap(order, 2.0, 160.0)),
        ):
            all_poles = [q for p in found.poles for q in (p, p.conjugate())] + [-found.real] * (order % 2)
            np.testing.assert_allclose(np.sort_complex(all_poles), np.sort_complex(np.atleast_1d(poles)), rtol=1e-6)
            expected = np.sort(zeros.imag[zeros.imag > 0])
            np.testing.assert_allclose(np.sort(found.zeros)[: len(expected)], expected, rtol=1e-6)


def test_edges_may_be_anywhere() -> None:
    """In either order, equal, 0 and beyond the rate: the result stays bounded."""
    x = np.random.default_rng(2).uniform(-1, 1, 20_000)
    for cutoff, upper in ((0.0, 0.0), (1e5, 1e5), (1000.0, 1000.0), (0.0, 1e5)):
        assert np.abs(filtered(ELLIPTIC, x, 48_000, cutoff=cutoff, upper=upper)).max() < 20
    there, back = (filtered(ELLIPTIC, x, 48_000, cutoff=a, upper=b)[3:] for a, b in ((300, 3000), (3000, 300)))
    np.testing.assert_array_equal(there, back)


def test_they_do_not_blow_up() -> None:
    """The edges jump at every sample, or every few."""

    def modulated(x, where, other):
        low, high = 20.0 * 1000.0**where, 20.0 * 1000.0**other
        return (
            butterworth(x, low, order=12), butterworth(x, low, high, order=4, kind="band"), chebyshev1(x, low, order=7),
            elliptic(x, low, order=6), elliptic(x, low, order=6, kind="high"), elliptic(x, low, high, 5, "stop"),
        )  # fmt: skip

    rng = np.random.default_rng(3)
    x, random = rng.uniform(-1, 1, 24_000), rng.uniform(0, 1, (2, 24_000))
    for moves in (random, np.round(random), np.repeat(np.round(random[:, ::40]), 40, axis=1)):
        given = np.stack([x, *moves])
        given[:, 16_000:] = [[0.0], [0.4], [0.6]]
        y = filtered(modulated, given, 48_000)
        assert np.abs(y).max() < 20 and np.abs(y[:, 20_000:]).max() < 1e-2


def test_they_do_not_blow_up_while_edges_glide() -> None:
    """Coefficients glide from tick to tick, each by itself."""

    def gliding(
        x,
        cutoff=dspc.param(1000.0, 1.0, 24_000.0, smooth=0.001),
        upper=dspc.param(2000.0, 1.0, 24_000.0, smooth=0.001),
    ):
        return (
            butterworth(x, cutoff, order=7), elliptic(x, cutoff, upper, 3, "band"),
            elliptic(x, cutoff, upper, 3, "stop"),
            butterworth(x, cutoff, upper, 4, "stop"),
        )  # fmt: skip

    made, rng = dspc.compile(gliding, backend="c"), np.random.default_rng(4)
    x = rng.uniform(-1, 1, 24_000).astype(np.float32) * (np.arange(24_000) < 12_000)
    for i, block in enumerate(np.split(x, 240)):
        made.set("cutoff", rng.choice([10.0, 24_000.0]) if i < 120 else 500.0)
        made.set("upper", rng.choice([20.0, 20_000.0]) if i < 120 else 900.0)
        y = made.process(block)
        assert np.abs(y).max() < 50
    assert np.abs(y).max() < 1e-3
