"""Every parameter of every function, given what makes no sense: finite sound and sound again after it, or an error.

What a function does with it, clamp or error, its docstring says; here nothing may become infinite, or stay silent.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

import numpy as np
import pytest
from tree import ROOT

import dspc

sys.path.insert(0, str(ROOT / "tools"))
from library_docs import Entry, entries  # noqa: E402

NONSENSE = (-1.0, 0.0, np.nan, np.inf, -np.inf, 1e30, -1e30)
SENSIBLE: dict[str, Any] = {
    "amount": 0.5, "b0": 1.0, "b1": 0.0, "b2": 0.0, "a1": 0.0, "a2": 0.0, "curve": [0.0, 1.0], "cutoff": 1000.0,
    "db": -6.0, "frequency": 440.0, "gain_db": 3.0, "hits": 3, "key": 60.0, "position": 0.2,
    "recording": np.sin(np.arange(100.0)), "response": [1.0, 0.5], "rise": 10.0, "samples": 5,
    "scale": ["9/8", "2/1"], "steps": 8, "waves": np.sin(np.arange(64) / 32 * np.pi),
}  # fmt: skip
"""Arguments that have no default."""
SOUND = {"x", "left", "right", "a", "b", "gate", "trigger", "set", "reset", "inputs", "key", "sync"}
"""Parameters that get noise, whose nonsense is not theirs to clamp: a sum of infinities has none."""
UNUSED = {name: ("upper",) for name in ("butterworth", "chebyshev1", "elliptic")}
UNUSED["karplus_strong"] = ("velocity", "grain")
"""Parameters that matter only together with others."""
ENTRIES = entries()
PART, REST = 256, 8
"""Samples of each kind of nonsense, and so many times as long of what makes sense."""


def arguments(entry: Entry, x: Any, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """A call of the function with `given`, and what is sensible for the rest."""
    several: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in entry.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            several = [x] if name == "inputs" else [400.0, 4000.0]
        elif name in given:
            named[name] = given[name]
        elif parameter.default is parameter.empty:
            named[name] = SENSIBLE[name] if name in SENSIBLE else x
    if several and named:  # the first ones by place, before them
        return [*named.values(), *several], {}
    return several, named


def flat(made: Any) -> list[Any]:
    if isinstance(made, tuple):
        return [one for part in made for one in flat(part)]
    return [dspc.f32(made)]


def called(entry: Entry, name: str, bad: Any, x: Any) -> tuple[Any, ...]:
    several, named = arguments(entry, x, {name: bad})
    return tuple(flat(entry.function(*several, **named)))


def moves(entry: Entry, name: str) -> bool:
    """Whether a parameter may be a signal: others say so in an error, with a code."""
    if entry.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
        return False
    try:
        dspc.trace(dspc.effect(lambda x, bad: called(entry, name, bad, x)))
    except dspc.DspError as error:
        assert error.code.startswith("DSP") and error.code != "DSP312"
        return False
    return True


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_signals_that_make_no_sense(entry: Entry) -> None:
    """Nonsense for a while, in every parameter that may move, then what is sensible: as much sound as without it."""
    names = [name for name in entry.parameters if name not in SOUND and moves(entry, name)]
    if not names:
        return

    @dspc.effect
    def program(x: Any, bad: Any) -> Any:
        return tuple(one for name in names for one in called(entry, name, bad, x))

    engine = dspc.compile(program, "bytecode", sample_rate=48_000)
    x = np.random.default_rng(1).uniform(-1, 1, PART * (len(NONSENSE) + REST)).astype(np.float32)
    bad = np.concatenate([np.repeat(np.float32(NONSENSE), PART), np.full(PART * REST, 0.5, np.float32)])
    found = np.atleast_2d(engine.process(np.stack([x, bad])))
    engine.reset()
    clean = np.atleast_2d(engine.process(np.stack([x, np.full(len(x), 0.5, np.float32)])))
    assert np.isfinite(found).all()
    silent = found[:, -PART:].std(axis=1) < 1e-3 * clean[:, -PART:].std(axis=1)
    assert not silent.any(), [name for name, one in zip(names, silent, strict=False) if one]


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_numbers_that_make_no_sense(entry: Entry) -> None:
    """NaN never is a number of a program; all others are a finite sound, or an error that has a code."""
    for name, parameter in entry.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            continue
        for bad in NONSENSE:
            try:
                dspc.trace(dspc.effect(lambda x, bad=bad, name=name: called(entry, name, bad, x)))
            except dspc.DspError as error:
                assert error.code != "DSP312", f"{name}={bad}: {error}"
            else:
                assert not np.isnan(bad) or name in UNUSED.get(entry.name, ()), f"{name}={bad} is taken"
