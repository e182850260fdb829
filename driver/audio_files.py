"""Audio files: WAV with 16, 24 or 32 bits (32: float) and FLAC with 16 or 24, through libsndfile.

Samples are float32 [channels, frames], full scale being 1.0. An integer file holds `x * 2**(bits - 1)`,
rounded to the nearest integer, halves to even, without dither: the same samples always give the same file.
Reading divides by the same power of two, so that a file read and written again is unchanged.
"""

import hashlib
import io
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from dspc.driver.files import (
    STANDARD_STREAM,
    FileProblem,
    InputFileError,
    OutputFileError,
    check_writable,
    display_name,
    read_bytes,
    write_bytes,
)

__all__ = [
    "FileProblem",
    "InputFileError",
    "OutputFileError",
    "WriteReport",
    "check_output",
    "check_shape",
    "read_audio",
    "sample_hash",
    "write_audio",
]

SUBTYPES = {
    "WAV": {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"},
    "FLAC": {16: "PCM_16", 24: "PCM_24"},
}
FLAC_CHANNELS = 8
FLAC_RATE = 655_350
WAV_BYTES = 2**32 - 1024  # a WAV file counts its bytes in 32 bits
BLOCK_FRAMES = 65_536

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class WriteReport:
    """What became of the samples: how many were above full scale and cut, how many were NaN and became 0.

    Both are 0 for 32-bit float files, which hold every value. Exactly +1.0 is not counted: it becomes the
    largest integer, one step below.
    """

    clipped: int = 0
    not_a_number: int = 0


def read_audio(path: str | Path) -> tuple[Samples, int]:
    """All samples of a file (`-`: standard input), float32 [channels, frames], and its sample rate in Hz.

    The format is taken from the content: WAV, FLAC, AIFF, Ogg, MP3 and whatever else libsndfile knows.
    Raises InputFileError.
    """
    name = display_name(path, "input")
    data = read_bytes(path)
    if not data:
        raise InputFileError(f"{name}: is empty")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            frames = file.read(dtype="float32", always_2d=True)
            rate = file.samplerate
    except (soundfile.SoundFileError, TypeError) as error:
        reason = _libsndfile_reason(error)
        raise InputFileError(
            f"{name}: is not an audio file, or is damaged ({reason})", "WAV, FLAC, AIFF, Ogg and MP3 are read"
        ) from None
    if not len(frames):
        raise InputFileError(f"{name}: holds no samples")
    return np.ascontiguousarray(frames.T, dtype=np.float32), rate


def write_audio(
    path: str | Path, data: NDArray[np.float32 | np.float64], rate: float, *, bits: int = 24
) -> WriteReport:
    """Writes samples, float32 [channels, frames] or [frames], in the format of the path's suffix.

    float64 is rounded to float32. `-` is WAV on standard output. The file appears complete or not at all. Raises
    OutputFileError.
    """
    with np.errstate(over="ignore"):
        samples = np.atleast_2d(np.asarray(data, dtype=np.float32))
    format_name = check_output(path, bits)
    check_shape(path, samples.shape, rate, bits=bits)
    encoded, report = _encoded(path, format_name, samples, int(rate), bits)
    write_bytes(path, encoded)
    return report


def check_output(path: str | Path, bits: int = 24) -> str:
    """The format (WAV, FLAC) a path asks for; raises OutputFileError if it cannot be written.

    To be called before a long render, so that a wrong suffix or folder is known at once.
    """
    format_name = _format_of(path)
    name = display_name(path, "output")
    if format_name not in SUBTYPES:
        what = f"the suffix {Path(path).suffix} is not known" if format_name else "the name has no suffix"
        raise OutputFileError(f"{name}: {what}", "use .wav or .flac")
    if bits not in SUBTYPES[format_name]:
        supported = ", ".join(str(count) for count in SUBTYPES[format_name])
        hint = f"{format_name} takes {supported}"
        if format_name == "FLAC" and bits == 32:
            hint += "; float samples need .wav"
        raise OutputFileError(f"{name}: {format_name} does not take {bits} bits", hint)
    check_writable(path)
    return format_name


def check_shape(path: str | Path, shape: tuple[int, ...], rate: float, *, bits: int = 24) -> None:
    """Raises OutputFileError if the path's format cannot hold `shape` (channels, frames) at a rate in Hz."""
    name, format_name = display_name(path, "output"), _format_of(path)
    channels, frames = shape
    if not frames or not channels:
        raise OutputFileError(f"{name}: there are no samples to write")
    if not 1 <= rate < 2**31 or rate != int(rate):
        hint = "44100 and 48000 Hz are usual"
        raise OutputFileError(f"{name}: a file needs a whole sample rate, not {rate}", hint)
    if format_name == "FLAC" and channels > FLAC_CHANNELS:
        hint = f"at most {FLAC_CHANNELS}; write .wav"
        raise OutputFileError(f"{name}: FLAC does not take {channels} channels", hint)
    if format_name == "FLAC" and rate > FLAC_RATE:
        hint = f"at most {FLAC_RATE} Hz; write .wav"
        raise OutputFileError(f"{name}: FLAC does not take a rate of {int(rate)} Hz", hint)
    if format_name == "WAV" and channels * frames * bits // 8 > WAV_BYTES:
        hint = "write .flac, or render less at a time"
        raise OutputFileError(f"{name}: WAV cannot hold more than 4 GiB", hint)


def sample_hash(data: Samples) -> str:
    """The SHA-256 of samples, for golden tests: of `channels`x`frames` as text, then of the float32 bits.

    [frames] counts as one channel; all NaNs are alike, +0 and -0 are not. Only float32 is taken: a hash of
    rounded values would hide differences.

    >>> sample_hash(np.zeros((2, 3), np.float32))[:16]
    'c9bea19349449a94'
    """
    if data.dtype != np.float32:
        raise TypeError(f"sample_hash takes float32, not {data.dtype}")
    samples = np.atleast_2d(data)
    digest = hashlib.sha256("x".join(str(length) for length in samples.shape).encode())
    canonical = np.where(np.isnan(samples), np.float32(np.nan), samples)
    digest.update(canonical.astype("<f4").tobytes())
    return digest.hexdigest()


def _format_of(path: str | Path) -> str:
    """The suffix in capitals; `-` is WAV."""
    return "WAV" if str(path) == STANDARD_STREAM else Path(path).suffix[1:].upper()


def _encoded(
    path: str | Path, format_name: str, samples: Samples, rate: int, bits: int
) -> tuple[bytes, WriteReport]:
    """The bytes of the whole file, made in memory: only complete files are ever written."""
    buffer = io.BytesIO()
    clipped = not_a_number = 0
    channels, frames = samples.shape
    subtype = SUBTYPES[format_name][bits]
    try:
        with soundfile.SoundFile(buffer, "w", rate, channels, subtype, format=format_name) as file:
            for start in range(0, frames, BLOCK_FRAMES):
                block = samples[:, start : start + BLOCK_FRAMES].T
                if bits != 32:
                    clipped += int(np.count_nonzero(np.abs(block) > 1.0))
                    not_a_number += int(np.count_nonzero(np.isnan(block)))
                    block = _integers(block, bits)
                file.write(np.ascontiguousarray(block))
    except soundfile.SoundFileError as error:
        reason = _libsndfile_reason(error)
        raise OutputFileError(f"{display_name(path, 'output')}: cannot be encoded ({reason})") from None
    encoded = buffer.getvalue()
    return _without_time(encoded) if subtype == "FLOAT" else encoded, WriteReport(clipped, not_a_number)


def _integers(block: Samples, bits: int) -> NDArray[np.int16] | NDArray[np.int32]:
    """Rounded integers, halves to even; 24 bits stand at the top of 32, as libsndfile takes them."""
    scale = 2.0 ** (bits - 1)
    exact = np.nan_to_num(block.astype(np.float64) * scale, nan=0.0, posinf=scale, neginf=-scale)
    rounded = np.clip(np.rint(exact), -scale, scale - 1.0)
    if bits == 16:
        return rounded.astype(np.int16)
    return rounded.astype(np.int32) << np.int32(32 - bits)


def _without_time(encoded: bytes) -> bytes:
    """Clears the time of writing, which libsndfile puts into the PEAK chunk of a float WAV file."""
    chunk = encoded.find(b"PEAK", 12, 128)
    if chunk < 0:
        return encoded
    time_at = chunk + 12  # after name, size and version
    return encoded[:time_at] + struct.pack("<I", 0) + encoded[time_at + 4 :]


def _libsndfile_reason(error: Exception) -> str:
    """libsndfile's own words, without the name of a buffer that the user never saw."""
    return str(getattr(error, "error_string", error)).rstrip(".")
