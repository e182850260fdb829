"""From a program to an engine: `dspc.compile`, `dspc.render`, and the stages between."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import parse_pipeline

from dspc.backends import Backend
from dspc.backends.engine import Engine, LoadedProgram
from dspc.backends.event_codec import as_events
from dspc.backends.host_errors import host_error
from dspc.backends.host_values import check_sample_rate
from dspc.dialects import dsp, rt
from dspc.dialects.layout import ProgramFlag
from dspc.driver.arguments import as_audio, as_params, as_song, check_block, check_seconds, check_tail, resolve
from dspc.frontend import events as ev
from dspc.frontend.buses import MOST_CHANNELS
from dspc.frontend.errors import DspError
from dspc.frontend.program import trace
from dspc.frontend.python_errors import fault
from dspc.passes import DEFINING, load_pass, pipeline

Floats = NDArray[np.float32 | np.float64]


@dataclass
class Stages:
    """How long each stage took, in seconds, in order; and how many operations there were after it."""

    times: dict[str, float] = field(default_factory=dict[str, float])
    ops: dict[str, int] = field(default_factory=dict[str, int])

    @contextmanager
    def stage(self, name: str) -> Any:
        start = time.perf_counter()
        yield
        self.times[name] = self.times.get(name, 0.0) + time.perf_counter() - start

    def total(self) -> float:
        return sum(self.times.values())

    def table(self) -> str:
        return "\n".join(f"{name:24}{seconds * 1e3:9.1f} ms" for name, seconds in self.times.items())


def make_context() -> Context:
    """An xDSL context with our dialects."""
    context = Context()
    for dialect in (Builtin, dsp.Dsp, rt.Rt):
        context.load_dialect(dialect)
    return context


def make_passes(text: str) -> list[ModulePass]:
    """The passes of a pipeline in `dspopt` syntax."""
    return [load_pass(spec.name).from_spec(spec) for spec in parse_pipeline(text)]


def run_passes(module: ModuleOp, text: str, stages: Stages | None = None, leave_out: Sequence[str] = ()) -> None:
    """Runs a pipeline over a module, in place."""
    context, stages = make_context(), stages or Stages()
    with _no_collection():
        for pass_ in make_passes(text):
            if pass_.name in leave_out:
                continue
            with stages.stage(pass_.name):
                pass_.apply(context, module)


@contextmanager
def _no_collection() -> Iterator[None]:
    """IR is full of cycles that are no garbage: looking for some takes a time that is not linear in the program."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def lower(module: ModuleOp, backend: Backend, stages: Stages | None = None, leave_out: Sequence[str] = ()) -> Operation:
    """Takes a traced module to the level that the backend reads, in place; returns the program."""
    text = DEFINING if backend.level == "graph" else pipeline(_lanes(module, backend))
    run_passes(module, text, stages, leave_out)
    kind = dsp.ProgramOp if backend.level == "graph" else rt.ProgramOp
    return next(op for op in module.body.block.ops if isinstance(op, kind))


def _lanes(module: ModuleOp, backend: Backend) -> int:
    """How many lanes of the program's float a vector has: half as many f64 as f32. More would be right, and slow."""
    program = next(op for op in module.body.block.ops if isinstance(op, dsp.ProgramOp))
    wide = program.flags is not None and ProgramFlag.F64 in ProgramFlag(program.flags.data)
    return max(1, backend.width() // 2) if wide else backend.width()


def load_program(
    program: Any, backend: str | Backend = "auto", stages: Stages | None = None, channels: int | None = None,
    precision: str = "f32",
) -> LoadedProgram:
    """Traces, lowers and loads a program. Raises `DspError` for what is wrong with it."""
    stages = stages or Stages()
    chosen, why = resolve(backend)
    with stages.stage("trace"):
        module = trace(program, precision, channels=channels)
    return load_module(module, chosen, why, stages)


def load_module(module: ModuleOp, chosen: Backend, why: str, stages: Stages) -> LoadedProgram:
    """Lowers a traced module, in place, and loads it."""
    try:
        legal = lower(module, chosen, stages)
        with stages.stage(chosen.name):
            loaded = chosen.load(legal)
    except DspError:
        raise
    except Exception as error:  # nothing of the user's runs here
        raise fault(error) from error
    return replace(loaded, report=f"backend {why}\n{stages.table()}")


def compile(
    program: Any,
    backend: str | Backend = "auto",
    sample_rate: float = 48_000.0,
    max_block: int = 512,
    *,
    channels: int | None = None,
    precision: str = "f32",
) -> Engine:
    """An engine that runs the program; a mono effect runs once on each of `channels`, with shared parameters.

    `backend` is "auto" (C where there is a compiler, else WebAssembly, else bytecode), or a name;
    `engine.report` says which was chosen and why. Blocks of any length are accepted; `max_block` is a hint.
    With `precision="f64"` all floats of the program are f64, and `process` takes and returns float64. Raises
    `DspError` DSP240 for another precision, DSP324 for another `max_block`.
    """
    check_block(max_block, "max_block")
    check_sample_rate(sample_rate)
    return Engine(load_program(program, backend, channels=channels, precision=precision), sample_rate)


def render(
    program: Any,
    x: ArrayLike | None = None,
    *,
    midi: Any = None,
    events: Iterable[ev.Event] = (),
    params: Mapping[str, float | str] | None = None,
    seconds: float | None = None,
    tempo: float = 120.0,
    sample_rate: float = 48_000.0,
    tail: bool = False,
    backend: str | Backend = "auto",
    precision: str = "f32",
    block: int = 1024,
) -> Floats:
    """The program's output for a whole input, MIDI file or stretch of time: [channels, frames].

    float32, or float64 with `precision="f64"`.

    As long as `x`, or `seconds`; with `midi` (a path) as long as the song and 2 seconds. The song plays from position
    0 at `tempo`, unless the MIDI file says its tempo. A mono effect runs once on each channel of `x`. Latency is
    removed; `tail` appends the tail. One output channel gives [frames].
    """
    chosen, why = resolve(backend)
    audio, stages = as_audio(x), Stages()
    check_sample_rate(sample_rate)
    with stages.stage("trace"):
        module = trace(program, precision)
        copies = copies_for(module, audio)
        module = trace(program, precision, channels=copies) if copies else module
    engine = Engine(load_module(module, chosen, why, stages), sample_rate)
    return play(engine, audio, midi=midi, events=events, params=params, seconds=seconds, tempo=tempo, tail=tail,
                block=block)  # fmt: skip


def copies_for(module: ModuleOp, x: ArrayLike | None) -> int | None:
    """On how many channels of `x` a traced mono effect has to run; None for any other program or input."""
    channels = len(np.asarray(x)) if x is not None and np.ndim(x) == 2 else 1  # such as the driver's own
    block = next(op.body.block for op in module.body.block.ops if isinstance(op, dsp.ProgramOp))
    is_mono = len(block.args) == 1 and block.last_op is not None and len(block.last_op.operands) == 1
    return channels if is_mono and 1 < channels <= MOST_CHANNELS else None


MIDI_TAIL_SECONDS = 2.0


def play(
    engine: Engine,
    x: ArrayLike | None = None,
    *,
    midi: Any = None,
    events: Iterable[ev.Event] = (),
    params: Mapping[str, float | str] | None = None,
    seconds: float | None = None,
    tempo: float = 120.0,
    tail: bool = False,
    block: int = 1024,
    progress: Any = None,
) -> Floats:
    """Renders with an engine that is there already; `progress(frames)` is called after each block."""
    rate = engine.sample_rate
    all_events = as_events(events)
    given = as_audio(x)
    values = as_params(params)
    check_seconds(seconds)
    check_tail(tail)
    check_block(block, "block")
    if midi is not None:
        song = as_song(midi, rate)
        all_events += [*song.transport, *song.events]
        seconds = seconds if seconds is not None else song.seconds + MIDI_TAIL_SECONDS
    with np.errstate(over="ignore"):
        audio = None if given is None else np.atleast_2d(given.astype(engine.dtype, copy=False))
    frames = _frames(audio, seconds, rate)
    engine.set_transport(tempo=tempo, playing=True, position=0.0, bar=0.0, numerator=4, denominator=4)
    for id, value in values.items():
        engine.set(id, value)
    total = frames + engine.latency + (round(engine.tail * rate) if tail else 0)
    out = np.zeros((engine.outputs, total), engine.dtype)
    _run(engine, audio, sorted(all_events, key=lambda e: e.frame), out, block, progress)
    out = out[:, engine.latency :]
    return out[0] if engine.outputs == 1 else out


def _frames(audio: Floats | None, seconds: float | None, rate: float) -> int:
    if seconds is not None:
        return round(seconds * rate)
    if audio is None:
        raise host_error("DSP325", "nothing says how long to render", "give an input, a MIDI file, or seconds=")
    return audio.shape[1]


def _run(
    engine: Engine, audio: Floats | None, events: list[ev.Event], out: Floats, block: int, progress: Any
) -> None:
    at, next_event, total = 0, 0, out.shape[1]
    while at < total:
        count = min(block, total - at)
        now: list[ev.Event] = []
        while next_event < len(events) and events[next_event].frame < at + count:
            event = events[next_event]
            now.append(replace(event, frame=max(0, event.frame - at)))
            next_event += 1
        given = None
        if audio is not None:
            part = audio[:, at : at + count]
            given = np.pad(part, ((0, 0), (0, count - part.shape[1])))
        made = engine.process(given, frames=count, events=now)
        out[:, at : at + count] = made
        at += count
        if progress is not None:
            progress(at)
