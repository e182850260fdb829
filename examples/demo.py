"""What `make demo` does: the synthesiser of supersaw.py plays Bach's prelude in C into out/prelude.wav.

The same by hand:

    dspc render examples/supersaw.py --midi examples/midi/prelude.mid -o out/prelude.wav
"""

import sys
from pathlib import Path

from dspc.driver.dspc import main

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out"


def shown(path: Path) -> str:
    """Relative to the current folder, if it lies in it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    song = ["--midi", shown(HERE / "midi" / "prelude.mid")]
    sys.exit(main(["render", shown(HERE / "supersaw.py"), *song, "-o", shown(OUT / "prelude.wav")]))
