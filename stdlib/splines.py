"""Curves through samples that are known when the program is built: cubic B-splines, exact at their frequencies.

A B-spline damps what it interpolates by sinc(x)^4, x being the frequency relative to the table's rate. The table's
samples are raised by as much, so that only the images remain: (x / (1 - x))^4, 38 dB down at a quarter of the rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dspc.frontend import trace as tr
from dspc.frontend.library import Operand, Signal, Table, abs, as_signal, ceil, clamp, i32, log2, max, min, sample_rate
from dspc.frontend.literals import describe

Samples = NDArray[np.float64]

HEARD = 20_000.0
"""Hz: what folds back to above this is not heard."""
BEFORE, AFTER = 1, 2
"""Samples that the spline takes beside the one at whose position it is read, and behind it."""
MOST = 1 << 20
"""Samples that may be given: a recording of 20 seconds. They become part of the program."""


def raised(bins: NDArray[np.complex128], size: int, count: int, through: bool = False) -> Samples:
    """Rows of `size` samples with these bins, of rows of `count`; they are raised for the spline.

    So that frequencies have their levels; or so that the curve goes `through` the samples, with 0.1 dB less at a
    quarter of the table's rate.
    """
    turns = np.arange(bins.shape[1]) / size
    damping = (2.0 + np.cos(2.0 * np.pi * turns)) / 3.0 if through else np.sinc(turns) ** 4
    return np.fft.irfft(bins / damping, size) * (size / count)


def spline(table: Table, index: Signal, behind: Signal) -> Signal:
    """The curve at `behind`, in [0, 1), after the sample at `index` + BEFORE, an i32."""
    t, rest = behind, 1.0 - behind
    first, last = rest * rest * rest * (1.0 / 6.0), t * t * t * (1.0 / 6.0)
    second = (2.0 / 3.0) - t * t * (1.0 - 0.5 * t)
    third = (2.0 / 3.0) - rest * rest * (1.0 - 0.5 * rest)
    a, b, c, d = (table.at(index + k) for k in range(4))
    return (first * a + second * b) + (third * c + last * d)


def audible(limit: Operand) -> Signal:
    """The level at which a table has to be read: how many times its frequencies are to be halved.

    `limit` is the highest frequency of level 0, in cycles a sample. At rates below 56 kHz it may lie between half the
    rate and 28 kHz, if it folds back to above 20 kHz: the brighter level is heard, its aliases are not.
    """
    rate = sample_rate()
    room = max(0.5, min(1.0 - HEARD / rate, (48_000.0 - HEARD) / rate))
    return log2(max(abs(as_signal(limit)), 1e-9) / room)


def level_of(halvings: Signal, count: int) -> Signal:
    """The first of `count` levels that is low enough, an i32."""
    return i32(clamp(ceil(halvings), 0.0, count - 1.0))


def checked(given: Any, least: int, what: str, example: str) -> Samples:
    """An array of one row or several. Raises `DspError` DSP291 for what is none, or for numbers that are not finite."""
    try:
        rows = np.atleast_2d(np.asarray(given))
        fits = rows.ndim == 2 and rows.shape[1] >= least and rows.size <= MOST and rows.dtype.kind in "ifub"
    except ValueError:
        rows, fits = np.zeros((1, 1)), False
    if not fits:
        shown = f"an array of shape {np.shape(given)}" if isinstance(given, np.ndarray) else describe(given)
        raise tr.fail("DSP291", f"{what} is an array, {example}, with at least {least} samples in a row and at most "
                      f"{MOST} in all, not {shown}", "make it with numpy, or take it from dspc.read(path)")  # fmt: skip
    if not np.isfinite(rows).all():
        raise tr.fail("DSP291", f"{what} holds NaN or infinity", "look at the Python code that computes it")
    return rows.astype(np.float64)


def laid_out(levels: Sequence[Samples]) -> tuple[Samples, list[int], list[int]]:
    """All levels one after the other, where each starts, and how long a row is in it."""
    starts = np.cumsum([0] + [level.size for level in levels[:-1]])
    return np.concatenate([level.ravel() for level in levels]), starts.tolist(), [level.shape[1] for level in levels]


def closed(rows: ArrayLike) -> Samples:
    """Rows of periods, with the samples that the spline takes beyond their ends."""
    return np.pad(np.asarray(rows, np.float64), ((0, 0), (BEFORE, AFTER)), mode="wrap")
