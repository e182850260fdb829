"""`dspopt`: runs passes on IR and shows what they do. The command for those who work on the compiler."""

from __future__ import annotations

import argparse
import io
import linecache
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline
from xdsl.targets.mlir import MLIRTarget
from xdsl.utils.diagnostic import Diagnostic
from xdsl.utils.exceptions import ArgSpecParseError
from xdsl.xdsl_opt_main import xDSLOptMain

from dspc.driver import reports
from dspc.driver.clock import Clock
from dspc.driver.diagnostics import IRError, failure, read_module
from dspc.driver.dspopt_arguments import add_arguments
from dspc.driver.extensions import dialects
from dspc.driver.files import STANDARD_STREAM, FileProblem, read_bytes, write_bytes
from dspc.driver.pipelines import parse
from dspc.driver.programs import collect, is_python, open_programs
from dspc.driver.targets import check_target, emit
from dspc.driver.usage import UsageError
from dspc.driver.watch import Watch
from dspc.frontend.errors import DspError, DspErrors
from dspc.frontend.program import Program, trace

DONE, AT_FAULT, WRONG_USAGE = 0, 1, 2
_SPLIT = re.compile(rb"^[ \t]*// -----[ \t]*\r?$", re.MULTILINE)


@dataclass
class Source:
    """A module to work on: its name, how it is made, how long the stages take."""

    name: str
    read: Callable[[], ModuleOp]
    clock: Clock = field(default_factory=Clock)


class DspOpt(xDSLOptMain):
    """One run of the command. `exit_code` says how it went."""

    def __init__(self, args: Sequence[str] | None = None):
        self.exit_code = DONE
        self.clock = Clock()
        super().__init__("Runs passes on the IR of audio programs and prints the result.", args)

    # what xDSL's driver asks for

    def register_all_dialects(self) -> None:
        for name, make in dialects().items():
            self.ctx.register_dialect(name, make)

    def register_all_frontends(self) -> None:
        """Files are told apart by their names; see `_sources`."""

    def register_all_passes(self) -> None:
        """Passes are found by name when the pipeline is read."""

    def register_all_targets(self) -> None:
        self.available_targets["mlir"] = lambda: MLIRTarget

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        add_arguments(arg_parser)

    def setup_pipeline(self) -> None:
        text = ",".join(self.args.passes)
        if self.args.show_pipeline and not text:
            text = "pipeline"
        self.pipeline = PassPipeline(() if self.args.list_passes else tuple(parse(text)))

    # the run

    def run(self) -> None:
        """Prints what was asked for, and on standard error what is wrong."""
        Diagnostic.colored = self.args.syntax_highlight
        if self.args.list_passes:
            print(reports.list_passes())
        elif self.args.show_pipeline:
            print(reports.show_pipeline(self.pipeline.passes))
        else:
            check_target(self.args.to)
            self._run_sources()

    def _run_sources(self) -> None:
        to_stdout = self.args.output_file in (None, STANDARD_STREAM)
        watch = self._watch()  # wrong names are told before any work is done
        kept: list[str] = []
        for number, source in enumerate(self._sources()):
            text = self._process(source, watch)
            text = text if number == 0 else f"// -----\n{text}"
            if to_stdout:
                sys.stdout.write(text)
                sys.stdout.flush()
            kept.append(text)
            watch = self._watch()
        if not to_stdout and self.exit_code == DONE:
            write_bytes(self.args.output_file, "".join(kept).encode())

    def _watch(self) -> Watch:
        return Watch(self.args, self.pipeline.passes, self._text)

    def _complain(self, problem: Exception) -> None:
        self.exit_code = AT_FAULT
        sys.stdout.flush()
        print(problem, file=sys.stderr)

    def _process(self, source: Source, watch: Watch) -> str:
        """The output for one module; empty if something is wrong with it."""
        clock = source.clock
        try:
            module = source.read()
            before = reports.count_ops(module)
            self._apply(module, watch, clock)
            with clock.stage("emit"):
                text = self._emitted(module)
        except (IRError, DspError) as problem:
            self._complain(problem)
            return ""
        if self.args.statistics:
            print(reports.statistics(before, reports.count_ops(module), source.name), file=sys.stderr)
        if self.args.timing:
            print(reports.timing(clock.stages, source.name), file=sys.stderr)
        return text

    def _apply(self, module: ModuleOp, watch: Watch, clock: Clock) -> None:
        watch.start(module)
        for number, pass_ in enumerate(self.pipeline.passes, 1):
            watch.before(number, pass_, module)
            with clock.stage(pass_.name) as stage:
                self._apply_pass(pass_, module)
            stage.counted(module)
            watch.after(number, pass_, module)

    def _apply_pass(self, pass_: ModulePass, module: ModuleOp) -> None:
        try:
            pass_.apply(self.ctx, module)
        except DspError:
            raise
        except Exception as error:
            raise failure(error, f"the pass {pass_.name}") from None

    # input

    def _sources(self) -> Iterator[Source]:
        name = self.args.input_file or STANDARD_STREAM
        if is_python(name):
            yield from self._python(name)
            return
        data = read_bytes(name)
        linecache.checkcache(name)
        shown = "<stdin>" if name == STANDARD_STREAM else name
        parts = _SPLIT.split(data) if self.args.split_input_file else [data]
        line = 0
        for number, part in enumerate(parts):
            clock = Clock()
            yield Source(shown if number == 0 else f"{shown}, part {number + 1}",
                         lambda part=part, line=line, clock=clock: self._parse(part, shown, line, clock),
                         clock)  # fmt: skip
            line += part.count(b"\n")

    def _python(self, name: str) -> list[Source]:
        """The programs of a Python file, traced; nothing if there is an error in any of them."""
        first = Clock()
        try:
            with first.stage("load"):
                file = open_programs(name)
        except DspError as problem:
            self._complain(problem)
            return []
        clocks = iter([first, *(Clock() for _ in file.programs)])
        precision = self.args.precision
        sources, wrong = collect(file.path, file.programs, lambda p: _traced(p, precision, next(clocks)))
        if wrong:
            self._complain(DspErrors(wrong))
            return []
        return sources

    def _parse(self, data: bytes, name: str, line: int, clock: Clock) -> ModuleOp:
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise IRError(f"{name}: error: this is no text: {error.reason}") from None
        with clock.stage("parse") as stage:
            module = read_module(self.ctx, text, name, line, implicit=not self.args.no_implicit_module)
        stage.counted(module)
        return module

    # output

    def _text(self, module: ModuleOp) -> str:
        """A module as IR, printed as the command line wants it."""
        stream = io.StringIO()
        target = MLIRTarget(self.args.print_op_generic, print_debuginfo=self.args.print_locations,
                            syntax_highlight=self.args.syntax_highlight)  # fmt: skip
        target.emit(self.ctx, module, stream)
        return stream.getvalue().rstrip("\n")

    def _emitted(self, module: ModuleOp) -> str:
        if self.args.to == "mlir":
            return f"{self._text(module)}\n"
        stream = io.StringIO()
        emit(self.args.to, module, stream, self.ctx)
        return stream.getvalue()


def _traced(program: Program, precision: str, clock: Clock) -> Source:
    with clock.stage("trace") as stage:
        module = trace(program, precision)
    stage.counted(module)
    return Source(program.name, lambda: module, clock)


def main(args: Sequence[str] | None = None) -> int:
    """Runs the command. 0: done; 1: the input is at fault; 2: wrong usage."""
    try:
        command = DspOpt(args)
        command.run()
        return command.exit_code
    except SystemExit as exit_:  # argparse has said what is wrong
        return exit_.code if isinstance(exit_.code, int) else DONE
    except (UsageError, FileProblem, ArgSpecParseError) as problem:
        sys.stdout.flush()
        print(f"dspopt: error: {problem}", file=sys.stderr)
        return WRONG_USAGE


def run() -> None:
    """The program `dspopt`. A reader that has seen enough (`dspopt … | head`) is no error."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code)
