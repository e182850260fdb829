"""`dspc explain`: what an error code means, and how to write it instead."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from dspc.driver.options import json_option, split_list
from dspc.driver.usage import UsageError


@click.command("explain")
@click.argument("codes", metavar="CODE…", nargs=-1, required=True)
@json_option("the entries")
def command(codes: tuple[str, ...], as_json: bool) -> None:
    """Explains error codes, such as DSP101.

    What it means, why it is an error, and how to write it instead.
    """
    from dspc.frontend.codes import Code, find, suggestion

    found: list[Code] = []
    for code in split_list(codes):
        entry = find(code)
        if entry is None:
            raise UsageError(f"there is no error {code.upper()}", suggestion(code) or "a code is DSP and three digits")
        found.append(entry)
    if as_json:
        print(json.dumps([asdict(entry) for entry in found]))
    else:
        print("\n\n".join(entry.text() for entry in found))
