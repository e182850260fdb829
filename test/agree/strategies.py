"""Random programs of the language as it stands: Python source, which is run to build the program.

What runs is what is printed: the source of a failing case can be pasted into `regressions.py`.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from agree.grammar import COLUMNS, INITIAL, LANES, NEXT, NOTE, PARAMS, PLAIN, REDUCTIONS, RULES, VOICES
from hypothesis import strategies as st

import dspc
from dspc import stdlib
from dspc.frontend.playing import POLICIES
from dspc.passes import UPSTREAM, all_passes

KINDS = "fiub"
DEEPEST = 2
PLACE = re.compile(r"\{(\w+)\}")
Argument = tuple[str, list[tuple[str, str]]]
"""The text of what a bank runs over, and the kinds and names of what its function sees of it."""


class Maker:
    """Writes one random program; `rng` makes every choice."""

    def __init__(self, rng: Random):
        self.rng, self.lines, self.margin, self.count = rng, list[str](), 0, 0
        self.names: dict[str, list[str]] = {kind: [] for kind in KINDS}

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    # expressions

    def value(self, kind: str, depth: int = 2) -> str:
        """An expression of a kind."""
        return self.expand(self.rng.choice(RULES[kind]) if depth > 0 else PLAIN[kind], depth)

    def expand(self, text: str, depth: int, **given: str) -> str:
        """The text with every place filled."""
        return PLACE.sub(lambda place: given.get(place[1]) or self._fill(place[1], depth), text)

    def _fill(self, kind: str, depth: int) -> str:
        return self.operand(kind, depth) if kind in KINDS else self.expand(self.rng.choice(RULES[kind]), depth)

    def operand(self, kind: str, depth: int) -> str:
        """Rather something that has a name than an expression."""
        names = self.names[kind]
        if names and (depth <= 0 or self.rng.random() < 0.75):
            return self.rng.choice(names[-6:])
        return f"({self.value(kind, depth - 1)})"

    # lines and names

    def line(self, text: str) -> None:
        self.lines.append("    " * self.margin + text)

    def fresh(self, word: str) -> str:
        self.count += 1
        return f"{word}{self.count}"

    def named(self, kind: str) -> str:
        """A new name, known from here on."""
        name = self.fresh(kind)
        self.names[kind].append(name)
        return name

    @contextmanager
    def body(self, head: str) -> Iterator[None]:
        """A function: what is named in it is not known after it."""
        outside = {kind: list(names) for kind, names in self.names.items()}
        self.line(head)
        self.margin += 1
        yield
        self.margin -= 1
        self.names = outside

    def returned(self, values: Sequence[str], single: bool) -> None:
        self.line("return " + (values[0] if single else f"({', '.join(values)},)"))

    # statements

    def statements(self, count: int, depth: int) -> None:
        for _ in range(count):
            choice = self.rng.random()
            if choice < 0.7 or depth >= DEEPEST:
                kind = self.rng.choice("ffffiubb")
                value = self.value(kind)
                self.line(f"{self.named(kind)} = {value}")
            elif choice < 0.85:
                self.feedback(depth)
            else:
                self.bank(depth)

    def feedback(self, depth: int) -> None:
        kinds = [self.rng.choice("ffffiibbu") for _ in range(self.rng.choice((1, 1, 2, 3)))]
        loop, states = self.fresh("loop"), [self.fresh(kind) for kind in kinds]
        more = [self.rng.choice("fib") for _ in range(self.rng.choice((0, 0, 1, 2)))]
        single = len(kinds) == 1 and not more and self.rng.random() < 0.75
        with self.body(f"def {loop}({', '.join(states)}):"):
            for kind, state in zip(kinds, states, strict=True):
                self.names[kind].append(state)
            self.statements(self.rng.randint(0, 3), depth + 1)
            new = [self.expand(self.rng.choice(NEXT[k]), 1, s=s) for k, s in zip(kinds, states, strict=True)]
            self.returned([*new, *(self.value(kind) for kind in more)], single)
        first = [self.rng.choice(INITIAL[kind]) for kind in kinds]
        targets = [self.named(kind) for kind in (*kinds, *more)]
        initial = first[0] if single else f"({', '.join(first)},)"
        self.line(f"{_targets(targets, single)} = dspc.feedback({loop}, {initial})")

    def bank(self, depth: int) -> None:
        kinds = [self.rng.choice("ffiu") for _ in range(self.rng.choice((1, 1, 2)))]
        lane, argument, single = self.fresh("lane"), self.fresh("x"), len(kinds) == 1
        over, elements = self.argument(argument, depth)
        with self.body(f"def {lane}({argument}):"):
            for kind, name in elements:
                self.names[kind].append(name)
            if over.isdigit() and self.rng.random() < 0.2:
                numbers = ", ".join(self.rng.choice(COLUMNS["f"]) for _ in range(int(over)))
                self.line(f"{self.named('f')} = dspc.lanes([{numbers}])")
            self.statements(self.rng.randint(0, 2), depth + 1)
            self.returned([self.value(kind) for kind in kinds], single)
        banks = [self.fresh("bank") for _ in kinds]
        self.line(f"{_targets(banks, single)} = dspc.bank({over}, {lane})")
        for kind, bank in zip(kinds, banks, strict=True):
            how = self.rng.choice(REDUCTIONS)
            self.line(f"{self.named('f' if how == 'mean' else kind)} = {bank}.{how}()")

    def argument(self, name: str, depth: int) -> Argument:
        """A count, or a sequence of numbers, of rows of numbers, of signals, of rows of both."""
        choice, count = self.rng.random(), self.rng.choice((2, 3, 4, 3 if depth else 11))
        kind = self.rng.choice("fib")
        if choice < 0.4:
            return str(self.rng.choice(LANES[: 4 if depth else None])), [("i", name)]
        if choice < 0.6:
            return f"[{', '.join(COLUMNS[kind][:count])}]", [(kind, name)]
        if choice < 0.8:
            return f"[{', '.join(self.operand(kind, 1) for _ in range(count))}]", [(kind, name)]
        first = COLUMNS["f"] if choice < 0.9 else [self.operand("f", 1) for _ in range(count)]
        rows = [f"({a}, {b})" for a, b in zip(first, COLUMNS["i"][:count], strict=False)]
        return f"[{', '.join(rows)}]", [("f", f"{name}[0]"), ("i", f"{name}[1]")]

    # programs

    def program(self, decorator: str, name: str, given: Sequence[str]) -> None:
        """The head of a program: its arguments, and keywords with parameters."""
        keywords: list[str] = []
        for kind, text in (self.rng.choice(PARAMS) for _ in range(self.rng.choice((0, 1, 2, 3)))):
            param = self.fresh("p")
            keywords.append(f"{param}={text}")
            if kind == "choice":
                self.names["b"].append(f'({param} == "high")')
                self.names["i"].append(f"{param}.index")
            else:
                self.names[kind].append(param)
        self.lines += [decorator, f"def {name}({', '.join([*given, *keywords])}):"]

    def outputs(self, most: int) -> int:
        """A return of what was named last, whatever its kind; of how many values."""
        names = [name for kind in KINDS for name in self.names[kind] if name.isidentifier()]
        values = sorted(set(names), key=_number)[-most:]
        if not values or self.rng.random() < 0.2:
            values.append(self.value(self.rng.choice(KINDS)))
        self.returned(values, len(values) == 1)
        return len(values)

    def effect(self) -> None:
        inputs = ["x", "y"][: self.rng.choice((1, 2, 1, 0))]
        self.names["f"] += inputs
        self.program("@dspc.effect", "program", inputs)
        self.margin = 1
        if not self.names["f"]:
            self.line(f"{self.named('f')} = dspc.phasor(330.0)")
        self.statements(self.rng.randint(1, 7), 0)
        self.outputs(10)

    def instrument(self) -> None:
        options = self.options(self.rng.choice(VOICES))
        for kind, fields in NOTE.items():
            self.names[kind] += [f"note.{field}" for field in self.rng.sample(fields, min(3, len(fields)))]
        self.program(f"@dspc.instrument({options})", "program", ["note"])
        self.margin = 1
        self.statements(self.rng.randint(1, 6), 0)
        if self.rng.random() < 0.3:
            self.line(f"note.finish({self.value('b')})")
        outputs = self.outputs(3)
        if self.rng.random() < 0.4:
            self.after([f"c{i}" for i in range(outputs)])

    def options(self, voices: int) -> str:
        glide = self.rng.choice((0.0, 0.0, 0.001, 0.004))
        legato = (voices == 1 or glide > 0) and self.rng.random() < 0.5
        steal = self.rng.choice(POLICIES) if voices > 1 else "oldest"
        return f"voices={voices}, legato={legato}, glide={glide}, steal={steal!r}"

    def after(self, channels: Sequence[str]) -> None:
        self.names, self.margin = {**{kind: [] for kind in KINDS}, "f": list(channels)}, 0
        self.lines += ["", ""]
        self.program("@program.after", "after", channels)
        self.margin = 1
        self.statements(self.rng.randint(1, 3), 0)
        self.outputs(3)


def _targets(names: Sequence[str], single: bool) -> str:
    return names[0] if single else f"({', '.join(names)},)"


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
RATES = (48_000.0, 44_100.0, 8_000.0, 11_025.0, 96_000.0, 192_000.0, 33_333.3)


@dataclass(frozen=True)
class RandomProgram:
    """A program's source, and the circumstances in which it is to run."""

    source: str
    rate: float = 48_000.0
    partition: tuple[int, ...] = (50,)
    lanes: int = 4
    left_out: str = "unroll-oscillators"
    seed: int = 1

    def build(self) -> Any:
        """The program that the source makes; errors show its lines."""
        name = f"<random program {hash(self.source)}>"
        linecache.cache[name] = (len(self.source), None, self.source.splitlines(True), name)
        ours = {"shape": shape, "tone": tone}
        namespace: dict[str, Any] = {"dspc": dspc, "np": np, "stdlib": stdlib, **ours}
        exec(compile(self.source, name, "exec"), namespace)
        return namespace["program"]

    def __repr__(self) -> str:
        return (f"at {self.rate} Hz, in blocks of {self.partition}, in C with {self.lanes} lanes, and without "
                f"{self.left_out}, stimulus {self.seed}:\n\n{self.source}")  # fmt: skip


def random_program(rng: Random, kind: str) -> RandomProgram:
    """An "effect" or an "instrument"."""
    maker = Maker(rng)
    getattr(maker, kind)()
    partition = tuple(rng.choice((1, 3, 16, 17, 50, 99)) for _ in range(rng.randint(1, 4)))
    return RandomProgram(maker.text(), rng.choice(RATES), partition, rng.choice((1, 4, 8, 16)),
                         rng.choice(PRESERVING), rng.randint(0, 10_000))  # fmt: skip


@st.composite
def programs(draw: st.DrawFn, kind: str) -> RandomProgram:
    """Random programs of a kind."""
    return random_program(draw(st.randoms(use_true_random=False)), kind)
