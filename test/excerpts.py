"""The examples with their songs and sounds, rendered in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.audio_files import read_audio
from dspc.driver.compile import load_program, play
from dspc.driver.programs import open_programs

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PRELUDE = EXAMPLES / "midi" / "prelude.mid"
SONGS = {"drums": EXAMPLES / "midi" / "groove.mid"}
"""What is not for the prelude."""
GUITAR = EXAMPLES / "audio" / "guitar.wav"
RATE = 48_000


@cache
def loaded(example: str, backend: str) -> LoadedProgram:
    """The program of an example, compiled once in a session."""
    return load_program(open_programs(str(EXAMPLES / f"{example}.py")).programs[0], backend)


def render(example: str, backend: str, seconds: float | None) -> NDArray[np.float32]:
    """The first seconds (None: all) of its song for an instrument, of the guitar (stereo or mono) for an effect."""
    engine = Engine(loaded(example, backend), RATE)
    if engine.inputs:
        guitar = read_audio(GUITAR)[0]
        return play(engine, guitar if engine.inputs > 1 else guitar.mean(0), seconds=seconds)
    return play(engine, midi=SONGS.get(example, PRELUDE), seconds=seconds)


def sounding(
    example: str, events: Sequence[Any], seconds: float, params: Mapping[str, float | str] | None = None, x: Any = None
) -> NDArray[np.float64]:
    """What an example makes of events, or of a sound, in C: [channels, frames]."""
    engine = Engine(loaded(example, "c"), RATE)
    return np.atleast_2d(play(engine, x, events=events, params=params, seconds=seconds)).astype(np.float64)
