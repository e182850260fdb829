"""Levels and places in the stereo field."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, clamp
from dspc.stdlib.functions import ranged
from dspc.stdlib.tuning import db_to_gain


def gain_db(x: Operand, db: Operand) -> Signal:
    """The signal, louder by `db` decibels."""
    return as_signal(x) * db_to_gain(db)


def pan(x: Operand, position: Operand) -> tuple[Signal, Signal]:
    """Left and right of a mono signal at `position`, -1 (left) to 1 (right), at equal power."""
    turns = (clamp(position, -1.0, 1.0) + 1.0) * 0.125
    return as_signal(x) * ranged("cos_turns", turns, 0.0, 0.5), as_signal(x) * ranged("sin_turns", turns, 0.0, 0.5)


def mixer(*inputs: Operand) -> Signal:
    """The sum of its inputs, the first ones first; of none it is silence."""
    if not inputs:
        return as_signal(0.0)
    total = as_signal(inputs[0])
    for x in inputs[1:]:
        total = total + as_signal(x)
    return total


def amplifier(x: Operand, gain: Operand = 1.0) -> Signal:
    """The signal, `gain` times as large."""
    return as_signal(x) * gain


def crossfade(a: Operand, b: Operand, amount: Operand) -> Signal:
    """From `a` (amount 0) to `b` (amount 1), linearly."""
    first = as_signal(a)
    return first + (as_signal(b) - first) * amount
