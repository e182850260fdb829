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

Floats = NDArray[np.float32 | np.float64]
MOST_FRAMES = 2**30
"""Of all channels together."""
SLOWEST, FASTEST = 1.0, 1e9
"""Rates of recordings, in Hz."""


@dataclass(frozen=True)
class Recording:
    """A sound, [channels, frames] of the type of the engine's channels, and its rate in Hz."""

    data: Floats
    rate: float

    @classmethod
    def of(cls, name: str, array: ArrayLike, rate: float, channels: int, dtype: np.dtype[Any]) -> Recording:
        """A sound for a sample of so many channels; that of one channel is given to all of them.

        Raises `HostError` DSP233 for what is no such sound, DSP306 for a rate that is none.
        """
        hertz = number(rate, "the rate of a sound")
        if not SLOWEST <= hertz <= FASTEST:
            raise host_error("DSP306", f"the rate of a sound is in {SLOWEST:g}..{FASTEST:g} Hz, not {hertz:g}",
                             "dspc.read gives the rate of a file")  # fmt: skip
        given = array_of(array)
        sound: NDArray[Any] = np.zeros(0, object) if given is None else given
        frames = sound.shape[-1] if sound.ndim else 0
        fits = sound.ndim in (1, 2) and sound.shape[:-1] in ((), (1,), (channels,))
        if not fits or not 0 < frames * channels <= MOST_FRAMES or sound.dtype.kind not in "fiub":
            wanted = "[frames]" if channels == 1 else f"[{channels}, frames] or [frames]"
            raise host_error("DSP233", f"the sound for {name!r} is real numbers {wanted}, "
                             f"not {sound.dtype} {list(sound.shape)}",
                             "take one channel, array[0], or their mean, array.mean(0)")  # fmt: skip
        with np.errstate(over="ignore"):
            data = np.array(np.broadcast_to(sound, (channels, frames)), dtype, order="C")
        if not np.isfinite(data).all():
            raise host_error("DSP233", f"the sound for {name!r} holds NaN, infinity, or what {dtype} does not hold",
                             "replace it: np.nan_to_num(array)")  # fmt: skip
        return cls(data, hertz)


def index_of(name: object, known: Sequence[str]) -> int:
    """The number of a sample. Raises `HostError` DSP232 for one that the program does not have."""
    if isinstance(name, str) and name in known:
        return known.index(name)
    close = difflib.get_close_matches(name if isinstance(name, str) else "", known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, close))}?" if close else f"it has {', '.join(known) or 'none'}"
    raise host_error("DSP232", f"there is no sample {quoted(name)}", hint)


def as_table(ffi: Any, recordings: Sequence[Recording | None]) -> tuple[Any, list[Any]]:
    """`dspc_recording` for each sample, and what has to outlive it; without data the sample keeps its own."""
    keep = [ffi.from_buffer("float[]", r.data.view(np.uint8)) if r is not None else ffi.NULL for r in recordings]
    rows = [(data, r.data.shape[-1], r.rate) if r is not None else (ffi.NULL, 0, 0.0)
            for data, r in zip(keep, recordings, strict=True)]  # fmt: skip
    return (ffi.new("dspc_recording[]", rows) if rows else ffi.NULL), keep
