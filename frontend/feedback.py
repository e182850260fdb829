"""Feedback: loops of one sample."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Region, SSAValue

from dspc.dialects import dsp
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.types import SignalType, element_of, lanes_of, signal
from dspc.frontend import trace as tr
from dspc.frontend.arrays import Array, as_array, each, is_row, pick, signal_or_array
from dspc.frontend.guard import guarded
from dspc.frontend.literals import describe, fits_a_float, fitting
from dspc.frontend.signal import (
    FLOATS,
    RANK,
    Signal,
    WideNumber,
    as_signal,
    audio_float,
    convert,
    effective_element,
    is_early,
    known,
    rounded,
)
from dspc.frontend.structure import call, check_function, flatten
from dspc.frontend.tables import constant_table


@guarded
def feedback(f: Callable[..., Any], initial: Any = 0.0) -> Any:
    """A loop of one sample: `f` takes the previous values and returns the next ones, then anything else.

    `initial` (a number, or a tuple of k) gives the first values and the types: bool, i32 for an int (u32 for a
    numpy.uint32), the program's float for a float, f64 for `dspc.f64(0.0)`; a one-dimensional numpy array makes a
    state that is an array of signals. Without a tuple, k is the number of f's parameters. `f` is called once; all that
    it returns is returned, in its structure. Raises `DspError` DSP150 for other arguments, DSP151 if the numbers of
    values do not match, DSP111 if a state would change its type.

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
    types = [_state_type(v) for v in starts]
    trace = tr.current()
    while True:
        body = tr.Body("feedback", Block(arg_types=types))
        with trace.inside(body):
            parts, rebuild = _called(f, body.block)
            wider = [_widened(t, p) if adapts else t for t, p in zip(types, parts, strict=False)]
            if wider == types:
                states = [_next_value(p, t) for p, t in zip(parts, types, strict=False)]
                values = [*states, *(_kept(p) for p in parts[len(types) :])]
                trace.add(dsp.YieldOp.make(values))
                break
        body.block.drop_all_references()
        types = wider
    op = dsp.FeedbackOp.create(
        result_types=[signal(element_of(v.type), "audio", lanes_of(v.type)) for v in values],
        properties={"initial": ArrayAttr([_first_value(v, t) for v, t in zip(starts, types, strict=True)])},
        regions=[Region(body.block)],
    )
    trace.add(op)
    return rebuild([signal_or_array(r) for r in op.results])


def _state_type(start: Any) -> SignalType:
    if is_row(start):
        return signal(_state_element(start[0]), "audio", len(start))
    return signal(_state_element(start), "audio")


def _kept(value: Any) -> SSAValue:
    """A further result."""
    if isinstance(value, Array):
        return value.ssa() if value.element != "f64" or not is_early(value.rate) else _floats(value).ssa()
    return rounded(as_signal(value, "result of feedback's function")).ssa


def _floats(array: Array) -> Array:
    return each(len(array), lambda i: convert(pick(array, i), audio_float()))


def _next_value(value: Any, type_: SignalType) -> SSAValue:
    """The next value of a state, in the state's type."""
    count = lanes_of(type_)
    if not count:
        return _next_state(as_signal(value, "result of feedback's function"), type_).ssa
    array = as_array(value, "the next value of a state that is an array")
    if len(array) != count:
        raise tr.fail("DSP151", f"a state of feedback is an array of {count}, its next value of {len(array)}",
                      "both have one length")  # fmt: skip
    element = signal(element_of(type_), "audio")
    if array.element != element_of(type_):
        array = each(count, lambda i: _next_state(pick(array, i), element))
    return array.ssa()


def _called(f: Callable[..., Any], block: Block) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """What `f` returns for the states of a body, flat, and how to give it its structure back."""
    count = len(block.args)
    result = call(f, [signal_or_array(a) for a in block.args], "feedback", _counted(count, "previous value"))
    parts, rebuild = flatten(result)
    if len(parts) < count:
        raise tr.fail("DSP151", f"the function of feedback returned {_counted(len(parts), 'value')} for "
                      f"{_counted(count, 'state')}", "return the next value of every state first")  # fmt: skip
    return parts, rebuild


def _widened(type_: SignalType, part: Any) -> SignalType:
    """The type of a state whose next value this is."""
    if isinstance(part, Array) or element_of(type_) not in FLOATS:
        return type_
    value = as_signal(part, "result of feedback's function")
    return signal("f64", "audio") if effective_element(value, "audio") == "f64" else type_


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("s" if n != 1 else "")


def _initial_values(f: Callable[..., Any], initial: Any) -> list[Any]:
    if isinstance(initial, tuple | list):
        values = list(cast(Sequence[Any], initial))
    else:
        values = [initial] if is_row(initial) else [initial] * _states(f)
    if not values:
        raise tr.fail("DSP150", "feedback without a state", "initial=0.0, or a tuple of numbers")
    for v in values:
        number = known(v)
        if is_row(v) and np.isfinite(v).all():
            continue
        if number is None or not fits_a_float(number):
            raise tr.fail("DSP150", f"an initial value is a finite number, not {describe(v)}",
                          "initial=0.0, or a tuple of numbers")  # fmt: skip
    return values


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
    if is_row(value):
        numbers = [fitting(n, element_of(type_)) for n in value.tolist()]
        return dsp.number_attr(numbers[0], type_) if len(set(numbers)) == 1 else SymbolRefAttr(
            constant_table(np.asarray(numbers, NUMPY_TYPES[element_of(type_)])))
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
