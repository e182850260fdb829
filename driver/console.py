"""What a command tells people, on standard error: what it did, warnings, and a bar while it works."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Advance = Callable[[int], None]
"""Says how much of the work is done."""


def complain(text: object) -> None:
    """An error that ends the command."""
    _print(f"dspc: error: {text}")


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Console:
    """`quiet` leaves only warnings and errors; `verbose` adds details."""

    quiet: bool = False
    verbose: bool = False

    def say(self, text: str) -> None:
        if not self.quiet:
            _print(text)

    def detail(self, text: str) -> None:
        if self.verbose and not self.quiet:
            _print(text)

    def warn(self, text: str, hint: str = "") -> None:
        _print(f"warning: {text}" + (f"\n    help: {hint}" if hint else ""))

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Advance | None]:
        """A bar on a terminal, which goes away when the work is done; elsewhere None."""
        if self.quiet or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console as Screen
        from rich.progress import Progress

        with Progress(console=Screen(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)


def clock_time(seconds: float) -> str:
    """`2:05.3` minutes and seconds, `0.25 s` below ten seconds.

    >>> clock_time(125.32), clock_time(0.25)
    ('2:05.3', '0.25 s')
    """
    if seconds < 10:
        return f"{seconds:.2f} s"
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"
