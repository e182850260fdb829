"""What `dspc render` does between reading files and writing one: the sound, and figures about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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


def make_engines(loaded: LoadedProgram, job: Job) -> list[Engine]:
    """The engines a job needs: one, or for a mono effect on a wider input one a channel.

    Raises `UsageError` if the input's channels do not fit.
    """
    engine = Engine(loaded, job.sample_rate)
    if job.audio is None:
        return [engine]
    channels = len(job.audio)
    if channels == engine.inputs:
        return [engine]
    if engine.inputs == engine.outputs == 1:
        return [engine, *(Engine(loaded, job.sample_rate) for _ in range(channels - 1))]
    raise UsageError(
        f"{engine.name} takes {counted(engine.inputs, 'channel')}, the input has {channels}", _fit(engine, channels)
    )


def _fit(engine: Engine, channels: int) -> str:
    if engine.inputs > 1 and channels == 1:
        return "make the file stereo (sox in.wav -c 2 out.wav), or write a mono effect: it runs on each channel"
    return f"give a file with {counted(engine.inputs, 'channel')}"


def counted(number: int, what: str) -> str:
    """`1 channel`, `2 channels`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def frames_of(engine: Engine, job: Job) -> int:
    """How many frames the file will have."""
    tail = round(engine.tail * job.sample_rate) if job.tail else 0
    return round(job.seconds * job.sample_rate) + tail


def render_job(engines: list[Engine], job: Job, advance: Callable[[int], None] | None = None) -> Rendered:
    """Renders; `advance(frames)` is told how many frames of all engines together are done."""
    parts: list[Floats] = []
    start = time.perf_counter()
    for index, engine in enumerate(engines):
        audio = job.audio if len(engines) == 1 or job.audio is None else job.audio[index : index + 1]
        part = play(engine, audio, events=job.events, params=job.params, seconds=job.seconds, tempo=job.tempo,
                    tail=job.tail, block=job.block, progress=_offset(advance, parts))  # fmt: skip
        parts.append(np.atleast_2d(part))
    taken = time.perf_counter() - start
    return Rendered(np.concatenate(parts), job.sample_rate, taken, engines[0].latency)


def _offset(advance: Callable[[int], None] | None, parts: list[Floats]) -> Any:
    before = sum(part.shape[1] for part in parts)
    return advance and (lambda done: advance(before + done))


def song_seconds(song: MidiSong) -> float:
    """How long a song is rendered: to its end, and while its last notes die away."""
    return song.seconds + MIDI_TAIL_SECONDS
