"""precision="f64": every program on every backend, bit for bit, as in f32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agree.harness import FRAMES, assert_same, bits, difference, floats, load, play, run, stimulus, truth
from agree.instruments import PROGRAMS
from agree.test_compilers import CASES, compiler
from agree.test_leave_out import PRESERVING

from dspc.backends import Backend, get_backend
from dspc.backends.c import compile_shared, emit, find_compiler, open_shared
from dspc.backends.c.backend import CBackend
from dspc.backends.c.compiler import FAST
from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.compile import lower
from dspc.frontend.events import Param
from dspc.frontend.program import trace

RATE = 48_000.0
BACKENDS: dict[str, Backend] = {
    "c": CBackend(optimise=("-O1", "-march=native")),
    "c-scalar": CBackend(lanes=1, optimise=("-O1",)),
    "wasm": get_backend("wasm"),
    "bytecode": get_backend("bytecode"),
}
SOME = ("phasors", "phasor_resets", "oscillators", "whole_delays", "parameters", "voice_banks", "plucks")
"""With u64 phases, delay lines, glides, lanes and voices."""


def loaded(name: str, backend: str) -> LoadedProgram:
    return load(name, BACKENDS[backend], precision="f64")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_any_blocks(name: str, backend: str) -> None:
    for partition in ((), (1, 7, 64, 130)):
        found = run(loaded(name, backend), RATE, partition)
        assert found.dtype == np.uint64
        assert_same(name, found, RATE, (backend, partition))


@pytest.mark.parametrize("name", SOME)
def test_reference_in_blocks(name: str) -> None:
    found = run(load(name, get_backend("reference"), precision="f64"), RATE, (7, 64, 1), frames=400)
    assert_same(name, found, RATE, "reference")


@pytest.mark.parametrize("name", SOME)
def test_another_rate(name: str) -> None:
    for backend in ("c", "wasm", "bytecode"):
        assert_same(name, run(loaded(name, backend), 44_100.0, (97,), frames=300), 44_100.0, backend)


BEYOND_F32 = ("voice_filters",)
"""Programs that overflow in f32, to be put back, and in f64 do not."""


@pytest.mark.parametrize("name", [n for n in PROGRAMS if n not in BEYOND_F32])
def test_it_sounds_as_in_f32(name: str) -> None:
    """What differs is rounding, and at some samples what rounding decides (the edge of a square, a bit)."""
    made: list[np.ndarray] = []
    for precision in ("f32", "f64"):
        engine = Engine(load(name, BACKENDS["bytecode"], precision=precision), RATE)
        frames = 600 + engine.latency
        x = np.random.default_rng(3).uniform(-0.5, 0.5, (engine.inputs, frames)).astype(np.float32)
        events = [e for e in stimulus(engine, frames)[1] if not isinstance(e, Param)]
        made.append(floats(play(engine, x, events)).astype(np.float64))
    narrow, wide = made
    assert np.median(np.abs(wide - narrow) / np.abs(narrow).max()) < 1e-3


@pytest.mark.parametrize("backend", [*BACKENDS, "reference"])
def test_caller_flushes_denormals(backend: str, ftz: Any) -> None:
    """f64 has its own: a state that would be one, and an input."""
    chosen = BACKENDS.get(backend) or get_backend(backend)
    engine = Engine(load("delay_loops", chosen, precision="f64"), RATE)
    x, events = stimulus(engine, 200)
    x[:, 50:60] = 1e-310
    fresh = Engine(load("delay_loops", get_backend("reference"), precision="f64"), RATE)
    wanted = play(fresh, x, events)
    ftz.ftz_set(1)
    try:
        made = engine.process(x, events=events)
    finally:
        ftz.ftz_set(0)
    where = difference(bits(np.atleast_2d(made)), wanted)
    assert not where, where


@pytest.mark.parametrize("left_out", PRESERVING)
def test_preserving_passes_may_be_left_out(left_out: str) -> None:
    for name in ("oscillators", "voice_banks", "parameters"):
        found = run(load(name, BACKENDS["bytecode"], (left_out,), "f64"), RATE, (50,), frames=300)
        assert_same(name, found, RATE, f"without {left_out}")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["phasors", "voice_banks"])
def test_every_compiler(name: str, case: str) -> None:
    """u64 phases in vectors, among others."""
    command, optimise, lanes = CASES[case]
    found = run(load(name, CBackend(lanes, compiler(command), optimise), precision="f64"), RATE, (64, 5), frames=300)
    assert_same(name, found, RATE, case)


def test_one_file_with_its_engine() -> None:
    chosen = find_compiler()
    assert chosen is not None
    legal: Any = lower(trace(PROGRAMS["example_echo"], "f64"), CBackend())
    found = run(open_shared(compile_shared(emit(legal), chosen, FAST)), RATE, (33,))
    assert_same("example_echo", found, RATE, "c file")


@pytest.mark.parametrize("backend", ["bytecode", "wasm"])
@pytest.mark.parametrize("name", ["phasors", "plucks"])
def test_a_reset_engine_is_a_new_one(name: str, backend: str) -> None:
    engine = Engine(loaded(name, backend), RATE)
    values = {id: p.default for id, p in engine.parameters.items()}
    x, events = stimulus(engine, FRAMES)
    play(engine, x[:, :777], [e for e in events if e.frame < 777])
    for id, value in values.items():
        engine.set(id, value)
    engine.reset()
    where = difference(play(engine, x, events, (300, 7)), truth(name, RATE, FRAMES, "f64"))
    assert not where, where


@pytest.mark.parametrize("backend", ["bytecode", "c", "wasm"])
@pytest.mark.parametrize("name", ["example_echo", "whole_delays", "phasors"])
def test_one_buffer_for_input_and_output(name: str, backend: str) -> None:
    engine = Engine(loaded(name, backend), RATE)
    x, events = stimulus(engine, FRAMES)
    buffer = np.zeros((max(engine.inputs, engine.outputs), FRAMES))
    buffer[: engine.inputs] = x
    made = engine.process(buffer[: engine.inputs], events=events, out=buffer[: engine.outputs])
    where = difference(bits(made), truth(name, RATE, FRAMES, "f64"))
    assert not where, where
