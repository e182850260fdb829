"""Smoothing: signals that follow others with a time or a slope. They begin where the other begins, not at 0."""

from __future__ import annotations

from collections.abc import Callable

from dspc.frontend.library import (
    Operand,
    Signal,
    clamp,
    exp,
    f32,
    f64,
    feedback,
    max,
    sample_rate,
    scope,
    select,
)
from dspc.frontend.signal import floats


def _followed(x: Operand, towards: Callable[[Signal, Signal], Signal]) -> Signal:
    """What goes `towards(its last value, x)`, and begins with x: in f64, where small steps add up, in x's own type."""
    (value,) = floats(x)
    goal = f64(value)

    def loop(begun: Signal, last: Signal) -> tuple[Signal, ...]:
        return begun | True, select(begun, towards(last, goal), goal)

    level = feedback(loop, (False, f64(0.0)))[1]
    return level if value.element == "f64" else f32(level)


@scope("smooth")
def smooth(x: Operand, time: Operand = 0.02) -> Signal:
    """The signal without its steps: a one-pole, which begins at the first sample.

    Args:
        x: the signal.
        time: seconds in which 63 % of a step are covered; 0 is at once.
    Bounds: exponentials within 1e-6, up to 10 s at 96 kHz.
    Source: U. Zölzer, DAFX, ch. 4, first-order smoothing.

    Example:
        def gentle(level=dspc.param(0.5, 0.0, 1.0, smooth=0.0)):
            return smooth(level, 0.05) * saw(110.0)

    Plot: waveform
    """
    part = 1.0 - exp(-1.0 / max(f64(time) * sample_rate(), 1e-2))
    return _followed(x, lambda last, goal: last + (goal - last) * part)


@scope("slew")
def slew(x: Operand, rise: Operand, fall: Operand | None = None) -> Signal:
    """The signal, but it moves no faster than so much a second: a slew limiter, which begins at the first sample.

    Args:
        x: the signal.
        rise: the fastest way up, in units a second, at least 0.
        fall: the fastest way down, in units a second; as `rise` if not given.
    Bounds: lines within 1e-6, up to 60 s at 96 kHz.
    Source: U. Zölzer, DAFX, ch. 4; the portamento of analogue synthesisers with a constant rate.

    Example:
        def siren():
            return 0.3 * saw(slew(300.0 + 300.0 * square(0.5), 500.0, 250.0))

    Plot: waveform
    """
    up = max(f64(rise), 0.0) / sample_rate()
    down = up if fall is None else max(f64(fall), 0.0) / sample_rate()
    return _followed(x, lambda last, goal: last + clamp(goal - last, -down, up))


@scope("ramp")
def ramp(x: Operand, time: Operand = 0.1) -> Signal:
    """To every new value of the signal on a straight line that takes a time; it begins at the first sample.

    Args:
        x: the signal: steps. Each change begins a new line, from where it is.
        time: seconds of a line, whatever its height; 0 is one sample. It may change on the way.
    Bounds: each time is met to the nearest sample, up to 60 s at 96 kHz; lines within 1e-6.
    Source: M. Puckette, The Theory and Technique of Electronic Music, ch. 3: line generators.

    Example:
        def glide():
            return 0.3 * saw(ramp(220.0 + 110.0 * square(1.0), 0.25))

    Plot: waveform
    """
    (value,) = floats(x)
    goal, step = f64(value), 1.0 / max(f64(time) * sample_rate(), 1.0)

    def loop(begun: Signal, last: Signal, start: Signal, left: Signal, level: Signal) -> tuple[Signal, ...]:
        changed = begun & (goal != last)
        start = select(changed, level, start)
        rest = select(changed, 1.0, left) - step
        left = select(begun & (rest > 0.5 * step), rest, 0.0)
        return begun | True, goal, start, left, goal + (start - goal) * left

    level = feedback(loop, (False, f64(0.0), f64(0.0), f64(0.0), f64(0.0)))[4]
    return level if value.element == "f64" else f32(level)
