"""Random programs of the language as it stands: Python source, which is run to build the program.

What runs is what is printed: the source of a failing case can be pasted into `regressions.py`.
"""

from __future__ import annotations

import linecache
from collections.abc import Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Any

import numpy as np
from agree.grammar import GROUP, GROUPS, KINDS, NOTE, PARAMS, VOICES
from agree.graph_strategies import GraphMaker
from agree.statements import Statements
from hypothesis import strategies as st

import dspc
from dspc import stdlib
from dspc.frontend.playing import POLICIES
from dspc.passes import UPSTREAM, all_passes


class Maker(Statements):
    """Writes one random program."""

    channels: int | None = None
    """Of a mono effect that runs on several."""

    # programs

    def program(self, decorator: str, name: str, given: Sequence[str]) -> None:
        """The head of a program: its arguments, and keywords with parameters."""
        keywords: list[str] = []
        for kind, text in (self.rng.choice(PARAMS) for _ in range(self.rng.choice((0, 1, 2, 3)))):
            param = self.fresh("p")
            keywords.append(f"{param}={text}")
            if kind == "choice":
                self.chosen(param)
            else:
                self.names[kind].append(param)
        if self.lines[: len(GROUP)] == list(GROUP) and self.chance(0.8):
            param, (default, one) = self.fresh("p"), self.rng.choice(GROUPS)
            keywords.append(f"{param}={default}")
            one = one.replace("{p}", param)
            self.names["f"].append(f"{one}.level")
            self.names["i"].append(f"{one}.times")
            self.chosen(f"{one}.mode")
        self.lines += [decorator, f"def {name}({', '.join([*given, *keywords])}):"]
        self.parameters = {k: list(n) for k, n in self.names.items()}, list(self.choices)
        self.margin = 1

    def chosen(self, choice: str) -> None:
        self.choices.append(choice)
        self.names["b"].append(f'({choice} == "high")')
        self.names["i"].append(f"{choice}.index")

    def outputs(self, most: int) -> int:
        """A return of what was named last, whatever its kind; of how many values."""
        values = [*self.latest(most), *(f"{a}[0]" for a, _, _ in self.arrays[-1:])]
        if not values or self.rng.random() < 0.2:
            values.append(self.value(self.rng.choice(KINDS)))
        self.returned(values, len(values) == 1)
        return len(values)

    def latest(self, most: int) -> list[str]:
        names = [name for kind in KINDS for name in self.names[kind] if name.isidentifier()]
        return sorted(set(names), key=_number)[-most:]

    def buses(self, most: int) -> None:
        """Several output buses, one of them an array."""
        values = self.latest(most) or [self.value("f")]
        many = f"({', '.join(values[1:])},)" if len(values) > 1 else values[0]
        array = "".join(f', "array": {a}' for a, _, _ in self.arrays[-1:])
        self.line(f'return {{"one": {values[0]}, "many": {many}{array}}}')

    def effect(self) -> None:
        inputs = ["x", "y"][: self.rng.choice((1, 2, 1, 0))]
        self.names["f"] += inputs
        if self.chance(0.3):
            self.lines += GROUP
        buses = list[str]()
        if self.chance(0.3):
            buses = ["wide=dspc.input(2)", "key=dspc.input(1, sidechain=True)"][: self.rng.choice((1, 2))]
            self.arrays += [("wide", "f", 2), ("key", "f", 1)][: len(buses)]
            self.names["f"] += ["wide[1]", "key[0]"][: len(buses)]
            self.names["b"] += ["key.connected"][: len(buses) - 1]
        self.program("@dspc.effect", "program", [*inputs, *buses])
        if not self.names["f"]:
            self.line(f"{self.named('f')} = dspc.phasor(330.0)")
        mono = inputs == ["x"] and not buses and self.chance(0.25)
        self.channels = self.rng.choice((2, 3)) if mono else None
        self.statements(self.rng.randint(1, 7), 0)
        if mono:
            self.line(f"return {self.operand(self.rng.choice('ffi'), 1)}")
        elif self.chance(0.2):
            self.buses(8)
        else:
            self.outputs(10)

    def instrument(self) -> None:
        voices = self.rng.choice(VOICES)
        options = self.options(voices)
        if self.chance(0.3):
            self.lines += GROUP
        self.program(f"@dspc.instrument({options})", "program", ["note"])
        for kind, known in NOTE.items():
            self.names[kind] += [f"note.{field}" for field in self.rng.sample(known, min(3, len(known)))]
        self.in_voices, self.copies = True, 2 * voices  # stolen ones fade out in others
        self.statements(self.rng.randint(1, 6), 0)
        if self.rng.random() < 0.3:
            self.line(f"note.finish({self.value('b')})")
        outputs = self.outputs(3)
        if self.rng.random() < 0.4:
            self.after([f"c{i}" for i in range(outputs)])

    def options(self, voices: int) -> str:
        glide = self.rng.choice(("0.0", "0.0", "0.001", "0.004", "dspc.param(0.003, 0.0, 0.01)"))
        legato = (voices == 1 or glide != "0.0") and self.rng.random() < 0.5
        steal = self.rng.choice(POLICIES) if voices > 1 else "oldest"
        return f"voices={voices}, legato={legato}, glide={glide}, steal={steal!r}"

    def after(self, channels: Sequence[str]) -> None:
        self.names, self.margin = {**{kind: [] for kind in KINDS}, "f": list(channels)}, 0
        self.arrays, self.memories, self.choices, self.in_voices, self.copies = [], [], [], False, 1
        self.lines += ["", ""]
        self.program("@program.after", "after", channels)
        self.statements(self.rng.randint(1, 3), 0)
        self.outputs(3)


@dspc.effect
def shape(
    x: Any,
    amount: Any = dspc.param(0.5, 0.0, 1.0),
    mode: Any = dspc.choice("soft", "hard", "off"),
    times: Any = dspc.param(2, 1, 9, step=1),
) -> Any:
    """An effect that random programs call."""
    bent = dspc.select(mode == "soft", stdlib.soft_clip(x * times), stdlib.hard_clip(x, amount))
    return dspc.select(mode == "off", x, bent), dspc.delay(x * amount, dspc.max(times, 0), max=9)


def _number(name: str) -> int:
    """Names are numbered in the order in which they were made; inputs have no number."""
    return int(name[1:] or 0)


@dspc.instrument
def tone(note: Any, level: Any = dspc.param(0.5, 0.0, 1.0)) -> Any:
    """An instrument that random programs call."""
    return stdlib.sine(note.frequency) * stdlib.adsr(note.gate, 0.001, 0.001, 0.5, 0.001) * level * note.velocity


PRESERVING = sorted(
    name for name, cls in all_passes().items() if name in UPSTREAM or getattr(cls, "kind", "") == "preserving"
)
RATES = (48_000.0, 44_100.0, 8_000.0, 11_025.0, 96_000.0, 192_000.0, 768_000.0, 33_333.3)


KINDS_OF_PROGRAMS = ("effect", "instrument", "effect", "instrument", "graph")


@dataclass(frozen=True)
class RandomProgram:
    """A program's source, and the circumstances in which it is to run."""

    source: str
    rate: float = 48_000.0
    partition: tuple[int, ...] = (50,)
    lanes: int = 4
    left_out: str = "unroll-oscillators"
    seed: int = 1
    channels: int | None = None

    def build(self) -> Any:
        """The program that the source makes; errors show its lines."""
        name = f"<random program {hash(self.source)}>"
        linecache.cache[name] = (len(self.source), None, self.source.splitlines(True), name)
        ours = {"shape": shape, "tone": tone}
        namespace: dict[str, Any] = {"dspc": dspc, "np": np, "stdlib": stdlib, **ours}
        exec(compile(self.source, name, "exec"), namespace)
        return namespace["program"]

    def __repr__(self) -> str:
        """Python that makes it."""
        options = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self)[1:])
        return f'RandomProgram("""\n{self.source.strip()}\n""", {options})'


def random_program(rng: Random, kind: str) -> RandomProgram:
    """An "effect", an "instrument" or a "graph"."""
    maker = GraphMaker(rng) if kind == "graph" else Maker(rng)
    getattr(maker, kind)()
    partition = tuple(rng.choice((1, 3, 16, 17, 50, 99)) for _ in range(rng.randint(1, 4)))
    return RandomProgram(maker.text(), rng.choice(RATES), partition, rng.choice((1, 4, 8, 16)),
                         rng.choice(("", rng.choice(PRESERVING))), rng.randint(0, 10_000), maker.channels)  # fmt: skip


@st.composite
def programs(draw: st.DrawFn, kind: str) -> RandomProgram:
    """Random programs of a kind."""
    return random_program(draw(st.randoms(use_true_random=False)), kind)
