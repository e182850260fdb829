"""The docstrings of the library, taken apart: what docs/stdlib.md and the tests of the library are made from.

    summary, one line, with the range of what it gives

    What else there is to know.

    Args:
        cutoff: Hz, where it is 3 dB down.
    Returns: what, if the summary does not say.
    Bounds: what is promised and tested, in numbers.
    Source: the paper or book of the algorithm.

    Example:
        def tone(frequency=dspc.param(220.0, 20.0, 5000.0)):
            return 0.5 * saw(frequency)

    Plot: spectrum frequency=110,1760

The example's last function is a program; it may use `dspc` and the library without import. After the kind of plot stand
options, if there are any: see tools/library_plots.py.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

import dspc
from dspc import stdlib

SECTIONS = ("Args", "Returns", "Bounds", "Source", "Example", "Plot")
PLOTS = ("waveform", "spectrum", "spectrogram", "response", "transfer", "levels")
_HEAD = re.compile(rf"^({'|'.join(SECTIONS)}):[ ]?(.*)$")
_ARGUMENT = re.compile(r"^    (\*?\w+(?:, \w+)*): ?(.*)$")


@dataclass(frozen=True)
class Entry:
    """A function of the library, and what its docstring says, section by section."""

    name: str
    function: Callable[..., Any]
    summary: str
    notes: str
    sections: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def module(self) -> str:
        """The file that it is in: `filters`."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.function).parameters)

    @property
    def args(self) -> dict[str, str]:
        """What the docstring says of each parameter; `a, b: …` is for both."""
        found: dict[str, str] = {}
        names: list[str] = []
        for line in self.sections.get("Args", "").splitlines():
            if head := _ARGUMENT.match(line):
                names = [n.lstrip("*") for n in head[1].split(", ")]
                found |= dict.fromkeys(names, head[2])
            else:
                found |= {n: f"{found[n]} {line.strip()}" for n in names}
        return found

    @property
    def example(self) -> str:
        return dedent(self.sections.get("Example", "")).strip() + "\n"

    def program(self) -> Any:
        """The example's last function or program. Raises what the example raises."""
        names: dict[str, Any] = {"dspc": dspc, "__name__": f"example_{self.name}"}
        names |= {n: getattr(stdlib, n) for n in stdlib.__all__}
        before = dict(names)
        exec(compile(self.example, f"<example of {self.name}>", "exec"), names)
        new = [value for name, value in names.items() if before.get(name) is not value]
        made = [value for value in new if callable(value) or isinstance(value, dspc.Program)]
        return made[-1]


def parse(name: str, function: Callable[..., Any]) -> Entry:
    """The docstring of a function, taken apart."""
    lines = (inspect.getdoc(function) or "").splitlines()
    parts: dict[str, list[str]] = {"": []}
    current = ""
    for line in lines:
        head = _HEAD.match(line)
        if head:
            current = head[1]
            parts[current] = [head[2]] if head[2] else []
        else:
            parts[current].append(line)
    text = "\n".join(parts.pop("")).strip()
    summary, _, notes = text.partition("\n\n")
    sections = {k: "\n".join(v).rstrip() for k, v in parts.items()}
    for k in ("Returns", "Bounds", "Source", "Plot"):
        if k in sections:
            sections[k] = " ".join(sections[k].split())
    return Entry(name, function, " ".join(summary.split()), notes, sections)


def entries() -> dict[str, Entry]:
    """Every function of the library."""
    return {name: parse(name, getattr(stdlib, name)) for name in stdlib.__all__}
