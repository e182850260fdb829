"""Feedback: loops of one sample."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import ArrayAttr
from xdsl.ir import Attribute, Block, Region

from dspc.dialects import dsp
from dspc.dialects.types import element_of, signal
from dspc.frontend import trace as tr
from dspc.frontend.guard import guarded
from dspc.frontend.literals import describe, fitting
from dspc.frontend.scopes import end_body
from dspc.frontend.signal import (
    FLOATS,
    RANK,
    Signal,
    WideNumber,
    as_signal,
    audio_float,
    convert,
    effective_element,
    known,
    rounded,
)
from dspc.frontend.structure import call, check_function, flatten


@guarded
def feedback(f: Callable[..., Any], initial: Any = 0.0) -> Any:
    """A loop of one sample: `f` takes the previous values and returns the next ones, then anything else.

    `initial` (a number, or a tuple of k) gives the first values and the types: bool, i32 for an int (u32 for a
    numpy.uint32), the program's float for a float, f64 for `dspc.f64(0.0)`. Without a tuple, k is the number of
    f's parameters. `f` is called once; all that it returns is returned, in its structure. Raises `DspError` DSP150
    for other arguments, DSP151 if the numbers of values do not match, DSP111 if a state would change its type.

    >>> smooth = feedback(lambda previous: previous + 0.01 * (noise() - previous))
    """
    return _traced(f, initial, adapts=False)


@guarded
def adapting_feedback(f: Callable[..., Any], initial: Any = 0.0) -> Any:
    """The standard library's feedback: a float state whose next value is an f64 is an f64.

    Then `f` is called again, with f64 states: a filter takes f64 signals in an f32 program without saying so. For
    functions that do nothing but compute; of a user's it is promised that it is called once.
    """
    return _traced(f, initial, adapts=True)


def _traced(f: Callable[..., Any], initial: Any, adapts: bool) -> Any:
    check_function(f, "feedback", "dspc.feedback(lambda previous: …)", "DSP150")
    starts = _initial_values(f, initial)
    elements = [_state_element(v) for v in starts]
    trace = tr.current()
    while True:
        types = [signal(e, "audio") for e in elements]
        body = tr.Body("feedback", Block(arg_types=types))
        with trace.inside(body):
            values, rebuild = _called(f, body.block)
            wider = [_widened(e, v) if adapts else e for e, v in zip(elements, values, strict=False)]
            if wider == elements:
                states = [_next_state(v, t) for v, t in zip(values, types, strict=False)]
                values = [*states, *(rounded(v) for v in values[len(types) :])]
                end_body(values)
                break
        body.block.drop_all_references()
        elements = wider
    op = dsp.FeedbackOp.create(
        result_types=[signal(v.element, "audio") for v in values],
        properties={"initial": ArrayAttr([_first_value(v, t) for v, t in zip(starts, types, strict=True)])},
        regions=[Region(body.block)],
    )
    trace.add(op)
    return rebuild([Signal(r) for r in op.results])


def _called(f: Callable[..., Any], block: Block) -> tuple[list[Signal], Callable[[list[Signal]], Any]]:
    """What `f` returns for the states of a body, flat, and how to give it its structure back."""
    count = len(block.args)
    result = call(f, [Signal(a) for a in block.args], "feedback", _counted(count, "previous value"))
    parts, rebuild = flatten(result)
    if len(parts) < count:
        raise tr.fail("DSP151", f"the function of feedback returned {_counted(len(parts), 'value')} for "
                      f"{_counted(count, 'state')}", "return the next value of every state first")  # fmt: skip
    return [as_signal(p, "result of feedback's function") for p in parts], rebuild


def _widened(element: str, value: Signal) -> str:
    """The type of a state whose next value this is."""
    return "f64" if element in FLOATS and effective_element(value, "audio") == "f64" else element


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("s" if n != 1 else "")


def _initial_values(f: Callable[..., Any], initial: Any) -> list[Any]:
    values = cast(Sequence[Any], initial) if isinstance(initial, tuple | list) else [initial] * _states(f)
    if not values:
        raise tr.fail("DSP150", "feedback without a state", "initial=0.0, or a tuple of numbers")
    for v in values:
        number = known(v)
        if number is None or not np.isfinite(number):
            raise tr.fail("DSP150", f"an initial value is a finite number, not {describe(v)}",
                          "initial=0.0, or a tuple of numbers")  # fmt: skip
    return list(values)


def _states(f: Callable[..., Any]) -> int:
    """The number of f's parameters that have no default."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except ValueError:  # some built-in functions have no signature
        return 1
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        raise tr.fail("DSP150", "feedback cannot tell how many states a function of *arguments has",
                      "pass initial= as a tuple, one number for each state")  # fmt: skip
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.default is p.empty and p.kind in positional for p in parameters)


def _state_element(value: Any) -> str:
    if np.dtype(np.uint32) == getattr(value, "dtype", None):
        return "u32"
    if isinstance(value, WideNumber):
        return "f64"
    if isinstance(value, Signal):
        return audio_float() if value.element in FLOATS else value.element
    if isinstance(value, bool | np.bool_):
        return "bool"
    return "i32" if isinstance(value, int | np.integer) else audio_float()


def _first_value(value: Any, type_: Attribute) -> Attribute:
    number = known(value)
    assert number is not None
    return dsp.number_attr(fitting(number, element_of(type_)), type_)


_STARTS = {"f32": "0.0", "f64": "dspc.f64(0.0)", "i32": "0", "u32": "np.uint32(0)", "bool": "False"}


def _next_state(value: Signal, type_: Attribute) -> Signal:
    """The next value of a state, in the state's type; types promote upwards only."""
    wanted = element_of(type_)
    value = rounded(value)
    if RANK[value.element] >= RANK[wanted] and value.element != wanted and not tr.is_stand_in(value):
        hint = f"start it with initial={_STARTS[value.element]}, or convert"
        raise tr.fail("DSP111", f"a state of feedback is {wanted}, its next value is {value.element}",
                      f"{hint} with dspc.{wanted}(x)")  # fmt: skip
    return convert(value, wanted)
