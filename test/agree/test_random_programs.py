"""Random programs: the same bits on every backend, without any one preserving pass, at any rate, in any blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from agree.features import COVERAGE, features
from agree.harness import difference, floats, play
from agree.regressions import REGRESSIONS
from agree.strategies import RandomProgram, programs
from agree.streams import random_stimulus
from hypothesis import given, settings

from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine
from dspc.driver.compile import lower
from dspc.frontend.program import trace

FRAMES = 180
LAST = 8
"""Frames of one more call, the meters of which are compared: they are peaks of a call."""
REFERENCE, BYTECODE, WASM = (get_backend(name) for name in ("reference", "bytecode", "wasm"))
MANY = 40
"""How many times as many programs the profile `fuzz` has: of 50 it makes 2,000."""


def some(count: int) -> settings:
    loaded = settings().max_examples
    return settings(max_examples=MANY * count if loaded > 100 else count)


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Random programs are compiled once: they are not for the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DSPC_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def run(
    case: RandomProgram,
    backend: Backend,
    partition: Sequence[int],
    left_out: Sequence[str] = (),
    precision: str = "f32",
) -> tuple[np.ndarray, list[object]]:
    """The output's bits, and what a host is told. Every other program's samples are replaced."""
    module = trace(case.build(), precision, channels=case.channels)
    engine = Engine(backend.load(lower(module, backend, leave_out=left_out)), case.rate)
    bits = play(engine, *random_stimulus(engine, FRAMES, case.seed), partition)
    told: list[object] = [list(engine.parameters), engine.active_voices, engine.ended_notes(), engine.latency]
    engine.process(np.zeros((engine.inputs, LAST), engine.dtype), frames=LAST)
    return bits, [*told, dict(engine.meters)]


AGAIN = """

To run it again, save this in a file and run it with PYTHONPATH=test:

from agree.strategies import RandomProgram
from agree.test_random_programs import check

check({case!r}, {precision!r})
"""


def check(case: RandomProgram, precision: str = "f32") -> None:
    """Everything agrees with the reference."""
    COVERAGE.add(features(case, trace(case.build(), precision, channels=case.channels)))
    again = AGAIN.format(case=case, precision=precision)
    wanted, told = run(case, REFERENCE, (FRAMES,), precision=precision)
    assert np.isfinite(floats(wanted)).all(), f"not finite{again}"
    in_c = CBackend(case.lanes, optimise=("-O1",))
    ways: list[tuple[Backend, tuple[str, ...]]] = [(BYTECODE, ()), (WASM, ()), (in_c, ())]
    for backend, left_out in [*ways, (BYTECODE, (case.left_out,))] if case.left_out else ways:
        found, told_now = run(case, backend, case.partition, left_out, precision)
        what = f"in {precision} on {backend.name}" + (f" without {case.left_out}" if left_out else "")
        where = difference(found, wanted)
        assert not where, f"{where}, {what}{again}"
        assert told_now == told, f"hosts are told {told_now} for {told}, {what}{again}"


@pytest.mark.fuzz
@some(15)
@given(programs("effect"))
def test_random_effects(case: RandomProgram) -> None:
    check(case)


@pytest.mark.fuzz
@some(12)
@given(programs("instrument"))
def test_random_instruments(case: RandomProgram) -> None:
    check(case)


@pytest.mark.fuzz
@some(8)
@given(programs("graph"))
def test_random_graphs(case: RandomProgram) -> None:
    check(case)


@pytest.mark.fuzz
@some(8)
@given(programs("effect"))
def test_random_effects_in_f64(case: RandomProgram) -> None:
    check(case, "f64")


@pytest.mark.fuzz
@some(7)
@given(programs("instrument"))
def test_random_instruments_in_f64(case: RandomProgram) -> None:
    check(case, "f64")


@pytest.mark.parametrize("name", REGRESSIONS)
def test_what_once_went_wrong(name: str) -> None:
    check(REGRESSIONS[name])
