"""Every program on every backend: the reference's bits, whatever the blocks, the rate, or the caller's FTZ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agree.harness import assert_same, load, run, stimulus, truth
from agree.instruments import PROGRAMS

from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine

BACKENDS: dict[str, Backend] = {
    "c": CBackend(),
    "c-scalar": CBackend(lanes=1),
    "wasm": get_backend("wasm"),
    "bytecode": get_backend("bytecode"),
}
RATES = (8_000.0, 22_050.0, 44_100.0, 96_000.0, 192_000.0, 768_000.0)
PARTITIONS = ((1,), (7,), (64,), (511,))


def random_partition(seed: int) -> tuple[int, ...]:
    return tuple(int(n) for n in np.random.default_rng(seed).integers(1, 130, 40))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_any_blocks(name: str, backend: str) -> None:
    loaded = load(name, BACKENDS[backend])
    for partition in ((), *PARTITIONS, random_partition(len(name))):
        assert_same(name, run(loaded, 48_000.0, partition), 48_000.0, (backend, partition))


@pytest.mark.parametrize("name", PROGRAMS)
def test_reference_in_blocks(name: str) -> None:
    found = run(load(name, get_backend("reference")), 48_000.0, (7, 64, 1), frames=400)
    assert_same(name, found, 48_000.0, "reference")


@pytest.mark.parametrize("name", PROGRAMS)
def test_any_rate(name: str) -> None:
    for backend in ("c", "wasm", "bytecode"):
        loaded = load(name, BACKENDS[backend])
        for rate in RATES:
            assert_same(name, run(loaded, rate, (97,), frames=300), rate, backend)


@pytest.mark.parametrize("backend", [*BACKENDS, "reference"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_caller_flushes_denormals(name: str, backend: str, ftz: Any) -> None:
    chosen = BACKENDS.get(backend) or get_backend(backend)
    frames = 200
    engine = Engine(load(name, chosen), 48_000.0)
    x, events = stimulus(engine, frames)
    truth(name, 48_000.0, frames)  # before the mode is set: numpy would flush too
    ftz.ftz_set(1)
    try:
        made = engine.process(x, events=events) if engine.inputs else engine.process(frames=frames, events=events)
        kept = ftz.ftz_get()
    finally:
        ftz.ftz_set(0)
    assert kept, "the caller's mode was not restored"
    assert_same(name, np.atleast_2d(made).view(np.uint32), 48_000.0, (backend, "FTZ"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_stimulus_reaches_everything(name: str) -> None:
    """No program is silent: equal zeros would prove nothing."""
    wanted = run(load(name, BACKENDS["bytecode"]), 48_000.0).view(np.float32)
    for channel in range(len(wanted)):
        assert wanted[channel].any() or (name == "blows_up" and channel in (2, 3)), channel
