"""Algebra that comes before the reference: as exact as what was written, and exact where that matters."""

from __future__ import annotations

import numpy as np

import dspc
from dspc.backends import get_backend
from dspc.driver.compile import lower
from dspc.frontend.program import trace

PHASES = np.linspace(-3.0, 3.0, 4001).astype(np.float32)


def rendered(f: object, *x: np.ndarray) -> np.ndarray:
    return dspc.render(dspc.effect(f), np.stack(x) if len(x) > 1 else x[0], backend="reference", block=8192)


def test_sines_of_turns_are_as_exact_as_sines_of_radians() -> None:
    m = (8 * np.sin(np.arange(PHASES.size))).astype(np.float32)
    p64, m64 = PHASES.astype(np.float64), m.astype(np.float64)
    turns = rendered(lambda p, m: (dspc.sin(2 * np.pi * p + m), dspc.cos(2 * np.pi * p - 0.5 * m)), PHASES, m)
    assert np.abs(turns[0] - np.sin(2 * np.pi * p64 + m64)).max() < 2e-6
    assert np.abs(turns[1] - np.cos(2 * np.pi * p64 - 0.5 * m64)).max() < 2e-6
    alone = rendered(lambda p: dspc.sin(2 * np.pi * p), PHASES)
    assert np.abs(alone - np.sin(2 * np.pi * p64)).max() < 4e-7, "2 pi itself is not rounded any more"


def test_tangents_of_turns() -> None:
    f = np.linspace(-20_000.0, 20_000.0, 2001).astype(np.float32)
    found = rendered(lambda f: dspc.tan(np.pi * f / dspc.sample_rate), f)
    wanted = np.tan(np.pi * f.astype(np.float64) / 48_000)
    assert (np.abs(found - wanted) / np.maximum(np.abs(wanted), 1)).max() < 2e-6


def test_reciprocals_are_off_by_a_last_bit_at_most() -> None:
    x = np.random.default_rng(1).uniform(-1e3, 1e3, 4000).astype(np.float32)
    for divisor in (3.0, 7.0, 49.0, 0.1, 48_000.0):
        found = rendered(lambda x, d=divisor: x / d, x)
        wanted = x / np.float32(divisor)
        assert (np.abs(found - wanted) <= np.spacing(np.abs(wanted))).all()


def test_where_the_last_bit_decides_the_quotient_is_exact() -> None:
    n = np.arange(1, 8000, dtype=np.float32)
    for divisor in (3, 7, 49, 98):
        whole, rest, above = rendered(
            lambda n, d=float(divisor): (n // d, n % d, dspc.f32(n / d >= dspc.floor(n / d + 0.5))), n)  # fmt: skip
        assert np.array_equal(whole, n // divisor)
        assert np.array_equal(rest, n % divisor)
        assert np.array_equal(above, (n / np.float32(divisor) >= np.floor(n / np.float32(divisor) + 0.5)))


def block_of(f: object) -> int:
    program = lower(trace(dspc.effect(f)), get_backend("c"))
    return program.properties["block"].data  # type: ignore[attr-defined]


def test_blocks_are_long_where_no_tick_and_no_line_is_in_the_way() -> None:
    assert block_of(lambda x: dspc.feedback(lambda y: 0.5 * y + x)) == 64
    assert block_of(lambda x: dspc.delay(x, 3) + dspc.delay(x, 500)) == 64
    assert block_of(lambda x, gain=dspc.param(1.0, 0.0, 2.0): x * gain) == 16
    assert block_of(lambda x: dspc.feedback(lambda y: x + 0.5 * dspc.delay(y, 30))) == 16
