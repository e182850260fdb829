"""Python numbers in programs: which values count as numbers, and what fits which element type."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr

Number = int | float | np.generic
"""A Python or numpy number; numpy's scalars and arrays without dimensions count as Python's numbers."""

INTEGERS = {"i32": (-(2**31), 2**31 - 1), "u32": (0, 2**32 - 1)}
_LARGEST = {"f32": float(np.finfo(np.float32).max), "f64": float(np.finfo(np.float64).max)}


def is_number(value: Any) -> TypeGuard[Number]:
    """Whether a value is a real number, bool included."""
    if isinstance(value, np.ndarray):
        array = cast(NDArray[Any], value)
        return array.ndim == 0 and array.dtype.kind in "biuf"
    return isinstance(value, int | float | np.integer | np.floating | np.bool_)


def array_of(value: Any) -> NDArray[Any] | None:
    """The value as numpy's array; None if it is none, such as rows of different lengths."""
    try:
        return np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None


def is_integer(value: Any) -> TypeGuard[int]:
    """Whether a value is an integer, and no bool."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def is_finite(value: Any) -> TypeGuard[int | float]:
    """Whether a value is a number, and neither a bool, NaN nor infinite."""
    return is_number(value) and not isinstance(plain(value), bool) and fits_a_float(plain(value))


def fits_a_float(number: int | float) -> bool:
    """Whether a number is finite, as an f64 too: an int may be larger than all of them."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def is_iterable(value: Any) -> TypeGuard[Iterable[Any]]:
    """Whether a value has elements: no text, and no array without dimensions."""
    is_scalar = isinstance(value, np.ndarray) and cast(NDArray[Any], value).ndim == 0
    return isinstance(value, Iterable) and not isinstance(value, str | bytes) and not is_scalar


def is_one_of(value: Any, texts: Collection[str]) -> TypeGuard[str]:
    """Whether a value is one of several texts; an array, which `in` would ask for its truth, is none."""
    return isinstance(value, str) and value in texts


def plain(value: Number) -> int | float:
    """The Python number of a Python or numpy number."""
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def kind_of(number: int | float) -> str:
    """What a Python number is when no signal says otherwise: bool, i32, or f64."""
    if isinstance(number, bool):
        return "bool"
    return "i32" if isinstance(number, int) else "f64"


def fitting(number: int | float, element: str) -> int | float:
    """The number, if the element type holds it. Raises DSP113 for NaN, DSP114 for what does not fit."""
    if number != number:
        raise tr.fail("DSP113", "a constant is NaN, which spreads to all that is computed from it",
                      "look at the Python code that computes it")  # fmt: skip
    if element in INTEGERS:
        low, high = INTEGERS[element]
        if not low <= number <= high:
            other = next((e for e, (a, b) in INTEGERS.items() if a <= number <= b), "f32")
            raise tr.fail("DSP114", f"the number {short(number)} does not fit {element} ({low} … {high})",
                          f"convert the signal beside it with dspc.{other}(x)")  # fmt: skip
    elif element in _LARGEST and abs(number) > _LARGEST[element] and number not in (math.inf, -math.inf):
        raise tr.fail("DSP114", f"the number {short(number)} does not fit {element}, whose largest is "
                      f"{_LARGEST[element]:.3g}", 'write float("inf") if no limit is meant')  # fmt: skip
    return number


_MOST_BITS, _MOST_DIGITS = 4096, 24


def short(number: int | float) -> str:
    """A number as an error shows it, however many digits it has."""
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:  # whose digits Python may not be asked for
        return f"{'-' * (number < 0)}2**{number.bit_length()}"
    text = str(number)
    if len(text) > _MOST_DIGITS:  # of an integer, as a whole float has them too
        return f"{text[:8]}… ({len(text)} digits)" if isinstance(number, int) else f"{number:g}"
    return text


def wrapped(number: int, element: str) -> int:
    """The i32 or u32 with the same 32 bits, if the number is either's."""
    if not INTEGERS["i32"][0] <= number <= INTEGERS["u32"][1]:
        return int(fitting(number, element))
    low, _ = INTEGERS[element]
    return (number - low) % 2**32 + low


_NOUNS = {"NoneType": "None", "ndarray": "an array", "generator": "a generator (its function uses yield)",
          "coroutine": "a coroutine (its function is async)", "type": "a class", "module": "a module",
          "method": "a function", "Signal": "a signal",
          "Ambient": "a signal"}  # fmt: skip


_LONGEST_TEXT = 40


def describe(value: Any) -> str:
    """A value as an error names it: `None`, `a function`, `the text 'saw'`, `a list of 2`."""
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= _LONGEST_TEXT else f"a text of {len(value)} characters"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, np.ndarray):
        return f"an array of shape {cast(NDArray[Any], value).shape}"
    if isinstance(value, FunctionType | BuiltinFunctionType):
        return "a function" if value.__name__ == "<lambda>" else f"the function {value.__name__}"
    if is_number(value):
        return str(plain(value)) if kind_of(plain(value)) == "bool" else f"the number {short(plain(value))}"
    kind = type(value).__name__
    return _NOUNS.get(kind) or f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"


def quoted(value: Any) -> str:
    """A value that is given for one of several texts: itself in quotes if it is a text."""
    return repr(value) if isinstance(value, str) and len(value) <= _LONGEST_TEXT else describe(value)


def shown(value: Any) -> str:
    """A value that is given for a number: itself if it is one."""
    return short(plain(value)) if is_number(value) else quoted(value)


def remedy(value: Any) -> str:
    """What to do instead of passing a value that is no signal."""
    if value is None:
        return "a function may have forgotten to return its result; compare with None by `is None`"
    if isinstance(value, str):
        return "signals and numbers are meant; a choice is compared with =="
    if isinstance(value, list | tuple):
        return "take one of its elements, or unpack it: left, right = …"
    if isinstance(value, np.ndarray):
        return "read it with dspc.table, or give dspc.bank one copy for each element"
    if callable(value):
        return "call it: its result is the signal"
    return "pass a signal or a number"
