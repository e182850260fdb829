"""Echoes. Times are in seconds; a time that changes moves there as a tape's head would, without a click."""

from __future__ import annotations

from typing import NamedTuple

from dspc.frontend import trace as tr
from dspc.frontend.library import Array, Operand, Signal, as_signal, clamp, delay, f64, sample_rate, scope, select
from dspc.frontend.library import feedback as loop_of
from dspc.stdlib.filters import one_pole
from dspc.stdlib.functions import number_within

LOUDEST = 0.995
"""What a loop gives back at most."""
FASTEST = 0.5
"""Seconds a second that the time of an echo moves: meanwhile the pitch is half, or one and a half times, as high."""

SHORTEST, LONGEST = 1e-3, 60.0
"""Seconds of an echo."""


class Stereo(NamedTuple):
    """What effects with two outputs give."""

    left: Signal
    right: Signal


def pair(left: Operand, right: Operand | None) -> tuple[Signal, Signal]:
    """Both channels: without a right one the left is both, or an array of the two. Raises DSP455 for other arrays."""
    if right is None and isinstance(left, Array):
        if len(left) != 2:
            raise tr.fail("DSP455", f"an array of {len(left)} signals is no stereo signal", "take two of them")
        return left[0], left[1]
    return as_signal(left), as_signal(left if right is None else right)


def blended(dry: Operand, wet: Operand, mix: Operand) -> Signal:
    """From the dry signal (mix 0) to the wet one (1)."""
    return as_signal(dry) + (as_signal(wet) - dry) * mix


def moved(seconds: Operand, longest: float) -> Signal:
    """A time in samples, from the one at the start on never faster than FASTEST; f64, for it is many samples."""
    wanted = clamp(f64(as_signal(seconds, "time")), SHORTEST, longest) * sample_rate()
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
        longest: seconds of memory, 0.001 to 60.
    Bounds: repeats are where they are asked for within a sample; while the time moves, a sine of 1 kHz has its Doppler
        shift and nothing else above -80 dB.
    Source: U. Zölzer, DAFX, ch. 2, delay-based effects; Lagrange interpolation of order 3.

    Example:
        def dub(x, time=dspc.param(0.2, 0.01, 1.0, unit="s")):
            return echo(x, time, feedback=0.7, tone=2500.0)

    Plot: waveform
    """
    number_within("echo", "longest time", longest, SHORTEST, LONGEST)
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
        left, right: the channels; without the right one the left is both, or an array of both.
        time: seconds between repeats, 0.001 to `longest`; a new time is reached at half a second a second.
        feedback: how much of a repeat comes back, -0.995 to 0.995; what is beyond is clamped.
        tone: Hz, the low-pass that each repeat goes through.
        mix: 0 for the signal alone, 1 for the repeats alone.
        longest: seconds of memory, 0.001 to 60.
    Returns: left, right.
    Bounds: as for `echo`.
    Source: U. Zölzer, DAFX, ch. 2, delay-based effects; Lagrange interpolation of order 3.

    Example:
        def bouncing(left, right, time=dspc.param(0.1, 0.01, 1.0, unit="s")):
            return ping_pong(left, right, time, feedback=0.6)

    Plot: waveform
    """
    left, right = pair(left, right)
    number_within("ping_pong", "longest time", longest, SHORTEST, LONGEST)
    both, samples = (left + right) * 0.5, moved(time, longest)
    amount = clamp(feedback, -LOUDEST, LOUDEST)

    def loop(first: Signal, second: Signal) -> tuple[Signal, Signal, Signal, Signal]:
        one, two = (one_pole(_late(line, samples, longest), tone) for line in (first, second))
        return both + amount * two, amount * one, one, two

    _, _, one, two = loop_of(loop, (0.0, 0.0))
    return Stereo(blended(left, one, mix), blended(right, two, mix))


def _late(written: Signal, samples: Signal, longest: float) -> Signal:
    """A line's end; the loop that it is in is one sample of it."""
    return delay(written, samples - 1.0, max=longest * sample_rate(), interpolation="lagrange3")
