"""`dspc backends`: what can compute here, what cannot, and why."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import click

from dspc.driver.options import json_option
from dspc.frontend.errors import DspError


@dataclass(frozen=True)
class State:
    """A backend on this machine. `missing`: why it cannot run, None if it can; `lanes`: f32 a vector."""

    name: str
    available: bool
    missing: str | None
    lanes: int | None
    source: str


@click.command("backends")
@json_option("the list")
def command(as_json: bool) -> None:
    """Shows which backends can run here, and which one auto takes."""
    states = [state_of(name) for name in _names()]
    chosen, why = _auto()
    if as_json:
        print(json.dumps({"backends": [asdict(s) for s in states], "auto": chosen, "reason": why}))
        return
    for state in states:
        print(f"{state.name:12}{_line(state)}")
    print(f"\nauto takes {why}" if chosen else f"\nauto finds nothing: {why}")


def _names() -> list[str]:
    from dspc.backends import backend_names

    return backend_names()


def state_of(name: str) -> State:
    """How a backend does here; one that cannot be loaded is missing, whatever it raises."""
    from dspc.backends import BUILT_IN, get_backend

    source = "dspc" if name in BUILT_IN else "another package"
    try:
        backend = get_backend(name)
        reason = backend.missing()
        return State(name, reason is None, reason, backend.width() if reason is None else None, source)
    except Exception as error:
        return State(name, False, f"it cannot be loaded: {type(error).__name__}: {error}", None, source)


def _auto() -> tuple[str | None, str]:
    from dspc.backends import choose_backend

    try:
        backend, why = choose_backend()
    except DspError as error:
        return None, error.message
    return backend.name, why


def _line(state: State) -> str:
    if not state.available:
        return f"missing: {state.missing}"
    lanes = f"{state.lanes} lanes" if state.lanes and state.lanes > 1 else "scalar"
    note = ", the judge of the others; auto never takes it" if state.name == "reference" else ""
    return f"available, {lanes}{note}" + ("" if state.source == "dspc" else f", from {state.source}")
