"""A lit test format that runs `dspopt` and `filecheck` inside lit's own process.

A process that imports xDSL costs 0.3 s of CPU, a second run in the same process a few milliseconds. lit's own
parser of RUN lines and of shell syntax is used; a pipeline of which any part is not one of our programs is
left to lit, which starts processes. `lit --param processes=1` starts processes for everything.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from unittest import mock

import lit.formats
import lit.Test
import lit.TestRunner
from lit.ShellEnvironment import ShellCommandResult, expand_glob_expressions, processRedirects
from lit.ShUtil import Pipeline

PROGRAMS = {"dspopt": "dspc.driver.dspopt:main", "filecheck": "filecheck.main:main"}
"""Function by program: it takes the arguments after the program's name, and returns or exits with a code."""

LEAVES_TRACES = frozenset({"--disable-verify", "--syntax-highlight"})
"""Flags that change xDSL's classes for the rest of the process."""

TIME_LIMIT_S = 60


class Stage(NamedTuple):
    """One program of a pipeline: its words without `not`, and whether its success is a failure."""

    command: Any
    words: list[str]
    negated: bool


def _stage(command: Any, programs: Mapping[str, str], cwd: str) -> Stage | None:
    """The command as a stage, or None if lit has to run it."""
    words = lit.TestRunner._expandLateSubstitutions(command, list(command.args), cwd)
    negations = 0
    while words and words[0] == "not" and negations == 0:
        words.pop(0)
        negations += 1
    if not words or words[0] not in programs or LEAVES_TRACES.intersection(map(str, words)):
        return None
    return Stage(command, expand_glob_expressions(words, cwd), negations == 1)


class Capture:
    """Standard output and error into buffers; into one buffer if `joined`.

    Output is buffered and errors are not, as in a process whose output goes to a pipe: the order is the same.
    """

    def __init__(self, joined: bool) -> None:
        self._kept = io.BytesIO()
        self._kept_err = self._kept if joined else io.BytesIO()
        buffered = io.BufferedWriter(self._kept)  # type: ignore[arg-type]
        self.out = io.TextIOWrapper(buffered, encoding="utf-8")
        self.err = io.TextIOWrapper(
            self._kept_err, encoding="utf-8", errors="backslashreplace", write_through=True
        )

    def finish(self) -> tuple[bytes, bytes]:
        self.out.flush()
        self.err.flush()
        joined = self._kept_err is self._kept
        return self._kept.getvalue(), b"" if joined else self._kept_err.getvalue()


@contextlib.contextmanager
def _as_if_alone(words: Sequence[str], shell: Any, stdin: bytes, to: Capture) -> Iterator[None]:
    """The process looks to the program as its own would: arguments, folder, environment, streams."""

    def on_alarm(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"{words[0]} ran for more than {TIME_LIMIT_S} s")

    old_handler = signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(TIME_LIMIT_S)
    try:
        with (
            contextlib.chdir(shell.cwd),
            mock.patch.dict(os.environ, shell.env, clear=True),
            mock.patch.object(sys, "argv", list(words)),
            mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")),
            contextlib.redirect_stdout(to.out),
            contextlib.redirect_stderr(to.err),
        ):
            yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old_handler)


def _exit_code(code: object) -> int:
    if code is None or isinstance(code, int):
        return code or 0
    sys.stdout.flush()
    print(code, file=sys.stderr)
    return 1


def call(entry: str, words: Sequence[str], shell: Any, stdin: bytes, to: Capture) -> int:
    """Runs `module:function` as a program would run; returns its exit code."""
    module, _, function = entry.partition(":")
    with _as_if_alone(words, shell, stdin, to):
        try:
            program = getattr(importlib.import_module(module), function)
            # filecheck expects its own name first, as in sys.argv; ours do not.
            return _exit_code(program(list(words if module.startswith("filecheck") else words[1:])))
        except SystemExit as exit_:
            return _exit_code(exit_.code)
        except BaseException:
            sys.stdout.flush()  # as Python does before it reports an exception
            traceback.print_exc()
            return 1


def _put(target: Any, data: bytes) -> bytes:
    """Writes to a redirect's file; what goes to no file is returned."""
    if not hasattr(target, "write"):
        return data
    target.flush()
    target.buffer.write(data)
    return b""


def _run_stage(stage: Stage, entry: str, shell: Any, stdin: bytes) -> tuple[bytes, bytes, int]:
    """Standard output for the next stage, standard error for the report, exit code."""
    opened: list[Any] = []
    source, to_out, to_err = processRedirects(stage.command, subprocess.PIPE, shell, opened)
    if hasattr(source, "read"):
        stdin = source.buffer.read()
    same_file = to_err is to_out and hasattr(to_out, "write")
    joined = same_file or (to_err, to_out) == (subprocess.STDOUT, subprocess.PIPE)
    capture = Capture(joined)
    code = call(entry, stage.words, shell, stdin, capture)
    out, err = capture.finish()
    piped, reported = _put(to_out, out), _put(to_err, err)
    for _name, _mode, file, _path in opened:
        file.close()
    if to_err == subprocess.STDOUT and not joined:  # `2>&1 >file`: what was standard output goes to the pipe
        piped, reported = reported, b""
    return piped, reported, code


def run_pipeline(
    stages: Sequence[Stage], programs: Mapping[str, str], pipe_err: bool, shell: Any, results: Any
) -> int:
    """Runs the stages one after the other; fills lit's results. Exit code as of a shell with `pipefail`."""
    data, exit_code = b"", 0
    for stage in stages:
        data, err, code = _run_stage(stage, programs[stage.words[0]], shell, data)
        if stage.negated:
            code = int(code == 0)
        exit_code = code if not pipe_err or code or not exit_code else exit_code
        shown = data if stage is stages[-1] else b""
        texts = (shown.decode(errors="replace"), err.decode(errors="replace"))
        results.append(ShellCommandResult(stage.command, *texts, code, False, []))
    return exit_code


class InProcessShTest(lit.formats.ShTest):
    """lit's ShTest with our programs run in the process. `strict`: no skipped tests, no expected failures."""

    def __init__(self, programs: Mapping[str, str] = PROGRAMS, processes: bool = False, strict: bool = False):
        super().__init__(execute_external=False)
        self.programs = {} if processes else dict(programs)
        self.strict = strict

    def execute(self, test: Any, litConfig: Any) -> Any:  # noqa: N803 (lit's name)
        original = lit.TestRunner._executeShCmd

        def execute_command(cmd: Any, shell: Any, results: Any, timeout: Any) -> Any:
            if not isinstance(cmd, Pipeline) or cmd.negate:
                return original(cmd, shell, results, timeout)
            stages = [stage for c in cmd.commands if (stage := _stage(c, self.programs, shell.cwd))]
            if len(stages) < len(cmd.commands):
                return original(cmd, shell, results, timeout)
            return run_pipeline(stages, self.programs, cmd.pipe_err, shell, results)

        with mock.patch.object(lit.TestRunner, "_executeShCmd", execute_command):
            result = super().execute(test, litConfig)
        return _no_excuses(test, result) if self.strict else result


def _no_excuses(test: Any, result: Any) -> Any:
    skipped = result.code in (lit.Test.UNSUPPORTED, lit.Test.SKIPPED)
    if not skipped and not test.xfails:
        return result
    test.xfails = []
    what = f"skipped: {result.output}" if skipped else "expected to fail"
    return lit.Test.Result(lit.Test.FAIL, f"Not allowed in CI: {what}")
