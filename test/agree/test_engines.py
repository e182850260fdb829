"""Engines: put back to the start, side by side, and with one buffer for input and output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from agree.harness import FRAMES, difference, load, play, stimulus, truth
from agree.instruments import PROGRAMS

import dspc
from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine, LoadedProgram
from dspc.dialects import dsp

RATE = 48_000.0
BACKENDS: dict[str, Backend] = {"bytecode": get_backend("bytecode"), "wasm": get_backend("wasm"), "c": CBackend()}
EFFECTS = [name for name, program in PROGRAMS.items() if getattr(program, "kind", "effect") == "effect"]


def loaded(name: str, backend: str) -> LoadedProgram:
    return load(name, BACKENDS[backend])


def controllers(name: str) -> dict[int, float]:
    """What the controllers of a program start with."""
    ops = (op for op in dspc.trace(PROGRAMS[name]).walk() if isinstance(op, dsp.ControllerOp))
    return {op.number.data: op.default.value.data for op in ops}


@pytest.mark.parametrize("backend", ["bytecode", "wasm"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_reset_engine_is_a_new_one(name: str, backend: str) -> None:
    """With the values that parameters and controllers have; on the way there it was somewhere in the middle."""
    engine = Engine(loaded(name, backend), RATE)
    values = {id: p.default for id, p in engine.parameters.items()}
    x, events = stimulus(engine, FRAMES)
    play(engine, x[:, :777], [e for e in events if e.frame < 777])
    for id, value in values.items():
        engine.set(id, value)
    for number, value in controllers(name).items():
        engine.controller(number, value)
    engine.set_transport(tempo=120.0, playing=False, position=0.0, bar=0.0, numerator=4, denominator=4)
    engine.reset()
    where = difference(play(engine, x, events, (300, 7)), truth(name, RATE))
    assert not where, where


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["delay_loops", "parameters", "plucks", "voice_banks", "noises"])
def test_engines_do_not_know_each_other(name: str, backend: str) -> None:
    """Two of one program, taking turns, the second late."""
    first, second = (Engine(loaded(name, backend), RATE) for _ in range(2))
    x, events = stimulus(first, 600)
    wanted = truth(name, RATE)
    for start in range(0, 600, 100):
        now = [type(e)(**{**vars(e), "frame": e.frame - start}) for e in events if start <= e.frame < start + 100]
        found = play(first, x[:, start : start + 100], now)
        assert not difference(found, wanted[:, start : start + 100])
        play(second, x[:, :37], [])
    again = Engine(loaded(name, backend), RATE)
    assert not difference(play(again, x, events), wanted[:, :600])


@pytest.mark.parametrize("backend", ["bytecode", "c"])
@pytest.mark.parametrize("name", EFFECTS)
def test_one_buffer_for_input_and_output(name: str, backend: str) -> None:
    engine = Engine(loaded(name, backend), RATE)
    x, events = stimulus(engine, FRAMES)
    buffer = np.zeros((max(engine.inputs, engine.outputs), FRAMES), np.float32)
    buffer[: engine.inputs] = x
    out = buffer[: engine.outputs] if engine.outputs > 1 else buffer[0]
    made = engine.process(buffer[: engine.inputs], events=events, out=out)
    assert made is out
    where = difference(np.atleast_2d(made).view(np.uint32), truth(name, RATE))
    assert not where, where


def engine_at(made: LoadedProgram, frame: int) -> Engine:
    """An engine that has run for `frame` samples, which is what its core's memory begins with."""
    ffi, kept = made.ffi, list[object]()

    def outside(size: int) -> object:
        kept.append(ffi.new("unsigned char[]", size + 64))
        start = int(ffi.cast("uintptr_t", kept[0]))
        core = ffi.cast("void *", start + -start % 64)
        kept.append(made.external_core(size) if made.external_core else core)
        return kept[1]

    engine = Engine(replace(made, external_core=outside, keep=(*made.keep, kept)), RATE)
    np.frombuffer(ffi.buffer(ffi.cast("unsigned char *", kept[1]), 4), np.uint32)[0] = frame
    return engine


ASK_THE_FRAME = (
    "stream_position", "arrays", "array_kinds", "array_states", "standing_still", "starting_again", "oversampled",
    "undersampled", "memories", "memories_in_lanes", "example_supersaw_voice", "sample_places",
    "spectral_effects",
)  # fmt: skip
"""Programs that compute with the frame's number: modulo what does not divide 2^32, or since the start."""


@pytest.mark.parametrize("backend", ["bytecode", "c"])
@pytest.mark.parametrize("name", [n for n in PROGRAMS if n not in ASK_THE_FRAME])
def test_the_stream_goes_on_when_its_frames_wrap(name: str, backend: str) -> None:
    """After 2^32 samples, a day at 48 kHz, numbers of frames begin again."""
    engine = engine_at(loaded(name, backend), 2**32 - 256)
    where = difference(play(engine, *stimulus(engine, FRAMES), (50,)), truth(name, RATE))
    assert not where, where


@pytest.mark.parametrize("backend", ["wasm", "reference"])
@pytest.mark.parametrize("name", ["whole_delays", "delay_loops", "parameters", "plucks"])
def test_frames_wrap_on_other_backends(name: str, backend: str) -> None:
    engine = engine_at(load(name, get_backend(backend)), 2**32 - 160)
    where = difference(play(engine, *stimulus(engine, 300)), truth(name, RATE, 300))
    assert not where, where
