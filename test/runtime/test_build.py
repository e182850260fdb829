"""The C of the engine: warnings, what it calls, as text inside a program's file, under sanitizers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from toy_programs import HERE, RUNTIME, STRICT, WARN

from dspc.runtime.source import engine_source

MORE = ["-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wcast-align", "-Wstrict-prototypes", "-Wpedantic"]
COMPILERS = [name for name in ("gcc", "clang", "clang-14") if shutil.which(name)]


def compile_c(compiler: str, source: Path, to: Path, *options: str) -> None:
    flags = ["-std=c11", "-O2", *STRICT, *WARN, f"-I{RUNTIME}", *options]
    done = subprocess.run([compiler, *flags, source, "-o", to], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def undefined(path: Path) -> set[str]:
    return set(re.findall(r"U (\w+)", output("nm", "-u", path)))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_warnings_and_no_calls(compiler: str, tmp_path: Path) -> None:
    to = tmp_path / "engine.o"
    compile_c(compiler, RUNTIME / "engine.c", to, "-c", "-ffreestanding", *MORE)
    assert undefined(to) <= {"memcpy", "memset", "memmove"}
    assert not re.findall(r" [bBdD] (\w+)", output("nm", to)), "a variable of its own"


def test_stack_is_small(tmp_path: Path) -> None:
    compile_c("gcc", RUNTIME / "engine.c", tmp_path / "engine.o", "-c", "-fstack-usage")
    rows = [line.split("\t") for line in (tmp_path / "engine.su").read_text().splitlines()]
    used = {row[0].rpartition(":")[2]: (int(row[1]), row[2]) for row in rows}
    assert all(how == "static" for _, how in used.values())
    assert max(size for size, _ in used.values()) < 3500 and used["dspc_process"][0] < 600


PROGRAM = """
#define DSPC_API static __attribute__((unused))
#define DSPC_CORE_SIZES(program, rate, lengths) mine_sizes(program, rate, lengths)
#define DSPC_CORE_INIT(program, core) mine_init(program, core)
#define DSPC_CORE_RUN(program, core, inputs, outputs, frames) mine_run(program, core, inputs, outputs, frames)
struct dspc_program;
void mine_sizes(const struct dspc_program *, double, unsigned *);
void mine_init(const struct dspc_program *, void *);
void mine_run(const struct dspc_program *, void *, const float *const *, float *const *, unsigned);
$engine
void mine_process(const dspc_program *p, void *memory, const float *const *x, float *const *y, uint32_t n);
void mine_process(const dspc_program *p, void *memory, const float *const *x, float *const *y, uint32_t n)
{
  dspc_reset(p, memory);
  dspc_process(p, memory, x, y, n, NULL, 0);
}
"""


def test_as_text_inside_a_program(tmp_path: Path) -> None:
    """Static, direct, and nothing else in sight: an object without an indirect call."""
    text = engine_source()
    assert '#include "' not in text and text.count("#ifndef DSPC_ENGINE_H") == 1
    source, to = tmp_path / "program.c", tmp_path / "program.o"
    source.write_text(PROGRAM.replace("$engine", text))
    compile_c("gcc", source, to, "-c")
    assert undefined(to) - {"memcpy", "memset", "memmove"} <= {"mine_sizes", "mine_init", "mine_run"}
    assert not re.findall(r"call\s+\*", output("objdump", "-d", to))
    assert re.findall(r" T (\w+)", output("nm", "-g", "--defined-only", to)) == ["mine_process"]


def test_random_events_under_sanitizers(tmp_path: Path) -> None:
    program = tmp_path / "fuzz"
    sanitize = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1"]
    compile_c("gcc", HERE / "fuzz_engine.c", program, *sanitize)
    # Looking for leaks needs ptrace, which sandboxes forbid; the engine allocates nothing anyway.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run([program, "1", "4000"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
