"""Recorded sounds that hosts give to a program's samples."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dspc.backends.host_errors import host_error
from dspc.backends.host_values import number
from dspc.frontend.literals import array_of, quoted

MOST_FRAMES = 2**30
SLOWEST, FASTEST = 1.0, 1e9
"""Rates of recordings, in Hz."""


@dataclass(frozen=True)
class Recording:
    """A sound, f32 [frames], and its rate in Hz."""

    data: NDArray[np.float32]
    rate: float

    @classmethod
    def of(cls, name: str, array: ArrayLike, rate: float) -> Recording:
        """Raises `HostError` DSP233 for what is no mono sound, DSP306 for a rate that is none."""
        given = array_of(array)
        sound: NDArray[Any] = np.zeros(0, object) if given is None else given
        if sound.ndim == 2 and sound.shape[0] == 1:
            sound = sound[0]
        if sound.ndim != 1 or not 0 < len(sound) <= MOST_FRAMES or sound.dtype.kind not in "fiub":
            shape = f"{sound.dtype} {list(sound.shape)}"
            raise host_error("DSP233", f"the sound for {name!r} is real numbers [frames], not {shape}",
                             "take one channel, array[0], or their mean, array.mean(0)")  # fmt: skip
        hertz = number(rate, "the rate of a sound")
        if not SLOWEST <= hertz <= FASTEST:
            raise host_error("DSP306", f"the rate of a sound is in {SLOWEST:g}..{FASTEST:g} Hz, not {hertz:g}",
                             "dspc.read gives the rate of a file")  # fmt: skip
        return cls(np.ascontiguousarray(sound, np.float32), hertz)


def unknown_sample(name: object, known: Sequence[str]) -> Exception:
    """The error for a sample that the program does not have."""
    close = difflib.get_close_matches(name if isinstance(name, str) else "", known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, close))}?" if close else f"it has {', '.join(known) or 'none'}"
    return host_error("DSP232", f"there is no sample {quoted(name)}", hint)


def as_table(ffi: Any, recordings: Sequence[Recording | None]) -> tuple[Any, list[Any]]:
    """`dspc_recording` for each sample, and what has to outlive it; without data the sample keeps its own."""
    keep = [ffi.from_buffer("float[]", r.data) if r is not None else ffi.NULL for r in recordings]
    rows = [(data, len(r.data), r.rate) if r is not None else (ffi.NULL, 0, 0.0)
            for data, r in zip(keep, recordings, strict=True)]  # fmt: skip
    return (ffi.new("dspc_recording[]", rows) if rows else ffi.NULL), keep
