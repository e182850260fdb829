"""What cannot be asked of a signal while a program is traced: its value, its length, its parts."""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

from dspc.frontend import trace as tr
from dspc.frontend.conditions import asked_at
from dspc.frontend.errors import MissingAttribute, did_you_mean
from dspc.frontend.places import place_here


class Abandoned(Exception):
    """Tracing cannot go on with a stand-in; what went wrong has been noted before."""


KNOWN_ATTRIBUTES = ("element", "rate")

ELSEWHERE = {
    "sum": "a bank has .sum(); of several signals use sum([a, b])", "mean": "a bank has .mean()",
    "clip": "use dspc.clamp(x, low, high)", "append": "the past of a signal is dspc.delay(signal, samples)",
    "shape": "a signal is one value at a time, not an array", "dtype": "signal.element is its type",
    "astype": "convert with dspc.f32(x), dspc.i32(x)", "copy": "signals do not change: no copy is needed",
    "item": "a signal has no value while the program is traced", "real": "signals are real numbers",
}  # fmt: skip
"""What stands for attributes that people try."""


METHODS = ("sum", "mean", "product", "min", "max", "stack", "read", "write", "finish")
FIELDS = ("index", "connected", "real", "imag", "phase", "bin", "frequency", "gate", "velocity", "key", "trigger")
"""What banks, arrays, memories, choices, buses, bins and notes have: a stand-in for one of them has it too."""


def _of_stand_in(value: Any, name: str) -> Any:
    """An attribute of a value that stands for what could not be made: the value again, so that the rest is checked."""
    if name in METHODS:
        return partial(_again, value)
    if name in FIELDS:
        return value
    raise Abandoned


def _again(value: Any, *_: Any, **__: Any) -> Any:
    return value


class Refusals:
    """Errors with remedies in place of Python's own, or of a wrong program."""

    __slots__ = ()

    def __bool__(self) -> bool:
        asked, remedy = asked_at(place_here())
        self._refuse("DSP101", f"a signal has no truth value while the program is traced, but {asked} asks for one",
                     remedy)  # fmt: skip
        return False

    def __int__(self) -> int:
        self._refuse("DSP102", "a signal has no value while the program is traced, so int() cannot read it",
                     "convert with dspc.i32(signal)")  # fmt: skip
        return 1

    def __float__(self) -> float:
        self._refuse("DSP102", "a signal has no value while the program is traced, so float() cannot read it",
                     "convert with dspc.f32(signal); instead of math.sin and its like use dspc.sin")  # fmt: skip
        return 1.0

    def __complex__(self) -> complex:
        self._refuse("DSP102", "a signal has no value while the program is traced, so complex() cannot read it",
                     "instead of cmath use real signals")  # fmt: skip
        return 1.0

    def __index__(self) -> int:
        self._refuse("DSP102", "a signal cannot be an index, a count or a range while the program is traced",
                     "read a dspc.table at a signal's position, or use a Python integer")  # fmt: skip
        return 1

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise self._error("DSP102", "a signal cannot be put into a numpy array while the program is traced",
                          "keep signals in a list or a tuple")  # fmt: skip

    def __iter__(self) -> NoReturn:
        raise self._error("DSP103", "one signal cannot be unpacked or iterated",
                          "it is one channel: pass or return several signals for several channels")  # fmt: skip

    def __contains__(self, _: object) -> bool:
        self._refuse("DSP103", "a signal contains nothing that `in` could find", "compare with ==")
        return False

    def __len__(self) -> int:
        self._refuse("DSP103", "a signal has no length: it goes on for ever", "len() is for banks and tables")
        return 1

    def __getitem__(self, _: Any) -> Any:
        if tr.is_stand_in(self):
            return self
        raise self._error("DSP103", "a signal cannot be indexed",
                          "the past of a signal is dspc.delay(signal, samples)")  # fmt: skip

    def __setitem__(self, _: Any, __: Any) -> None:
        self._refuse("DSP103", "a signal cannot be changed", "compute another one, with dspc.select(c, a, b)")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "ssa":  # Python and numpy look for their protocols
            raise AttributeError(name)
        if tr.is_stand_in(self):
            return _of_stand_in(self, name)
        hint = ELSEWHERE.get(name) or did_you_mean(name, KNOWN_ATTRIBUTES)
        raise MissingAttribute("DSP106", f"a signal has no attribute {name!r}",
                               hint=hint or "use dspc's functions", place=place_here())  # fmt: skip

    def __setattr__(self, name: str, value: Any) -> None:
        self._refuse("DSP106", f"a signal has no attribute {name!r} that could be set",
                     "keep it in a variable of its own")  # fmt: skip

    def __format__(self, _: str) -> str:
        return repr(self)

    def _error(self, code: str, message: str, hint: str) -> Exception:
        return Abandoned() if tr.is_stand_in(self) else tr.fail(code, message, hint)

    def _refuse(self, code: str, message: str, hint: str) -> None:
        """Notes an error, so that tracing goes on with a made-up answer; raises it outside a trace."""
        trace = tr.running()
        if trace is None:
            raise tr.fail(code, message, hint)
        if not tr.is_stand_in(self):
            trace.refuse(tr.fail(code, message, hint))
