"""Options and arguments that several commands of `dspc` take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

program_argument = click.argument("file", metavar="FILE[:name]")


def backend_option(text: str) -> Callable[[F], F]:
    """`--backend`, auto by default."""
    return click.option("--backend", default="auto", metavar="NAME", show_default="auto: the fastest here", help=text)


def precision_option(command: F) -> F:
    """`--precision`, f32 by default."""
    return click.option("--precision", type=click.Choice(["f32", "f64"]), default="f32", show_default=True,
                        help="the floats of the program, its channels included")(command)  # fmt: skip


def json_option(text: str) -> Callable[[F], F]:
    """`--json`: for programs that read what a command did."""
    return click.option("--json", "as_json", is_flag=True, help=f"print {text} on standard output as JSON")


preset_option = click.option(
    "--preset", metavar="NAME|FILE.toml[:NAME]",
    help="values of parameters that have a name, from presets/ beside the program; --set goes before them",
)  # fmt: skip


def verbosity(command: F) -> F:
    """`-q` and `-v`."""
    command = click.option("-q", "--quiet", is_flag=True, help="say only what is wrong")(command)
    return click.option("-v", "--verbose", is_flag=True, help="also say how long each stage took")(command)


def split_list(values: Iterable[str]) -> list[str]:
    """The items of an option that may be repeated, comma-separated, or both.

    >>> split_list(["a,b", "c"])
    ['a', 'b', 'c']
    """
    return [item.strip() for value in values for item in value.split(",") if item.strip()]
