"""Envelopes, against the closed formulas of their stages, laid end to end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figures import largest, within
from numpy.typing import NDArray

import dspc
from dspc.stdlib import adsr, ar, dahdsr

RATES = (44_100, 48_000, 96_000)
Wave = NDArray[np.float64]


def way(samples: float, curve: float) -> Wave:
    """From 0 to 1 in so many samples, to the nearest; 0 takes one."""
    n = max(round(samples), 1)
    t = np.minimum(np.arange(1, n + 1) / max(samples, 1.0), 1.0)
    y = t if curve == 0 else np.expm1(curve * t) / np.expm1(curve)
    y[-1] = 1.0
    return y


def gates(*lengths: int) -> Wave:
    """Off, on, off … for so many samples each."""
    return np.concatenate([np.full(n, float(i % 2)) for i, n in enumerate(lengths)])


def rendered(program: Any, x: Wave, rate: int = 48_000, precision: str = "f32", backend: str = "bytecode") -> Any:
    return dspc.render(program, x, sample_rate=rate, precision=precision, backend=backend)


@pytest.mark.parametrize("rate", RATES)
def test_stages_of_dahdsr(rate: int) -> None:
    """Every stage with its time, in whole samples and between; what is left of the sustain; the end at 0."""
    wait, up, stay, fall, leave = 0.0031, 0.00503, 0.00202, 0.0107, 0.00809
    x = gates(50, 4000, 4000)

    def program(gate: Any) -> Any:
        return dahdsr(gate, wait, up, stay, fall, 0.4, leave, attack_curve=3.0)

    attack = way(up * rate, 3.0)
    decay, release = 1 - 0.6 * way(fall * rate, -5.0), 0.4 * (1 - way(leave * rate, -5.0))
    start = np.concatenate([np.zeros(50 + round(wait * rate)), attack, np.ones(round(stay * rate)), decay])
    expected = np.concatenate([start, np.full(4050 - len(start), 0.4), release, np.zeros(4000 - len(release))])
    within("dahdsr", "stages in f64", "the formulas", largest(rendered(program, x, rate, "f64"), expected), 1e-12)
    within("dahdsr", "stages in f32", "the formulas", largest(rendered(program, x, rate), expected), 1e-6)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("curve", [-5.0, 0.0, 4.0])
def test_stages_of_ar(rate: int, curve: float) -> None:
    attack, release = way(0.004 * rate, 0.0), 1 - way(0.011 * rate, curve)
    expected = np.concatenate([np.zeros(10), attack, np.ones(1500 - len(attack)), release,
                               np.zeros(1500 - len(release))])  # fmt: skip
    found = rendered(lambda gate: ar(gate, 0.004, 0.011, curve), gates(10, 1500, 1500), rate)
    within("ar", "stages, three curves", "the formulas", largest(found, expected), 1e-6)


def test_a_minute_is_a_minute() -> None:
    """Steps of an f32 would be some percent too short, or too long, or stand still."""
    rate, seconds = 96_000, 60.0
    y = rendered(lambda gate: ar(gate, 0.0, seconds), gates(1, 1, round(rate * seconds) + 10), rate, backend="c")
    off = abs(np.flatnonzero(y)[-1] - rate * seconds)
    within("ar", "a release of a minute at 96 kHz", "the clock", off, 2.0, "samples")


@pytest.mark.parametrize("rate", RATES)
def test_times_of_adsr(rate: int) -> None:
    """The attack to the nearest two samples, decay and release as exponentials of five time constants."""
    x = gates(10, rate, rate)
    y = rendered(lambda gate: adsr(gate, 0.2, 0.1, 0.5, 0.3), x, rate)
    top = np.flatnonzero(y == 1.0)[0]
    within("adsr", "attack of 0.2 s", "the clock", abs(top - 9 - 0.2 * rate), 2.0, "samples")
    n = np.arange(1, rate // 2)
    within("adsr", "attack", "a line", largest(y[10 : top + 1], np.arange(1, top - 8) / (0.2 * rate)), 2e-4)
    within("adsr", "decay", "an exponential", largest(y[top + n], 0.5 + 0.5 * np.exp(-5 * n / (0.1 * rate))), 1e-4)
    within("adsr", "release", "an exponential", largest(y[rate + 9 + n], 0.5 * np.exp(-5 * n / (0.3 * rate))), 1e-4)


def test_long_times_of_adsr() -> None:
    """What f32 makes of them: three seconds at 96 kHz are met within a percent."""
    rate, seconds = 96_000, 3.0
    y = rendered(lambda g: adsr(g, seconds, seconds, 0.5, seconds), gates(1, 7 * rate, 4 * rate), rate, backend="c")
    top = np.flatnonzero(y == 1.0)[0]
    within("adsr", "attack of 3 s at 96 kHz", "the clock", abs(top / (rate * seconds) - 1), 0.01)
    for start, level, sustain in ((top, 1.0, 0.5), (7 * rate, 0.5, 0.0)):
        reached = np.flatnonzero(y[start:] <= sustain + (level - sustain) * np.exp(-3))[0]  # three time constants
        off = abs(reached / (0.6 * seconds * rate) - 1)
        within("adsr", "decay and release of 3 s at 96 kHz", "the clock", off, 0.01)


def test_releases_come_to_rest() -> None:
    """Tails do not linger in denormals."""
    y = rendered(lambda g: (adsr(g, release=0.001), ar(g, release=0.001), dahdsr(g, release=0.001)), gates(1, 99, 9000),
                 backend="c")  # fmt: skip
    assert not ((y != 0) & (np.abs(y) < np.finfo(np.float32).tiny)).any() and not y[:, -1].any()


# --- gates of all kinds -----------------------------------------------------------------------------


def test_a_gate_shorter_than_the_attack() -> None:
    """It turns round where it is; the release takes its time from there. A one-shot goes up all the way."""
    x = gates(5, 30, 200)

    def program(gate: Any) -> Any:
        times = 100 / 48_000, 60 / 48_000
        return ar(gate, *times), dahdsr(gate, attack=times[0], release=times[1]), ar(gate, *times, one_shot=True)

    held, staged, once = rendered(program, x)
    up = way(100, 0.0)
    for y in (held, staged):
        np.testing.assert_allclose(y[5:35], up[:30], atol=1e-6)
        np.testing.assert_allclose(y[35:95], 0.3 * (1 - way(60, -5.0)), atol=1e-6)
        assert not y[95:].any()
    np.testing.assert_allclose(once[5:165], [*up, *(1 - way(60, -5.0))], atol=1e-6)
    assert not once[165:].any()


def test_a_new_gate_while_it_sounds() -> None:
    """It starts where the envelope is; during the delay the old release goes on. There is no jump."""
    x = gates(5, 100, 20, 100, 100)
    attack, release = 40 / 48_000, 50 / 48_000

    def program(gate: Any) -> Any:
        return (ar(gate, attack, release, 0.0), dahdsr(gate, 0.0, attack, release=release, sustain=1.0, curve=0.0),
                dahdsr(gate, 10 / 48_000, attack, release=release, sustain=1.0, curve=0.0))  # fmt: skip

    at_once, staged, late = rendered(program, x)
    np.testing.assert_allclose(at_once, staged, atol=1e-6)
    assert at_once[124] == pytest.approx(1 - 20 / 50, abs=1e-6)
    np.testing.assert_allclose(at_once[125:141], 0.6 + np.arange(1, 17) / 40, atol=1e-6)
    np.testing.assert_allclose(late[105:135], 1 - np.arange(1, 31) / 50, atol=1e-6)
    np.testing.assert_allclose(late[135:159], 0.4 + np.arange(1, 25) / 40, atol=1e-6)
    for y in (at_once, staged, late):
        assert np.abs(np.diff(y)).max() < 1 / 40 + 1e-6


def test_a_gate_shorter_than_the_delay_is_not_heard() -> None:
    assert not rendered(lambda gate: dahdsr(gate, delay=0.001), gates(5, 47, 100)).any()
    assert rendered(lambda gate: dahdsr(gate, delay=0.001), gates(5, 49, 100)).any()


def test_times_of_zero() -> None:
    """One sample each, and nothing for delay and hold."""
    x = gates(3, 6, 4)
    both = rendered(lambda gate: (ar(gate, 0.0, 0.0), dahdsr(gate, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0)), x, precision="f64")
    np.testing.assert_array_equal(both[0], x)
    np.testing.assert_array_equal(both[1], [0, 0, 0, 1, 0.25, 0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0])


def test_times_that_move() -> None:
    """Half of the way is done with one time, half with another; a curve goes on from where it is."""
    x = gates(0, 600, 600)
    times = np.where(np.arange(1200) < 100, 200 / 48_000, 400 / 48_000)
    times[600:700] = 200 / 48_000

    def program(gate: Any, time: Any) -> Any:
        return ar(gate, time, time, 0.0), dahdsr(gate, attack=time, release=time, sustain=1.0, attack_curve=2.0)

    straight, bent = rendered(dspc.effect(program), np.stack([x, times]))
    np.testing.assert_allclose(straight[:300], [*way(200, 0.0)[:100], *(0.5 + np.arange(1, 201) / 400)], atol=1e-5)
    np.testing.assert_allclose(straight[600:900], 1 - straight[:300], atol=1e-5)
    np.testing.assert_allclose(bent[:300], [*way(200, 2.0)[:100], *way(400, 2.0)[200:]], atol=1e-5)


def test_curves_that_move_at_audio_rate() -> None:
    """Nothing leaves [0, 1]."""
    noise = np.random.default_rng(3).uniform(-30, 30, 3000)
    x = gates(*np.random.default_rng(4).integers(1, 200, 29))[:3000]
    x = np.pad(x, (0, 3000 - len(x)))

    def program(gate: Any, curve: Any) -> Any:
        time = 0.002 * (1 + 0.03 * curve)
        return ar(gate, time, time, curve), dahdsr(gate, 0, time, 0, time, 0.5, time, curve, -curve)

    y = rendered(dspc.effect(program), np.stack([x, noise]))
    assert y.min() >= 0 and y.max() <= 1 and np.isfinite(y).all() and y.std() > 0.1


def test_numbers_are_gates() -> None:
    """What is more than 0 is on; arrays have an envelope for each element."""
    x = np.stack([gates(5, 50, 50) - 0.5, gates(20, 20, 65)])

    def program(a: Any, b: Any) -> Any:
        made = ar(dspc.stack([a, b]), 0.0, 0.0)
        return made[0], made[1]

    np.testing.assert_array_equal(rendered(dspc.effect(program), x), x > 0)
