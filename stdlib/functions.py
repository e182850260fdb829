"""Mathematics for oscillators and filters: functions whose argument is known to lie in a small range."""

from __future__ import annotations

from typing import Any

import numpy as np
from xdsl.dialects.builtin import ArrayAttr, FloatAttr, f64

from dspc.dialects import dsp
from dspc.dialects.types import element_of, rate_of, signal
from dspc.frontend import trace as tr
from dspc.frontend.library import Operand, Signal, clamp
from dspc.frontend.literals import describe
from dspc.frontend.signal import add, floats


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


def switch(name: str, value: Any) -> bool:
    """An option that is on or off when the program is built. Raises DSP454 for what is neither."""
    if not isinstance(value, bool | np.bool_):
        raise tr.fail("DSP454", f"{name} is True or False, not {describe(value)}", f"{name}=True")
    return bool(value)
