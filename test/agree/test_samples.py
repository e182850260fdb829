"""Sounds that a host loads between calls: the same bits on every backend, in either precision."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from agree.harness import bits, difference, load, play, stimulus

from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine

RATE = 48_000.0
FRAMES = 250
BACKENDS: dict[str, Backend] = {
    "c": CBackend(optimise=("-O1", "-march=native")),
    "c-scalar": CBackend(lanes=1, optimise=("-O1",)),
    "wasm": get_backend("wasm"),
    "bytecode": get_backend("bytecode"),
    "reference": get_backend("reference"),
}
PROGRAMS = ("samples", "sample_places", "sample_voices")


def sounds() -> list[dict[str, tuple[np.ndarray, float]]]:
    """What is loaded before each stretch: nothing, longer, shorter, one frame, one channel for two, loud."""
    rng = np.random.default_rng(8)
    return [
        {},
        {"stereo": (rng.uniform(-1, 1, (2, 500)), 96_000.0), "mono": (rng.uniform(-1, 1, 3), 8000.5)},
        {"mono": (rng.uniform(-1, 1, 70_001), 44_100.0)},
        {"stereo": (rng.uniform(-1, 1, (2, 1)), 22_050.0), "mono": (np.ones((1, 1), np.float32), 1.0)},
        {"stereo": (rng.uniform(-1e6, 1e6, 64), 1e9)},
    ]


def run(name: str, backend: str, precision: str, partition: tuple[int, ...] = ()) -> np.ndarray:
    engine = Engine(load(name, BACKENDS[backend], precision=precision), RATE)
    x, events = stimulus(engine, FRAMES)
    found: list[np.ndarray] = []
    for loaded in sounds():
        for sample, (sound, rate) in loaded.items():
            if sample in engine.samples:
                engine.load(sample, sound, rate)
        found.append(play(engine, x, events, partition))
    return np.concatenate(found, axis=1)


@cache
def truth(name: str, precision: str) -> np.ndarray:
    return run(name, "reference", precision)


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_loading_between_calls(name: str, backend: str, precision: str) -> None:
    for partition in ((), (1, 7, 64)) if backend != "reference" else ((7, 64),):
        where = difference(run(name, backend, precision, partition), truth(name, precision))
        assert not where, f"{name} on {backend} in {precision}, blocks of {partition}: {where}"


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_loaded_is_heard(name: str) -> None:
    """No two stretches are the same: what is compared is not silence."""
    stretches = np.split(truth(name, "f32"), len(sounds()), axis=1)
    for k, one in enumerate(stretches):
        assert all((one != other).any() for other in stretches[:k]), k


def test_a_sound_is_rounded_as_its_default_was() -> None:
    """The same sound, loaded, gives the same bits as the one that the program came with."""
    from agree.sample_programs import MONO

    for precision in ("f32", "f64"):
        engine = Engine(load("samples", BACKENDS["c"], precision=precision), RATE)
        x, events = stimulus(engine, FRAMES)
        before = play(engine, x, events)
        engine.load("mono", MONO._given, rate=30_000.0)
        np.testing.assert_array_equal(play(engine, x, events), before)
        assert before.dtype == bits(x).dtype
