"""What `dspc render` does between reading files and writing one: the sound, and figures about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.compile import MIDI_TAIL_SECONDS, play
from dspc.driver.usage import UsageError
from dspc.frontend.events import Event

if TYPE_CHECKING:
    from dspc.driver.midi_files import MidiSong

Floats = NDArray[np.float32 | np.float64]


@dataclass
class Job:
    """What to render, at one sample rate: events, input [channels, frames] or none, how many seconds."""

    sample_rate: int
    seconds: float
    audio: Floats | None = None
    events: list[Event] = field(default_factory=list[Event])
    params: Mapping[str, float | str] = field(default_factory=dict[str, "float | str"])
    tempo: float = 120.0
    block: int = 1024
    tail: bool = False


@dataclass(frozen=True)
class Rendered:
    """Samples [channels, frames], and how long they took to compute."""

    samples: Floats
    sample_rate: int
    compute_seconds: float
    latency: int

    @property
    def seconds(self) -> float:
        return self.samples.shape[1] / self.sample_rate

    @property
    def real_time_factor(self) -> float:
        """Seconds of sound per second of computing."""
        return self.seconds / max(self.compute_seconds, 1e-9)

    @property
    def peak(self) -> float:
        """The largest absolute value that is a number."""
        return float(np.max(np.abs(np.nan_to_num(self.samples, nan=0.0)), initial=0.0))

    @property
    def peak_dbfs(self) -> float:
        """The peak in decibels below full scale; minus infinity for silence."""
        with np.errstate(divide="ignore"):
            return float(20 * np.log10(np.float64(self.peak)))


def make_engine(loaded: LoadedProgram, job: Job) -> Engine:
    """The engine of a job. Raises `UsageError` if the input's channels do not fit."""
    engine = Engine(loaded, job.sample_rate)
    if job.audio is not None:
        check_channels(engine, len(job.audio))
    return engine


def check_channels(engine: Engine, channels: int) -> None:
    """Raises `UsageError` if a sound with so many channels does not fit: all, or those without side chains."""
    main = sum(bus.channels for bus in engine.input_buses if not bus.sidechain)
    if channels not in (engine.inputs, main):
        takes = counted(engine.inputs, "channel")
        raise UsageError(f"{engine.name} takes {takes}, the input has {channels}", _fit(engine, channels))


def _fit(engine: Engine, channels: int) -> str:
    if engine.inputs > 1 and channels == 1:
        return "make the file stereo (sox in.wav -c 2 out.wav), or write a mono effect: it runs on each channel"
    return f"give a file with {counted(engine.inputs, 'channel')}"


def counted(number: int, what: str) -> str:
    """`1 channel`, `2 channels`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def read_sound(path: str, sample_rate: int | None) -> tuple[Floats, int]:
    """A sound [channels, frames] and its rate. Raises `UsageError` if that is not the one asked for."""
    from dspc.driver.audio_files import read_audio
    from dspc.driver.files import display_name

    audio, rate = read_audio(path)
    if sample_rate not in (None, rate):
        name = display_name(path, "input")
        raise UsageError(f"{name} is at {rate} Hz, not {sample_rate}: sounds are not resampled",
                         f"leave -r out, or convert it first: sox in.wav -r {sample_rate} out.wav")  # fmt: skip
    return audio, rate


def frames_of(engine: Engine, job: Job) -> int:
    """How many frames the file will have."""
    tail = round(engine.tail * job.sample_rate) if job.tail else 0
    return round(job.seconds * job.sample_rate) + tail


def render_job(engine: Engine, job: Job, advance: Callable[[int], None] | None = None) -> Rendered:
    """Renders; `advance(frames)` is told how many frames are done."""
    start = time.perf_counter()
    samples = play(engine, job.audio, events=job.events, params=job.params, seconds=job.seconds, tempo=job.tempo,
                   tail=job.tail, block=job.block, progress=advance)  # fmt: skip
    taken = time.perf_counter() - start
    return Rendered(np.atleast_2d(samples), job.sample_rate, taken, engine.latency)


def song_seconds(song: MidiSong) -> float:
    """How long a song is rendered: to its end, and while its last notes die away."""
    return song.seconds + MIDI_TAIL_SECONDS
