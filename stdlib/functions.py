"""Mathematics for oscillators and filters: functions whose argument is known to lie in a small range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, f64

from dspc.dialects import dsp
from dspc.dialects.types import element_of, rate_of, signal
from dspc.frontend import trace as tr
from dspc.frontend.choices import label_index
from dspc.frontend.library import Choice, Operand, Signal, clamp, switch
from dspc.frontend.literals import describe, is_finite, is_integer, is_number, plain, quoted
from dspc.frontend.signal import add, floats

Number = TypeVar("Number", int, float)


def ranged(name: str, x: Operand, low: float, high: float) -> Signal:
    """The function `name` of `x`, which always lies in [low, high]: the cheapest approximation there."""
    (value,) = floats(x)
    type_ = signal(element_of(value.ssa.type), rate_of(value.ssa.type))
    domain = ArrayAttr([FloatAttr(low, f64), FloatAttr(high, f64)])
    return add(dsp.MATH_OPS[name].create(operands=(value.ssa,), result_types=(type_,), properties={"domain": domain}))


def sine_of_phase(phase: Operand) -> Signal:
    """sin(2 pi phase) for a phase in [0, 1]."""
    return ranged("sin_turns", phase, 0.0, 1.0)


def warped(cutoff_hz: Operand, sample_rate: Operand) -> Signal:
    """tan(pi cutoff / rate), with the cutoff kept between 0 and 0.49 of the rate: a TPT filter's gain.

    Source: V. Zavalishin, The Art of VA Filter Design, ch. 3.
    """
    turns = clamp(cutoff_hz * (0.5 / sample_rate), 0.0, 0.245)
    return ranged("tan_turns", turns, 0.0, 0.2499)


def one_of(function: str, what: str, given: object, known: Sequence[str]) -> None:
    """Raises `DspError` DSP450 for an option that is none of the `known` texts."""
    if not isinstance(given, str) or given not in known:
        listed = ", ".join(f'"{name}"' for name in known[:-1])
        raise tr.fail("DSP450", f"the {what} of {function} is not {quoted(given)}", f'use {listed} or "{known[-1]}"')


def number_within(function: str, what: str, given: Any, least: Number, most: Number) -> Number:
    """An option, a number from `least` to `most`; an integer if these are. Raises `DspError` DSP451 for others."""
    whole = isinstance(least, int) and isinstance(most, int)
    fits = is_integer(given) if whole else is_finite(given)
    if not fits or not least <= plain(given) <= most:
        kind = "an integer" if whole else "a number"
        hint = "choose one in that range" if is_number(given) else "it is known when the program is built, no signal"
        raise tr.fail("DSP451", f"the {what} of {function} is {kind} from {least:g} to {most:g}, not {describe(given)}",
                      hint)  # fmt: skip
    return type(least)(plain(given))


def chosen(shape: Any, functions: Mapping[str, Callable[[], Signal]]) -> Signal:
    """The signal that a label names, or a choice of some of them: then the others do not run.

    Raises `DspError` DSP122 for other labels.
    """
    labels = tuple(functions)
    if not isinstance(shape, Choice):
        return functions[labels[label_index(shape, labels, "shape")]]()
    return switch(shape, {name: functions[labels[label_index(name, labels, "shape")]] for name in shape.labels})


def on_or_off(name: str, value: Any) -> bool:
    """An option that is on or off when the program is built. Raises DSP454 for what is neither."""
    if not isinstance(value, bool | np.bool_):
        raise tr.fail("DSP454", f"{name} is True or False, not {describe(value)}", f"{name}=True")
    return bool(value)
