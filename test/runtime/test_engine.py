"""The engine: memory, events at their sample, parameters, and the same from C and from Python."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_programs import (
    BUTTON,
    COUNT,
    CUTOFF,
    GRID,
    KINDS,
    LINE,
    MODE,
    RATE,
    WHEEL,
    PythonToy,
    ToyEngine,
    ToyLibrary,
)

from dspc.dialects.layout import CORE_FRAME, CORE_TICK_ALL, CORE_TICK_ANY, VoiceField
from dspc.frontend.events import (
    AllNotesOff,
    Bend,
    Choke,
    Controller,
    Event,
    Expression,
    NoteOff,
    NoteOn,
    Param,
    Pressure,
    Transport,
)


def random_events(rng: np.random.Generator, frames: int, count: int) -> list[Event]:
    """A lively performance: sorted, with many events at the same frames."""

    def one(frame: int) -> Event:
        key, value, channel = int(rng.integers(60, 66)), float(rng.random()), int(rng.integers(2))
        id = int(rng.integers(-1, 8))
        makers: list[Event] = [
            NoteOn(frame, key, value, id, channel), NoteOn(frame, key, value, id, channel),
            NoteOff(frame, key, value, id, channel), NoteOff(frame, key, value, -1, channel),
            Param(frame, "gain", 2 * value), Param(frame, "filter.mode", 3 * value),
            Bend(frame, 4 * value - 2, channel), Pressure(frame, value, None, -1, channel),
            Pressure(frame, value, key, -1, channel), Controller(frame, 64, value, channel),
            Controller(frame, 1, value, channel), Controller(frame, 74, value, channel),
            Expression(frame, max(id, 0), "bend", value), Transport(frame, tempo=90.0),
            Choke(frame, key, -1, channel), AllNotesOff(frame, channel),
        ]  # fmt: skip
        return makers[rng.integers(len(makers) if rng.random() < 0.1 else len(makers) - 2)]

    return [one(int(frame)) for frame in np.sort(rng.integers(0, frames, count))]


def shifted(events: list[Event], start: int, stop: int) -> list[Event]:
    """The events of [start, stop), counted from start."""
    return [type(e)(**{**vars(e), "frame": e.frame - start}) for e in events if start <= e.frame < stop]


def bits(y: np.ndarray) -> np.ndarray:
    return y.view(np.uint32)


def test_memory_is_prepared(toy: ToyLibrary) -> None:
    engine = toy.engine(sample_rate=44_100)
    assert engine.core(RATE, np.float32) == 44_100 and engine.core(COUNT) == 7
    assert [engine.core(GRID + at, np.float64) for at in (0, 8, 16, 24)] == [1.5] * 4
    assert (engine.core(CORE_FRAME), engine.core(CORE_TICK_ANY), engine.core(CORE_TICK_ALL)) == (0, 1, 1)
    start, mask = engine.core(LINE), engine.core(LINE + 4)
    assert start % 64 == 0 and mask + 1 == 128, "44 samples, one more, and a block of 64: 128"
    assert engine.core(WHEEL, np.float32) == 0.5 and engine.core(CUTOFF, np.float32) == 1200
    assert [engine.voice(s, VoiceField.FADE) for s in range(8)] == [-1] * 8
    assert (engine.latency, engine.tail, engine.inputs, engine.outputs) == (3, 0.25, 1, 2)


def test_run_is_split_at_events_only(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.process(frames=10)
    toy.take_calls()
    events = [NoteOn(100, 60, 0.5), NoteOn(100, 62, 0.5), Param(0, "gain", 0.5), NoteOff(30, 60)]
    engine.process(frames=150, events=events)
    assert toy.take_calls() == [(10, 30), (40, 70), (110, 50)]
    engine.process(frames=0, events=[Param(0, "gain", 0.25)])
    engine.process(frames=20, events=[NoteOff(20, 62)])
    assert toy.take_calls() == [(160, 20)]
    assert engine.core(CORE_TICK_ANY) == 1, "an event at the end waits for the next call"


def test_events_take_effect_at_their_sample(toy: ToyLibrary) -> None:
    engine = toy.engine("effect")
    x = np.ones(64, np.float32)
    y = engine.process(x, events=[Param(5, "gain", 0.5), Param(37, "gain", 2.0)])[0]
    np.testing.assert_array_equal(y, np.repeat([1.0, 0.5, 2.0], [5, 32, 27]).astype(np.float32))


def test_unsorted_frames_in_c_count_as_the_latest(toy: ToyLibrary) -> None:
    engine = toy.engine("effect")
    rows = [(40, 0, -1, 0, 0, 0.5), (10, 0, -1, 0, 0, 2.0), (9999, 0, -1, 0, 0, 0.25)]
    x, y = np.ones((1, 64), np.float32), np.zeros((2, 64), np.float32)
    engine._run(x, y, 64, rows)
    np.testing.assert_array_equal(y[0], np.repeat([1.0, 2.0], [40, 24]).astype(np.float32))
    assert engine.process(x[:, :1])[0, 0] == np.float32(0.25)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_do_not_matter(toy: ToyLibrary, kind: str) -> None:
    rng = np.random.default_rng(3)
    frames = 3000
    events, x = random_events(rng, frames, 400), rng.standard_normal(frames).astype(np.float32)
    whole = toy.engine(kind)
    expected, ended = whole.process(x, events=events), whole.ended_notes()
    for trial in range(3):
        engine = toy.engine(kind)
        cuts = [0, *np.sort(rng.integers(0, frames, 3 if trial == 0 else 200)), frames]
        parts = [
            engine.process(x[a:b], events=shifted(events, a, b)) for a, b in zip(cuts, cuts[1:], strict=False)
        ]
        np.testing.assert_array_equal(bits(np.concatenate(parts, axis=1)), bits(expected))
        assert engine.ended_notes() == ended


@pytest.mark.parametrize("kind", KINDS)
def test_hosted_and_direct_cores_give_the_same(toy: ToyLibrary, direct_toy: ToyLibrary, kind: str) -> None:
    rng = np.random.default_rng(5)
    events, x = random_events(rng, 600, 80), rng.standard_normal(600)
    engines = [toy.engine(kind), direct_toy.engine(kind), PythonToy(kind).engine()]
    results = [engine.process(x, events=events) for engine in engines]
    assert results[0].any()
    for result, engine in zip(results[1:], engines[1:], strict=True):
        np.testing.assert_array_equal(bits(result), bits(results[0]))
        assert engine.ended_notes() == [] or kind != "effect"
        assert engine.state_bytes == engines[0].state_bytes


def test_reset_repeats_and_keeps_parameters(toy: ToyLibrary) -> None:
    rng = np.random.default_rng(7)
    events = [e for e in random_events(rng, 500, 100) if not isinstance(e, Param | Controller)]
    engine = toy.engine()
    engine.set("gain", 0.5)
    engine.controller(1, 0.75)
    first = engine.process(np.ones(500), events=events)
    engine.reset()
    assert engine.active_voices == 0 and engine.ended_notes() == [] and engine.get("gain") == 0.5
    assert engine.core(WHEEL, np.float32) == 0.75 and engine.core(COUNT) == 7
    np.testing.assert_array_equal(bits(engine.process(np.ones(500), events=events)), bits(first))


def test_parameters_are_clamped_and_stepped(toy: ToyLibrary) -> None:
    engine = toy.engine()
    for given, held in ((3.0, 2.0), (-1.0, 0.0), (0.7, 0.7), (float("inf"), 2.0)):
        engine.set("gain", given)
        assert engine.get("gain") == held
    for given, held in ((0.4, 0), (0.5, 0), (0.6, 1), (1.5, 2), (99, 2)):
        engine.set("filter.mode", given)
        assert engine.get("filter.mode") == held and engine.core(MODE, np.int32) == held
    engine.set("filter.mode", "low")
    assert engine.get("filter.mode") == 0
    engine.set("hold", True)
    assert engine.core(BUTTON, np.int32) == 1
    engine.set("cutoff", 1000.3)
    assert engine.get("cutoff") == 1000.5 and engine.core(CUTOFF, np.float32) == 1000.5


def test_a_step_that_does_not_divide_the_range(toy: ToyLibrary) -> None:
    program = toy.ffi.new("dspc_program *", toy.lib.toy_program(2)[0])
    params = toy.ffi.new("dspc_param[1]", [toy.lib.toy_program(2).params[0]])
    params[0].min, params[0].max, params[0].step = -1.0, 1.0, 0.75
    program.params, program.param_count = params, 1
    engine = ToyEngine(replace(toy.load("effect"), program=program))
    for given, held in ((-1, -1), (-0.5, -0.25), (0.2, 0.5), (0.9, 1.0), (2.0, 1.0)):
        engine.set("gain", given)
        assert engine.get("gain") == held


def test_nonsense_in_events_is_ignored(toy: ToyLibrary) -> None:
    engine = toy.engine()
    engine.process(frames=1)
    nan = float("nan")
    rows = [
        (0, 0, -1, 0, 0, nan), (0, 0, -1, 0, 99, 1.0), (0, 77, -1, 0, 0, 1.0), (0, 1, -1, 16, 60, 1.0),
        (0, 1, -1, 0, 128, 1.0), (0, 1, -1, 0, 60, nan), (0, 5, -1, 0, 1, nan), (0, 6, 1, 0, 9, 1.0),
    ]  # fmt: skip
    before = engine.save()
    engine._run(np.zeros((1, 0), np.float32), np.zeros((2, 0), np.float32), 0, rows)
    assert engine.save() == before and engine.core(CORE_TICK_ANY) == 0 and engine.active_voices == 0


def test_ticks(toy: ToyLibrary) -> None:
    """Parameters, controllers and transport tick everything; notes their voice."""

    def flags(engine: ToyEngine, *events: Event) -> tuple[int, int]:
        engine.process(frames=1)
        engine.send(*events)
        return int(engine.core(CORE_TICK_ANY)), int(engine.core(CORE_TICK_ALL))

    engine = toy.engine()
    assert flags(engine) == (0, 0)
    for event in (Param(0, "gain", 1.0), Controller(0, 1, 0.5), Transport(0, tempo=99.0)):
        assert flags(engine, event) == (1, 1)
    assert flags(engine, Controller(0, 2, 0.5)) == (1, 1), "a backend may have dropped what nobody reads"
    for event in (NoteOn(0, 60, 0.5), Bend(0, 1.0), Pressure(0, 0.5), NoteOff(0, 60)):
        assert flags(engine, event) == (1, 0)
        assert engine.voices(VoiceField.TICK, 3) == [1, 0, 0]
    assert flags(engine, NoteOff(0, 60)) == (0, 0)


def test_float_mode_is_ieee_inside_and_as_it_was_outside(toy: ToyLibrary) -> None:
    engine = toy.engine()
    assert toy.lib.toy_flushing_host(engine._program, engine._memory) == 0


def test_sample_rates_and_abi(toy: ToyLibrary) -> None:
    program, size = toy.lib.toy_program(0), toy.ffi.new("size_t *")
    for rate in (999.0, 1_000_001.0, float("nan"), -1.0):
        assert toy.lib.dspc_bytes(program, rate, size) == 0 and size[0] == 0
    small, large = toy.lib.dspc_bytes(program, 1000.0, size), toy.lib.dspc_bytes(program, 192_000.0, size)
    assert 0 < small < large and small % 64 == 0
    stranger = toy.ffi.new("dspc_program *", program[0])
    stranger.abi = 1
    assert toy.lib.dspc_bytes(stranger, 48_000.0, toy.ffi.NULL) == 0
    assert toy.lib.dspc_prepare(stranger, toy.ffi.new("char[]", large), 48_000.0, toy.ffi.NULL) == -1
    stranger.abi, stranger.static_bytes = 2, 128
    assert toy.lib.dspc_bytes(stranger, 48_000.0, toy.ffi.NULL) == 0, "cells lie outside"


@pytest.mark.parametrize("offset, bytes, count, stride", [
    (0, 4, 1, 0), (0, 4, 3, 64), (-4, 8, 1, 0), (-64, 4, 3, 32), (64, 4, 0, 0), (64, 4, 2**31, 0),
    (64, 2, 1, 0), (64, 4, 2**32 - 1, 2**32 - 1),
])  # fmt: skip
def test_inits_outside_the_static_cells_are_refused(
    toy: ToyLibrary, offset: int, bytes: int, count: int, stride: int
) -> None:
    program = toy.ffi.new("dspc_program *", toy.lib.toy_program(0)[0])
    at = offset if offset >= 0 else program.static_bytes + offset
    inits = toy.ffi.new("dspc_init[1]", [(at, bytes, (count, 1, 1), (stride, 0, 0), 0)])
    program.inits, program.init_count = inits, 1
    assert toy.lib.dspc_bytes(program, 48_000.0, toy.ffi.NULL) == 0
    inits[0].offset, inits[0].bytes, inits[0].count[0] = 64, 8, 1
    assert toy.lib.dspc_bytes(program, 48_000.0, toy.ffi.NULL) > 0


def test_lines_over_4_gib_are_refused(toy: ToyLibrary) -> None:
    program = toy.ffi.new("dspc_program *", toy.lib.toy_program(0)[0])
    line = toy.ffi.new("dspc_line[1]", [(LINE, 8, 2**23)])
    program.lines = line
    assert toy.lib.dspc_bytes(program, 48_000.0, toy.ffi.NULL) == 0
    line[0].lanes = 2**21
    assert toy.lib.dspc_bytes(program, 48_000.0, toy.ffi.NULL) > 2**31


def test_core_memory_may_lie_outside(toy: ToyLibrary) -> None:
    """As WebAssembly's does: the engine's own memory is then that much smaller."""
    kept: list[np.ndarray] = []

    def outside(size: int) -> object:
        kept.append(np.full(size + 64, 0xAA, np.uint8))
        kept.append(kept[0][-kept[0].ctypes.data % 64 :][:size])
        return toy.ffi.cast("void *", kept[1].ctypes.data)

    moved = ToyEngine(replace(toy.load("poly"), external_core=outside))
    events, x = random_events(np.random.default_rng(9), 400, 60), np.ones(400)
    expected = toy.engine().process(x, events=events)
    np.testing.assert_array_equal(bits(moved.process(x, events=events)), bits(expected))
    assert kept[1][:4].view(np.uint32)[0] == 400, "the stream's frame"
