"""The names that Python hosts rely on: what each does, in one test."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest
from excerpts import PRELUDE
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp

import dspc
from dspc import events

BACKENDS = ("c", "bytecode", "wasm", "reference")
NOISE = np.random.default_rng(3).uniform(-1, 1, (2, 1000)).astype(np.float32)


def comb(x, samples=50, amount=dspc.param(0.5, 0.0, 0.9)):
    return dspc.feedback(lambda y: x + amount * dspc.delay(y, samples - 1))


@dspc.effect(tail=0.25)
def crossing(left, right, gain=dspc.param(0.5, 0.0, 1.0)):
    return dspc.meter("level", gain * right), gain * left


@dspc.instrument(voices=4)
def tone(note, level=dspc.param(0.5, 0.0, 1.0), wave=dspc.choice("ramp", "sine")):
    phase = dspc.phasor(note.frequency)
    sound = dspc.switch(wave, {"ramp": lambda: phase, "sine": lambda: dspc.sin_turns(phase)})
    return level * sound * dspc.select(note.gate, 1.0, 0.0) * dspc.controller(1, default=1.0)


@dspc.effect
def tempo():
    return dspc.transport.tempo, dspc.f32(dspc.transport.position)


def engine(program: Any = tone, **options: Any) -> dspc.Engine:
    return dspc.compile(program, backend="bytecode", **options)


def same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


# --- compile and process ----------------------------------------------------------------------------


def test_the_arguments_have_the_names_and_the_defaults_that_are_promised() -> None:
    promised = "program, backend='auto', sample_rate=48000.0, max_block=512"
    assert shown(dspc.compile).startswith(promised)
    promised = ("program, x=None, *, midi=None, events=(), params=None, seconds=None, tempo=120.0, "
                "sample_rate=48000.0, tail=False, backend='auto', precision='f32'")  # fmt: skip
    assert shown(dspc.render).startswith(promised)
    assert shown(dspc.Engine.process).startswith("self, x=None, *, frames=None, events=()")


def shown(function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))[1:]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_by_name(backend: str) -> None:
    made = dspc.compile(crossing, backend=backend, sample_rate=44_100, max_block=64)
    assert isinstance(made, dspc.Engine) and (made.backend, made.sample_rate) == (backend, 44_100.0)
    assert same(made.process(NOISE), 0.5 * NOISE[::-1])


def test_channels_and_frames() -> None:
    mono, stereo = engine(comb), engine(crossing)
    assert mono.process(NOISE[0]).shape == (1000,) and stereo.process(NOISE).shape == (2, 1000)
    assert mono.process(frames=0).shape == (0,) and stereo.process(frames=7).shape == (2, 7)
    assert mono.process(NOISE[0]).dtype == np.float32


def test_a_call_may_have_any_length() -> None:
    whole, pieces = engine(comb, max_block=16), engine(comb, max_block=16)
    parts = np.split(NOISE[0], [1, 2, 65, 777])
    assert same(whole.process(NOISE[0]), np.concatenate([pieces.process(part) for part in parts]))


def test_undecorated_functions_are_effects_everywhere() -> None:
    expected = NOISE[0].copy()
    for n in range(50, 1000):
        expected[n] += np.float32(0.5) * expected[n - 50]
    np.testing.assert_array_equal(dspc.render(comb, NOISE[0]), expected)
    assert same(engine(comb).process(NOISE[0]), expected) and "@comb" in str(dspc.trace(comb))
    assert same(dspc.render(lambda x: comb(x, amount=0.5), NOISE[0]), expected)


# --- between calls ----------------------------------------------------------------------------------


def test_notes_begin_and_end_by_their_ids() -> None:
    player = engine()
    low, high = player.note_on(60, 0.8), player.note_on(72, 0.8)
    assert low != high and player.process(frames=64).any() and player.active_voices == 2
    player.note_off(low)
    player.process(frames=9600)
    assert player.ended_notes() == [low] and player.active_voices == 1


def test_set_get_and_parameters() -> None:
    player = engine()
    assert list(player.parameters) == ["level", "wave"] and player.parameters["level"].default == 0.5
    player.set("level", 7.0)
    player.set("wave", "sine")
    assert (player.get("level"), player.get("wave"), player.parameters["level"].value) == (1.0, 1.0, 1.0)


def test_what_is_set_before_the_first_sample_is_exact_and_glides_later() -> None:
    effect = engine(crossing)
    effect.set("gain", 1.0)
    assert same(effect.process(NOISE), NOISE[::-1])
    effect.set("gain", 0.0)
    assert effect.process(np.ones((2, 100)))[0, 99] > 0.5 and not effect.process(np.ones((2, 2000)))[0, 1000:].any()
    effect.set("gain", 1.0)
    effect.reset()
    assert same(effect.process(NOISE), NOISE[::-1])


def test_the_controller_is_heard() -> None:
    player = engine()
    player.note_on(69, 1.0)
    player.controller(1, 0.0)
    assert not player.process(frames=64).any()
    player.controller(1, 0.5)
    assert player.process(frames=640)[32:].any()


def test_the_transport_is_set() -> None:
    host = engine(tempo)
    assert host.process(frames=1)[0, 0] == 120.0
    host.set_transport(tempo=90.0, playing=True, position=4.0)
    assert host.process(frames=32_001)[:, -1].tolist() == [90.0, 5.0]


def test_save_and_restore() -> None:
    player = engine()
    player.set("level", 0.25)
    player.set("wave", "sine")
    kept = player.save()
    other = engine()
    other.restore(kept)
    assert isinstance(kept, bytes) and (other.get("level"), other.get("wave")) == (0.25, 1.0)


def test_reset_is_silence_with_what_was_set() -> None:
    player = engine()
    player.set("level", 0.25)
    player.note_on(60, 1.0)
    player.process(frames=100)
    player.reset()
    assert not player.process(frames=100).any() and player.active_voices == 0 and player.get("level") == 0.25


def test_load_tells_that_there_is_no_such_sample() -> None:
    with pytest.raises(dspc.DspError, match="DSP232"):
        engine().load("kick", np.zeros(10), rate=44_100)


def test_questions() -> None:
    asked = engine(crossing)
    asked.process(NOISE)
    assert (asked.latency, asked.tail, asked.backend) == (0, 0.25, "bytecode")
    assert asked.meters["level"] == np.abs(0.5 * NOISE[1]).max()
    assert asked.state_bytes > 0 and "backend bytecode" in asked.report


# --- render and trace -------------------------------------------------------------------------------


def test_a_render_is_as_long_as_its_input_or_as_it_says() -> None:
    assert dspc.render(crossing, NOISE).shape == (2, 1000)
    assert dspc.render(crossing, NOISE, seconds=0.5).shape == (2, 24_000)
    assert dspc.render(crossing, NOISE, tail=True).shape == (2, 13_000)
    assert dspc.render(tempo, seconds=0.01, sample_rate=8000).shape == (2, 80)


def test_a_render_takes_off_the_latency() -> None:
    def late(x):
        return dspc.ahead(x, 10), x

    found = dspc.render(late, NOISE[0])
    assert same(found[0, :-10], NOISE[0, 10:]) and same(found[1], NOISE[0])
    assert engine(late).latency == 10 and same(engine(late).process(NOISE[0])[1, 10:], NOISE[0, :-10])


def test_a_render_plays() -> None:
    assert np.abs(dspc.render(tone, midi=PRELUDE, seconds=1.0)).max() > 0.1
    played = dspc.render(tone, seconds=0.1, events=[events.NoteOn(100, 69, 1.0)], params={"wave": "sine"})
    assert np.flatnonzero(played)[0] in (100, 101)
    assert dspc.render(tempo, seconds=0.5, tempo=60.0)[:, -1].tolist() == [60.0, pytest.approx(0.5, abs=1e-4)]


def test_a_render_in_f64_on_a_backend() -> None:
    found = dspc.render(crossing, NOISE, backend="reference", precision="f64")
    assert found.dtype == np.float64 and same(found, 0.5 * NOISE[::-1].astype(np.float64))


def test_a_trace_is_a_module_that_prints() -> None:
    module = dspc.trace(crossing)
    assert isinstance(module, ModuleOp) and "dsp.program @crossing" in str(module)


# --- events -----------------------------------------------------------------------------------------

FIELDS = {
    "NoteOn": ["frame", "key", "velocity", "id"], "NoteOff": ["frame", "key"], "Param": ["frame", "id", "value"],
    "Bend": ["frame", "semitones"], "Pressure": ["frame", "value"], "Controller": ["frame", "number", "value"],
    "Expression": ["frame", "id", "kind", "value"], "Transport": ["frame", "tempo", "playing", "position"],
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_an_event_is_a_frozen_dataclass(name: str) -> None:
    kind = getattr(events, name)
    found = [f.name for f in fields(kind)]
    assert found[: len(FIELDS[name])] == FIELDS[name]
    event = kind(**dict.fromkeys(FIELDS[name], 0))
    with pytest.raises(FrozenInstanceError):
        event.frame = 1
    assert events.NoteOn(0, 60, 0.8) == events.NoteOn(0, 60, 0.8, id=-1)


def test_frames_count_from_the_start_of_the_call() -> None:
    stepped = engine(lambda level=dspc.param(0.0, 0.0, 1.0, smooth=0.0): level + 0.0 * dspc.noise())
    stepped.process(frames=100)
    found = stepped.process(frames=8, events=[events.Param(3, "level", 1.0)])
    assert found.tolist() == [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
