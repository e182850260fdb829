"""Measures dspc and prints Markdown; the figures go to bench/results/*.json.

python bench/run.py                          # everything: some minutes
python bench/run.py --only edit,speed --quick
python bench/run.py --only rivals --hand ../shared/bench
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:1] = []  # as a package: bench.programs, not programs
    sys.path.append(str(ROOT))

from bench import edit, growth, library, operations, others, polysynth, rivals, size, speed, styles  # noqa: E402
from bench.measure import machine, machine_line, save  # noqa: E402

SECTIONS: dict[str, tuple[Callable[[bool], Any], Callable[[Any], str]]] = {
    "edit": (lambda quick: edit.measure(1 if quick else 5), edit.report),
    "growth": (lambda quick: growth.measure(1 if quick else 3), growth.report),
    "speed": (lambda quick: speed.measure(3 if quick else 15), speed.report),
    "library": (lambda quick: library.measure(3 if quick else 11), library.report),
    "rivals": (lambda quick: rivals.measure(5 if quick else 21), rivals.report),
    "others": (lambda quick: others.measure(5 if quick else 21), others.report),
    "styles": (lambda quick: styles.measure(5 if quick else 15), styles.report),
    "size": (lambda quick: size.measure(3 if quick else 11), size.report),
    "polysynth": (lambda quick: polysynth.measure(1 if quick else 5), polysynth.report),
    "operations": (lambda quick: operations.measure(machine()["lanes"]), operations.report),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS), metavar="NAME[,NAME]", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="few rounds: figures that only give an idea")
    parser.add_argument("--hand", type=Path, default=rivals.HAND, metavar="FOLDER",
                        help="where the rivals' hand.c and spec.py are")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results", metavar="FOLDER")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    rivals.HAND = options.hand
    print(f"# Measurements\n\n{machine_line(machine())}", flush=True)
    for name in chosen:
        measure, report = SECTIONS[name]
        found = measure(options.quick)
        save(options.out, name, found)
        if name == "size":
            size.plot(found, options.out / "size.png")
        print(f"\n{report(found)}", flush=True)


if __name__ == "__main__":
    main()
