"""Delays between samples, against formulas of our own in f64: every interpolation, its limits, long lines."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

import dspc

POLYNOMIALS = ("linear", "cubic", "lagrange3", "lagrange5")
FRACTIONAL = (*POLYNOMIALS, "thiran")
DEGREE = {"linear": 1, "cubic": 2, "lagrange3": 3, "lagrange5": 5}
RNG = np.random.default_rng(5)


def points(mode: str, at: float) -> dict[int, float]:
    """Whole distances and their weights, from the definitions."""
    whole = int(np.floor(at))
    if mode == "linear":
        return {whole: 1 - (at - whole), whole + 1: at - whole}
    count = 6 if mode == "lagrange5" else 4
    first = max(0, whole - count // 2 + 1)
    if mode == "cubic" and whole >= 1:
        f = at - whole
        row = (-f / 2 + f**2 - f**3 / 2, 1 - 2.5 * f**2 + 1.5 * f**3, f / 2 + 2 * f**2 - 1.5 * f**3, (f**3 - f**2) / 2)
        return {whole - 1 + i: w for i, w in enumerate(row)}
    nodes = range(first, first + count)
    return {n: prod((at - m) / (n - m) for m in nodes if m != n) for n in nodes}


def delayed(x: np.ndarray, at: np.ndarray, mode: str) -> np.ndarray:
    """`x` at n - at[n], sample by sample; before the first sample it is 0."""
    before = np.concatenate([np.zeros(3000), np.asarray(x, np.float64)])
    out, last = np.zeros(len(x)), 0.0
    for n, distance in enumerate(np.asarray(at, np.float64)):
        if mode == "thiran":
            last = out[n] = _all_pass(before, n + 3000, distance, last)
        else:
            out[n] = sum(w * before[n + 3000 - d] for d, w in points(mode, distance).items())
    return out


def _all_pass(x: np.ndarray, n: int, at: float, last: float) -> float:
    if at < 0.25:
        return x[n]
    at = max(at, 0.5)
    whole = int(np.floor(at - 0.5))
    a = (1 - (at - whole)) / (1 + (at - whole))
    return a * (x[n - whole] - last) + x[n - whole - 1]


def noise(frames: int) -> np.ndarray:
    return RNG.uniform(-1, 1, frames).astype(np.float32)


def render(program: Any, *x: np.ndarray, rate: float = 48_000.0, **more: Any) -> np.ndarray:
    return dspc.render(dspc.effect(program), np.stack(x), sample_rate=rate, backend="bytecode", **more)


# --- what lies between samples ----------------------------------------------------------------------


@pytest.mark.parametrize("low", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("mode", POLYNOMIALS)
def test_polynomials_of_its_degree_are_exact(mode: str, low: float) -> None:
    """In f64, at 200 random positions; near 0 too, where the points are not centred."""
    factors = RNG.uniform(-1, 1, DEGREE[mode] + 1)

    def program(x, at):
        def polynomial(t):
            return sum(float(c) * (t / 100.0) ** i for i, c in enumerate(factors))

        t, distance = dspc.f64(dspc.frame), dspc.f64(at)
        late = dspc.delay(polynomial(t), distance, max=40, interpolation=mode)
        return 1e9 * (late - polynomial(t - distance))

    at = RNG.uniform(low, low + 2.0, 250).astype(np.float32)
    errors = render(program, at, at)[50:]
    assert np.abs(errors).max() < 1e-9 * 1e9 * 1e-3  # 1e-12
    worse = [points(mode, d) for d in (2.3, 7.9)]  # and the next degree is not
    for d, row in zip((2.3, 7.9), worse, strict=True):
        assert abs(sum(w * (-n) ** (DEGREE[mode] + 1) for n, w in row.items()) - (-d) ** (DEGREE[mode] + 1)) > 1e-3


@pytest.mark.parametrize("mode", FRACTIONAL)
def test_moving_and_fixed_positions(mode: str) -> None:
    x = noise(600)
    moving = (20 + 19.9 * np.sin(np.arange(600) * 0.05)).astype(np.float32)
    fixed = (0.3, 0.5, 1.0, 1.49, 1.5, 2.75, 5.5, 16.6, 17.25)

    def program(x, at):
        late = [dspc.delay(x, d, interpolation=mode) for d in fixed]
        return dspc.delay(x, at, max=40, interpolation=mode), *late

    out = render(program, x, moving)
    np.testing.assert_allclose(out[0], delayed(x, moving, mode), atol=2e-6)
    for channel, d in zip(out[1:], fixed, strict=True):
        np.testing.assert_allclose(channel, delayed(x, np.full(600, d), mode), atol=2e-6, err_msg=str(d))


@pytest.mark.parametrize("mode", FRACTIONAL)
def test_whole_positions_are_samples(mode: str) -> None:
    """Bit for bit, and 0 is the input itself. The all-pass forgets as it moves: it is tested standing."""
    x = noise(300)
    at = np.repeat([0, 1, 2, 3, 7, 20], 50).astype(np.float32)

    def program(x, at):
        fixed = [dspc.delay(x, float(d), max=30, interpolation=mode) for d in (0, 1, 2, 16)]
        return dspc.delay(x, at, max=20, interpolation=mode), *fixed

    out = render(program, x, at)
    if mode != "thiran":
        expected = np.where(np.arange(300) >= at, x[(np.arange(300) - at).astype(int)], 0)
        np.testing.assert_array_equal(out[0], expected)
    for channel, d in zip(out[1:], (0, 1, 2, 16), strict=True):
        np.testing.assert_array_equal(channel[d:], x[: 300 - d])


def response(mode: str, distance: float, frames: int = 4096) -> np.ndarray:
    """The spectrum of the impulse response, in f64 up to the output's rounding."""
    impulse = np.zeros(frames, np.float32)
    impulse[0] = 1
    out = render(lambda x: dspc.delay(x, distance, interpolation=mode), impulse)
    return np.fft.rfft(out.astype(np.float64))


@pytest.mark.parametrize("distance", [2.5, 3.75, 20.1])
@pytest.mark.parametrize("mode", POLYNOMIALS)
def test_a_sine_has_the_gain_and_the_phase_of_theory(mode: str, distance: float) -> None:
    w = np.pi * np.arange(2049) / 2048
    theory = sum(g * np.exp(-1j * w * d) for d, g in points(mode, distance).items())
    np.testing.assert_allclose(response(mode, distance), theory, atol=1e-6)
    for w0, frames in ((0.1, 500), (1.0, 500)):
        n = np.arange(frames)
        out = render(lambda x: dspc.delay(x, distance, interpolation=mode), np.sin(w0 * n).astype(np.float32))
        gain = sum(g * np.exp(-1j * w0 * d) for d, g in points(mode, distance).items())
        np.testing.assert_allclose(out[50:], (gain * np.exp(1j * w0 * n)).imag[50:], atol=1e-6)


def test_more_points_are_closer_to_an_ideal_delay() -> None:
    w = 0.3 * np.pi
    errors = [
        abs(sum(g * np.exp(-1j * w * d) for d, g in points(m, 10.5).items()) - np.exp(-10.5j * w)) for m in POLYNOMIALS
    ]
    assert sorted(errors, reverse=True) == errors
    measured = [abs(response(m, 10.5)[round(0.3 * 2048)] - np.exp(-10.5j * round(0.3 * 2048) * np.pi / 2048))
                for m in POLYNOMIALS]  # fmt: skip
    np.testing.assert_allclose(measured, errors, rtol=0.02)


@pytest.mark.parametrize("distance", [0.5, 0.7, 1.0, 1.49, 1.5, 3.3, 20.9])
def test_thiran_passes_everything_and_delays_low_frequencies_exactly(distance: float) -> None:
    spectrum = response("thiran", distance)
    np.testing.assert_allclose(np.abs(spectrum), 1.0, atol=2e-6)
    w = np.pi * np.arange(1, 200) / 2048
    whole = np.floor(distance - 0.5)
    d = distance - whole
    a = (1 - d) / (1 + d)
    z = np.exp(-1j * w)
    theory = (a + z) / (1 + a * z) * z**whole
    np.testing.assert_allclose(spectrum[1:200], theory, atol=2e-6)
    group = -np.diff(np.unwrap(np.angle(spectrum[:20]))) / (np.pi / 2048)
    np.testing.assert_allclose(group, distance, atol=2e-3)


def test_thiran_near_zero_is_the_nearer_of_what_it_can() -> None:
    x = noise(200)
    fixed = (0.0, 0.1, 0.24, 0.26, 0.4, 0.5)
    out = render(lambda x: tuple(dspc.delay(x, d, interpolation="thiran") for d in fixed), x)
    for channel, d in zip(out, fixed, strict=True):
        expected = x if d < 0.25 else delayed(x, np.full(200, 0.5), "thiran")
        np.testing.assert_allclose(channel, expected, atol=1e-6)


# --- limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", FRACTIONAL)
def test_positions_are_kept_within_the_limits(mode: str) -> None:
    """Those that are no whole numbers too; NaN is the shortest, infinity the longest."""
    x, at = noise(400), np.repeat([-1e6, 2.0, 2.9, 30.2, 30.7, 1e6, 0, 0], 50).astype(np.float32)

    def program(x, at):
        nan, inf = dspc.sqrt(-1.0 - at * at), dspc.exp(400.0 + 0.0 * x)
        positions = (at, nan, inf, -inf)
        return tuple(dspc.delay(x, p, min=2.25, max=30.5, interpolation=mode) for p in positions)

    out = render(program, x, at)
    np.testing.assert_allclose(out[0], delayed(x, np.clip(at, 2.25, 30.5), mode), atol=2e-6)
    for channel, d in zip(out[1:], (2.25, 30.5, 2.25), strict=True):
        np.testing.assert_allclose(channel, delayed(x, np.full(400, d), mode), atol=2e-6)


def test_integers_stay_integers_between_limits_that_are_none() -> None:
    x = noise(100)

    def program(x, at):
        late = dspc.delay(x, dspc.i32(at), min=2.5, max=9.5)
        rate = dspc.delay(x, dspc.i32(at), max=dspc.sample_rate / 8000 + 0.5)
        return late, rate

    at = np.repeat([0, 5, 50, 9], 25).astype(np.float32)
    out = render(program, x, at)
    for channel, clipped in zip(out, (np.clip(at, 3, 9), np.clip(at, 0, 6)), strict=True):
        index = (np.arange(100) - clipped).astype(int)
        np.testing.assert_array_equal(channel, np.where(index >= 0, x[index], 0))


@pytest.mark.parametrize("mode", ("none", *FRACTIONAL))
@pytest.mark.parametrize("rate", [8_000.0, 44_100.0, 192_000.0, 768_000.0])
def test_lengths_in_seconds_at_any_rate(mode: str, rate: float) -> None:
    x = np.zeros(1000, np.float32)
    x[0] = 1
    seconds = 300.5 / rate

    def program(x):
        return (dspc.delay(x, seconds * dspc.sample_rate, interpolation=mode),
                dspc.delay(x, 1000.0 + x, max=seconds * dspc.sample_rate, interpolation=mode))  # fmt: skip

    expected = delayed(x, np.full(1000, 300.0 if mode == "none" else 300.5), "linear" if mode == "none" else mode)
    for channel in render(program, x, rate=rate):
        np.testing.assert_allclose(channel, expected, atol=1e-4)  # 768 kHz: f32 has 1/32768 of a sample there


@pytest.mark.parametrize("rate", [8_000.0, 44_100.0, 192_000.0])
def test_lanes_have_lengths_in_seconds(rate: float) -> None:
    """Each lane has its own number of samples at 44.1 kHz, whatever the rate: the longest is what memory is for."""
    x, samples = np.zeros(3000, np.float32), (441, 100, 7)
    x[0] = 1

    def program(x):
        def line(n):
            whole = dspc.i32(dspc.round((n + 2) * (dspc.sample_rate / 44_100)))
            return dspc.delay(x, whole - 1), dspc.delay(x, 10_000, max=dspc.sample_rate * (n / 44_100))

        exact, longest = dspc.bank(samples, line)
        return *exact.stack(), *longest.stack()

    out = render(program, x, rate=rate)
    for n, exact, longest in zip(samples, out[:3], out[3:], strict=True):
        assert np.flatnonzero(exact).tolist() == [round((n + 2) * rate / 44_100) - 1]
        assert np.flatnonzero(longest).tolist() == [int(n * rate / 44_100 * (1 + 1e-12))]


@pytest.mark.parametrize("mode", ("none", "lagrange5", "thiran"))
def test_ten_seconds_at_192_khz(mode: str) -> None:
    """The caller gives the memory: what is asked for holds the line, and is little more than twice as much."""

    def program(x):
        return dspc.delay(x, 10.0 * dspc.sample_rate, interpolation=mode)

    engine = dspc.compile(dspc.effect(program), backend="bytecode", sample_rate=192_000.0)
    samples = 1_920_000
    assert 4 * samples < engine.state_bytes < 4 * 2 * samples + 100_000
    x = np.zeros((1, samples + 100), np.float32)
    x[0, :40] = noise(40)
    out = np.atleast_2d(engine.process(x))[0]
    np.testing.assert_array_equal(out[samples : samples + 40], x[0, :40])
    assert not out[:samples].any()


# --- where delays stand -----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", FRACTIONAL)
def test_in_a_loop(mode: str) -> None:
    """A string: the total delay of the loop is one sample more; f64 shows that nothing but rounding is lost."""
    x = noise(500)

    def program(x):
        return dspc.feedback(lambda y: x + 0.6 * dspc.delay(y, 6.3, interpolation=mode))

    out, last = np.zeros(501), 0.0
    for n in range(500):
        past = np.concatenate([np.zeros(20), out[:n]])
        now = len(past) - 1
        if mode == "thiran":
            last = _all_pass(past, now, 6.3, last)
        else:
            last = sum(w * past[now - d] for d, w in points(mode, 6.3).items())
        out[n] = x[n] + 0.6 * last
    np.testing.assert_allclose(render(program, x), out[:500], atol=1e-5)


@pytest.mark.parametrize("mode", FRACTIONAL)
@pytest.mark.parametrize("lanes", [3, 20])
def test_in_banks_each_lane_has_its_length(mode: str, lanes: int) -> None:
    x = noise(200)

    def program(x):
        return dspc.bank(lanes, lambda i: dspc.delay(x * (i + 1), 0.5 + 1.3 * i, max=60, interpolation=mode)).sum()

    expected = sum(delayed(x * (i + 1), np.full(200, 0.5 + 1.3 * i), mode) for i in range(lanes))
    for backend in ("bytecode", "c"):
        out = dspc.render(dspc.effect(program), x, backend=backend)
        np.testing.assert_allclose(out, expected, atol=1e-4)


def test_types_that_are_not_interpolated() -> None:
    x = noise(100)

    def program(x):
        return dspc.f32(dspc.delay(x > 0, 5)), dspc.f32(dspc.delay(dspc.i32(100 * x), 5)), dspc.delay(x > 0, 2.5)

    out = render(program, x)
    late = np.concatenate([np.zeros(5), x[:-5]])
    np.testing.assert_array_equal(out[0], late > 0)
    np.testing.assert_array_equal(out[1], (100 * late).astype(int))
    np.testing.assert_array_equal(out[2], delayed(x > 0, np.full(100, 2.5), "linear"))


def test_a_thiran_delay_recovers_from_what_is_not_finite() -> None:
    """In voices and effects: the state that fed back on itself is put back, whatever came in."""
    x = noise(400)
    x[50] = 1e6

    def program(x):
        return dspc.delay(1e35 * x, 3.3, interpolation="thiran") * 0 + dspc.delay(x, 3.3, interpolation="thiran")

    out = render(program, x)
    assert np.isfinite(out).all()
    np.testing.assert_allclose(out[150:], delayed(x, np.full(400, 3.3), "thiran")[150:], atol=1e-4)


def test_a_lane_s_constant_length_needs_no_max() -> None:
    x = noise(300)
    taps = [3.0, 50.5, 7.25]

    def program(x):
        by_number = dspc.bank(12, lambda i: dspc.delay(x, i * i + 0.5)).sum()
        by_element = dspc.bank(taps, lambda d: dspc.delay(x, d, interpolation="cubic")).sum()
        return by_number, by_element, dspc.bank(12, lambda i: dspc.delay(x, 20 - 3 * i)).sum()

    out = render(program, x)
    lengths = [[i * i + 0.5 for i in range(12)], taps, [max(0, 20 - 3 * i) for i in range(12)]]
    for channel, distances, mode in zip(out, lengths, ("linear", "cubic", "linear"), strict=True):
        expected = sum(delayed(x, np.full(300, d), mode) for d in distances)
        np.testing.assert_allclose(channel, expected, atol=1e-5)


def test_lengths_of_notes_need_no_longest() -> None:
    """A number of Hz or semitones is as good as one of seconds: numbers, those of lanes, and functions of them."""
    hertz, x = (110.0, 165.0, 441.0), np.zeros(2000, np.float32)
    x[0] = 1

    def program(x):
        lanes = dspc.bank(hertz, lambda f: dspc.delay(x, dspc.i32(dspc.round(dspc.sample_rate / f)))).stack()
        octave = dspc.delay(x, dspc.sample_rate / (110.0 * dspc.exp2(dspc.f64(1.0))), interpolation="none")
        return *lanes, octave, dspc.delay(x, 100 + dspc.sqrt(dspc.log2(dspc.f64(2.0**16))))

    *lanes, octave, root = render(program, x, rate=44_100.0)
    assert [np.flatnonzero(y).tolist() for y in lanes] == [[round(44_100 / f)] for f in hertz]
    assert np.flatnonzero(octave).tolist() == [44_100 // 220]
    np.testing.assert_allclose(root[103:106], [0.0, 1.0, 0.0], atol=1e-5)
