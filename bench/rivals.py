"""dspc against straightforward C, written by hand, and against its peers: ratios within the same rounds.

The C is that of a folder with `hand.c` and `spec.py` (`--hand FOLDER`, else ../shared/bench beside the project), built
with -O3 -march=native -ffast-math; dspc's is what the C backend makes, with its own strict flags; the peers are those
of bench/peers. Every output is compared with an f64 reference before its time counts.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np

from bench.contenders import FAST_MATH, Contender, build_clock, code_bytes, in_c, timed, with_dspc
from bench.measure import Span, span, table
from bench.peers import csound, faust, numba_jit, scipy_filters
from bench.programs import CHANNELS, RATE, WORKLOADS
from bench.references import REFERENCES, error_db, noise

HAND = Path(__file__).resolve().parents[2] / "shared" / "bench"
BUILDS = {
    "hand, gcc": ("gcc", *FAST_MATH),
    "hand, gcc without SLP": ("gcc", *FAST_MATH, "-fno-tree-slp-vectorize"),
    "hand, clang": ("clang", *FAST_MATH),
}
BASE, OURS = "hand, gcc", "dspc"
PEERS: dict[str, Any] = {"Faust": faust, "numba": numba_jit, "Csound": csound, "SciPy": scipy_filters}
"""Modules: `missing()` says why it cannot be used here, if so; `make` gives its builds of a workload."""
NAMES = {"biquad": "biquads"}
"""What a workload of hand.c is called here, where that differs."""
BLOCKS = (64, 8, 441)
CHECKED = 4096
LOUDEST = {"biquad": -75.0}
"""Direct forms at 80 Hz lose that much in f32, whoever computes them."""
LOUDEST_ERROR_DB, NO_ERROR_DB = -95.0, -1000.0


def by_hand(folder: Path, hand: Path) -> tuple[dict[str, Path], dict[str, Span]]:
    """The objects that the compilers that are here make of hand.c, which is all workloads, and the time they took."""
    subprocess.run([sys.executable, str(hand / "spec.py"), str(folder)], check=True)
    objects: dict[str, Path] = {}
    spans: dict[str, Span] = {}
    for i, (name, command) in enumerate(BUILDS.items()):
        if which(command[0]):
            objects[name] = folder / f"hand_{i}.o"
            words = [*command, "-c", "-fPIC", "-w", "-ffunction-sections", "-fdata-sections", "-DREAL=float"]
            with span() as spans[name]:
                subprocess.run([*words, f"-I{folder}", str(hand / "hand.c"), "-o", str(objects[name])], check=True)
    return objects, spans


def linked(made: Path, name: str) -> Path:
    """A library of one workload alone, so that its size is its own."""
    exports, library = made.with_name(f"{name}.map"), made.with_name(f"{made.stem}_{name}.so")
    exports.write_text(f"{{ global: {name}_new; {name}_run; local: *; }};")
    words = ["gcc", "-shared", "-ffast-math", "-Wl,--gc-sections", f"-Wl,--version-script={exports}"]
    subprocess.run([*words, str(made), "-o", str(library), "-lm"], check=True)
    return library


def check(name: str, made: Contender, who: str = OURS) -> float:
    """The error of the output against the f64 reference in dB. Raises ValueError if it is too large."""
    reference = REFERENCES[NAMES.get(name, name)](noise(max(made.inputs, 1), CHECKED).astype(np.float64), made.first)
    sound = made.sound(CHECKED)
    if not np.isfinite(sound).all() or not sound.any():
        raise ValueError(f"{who}: {name} makes no sound")
    error = error_db(sound, reference)
    if error > LOUDEST.get(name, LOUDEST_ERROR_DB) and not made.own_algorithm:
        raise ValueError(f"{who}: {name} is not what it should be: {error:.0f} dB")
    return error


def measure(rounds: int, hand: Path | None = None) -> dict[str, Any]:
    """Times, ratios and costs by workload and contender. Raises ValueError where an output is wrong."""
    hand = hand or HAND
    if not (hand / "hand.c").exists():
        raise ValueError(f"there is no hand.c in {hand}")
    found: dict[str, Any] = {"missing": absent(), "workloads": {}}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        clock = build_clock(folder)
        objects, spans = by_hand(folder, hand)
        for name in CHANNELS:
            contenders: dict[str, Contender] = {
                label: in_c(library := linked(made, name), name, CHANNELS[name], clock, first=1,
                            seconds=spans[label].cpu, bytes=code_bytes(library))
                for label, made in objects.items()
            }  # fmt: skip
            contenders[OURS], _ = with_dspc(WORKLOADS[NAMES.get(name, name)], CHANNELS[name], clock)
            contenders |= of_peers(name, folder, clock, set(PEERS) - set(found["missing"]))
            found["workloads"][name] = _measured(name, contenders, rounds)
    return found


def absent() -> dict[str, str]:
    """Peers and compilers that are not here, and why."""
    gone = {name: reason for name, peer in PEERS.items() if (reason := peer.missing())}
    return gone | {name: f"no {command[0]}" for name, command in BUILDS.items() if not which(command[0])}


def of_peers(name: str, folder: Path, clock: ctypes.CDLL, present: set[str]) -> dict[str, Contender]:
    found: dict[str, Contender] = {}
    for peer in PEERS:
        if peer in present:
            made = PEERS[peer].make(name, folder, clock)
            if getattr(PEERS[peer], "BEST_ONLY", False):
                made = fastest(made)
            found |= made
    return found


def fastest(builds: dict[str, Contender], block: int = BLOCKS[0]) -> dict[str, Contender]:
    """The one build that is fastest, in five quick rounds."""
    times = timed(builds, 5, block, next(iter(builds)))["ns"]
    best = min(times, key=lambda name: times[name])
    return {best: builds[best]}


def _measured(name: str, contenders: dict[str, Contender], rounds: int) -> dict[str, Any]:
    errors = {label: check(name, contender, label) for label, contender in contenders.items()}
    blocks = {block: timed(contenders, rounds, block, BASE) for block in BLOCKS}
    return {
        label: {"error": errors[label], "seconds": c.seconds, "bytes": c.bytes, "own algorithm": c.own_algorithm,
                "blocks": {b: {key: values[label] for key, values in t.items()} for b, t in blocks.items()}}
        for label, c in contenders.items()
    }  # fmt: skip


HEAD = ("workload", "who", "ratio", "ns", *(f"ratio at {b}" for b in BLOCKS[1:]), "ready s", "code bytes", "error dB")


def report(found: dict[str, Any]) -> str:
    rows = [(name, who, *_cells(row)) for name, rows in found["workloads"].items() for who, row in rows.items()]
    gone = [f"{name} ({reason})" for name, reason in found["missing"].items()]
    return "\n\n".join((
        "## Against its rivals",
        f"Ratio of the time to that of {BASE} in the same rounds, and CPU ns a sample, at {RATE:g} Hz, blocks of "
        f"{BLOCKS[0]}. dspc's flags are strict, the others have -ffast-math. \"own algorithm\": its sound is another "
        "one, so there is no ratio. Ready: CPU seconds from the source to loaded code, by hand of the file with all "
        "workloads. The bytes of dspc's code hold its engine.",
        table(HEAD, rows),
        f"Missing here: {', '.join(gone)}." if gone else "Nobody is missing.",
    ))  # fmt: skip


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    first, *others = row["blocks"].values()
    own = row["own algorithm"]
    ratios = ["own algorithm" if own else block["ratio"] for block in (first, *others)]
    size = "–" if row["bytes"] is None else row["bytes"]
    error = "–" if own else "none" if row["error"] < NO_ERROR_DB else row["error"]
    return ratios[0], first["ns"], *ratios[1:], row["seconds"], size, error
