"""Which features of the language a program uses, and which there are: the measure of the random programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from agree.grammar import REDUCTIONS
from agree.strategies import RandomProgram
from xdsl.dialects.builtin import ModuleOp

import dspc
from dspc.dialects import dsp
from dspc.dialects.types import SignalType
from dspc.frontend import delays, tables
from dspc.frontend.playing import POLICIES
from dspc.frontend.resampling import FACTORS, FILTERS
from dspc.frontend.spectra import WINDOWS

NO_SIGNAL = {"DspError", "DspErrors", "Program", "events", "read", "trace"}
"""Public names that are no part of a program's text."""
MADE_BY_PASSES = {"dsp.bitcast", "dsp.control", "dsp.line", "dsp.splat"}
NOTE_FIELDS = (
    "frequency", "key", "velocity", "release_velocity", "pressure", "timbre", "gate", "bend", "trigger", "random",
    "voice", "finish",
)  # fmt: skip
PIECES = (
    "sidechain=True", "legato=True", "glide=dspc.param", "smooth=0.0", "step=", "hidden=True",
    "group=", "automatable=False", "Band()", "[Band()", '{"a": Band()', "@program.after", ".connected", ".write(",
    ".read(", ".stack()", "[::-1]", "zip(", "otherwise=", "np.array([", 'return {"one"', "phase=", "reset=", "step=",
    "min=", "max=", ">> self.output", "def after(", "note.finish", "dspc.lanes(", " @ ", "sum([",
)  # fmt: skip
"""Pieces of text that say that something is used."""
SIZES = ("16", "32", "64", "128", "256", "512")


def _options(text: str) -> Iterable[str]:
    """Functions with the options that a program's text gives them."""
    for name, factor in re.findall(r"(oversample|undersample)\((\d+), \w+", text):
        yield f"{name} by {factor}"
    for name, filter in re.findall(r'(oversample|undersample)\(\d+, \w+(?:, filter="(\w+)")?\)', text):
        yield f"{name} {filter or 'fir'}"
    for size, window in re.findall(r'size=(\d+), hop=\d+(?:, window="(\w+)")?\)', text):
        yield from (f"stft of {size}", f"stft {window or 'hann'}")
    yield from (f"dspc.{name}" for name in re.findall(r"dspc\.([A-Za-z_0-9]+)", text))
    yield from (f"note.{name}" for name in re.findall(r"note\.([a-z_]+)", text))
    yield from (f"steal {name}" for name in re.findall(r"steal='(\w+)'", text))
    yield from (f".{name}()" for name in re.findall(r"\.(\w+)\(\)", text))
    yield from (f"boundary {name}" for name in re.findall(r'boundary="(\w+)"', text))
    yield from (f"transport.{name}" for name in re.findall(r"transport\.(\w+)", text))
    yield from (piece for piece in PIECES if piece in text)


def features(case: RandomProgram, module: ModuleOp) -> set[str]:
    """What a program uses: names, options, and operations with their modes and types."""
    found = set(_options(case.source))
    for op in module.walk():
        found.add(op.name)
        if isinstance(op, dsp.DelayOp):
            found.add(f"dsp.delay {op.interpolation.data}")
        found |= {f"type {r.type.name} {r.type.parameters[0]}" for r in op.results if isinstance(r.type, SignalType)}
        if isinstance(op, dsp.FeedbackOp):
            found.add(f"feedback with {len(op.initial.data)} states")
        parent = op.parent_op()
        if parent is not None and op.regions and parent.name.startswith("dsp.") and not isinstance(op, dsp.ProgramOp):
            found.add(f"{op.name} in {parent.name}")
    found.add(f"at {case.rate:g} Hz")
    if case.channels:
        found.add("a mono effect on several channels")
    return found


_LOOPS = ("dsp.feedback", "dsp.bank", "dsp.when", "dsp.restart", "dsp.repeat")


def language() -> set[str]:
    """All that programs are to use, as far as the code itself can say it."""
    bases = {"dspc.Effect", "dspc.Voice", "dspc.Node", "dspc.Params"}
    names = {f"dspc.{name}" for name in set(dspc.__all__) - NO_SIGNAL} | bases
    ops = {op.name for op in dsp.Dsp.operations} - MADE_BY_PASSES
    options = {f"dsp.delay {name}" for name in delays.INTERPOLATIONS}
    options |= {f"boundary {name}" for name in tables.BOUNDARIES}
    for rate in ("oversample", "undersample"):
        options |= {f"{rate} {name}" for name in FILTERS}
        options |= {f"{rate} by {n}" for n in FACTORS["fir"]}
    options |= {f"stft {name}" for name in WINDOWS} | {f"stft of {size}" for size in SIZES}
    options |= {f"steal {name}" for name in POLICIES} | {f".{name}()" for name in REDUCTIONS}
    options |= {f"note.{name}" for name in NOTE_FIELDS}
    options |= {f"transport.{name}" for name in dsp.TRANSPORT_FIELDS}
    nested = {f"{a} in {b}" for a in _LOOPS for b in _LOOPS}
    return names | ops | options | nested | set(PIECES) | {f"feedback with {n} states" for n in (1, 2, 3)}


class Coverage:
    """How many programs use each feature."""

    def __init__(self) -> None:
        self.programs, self.uses = 0, Counter[str]()

    def add(self, found: Iterable[str]) -> None:
        self.programs += 1
        self.uses.update(found)

    def missing(self) -> list[str]:
        return sorted(name for name in language() if not self.uses[name])

    def table(self, columns: int = 3) -> str:
        """Feature and number of programs, several to a line."""
        rows = [f"{self.uses[name]:6} {name:34.34}" for name in sorted(language() | set(self.uses))]
        height = -(-len(rows) // columns)
        lines = ["".join(rows[i::height]).rstrip() for i in range(height)]
        return "\n".join([f"{self.programs} programs; how many use what:", *lines])


COVERAGE = Coverage()
"""Of the programs that this process has compared."""
