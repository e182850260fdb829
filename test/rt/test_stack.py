"""The stack is small however large the program is: arrays that are too much for it are in the engine's memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rt.checks import check_quiet
from rt.test_examples_quiet import STRICT, build, compiler

import dspc
from dspc import stdlib
from dspc.backends import get_backend
from dspc.backends.c import emit, open_shared
from dspc.backends.c.arrays import STACK_BYTES
from dspc.backends.c.backend import CBackend
from dspc.backends.engine import Engine
from dspc.driver.compile import load_program, lower
from dspc.frontend.program import trace


@dspc.instrument(voices=200)
def many_voices(note):
    """A block of samples for each voice and channel: 26 KB."""
    return stdlib.saw(note.frequency) * note.velocity, stdlib.sine(note.frequency) * dspc.f32(note.gate)


@dspc.effect
def large_bank(x):
    """A value for each copy at every sample, twice, because two reductions use them: 16 KB."""
    tones = dspc.bank(2000, lambda i: dspc.phasor(0.5 * (i + 1)) - 0.5)
    return tones.sum() * x, tones.max()


@dspc.effect
def many_filters(x):
    """Hundreds of buffers between regions that are too large to be merged."""
    out = x
    for i in range(40):
        out = out + stdlib.lowpass(x * 0.1 * i, (100.0 * i + 50) * (1 + 0.1 * x), 0.7)
    return out


PROGRAMS = {p.name: p for p in (many_voices, large_bank, many_filters)}


def play(engine: Engine) -> np.ndarray:
    for key in range(0, 0 if engine.inputs else 120, 3):
        engine.note_on(key, 0.9)
    x = np.random.default_rng(1).uniform(-1, 1, (engine.inputs, 300)).astype(np.float32)
    return np.concatenate([engine.process(x[:, :77]), engine.process(x[:, 77:])], axis=-1)


@pytest.mark.parametrize("command", ["gcc", "clang"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_large_programs_are_quiet(name: str, command: str, tmp_path: Path) -> None:
    """Under 16 KB of stack, whatever the compiler spills; and the same bits as the machine's."""
    text = emit(lower(trace(PROGRAMS[name]), CBackend(compiler=compiler(command))))  # type: ignore[arg-type]
    assert "(void *)((char *)s + " in text, "every array is on the stack"
    library, usage = build(text, command, tmp_path)
    check_quiet(library, policy=STRICT, stack_usage=usage, blocks=100)
    made = play(Engine(open_shared(library), 48_000.0))
    wanted = play(Engine(load_program(PROGRAMS[name], get_backend("bytecode")), 48_000.0))
    assert wanted.any() and np.array_equal(made.view(np.uint32), wanted.view(np.uint32))


def test_small_programs_keep_their_arrays_on_the_stack() -> None:
    """It is in the cache, and compilers know that nobody else sees it."""

    @dspc.effect
    def small(x):
        return dspc.bank(30, lambda i: dspc.phasor(1.0 * (i + 1)) * x).sum()

    assert "((char *)s + " not in emit(lower(trace(small), CBackend(lanes=1)), engine=False)  # type: ignore[arg-type]
    assert STACK_BYTES < STRICT.stack_limit_bytes / 2
