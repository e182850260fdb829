"""Feedback delay networks of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr
from dspc.frontend.library import (
    Array,
    Operand,
    Signal,
    bank,
    clamp,
    control,
    delay,
    exp,
    exp2,
    matrix,
    max,
    min,
    sample_rate,
    scope,
    select,
)
from dspc.frontend.library import feedback as loop_of
from dspc.frontend.literals import array_of, describe, is_number, plain
from dspc.frontend.signal import is_early, known
from dspc.stdlib.delays import Stereo, blended, pair
from dspc.stdlib.functions import number_within, warped
from dspc.stdlib.reverbs import SIXTY_DB, hadamard, whole

LARGEST = 0.5
"""Seconds of the longest line at most."""
SMALLEST = 0.005
SHORTEST = 0.05
"""Seconds of decay; less is taken as this."""
SETTLING = 0.05
"""Seconds in which 63 % of a change of a decay or a crossover come."""
LOWEST = 10.0
"""Hz of a crossover; less is taken as this."""


@scope("fdn", whole_arrays=True)
def fdn(
    left: Operand,
    right: Operand | None = None,
    decays: Sequence[Operand] = (2.0, 1.5, 0.8),
    crossovers: Sequence[Operand] = (250.0, 4000.0),
    size: Operand = 0.09,
    lines: int = 16,
    mixing: Any = None,
    mix: Operand = 0.3,
) -> Stereo:
    """Feedback delay network: lines of many lengths, mixed by a lossless matrix, with a decay time for each band.

    Args:
        left, right: the channels; without the right one the left is both, or an array of both.
        decays: seconds in which each band falls by 60 dB, from the bass up, at least 0.05.
        crossovers: Hz between the bands, one less than there are bands; two octaves apart or more.
        size: seconds of the longest line, 0.005 to 0.5, the shortest being a third; a number, or a signal that moves.
        lines: 4, 8, 16, 32 or 64.
        mixing: an orthogonal matrix, [lines, lines]; without it Hadamard's.
        mix: 0 for the signal alone, 1 for the network alone.
    Returns: left, right.
    Bounds: the decay is the asked one within 8 % in the middle of each band from 1 s on, 12 % from 0.5 s
        on; at 44.1, 48 and 96 kHz it differs by 5 % at
        most.
    Source: J.-M. Jot, A. Chaigne, Digital Delay Networks for Designing Artificial Reverberators, 1991; shelves of
        A. Simper's state-variable filter.

    Example:
        def cave(left, right, bass=dspc.param(4.0, 0.5, 20.0, unit="s", scale="log")):
            return fdn(left, right, decays=(bass, 2.5, 1.0), size=0.15)

    Plot: waveform
    """
    left, right = pair(left, right)
    count = _lines(lines)
    for what, given in (("decays", decays), ("crossovers", crossovers)):
        if not isinstance(given, list | tuple | np.ndarray):
            raise tr.fail("DSP456", f"{what} are a list of numbers or signals, not {describe(given)}", f"{what}=(1.0,)")
    if len(decays) != len(crossovers) + 1:
        raise tr.fail("DSP456", f"{len(crossovers)} crossovers are between {len(crossovers) + 1} bands, there are "
                      f"{len(decays)} decays", "one decay more than crossovers")  # fmt: skip
    mixed = matrix(hadamard(count) if mixing is None else _orthogonal(mixing, count))
    fed = matrix(_fed(count).T) @ [left, right]
    rates = [SIXTY_DB / _slow(clamp(t, SHORTEST, 1e9)) for t in decays]
    edges = [_slow(max(f, LOWEST)) for f in crossovers]
    parts = [3.0 ** (i / (count - 1) - 1.0) for i in range(count)]

    def line(row: tuple[Signal, Signal]) -> tuple[Signal, Signal]:
        """Its end and, for the ears, the same before it is damped."""
        x, part = row
        y, seconds = _line(x, part, size)
        return _damped(y, [rate * seconds for rate in rates], edges), y

    def loop(ends: Array) -> tuple[Array, Array]:
        made = bank(list(zip(fed + mixed @ ends, parts, strict=True)), line)
        return made[0].stack(), made[1].stack()

    wet = matrix(_heard(count)) @ loop_of(loop, (np.zeros(count),))[1]
    return Stereo(blended(left, wet[0], mix), blended(right, wet[1], mix))


def _slow(value: Signal) -> Signal:
    """What is above 0, moving no faster than filters in a loop like: with SETTLING seconds, once a tick."""
    if known(value) is not None or is_early(value.rate):
        return value

    def follow() -> Signal:
        part = 1.0 - exp(-1.0 / (SETTLING * sample_rate()))
        return loop_of(lambda last: select(last < 0.0, value, last + (value - last) * part), -1.0)

    return control(follow)


def _line(x: Signal, part: Signal, size: Operand) -> tuple[Signal, Signal]:
    """A line's end and its length in seconds: in whole samples if it is fixed, interpolated if it moves."""
    if is_number(size):
        samples = whole(part * _between(plain(size)))
        return delay(x, samples - 1), samples / sample_rate()
    longest = clamp(size, SMALLEST, LARGEST)
    samples = part * longest * sample_rate() - 1.0
    late = delay(x, samples, max=LARGEST * sample_rate(), interpolation="lagrange3")
    return late, part * _slow(longest)


def _between(size: float) -> float:
    return LARGEST if size > LARGEST else SMALLEST if size < SMALLEST else size


def _damped(x: Signal, levels: list[Signal], crossovers: Sequence[Operand]) -> Signal:
    """A shelf at each crossover, which only turns down, and a gain for what they leave; levels are powers of two."""
    total = levels[0]
    for crossover, below, above in zip(crossovers, levels, levels[1:], strict=False):
        step = above - below
        total = total + max(step, 0.0)
        x = _shelf(x, crossover, min(-step, 0.0), min(step, 0.0))
    return x * exp2(total)


def _shelf(x: Signal, frequency: Operand, low: Signal, high: Signal) -> Signal:
    """2^low below a frequency and 2^high above it; Q = 1/sqrt(2).

    Weights of the low, the band and the high output of a filter whose energy never grows, however it moves.
    """
    g, k = warped(frequency, sample_rate()) * exp2(0.25 * (high - low)), 2.0**0.5
    at_low, at_high = exp2(low), exp2(high)
    between = exp2(0.5 * (low + high)) * k
    a1 = 1.0 / (1.0 + g * (g + k))
    a2 = g * a1
    a3 = g * a2

    def loop(s1: Signal, s2: Signal) -> tuple[Signal, Signal, Signal]:
        v3 = x - s2
        band = a1 * s1 + a2 * v3
        below = s2 + a2 * s1 + a3 * v3
        above = x - k * band - below
        return 2.0 * band - s1, 2.0 * below - s2, at_high * above + between * band + at_low * below

    return loop_of(loop, (0.0, 0.0))[2]


def _lines(lines: Any) -> int:
    count = number_within("fdn", "number of lines", lines, 4, 64)
    if count & (count - 1):
        raise tr.fail("DSP456", f"a network has 4, 8, 16, 32 or 64 lines, not {count}", "lines=16")
    return count


def _fed(count: int) -> NDArray[np.float64]:
    """What the left and the right channel give to each line: half of the lines are each one's."""
    return np.kron(np.eye(2), [1.0, -1.0] * (count // 4)) * (2.0 / count) ** 0.5


def _heard(count: int) -> NDArray[np.float64]:
    """What is heard of each line on the left and on the right: every other one, of either channel's."""
    return np.tile(np.eye(2), count // 2) * (2.0 / count) ** 0.5


def _orthogonal(mixing: Any, count: int) -> NDArray[np.float64]:
    """The matrix, if it is one that loses and adds nothing. Raises DSP456."""
    found = array_of(mixing)
    if found is None or found.shape != (count, count) or found.dtype.kind not in "biuf":
        shown = describe(mixing) if found is None or not found.shape else f"an array of shape {found.shape}"
        raise tr.fail("DSP456", f"{count} lines are mixed by a matrix of {count} rows and columns, not {shown}",
                      f"for example np.eye({count}) - 2 / {count}")  # fmt: skip
    numbers = cast("NDArray[np.float64]", found.astype(float))
    if not np.allclose(numbers @ numbers.T, np.eye(count), atol=1e-6):
        raise tr.fail("DSP456", "the matrix is not orthogonal: it makes the network grow, or lose too much",
                      f"for example np.eye({count}) - 2 / {count}")  # fmt: skip
    return numbers
