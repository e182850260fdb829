"""Engines whose core is WebAssembly: what the host does between the engine in C and the module."""

from __future__ import annotations

import ctypes
import gc
import threading
from typing import Any

import numpy as np
import pytest
from legal_programs import Text
from numpy.typing import NDArray

from dspc.backends import get_backend
from dspc.backends.describe import describe
from dspc.backends.engine import Engine, HostError
from dspc.backends.wasm.emit import emit_bytes
from dspc.backends.wasm.host import MOST_FRAMES, Instance, compile_module, load
from dspc.dialects import rt

B = "!rt.buffer<f32>"


def echo(seconds: float = 0.001) -> rt.ProgramOp:
    """Left: the input with an echo. Right: minus the input."""
    text = Text(inputs=1)
    text.line("l", samples=0, seconds=seconds)
    text.add(
        f"%x = rt.input {{channel = 0}} : {B}",
        f"%o:2 = rt.rec %x {{offsets = [{text.buffer()}, {text.buffer()}]}} : ({B}) -> ({B}, {B}) {{",
        "^bb0(%s: f32):", "%d = rt.longest @l : () -> i32", "%past = rt.line_read @l %d : (i32) -> f32",
        "%y = dsp.add %s, %past : f32", "rt.line_write @l %y : (f32) -> ()", "%n = dsp.neg %s : f32",
        "rt.yield %y, %n : (f32, f32) -> ()", "}", f"rt.output %o#0, %o#1 : ({B}, {B}) -> ()",
    )  # fmt: skip
    return text.program()


def loaded(program: rt.ProgramOp) -> Any:
    return load(emit_bytes(program), describe(program))


def expected(x: NDArray[np.float32], delay: int) -> NDArray[np.float32]:
    y = x.copy()
    for n in range(delay, len(x)):
        y[n] += y[n - delay]
    return np.stack([y, -x])


def noise(frames: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(frames).astype(np.float32)


@pytest.mark.parametrize("block", (1, 100, MOST_FRAMES, MOST_FRAMES + 1, 5000))
def test_blocks_of_any_length(block: int) -> None:
    engine = Engine(loaded(echo()), 10_000.0)
    frames = 5000 if block > 1 else 200
    x = noise(frames)
    parts = [engine.process(x[at : at + block]) for at in range(0, frames, block)]
    assert (np.concatenate(parts, axis=1) == expected(x, 10)).all()


def test_engines_of_a_program_do_not_touch_each_other() -> None:
    program = loaded(echo())
    engines = [Engine(program, rate) for rate in (10_000.0, 20_000.0)]
    a, b = noise(300, 1), noise(300, 2)
    made = [[e.process(x[at : at + 50]) for at in range(0, 300, 50)] for e, x in zip(engines, (a, b), strict=True)]
    assert (np.concatenate(made[0], axis=1) == expected(a, 10)).all()
    assert (np.concatenate(made[1], axis=1) == expected(b, 20)).all()


def test_an_engine_takes_its_memory_with_it() -> None:
    program = loaded(echo())
    instances = program.keep[0].instances
    engines = [Engine(program, 10_000.0) for _ in range(3)]
    assert len(instances) == 3
    del engines[1:]
    gc.collect()
    assert len(instances) == 1
    x = noise(50)
    assert (engines[0].process(x) == expected(x, 10)).all()


def test_reset_is_a_new_beginning() -> None:
    engine = Engine(loaded(echo()), 10_000.0)
    x = noise(200)
    first = engine.process(x)
    engine.reset()
    assert (engine.process(x) == first).all()


def test_engines_in_threads() -> None:
    program, x = loaded(echo()), noise(2000)
    found: list[bool] = []

    def work() -> None:
        engine = Engine(program, 10_000.0)
        found.append(bool((engine.process(x) == expected(x, 10)).all()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_long_lines_make_the_memory_grow() -> None:
    engine = Engine(loaded(echo(seconds=20.0)), 48_000.0)
    assert engine.state_bytes > 4 * 960_000
    x = noise(1000)
    assert (engine.process(x)[0] == x).all()


def test_a_module_is_compiled_once() -> None:
    wasm = emit_bytes(echo())
    assert compile_module(wasm) is compile_module(bytes(bytearray(wasm)))


def test_what_is_no_module_is_said() -> None:
    with pytest.raises(HostError) as caught:
        load(b"\0asm\1\0\0\0\xff", describe(echo()))
    assert caught.value.code == "DSP309" and "WebAssembly is not valid" in str(caught.value)


def test_too_much_memory_is_said() -> None:
    with pytest.raises(HostError) as caught:
        Instance(emit_bytes(echo()), 1, 2, 2**32)
    assert caught.value.code == "DSP308" and "cannot have" in str(caught.value)


def test_a_trap_is_an_error_of_the_call() -> None:
    """A line's cell that points outside the memory: the engine raises, and the process lives."""
    program = echo()
    wasm = emit_bytes(program)
    instance = Instance(wasm, 1, 2, 1 << 16)
    cell = next(op for op in program.body.block.ops if isinstance(op, rt.LineOp)).offset
    assert cell is not None
    at = (ctypes.c_uint32 * 2).from_address(instance.base + instance.core + cell.data)
    at[:] = 0x7000_0000, 0xFFFF
    with pytest.raises(HostError, match="DSP309: the WebAssembly core trapped"):
        instance.run(instance.core, instance.inputs, instance.outputs, 16)


def test_the_registry_knows_it() -> None:
    backend = get_backend("wasm")
    assert (backend.name, backend.level, backend.width(), backend.missing()) == ("wasm", "legal", 1, None)
    suffix, data = backend.artifact(echo())
    assert suffix == ".wasm" and data == emit_bytes(echo())
    assert backend.text(echo()).startswith("(module")
    x = noise(64)
    assert (Engine(backend.load(echo()), 10_000.0).process(x) == expected(x, 10)).all()
