"""Writes Python source at random: expressions by the rules of `grammar.py`, lines, names, bodies of functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from agree.grammar import ARRAY_READS, KINDS, MEMORY_READS, PLAIN, RULES

PLACE = re.compile(r"\{(\w+)\}")
Argument = tuple[str, list[tuple[str, str]]]
"""The text of what a bank runs over, and the kinds and names of what its function sees of it."""
LATE = ("feedback", "when", "restart", "control", "oversample", "undersample", "stft")
"""Bodies in which there is no latency."""

MOST_COST = 2000
"""How many functions a program may compute in a sample, each bin of a spectrum counted as one. The bytecode machine
takes 4 million instructions a sample: a function has some hundred, with much of the library more than a thousand."""


class Writer:
    """The text so far, and the names that are known where it ends; `rng` makes every choice."""

    def __init__(self, rng: Random):
        self.rng, self.lines, self.margin, self.count = rng, list[str](), 0, 0
        self.names: dict[str, list[str]] = {kind: [] for kind in KINDS}
        self.arrays: list[tuple[str, str, int]] = []
        """Arrays of signals: name, kind, length."""
        self.memories: list[tuple[str, str]] = []
        """Tables that are written: name, kind."""
        self.bodies: list[str] = []
        """The kinds of the functions that surround what is written."""
        self.choices: list[str] = []
        self.copies, self.cost = 1, 0
        """How often what is written here is computed in a sample, and that of all functions so far."""

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def chance(self, part: float) -> bool:
        return self.rng.random() < part

    # expressions

    def value(self, kind: str, depth: int = 2) -> str:
        """An expression of a kind."""
        if depth > 0 and self.chance(0.1):
            arrays = [(a, n) for a, k, n in self.arrays[-4:] if k == kind]
            if arrays:
                array, count = self.rng.choice(arrays)
                return self.expand(self.rng.choice(ARRAY_READS[kind]), 0, a=array, k=str(self.rng.randrange(count)))
            memories = [m for m, k in self.memories[-3:] if k == kind]
            if memories:
                return self.expand(self.rng.choice(MEMORY_READS), 0, m=self.rng.choice(memories))
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
    def body(self, head: str, kind: str, times: int = 1) -> Iterator[None]:
        """A function that is computed so many times: what is named in it is not known after it."""
        copies = self.copies
        self.copies *= times
        self.cost += self.copies
        outside = {k: list(names) for k, names in self.names.items()}, list(self.arrays), list(self.memories)
        self.line(head)
        self.margin += 1
        self.bodies.append(kind)
        yield
        self.bodies.pop()
        self.margin -= 1
        self.names, self.arrays, self.memories = outside
        self.copies = copies

    def affordable(self, times: int) -> bool:
        """Whether there may be a function here that is computed so many times."""
        return self.cost + self.copies * times <= MOST_COST

    @property
    def may_be_late(self) -> bool:
        """Whether there may be latency here."""
        return not any(kind in LATE for kind in self.bodies)

    def returned(self, values: Sequence[str], single: bool) -> None:
        self.line("return " + (values[0] if single else f"({', '.join(values)},)"))


def targets(names: Sequence[str], single: bool) -> str:
    return names[0] if single else f"({', '.join(names)},)"
