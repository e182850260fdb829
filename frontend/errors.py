"""One type for every error a user can make: code, place, reason, remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from dspc.frontend.places import HOME, Place, place_here

__all__ = ["HOME", "DspError", "DspErrors", "MissingAttribute", "Place", "did_you_mean", "place_here"]


class DspError(Exception):
    """Something is wrong in a user's program.

    `code` is stable (`DSP101`), `message` one line, `hint` says how to mend it, `place` where it is.
    `dspc explain CODE` tells more.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", place: Place | None = None):
        self.code, self.message, self.hint, self.place = code, message, hint, place
        super().__init__(code, message)

    def text(self) -> str:
        """As it is printed: place and message, the line with a caret, the remedy."""
        start = f"{self.place}: {self.code}" if self.place else self.code
        lines = [f"{start}: {self.message}"]
        if self.place and (excerpt := self.place.excerpt()):
            lines.append(excerpt)
        if self.hint:
            lines.append(f"    help: {self.hint}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


class DspErrors(DspError):
    """Several errors of one program or file, in the order in which they were found."""

    def __init__(self, errors: Iterable[DspError]):
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(first.code, first.message, hint=first.hint, place=first.place)

    def text(self) -> str:
        return "\n".join(e.text() for e in self.errors)


class MissingAttribute(DspError, AttributeError):
    """A signal (a note, a choice) has no such attribute: `hasattr` sees an AttributeError."""


def all_errors(error: DspError) -> tuple[DspError, ...]:
    """The errors that one error stands for."""
    return error.errors if isinstance(error, DspErrors) else (error,)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean a or b?`, or nothing if no known word is close."""
    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else ""
