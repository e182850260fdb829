"""What the command line names: a program of a file, a backend. Wrong names are told with close ones."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp

from dspc.backends import Backend, backend_names, choose_backend, get_backend
from dspc.driver.programs import ProgramFile, as_the_users, is_python, open_programs
from dspc.driver.usage import UsageError, did_you_mean
from dspc.frontend.program import Program, trace


def named_programs(text: str) -> tuple[ProgramFile, dict[str, Program]]:
    """All programs that `FILE[:name]` means, each by the name it has in the file.

    Raises `UsageError` if it is not a Python file, `DspError` for what goes wrong in it.
    """
    if not is_python(text):
        raise UsageError(f"{text} is not a Python file", "programs are in FILE.py, one of several is FILE.py:name")
    file = open_programs(text)
    return file, dict(zip(file.names, file.programs, strict=True))


def one_program(text: str) -> tuple[ProgramFile, str, Program]:
    """The one program that `FILE[:name]` means. Raises `UsageError` if the file has several."""
    file, found = named_programs(text)
    if len(found) > 1:
        first = next(iter(found))
        raise UsageError(f"{file.path} has {len(found)} programs: {', '.join(found)}",
                         f"name one: {file.path}:{first}")  # fmt: skip
    name, program = next(iter(found.items()))
    return file, name, program


def traced(
    file: ProgramFile, program: Program, precision: str = "f32", *, channels: int | None = None
) -> ModuleOp:
    """The program as IR; what Python raises in it is told with the user's lines."""
    with as_the_users(file.path):
        return trace(program, precision, channels=channels)


def named_backend(name: str) -> Backend:
    """A backend by name, whether it can run here or not. Raises `UsageError` if there is none."""
    if name not in backend_names():
        known = ["auto", *backend_names()]
        hint = did_you_mean(name, known) or f"choose {', '.join(known)}"
        raise UsageError(f"there is no backend {name}", hint)
    return get_backend(name)


def usable_backend(name: str) -> tuple[Backend, str]:
    """A backend that can run here, and why it was chosen. Raises `UsageError` if it cannot."""
    if name == "auto":
        return choose_backend()
    backend = named_backend(name)
    reason = backend.missing()
    if reason is not None:
        raise UsageError(f"the backend {name} cannot run here: {reason}", "--backend auto takes one that can")
    return backend, f"{name}: as asked"
