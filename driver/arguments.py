"""What `dspc.compile` and `dspc.render` are given: checked before anything is computed, at the user's line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from dspc.backends import Backend, backend_names, choose_backend, get_backend
from dspc.backends.host_errors import host_error
from dspc.backends.host_values import number
from dspc.driver.files import InputFileError
from dspc.frontend.literals import array_of, describe, is_integer, shown

if TYPE_CHECKING:
    from dspc.driver.midi_files import MidiSong

LONGEST_SECONDS = 1e6
_BACKEND = ("missing", "width", "text", "load")
"""Methods that tell a backend from other things."""


def resolve(backend: str | Backend) -> tuple[Backend, str]:
    """A backend by name, and why it was chosen. Raises `HostError` DSP322 for what is neither."""
    if isinstance(backend, str):
        return choose_backend() if backend == "auto" else (get_backend(backend), f"{backend}: as asked")
    if not all(callable(getattr(type(backend), method, None)) for method in _BACKEND):
        raise host_error("DSP322", f"a backend has a name, {describe(backend)} is none",
                         f"choose auto, {', '.join(backend_names())}")  # fmt: skip
    return backend, backend.name


def as_audio(x: Any) -> NDArray[Any] | None:
    """An input as [frames] or [channels, frames] of real numbers, of whatever type; None stays.

    Raises `HostError` DSP306 for what is no array of numbers, DSP302 for another number of dimensions.
    """
    if x is None:
        return None
    audio = array_of(x)
    if audio is None or audio.dtype.kind not in "fiub":
        raise host_error("DSP306", f"the input is an array of real numbers, not {describe(x)}", "give float32 samples")
    if audio.ndim not in (1, 2):
        shape = f"[{', '.join(map(str, audio.shape))}]"
        raise host_error("DSP302", f"the input is [frames] or [channels, frames], not {shape}", "np.zeros((2, 48_000))")
    return audio


def check_block(block: Any, name: str) -> None:
    """Raises `HostError` DSP324 unless it is a number of samples."""
    if not is_integer(block) or block < 1:
        raise host_error("DSP324", f"{name} is a number of samples, not {shown(block)}", "for example 512")


def check_seconds(seconds: Any) -> None:
    """Raises `HostError` DSP325 unless it is a length, or None."""
    if seconds is not None and not 0 <= number(seconds, "seconds", "DSP325") <= LONGEST_SECONDS:
        raise host_error("DSP325", f"{shown(seconds)} seconds cannot be rendered", "give a length of 0 or more")


def check_tail(tail: Any) -> None:
    """Raises `HostError` DSP325 unless it says whether."""
    if not isinstance(tail, bool | np.bool_):
        raise host_error("DSP325", f"tail is True or False, not {describe(tail)}",
                         "tail=True appends what still sounds after the input")  # fmt: skip


def as_params(params: Any) -> Mapping[str, float | str]:
    """Values by parameter. Raises `HostError` DSP306 for what is no dict."""
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        raise host_error("DSP306", f"params are values by id, not {describe(params)}", 'params={"cutoff": 800.0}')
    return cast(Mapping[str, float | str], params)


def as_song(midi: Any, rate: float) -> MidiSong:
    """A MIDI file. Raises `HostError` DSP326 for what is none."""
    from dspc.driver.midi_files import read_midi

    if not isinstance(midi, str | os.PathLike):
        raise host_error("DSP326", f"midi is the path of a file, not {describe(midi)}", 'midi="song.mid"')
    try:
        return read_midi(cast(str, os.fspath(cast(Any, midi))), rate)
    except InputFileError as error:
        raise host_error("DSP326", " ".join(error.message.split()), error.hint or "look at its name and what is in "
                         "it") from None  # fmt: skip
