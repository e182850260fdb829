"""Levels and places in the stereo field."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, clamp, inlined
from dspc.stdlib.functions import on_or_off, ranged
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


def _shares(turns: Signal) -> tuple[Signal, Signal]:
    """Two gains whose squares sum to 1: the first is 1 at 0, the second at a quarter turn."""
    return ranged("cos_turns", turns, 0.0, 0.5), ranged("sin_turns", turns, 0.0, 0.5)


@inlined
def pan(x: Operand, position: Operand) -> tuple[Signal, Signal]:
    """Left and right of a mono signal, at equal power: in the middle both are 3.01 dB down.

    Args:
        x: the signal.
        position: -1 (left) to 1 (right); what is beyond is clamped.
    Returns: left, right.
    Bounds: the sum of the powers is x's within 1e-6.

    Example:
        def swaying(x):
            return pan(x, sine(0.5))

    Plot: waveform
    """
    left, right = _shares((clamp(position, -1.0, 1.0) + 1.0) * 0.125)
    return as_signal(x) * left, as_signal(x) * right


@inlined
def mid_side(left: Operand, right: Operand, decode: bool = False) -> tuple[Signal, Signal]:
    """Middle and side of a stereo signal, half of the sum and of the difference; or left and right again of these.

    Args:
        left, right: the signal; to decode, its middle and its side.
        decode: whether left and right come out: sum and difference.
    Returns: middle, side; or left, right.

    Example:
        def bright_sides(left, right):
            middle, side = mid_side(left, right)
            return mid_side(middle, side - lowpass(side, 300.0), decode=True)

    Plot: waveform
    """
    a, b = as_signal(left), as_signal(right)
    return (a + b, a - b) if on_or_off("decode", decode) else ((a + b) * 0.5, (a - b) * 0.5)


@inlined
def width(left: Operand, right: Operand, amount: Operand = 1.0) -> tuple[Signal, Signal]:
    """Stereo width: the side of a signal, so much louder.

    Args:
        left, right: the signal.
        amount: a factor: 0 is mono, 1 changes nothing, to the bit; 2 is twice as wide; below 0 the sides are swapped.
    Returns: left, right.

    Example:
        def wide(left, right, amount=dspc.param(1.5, 0.0, 2.0)):
            return width(left, right, amount)

    Plot: waveform
    """
    a, b = as_signal(left), as_signal(right)
    more = (a - b) * (0.5 * (amount - 1.0))
    return a + more, b - more


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
def crossfade(a: Operand, b: Operand, amount: Operand, equal_power: bool = False) -> Signal:
    """From one signal to another: linearly, for what is alike, or at equal power, for what is not.

    Args:
        a: what is heard at amount 0.
        b: what is heard at amount 1.
        amount: 0 to 1; beyond, one of them is turned upside down, or with equal power it is clamped.
        equal_power: whether both are 3.01 dB down in the middle, and not 6.02 dB.

    Example:
        def wet_and_dry(x, mix=dspc.param(0.3, 0.0, 1.0)):
            return crossfade(x, dspc.delay(x, 12_000), mix)
    """
    first = as_signal(a)
    if not on_or_off("equal_power", equal_power):
        return first + (as_signal(b) - first) * amount
    out, into = _shares(clamp(amount, 0.0, 1.0) * 0.25)
    return first * out + as_signal(b) * into
