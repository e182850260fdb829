"""Runs `dspc` in this process, and makes the files that its tests work on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import pytest
from numpy.typing import NDArray

from dspc.driver.audio_files import write_audio
from dspc.driver.dspc import main

PROGRAMS = {
    "tone.py": """\
import dspc
from dspc.stdlib import saw

@dspc.instrument(voices=2)
def tone(note, level=dspc.param(0.2, 0.0, 1.0, unit="dB"), shape=dspc.choice("saw", "soft"),
         steps=dspc.param(4, 1, 8, step=1)):
    loudness = level * dspc.f32(note.gate) * dspc.select(shape == "soft", 0.5, 1.0) * steps / 4
    return saw(note.frequency) * loudness
""",
    "half.py": """\
import dspc

@dspc.effect
def half(x, gain=dspc.param(0.5, 0.0, 4.0)):
    return x * gain
""",
    "swap.py": """\
import dspc

@dspc.effect
def swap(left, right):
    return right, left
""",
    "hum.py": """\
import dspc

@dspc.effect
def hum(level=dspc.param(0.25, -2.0, 2.0, smooth=0)):
    return level
""",
    "two.py": """\
import dspc

@dspc.effect
def low(x):
    return x * 0.5

@dspc.effect
def high(x):
    return x * 2.0
""",
    "wrong.py": """\
import dspc

@dspc.effect
def first(x):
    return dspc.select(x, 1.0, 0.0) + dspc.phasor(1.0, reset=x)

@dspc.effect
def second(x):
    return dspc.select(x, 1.0, 0.0)
""",
    "empty.py": "import dspc\n",
    "crash.py": "import dspc\n\nprint(1 / 0)\n",
}
RATE = 48_000


@dataclass(frozen=True)
class Done:
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def first(self) -> str:
        """The first line on standard error."""
        return self.err.split("\n", 1)[0]

    @property
    def help(self) -> str:
        """What the first error says helps."""
        lines = [line for line in self.err.splitlines() if line.startswith("    help: ")]
        return lines[0].removeprefix("    help: ") if lines else ""


class Dspc:
    """The command, called as a function."""

    def __init__(self, capture: pytest.CaptureFixture[str], folder: Path):
        self.capture, self.folder = capture, folder

    def __call__(self, *words: object) -> Done:
        self.capture.readouterr()
        code = main([str(word) for word in words])
        return Done(code, *self.capture.readouterr())

    def files(self) -> set[str]:
        """The names in the folder, hidden ones too."""
        return {path.name for path in self.folder.iterdir()}


def ramp(channels: int, frames: int = 480) -> NDArray[np.float32]:
    """Small values, exact in 16 bits, no two alike."""
    count = channels * frames
    return (np.arange(count, dtype=np.float32) / 32768).reshape(channels, frames)


def song(path: Path, *, tempo: bool = True) -> None:
    """Two notes, 0.25 s each."""
    track = mido.MidiTrack()
    if tempo:
        track.append(mido.MetaMessage("set_tempo", tempo=500_000))
    for key in (60, 64):
        track.append(mido.Message("note_on", note=key, velocity=100, time=0))
        track.append(mido.Message("note_off", note=key, velocity=0, time=240))
    mido.MidiFile(tracks=[track], ticks_per_beat=480).save(path)


def fill(folder: Path) -> None:
    """Programs, sounds, songs and tables."""
    for name, text in PROGRAMS.items():
        (folder / name).write_text(text)
    for name, channels, rate in (("mono", 1, RATE), ("stereo", 2, RATE), ("three", 3, RATE), ("slow", 1, 44_100)):
        write_audio(folder / f"{name}.wav", ramp(channels), rate, bits=16)
    song(folder / "song.mid")
    (folder / "cut.mid").write_bytes((folder / "song.mid").read_bytes()[:-5])
    (folder / "text.wav").write_text("no sound")
    (folder / "moves.csv").write_text("seconds,parameter,value\n0.005,gain,1\n")
    (folder / "wrong.csv").write_text("seconds,parameter,value\n0,gian,1\n0,gain,loud\n")


def in_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dspc]:
    """The command in a folder of its own that is filled with files."""
    fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield Dspc(capsys, tmp_path)
