"""How near f64 programs come to the mathematics, measured against exact fractions, numpy and scipy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import signal

import dspc
from dspc import stdlib
from dspc.backends.engine import Engine

RATE = 48_000
TURN = 2**64


def decibels(found: np.ndarray, wanted: np.ndarray) -> float:
    """The error's peak below the signal's."""
    error = np.abs(found - wanted).max() / np.abs(wanted).max()
    return float(20 * np.log10(max(error, 1e-40)))


def ten_seconds(program: Any) -> np.ndarray:
    return dspc.render(program, seconds=10.0, backend="bytecode", precision="f64")


def exact_phases(step: float, start: float = 0.0) -> list[int]:
    """The u64 phases of 10 s: the step rounded down to 2^-64 turns, added exactly."""
    increment = Fraction(step) * TURN // 1
    first = round(start % 1.0 * TURN)
    return [(first + n * int(increment)) % TURN for n in range(10 * RATE)]


@pytest.mark.parametrize("step", [440.0 / RATE, -440.0 / RATE, 0.1, 0.5, -0.5, 1.5, 1e-9, -1e-18, 3.25])
def test_a_phasor_is_exact(step: float) -> None:
    """For 10 s: its top 53 bits, nothing accumulates."""
    found = ten_seconds(lambda: dspc.phasor(step=step, phase=0.3))
    assert found.dtype == np.float64
    assert found.tolist() == [(p >> 11) / 2**53 for p in exact_phases(step, 0.3)]


@pytest.mark.parametrize("frequency", [20.0, 440.0, 12_345.678, -997.0])
def test_a_sine_is_one(frequency: float) -> None:
    """-280 dB over 10 s beside the sine of the exact phase. Beside that of the nominal frequency it is off by what
    two roundings of the step to 53 bits make of all the turns: -226 dB at 440 Hz."""
    found = ten_seconds(lambda: stdlib.sine(frequency))
    step = frequency * (1.0 / RATE)
    phases = np.array([p / TURN for p in exact_phases(step)])
    assert decibels(found, np.sin(2 * np.pi * phases)) < -280
    nominal = Fraction(frequency) / RATE
    turns = np.array([nominal.numerator * n % nominal.denominator / nominal.denominator for n in range(10 * RATE)])
    assert decibels(found, np.sin(2 * np.pi * turns)) < 20 * np.log10(2 * np.pi * abs(frequency) * 10 * 2.0**-52)


# --- filters ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def biquad() -> Engine:
    """One section whose coefficients are parameters: set before the first sample they apply exactly."""

    def section(
        x: Any,
        b0: Any = dspc.param(0.0, -1e3, 1e3, smooth=0.0), b1: Any = dspc.param(0.0, -1e3, 1e3, smooth=0.0),
        b2: Any = dspc.param(0.0, -1e3, 1e3, smooth=0.0), a1: Any = dspc.param(0.0, -2.0, 2.0, smooth=0.0),
        a2: Any = dspc.param(0.0, -1.0, 1.0, smooth=0.0),
    ) -> Any:  # fmt: skip
        return stdlib.biquad(x, b0, b1, b2, a1, a2)

    return dspc.compile(section, "bytecode", RATE, precision="f64")


def designs() -> list[np.ndarray]:
    """Sections [b0 b1 b2 1 a1 a2] of usual filters, low to high, and random stable ones."""
    found: list[np.ndarray] = []
    for cutoff in (20.0, 200.0, 1000.0, 5000.0, 15_000.0):
        found += list(signal.butter(4, cutoff, fs=RATE, output="sos"))
        found += list(signal.cheby1(4, 1.0, cutoff, "highpass", fs=RATE, output="sos"))
        found += list(signal.ellip(2, 1.0, 40.0, [cutoff, 1.4 * cutoff], "bandpass", fs=RATE, output="sos"))
        found += [np.array([*b, *a]) for b, a in (signal.iirpeak(cutoff, 30.0, fs=RATE),)]
    rng = np.random.default_rng(11)
    for radius, angle in zip(rng.uniform(0.1, 0.9999, 30), rng.uniform(0, np.pi, 30), strict=True):
        poles = [1.0, -2 * radius * np.cos(angle), radius**2]
        found.append(np.array([*rng.uniform(-2, 2, 3), *poles]))
    return found


def through(engine: Engine, section: np.ndarray, x: np.ndarray) -> np.ndarray:
    engine.reset()
    for id, value in zip(("b0", "b1", "b2", "a1", "a2"), (*section[:3], *section[4:]), strict=True):
        engine.set(id, value)
    return engine.process(x)


def test_biquads_are_scipys(biquad: Engine) -> None:
    """-230 dB, for 65 sets of coefficients: filters whose poles lie near 1 among them."""
    x = np.random.default_rng(2).uniform(-1, 1, 4800)
    sections = designs()
    assert len(sections) >= 60
    for section in sections:
        section = section / section[3]
        wanted = signal.lfilter(section[:3], section[3:], x)
        assert decibels(through(biquad, section, x), wanted) < -230, section


def test_cascades_are_scipys(biquad: Engine) -> None:
    x = np.random.default_rng(4).uniform(-1, 1, 4800)
    for order in (2, 4, 8):
        sections = signal.butter(order, 300.0, fs=RATE, output="sos")
        y = x
        for section in sections:
            y = through(biquad, section, y)
        assert decibels(y, signal.sosfilt(sections, x)) < -230, order


def test_f32_is_not_as_good(biquad: Engine) -> None:
    """What the tests above would find if anything were f32."""
    section, x = signal.butter(2, 200.0, fs=RATE, output="sos")[0], np.random.default_rng(2).uniform(-1, 1, 4800)
    b0, b1, b2, _, a1, a2 = section
    found = dspc.render(lambda x: stdlib.biquad(x, b0, b1, b2, a1, a2), x, backend="bytecode")
    assert -150 < decibels(found, signal.lfilter(section[:3], section[3:], x)) < -60


def test_f64_signals_in_an_f32_program_filter_as_well() -> None:
    """Only input and output are f32 then."""
    section, x = signal.butter(2, 20.0, fs=RATE, output="sos")[0], np.random.default_rng(2).uniform(-1, 1, 4800)
    b0, b1, b2, _, a1, a2 = section
    x = x.astype(np.float32)
    found = dspc.render(lambda x: stdlib.biquad(dspc.f64(x), b0, b1, b2, a1, a2), x, backend="bytecode")
    wanted = signal.lfilter(section[:3], section[3:], x.astype(np.float64))
    np.testing.assert_array_equal(found, wanted.astype(np.float32))


def test_one_poles_and_envelopes() -> None:
    """The TPT one-pole is a bilinear transform; an envelope's attack is a straight line."""
    x = np.random.default_rng(6).uniform(-1, 1, 4800)
    g = np.tan(np.pi * 300.0 / RATE)
    wanted = signal.lfilter([g / (1 + g)] * 2, [1.0, (g - 1) / (g + 1)], x)
    found = dspc.render(lambda x: stdlib.one_pole(x, 300.0), x, backend="bytecode", precision="f64")
    assert decibels(found, wanted) < -250
    line = dspc.render(lambda x: stdlib.adsr(x > -2, 0.1), np.zeros(4000), backend="bytecode", precision="f64")
    np.testing.assert_allclose(line, np.arange(1, 4001) / 4800, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "exp", "exp2", "log", "log2", "log10", "tanh", "atan", "sqrt"])
def test_functions(name: str) -> None:
    """The f64 approximations: 1e-14."""
    x = np.random.default_rng(7).uniform(0.01, 3.0, 2000)
    found = dspc.render(getattr(dspc, name), x, backend="bytecode", precision="f64")
    wanted = getattr(np, {"atan": "arctan"}.get(name, name))(x)
    np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-14)


def test_notes_are_tuned() -> None:
    """A key's frequency to 1e-14, though the engine keeps keys in f32."""

    @dspc.instrument(voices=1)
    def tuned(note: Any) -> Any:
        return note.frequency

    for key in range(0, 128, 9):
        engine = dspc.compile(tuned, "bytecode", RATE, precision="f64")
        engine.note_on(key, 1.0)
        assert engine.process(frames=4)[-1] == pytest.approx(440.0 * 2.0 ** ((key - 69) / 12), rel=1e-14)
