"""Reverbs of fixed rooms and plates. Stereo in and out; lengths are seconds, so that they sound alike at every rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dspc.frontend.library import (
    Array,
    Operand,
    Signal,
    as_signal,
    bank,
    clamp,
    delay,
    exp2,
    i32,
    lanes,
    matrix,
    max,
    pow,
    round,
    sample_rate,
    scope,
    sqrt,
    stack,
)
from dspc.frontend.library import feedback as loop_of
from dspc.stdlib.delays import Stereo, blended, pair
from dspc.stdlib.filters import one_pole
from dspc.stdlib.functions import warped
from dspc.stdlib.modulation import swaying

SIXTY_DB = -9.965784284662087
"""log2(1/1000)."""
SHORTEST = 0.01
"""Seconds of decay; less is taken as this."""


def whole(seconds: Operand) -> Signal:
    """A time as a whole number of samples."""
    return i32(round(as_signal(seconds) * sample_rate()))


def left_after(seconds: Operand, decay: Operand) -> Signal:
    """What is left of a sound that falls by 60 dB in `decay` seconds."""
    return exp2(SIXTY_DB * seconds / max(decay, SHORTEST))


def all_pass(x: Operand, samples: Operand, gain: Operand, longest: Operand = None) -> tuple[Signal, Signal]:
    """A Schroeder all-pass, -gain at once and then echoes; and what is written into its line.

    With `longest` samples its length may move.
    """
    way = None if longest is None else "lagrange3"

    def loop(written: Signal) -> tuple[Signal, Signal]:
        late = delay(written, samples - 1, max=longest, interpolation=way)
        into = x + gain * late
        return into, late - gain * into

    line, y = loop_of(loop, (0.0,))
    return y, line


# --- Freeverb ---------------------------------------------------------------------------------------

COMBS = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617)
ALL_PASSES = (556, 441, 341, 225)
SPREAD = 23
"""Samples at 44.1 kHz; the right channel's lines are longer by SPREAD."""


@scope("freeverb", whole_arrays=True)
def freeverb(
    left: Operand,
    right: Operand | None = None,
    room: Operand = 0.5,
    damping: Operand = 0.5,
    width: Operand = 1.0,
    mix: Operand = 0.3,
) -> Stereo:
    """Freeverb: for each ear eight damped combs side by side, then four all-passes.

    Args:
        left, right: the channels; without the right one the left is both, or an array of both.
        room: 0 to 1, from about half a second of decay to nine; what is beyond is clamped.
        damping: 0 to 1, how fast the treble goes.
        width: 0 for the same on both sides, 1 for the most that there is.
        mix: 0 for the signal alone, 1 for the reverb alone.
    Returns: left, right.
    Bounds: undamped the decay is that of its combs, -3 length / log10(0.7 + 0.28 room), within 10 %; at 44.1, 48 and
        96 kHz it differs by 5 % at most, and octaves by 1.5 dB.
    Source: Jezar at Dreampoint, Freeverb (public domain), 2000; M. R. Schroeder, Natural Sounding Artificial
        Reverberation, 1962.

    Example:
        def hall(left, right, room=dspc.param(0.8, 0.0, 1.0)):
            return freeverb(left, right, room)

    Plot: waveform
    """
    left, right = pair(left, right)
    both, back = 0.015 * (left + right), 0.7 + 0.28 * clamp(room, 0.0, 1.0)
    pole = pow(0.4 * clamp(damping, 0.0, 1.0), 44_100 / sample_rate())

    def comb(samples: Signal) -> Signal:
        def loop(written: Signal, damped: Signal) -> tuple[Signal, Signal, Signal]:
            late = delay(written, samples - 1)
            damped = late + pole * (damped - late)
            return both + back * damped, damped, late

        return loop_of(loop, (0.0, 0.0))[2]

    def side(spread: Signal) -> Signal:
        y = bank([n / 44_100 for n in COMBS], lambda seconds: comb(whole(seconds + spread))).sum()
        for n in ALL_PASSES:
            y = _jezar(y, whole(n / 44_100 + spread))
        return 3.0 * y

    a, b = bank((0.0, SPREAD / 44_100), side).stack()
    own, other = 0.5 + 0.5 * width, 0.5 - 0.5 * width
    return Stereo(blended(left, own * a + other * b, mix), blended(right, own * b + other * a, mix))


def _jezar(x: Signal, samples: Signal) -> Signal:
    """Jezar's all-pass, which is one only nearly."""

    def loop(written: Signal) -> tuple[Signal, Signal]:
        late = delay(written, samples - 1)
        return x + 0.5 * late, late - x

    return loop_of(loop, (0.0,))[1]


# --- Dattorro's plate -------------------------------------------------------------------------------

PLATE = 29_761
"""Hz, the rate that the plate's lengths are given at."""
DIFFUSERS = ((142, 0.75), (107, 0.75), (379, 0.625), (277, 0.625))
HALVES = ((672, 4453, 1800, 3720), (908, 4217, 2656, 3163))
"""Samples of a half's moving all-pass, delay, all-pass, delay."""
ACROSS = ((353, 3627, 1228, 2673), (266, 2974, 1913, 1996))
"""Where the other side's output listens to a half, twice to the first delay, to the all-pass, to the last delay."""
OWN = ((1990, 187, 1066), (2111, 335, 121))
"""Where its own side's output listens: each once, and turned over."""
EXCURSION = 16
ROUND = sum(map(sum, HALVES)) / PLATE
"""Seconds once round both halves, in which a sound is turned down four times."""
HELD = 1.09
"""The all-passes hold some of it longer: it decays as if the way were this much longer, as measured."""


@scope("dattorro", whole_arrays=True)
def dattorro(
    left: Operand,
    right: Operand | None = None,
    decay: Operand = 2.0,
    damping: Operand = 6000.0,
    bandwidth: Operand = 12_000.0,
    predelay: Operand = 0.0,
    rate: Operand = 1.0,
    depth: Operand = 0.5,
    mix: Operand = 0.3,
) -> Stereo:
    """Dattorro's plate: four diffusers, then a figure of eight of moving all-passes and delays.

    Args:
        left, right: the channels, of which the plate hears the sum; without the right one the left is both, or an array
            of both.
        decay: seconds in which the middle falls by 60 dB.
        damping: Hz, the low-pass in each half of the loop.
        bandwidth: Hz, the low-pass before the plate.
        predelay: seconds before it, 0 to 0.5; fixed or moving.
        rate: Hz, at which the two all-passes sway.
        depth: 0 to 1, how far: 1 is 0.54 ms; what is beyond is clamped.
        mix: 0 for the signal alone, 1 for the plate alone.
    Returns: left, right.
    Bounds: undamped, the decay is the asked one within 10 % from 1 s on, 25 % from 0.5 s on; at 44.1, 48 and 96 kHz it
        differs by 5 % at most, and octaves by 1.5 dB.
    Source: J. Dattorro, Effect Design, Part 1: Reverberator and Other Filters, JAES 45 (9), 1997.

    Example:
        def plate(left, right, decay=dspc.param(2.0, 0.2, 20.0, unit="s", scale="log")):
            return dattorro(left, right, decay)

    Plot: waveform
    """
    left, right = pair(left, right)
    x = delay(one_pole(0.5 * (left + right), bandwidth), predelay * sample_rate(), max=0.5 * sample_rate())
    for samples, gain in DIFFUSERS:
        x, _ = all_pass(x, whole(samples / PLATE), gain)
    own, across = _tank(x, left_after(HELD * ROUND / 4, decay), damping, rate, clamp(depth, 0.0, 1.0))
    wet = [0.6 * (across[1 - side] - own[side]) for side in (0, 1)]
    return Stereo(blended(left, wet[0], mix), blended(right, wet[1], mix))


def _tank(x: Signal, gain: Signal, damping: Operand, rate: Operand, depth: Signal) -> tuple[Array, Array]:
    """What each half gives to its own and to the other side's output."""
    diffusion = clamp(gain + 0.15, 0.25, 0.5)
    first, second, third, last = (np.array(column) / PLATE for column in zip(*HALVES, strict=True))
    sway = 0.5 * EXCURSION / PLATE * depth * swaying(rate, 0.0), 0.5 * EXCURSION / PLATE * depth * swaying(rate, 0.25)

    def half(row: tuple[Signal, Signal]) -> tuple[Signal, Signal, Signal]:
        crossed, moving = row
        longest = (float(first.max()) + EXCURSION / PLATE) * sample_rate()
        y, _ = all_pass(x + crossed, (lanes(first) + moving) * sample_rate(), -0.7, longest)
        one = y
        y = gain * one_pole(delay(y, whole(lanes(second))), damping)
        y, two = all_pass(y, whole(lanes(third)), diffusion)
        lines = one, one, two, y
        signs = 1.0, 1.0, -1.0, 1.0
        across = [s * delay(v, _at(n)) for v, n, s in zip(lines, zip(*ACROSS, strict=True), signs, strict=True)]
        own = [delay(v, _at(n)) for v, n in zip(lines[1:], zip(*OWN, strict=True), strict=True)]
        return gain * delay(y, whole(lanes(last)) - 1), sum(own[1:], own[0]), sum(across[1:], across[0])

    def loop(ends: Array) -> tuple[Array, Array, Array]:
        crossed = stack([ends[1], ends[0]])
        made = bank(list(zip(crossed, sway, strict=True)), half)
        return made[0].stack(), made[1].stack(), made[2].stack()

    _, own, across = loop_of(loop, (np.zeros(2),))
    return own, across


def _at(samples: tuple[int, ...]) -> Signal:
    return whole(lanes([n / PLATE for n in samples]))


# --- ZITA-REV1 --------------------------------------------------------------------------------------

LINES = (0.153129, 0.210389, 0.127837, 0.256891, 0.174713, 0.192303, 0.125000, 0.219991)
"""Seconds of each line of the network, its all-pass included."""
DIFFUSION = (0.020346, 0.024421, 0.031604, 0.027333, 0.022904, 0.029291, 0.013458, 0.019123)
"""Seconds of that all-pass."""
FED = np.kron(np.eye(2), [0.3, -0.3, 0.3, -0.3])
"""What the left and the right channel give to each line: half of the lines are each one's."""
HEARD = np.array([[0.6, 0.0, 0.6, 0.0] * 2, [0.0, 0.6, 0.0, 0.6] * 2])
"""What is heard of each line on the left and on the right: every other one, of either channel's."""


def hadamard(n: int) -> NDArray[np.float64]:
    """The orthogonal matrix of Sylvester's construction; n is a power of two."""
    made = np.ones((1, 1))
    while len(made) < n:
        made = np.block([[made, made], [made, -made]]) / np.sqrt(2.0)
    return made


@scope("zita_rev1", whole_arrays=True)
def zita_rev1(
    left: Operand,
    right: Operand | None = None,
    decay: Operand = 2.0,
    low_decay: Operand = 3.0,
    crossover: Operand = 200.0,
    damping: Operand = 6000.0,
    predelay: Operand = 0.04,
    mix: Operand = 0.3,
) -> Stereo:
    """ZITA-REV1's hall: a feedback delay network of eight lines, each with an all-pass and its own decay of two bands.

    Args:
        left, right: the channels; without the right one the left is both, or an array of both.
        decay: seconds in which the middle falls by 60 dB.
        low_decay: seconds in which the bass does.
        crossover: Hz, between bass and middle.
        damping: Hz, where the sound falls in half the time of the middle.
        predelay: seconds before it, 0 to 0.2; fixed or moving.
        mix: 0 for the signal alone, 1 for the hall alone.
    Returns: left, right.
    Bounds: the decay is the asked one within 10 % in middle and bass, half of it at `damping` within 20 %; at
        44.1, 48 and 96 kHz it differs by 5 % at most, and octaves by 1.5 dB.
    Source: F. Adriaensen's ZITA-REV1 as J. O. Smith describes it, Physical Audio Signal Processing, Zita-Rev1;
        J.-M. Jot, A. Chaigne, Digital Delay Networks for Designing Artificial Reverberators, 1991.

    Example:
        def hall(left, right, decay=dspc.param(2.0, 0.2, 20.0, unit="s", scale="log")):
            return zita_rev1(left, right, decay)

    Plot: waveform
    """
    left, right = pair(left, right)
    early = [delay(x, predelay * sample_rate(), max=0.2 * sample_rate()) for x in (left, right)]
    fed, mixing = matrix(FED.T) @ early, matrix(hadamard(8))
    bass, treble = warped(crossover, sample_rate()), warped(damping, sample_rate())

    def line(row: tuple[Signal, ...]) -> tuple[Signal, Signal]:
        """Its end and, for the ears, the same before it is damped."""
        x, seconds, diffusion, gain = row
        y, _ = all_pass(x, whole(diffusion), gain)
        y = delay(y, whole(seconds) - whole(diffusion) - 1)
        return _two_bands(y, left_after(seconds, low_decay), left_after(seconds, decay), bass, treble), y

    def loop(lines: Array) -> tuple[Array, Array]:
        rows = zip(fed + mixing @ lines, LINES, DIFFUSION, [0.6, -0.6] * 4, strict=True)
        made = bank(list(rows), line)
        return made[0].stack(), made[1].stack()

    wet = matrix(HEARD) @ loop_of(loop, (np.zeros(8),))[1]
    return Stereo(blended(left, wet[0], mix), blended(right, wet[1], mix))


def _two_bands(x: Signal, low: Signal, middle: Signal, bass: Signal, treble: Signal) -> Signal:
    """Gains of the bass and the middle, and a low-pass that has the middle's gain once more where treble is damped.

    No less than a tenth, though: it would begin in the bass.
    """
    y = middle * x + (low - middle) * tpt_low(x, bass)
    return tpt_low(y, treble / sqrt(clamp(1.0 / (middle * middle) - 1.0, 1e-9, 99.0)))


def tpt_low(x: Signal, g: Signal) -> Signal:
    """A one-pole low-pass of the gain g = tan(pi cutoff / rate), which may be as large as it likes."""
    part = g / (1.0 + g)

    def loop(state: Signal) -> tuple[Signal, Signal]:
        v = (x - state) * part
        return state + 2.0 * v, state + v

    return loop_of(loop, (0.0,))[1]
