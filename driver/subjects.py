"""A program as something to measure: compiled once, run from rest as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.traits import MemoryEffectKind, get_effects

from dspc.backends import Backend
from dspc.backends.engine import Engine, LoadedProgram
from dspc.dialects import dsp
from dspc.dialects.sample_op import Recursive, SampleOp
from dspc.driver.compile import Stages, load_module, play
from dspc.driver.plot_data import Reals
from dspc.frontend.events import Event, NoteOff, NoteOn

Settings = Mapping[str, float | str]
LONGEST_TAIL = 2.0
"""Seconds of a tail that a plot shows if nobody says how long it is to be."""
SET_BY_HOSTS = ("param", "controller", "transport", "bus", "meter")
"""Roles of slots that stay as they are while nobody moves anything."""


@dataclass(frozen=True)
class Given:
    """What a program is given to work on: a sound [channels, frames], or events; for so many seconds.

    A probe brings its own sound; for it, 0 seconds are as many as it takes.
    """

    seconds: float = 0.0
    x: Reals | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Subject:
    """A loaded program at a sample rate; `role` is effect, generator or instrument."""

    loaded: LoadedProgram
    sample_rate: float
    role: str
    static: bool
    """An effect without memory."""
    blank: Engine
    """An engine that nothing was done to: what there is to know beforehand."""

    @property
    def name(self) -> str:
        return self.blank.name

    @property
    def precision(self) -> str:
        return "f64" if self.blank.dtype == np.float64 else "f32"

    @property
    def tail(self) -> float:
        """Seconds that still sound after the input's end, as far as a plot goes."""
        return min(self.blank.tail, LONGEST_TAIL)

    @property
    def main_inputs(self) -> int:
        """Channels without those of side chains."""
        return sum(bus.channels for bus in self.blank.input_buses if not bus.sidechain)

    def frames(self, seconds: float) -> int:
        return max(1, round(seconds * self.sample_rate))

    def run(self, params: Settings, given: Given) -> Reals:
        """What comes out, [channels, frames], the latency removed."""
        engine = Engine(self.loaded, self.sample_rate)
        y = play(engine, given.x, events=given.events, params=params, seconds=given.seconds)
        return np.atleast_2d(y).astype(np.float64)

    def run_on(self, params: Settings, x: ArrayLike) -> Reals:
        """What comes out when `x` [frames] goes into every channel but those of side chains."""
        signal = np.asarray(x, np.float64)
        same = np.broadcast_to(signal, (self.main_inputs, len(signal)))
        return self.run(params, Given(len(signal) / self.sample_rate, same))

    def values(self, params: Settings) -> dict[str, float | str]:
        """All parameters as they are after setting some: numbers in their unit, labels."""
        engine = Engine(self.loaded, self.sample_rate)
        for id, value in params.items():
            engine.set(id, value)
        return {id: p.labels[int(p.value)] if p.labels else p.value for id, p in engine.parameters.items()}


def loaded_subject(module: ModuleOp, sample_rate: float, backend: Backend, why: str, stages: Stages) -> Subject:
    """A traced program, lowered in place and loaded, to be measured."""
    program = next(op for op in module.body.block.ops if isinstance(op, dsp.ProgramOp))
    takes_sound = bool(program.body.block.args)
    role = "instrument" if program.kind.data == "instrument" else "effect" if takes_sound else "generator"
    static = role == "effect" and not any(_remembers(op) for op in module.walk())
    loaded = load_module(module, backend, why, stages)
    return Subject(loaded, sample_rate, role, static, Engine(loaded, sample_rate))


def _remembers(op: Operation) -> bool:
    """Whether what an operation gives depends on other samples than this one, or on time."""
    if isinstance(op, SampleOp) and any(slot.role in SET_BY_HOSTS for slot in op.slots().values()):
        return False
    if op.regions:  # what is inside is asked itself
        return op.has_trait(Recursive)
    return any(effect.kind == MemoryEffectKind.READ for effect in get_effects(op) or ())


def one_note(key: int, held: float, sample_rate: float) -> tuple[Event, ...]:
    """The events of one note."""
    return NoteOn(0, key, 0.8), NoteOff(round(held * sample_rate), key)
