"""Tables of one row and of several: positions of any type, beyond the ends, far outside, NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dspc

RNG = np.random.default_rng(11)
ROW = RNG.uniform(-1, 1, 7).astype(np.float32)
ROWS = RNG.uniform(-1, 1, (3, 7)).astype(np.float32)
BACKENDS = ("reference", "bytecode", "c", "wasm")


def render(program: Any, *x: np.ndarray, backend: str = "bytecode") -> np.ndarray:
    return dspc.render(dspc.effect(program), np.stack(x).astype(np.float32), backend=backend)


def read(row: np.ndarray, at: np.ndarray, interpolation: str, boundary: str) -> np.ndarray:
    """What a row is at positions, from the definition, in f64."""
    at = np.asarray(at, np.float64)

    def sample(index: np.ndarray) -> np.ndarray:
        if boundary == "wrap":
            return row[(index % len(row)).astype(int)]
        inside = (index >= 0) & (index < len(row))
        found = row[np.clip(index, 0, len(row) - 1).astype(int)]
        return np.where(inside | (boundary == "clamp"), found, 0)

    whole = np.floor(at)
    if interpolation == "none":
        return sample(whole)
    return sample(whole) + (sample(whole + 1) - sample(whole)) * (at - whole)


@pytest.mark.parametrize("boundary", ["clamp", "wrap", "zero"])
@pytest.mark.parametrize("interpolation", ["none", "linear"])
def test_positions_of_every_type(interpolation: str, boundary: str) -> None:
    at = np.concatenate([RNG.uniform(-30, 30, 400), np.arange(-20, 20), [1e6, -1e6, 3e5]]).astype(np.float32)
    row, options = dspc.table(ROW), {"interpolation": interpolation, "boundary": boundary}

    def program(at):
        whole = dspc.i32(dspc.floor(at))
        return row(at, **options), row(dspc.f64(at), **options), row(whole, **options), row(dspc.u32(whole), **options)

    out = render(program, at)
    for channel in out[:2]:
        np.testing.assert_allclose(channel, read(ROW, at, interpolation, boundary), atol=1e-6)
    np.testing.assert_array_equal(out[2], read(ROW, np.floor(at), "none", boundary))
    unsigned = np.floor(at).astype(np.int64) % 2**32
    np.testing.assert_array_equal(out[3], read(ROW, unsigned, "none", boundary))


@pytest.mark.parametrize("boundary", ["clamp", "wrap", "zero"])
def test_rows(boundary: str) -> None:
    """The row is floored and clamped, whatever its type."""
    at, row = RNG.uniform(-10, 20, 500).astype(np.float32), RNG.uniform(-3, 6, 500).astype(np.float32)
    table = dspc.table(ROWS)
    assert len(table) == 3 and repr(table) == "<table of 3 rows of 7 samples, f32>"

    def program(at, row):
        whole = dspc.i32(dspc.floor(row))
        rows = (row, dspc.f64(row), whole, 1, 1.9, -7, 2**31 - 1)
        return *(table(r, at, boundary=boundary) for r in rows), table(row, whole, boundary=boundary)

    out = render(program, at, row)
    chosen = np.clip(np.floor(row), 0, 2).astype(int)
    lines = np.stack([read(r, at, "linear", boundary) for r in ROWS])
    picked = lines[chosen, np.arange(500)]
    wanted = (picked, picked, picked, lines[1], lines[1], lines[0], lines[2])
    for channel, expected in zip(out, wanted, strict=False):
        np.testing.assert_allclose(channel, expected, atol=1e-6)
    whole = np.stack([read(r, np.floor(row), "none", boundary) for r in ROWS])
    np.testing.assert_array_equal(out[7], whole[chosen, np.arange(500)])


@pytest.mark.parametrize("backend", BACKENDS)
def test_nowhere_is_defined(backend: str) -> None:
    """NaN, infinity, and what no i32 holds: an element of the table (or 0), and never one beside it."""
    x = np.linspace(0.1, 1, 20)
    row, rows = dspc.table(ROW), dspc.table(ROWS)

    def program(x):
        nan, inf = dspc.sqrt(-x), dspc.exp(300.0 * x + 500.0)
        far = (nan, inf, -inf, 1e30 * x, -1e30 * x)
        ends = [t for at in far for t in (row(at), row(at, boundary="zero"), rows(at, 0.0), rows(at, at))]
        wraps = [row(at, boundary="wrap") for at in (*far, dspc.f64(nan), dspc.f64(inf), dspc.f64(-inf))]
        return (*ends, *wraps)

    out = render(program, x, backend=backend)
    first, last = (ROW[0], 0, ROWS[0, 0], ROWS[0, 0]), (ROW[-1], 0, ROWS[2, 0], ROWS[2, -1])
    wanted = [v for ends in (first, last, first, last, first) for v in ends]
    np.testing.assert_array_equal(out[:20], np.tile(np.float32(wanted)[:, None], 20))
    assert np.isin(out[20:], ROW).all()


def test_a_position_that_runs_on_in_f64() -> None:
    """Beyond 2^31 samples there is still a fraction."""
    row = dspc.table(ROW)

    def program(x):
        return row(dspc.f64(dspc.frame) * 0.25 + 7e10, boundary="wrap"), row(x, boundary="wrap")

    n = np.arange(200)
    out = render(program, n)
    np.testing.assert_allclose(out[0], read(ROW, n * 0.25 + 7e10, "linear", "wrap"), atol=1e-6)


def test_integers_do_not_interpolate() -> None:
    whole = dspc.table([[10, 20, 30], [-1, -2, -3]])
    at = np.array([-0.5, 0.5, 1.5, 2.5, 9.0])
    assert render(lambda x: dspc.f32(whole(0, x)), at).tolist() == [10, 10, 20, 30, 30]
    assert render(lambda x: dspc.f32(whole(1, x, boundary="zero")), at).tolist() == [0, -1, -2, -3, 0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("lanes", [3, 20])
def test_in_lanes(lanes: int, backend: str) -> None:
    at = RNG.uniform(0, 7, 100).astype(np.float32)
    table = dspc.table(ROWS)
    out = render(lambda x: dspc.bank(lanes, lambda i: table(i % 3, x + i, boundary="wrap")).sum(), at, backend=backend)
    wanted = sum(read(ROWS[i % 3], at + np.float32(i), "linear", "wrap") for i in range(lanes))
    np.testing.assert_allclose(out, wanted, atol=2e-5)


def test_equal_samples_are_stored_once() -> None:
    def program(x):
        return dspc.table(ROWS)(1, x) + dspc.table(ROWS.ravel())(x) + dspc.table(np.asfortranarray(ROWS))(2, x)

    assert str(dspc.trace(dspc.effect(program))).count("dsp.table @") == 1
