"""Every example keeps the real-time rules: as generated C of both compilers, and as bytecode in the machine."""

from __future__ import annotations

import subprocess
from functools import cache, lru_cache
from pathlib import Path

import pytest
from rt.audit import Policy, audit
from rt.checks import ROOT, RUNTIME, TOOLS, check_quiet, compile_c, digest, play

from dspc.backends.bytecode.backend import BytecodeBackend
from dspc.backends.c import emit
from dspc.backends.c.backend import CBackend
from dspc.backends.c.compiler import FAST, Compiler, _identify
from dspc.driver.compile import lower
from dspc.driver.programs import open_programs
from dspc.frontend.program import Program, trace

SCRIPTS = ("demo", "test_comb")
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py") if path.stem not in SCRIPTS)
STRICT = Policy()
"""A program's own file calls nothing through a pointer: the engine in it calls the core by name."""
MACHINE = Policy(indirect=("dspc_[!v]*",), dispatch=("dspc_vm_run_*",))
"""The engine (not dspc_vm_…) calls the machine through the program's table; the machine jumps to its instructions."""
NUMBERS = ("-O2", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-jump-tables")


def programs(stem: str) -> tuple[Program, ...]:
    return open_programs(str(ROOT / "examples" / f"{stem}.py")).programs


@lru_cache(2)  # the tests of an example follow one another
def sources(stem: str, lanes: int) -> list[str]:
    """The C of an example's programs."""
    return [emit(lower(trace(program), CBackend(lanes))) for program in programs(stem)]  # type: ignore[arg-type]


@lru_cache(1)
def images(stem: str) -> list[bytes]:
    """The bytecode of an example's programs."""
    backend = BytecodeBackend()
    return [backend.artifact(lower(trace(program), backend))[1] for program in programs(stem)]  # type: ignore[arg-type]


@cache
def compiler(command: str) -> Compiler:
    found = _identify((command,), "")
    assert found is not None, f"{command} is not installed"
    return found


def build(text: str, command: str, folder: Path) -> tuple[Path, list[Path]]:
    """The library of a C file, with the flags it is always compiled with; the compiler's word on stacks."""
    (folder / "program.c").write_text(text)
    flags = compiler(command).flags(FAST, text.count("\n"))
    done = subprocess.run([command, *flags, "-fstack-usage", "program.c", "-o", "program.so"], cwd=folder,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    usage = list(folder.glob("*.su"))
    assert usage, f"{command} said nothing of stacks"
    return folder / "program.so", usage


@pytest.mark.parametrize("command", ["gcc", "clang"])
@pytest.mark.parametrize("stem", EXAMPLES)
def test_generated_c(stem: str, command: str, tmp_path: Path) -> None:
    for number, text in enumerate(sources(stem, CBackend(compiler=compiler(command)).width())):
        folder = tmp_path / str(number)
        folder.mkdir()
        library, usage = build(text, command, folder)
        check_quiet(library, policy=STRICT, stack_usage=usage)


@cache
def machine(command: str) -> Path:
    """The machine and the engine in one object; compiled once for all tests, while the sources stay the same."""
    sources = [RUNTIME / "vm.c", RUNTIME / "engine.c"]
    out = TOOLS / f"machine-{command}-{digest(*sorted(RUNTIME.glob('*.[chi]*')))}.o"
    return out if out.exists() else compile_c(out, "-r", "-nostdlib", *NUMBERS, *sources, compiler=command)


@pytest.mark.parametrize("command", ["gcc", "clang"])
def test_machine_audit(command: str) -> None:
    """Nothing in it allocates, locks, calls, recurses or keeps variables of its own, whatever it runs."""
    report = audit(machine(command), MACHINE)
    assert not report.findings, "\n".join(map(str, report.findings))


@pytest.mark.parametrize("command", ["gcc", "clang"])
@pytest.mark.parametrize("stem", EXAMPLES)
def test_bytecode(stem: str, command: str, tmp_path: Path) -> None:
    for number, data in enumerate(images(stem)):
        image = tmp_path / f"program_{number}.inc"
        image.write_text(", ".join(map(str, data)))
        library = compile_c(tmp_path / f"program_{number}.so", "-shared", "-fPIC", f'-DIMAGE="{image}"',
                            Path(__file__).with_name("vm_loader.c"), machine(command), compiler=command)  # fmt: skip
        for name, run in play(library).items():
            assert run.is_quiet, f"{name}: {run}"
