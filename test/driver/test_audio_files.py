"""Audio files: exact round trips, errors in the user's words, nothing half-written."""

import hashlib
import io
import os
import resource
import signal
import stat
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from dspc.driver import audio_files
from dspc.driver.audio_files import (
    FileProblem,
    InputFileError,
    OutputFileError,
    WriteReport,
    check_output,
    read_audio,
    sample_hash,
    write_audio,
)

RATE = 48_000
NOBODY = 65_534
FORMATS = [("wav", 16), ("wav", 24), ("wav", 32), ("flac", 16), ("flac", 24)]


def some_audio(channels: int = 2, frames: int = 1000) -> NDArray[np.float32]:
    """Noise inside full scale."""
    return np.random.default_rng(1).uniform(-1, 1, (channels, frames)).astype(np.float32)


def rounded(x: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    """What an integer file should hold of `x`."""
    scale = 2.0 ** (bits - 1)
    return (np.clip(np.rint(x.astype(np.float64) * scale), -scale, scale - 1) / scale).astype(np.float32)


@pytest.mark.parametrize("suffix, bits", FORMATS)
def test_round_trip(tmp_path: Path, suffix: str, bits: int) -> None:
    """Float files hold the samples, integer files the nearest integers; a second trip changes nothing."""
    x = some_audio()
    path = tmp_path / f"x.{suffix}"
    assert write_audio(path, x, RATE, bits=bits) == WriteReport()
    y, rate = read_audio(path)
    assert rate == RATE and y.dtype == np.float32 and y.flags.c_contiguous
    np.testing.assert_array_equal(y, x if bits == 32 else rounded(x, bits))
    write_audio(tmp_path / f"again.{suffix}", y, rate, bits=bits)
    np.testing.assert_array_equal(read_audio(tmp_path / f"again.{suffix}")[0], y)


def test_subtypes_are_what_was_asked_for(tmp_path: Path) -> None:
    """The header says 16, 24 or float; 24 is the default."""
    for suffix, bits in FORMATS:
        write_audio(tmp_path / f"x.{suffix}", some_audio(), 44_100, bits=bits)
        info = soundfile.info(tmp_path / f"x.{suffix}")
        assert info.subtype == {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}[bits]
        assert (info.format, info.samplerate, info.channels) == (suffix.upper(), 44_100, 2)
    write_audio(tmp_path / "default.WAV", some_audio(), RATE)
    assert soundfile.info(tmp_path / "default.WAV").subtype == "PCM_24"


def test_long_files_keep_their_order(tmp_path: Path) -> None:
    """More than one block of the encoder, mono, given as [frames]."""
    x = some_audio(1, 2 * audio_files.BLOCK_FRAMES + 77)[0]
    write_audio(tmp_path / "x.wav", x, RATE, bits=32)
    np.testing.assert_array_equal(read_audio(tmp_path / "x.wav")[0], x[None])


def test_halves_round_to_even(tmp_path: Path) -> None:
    """Halfway between two integers, the even one."""
    steps = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997], np.float32)
    write_audio(tmp_path / "x.wav", steps / np.float32(2**15), RATE, bits=16)
    raw, _ = soundfile.read(tmp_path / "x.wav", dtype="int16")
    assert raw.tolist() == [0, 2, 2, 0, -2, 0]


def test_clipping_is_counted(tmp_path: Path) -> None:
    """Above full scale: cut and counted; NaN: 0 and counted; exactly full scale: not counted."""
    x = np.array([[1.0, -1.0, 1.0000001, -2.0, np.inf, np.nan, 0.25]], np.float32)
    for suffix, bits in (("wav", 16), ("wav", 24), ("flac", 16), ("flac", 24)):
        report = write_audio(tmp_path / f"x.{suffix}", x, RATE, bits=bits)
        assert report == WriteReport(clipped=3, not_a_number=1)
        top = 1 - 2.0 ** (1 - bits)
        assert read_audio(tmp_path / f"x.{suffix}")[0].tolist() == [[top, -1, top, -1, top, 0, 0.25]]
    assert write_audio(tmp_path / "float.wav", x, RATE, bits=32) == WriteReport()
    np.testing.assert_array_equal(read_audio(tmp_path / "float.wav")[0], x)


@pytest.mark.parametrize("suffix, bits", FORMATS)
def test_same_samples_same_file(tmp_path: Path, suffix: str, bits: int) -> None:
    """Byte for byte: no time of writing is in the file, as libsndfile would have it in float files."""
    for name in ("a", "b"):
        write_audio(tmp_path / f"{name}.{suffix}", some_audio(), RATE, bits=bits)
    data = (tmp_path / f"a.{suffix}").read_bytes()
    assert data == (tmp_path / f"b.{suffix}").read_bytes()
    if bits == 32 and (peak := data.find(b"PEAK", 0, 128)) >= 0:
        assert data[peak + 12 : peak + 16] == bytes(4)


def test_sample_hash() -> None:
    """Every sample, the sign of zero and the shape count; layout and kind of NaN do not."""
    x = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
    by_hand = hashlib.sha256(b"2x3" + struct.pack("<6f", 0, 0.25, 0.5, 0.75, 1, 1.25))
    assert sample_hash(x) == by_hand.hexdigest()
    assert sample_hash(x) == sample_hash(np.asfortranarray(x)) == sample_hash(x.astype(">f4").astype("=f4"))
    assert sample_hash(x[0]) == sample_hash(x[:1])
    assert len({sample_hash(y) for y in (x, x.reshape(3, 2), x.reshape(1, 6), -x, x[:, :2])}) == 5
    assert sample_hash(np.zeros(1, np.float32)) != sample_hash(-np.zeros(1, np.float32))
    nans = np.array([0x7FC00000, 0xFFC00001, 0x7F800001], np.uint32).view(np.float32)
    assert len({sample_hash(nans[i : i + 1]) for i in range(3)}) == 1
    with pytest.raises(TypeError, match="float64"):
        sample_hash(x.astype(np.float64))


def write_bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def encoded(x: NDArray[np.float32], format_name: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, x.T, RATE, format=format_name, subtype=subtype)
    return buffer.getvalue()


def test_reading_errors(tmp_path: Path) -> None:
    """Each says which file, and why."""
    flac = encoded(some_audio(), "FLAC", "PCM_16")
    cases = {
        "no such file": tmp_path / "none.wav",
        "is a folder, not a file": tmp_path,
        "is empty": write_bytes(tmp_path / "empty.wav", b""),
        "is not an audio file, or is damaged (Format not recognised)": write_bytes(
            tmp_path / "text.wav", b"once upon a time " * 9
        ),
        "is not an audio file, or is damaged (Error : flac decoder lost sync)": write_bytes(
            tmp_path / "half.flac", flac[: len(flac) // 2]
        ),
        "holds no samples": write_bytes(
            tmp_path / "silent.wav", encoded(np.zeros((2, 0), np.float32), "WAV", "PCM_16")
        ),
    }
    for message, path in cases.items():
        with pytest.raises(InputFileError) as caught:
            read_audio(path)
        assert caught.value.message == f"{path}: {message}"
        assert isinstance(caught.value, FileProblem)


def test_a_damaged_file_says_what_is_read(tmp_path: Path) -> None:
    """The text that a user sees, with its remedy."""
    path = write_bytes(tmp_path / "song.mid", b"MThd\0\0\0\6\0\0\0\1\1\xe0")
    with pytest.raises(InputFileError) as caught:
        read_audio(path)
    assert str(caught.value) == (
        f"{path}: is not an audio file, or is damaged (Format not recognised)\n"
        "    help: WAV, FLAC, AIFF, Ogg and MP3 are read"
    )


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFF000])
def test_wav_of_unknown_length(tmp_path: Path, length: int) -> None:
    """Programs that write into a pipe do not know the length in the header."""
    data = bytearray(encoded(some_audio(), "WAV", "PCM_16"))
    data[40:44] = length.to_bytes(4, "little")
    assert read_audio(write_bytes(tmp_path / "piped.wav", bytes(data)))[0].shape == (2, 1000)


@pytest.mark.parametrize(
    "name, bits, message, hint",
    [
        ("x.mp3", 24, "the suffix .mp3 is not known", "use .wav or .flac"),
        ("x", 24, "the name has no suffix", "use .wav or .flac"),
        ("x.flac", 32, "FLAC does not take 32 bits", "FLAC takes 16, 24; float samples need .wav"),
        ("x.wav", 8, "WAV does not take 8 bits", "WAV takes 16, 24, 32"),
    ],
)
def test_unsupported_formats(tmp_path: Path, name: str, bits: int, message: str, hint: str) -> None:
    """Refused before anything is written, with what is supported."""
    for attempt in (
        lambda path: write_audio(path, some_audio(), RATE, bits=bits),
        lambda path: check_output(path, bits),
    ):
        with pytest.raises(OutputFileError) as caught:
            attempt(tmp_path / name)
        assert (caught.value.message, caught.value.hint) == (f"{tmp_path / name}: {message}", hint)
    assert not list(tmp_path.iterdir())


def test_unwritable_places(tmp_path: Path) -> None:
    """A folder that is missing, a folder in place of a file, a file in place of a folder."""
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "file").touch()
    cases = {
        tmp_path / "none" / "x.wav": f"the folder {tmp_path / 'none'} does not exist",
        tmp_path / "folder.wav": "is a folder, not a file",
        tmp_path / "file" / "x.wav": f"{tmp_path / 'file'} is not a folder",
    }
    for path, message in cases.items():
        for attempt in (check_output, lambda path: write_audio(path, some_audio(), RATE)):
            with pytest.raises(OutputFileError) as caught:
                attempt(path)
            assert caught.value.message == f"{path}: {message}"


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder that everyone may use, in a process that root's rights do not help."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        if root:
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield Path(name)
        finally:
            if root:
                os.setresuid(0, 0, 0)


def test_permission_is_missing() -> None:
    """A folder and a file that are read-only, a file that cannot be read."""
    with as_nobody() as folder:
        (folder / "locked").mkdir(mode=0o500)
        write_bytes(folder / "kept.wav", b"kept").chmod(0o400)
        write_bytes(folder / "secret.wav", b"secret").chmod(0)
        for path in (folder / "locked" / "x.wav", folder / "kept.wav"):
            with pytest.raises(OutputFileError, match="no permission to write there"):
                write_audio(path, some_audio(), RATE)
        with pytest.raises(InputFileError, match="no permission to read it"):
            read_audio(folder / "secret.wav")


def test_permission_is_lost_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refuses at the last step."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write_bytes(tmp_path / "x.wav", b"kept")
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputFileError) as caught:
        write_audio(path, some_audio(), RATE)
    assert caught.value.message == f"{path}: no permission to write there"
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("x.wav", b"kept")]


def test_impossible_contents(tmp_path: Path) -> None:
    """What a format cannot hold."""
    x = some_audio()
    cases = {
        "there are no samples to write": (x[:, :0], RATE, "wav"),
        "a file needs a whole sample rate, not 44100.5": (x, 44_100.5, "wav"),
        "a file needs a whole sample rate, not 0": (x, 0, "wav"),
        "a file needs a whole sample rate, not nan": (x, float("nan"), "wav"),
        "FLAC does not take 9 channels": (some_audio(9), RATE, "flac"),
        "FLAC does not take a rate of 800000 Hz": (x, 800_000, "flac"),
        "WAV cannot hold more than 4 GiB": (np.broadcast_to(np.float32(0), (3, 2**29)), RATE, "wav"),
    }
    for message, (data, rate, suffix) in cases.items():
        path = tmp_path / f"x.{suffix}"
        with pytest.raises(OutputFileError) as caught:
            write_audio(path, data, rate, bits=24)
        assert caught.value.message == f"{path}: {message}"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, OSError])
def test_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    """A failure before the file is complete leaves the old file, and nothing else."""
    path = write_bytes(tmp_path / "x.wav", b"the old file")

    def fail(*_: object) -> None:
        assert len(list(tmp_path.iterdir())) == 2  # the temporary file is in the same folder
        raise failure("played")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputFileError if failure is OSError else failure):
        write_audio(path, some_audio(), RATE)
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("x.wav", b"the old file")]


def test_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that fills up while writing."""
    code = (
        "import sys, numpy as np\n"
        "from dspc.driver.audio_files import OutputFileError, write_audio\n"
        "try: write_audio(sys.argv[1], np.zeros((2, 50_000), np.float32), 48_000, bits=32)\n"
        "except OutputFileError as error: print(error.message)\n"
    )

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    path = tmp_path / "x.wav"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, preexec_fn=limit, timeout=60
    )
    assert done.stdout == f"{path}: cannot be written (File too large)\n", done.stderr
    assert not list(tmp_path.iterdir())


def test_links_and_modes(tmp_path: Path) -> None:
    """A link stays a link, its target gets the samples; a new file has the usual permissions."""
    (tmp_path / "deep").mkdir()
    target = write_bytes(tmp_path / "deep" / "target.wav", b"old")
    link = tmp_path / "link.wav"
    link.symlink_to(target)
    write_audio(link, some_audio(), RATE)
    assert link.is_symlink() and read_audio(target)[0].shape == (2, 1000)
    mask = os.umask(0o022)
    os.umask(mask)
    write_audio(tmp_path / "new.wav", some_audio(), RATE)
    assert stat.S_IMODE((tmp_path / "new.wav").stat().st_mode) == 0o666 & ~mask


def test_standard_streams() -> None:
    """WAV in on standard input, WAV out on standard output."""
    code = (
        "from dspc.driver.audio_files import read_audio, write_audio\n"
        "data, rate = read_audio('-')\n"
        "write_audio('-', data[::-1], rate, bits=16)\n"
    )
    x = rounded(some_audio(), 16)
    recording = encoded(x, "WAV", "PCM_16")
    done = subprocess.run([sys.executable, "-c", code], input=recording, capture_output=True, timeout=60)
    y, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32")
    np.testing.assert_array_equal(y.T, x[::-1])
    assert rate == RATE and done.stderr == b""


def test_standard_output_closed_early() -> None:
    """The reader of a pipe goes away: one error of ours, no complaint of Python's at exit."""
    code = (
        "import sys, numpy as np\n"
        "from dspc.driver.audio_files import OutputFileError, write_audio\n"
        "try: write_audio('-', np.zeros((2, 200_000), np.float32), 48_000)\n"
        "except OutputFileError as error: sys.exit(error.message)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 1
    assert complaints == b"standard output was closed early\n"


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_terminals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes of sound do not belong on a screen."""
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO()))
    with pytest.raises(OutputFileError, match="standard output is a terminal"):
        check_output("-")
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO()))
    with pytest.raises(InputFileError, match="standard input is a terminal"):
        read_audio("-")
