"""Writes docs/stdlib.md, the page of the library, and docs/stdlib/*.png, its plots, from the docstrings.

    python tools/library_page.py            # what is stale is written, what is left over removed
    python tools/library_page.py --check    # says what is not as the docstrings have it; exit code 1
"""

from __future__ import annotations

import ast
import inspect
import sys
from importlib import import_module
from itertools import groupby
from pathlib import Path

from library_docs import Entry, entries

from dspc import stdlib
from dspc.frontend.graph_nodes import class_name

ROOT = Path(__file__).resolve().parents[1]
PAGE, PICTURES = ROOT / "docs" / "stdlib.md", ROOT / "docs" / "stdlib"
SECTIONS = {
    "Oscillators": ("oscillators", "noises", "wavetables", "samplers", "modulators"),
    "Filters": ("filters", "biquads", "cascades", "analog", "bands", "combs"),
    "Envelopes and logic": ("envelopes", "lines", "logic", "moving"),
    "Dynamics": ("dynamics",),
    "Shapers": ("shapers",),
    "Delays and space": ("delays", "modulation", "reverbs", "networks", "convolution"),
    "Physical models": ("physical",),
    "Spectra": ("spectral",),
    "Mixing": ("mixing",),
    "Meters": ("levels", "loudness"),
    "Tuning": ("tuning",),
}
"""The page's sections, and the modules whose functions each of them has."""
HEAD = """\
# The library

<!-- Written by tools/library_page.py from the docstrings in stdlib/. -->

Everything here is in `dspc.stdlib`, written in the language itself. A function takes signals or numbers; what takes a
signal takes an array of signals, too, element by element. Each is also a node class for [graphs](graph.md):
`dspc.LowPass24` of `lowpass24`. Plots are drawn by `dspc plot`, at 48 kHz.
"""


def page(found: dict[str, Entry]) -> str:
    """The whole page."""
    sections = by_section(found)
    rows = [f"| {linked(name)} | {' · '.join(linked(e.name) for e in members)} |" for name, members in sections.items()]
    contents = "\n".join(["| section | functions |", "|---|---|", *rows])
    parts = [section(name, members) for name, members in sections.items()]
    return "\n".join([HEAD, contents, "", *parts])


def by_section(found: dict[str, Entry]) -> dict[str, list[Entry]]:
    """The functions of each section of the page. Raises `ValueError` for a module that is in none."""
    if lost := {e.module for e in found.values()}.difference(*SECTIONS.values()):
        raise ValueError(f"in no section: {', '.join(sorted(lost))}")
    of = {name: [e for m in modules for e in found.values() if e.module == m] for name, modules in SECTIONS.items()}
    return {name: members for name, members in of.items() if members}


def linked(heading: str) -> str:
    """A link to a heading of the page."""
    return f"[{heading}](#{heading.lower().replace(' ', '-')})"


def section(name: str, members: list[Entry]) -> str:
    """A section of the page: what each of its modules says of itself, then its functions."""
    parts: list[str] = [f"## {name}", ""]
    for module, described in groupby(members, lambda entry: entry.module):
        parts += [about(module), "", *map(function, described)]
    return "\n".join(parts)


def about(module: str) -> str:
    """A module's docstring, without its title."""
    text = (inspect.getdoc(import_module(f"dspc.stdlib.{module}")) or "").strip()
    for ending in (". ", ": "):
        text = text.removeprefix(f"{module.capitalize()}{ending}")
    return text[:1].upper() + text[1:]


def function(entry: Entry) -> str:
    """A function of the library: how it is called, what it does, what is known of it."""
    called = inspect.Signature([p.replace(annotation=p.empty) for p in entry.parameters.values()])
    call = f"```python\n{entry.name}{called}  # in graphs: dspc.{class_name(entry.name)}\n```"
    parts = [f"### {entry.name}", call, entry.summary, entry.notes, _arguments(entry)]
    for name in ("Returns", "Bounds", "Source"):
        if text := entry.sections.get(name):
            parts.append(f"*{name}:* {text}")
    parts.append(f"```python\n{imports(entry)}\n\n\n{entry.example}```")
    if "Plot" in entry.sections:
        parts.append(f"![{entry.name}: {entry.sections['Plot'].split()[0]}](stdlib/{entry.name}.png)")
    return "\n\n".join(part for part in parts if part) + "\n"


def _arguments(entry: Entry) -> str:
    """A table; names that share a line of the docstring share a row."""
    rows: dict[str, list[str]] = {}
    for name, text in entry.args.items():
        rows.setdefault(text, []).append(f"`{name}`")
    if not rows:
        return ""
    return "\n".join(["| argument | |", "|---|---|", *(
        f"| {', '.join(names)} | {text.replace('|', '&#124;')} |" for text, names in rows.items())])  # fmt: skip


def imports(entry: Entry) -> str:
    """What the example needs to stand in a file of its own."""
    tree = ast.parse(entry.example)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    taken = sorted(used & set(stdlib.__all__))
    lines = ["import dspc"] * ("dspc" in used)
    return "\n".join([*lines, *([f"from dspc.stdlib import {', '.join(taken)}"] if taken else [])])


# --- files ---


def stale(found: dict[str, Entry]) -> list[str]:
    """What is not as the docstrings have it: the page, pictures that are missing, outdated by them, or left over."""
    from library_plots import drawn, lines_hash

    wrong = [] if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(found) else [_name(PAGE)]
    for entry in found.values():
        path = PICTURES / f"{entry.name}.png"
        known = drawn(path)
        if "Plot" in entry.sections and (known is None or known.lines != lines_hash(entry)):
            wrong.append(_name(path))
    return wrong + [_name(path) for path in left_over(found)]


def left_over(found: dict[str, Entry]) -> list[Path]:
    wanted = {f"{e.name}.png" for e in found.values() if "Plot" in e.sections}
    return sorted(path for path in PICTURES.glob("*") if path.name not in wanted)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def write(found: dict[str, Entry]) -> tuple[list[str], list[str]]:
    """Writes what is stale. Returns the pictures that were drawn or removed, and what could not be drawn, and why."""
    from library_plots import drawn, made_of, picture, traced

    PAGE.write_text(page(found), encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    changed: list[str] = []
    wrong: list[str] = []
    for entry in found.values():
        path = PICTURES / f"{entry.name}.png"
        try:
            if "Plot" in entry.sections and drawn(path) != made_of(entry, traced(entry)):
                path.write_bytes(picture(entry))
                changed.append(_name(path))
        except Exception as error:  # the others are drawn all the same
            wrong.append(f"{entry.name}: {entry.sections['Plot']}: {error}")
    for path in left_over(found):
        path.unlink()
        changed.append(_name(path))
    return changed, wrong


def main(words: list[str]) -> int:
    """Returns the exit code."""
    if words not in ([], ["--check"]):
        print("usage: python tools/library_page.py [--check]", file=sys.stderr)
        return 2
    found = entries()
    if words:
        wrong = stale(found)
        print("\n".join(f"stale: {name}" for name in wrong) or "as the docstrings have it")
        return 1 if wrong else 0
    changed, wrong = write(found)
    print("\n".join([_name(PAGE), *changed]))
    print("".join(f"not drawn: {problem}\n" for problem in wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
