"""What `dspopt -t` writes: IR, a graph, or what a backend makes of a program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import IO

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.targets import get_all_targets
from xdsl.utils.arg_spec import parse_spec
from xdsl.utils.target import Target

from dspc.backends import Backend, backend_names, get_backend
from dspc.dialects import dsp, rt
from dspc.driver.diagnostics import IRError, failure
from dspc.driver.dot import write_dot
from dspc.driver.extensions import universes
from dspc.driver.pipelines import build
from dspc.driver.usage import UsageError, did_you_mean
from dspc.frontend.errors import DspError
from dspc.passes.levels import check_level

READY = {"graph": "defining", "legal": "pipeline"}
"""The named pipeline that takes a program to a backend's level."""


@cache
def foreign_targets() -> dict[str, Callable[[], type[Target]]]:
    """The targets of xDSL and of other packages."""
    found = {name: make for u in universes().values() for name, make in u.all_targets.items()}
    return {**found, **get_all_targets()}


def target_names() -> list[str]:
    """Everything that `-t` understands; ours first."""
    own = ["mlir", "dot", *backend_names()]
    return [*own, *(n for n in foreign_targets() if n not in own)]


def check_target(text: str) -> None:
    """Raises `UsageError` if there is no such target."""
    name, known = parse_spec(text).name, target_names()
    if name not in known:
        hint = did_you_mean(name, known) or f"choose {', '.join(known)}"
        raise UsageError(f"no target is called {name}", hint)


def emit(target: str, module: ModuleOp, stream: IO[str], context: Context | None = None) -> None:
    """Writes a module for a target other than mlir. Raises `IRError` if the target cannot take it."""
    spec = parse_spec(target)
    if spec.name == "dot":
        write_dot(module, stream)
    elif spec.name in backend_names():
        for text in _texts(spec.name, module):
            stream.write(text if text.endswith("\n") else f"{text}\n")
    else:
        writer = build(_foreign(spec.name), spec)
        try:
            writer.emit(context or Context(), module, stream)
        except Exception as error:
            raise failure(error, f"the target {spec.name}") from None


def _foreign(name: str) -> type[Target]:
    try:
        return foreign_targets()[name]()
    except Exception as error:  # it may need a package that is not installed
        raise UsageError(f"the target {name} cannot be used: {error}") from None


def _texts(name: str, module: ModuleOp) -> list[str]:
    backend = _backend(name)
    graphs = any(isinstance(op, dsp.ProgramOp) for op in module.body.block.ops)
    graphs = graphs and getattr(backend, "lists_graphs", False)
    if not graphs:
        check_ready(name, backend.level, module)
    kind = dsp.ProgramOp if graphs or backend.level == "graph" else rt.ProgramOp
    programs = [op for op in module.body.block.ops if isinstance(op, kind)]
    try:
        return [backend.text(program) for program in programs]
    except DspError:
        raise
    except Exception as error:
        raise failure(error, f"the target {name}") from None


def _backend(name: str) -> Backend:
    try:
        return get_backend(name)
    except Exception as error:
        raise UsageError(f"the target {name} cannot be used: {error}") from None


def check_ready(name: str, level: str, module: ModuleOp) -> None:
    """Raises `IRError` if a module is not at the level that a target reads."""
    try:
        check_level(module, "rates" if level == "graph" else level)
    except DspError as error:
        found = error.message.partition(": ")[2]
        raise IRError(f"error: the target {name} takes {level} IR; here {found}\n"
                      f"    help: run -p {READY[level]} first") from None  # fmt: skip
