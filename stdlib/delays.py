"""Echoes. Times are in seconds; a time that changes moves there as a tape's head would, without a click."""

from __future__ import annotations

from typing import NamedTuple

from dspc.frontend.library import Operand, Signal, as_signal, clamp, delay, f64, sample_rate, scope, select
from dspc.frontend.library import feedback as loop_of
from dspc.stdlib.filters import one_pole

LOUDEST = 0.995
"""What a loop gives back at most."""
FASTEST = 0.5
"""Seconds a second that the time of an echo moves: meanwhile the pitch is half, or one and a half times, as high."""


class Stereo(NamedTuple):
    """What effects with two outputs give."""

    left: Signal
    right: Signal


def blended(dry: Operand, wet: Operand, mix: Operand) -> Signal:
    """From the dry signal (mix 0) to the wet one (1)."""
    return as_signal(dry) + (as_signal(wet) - dry) * mix


def moved(seconds: Operand, longest: float) -> Signal:
    """A time in samples, from the one at the start on never faster than FASTEST; f64, for it is many samples."""
    wanted = clamp(f64(as_signal(seconds, "time")), 1e-3, longest) * sample_rate()
    return loop_of(lambda last: select(last < 0.0, wanted, last + clamp(wanted - last, -FASTEST, FASTEST)), -1.0)


@scope("echo")
def echo(
    x: Operand,
    time: Operand = 0.3,
    feedback: Operand = 0.5,
    tone: Operand = 5000.0,
    mix: Operand = 0.35,
    longest: float = 2.0,
) -> Signal:
    """Echo whose repeats lose their treble.

    Args:
        x: the signal.
        time: seconds between repeats, 0.001 to `longest`; a new time is reached at half a second a second.
        feedback: how much of a repeat comes back, -0.995 to 0.995; what is beyond is clamped.
        tone: Hz, the low-pass that each repeat goes through.
        mix: 0 for the signal alone, 1 for the repeats alone.
        longest: seconds of memory.
    Bounds: repeats are where they are asked for within a sample; while the time moves, a sine of 1 kHz has its Doppler
        shift and nothing else above -80 dB.
    Source: U. Zölzer, DAFX, ch. 2, delay-based effects; Lagrange interpolation of order 3.

    Example:
        def dub(x, time=dspc.param(0.2, 0.01, 1.0, unit="s")):
            return echo(x, time, feedback=0.7, tone=2500.0)

    Plot: waveform
    """
    samples, amount = moved(time, longest), clamp(feedback, -LOUDEST, LOUDEST)

    def loop(written: Signal) -> tuple[Signal, Signal]:
        late = one_pole(_late(written, samples, longest), tone)
        return x + amount * late, late

    return blended(x, loop_of(loop, (0.0,))[1], mix)


@scope("ping_pong", whole_arrays=True)
def ping_pong(
    left: Operand,
    right: Operand | None = None,
    time: Operand = 0.3,
    feedback: Operand = 0.5,
    tone: Operand = 5000.0,
    mix: Operand = 0.35,
    longest: float = 2.0,
) -> Stereo:
    """Echo from side to side: the first repeat, of both channels, is on the left, the next on the right.

    Args:
        left, right: the channels; without the right one the left is both.
        time: seconds between repeats, 0.001 to `longest`; a new time is reached at half a second a second.
        feedback: how much of a repeat comes back, -0.995 to 0.995; what is beyond is clamped.
        tone: Hz, the low-pass that each repeat goes through.
        mix: 0 for the signal alone, 1 for the repeats alone.
        longest: seconds of memory.
    Returns: left, right.
    Bounds: as for `echo`.
    Source: U. Zölzer, DAFX, ch. 2, delay-based effects; Lagrange interpolation of order 3.

    Example:
        def bouncing(left, right, time=dspc.param(0.1, 0.01, 1.0, unit="s")):
            return ping_pong(left, right, time, feedback=0.6)

    Plot: waveform
    """
    right = left if right is None else right
    both, samples = (as_signal(left) + right) * 0.5, moved(time, longest)
    amount = clamp(feedback, -LOUDEST, LOUDEST)

    def loop(first: Signal, second: Signal) -> tuple[Signal, Signal, Signal, Signal]:
        one, two = (one_pole(_late(line, samples, longest), tone) for line in (first, second))
        return both + amount * two, amount * one, one, two

    _, _, one, two = loop_of(loop, (0.0, 0.0))
    return Stereo(blended(left, one, mix), blended(right, two, mix))


def _late(written: Signal, samples: Signal, longest: float) -> Signal:
    """A line's end; the loop that it is in is one sample of it."""
    return delay(written, samples - 1.0, max=longest * sample_rate(), interpolation="lagrange3")
