"""Sections of second order against scipy.signal.sosfilt, in f64 and in f32; numbers, signals, lanes, voices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import signal as sp

import dspc
from dspc.frontend import events as ev

RNG = np.random.default_rng(3)
DESIGNS = {
    "butter 1": sp.butter(1, 0.1, output="sos"),
    "butter 2": sp.butter(2, 0.01, output="sos"),
    "butter 8 high": sp.butter(8, 0.3, "high", output="sos"),
    "butter 24 band": sp.butter(24, [0.2, 0.5], "band", output="sos"),
    "cheby1 6": sp.cheby1(6, 1.0, 0.2, output="sos"),
    "cheby1 12 stop": sp.cheby1(12, 0.5, [0.3, 0.6], "stop", output="sos"),
    "ellip 8": sp.ellip(8, 0.5, 80.0, 0.25, output="sos"),
    "ellip 48": sp.ellip(48, 0.1, 120.0, 0.4, output="sos"),
}


def noise(frames: int = 2000) -> np.ndarray:
    return RNG.uniform(-1, 1, frames).astype(np.float32)


def render(program: Any, *x: np.ndarray, backend: str = "bytecode", **more: Any) -> np.ndarray:
    return dspc.render(dspc.effect(program), np.stack(x), backend=backend, **more)


def decibels(error: np.ndarray, wanted: np.ndarray) -> float:
    return 20 * np.log10(np.abs(error).max() / np.abs(wanted).max())


def in_f64(x: np.ndarray, sos: Any) -> np.ndarray:
    """The output of f64 sections, through two f32 channels."""

    def program(x):
        y = dspc.biquads(dspc.f64(x), sos)
        return y, y - dspc.f64(dspc.f32(y))

    high, low = render(program, x).astype(np.float64)
    return high + low


@pytest.mark.parametrize("name", DESIGNS)
def test_f64_is_scipy(name: str) -> None:
    x, sos = noise(), DESIGNS[name]
    wanted = sp.sosfilt(sos, x.astype(np.float64))
    assert decibels(in_f64(x, sos) - wanted, wanted) < -250


@pytest.mark.parametrize("name", DESIGNS)
def test_f32_is_close(name: str) -> None:
    """The error is that of f32 coefficients and states: SciPy's own f32 run has about the same."""
    x, sos = noise(), DESIGNS[name]
    wanted = sp.sosfilt(sos, x.astype(np.float64))
    single = sp.sosfilt(sos.astype(np.float32), x)
    assert single.dtype == np.float32
    allowed = decibels(single - wanted, wanted) + 6
    assert decibels(render(lambda x: dspc.biquads(x, sos), x) - wanted, wanted) < max(allowed, -120)


def test_random_stable_designs() -> None:
    for _ in range(20):
        radius, angle = RNG.uniform(0.1, 0.98, 5), RNG.uniform(0, np.pi, 5)
        a0 = RNG.uniform(0.5, 2.0, 5) * RNG.choice([-1, 1], 5)
        poles = np.stack([np.ones(5), -2 * radius * np.cos(angle), radius**2], 1) * a0[:, None]
        sos = np.concatenate([RNG.uniform(-1, 1, (5, 3)), poles], 1)
        x = noise(500)
        wanted = sp.sosfilt(sos / a0[:, None], x.astype(np.float64))
        assert decibels(in_f64(x, sos.tolist()) - wanted, wanted) < -250


def test_the_layout_is_rows_of_anything() -> None:
    x, row = noise(300), [0.5, 0.25, 0.1, 2.0, -1.0, 0.25]
    wanted = sp.sosfilt(np.array([row]) / 2, x)
    arrays = np.array([row]), np.array([row], np.float32), np.array([row], "O")
    for sos in ([row], (tuple(row),), *arrays, [np.array(row)]):
        np.testing.assert_allclose(render(lambda x, sos=sos: dspc.biquads(x, sos), x), wanted, atol=1e-6)


def test_bools_count_as_0_and_1() -> None:
    x = noise(100)
    out = render(lambda x: (dspc.biquads(x, [[True, False, 0, 1, 0.5, x > 2]]), x), x)
    np.testing.assert_allclose(out[0], sp.lfilter([1], [1, 0.5], x), atol=1e-6)


def test_entries_may_be_signals() -> None:
    """Of audio, control, init and const rate; a0 too."""
    x, moving = noise(400), RNG.uniform(-0.5, 0.5, 400).astype(np.float32)

    def program(x, a1, knob=dspc.param(0.25, 0.0, 1.0)):
        sos = [[1.0, knob, 24_000.0 / dspc.sample_rate, 2.0, a1, 0.0], [dspc.f64(0.5), 0, 0, 2 * knob, 0.1, 0]]
        return dspc.biquads(x, sos)

    a1, z = moving.astype(np.float64) / 2, np.zeros(4)
    wanted = np.zeros(400)
    for n in range(400):
        y = 0.5 * x[n] + z[0]
        z[0], z[1] = 0.125 * x[n] - a1[n] * y + z[1], 0.25 * x[n]
        wanted[n] = y / 1.0 + z[2]
        z[2] = -0.2 * wanted[n]
    np.testing.assert_allclose(render(program, x, moving), wanted, atol=1e-5)


def test_a_knob_glides_and_the_filter_follows() -> None:
    x = noise(4000)

    def program(x, frequency=dspc.param(100.0, 20.0, 20_000.0, scale="log")):
        k = dspc.tan(np.pi * frequency / dspc.sample_rate)
        return dspc.biquads(x, [[k, k, 0, k + 1, k - 1, 0]])

    low, high = (dspc.render(dspc.effect(program), x, params={"frequency": f}, backend="bytecode") for f in (50, 9000))
    for out, f in ((low, 50), (high, 9000)):
        k = np.tan(np.pi * f / 48_000)
        np.testing.assert_allclose(out, sp.sosfilt([[k, k, 0, k + 1, k - 1, 0] / (k + 1)], x), atol=1e-5)


@pytest.mark.parametrize("lanes", [2, 20])
@pytest.mark.parametrize("backend", ["bytecode", "c", "wasm"])
def test_each_lane_has_its_own_sections(lanes: int, backend: str) -> None:
    x = noise(600)
    banks = np.stack([sp.butter(4, 0.02 * (i + 1), output="sos") for i in range(lanes)])
    wanted = sum(sp.sosfilt(sos, x) for sos in banks)
    out = render(lambda x: dspc.bank(banks, lambda sos: dspc.biquads(x, sos)).sum(), x, backend=backend)
    np.testing.assert_allclose(out, wanted, atol=2e-4)


def test_each_voice_has_its_own_state() -> None:
    sos = sp.butter(4, 0.1, output="sos")

    @dspc.instrument(voices=4)
    def strike(note):
        return dspc.biquads(dspc.select(note.trigger, 1.0, 0.0), sos)

    events = [ev.NoteOn(0, 60, 1.0, 1), ev.NoteOn(37, 64, 1.0, 2)]
    out = dspc.render(strike, seconds=0.01, events=events, backend="bytecode")
    impulse = np.zeros(480)
    impulse[[0, 37]] = 1
    np.testing.assert_allclose(out, sp.sosfilt(sos, impulse), atol=1e-6)


def test_it_recovers_from_what_is_not_finite() -> None:
    x = noise(2000)
    sos = sp.butter(2, 0.2, output="sos")

    def program(x):
        broken = dspc.select(dspc.frame == 100, dspc.f32(1e38) * 1e38, x)
        return dspc.biquads(broken, sos)

    out = render(program, x)
    np.testing.assert_allclose(out[500:], sp.sosfilt(sos, x)[500:], atol=1e-5)


def test_constants_are_folded_and_lanes_too() -> None:
    """Nothing but the recursion is left in the sample loop."""
    from dspc.driver.compile import lower
    from dspc.frontend.program import trace

    banks = np.stack([sp.butter(2, 0.02 * (i + 1), output="sos") for i in range(20)])

    @dspc.effect
    def program(x):
        return dspc.biquads(x, banks[3]), dspc.bank(banks, lambda sos: dspc.biquads(x, sos)).sum()

    from dspc.backends import get_backend

    text = str(lower(trace(program), get_backend("bytecode")))
    assert "dsp.div" not in text and "rt.init" not in text
