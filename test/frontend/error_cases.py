"""Wrong programs and the whole text of their errors, in `errors/*.txt`.

    === name
    source of voice.py
    --->
    what dspc says

`python test/frontend/error_cases.py` writes the texts anew: read the difference before you keep it.
"""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dspc
from dspc.frontend.errors import DspError, DspErrors, all_errors
from dspc.frontend.program import is_program
from dspc.frontend.trace import collecting

FOLDER = Path(__file__).with_name("errors")
START, ARROW = "=== ", "--->"
HEAD = "import dspc\n"


@dataclass(frozen=True)
class Case:
    """A file with a mistake, and what is said of it."""

    file: str
    name: str
    source: str
    text: str


def cases() -> list[Case]:
    """All cases, file by file."""
    return [case for path in sorted(FOLDER.glob("*.txt")) for case in _read(path)]


def _read(path: Path) -> list[Case]:
    found: list[Case] = []
    for block in ("\n" + path.read_text(encoding="utf-8")).split(f"\n{START}")[1:]:
        name, _, rest = block.partition("\n")
        source, _, text = rest.partition(f"\n{ARROW}\n")
        found.append(Case(path.stem, name, source.strip("\n"), text.strip("\n")))
    return found


def told(source: str, folder: Path) -> str:
    """What dspc says of a file: errors in its declarations, then in each of its programs."""
    path = folder / "voice.py"
    path.write_text(HEAD + source + "\n", encoding="utf-8")
    linecache.checkcache(str(path))
    namespace: dict[str, Any] = {"__name__": "voice"}
    errors: list[DspError] = []
    with collecting() as declared:
        _noting(errors, lambda: exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace))
    errors = [*declared, *errors]
    for thing in list(namespace.values()):
        if is_program(thing):
            _noting(errors, lambda thing=thing: dspc.trace(thing))
    return DspErrors(errors).text().replace(str(path), "voice.py") if errors else "nothing"


def _noting(errors: list[DspError], do: Any) -> None:
    try:
        do()
    except DspError as error:
        errors.extend(all_errors(error))
    except Exception as error:  # what is the user's own affair
        errors.append(DspError(type(error).__name__, str(error)))


def _write(path: Path, found: list[Case]) -> None:
    with TemporaryDirectory() as folder:
        blocks = [f"{START}{c.name}\n{c.source}\n{ARROW}\n{told(c.source, Path(folder))}\n" for c in found]
    path.write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.txt")):
        _write(path, _read(path))
