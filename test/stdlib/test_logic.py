"""Triggers, counts, memories and rhythms, against the same in Python."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from figures import largest, within
from numpy.typing import NDArray

import dspc
from dspc.stdlib import counter, euclid, latch, rising, sample_hold

RNG = np.random.default_rng(5)
N = 500
GATE, OTHER, X = RNG.random(N) < 0.4, RNG.random(N) < 0.1, RNG.uniform(-1, 1, N).astype(np.float32)
EDGES = GATE & ~np.concatenate([[False], GATE[:-1]])


def rendered(program: Any, *x: Any) -> Any:
    return dspc.render(dspc.effect(program), np.stack([np.asarray(v, np.float32) for v in x]), backend="bytecode")


def test_edges() -> None:
    found = rendered(lambda g: (rising(g > 0) * 1.0, rising(g) * 1.0, rising(g - 1.0) * 1.0), GATE)
    within("rising", "every sample", "numpy", largest(found, [EDGES, EDGES, np.zeros(N)]), 0.0)


def test_sample_and_hold() -> None:
    """Of any type, which it keeps; the sample of the trigger is through at once."""
    last = np.maximum.accumulate(np.where(EDGES, np.arange(N), -1))
    kinds: list[str] = []

    def program(x: Any, g: Any) -> Any:
        held = [sample_hold(v, g) for v in (x, x > 0, dspc.i32(100 * x), dspc.u32(100 * abs(x)), dspc.f64(x))]
        kinds.extend(h.element for h in held)
        return tuple(dspc.f32(h) for h in held)

    found = rendered(program, X, GATE)
    for y, wanted in zip(found, (X, X > 0, np.trunc(100 * X), np.trunc(100 * abs(X)), X), strict=True):
        expected = np.where(last < 0, 0, wanted[last]).astype(np.float32)
        within("sample_hold", "every sample, every type", "numpy", largest(y, expected), 0.0)
    assert kinds == ["f32", "bool", "i32", "u32", "f64"]


def test_counts() -> None:
    """A reset wins over a trigger; a modulo may move."""
    modulo = RNG.integers(0, 6, N)
    plain, wrapped, moved = 0, 0, 0
    wanted: list[tuple[int, int, int]] = []
    for edge, back, most in zip(EDGES, OTHER, modulo, strict=True):
        plain = 0 if back else plain + edge
        wrapped = 0 if back else (wrapped + edge) % 5
        moved = 0 if back else moved if not edge else 0 if moved + 1 >= most else moved + 1
        wanted.append((plain, wrapped, moved))

    def program(g: Any, r: Any, n: Any) -> Any:
        return dspc.f32(counter(g, reset=r)), dspc.f32(counter(g, 5, r)), dspc.f32(counter(g, n, r > 0))

    found = rendered(program, GATE, OTHER, modulo)
    within("counter", "every sample", "a loop in Python", largest(found, np.transpose(wanted)), 0.0)


def test_a_latch_is_reset_first() -> None:
    wanted, state = [], False
    for on, off in zip(GATE, OTHER, strict=True):
        state = (state or on) and not off
        wanted.append(state)
    found = rendered(lambda a, b: latch(a, b > 0) * 1.0, GATE, OTHER)
    within("latch", "every sample", "a loop in Python", largest(found, wanted), 0.0)


# --- rhythms ----------------------------------------------------------------------------------------


def bjorklund(hits: int, steps: int) -> list[int]:
    """The algorithm as the paper tells it: remainders are dealt out to the groups, until one is left."""
    groups = [[1] for _ in range(hits)] + [[0] for _ in range(steps - hits)]
    while True:
        kinds = [list(g) for _, g in groupby(groups)]
        if len(kinds) < 2 or len(kinds[-1]) < 2:
            return [n for g in groups for n in g]
        head, tail = kinds[0], groups[len(kinds[0]) :]
        pairs = [a + b for a, b in zip(head, tail, strict=False)]
        groups = pairs + (head[len(tail) :] or tail[len(head) :])


def rotations(pattern: list[int]) -> list[list[int]]:
    return [pattern[i:] + pattern[:i] for i in range(len(pattern))]


def ticks(count: int) -> NDArray[np.float64]:
    return np.tile([1.0, 0.0], count)


def test_rhythms_are_bjorklunds() -> None:
    """All of up to 16 steps, by signals: up to where they begin, which is always a hit."""
    pairs = [(k, n) for n in range(1, 17) for k in range(n + 1)]
    hits, steps = (np.repeat([p[i] for p in pairs], 64) for i in (0, 1))
    starts = np.tile(np.arange(64) == 0, len(pairs))
    found = rendered(lambda t, k, n, r: euclid(t, k, n, reset=r) * 1.0, ticks(32 * len(pairs)), hits, steps, starts)
    for (k, n), row in zip(pairs, found.reshape(-1, 64), strict=True):
        assert not row[1::2].any(), "between the triggers"
        pattern = [int(v) for v in row[::2]]
        different = pattern[:n] not in rotations(bjorklund(k, n))
        within("euclid", "rhythms of up to 16 steps that differ", "Bjorklund's algorithm", different, 0.0)
        assert pattern[0] == (k > 0)
        assert pattern == (pattern[:n] * 32)[:32]


def test_rhythms_of_numbers() -> None:
    def program(t: Any) -> Any:
        return euclid(t, 3, 8) * 1.0, euclid(t, 5, 8, 2) * 1.0, euclid(t, 5, 8, -6) * 1.0, euclid(t, 0, 4) * 1.0

    tresillo, turned, back, never = rendered(program, ticks(16))[:, ::2]
    np.testing.assert_array_equal(tresillo, [1, 0, 0, 1, 0, 0, 1, 0] * 2)
    np.testing.assert_array_equal(turned, [1, 0, 1, 1, 0, 1, 1, 0] * 2)
    np.testing.assert_array_equal(back, turned)
    assert not never.any()


@pytest.mark.parametrize("wrong", ["9, 8", "-1, 8", "0, 0", "2.5, 8", "3, 2**20", "x, 0", "-1, x"])
def test_what_is_no_rhythm(wrong: str) -> None:
    with pytest.raises(dspc.DspError, match="DSP452"):
        dspc.trace(lambda x: eval(f"euclid(x, {wrong})", {"x": x, "euclid": euclid}))
