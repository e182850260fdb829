"""Runs a wrong program, and says whether what came of it is worth showing to a user."""

from __future__ import annotations

import copy
import functools
import io
import linecache
import math
import operator
import random
import re
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import numpy as np

import dspc
from dspc import stdlib
from dspc.backends import get_backend
from dspc.backends.engine import Engine
from dspc.driver.compile import lower, run_passes
from dspc.frontend.codes import CODES
from dspc.frontend.errors import DspError, all_errors
from dspc.frontend.places import is_ours, is_users
from dspc.frontend.trace import collecting
from dspc.passes import DEFINING

SECONDS = 60
"""More, and a program hangs."""
PRELUDE = {"math": math, "copy": copy, "operator": operator, "functools": functools, "np": np, "dspc": dspc,
           "stdlib": stdlib}  # fmt: skip


class Disagreement(BaseException):
    """Two backends gave other samples."""


class Hang(BaseException):
    """A program took too long."""


@contextmanager
def alarm(seconds: int = SECONDS) -> Iterator[None]:
    """Ends what takes longer."""

    def ring(*_: object) -> None:
        raise Hang(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def foreign() -> Any:
    """A signal of another program, whose trace has ended."""
    kept: list[Any] = []
    dspc.trace(lambda x: kept.append(x * 2) or x)
    return kept[0]


FOREIGN = foreign()


SHORT_RANGE = """
def short_range(*of):
    if len(made := range(*of)) > 10_000:
        raise ValueError("too long")
    return made
"""
"""A range; a loop without end would be the program's own."""
exec(compile(SHORT_RANGE, "<frozen range>", "exec"))


def namespace(file: str) -> dict[str, Any]:
    """What a mutant finds beside its own."""
    return PRELUDE | {
        "FOREIGN": FOREIGN, "LIST": [], "QUIET": io.StringIO(), "range": globals()["short_range"], "__file__": file,
        "__name__": "mutant",
    }  # fmt: skip


def outcome(source: str, file: str, program: str, *, play: bool = False) -> BaseException | None:
    """What is raised while a file is run, and its program traced, checked, and (`play`) played on two backends."""
    source += f"\ntraced = dspc.trace({program})\n"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
        try:
            code = compile(source, file, "exec")
        except (
            SyntaxError,
            ValueError,
            RecursionError,
        ):  # no Python, no program
            return None
    names = namespace(file)
    with warnings.catch_warnings(action="error"), alarm(), redirect_stdout(io.StringIO()):
        random.seed(1)
        try:
            with collecting() as declared:
                exec(code, names)
            if declared:
                raise dspc.DspErrors(declared)
            module = names["traced"]
            module.verify()
            run_passes(module, DEFINING)
            if play:
                compare(names[program])
        except Exception as error:
            return error
    return None


def compare(program: Any, frames: int = 40) -> None:
    """The reference and the virtual machine agree, to the bit."""
    made = [_samples(program, name, frames) for name in ("reference", "bytecode")]
    if not np.isfinite(made[0]).all() or made[0].tobytes() != made[1].tobytes():
        raise Disagreement


def _samples(program: Any, name: str, frames: int) -> np.ndarray:
    backend = get_backend(name)
    engine = Engine(backend.load(lower(dspc.trace(program), backend)), 8000.0)
    x = np.random.default_rng(1).uniform(-1, 1, (engine.inputs, frames)).astype(np.float32)
    events = [] if engine.inputs else [dspc.events.NoteOn(0, 60, 0.7, 1), dspc.events.NoteOff(30, 60, 0.5, 1)]
    return np.atleast_2d(engine.process(x if engine.inputs else None, frames=frames, events=events))


LEAKS = re.compile(r"<class|<function| object at 0x|<built-in|dspc\.frontend|!dsp|%\d|\n")
"""What a message for users does not hold."""


def complaint(error: BaseException | None, file: str) -> str:
    """What is wrong with an outcome; empty if it is as users want it."""
    if error is None:
        return ""
    if isinstance(error, DspError):
        return next(filter(None, (_complaint(one, file) for one in all_errors(error))), "")
    at, last = error.__traceback__, ""
    while at is not None:
        name = at.tb_frame.f_code.co_filename
        if is_ours(name) or is_users(name):
            last = name
        at = at.tb_next
    ours = is_ours(last) or "/xdsl/" in last
    return f"{type(error).__name__} of ours: {error}" if ours else ""


def _complaint(error: DspError, file: str) -> str:
    if error.code == "DSP310":
        return f"a fault of ours: {error.text()}"
    if error.code not in CODES:
        return f"{error.code} is not explained"
    if error.place is None or not error.place.line:
        return f"no place: {error.text()}"
    if error.place.file != file:
        return f"a place in {error.place.file}: {error.text()}"
    message = re.sub(r"the text '.*'", "", error.message)
    if LEAKS.search(message) or LEAKS.search(error.hint):
        return f"insides are shown: {error.text()}"
    if len(error.message) > 300:
        return f"a long message: {error.text()}"
    return "" if error.hint else f"no remedy: {error.text()}"
