"""Dynamics. Levels and thresholds are in dBFS, times in seconds; the channels of an array get one gain."""

from __future__ import annotations

from typing import Any

from dspc.frontend import trace as tr
from dspc.frontend.library import (
    Array,
    Operand,
    Signal,
    abs,
    ahead,
    as_signal,
    clamp,
    feedback,
    log10,
    max,
    min,
    sample_rate,
    scope,
    select,
)
from dspc.frontend.literals import describe, is_integer
from dspc.stdlib.functions import on_or_off
from dspc.stdlib.levels import approach, share
from dspc.stdlib.loudness import BEYOND, true_peak
from dspc.stdlib.moving import moving_average, moving_max
from dspc.stdlib.tuning import db_to_gain

MARGIN = 1.0 / (BEYOND * 1.0292)
"""How far a limiter stays under its ceiling: for peaks between points, and 0.25 dB for those of the highest treble."""
SOFTEST = 1e-6
"""Levels below -120 dBFS are taken as this."""


def _size(x: Any) -> Signal:
    """The largest of a signal's, or an array's, channels."""
    return abs(x).max() if isinstance(x, Array) else abs(as_signal(x))


def _level(x: Any, key: Any) -> Signal:
    """In dBFS: of the key, if there is one; of the signal as long as the host has not connected the key's bus."""
    size = _size(x)
    if key is not None:
        connected = getattr(key, "connected", None)
        size = _size(key) if connected is None else select(connected, _size(key), size)
    return 20.0 * log10(max(size, SOFTEST))


def _rounded(over: Signal, knee: Operand) -> Signal:
    """How far a level is over a threshold, never negative: a parabola within half a knee on either side."""
    width = max(knee, 1e-3)
    inside = clamp(over + 0.5 * width, 0.0, width)
    return inside * inside / (2.0 * width) + max(over - 0.5 * width, 0.0)


def _smoothed(reduction: Signal, attack: Operand, release: Operand) -> Signal:
    """A reduction in decibels that comes with the attack and goes with the release, without a step between."""
    up, down = share(attack), share(release)
    held = feedback(lambda last: max(reduction, last + (reduction - last) * down))
    return feedback(lambda last: last + (held - last) * up)


@scope("compressor", whole_arrays=True)
def compressor(
    x: Operand | Array,
    threshold: Operand = -20.0,
    ratio: Operand = 4.0,
    attack: Operand = 0.005,
    release: Operand = 0.1,
    knee: Operand = 6.0,
    makeup: Operand = 0.0,
    key: Operand | Array | None = None,
) -> Any:
    """Feed-forward compressor: what is over the threshold comes out 1/ratio as far over it.

    Args:
        x: a signal, or an array of channels, which get one gain.
        threshold: dBFS.
        ratio: at least 1.
        attack: seconds in which 63 % of a gain reduction come.
        release: seconds in which 63 % of it go.
        knee: decibels round the threshold in which the ratio grows.
        makeup: decibels added.
        key: what is listened to instead of x: a signal, an array, or a side chain, which counts when it is connected.
    Bounds: the static curve is met within 0.01 dB, the times within 1 %.
    Source: D. Giannoulis, M. Massberg, J. Reiss, Digital Dynamic Range Compressor Design, JAES 60 (6), 2012: levels in
        decibels, the decoupled smooth peak detector.

    Example:
        def squeezed(x):
            return compressor(4 * x, threshold=-30.0, ratio=8.0, makeup=6.0)

    Plot: levels
    """
    over = _rounded(_level(x, key) - threshold, knee)
    reduction = _smoothed(over * (1.0 - 1.0 / max(ratio, 1.0)), attack, release)
    return x * db_to_gain(makeup - reduction)


@scope("expander", whole_arrays=True)
def expander(
    x: Operand | Array,
    threshold: Operand = -40.0,
    ratio: Operand = 2.0,
    attack: Operand = 0.002,
    release: Operand = 0.1,
    range: Operand = -60.0,
    key: Operand | Array | None = None,
) -> Any:
    """Downward expander: what is under the threshold comes out `ratio` times as far under it.

    Args:
        x: a signal, or an array of channels, which get one gain.
        threshold: dBFS.
        ratio: at least 1.
        attack: seconds in which 63 % of the way up are covered.
        release: seconds in which 63 % of the way down are covered.
        range: decibels; it is never turned down by more.
        key: what is listened to instead of x.
    Bounds: the static curve is met within 0.01 dB.
    Source: U. Zölzer, DAFX, ch. 4, expander.

    Example:
        def quieter_pauses(x):
            return expander(x, threshold=-30.0, ratio=3.0)

    Plot: levels
    """
    under = max(threshold - _level(x, key), 0.0)
    wanted = max(-under * (max(ratio, 1.0) - 1.0), range)
    return x * db_to_gain(approach(wanted, share(attack), share(release)))


@scope("gate", whole_arrays=True)
def gate(
    x: Operand | Array,
    threshold: Operand = -40.0,
    attack: Operand = 0.001,
    hold: Operand = 0.05,
    release: Operand = 0.1,
    range: Operand = -80.0,
    hysteresis: Operand = 6.0,
    key: Operand | Array | None = None,
) -> Any:
    """Noise gate: open while the level is over the threshold and a while after, shut otherwise.

    Args:
        x: a signal, or an array of channels, which get one gain.
        threshold: dBFS, at which it opens.
        attack: seconds in which 63 % of the way up are covered.
        hold: seconds that it stays open after the level fell.
        release: seconds in which 63 % of the way down are covered, in decibels.
        range: decibels, how loud it is when shut.
        hysteresis: decibels below the threshold at which it shuts.
        key: what is listened to instead of x.
    Source: U. Zölzer, DAFX, ch. 4, noise gate.

    Example:
        def clean(x):
            return gate(x, threshold=-30.0)

    Plot: levels
    """
    level = _level(x, key)
    held = hold * sample_rate()

    def listen(is_open: Signal, since: Signal) -> tuple[Signal, Signal]:
        loud = level > select(is_open, threshold - hysteresis, threshold)
        since = select(loud, 0.0, min(since + 1.0, 1e9))
        return loud | (is_open & (since <= held)), since

    is_open, _ = feedback(listen, (False, 1e9))
    wanted = select(is_open, 0.0, range)
    return x * db_to_gain(approach(wanted, share(attack), share(release), start=-80.0))


@scope("limiter", whole_arrays=True)
def limiter(
    x: Operand | Array, ceiling: Operand = -1.0, release: Operand = 0.1, lookahead: int = 96, link: bool = True
) -> Any:
    """True-peak limiter: nothing is over the ceiling, between the samples either. It looks ahead.

    The gain that each sample needs is known `lookahead` samples before; the mean over as many of the least gains that
    are needed is below each of them, and smooth.

    Args:
        x: a signal, or an array of channels, which get one gain.
        ceiling: dBTP.
        release: seconds in which 63 % of the gain come back.
        lookahead: samples, 48 to 4096; with 10 for the peaks between samples, they are the latency.
        link: whether the channels of an array get one gain.
    Bounds: no peak is over the ceiling at 16 times the rate, whatever comes in; a steady sine stays 0.4 dB below it.
    Source: ITU-R BS.1770-5, annex 2, for the peaks; a minimum filter and a mean over the same window.

    Example:
        def loud(x):
            return limiter(8 * x, ceiling=-1.0)

    Plot: waveform
    """
    if not is_integer(lookahead) or not 48 <= lookahead <= 4096:
        raise tr.fail("DSP442", f"a limiter looks 48 to 4096 samples ahead, not {describe(lookahead)}",
                      "a number that is known when the program is built, for example 96")  # fmt: skip
    peaks: Any = true_peak(x)  # type: ignore[arg-type]
    if on_or_off("link", link) and isinstance(peaks, Array):
        peaks = peaks.max()
    # One sample more on either side: what is between samples belongs to both.
    highest = moving_max(ahead(peaks, lookahead), lookahead + 2)
    needed = min(db_to_gain(ceiling) * MARGIN / max(highest, SOFTEST), 1.0)
    half = lookahead // 2
    gain = moving_average(moving_average(_recovering(needed, share(release)), half), lookahead - half)
    return x * gain


@scope("recovering")
def _recovering(needed: Operand, part: Operand) -> Signal:
    """A gain that is never above what is needed, and comes back little by little."""
    return feedback(lambda last: min(needed, last + (1.0 - last) * part), 1.0)
