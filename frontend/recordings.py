"""Audio files as arrays, for tables and for whatever else a program computes when it is built."""

from __future__ import annotations

import io
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr
from dspc.frontend.guard import declaring
from dspc.frontend.literals import describe
from dspc.frontend.places import user_frame

Recording = tuple[NDArray[np.float32], int]


def _silence() -> Recording:
    return np.zeros((1, 1), np.float32), 48_000


@declaring(_silence)
def read(path: str | os.PathLike[str]) -> Recording:
    """An audio file: float32 [channels, frames], full scale being 1.0, and its sample rate in Hz.

    WAV, FLAC, AIFF, Ogg, MP3 and whatever else libsndfile knows. A relative path starts at the folder of the file
    that calls this. Raises `DspError` DSP253 for a file that there is not or that cannot be opened, DSP254 for one
    that holds no audio.
    """
    given: Any = path
    if not isinstance(given, str | os.PathLike):
        raise tr.fail("DSP253", f"an audio file has a path, not {describe(given)}", 'dspc.read("kick.wav")')
    samples, rate = _decoded(_bytes_of(beside_caller(Path(path)), path), path)
    if not samples.size:
        raise tr.fail("DSP254", f"{path} holds no samples", "record something into it")
    return np.ascontiguousarray(samples.T), rate


def beside_caller(path: Path) -> Path:
    """A path that the user gave, from the folder of the file that calls."""
    frame = user_frame(1)
    source = Path(frame.f_code.co_filename) if frame is not None else Path()
    return source.resolve().parent / path if source.is_file() else path  # a notebook's cell is no file


def _bytes_of(file: Path, path: Any) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise tr.fail("DSP253", f"there is no file {path}", f"it was looked for in {file.parent}") from None
    except IsADirectoryError:
        raise tr.fail("DSP253", f"{path} is a folder", "name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise tr.fail("DSP253", f"{path} cannot be read: {reason}", "look at its name and its permissions") from None


def _decoded(data: bytes, path: Any) -> Recording:
    """All samples, [frames, channels], and the rate."""
    soundfile: Any = import_module("soundfile")  # late: most programs read no files
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as audio:
            return audio.read(dtype="float32", always_2d=True), int(audio.samplerate)
    except (soundfile.SoundFileError, TypeError) as error:
        reason = str(getattr(error, "error_string", error)).rstrip(".")
        raise tr.fail("DSP254", f"{path} is no audio file, or is damaged: {reason}",
                      "WAV, FLAC, AIFF, Ogg and MP3 are read") from None  # fmt: skip
