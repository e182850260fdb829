"""Delays that read one line: less memory, the same bits, state that is put back as before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dspc
from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine
from dspc.driver.compile import lower
from dspc.frontend.program import trace

BACKENDS: dict[str, Backend] = {
    "c": CBackend(optimise=("-O1", "-march=native")),
    "bytecode": get_backend("bytecode"),
    "wasm": get_backend("wasm"),
}
RING = 4 * 2048
"""Bytes of a line of 1900 f32."""


def engines(program: Any, backend: Backend) -> tuple[Engine, Engine]:
    """With shared lines, and without."""
    return tuple(
        Engine(backend.load(lower(trace(dspc.effect(program)), backend, leave_out=out)), 48_000.0)
        for out in ((), ("share-lines",))
    )  # type: ignore[return-value]


def taps_of_a_bank(x):
    return dspc.bank(64, lambda i: dspc.delay(x, 30 * i) * (1 / (i + 1))).sum()


def taps_of_a_loop_in_python(x):
    return sum(dspc.delay(x, 30 * i) * (1 / (i + 1)) for i in range(64))


def taps_of_a_feedback(x):
    return dspc.feedback(lambda y: x + sum(0.01 * dspc.delay(y, 30 * i) for i in range(1, 64)))


def taps_in_seconds(x):
    return dspc.bank(64, lambda i: dspc.delay(x, i * 0.000625 * dspc.sample_rate, max=0.0393 * dspc.sample_rate)).sum()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("program", [taps_of_a_bank, taps_of_a_loop_in_python, taps_of_a_feedback, taps_in_seconds])
def test_64_taps_have_one_ring(program: Any, backend: str) -> None:
    shared, apart = engines(program, BACKENDS[backend])
    bare, _ = engines(lambda x: dspc.bank(64, lambda i: x * (1 / (i + 1))).sum(), BACKENDS[backend])
    assert shared.state_bytes - bare.state_bytes < 2 * RING
    assert apart.state_bytes - shared.state_bytes > 15 * RING
    x = np.random.default_rng(2).uniform(-1, 1, (1, 4000)).astype(np.float32)
    np.testing.assert_array_equal(shared.process(x).view(np.uint32), apart.process(x).view(np.uint32))


def test_what_a_lane_delays_itself_keeps_its_ring() -> None:
    shared, apart = engines(
        lambda x: dspc.bank(20, lambda i: dspc.delay(x * (i + 1), 1900)).sum(), BACKENDS["bytecode"]
    )
    assert shared.state_bytes == apart.state_bytes > 20 * RING


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_feedback_that_blows_up_is_put_back_alone(backend: str) -> None:
    """Its lines are cleared; the line of the same signal outside is not."""

    def program(x):
        late = dspc.delay(x, 100) + dspc.delay(x, 200)
        loop = dspc.feedback(lambda y: dspc.delay(x, 100) + dspc.delay(x, 150) + dspc.exp(200.0 * y) * y - y)
        return late, loop

    shared, apart = engines(program, BACKENDS[backend])
    x = np.random.default_rng(3).uniform(-1, 1, (1, 3000)).astype(np.float32)
    found = shared.process(x)
    np.testing.assert_array_equal(found.view(np.uint32), apart.process(x).view(np.uint32))
    late = np.concatenate([np.zeros(200), x[0]])
    np.testing.assert_allclose(found[0], late[100:3100] + late[:3000], atol=1e-6)
