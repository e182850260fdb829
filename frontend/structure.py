"""What functions of the user return: tuples, lists and dicts of signals, taken apart and put together."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from traceback import walk_tb
from typing import Any, cast

from dspc.dialects import dsp
from dspc.frontend import trace as tr
from dspc.frontend.errors import DspError
from dspc.frontend.literals import describe
from dspc.frontend.places import is_ours, is_users, place_of_function
from dspc.frontend.signal import Signal

Rebuild = Callable[[Sequence[Any]], Any]


def flatten(result: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of nested tuples, lists and dicts, and what puts others in their places."""
    if isinstance(result, dict):
        items = cast(dict[Any, Any], result)
        leaves, rebuild = _flatten_all(list(items.values()))
        return leaves, lambda values: dict(zip(items, rebuild(values), strict=True))
    if isinstance(result, tuple | list):
        parts = cast(Sequence[Any], result)
        leaves, rebuild = _flatten_all(parts)
        make = _maker(parts)
        return leaves, lambda values: make(rebuild(values))
    return [result], lambda values: values[0]


def _maker(parts: Any) -> Callable[[list[Any]], Any]:
    """What makes a sequence of this kind: a named tuple takes its fields one by one."""
    kind = cast(Any, type(parts))
    return (lambda values: kind(*values)) if hasattr(kind, "_fields") else kind


def _flatten_all(parts: Sequence[Any]) -> tuple[list[Any], Callable[[Sequence[Any]], list[Any]]]:
    flat = [flatten(p) for p in parts]

    def rebuild(values: Sequence[Any]) -> list[Any]:
        built: list[Any] = []
        start = 0
        for leaves, one in flat:
            built.append(one(values[start : start + len(leaves)]))
            start += len(leaves)
        return built

    return [leaf for leaves, _ in flat for leaf in leaves], rebuild


def end_body(values: Sequence[Signal]) -> None:
    """Ends the innermost body with what it yields."""
    tr.current().add(dsp.YieldOp.make([v.signal().ssa for v in values]))


def check_function(f: Any, what: str, example: str, code: str) -> None:
    """Raises an error with `code` if `f`, which `what` takes, cannot be called."""
    if not callable(f):
        raise tr.fail(code, f"{what} takes a function, not {describe(f)}", example)
    check_plain(f, f"the function of {what}")


def check_plain(f: Callable[..., Any], who: str) -> None:
    """Raises DSP155 for generator functions and async functions: they do not run when they are called."""
    place = place_of_function(f)
    if inspect.isgeneratorfunction(f) or inspect.isasyncgenfunction(f):
        raise tr.fail("DSP155", f"{who} is a generator: it uses yield", "return the signals", place)
    if inspect.iscoroutinefunction(f):
        raise tr.fail("DSP155", f"{who} is async", "write it with def, without async", place)


def call(f: Callable[..., Any], arguments: Sequence[Any], what: str, given: str) -> Any:
    """Calls a function of the user. Raises DSP151 if it does not take the arguments, DSP152 for no result."""
    try:
        inspect.signature(f).bind(*arguments)
    except ValueError:  # some built-in functions have no signature
        pass
    except TypeError as error:
        raise tr.fail("DSP151", f"the function of {what} is called with {given}: {error}",
                      "change its arguments") from None  # fmt: skip
    return check_result(run(f, arguments, {}, f"the function of {what}"), f"the function of {what}")


def run(f: Callable[..., Any], arguments: Sequence[Any], keywords: Mapping[str, Any], who: str) -> Any:
    """What a function of the user returns. Raises DSP311 for what fails in a function that is not Python's code.

    Such a function has no line of its own that an exception could name.
    """
    try:
        return f(*arguments, **keywords)
    except DspError:
        raise
    except Exception as error:
        codes = [frame.f_code for frame, _ in walk_tb(error.__traceback__)][1:]
        if any(is_ours(code.co_filename) or is_users(code.co_filename) for code in codes):
            raise
        raise tr.fail("DSP311", f"{who} cannot run on signals: {error}",
                      "write it in Python, with dspc's functions: lambda x: …") from None  # fmt: skip


def check_result(result: Any, who: str) -> Any:
    """The result of a function of the user. Raises DSP152 for None, DSP155 for a generator."""
    if result is None:
        raise tr.fail("DSP152", f"{who} returned nothing", "end it with return and a signal")
    if inspect.isgenerator(result) or inspect.iscoroutine(result) or inspect.isasyncgen(result):
        if not inspect.isasyncgen(result):
            cast(Any, result).close()
        raise tr.fail("DSP155", f"{who} returned {describe(result)}", "return the signals themselves")
    return result
