"""The pictures of the library's page: what the `Plot:` line of each docstring asks for, of the docstring's example.

    Plot: response cutoff=200,1000,5000 q=2

After the kind of `dspc plot`: values of the example's parameters (several: a curve each), `signal=`, `seconds=`,
`note=`. A picture says in its metadata what it was made of, so that only those that are stale are drawn again.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from library_docs import Entry
from PIL import Image, PngImagePlugin
from xdsl.dialects.builtin import ModuleOp

import dspc
from dspc.backends import choose_backend
from dspc.driver import measures, plot_data, plots, plotting, stimuli, subjects
from dspc.driver.compile import Stages
from dspc.driver.measures import KINDS
from dspc.driver.plots import draw
from dspc.driver.plotting import Wish, plot_of
from dspc.driver.subjects import loaded_subject

WIDTH, HEIGHT = 720, 400
LARGEST = 25_000
"""Bytes of a picture."""
COLOURS = (128, 64, 32, 16, 8)
"""As many as keep it that small."""
RATE = 48_000


@dataclass(frozen=True)
class Drawn:
    """What a picture was made of: the docstring's lines, and all that they led to (the program, how it is drawn)."""

    lines: str
    program: str


def wish_of(line: str) -> Wish:
    """What a `Plot:` line asks for. Raises `ValueError` for what is no option."""
    kind, *options = line.split()
    wish = Wish(kind)
    for option in options:
        name, equals, text = option.partition("=")
        values = tuple(_number(value) for value in text.split(","))
        if not equals:
            raise ValueError(f"Plot: {line}: {option} is not name=value")
        if name == "signal":
            wish = replace(wish, signal=text)
        elif name == "seconds":
            wish = replace(wish, seconds=float(text))
        elif name == "note":
            wish = replace(wish, key=int(text))
        elif len(values) > 1:
            wish = replace(wish, sweep=(name, values))
        else:
            wish = replace(wish, settings={**wish.settings, name: values[0]})
    return wish


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def lines_hash(entry: Entry) -> str:
    """Of what the docstring says: a picture with another one is stale for certain."""
    return _hash(entry.example, entry.sections["Plot"])


def made_of(entry: Entry, module: ModuleOp) -> Drawn:
    return Drawn(lines_hash(entry), _hash(str(module), _drawing()))


@cache
def _drawing() -> str:
    modules = (measures, plot_data, plots, plotting, stimuli, subjects)
    return "".join(Path(m.__file__ or "").read_text() for m in modules) + f"{WIDTH}x{HEIGHT} {COLOURS}"


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def traced(entry: Entry) -> ModuleOp:
    """The example, in the precision in which `dspc plot` measures such a thing."""
    kind = entry.sections["Plot"].split()[0]
    return dspc.trace(entry.program(), "f64" if KINDS[kind].probe else "f32")


def picture(entry: Entry) -> bytes:
    """The PNG of an entry, with as few colours as its size asks for."""
    module = traced(entry)
    known = made_of(entry, module)
    subject = loaded_subject(module, RATE, *choose_backend(), Stages())
    plot = replace(plot_of(subject, wish_of(entry.sections["Plot"])), program=entry.name)
    return _small(draw(plot, WIDTH, HEIGHT), known)


def _small(png: bytes, known: Drawn) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    notes = PngImagePlugin.PngInfo()
    notes.add_text("lines", known.lines)
    notes.add_text("program", known.program)
    made = b""
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True, pnginfo=notes)  # fmt: skip
        made = out.getvalue()
        if len(made) <= LARGEST:
            return made
    raise ValueError(f"{len(made)} bytes with {COLOURS[-1]} colours: a picture has at most {LARGEST}")


def drawn(path: Path) -> Drawn | None:
    """What a picture was made of; None if it is not there, or is not one of ours."""
    if not path.exists():
        return None
    with Image.open(path) as image:
        text: dict[str, Any] = getattr(image, "text", {})
        return Drawn(text.get("lines", ""), text.get("program", "")) if image.size == (WIDTH, HEIGHT) else None
