"""Levels and places in the stereo field."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, clamp, inlined
from dspc.stdlib.functions import ranged
from dspc.stdlib.tuning import db_to_gain


@inlined
def gain_db(x: Operand, db: Operand) -> Signal:
    """The signal, louder by some decibels.

    Args:
        x: the signal.
        db: decibels, below 0 for softer.

    Example:
        def quieter(x, level=dspc.param(-12.0, -60.0, 0.0, unit="dB")):
            return gain_db(x, level)
    """
    return as_signal(x) * db_to_gain(db)


@inlined
def pan(x: Operand, position: Operand) -> tuple[Signal, Signal]:
    """Left and right of a mono signal, at equal power: in the middle both are 3.01 dB down.

    Args:
        x: the signal.
        position: -1 (left) to 1 (right); what is beyond is clamped.
    Returns: left, right.

    Example:
        def swaying(x):
            return pan(x, sine(0.5))

    Plot: waveform
    """
    turns = (clamp(position, -1.0, 1.0) + 1.0) * 0.125
    return as_signal(x) * ranged("cos_turns", turns, 0.0, 0.5), as_signal(x) * ranged("sin_turns", turns, 0.0, 0.5)


@inlined
def mixer(*inputs: Operand) -> Signal:
    """The sum of its inputs, the first ones first; of none it is silence.

    Args:
        *inputs: signals.

    Example:
        def chord():
            return 0.2 * mixer(sine(262.0), sine(330.0), sine(392.0))
    """
    if not inputs:
        return as_signal(0.0)
    total = as_signal(inputs[0])
    for x in inputs[1:]:
        total = total + as_signal(x)
    return total


@inlined
def amplifier(x: Operand, gain: Operand = 1.0) -> Signal:
    """The signal, `gain` times as large: in graphs, where an envelope is connected to it.

    Args:
        x: the signal.
        gain: a factor.

    Example:
        def tremolo(x):
            return amplifier(x, 0.5 + 0.5 * sine(5.0))
    """
    return as_signal(x) * gain


@inlined
def crossfade(a: Operand, b: Operand, amount: Operand) -> Signal:
    """From one signal to another, linearly.

    Args:
        a: what is heard at amount 0.
        b: what is heard at amount 1.
        amount: 0 to 1; beyond, one of them is turned upside down.

    Example:
        def wet_and_dry(x, mix=dspc.param(0.3, 0.0, 1.0)):
            return crossfade(x, dspc.delay(x, 12_000), mix)
    """
    first = as_signal(a)
    return first + (as_signal(b) - first) * amount
