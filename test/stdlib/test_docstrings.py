"""Docstrings of the library: every part is there, and every example sounds."""

from __future__ import annotations

import inspect
import sys

import numpy as np
import pytest
from tree import ROOT

import dspc
from dspc.events import NoteOff, NoteOn
from dspc.frontend.program import as_program

sys.path.insert(0, str(ROOT / "tools"))
from library_docs import PLOTS, SECTIONS, Entry, entries, parse  # noqa: E402

ENTRIES = entries()
RATE = 48_000


def played(entry: Entry, backend: str) -> np.ndarray:
    """Half a second of the example: a note if it is an instrument, noise and a click if it has inputs."""
    program = as_program(entry.program())
    frames = RATE // 2
    if program.kind == "instrument":
        events = [NoteOn(0, 57, 0.8), NoteOff(frames // 2, 57)]
        return dspc.render(program, events=events, seconds=0.5, sample_rate=RATE, backend=backend)
    channels = dspc.compile(program, backend="bytecode", sample_rate=RATE).inputs
    x = np.random.default_rng(1).uniform(-0.3, 0.3, (channels, frames)).astype(np.float32)
    x[:, ::12_000] += 0.5
    if not channels:
        return dspc.render(program, seconds=0.5, sample_rate=RATE, backend=backend)
    return dspc.render(program, x, sample_rate=RATE, backend=backend)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_every_part_is_there(entry: Entry) -> None:
    assert entry.summary.endswith(".") and len(entry.summary) <= 120 and "\n" not in entry.summary
    assert entry.args.keys() == entry.parameters.keys(), "a line for each parameter"
    assert all(text.endswith((".", ";")) for text in entry.args.values())
    assert entry.example.strip(), "an example"
    plot = entry.sections.get("Plot", PLOTS[0])
    assert plot.split()[0] in PLOTS
    lines = (inspect.getdoc(entry.function) or "").splitlines()
    order = [s for s in (line.partition(":")[0] for line in lines) if s in SECTIONS]
    assert order == sorted(order, key=SECTIONS.index)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_the_example_sounds(entry: Entry) -> None:
    y = played(entry, "c")
    assert np.isfinite(y).all() and 1e-3 < np.abs(y).max() <= 4.0
    np.testing.assert_array_equal(y, played(entry, "bytecode"))


def test_a_docstring_is_taken_apart() -> None:
    def shelf(x: float, low: float, high: float) -> None:
        """One line.

        More of it.

        Args:
            x: the signal,
                which goes on.
            low, high: Hz.
        Returns: nothing
            at all.

        Example:
            def f(x):
                return x

        Plot: response
        """

    entry = parse("shelf", shelf)
    assert (entry.summary, entry.notes) == ("One line.", "More of it.")
    assert entry.args == {"x": "the signal, which goes on.", "low": "Hz.", "high": "Hz."}
    assert entry.sections["Returns"] == "nothing at all." and entry.sections["Plot"] == "response"
    assert entry.example == "def f(x):\n    return x\n"
    assert parse("nothing", lambda: None).sections == {}
