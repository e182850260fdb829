"""Numbers and sounds that a program gives to an engine: each checked, each error at the user's line."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.backends.host_errors import host_error
from dspc.frontend.literals import array_of, describe, is_integer, is_number, plain, short, shown


def number(value: Any, what: str, code: str = "DSP306") -> float:
    """`value` as a float that is not NaN."""
    if not is_number(value):
        raise host_error(code, f"{what} is a number, not {describe(value)}", "convert it first")
    try:
        result = float(plain(value))
    except OverflowError:
        raise host_error(code, f"{what} is too large: {short(plain(value))}", "no float holds it") from None
    if math.isnan(result):
        raise host_error(code, f"{what} is NaN", "look for a 0/0 or a missing value where it comes from")
    return result


def unit(value: Any, what: str, code: str = "DSP306") -> float:
    """`value` as a float in 0..1."""
    result = number(value, what)
    if not 0.0 <= result <= 1.0:
        raise host_error(code, f"{what} is in 0..1, not {result:g}", "divide MIDI's 0..127 by 127")
    return result


def whole(value: Any, low: int, high: int, what: str, hint: str, code: str = "DSP305") -> int:
    """`value` as an integer in low..high."""
    if not is_integer(value) or not low <= value <= high:
        raise host_error(code, f"{what} is a whole number in {low}..{high}, not {shown(value)}", hint)
    return int(value)


def check_sample_rate(rate: Any) -> float:
    """A sample rate in Hz. Raises `HostError` DSP308 for what is none."""
    hertz = number(rate, "the sample rate", "DSP308")
    if not 1e3 <= hertz <= 1e6:
        raise host_error("DSP308", f"the sample rate is in 1,000..1,000,000 Hz, not {hertz:g}", "48_000 is usual")
    return hertz


def samples(x: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Real numbers as a contiguous array of a float type. Raises `HostError` DSP306 for anything else."""
    given = array_of(x)
    if given is None or given.dtype.kind not in "fiub":
        raise host_error("DSP306", "x is not an array of real numbers", f"give {dtype} samples")
    with np.errstate(over="ignore"):  # what is too large becomes infinite, which inputs take for silence
        return np.ascontiguousarray(given, dtype)
