"""Delays: a signal as it was some samples ago."""

from __future__ import annotations

import math

from xdsl.dialects.builtin import FloatAttr, IntAttr, StringAttr, f64

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.guard import guarded, over_arrays
from dspc.frontend.lengths import Length, length_of
from dspc.frontend.literals import describe, fits_a_float, is_integer, is_number, is_one_of, plain, quoted, short
from dspc.frontend.operators import Operand
from dspc.frontend.signal import (
    FLOATS,
    Signal,
    add,
    as_signal,
    audio_float,
    convert,
    emit,
    floats,
    is_early,
    known,
    numeric,
    promote,
    rounded,
)

INTERPOLATIONS = dsp.DELAY_INTERPOLATIONS
LONGEST = 2**28
"""Samples that a delay line has at most, at the highest rate."""


@over_arrays
@guarded
def delay(
    x: Operand,
    samples: Operand,
    *,
    min: Operand = 0,
    max: Operand = None,
    interpolation: str | None = None,
) -> Signal:
    """`x` as it was `samples` ago (clamped to [min, max]); at first 0.

    `max` is needed when `samples` changes: a number of samples, or a multiple of `dspc.sample_rate`; `min` is
    one too. Integers are not interpolated ("none", which floors), other delays are, linearly by default. "cubic"
    (Catmull-Rom), "lagrange3" and "lagrange5" take 4, 4 and 6 samples round the position, or those nearest to it
    that there are. "thiran" is an all-pass of order 1: no treble is lost, but it answers a jump of the length with
    a transient; lengths below 0.5 become the nearer of 0 and 0.5. Raises `DspError` DSP140 for a length that
    cannot be, DSP141 for another interpolation, DSP142 for a missing `max`.

    >>> half_a_second = delay(noise(), 0.5 * sample_rate())
    """
    source = as_signal(x, "input of delay")
    at = numeric(as_signal(samples, "length of a delay"))
    _check_number(samples)
    if interpolation is not None and not is_one_of(interpolation, INTERPOLATIONS):
        names = [f'"{name}"' for name in INTERPOLATIONS]
        raise tr.fail("DSP141", f"a delay's interpolation is not {quoted(interpolation)}",
                      f"use {', '.join(names[:-1])} or {names[-1]}")  # fmt: skip
    if is_integer(known(samples)) and known(samples) == 0 and max is None and known(min) == 0:
        return source
    longest, least = _limits(at, min, max)
    mode = interpolation or ("linear" if at.element in FLOATS else "none")
    at = _kept_within(at, min, max)
    if mode != "none" and source.element not in FLOATS:
        source = convert(source, audio_float())
    source, at = rounded(source), _position(at, mode)
    return add(dsp.DelayOp.create(
        operands=(source.ssa, at.ssa),
        result_types=(signal(source.element, "audio"),),
        properties={
            "max_samples": IntAttr(longest.whole[0]),
            "max_seconds": FloatAttr(longest.whole[1], f64),
            "min_samples": IntAttr(least),
            "interpolation": StringAttr(mode),
        },
    ))  # fmt: skip


def _check_number(samples: Operand) -> None:
    number = known(samples)
    if number is not None and not 0 <= number <= LONGEST:
        raise tr.fail("DSP140", f"a delay is 0 to 2^28 samples long, not {short(number)}",
                      "a signal's future is not known: delay what is to come first" if number < 0 else
                      "shorten it")  # fmt: skip


def _limits(at: Signal, shortest: Operand, longest: Operand) -> tuple[Length, int]:
    """The longest delay, and a number of samples that the delay is never below."""
    own = length_of(at.ssa)
    if own is not None and own.most < 0:
        raise tr.fail("DSP140", "a delay of less than 0 samples", "delay what is to come first")
    low = _length(shortest, "shortest")
    high = _length(longest, "longest") if longest is not None else own
    if high is None:
        what = "is no multiple of dspc.sample_rate" if is_early(at.rate) else "changes"
        raise tr.fail("DSP142", f"a delay that {what} needs a longest one: its memory is laid out at prepare",
                      "pass max=, a number of samples or a multiple of dspc.sample_rate")  # fmt: skip
    if high.most > LONGEST:
        raise tr.fail("DSP140", "a delay of more than 2^28 samples at the highest rate", "shorten max=")
    if low.least > high.most:
        raise tr.fail("DSP140", f"the shortest delay ({short(low.least)}) is longer than the longest ({high.most:g})",
                      "swap min= and max=")  # fmt: skip
    least = low.least if own is None or own.least < low.least else own.least
    return high, least if least < high.least else high.least


def _length(value: Operand, what: str) -> Length:
    """A limit. Raises DSP140 if it is negative, DSP142 if it is not known at prepare."""
    number = plain(value) if is_number(value) else None
    if number is not None and not fits_a_float(number):
        raise tr.fail("DSP140", f"the {what} delay is 0 to 2^28 samples long, not {short(number)}", "shorten it")
    length = Length(number, number) if number is not None else length_of(as_signal(value, f"{what} delay").ssa)
    if length is None or not math.isfinite(length.most):
        raise tr.fail("DSP142", f"the {what} delay is known at prepare, {describe(value)} is not",
                      "give a number of samples, or a multiple of dspc.sample_rate")  # fmt: skip
    if length.most < 0 or length.exact and length.low < 0:
        raise tr.fail("DSP140", f"the {what} delay is less than 0 samples", "give a number of samples, 0 or more")
    return length


def _kept_within(at: Signal, shortest: Operand, longest: Operand) -> Signal:
    """The delay, kept within limits that are no whole numbers of samples; the primitive sees to others."""
    if not _is_whole(shortest):
        at = emit("max", *reversed(_beside(at, "ceil", shortest)))  # so that NaN becomes the limit
    if longest is not None and not _is_whole(longest):
        at = emit("min", *_beside(at, "floor", longest))
    return at


def _is_whole(limit: Operand) -> bool:
    return is_number(limit) and float(plain(limit)).is_integer()


def _beside(at: Signal, rounding: str, limit: Operand) -> list[Signal]:
    """A delay and its limit in one type: integers are limited to a whole number."""
    if at.element in FLOATS:
        return promote(at, limit)
    return [at, convert(emit(rounding, *floats(limit)), at.element)]


def _position(at: Signal, mode: str) -> Signal:
    """The delay as the primitive reads it: a float, which it floors if it does not interpolate, or i32."""
    if mode != "none":
        return at if at.element in FLOATS else convert(at, audio_float())
    return at if at.element == audio_float() else convert(emit("floor", at) if at.element == "f64" else at, "i32")
