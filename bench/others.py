"""Programs made of the library against C written by hand, the worst first.

others.c holds the C, plain loops over samples with the same algorithms, built with gcc -O3 -march=native -ffast-math,
also without SLP, which is what helps recursions most. In f64 it is the reference that all outputs are compared with
before their times count.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.contenders import FAST_MATH, Contender, InC, build_clock, in_c, timed, with_dspc
from bench.measure import table
from bench.programs import RATE
from bench.programs_others import OTHERS, constants
from bench.references import error_db

SOURCE = Path(__file__).with_name("others.c")
BLOCK, CHECKED = 64, 16_384
LOUDEST_ERROR_DB = -90.0
LOUDEST = {"wide": -80.0, "string": -80.0, "table": -70.0}
"""Where f32 holds a distance in samples, or a step whose roundings add up, that is heard."""
BUILDS = {"hand": FAST_MATH, "hand without SLP": (*FAST_MATH, "-fno-tree-slp-vectorize")}
BASE, OURS = "hand", "dspc"


def by_hand(folder: Path, real: str, flags: tuple[str, ...]) -> Path:
    """The C as a library, in "float" or "double"."""
    (folder / "others.h").write_text(constants())
    library = folder / f"others_{real}_{len(flags)}.so"
    words = ["gcc", *flags, "-shared", "-fPIC", "-w", f"-I{folder}", f"-DREAL={real}", str(SOURCE), "-o", str(library)]
    subprocess.run([*words, "-lm"], check=True)
    return library


def check(name: str, who: str, made: Contender, reference: Contender) -> float:
    """The error of the output against the C in f64, in dB. Raises ValueError if it is too large."""
    wanted, sound = reference.sound(CHECKED), made.sound(CHECKED)
    if not np.isfinite(sound).all() or not sound.any():
        raise ValueError(f"{who}: {name} makes no sound")
    error = error_db(sound, wanted.astype(np.float64))
    if error > LOUDEST.get(name, LOUDEST_ERROR_DB):
        raise ValueError(f"{who}: {name} is not what it should be: {error:.0f} dB")
    return error


def measure(rounds: int, names: tuple[str, ...] = tuple(OTHERS)) -> dict[str, Any]:
    """Ratios and costs by program, worst first. Raises ValueError where an output is wrong."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        clock = build_clock(folder)
        doubles = by_hand(folder, "double", ("-O2",))
        hand = {who: by_hand(folder, "float", flags) for who, flags in BUILDS.items()}
        for name in names:
            program, channels = OTHERS[name]
            reference: InC = in_c(doubles, name, channels, clock)
            ours, costs = with_dspc(program, channels, clock)
            contenders: dict[str, Contender] = {who: in_c(made, name, channels, clock) for who, made in hand.items()}
            contenders[OURS] = ours
            errors = {who: check(name, who, made, reference) for who, made in contenders.items()}
            times = timed(contenders, rounds, BLOCK, BASE)
            best = min(times["ratio"][who] for who in BUILDS)
            found[name] = {"to the best": times["ratio"][OURS] / best, "ratio": times["ratio"], "ns": times["ns"],
                           "error": errors, "bytes": ours.bytes, "python": costs.python.cpu,
                           "compiler": costs.compiler.cpu}  # fmt: skip
    return worst_first(found)


def worst_first(found: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(found.items(), key=lambda item: -item[1]["to the best"]))


def report(found: dict[str, Any]) -> str:
    head = ("program", "to the best", "ratio", *(f"{who} ns" for who in (OURS, *BUILDS)), "Python s", "compiler s",
            "dspc's error dB", "hand's error dB")  # fmt: skip
    rows = [
        (name, row["to the best"], row["ratio"][OURS], *(row["ns"][who] for who in (OURS, *BUILDS)), row["python"],
         row["compiler"], row["error"][OURS], row["error"][BASE])
        for name, row in found.items()
    ]  # fmt: skip
    return "\n\n".join((
        "## Programs of the library against C written by hand",
        "Ratio of dspc's time to that of the faster build of the C, worst first, and to that of its plain build, in "
        f"the same rounds; CPU ns a sample at {RATE:g} Hz, blocks of {BLOCK}; errors against the C in f64.",
        table(head, rows),
    ))  # fmt: skip
