"""Loudness as ITU-R BS.1770-5 measures it, and peaks between samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr
from dspc.frontend.library import (
    Array,
    Operand,
    Signal,
    abs,
    ahead,
    as_signal,
    bank,
    delay,
    feedback,
    floor,
    i32,
    log10,
    matrix,
    max,
    round,
    sample_rate,
    scope,
    select,
    stack,
    when,
)
from dspc.frontend.literals import array_of, describe
from dspc.stdlib.functions import warped
from dspc.stdlib.state_variable import second_order

# --- between samples ------------------------------------------------------------------------------

PHASES, REACH = 8, 10
"""Points for each sample, and the samples on either side that each is made of."""
KAISER = 5.0
"""The window's shape: as far as this reach allows, up to half the rate."""
BEYOND = 1.0 / math.cos(math.pi / (2 * PHASES))
"""No signal below half the rate is larger between its points at PHASES times the rate than this times the largest."""


def _interpolator() -> NDArray[np.float64]:
    """[phase, sample]: a windowed sinc for each point between two samples, of the samples oldest last."""
    late = np.arange(2 * REACH + 1)
    at = late[None, :] - REACH + np.arange(PHASES)[:, None] / PHASES
    window = np.i0(KAISER * np.sqrt(np.clip(1 - (at / (REACH + 1)) ** 2, 0, None))) / np.i0(KAISER)
    taps = np.sinc(at) * window
    return taps / taps.sum(1, keepdims=True)


@scope("true_peak")
def true_peak(x: Operand) -> Signal:
    """The signal's size between this sample and the next: the largest of eight points. It looks 10 samples ahead.

    Args:
        x: the signal.
    Bounds: reads a sine of up to 0.45 of the rate with an error of at most 0.2 dB.
    Source: ITU-R BS.1770-5, annex 2; the interpolator is a sinc under a Kaiser window.

    Example:
        def over(x):
            return true_peak(4 * x)

    Plot: waveform
    """
    source = as_signal(x)
    history = bank(2 * REACH + 1, lambda n: delay(source, n, max=2 * REACH)).stack()
    points: Any = matrix(_interpolator()) @ history
    return ahead(abs(points).max(), REACH)


# --- loudness -------------------------------------------------------------------------------------

SHELF_HZ, SHELF_Q, SHELF_DB = 1681.974450955533, 0.7071752369554196, 3.999843853973347
SHELF_BAND = 0.4996667741545416
"""The analogue shelf whose bilinear transform at 48 kHz is the standard's: its band-pass has this part of the gain."""
LOW_HZ, LOW_Q, LOW_GAIN = 38.13547087602444, 0.5003270373238773, 1.0049948
"""The high-pass; the standard does not scale its numerator, hence the gain."""
STEPS = 10
"""Steps a second: the 400 ms of a block overlap by 75 %."""
LOWEST, HIGHEST, BINS_PER_LU = -70, 10, 10
OVER = {"momentary": 4, "short": 30}
"""Steps of each window."""


def _weighted(x: Signal) -> Signal:
    """K weighting: a shelf for the head, a high-pass."""
    gain = 10 ** (SHELF_DB / 20)
    high, band, low = second_order(x, warped(SHELF_HZ, sample_rate()), 1.0 / SHELF_Q)
    shelved = low + (gain**SHELF_BAND / SHELF_Q) * band + gain * high
    return second_order(shelved, warped(LOW_HZ, sample_rate()), 1.0 / LOW_Q).high * LOW_GAIN


def _lufs(power: Signal) -> Signal:
    return 10.0 * log10(max(power, 1e-12)) - 0.691


@scope("lufs", whole_arrays=True)
def lufs(
    x: Operand | Array | Sequence[Operand], over: str = "momentary", weights: Sequence[float] | None = None
) -> Signal:
    """Loudness in LUFS, ten times a second: -23 for a stereo sine of 1 kHz at -23 dBFS. At least -120.69.

    "momentary" is that of the last 0.4 s, "short" of the last 3 s, "integrated" since the start (or a reset), without
    what is 10 LU softer than the whole, or than -70 LUFS.

    Args:
        x: a signal, or an array of channels.
        over: "momentary", "short" or "integrated".
        weights: of each channel; 1 for left, right and centre, 1.41 for surround, 0 for LFE. All 1 if not given.
    Bounds: within 0.1 LU of ITU-R BS.1770-5 at 44.1, 48, 96 and 192 kHz.
    Source: ITU-R BS.1770-5; EBU Tech 3341. B. Neunaber's analogue prototypes of the filters.

    Example:
        def meter(left, right):
            return lufs([left, right]) / 100 + 1
    """
    if over not in (*OVER, "integrated"):
        raise tr.fail("DSP441", f"loudness is not measured over {describe(over)}",
                      'over="momentary", "short" or "integrated"')  # fmt: skip
    channels = stack(list(x)) if isinstance(x, list | tuple) else x if isinstance(x, Array) else stack([x])
    gains = np.ones(len(channels)) if weights is None else array_of(weights)
    if gains is None or gains.dtype.kind not in "iuf" or gains.ndim != 1 or not np.isfinite(gains).all():
        raise tr.fail("DSP441", f"weights are a list of finite numbers, not {describe(weights)}", "weights=[1.0, 1.0]")
    if len(gains) != len(channels):
        raise tr.fail("DSP441", f"{len(gains)} weights for {len(channels)} channels", "one for each channel")
    shares = stack([as_signal(float(g)) for g in gains])
    weighted = bank(len(channels), lambda i: _weighted(channels[i])).stack()
    power = (weighted * weighted * shares).sum()
    length = i32(round(sample_rate() / STEPS))

    def gather(total: Signal, count: Signal) -> tuple[Signal, Signal, Signal]:
        begins = count == 0
        total = select(begins, power, total + power)
        return total, select(count + 1 >= length, 0, count + 1), count + 1 >= length

    total, _, due = feedback(gather, (0.0, 0))
    mean = total / length
    steps = OVER.get(over, 4)

    def step() -> Signal:
        window = bank(steps, lambda n: delay(mean, n, max=steps - 1)).sum() * (1.0 / steps)
        return _lufs(window if over in OVER else _integrated(window))

    def hold(last: Signal) -> Signal:
        return select(due, when(due, step), last)

    return feedback(hold, -120.691)


def _integrated(power: Signal) -> Signal:
    """The mean power of the blocks so far that are loud enough: they are kept in bins of 0.1 LU."""
    count = (HIGHEST - LOWEST) * BINS_PER_LU
    at = i32(floor((_lufs(power) - LOWEST) * BINS_PER_LU))
    full = feedback(lambda filled: select(filled < 4, filled + 1, 4), 0) >= 4  # the first whole block

    def add(counts: Any, powers: Any) -> tuple[Any, Any]:
        def one(i: Signal) -> tuple[Any, Any]:
            hit = (at == i) & full
            return counts[i] + select(hit, 1.0, 0.0), powers[i] + select(hit, power, 0.0)

        c, p = bank(count, one)
        return c.stack(), p.stack()

    counts, powers = feedback(add, (np.zeros(count), np.zeros(count)))

    def loud(least: Operand) -> Signal:
        number, sum_ = bank(count, lambda i: tuple(select(i >= least, v[i], 0.0) for v in (counts, powers)))
        return sum_.sum() / max(number.sum(), 1.0)

    relative = i32(floor((_lufs(loud(0)) - 10.0 - LOWEST) * BINS_PER_LU))
    return loud(max(relative, 0))
