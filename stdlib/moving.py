"""Windows that move along: the largest, and the mean, of the last samples."""

from __future__ import annotations

from dspc.frontend import trace as tr
from dspc.frontend.library import Operand, Signal, as_signal, clamp, delay, i32, max, scope, select
from dspc.frontend.literals import describe, is_integer
from dspc.frontend.signal import known

LONGEST = 2**20
"""Samples of a window at most."""


@scope("moving_max")
def moving_max(x: Operand, samples: Operand, longest: int | None = None) -> Signal:
    """The largest of the last `samples` samples, this one among them; before the first one there was 0.

    Windows of 1, 2, 4 … samples are made of two halves each, and any other of two that overlap: the work grows with
    the logarithm of the length, and the length may move at every sample.

    Args:
        x: the signal.
        samples: how many, at least 1; an integer, or a signal.
        longest: what a signal is clamped to; not needed for an integer.
    Source: the doubling of windows is that of sparse tables for range queries (M. Bender, M. Farach-Colton, 2000).

    Example:
        def envelope(x):
            return moving_max(abs(x), 480)

    Plot: waveform
    """
    signal, (shortest, most) = as_signal(x), _length(samples, longest)
    if shortest == most:
        block, size = signal, 1
        while 2 * size <= most:
            block, size = max(block, delay(block, size)), 2 * size
        return max(block, delay(block, most - size)) if size < most else block
    count = clamp(i32(samples), 1, most)
    found, block, size = signal, signal, 1
    while size <= most:
        overlap = delay(block, count - size, min=0, max=min(size, most - size))
        found = select(count >= size, max(block, overlap), found)
        block, size = max(block, delay(block, size)), 2 * size
    return found


@scope("moving_average")
def moving_average(x: Operand, samples: Operand, longest: int | None = None) -> Signal:
    """The mean of the last `samples` samples, this one among them; before the first one there was 0.

    Sums of 1, 2, 4 … samples are added up: nothing feeds back, so no rounding stays, and the length may move at every
    sample.

    Args:
        x: the signal.
        samples: how many, at least 1; an integer, or a signal.
        longest: what a signal is clamped to; not needed for an integer.
    Source: the sum over a power of two by doubling; J. O. Smith, Introduction to Digital Filters, on running sums.

    Example:
        def smooth(x):
            return moving_average(x, 48)

    Plot: response
    """
    signal, (shortest, most) = as_signal(x), _length(samples, longest)
    fixed = shortest == most
    count = most if fixed else clamp(i32(samples), 1, most)
    total: Signal | float = 0.0
    block, size = signal, 1
    while size <= most:
        if fixed:
            total = total + delay(block, most & (size - 1)) if most & size else total
        else:
            part = delay(block, count & (size - 1), max=size - 1) if size > 1 else block
            total = total + select((count & size) != 0, part, 0.0)
        block, size = block + delay(block, size), 2 * size
    return as_signal(total) * (1.0 / count)


def _length(samples: Operand, longest: int | None) -> tuple[int, int]:
    """The shortest and the longest window there may be. Raises DSP440."""
    count = known(samples)
    if is_integer(count) and longest is None:
        longest = int(count)
    if is_integer(longest) and 1 <= longest <= LONGEST:
        if count is None:
            return 1, longest
        if is_integer(count) and count >= 1:
            return (fixed := min(int(count), longest)), fixed
    given = count is not None and longest in (None, count)
    shown = describe(samples) if given else f"{describe(samples)} with longest={describe(longest)}"
    raise tr.fail("DSP440", f"a window has 1 to {LONGEST} samples, not {shown}",
                  "an integer, or a signal and the longest it may be: moving_max(x, n, longest=4800)")  # fmt: skip
