"""The same programs written in other ways: whether the way costs anything, when it is compiled and when it runs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench.contenders import Contender, build_clock, timed, with_dspc
from bench.measure import table
from bench.programs import CHANNELS, RATE
from bench.programs_styles import STYLES
from bench.rivals import NAMES, check

SHARED_NAMES = {ours: theirs for theirs, ours in NAMES.items()}
BLOCK = 64


def measure(rounds: int) -> dict[str, Any]:
    """Times, ratios and costs by workload and style. Raises ValueError where an output is wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        clock = build_clock(Path(scratch))
        return {name: _measured(SHARED_NAMES.get(name, name), styles, rounds, clock) for name, styles in STYLES.items()}


def _measured(name: str, styles: dict[str, Any], rounds: int, clock: Any) -> dict[str, Any]:
    made = {style: with_dspc(program, CHANNELS[name], clock) for style, program in styles.items()}
    contenders: dict[str, Contender] = {style: contender for style, (contender, _) in made.items()}
    errors = {style: check(name, contender, style) for style, contender in contenders.items()}
    times = timed(contenders, rounds, BLOCK, next(iter(styles)))
    return {
        style: {"ratio": times["ratio"][style], "ns": times["ns"][style], "python": costs.python.cpu,
                "compiler": costs.compiler.cpu, "bytes": contender.bytes, "error": errors[style]}
        for style, (contender, costs) in made.items()
    }  # fmt: skip


def report(found: dict[str, Any]) -> str:
    head = ("workload", "style", "ratio", "ns", "Python s", "compiler s", "code bytes", "error dB")
    rows = [(name, style, *row.values()) for name, styles in found.items() for style, row in styles.items()]
    return "\n\n".join((
        "## Written in other ways",
        f"Ratio of the time to that of the first style in the same rounds, and CPU ns a sample at {RATE:g} Hz, C, "
        f"blocks of {BLOCK}; CPU seconds to compile.",
        table(head, rows),
    ))  # fmt: skip
