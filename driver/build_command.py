"""`dspc build`: what a backend makes of programs, as files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dspc.driver.console import Console
from dspc.driver.files import OutputFileError, check_writable, write_bytes
from dspc.driver.options import backend_option, json_option, precision_option, program_argument, split_list, verbosity
from dspc.driver.usage import UsageError, did_you_mean
from dspc.frontend.errors import DspErrors
from dspc.frontend.places import entrance

if TYPE_CHECKING:
    from xdsl.dialects.builtin import ModuleOp

    from dspc.driver.programs import ProgramFile
    from dspc.frontend.program import Program

BACKENDS = {"c-source": "c", "bytecode": "bytecode", "wasm": "wasm"}
"""The formats that are what a backend makes, as it is."""
LATER = ("vst3", "clap", "lv2", "standalone", "web", "arm")


@dataclass(frozen=True)
class Artifact:
    """A file to write."""

    path: Path
    data: bytes
    program: str
    format: str
    backend: str


@click.command("build")
@program_argument
@backend_option("what makes the files, if no format is given")
@precision_option
@click.option("--format", "formats", multiple=True, metavar="FORMAT,…",
              show_default="what the backend makes", help=", ".join(BACKENDS))  # fmt: skip
@click.option("-o", "--output", default=".", metavar="DIR", show_default=True, help="the folder to write to")
@json_option("what was written")
@verbosity
@entrance
def command(
    file: str,
    backend: str,
    precision: str,
    formats: tuple[str, ...],
    output: str,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Writes programs as C, bytecode or WebAssembly.

    One file a program and format; without :name, every program of the file. Nothing is written unless
    everything compiles.

    \b
    dspc build voice.py --format c-source,wasm -o out
    """
    from dspc.driver.selection import named_programs

    console = Console(quiet, verbose)
    wanted, why = _wanted(backend, split_list(formats))
    folder = Path(output)
    source, programs = named_programs(file)
    modules = _traced(source, programs, precision)
    artifacts = list(_make(modules, wanted, folder, console))
    _write(folder, artifacts)
    for made in artifacts:
        console.say(f"{made.path}: {made.program} as {made.format}, {len(made.data)} bytes")
    if why:
        console.say(f"backend {why}")
    if as_json:
        print(json.dumps([_figures(made) for made in artifacts]))


def _wanted(backend: str, formats: list[str]) -> tuple[dict[str, str], str]:
    """The backend of each format; and why it was chosen, if it was."""
    from dspc.driver.selection import named_backend, usable_backend

    for name in formats:
        _check_format(name)
        if backend not in ("auto", BACKENDS[name]):
            raise UsageError(f"the backend {backend} does not make {name}", "leave --backend out")
    if formats:
        return {name: BACKENDS[name] for name in formats}, ""
    chosen, why = usable_backend("auto") if backend == "auto" else (named_backend(backend), "")
    return {_format_of(chosen.name): chosen.name}, why


def _check_format(name: str) -> None:
    if name in LATER:
        raise UsageError(f"the format {name} is not yet in this version", f"there are {', '.join(BACKENDS)}")
    if name not in BACKENDS:
        hint = did_you_mean(name, [*BACKENDS, *LATER]) or f"there are {', '.join(BACKENDS)}"
        raise UsageError(f"there is no format {name}", hint)


def _format_of(backend: str) -> str:
    return next((name for name, maker in BACKENDS.items() if maker == backend), backend)


def _traced(file: ProgramFile, programs: dict[str, Program], precision: str) -> dict[str, ModuleOp]:
    """All programs as IR. Raises `DspErrors` with what is wrong in any of them."""
    from dspc.driver.programs import collect
    from dspc.frontend.program import trace

    modules, wrong = collect(file.path, tuple(programs.values()), lambda program: trace(program, precision))
    if wrong:
        raise DspErrors(wrong)
    return dict(zip(programs, modules, strict=True))


def _make(
    modules: dict[str, ModuleOp], wanted: dict[str, str], folder: Path, console: Console
) -> Iterable[Artifact]:
    """All artifacts."""
    from dspc.backends import get_backend
    from dspc.driver.compile import Stages, lower

    for name, module in modules.items():
        for format_name, maker in wanted.items():
            backend, stages = get_backend(maker), Stages()
            legal = lower(module.clone(), backend, stages)
            with stages.stage(maker):
                suffix, data = backend.artifact(legal)
            console.detail(f"{name} as {format_name}\n{stages.table()}")
            yield Artifact(folder / f"{name}{suffix}", data, name, format_name, maker)


def _write(folder: Path, artifacts: list[Artifact]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputFileError(f"{folder}: is not a folder", "-o names a folder") from None
    except OSError as error:
        raise OutputFileError(f"{folder}: cannot be made ({error.strerror})") from None
    for made in artifacts:
        check_writable(made.path)
    for made in artifacts:
        write_bytes(made.path, made.data)


def _figures(made: Artifact) -> dict[str, Any]:
    return {"path": str(made.path), "program": made.program, "format": made.format, "backend": made.backend,
            "bytes": len(made.data)}  # fmt: skip
