"""How the language's functions take mistakes: the error is noted, a stand-in goes on."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from dspc.frontend import trace as tr
from dspc.frontend.errors import DspError, did_you_mean
from dspc.frontend.operators import OPERATIONS, Elementwise, Special
from dspc.frontend.signal import Signal

P = ParamSpec("P")
R = TypeVar("R")


def guarded(f: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a function of the language that gives a signal.

    In a trace its errors are noted, and a stand-in signal is returned, so that the rest is checked too.
    What was given a stand-in reports nothing: its cause has been.
    """

    @functools.wraps(f)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return f(*args, **kwargs)
        except DspError as error:
            trace = tr.running()
            if trace is None:
                raise
            if not any(map(tr.is_stand_in, (*args, *kwargs.values()))):
                trace.note(error)
        except TypeError as error:
            wrong = misfit(f, error)
            if wrong is None:
                raise
            if not tr.running() or not tr.note(wrong):
                raise wrong from None
        return cast(R, Signal(tr.current().stand_in()))

    return call


def declaring(stand_in: Callable[[], Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator of a declaration, which is made outside traces: its errors are raised, or collected."""

    def decorate(f: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(f)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return f(*args, **kwargs)
            except DspError as error:
                if not tr.note(error):
                    raise
            except TypeError as error:
                wrong = misfit(f, error)
                if wrong is None:
                    raise
                if not tr.note(wrong):
                    raise wrong from None
            return cast(R, stand_in())

        return call

    return decorate


def declare(error: DspError) -> None:
    """Raises an error in a declaration, or keeps it where errors are collected."""
    if not tr.note(error):
        raise error


def misfit(f: Callable[..., Any], error: TypeError) -> DspError | None:
    """The error for arguments that the function does not take; None if it failed inside."""
    if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
        return None
    module = "dspc.stdlib" if f.__module__.startswith("dspc.stdlib.") else "dspc"
    return tr.fail("DSP112", f"{module}.{error}", _spelling(f, str(error)) or f"it is called as {signature_of(f)}")


def _spelling(f: Callable[..., Any], message: str) -> str:
    """Which keyword may have been meant."""
    unknown = re.search(r"unexpected keyword argument '(\w+)'", message)
    return did_you_mean(unknown[1], inspect.signature(f).parameters) if unknown else ""


_LONGEST_SIGNATURE = 90


def signature_of(f: Callable[..., Any]) -> str:
    """`phasor(frequency=None, *, step=None)`: names and defaults, without types; `…` for what is too long."""
    parameters = inspect.signature(f).parameters.values()
    bare = [p.replace(annotation=p.empty) for p in parameters if p.name != "self"]
    text = f"{f.__name__}{inspect.Signature(bare)}"
    if len(text) <= _LONGEST_SIGNATURE:
        return text
    first = [p for p in bare if p.kind is not p.KEYWORD_ONLY]
    return f"{f.__name__}{inspect.Signature(first)}"[:-1] + ", …)"


def named(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: the function's name for users, where ours is another so as not to hide Python's own."""

    def decorate(f: Callable[P, R]) -> Callable[P, R]:
        f.__name__ = f.__qualname__ = name
        return f

    return decorate


def elementwise(f: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a guarded function of operands: of arrays of signals it gives an array; lists count as arrays."""
    return _over_arrays(f, "elementwise")


def over_arrays(f: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a guarded function of the language: on arrays of signals it is called for each element."""
    return _over_arrays(f, "for_each_element")


def _over_arrays(f: Callable[P, R], way: str) -> Callable[P, R]:
    def each(*args: P.args, **kwargs: P.kwargs) -> R:
        from dspc.frontend import arrays  # which are made of these functions

        return getattr(arrays, way)(f, args, kwargs)

    mapped = guarded(functools.wraps(f)(each))

    @functools.wraps(f)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        over = any(isinstance(a, Elementwise) for a in (*args, *kwargs.values()))
        return mapped(*args, **kwargs) if over else f(*args, **kwargs)

    return call


def _special(name: str, f: Callable[P, R]) -> Callable[P, R]:
    """The operation, but of what says itself what it means."""

    @functools.wraps(f)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        special = next((a for a in args if isinstance(a, Special)), None)
        return f(*args, **kwargs) if special is None else cast(R, guarded(special.operation)(name, args))

    return call


def operation(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: what an operator or a function of numpy's means on signals, and on arrays of them."""

    def decorate(f: Callable[P, R]) -> Callable[P, R]:
        call = elementwise(_special(name, guarded(f)))
        OPERATIONS[name] = call
        return call

    return decorate
