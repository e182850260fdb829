"""Scales and keyboard maps in the formats of Scala, read when the program is built.

The formats: https://www.huygens-fokker.org/scala/scl_format.html, and help.htm#mappings beside it.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

from dspc.frontend import trace as tr
from dspc.frontend.literals import describe, quoted
from dspc.frontend.recordings import beside_caller

SEE = "dspc explain DSP294 says what each line is"
KEYS = 128
MIDDLE_C = 440.0 * 2.0 ** (-9.0 / 12.0)
"""Hz."""


def wrong(where: str, what: str, hint: str) -> NoReturn:
    """Raises `DspError` DSP294: a line of a file that does not mean anything."""
    raise tr.fail("DSP294", f"{where}: {what}", hint)


# --- lines ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A line of a file that is no comment, and where it is."""

    text: str
    where: str

    def first(self) -> str:
        """Its first word; what follows a number is a remark."""
        return self.text.split(maxsplit=1)[0] if self.text.split() else ""

    def integer(self, what: str, low: int, high: int) -> int:
        if not re.fullmatch(r"[+-]?\d+", self.first()) or not low <= int(self.first()) <= high:
            wrong(self.where, f"{what} is an integer from {low} to {high}, not {self.first()!r}", SEE)
        return int(self.first())


@dataclass
class Lines:
    """The lines of a file, one after the other."""

    name: str
    rest: Iterator[Line]

    def take(self, what: str) -> Line:
        line = next(self.rest, None)
        if line is None:
            wrong(self.name, f"the file ends where {what} is expected", "is the whole file there?")
        return line


def lines_of(path: Any, ending: str) -> Lines:
    """A file's lines, without its comments. Raises `DspError` DSP293 if it cannot be read."""
    file = beside_caller(Path(path))
    try:
        text = file.read_bytes().decode("utf-8-sig", "replace")  # old files have names in other encodings: remarks only
    except FileNotFoundError:
        raise tr.fail("DSP293", f"there is no file {path}", f"it was looked for in {file.parent}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise tr.fail("DSP293", f"{path} cannot be read: {reason}", f"name a {ending} file") from None
    found = (Line(text, f"{file.name}, line {i}") for i, text in enumerate(text.splitlines(), 1)
             if not text.lstrip().startswith("!"))  # fmt: skip
    return Lines(file.name, found)


# --- scales -----------------------------------------------------------------------------------------


def scale_of(given: Any) -> list[float]:
    """The pitches of a scale above its first note, in cents; the last is where it begins anew.

    A path of a .scl file, or its pitches: texts as in the file. Raises `DspError` DSP293, DSP294.
    """
    if isinstance(given, str | os.PathLike):
        return _scale_file(lines_of(given, ".scl"))
    if not isinstance(given, Sequence) or not given or not all(isinstance(p, str) for p in given):
        raise tr.fail("DSP294", f"a scale is the path of a .scl file, or a list of pitches, not {describe(given)}",
                      'for example ["9/8", "386.3", "2/1"]: what holds a point is in cents')  # fmt: skip
    return [pitch(Line(text, f"pitch {i} of the scale")) for i, text in enumerate(given, 1)]


def _scale_file(lines: Lines) -> list[float]:
    lines.take("the scale's description")
    count = lines.take("the number of notes").integer("the number of notes", 1, 10_000)
    return [pitch(lines.take(f"note {i} of {count}")) for i in range(1, count + 1)]


def pitch(line: Line) -> float:
    """Cents: a number with a point is that, any other one is a ratio."""
    word = line.first()
    hint = "cents hold a point, as 701.955; a ratio is 3/2, or 2"
    if re.fullmatch(r"[+-]?(\d+\.\d*|\.\d+)", word):
        return float(word)
    if not re.fullmatch(r"\d+(/\d+)?", word) or word.endswith("/0") or Fraction(word) <= 0:
        wrong(line.where, f"{quoted(word)} is no pitch", hint)
    ratio = Fraction(word)
    return 1200.0 * (math.log2(ratio.numerator) - math.log2(ratio.denominator))


# --- keyboards --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keyboard:
    """Which key plays which note of a scale: by default all keys in a row, from middle C."""

    middle: int = 60
    """The key of the scale's first note, where the pattern of keys begins."""
    reference: int = 60
    frequency: float = MIDDLE_C
    """Hz, of the reference."""
    first: int = 0
    last: int = KEYS - 1
    octave: int = 0
    """The note of the scale at which the pattern begins anew; 0: the last."""
    pattern: list[int | None] = field(default_factory=list[int | None])
    """For each key, a note of the scale, or none. Empty: all notes in a row."""

    def cents(self, key: int, scale: Sequence[float]) -> float | None:
        """How far a key lies above the first note; None for a key without one."""
        size = len(self.pattern)
        if not size:
            return _degree(key - self.middle, scale)
        turn, place = divmod(key - self.middle, size)
        note = self.pattern[place]
        return None if note is None else _degree(note, scale) + turn * _degree(self.octave or len(scale), scale)


def _degree(note: int, scale: Sequence[float]) -> float:
    octave, place = divmod(note, len(scale))
    return octave * scale[-1] + (scale[place - 1] if place else 0.0)


def keyboard_of(given: Any) -> Keyboard:
    """A keyboard map, of the path of a .kbm file. Raises `DspError` DSP293, DSP294."""
    if given is None:
        return Keyboard()
    if not isinstance(given, str | os.PathLike):
        raise tr.fail("DSP294", f"a keyboard map is the path of a .kbm file, not {describe(given)}", 'keys="map.kbm"')
    lines = lines_of(given, ".kbm")

    def key(what: str) -> int:
        return lines.take(what).integer(what, 0, KEYS - 1)

    size = lines.take("the size of the map").integer("the size of the map", 0, 10_000)
    first, last, middle = key("the first key"), key("the last key"), key("the middle key")
    reference, frequency = key("the reference key"), _hertz(lines.take("the reference's frequency"))
    octave = lines.take("the note of the octave").integer("the note of the octave", 0, 10_000)
    pattern = [_note(line) for line in lines.rest if line.text.strip()]
    if len(pattern) > size:
        wrong(lines.name, f"the map has {size} keys, and {len(pattern)} lines for them", "mend the size, or the lines")
    return Keyboard(middle, reference, frequency, first, last, octave, pattern + [None] * (size - len(pattern)))


def _hertz(line: Line) -> float:
    word = line.first()
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", word) or not 0 < float(word) < 1e6:
        wrong(line.where, f"{quoted(word)} is no frequency in Hz", "for example 440.0")
    return float(word)


def _note(line: Line) -> int | None:
    return None if line.first().lower() == "x" else line.integer("a note of the scale, or x,", 0, 10_000)


# --- both together ----------------------------------------------------------------------------------


def frequencies(scale: Sequence[float], keyboard: Keyboard) -> list[float]:
    """Hz of each of the 128 keys; a key without a note sounds as the next one below that has one, or above.

    Raises `DspError` DSP294 if the reference key has no note.
    """
    base = keyboard.cents(keyboard.reference, scale)
    if base is None:
        raise tr.fail("DSP294", f"the reference key {keyboard.reference} has no note of the scale",
                      "choose a reference that is mapped")  # fmt: skip
    found = [keyboard.cents(key, scale) if keyboard.first <= key <= keyboard.last else None for key in range(KEYS)]
    mapped = [key for key, cents in enumerate(found) if cents is not None] or [keyboard.reference]
    nearest = [max((k for k in mapped if k <= key), default=mapped[0]) for key in range(KEYS)]
    return [keyboard.frequency * 2.0 ** ((float(found[k] or 0.0) - base) / 1200.0) for k in nearest]
