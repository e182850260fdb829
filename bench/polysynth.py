"""What examples/polysynth.py is to show: 16 held voices, two minutes of MIDI, and a compilation without a cache.

CPU seconds of this thread and of the compiler that it starts; the wall clock of a shared machine says little.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import Rounds, empty_cache, interleaved, span, table
from bench.speed import Player, start_notes
from dspc.backends.engine import Engine, LoadedProgram
from dspc.driver.compile import load_program, play
from dspc.driver.programs import open_programs

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FILE = EXAMPLES / "polysynth.py"
SONG, SECONDS = EXAMPLES / "midi" / "prelude.mid", 120.0
RATE, BLOCK = 48_000.0, 16_384
GOALS = {"times real time": 60.0, "song": 3.0, "cold compilation": 2.5}
"""The first at least, the others, in seconds, at most."""


def compile_cold() -> tuple[float, LoadedProgram]:
    """From the source file to the first block: CPU seconds."""
    with empty_cache(), span() as found:
        loaded = load_program(open_programs(str(FILE)).programs[0], "c")
        Engine(loaded, RATE).process(frames=64)
    return found.cpu, loaded


def measure(rounds: int) -> dict[str, Any]:
    """Medians: nanoseconds a sample with all voices held, seconds for the song and to compile."""
    _, loaded = compile_cold()  # imports what is imported once
    engine = Engine(loaded, RATE)
    start_notes(engine)
    held = Player(engine, BLOCK, "")

    def song() -> float:
        with span() as found:
            play(Engine(loaded, RATE), midi=SONG, seconds=SECONDS)
        return found.cpu

    tasks: dict[str, Callable[[], float]] = {
        "held": held.play, "song": song, "cold compilation": lambda: compile_cold()[0],
    }  # fmt: skip
    found: Rounds = interleaved(rounds, tasks)
    more = interleaved(3 * rounds, {"held": held.play})
    found.values["held"] += more.values["held"]
    return {
        "ns": found.median("held"), "times real time": 1e9 / RATE / found.median("held"),
        "song": found.median("song"), "cold compilation": found.median("cold compilation"),
    }  # fmt: skip


def report(found: dict[str, Any]) -> str:
    rows = [
        ("times real time, 16 voices held", found["times real time"], f"≥ {GOALS['times real time']:g}"),
        ("ns a sample, 16 voices held", found["ns"], f"≤ {1e9 / RATE / GOALS['times real time']:.0f}"),
        (f"s for {SECONDS:g} s of the prelude", found["song"], f"< {GOALS['song']:g}"),
        ("s from the source to the first block, nothing cached", found["cold compilation"],
         f"< {GOALS['cold compilation']:g}"),
    ]  # fmt: skip
    return (f"## The synthesiser\n\n`examples/{FILE.name}`, C, {RATE:g} Hz, one core, CPU time, medians.\n\n"
            + table(("quantity", "measured", "goal"), rows))  # fmt: skip
