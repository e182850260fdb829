"""Python files as input: the programs in them, and what goes wrong while they run, in the user's terms.

    file = open_programs("voice.py:lead")        # or "voice.py": all programs of the file
    for program in file.programs: …
"""

from __future__ import annotations

import contextlib
import linecache
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import xdsl

from dspc.driver.files import read_bytes
from dspc.driver.usage import did_you_mean
from dspc.frontend import errors
from dspc.frontend.errors import DspError, Place
from dspc.frontend.places import code_of
from dspc.frontend.program import Program, as_program, is_program

T = TypeVar("T")
_NOT_THE_USERS = (
    errors.HOME, str(Path(xdsl.__file__ or "xdsl").parent), "<frozen importlib", "<string>",
)  # fmt: skip
_MOST_FRAMES = 8


@dataclass(frozen=True)
class ProgramFile:
    """A Python file and its programs with their names there, in the order in which it defines them."""

    path: str
    module: ModuleType
    programs: tuple[Program, ...]
    names: tuple[str, ...]


class PythonError(DspError):
    """What Python raised in the user's file: the last of the user's lines, and the way to it."""

    def __init__(self, code: str, message: str, place: Place | None, way: tuple[str, ...] = ()):
        self.way = way
        super().__init__(code, message, place=place)

    def text(self) -> str:
        return "\n".join((super().text(), *(f"    {line}" for line in self.way)))


def split_name(text: str) -> tuple[str, str | None]:
    """`voice.py:lead` as path and name; without a name, all programs are meant."""
    path, colon, name = text.rpartition(":")
    return (path, name) if colon and path.endswith(".py") else (text, None)


def is_python(text: str) -> bool:
    """Whether an argument of a command names a Python file."""
    return split_name(text)[0].endswith(".py")


def open_programs(text: str) -> ProgramFile:
    """Runs a Python file and finds its programs. Raises `DspError`; `InputFileError` if it cannot be read."""
    path, name = split_name(text)
    module = _run(path)
    if name is not None:
        return ProgramFile(path, module, (_named(module, path, name),), (name,))
    first = {id(value): name for name, value in reversed(vars(module).items())}
    with as_the_users(path):
        found = {first[id(v)]: as_program(v) for v in vars(module).values() if is_program(v)}
    programs = {name: p for name, p in found.items() if _file_of(p) == path} or found
    if not programs:
        raise DspError("DSP192", f"{path} defines no program",
                       hint=f"decorate a function with @dspc.effect, or name one: {path}:name")  # fmt: skip
    return ProgramFile(path, module, tuple(programs.values()), tuple(programs))


def _file_of(program: Program) -> str:
    """Where a program's function is written; empty if that is not Python."""
    code = code_of(program.function)
    return code.co_filename if code is not None else ""


def _named(module: ModuleType, path: str, name: str) -> Program:
    if name not in vars(module):
        known = [n for n, v in vars(module).items() if is_program(v)]
        listed = f"its programs are {', '.join(known)}" if known else "it defines no program"
        raise DspError("DSP193", f"{path} has no {name}", hint=did_you_mean(name, known) or listed)
    with as_the_users(path):
        return as_program(vars(module)[name])


def _run(path: str) -> ModuleType:
    source = read_bytes(path)
    linecache.checkcache(path)
    module = ModuleType(f"dspc_file_{Path(path).stem}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # where dataclasses and inspect look
    with as_the_users(path):
        exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return module


@contextlib.contextmanager
def as_the_users(path: str) -> Iterator[None]:
    """For the user's code: its folder is searched for modules, what it prints goes to stderr.

    Whatever Python raises becomes a `PythonError` that shows the user's lines only.
    """
    folder = str(Path(path).parent)
    sys.path.insert(0, folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except DspError:
        raise
    except SyntaxError as error:
        if error.filename != path:
            raise _raised(error, path) from None
        place = Place(path, error.lineno or 1, error.offset or 0)
        raise PythonError("DSP190", f"{type(error).__name__}: {error.msg}", place) from None
    except (Exception, SystemExit) as error:
        raise _raised(error, path) from None
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)


def _raised(error: BaseException, path: str) -> PythonError:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_the_users(f)]
    start = next((i for i, f in enumerate(frames) if f.filename == path), 0)
    last, *way = reversed(frames[start:]) if frames[start:] else (None,)
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    lines = [f"called from {f.filename}:{f.lineno}, in {f.name}" for f in way if f is not None]
    if len(lines) > _MOST_FRAMES:
        lines = [*lines[: _MOST_FRAMES - 1], f"… and {len(lines) - _MOST_FRAMES + 1} calls more"]
    return PythonError("DSP191", message, _place(last) if last else None, tuple(lines))


def _is_the_users(frame: traceback.FrameSummary) -> bool:
    return not frame.filename.startswith(_NOT_THE_USERS)


def _place(frame: traceback.FrameSummary) -> Place:
    column = (frame.colno or 0) + 1
    return Place(frame.filename, frame.lineno or 1, column, frame.end_colno + 1 if frame.end_colno else 0)


def collect(path: str, things: tuple[T, ...], do: Callable[[T], Any]) -> tuple[list[Any], list[DspError]]:
    """`do` for each of the user's things; what it gives, and all that goes wrong."""
    made: list[Any] = []
    wrong: list[DspError] = []
    for thing in things:
        try:
            with as_the_users(path):
                made.append(do(thing))
        except DspError as error:
            wrong.append(error)
    return made, wrong
