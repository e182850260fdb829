"""`dspc`: renders, builds and explains audio programs. The command for those who write them.

Exit codes: 0 done; 1 the user's program, or a file it works on, is at fault; 2 wrong usage; 130 Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from dspc.driver.console import complain
from dspc.driver.files import FileProblem, OutputFileError, UnreadableFileError
from dspc.driver.usage import UsageError, did_you_mean
from dspc.frontend.errors import DspError

DONE, AT_FAULT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
COMMANDS = ("render", "plot", "build", "backends", "explain")


class Commands(click.Group):
    """The commands: `dspc NAME` is the function `command` of `driver/NAME_command.py`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"dspc.driver.{cmd_name}_command").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            hint = did_you_mean(args[0], COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
            raise UsageError(f"there is no command {args[0]}", hint)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dspc", prog_name="dspc", message="%(prog)s %(version)s")
def commands() -> None:
    """Audio DSP written in Python, compiled for real time.

    \b
    dspc render voice.py --midi song.mid -o song.wav
    dspc render echo.py --input guitar.wav --set mix=0.5 -o echo.wav
    dspc build voice.py --format c-source,wasm -o out
    """


def main(args: Sequence[str] | None = None) -> int:
    """Runs the command and says what is wrong on standard error. Returns the exit code."""
    try:
        code = _run(sys.argv[1:] if args is None else list(args))
        sys.stdout.flush()
        return code
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "dspc"
        complain(UsageError(error.format_message(), f"{where} --help shows what it takes"))
        return WRONG_USAGE
    except UsageError as error:
        complain(error)
        return WRONG_USAGE
    except FileProblem as error:
        complain(error)
        return WRONG_USAGE if isinstance(error, UnreadableFileError | OutputFileError) else AT_FAULT
    except DspError as error:
        print(error, file=sys.stderr)
        return AT_FAULT
    except MemoryError:
        complain(UsageError("there is not enough memory", "render less at a time: --seconds"))
        return AT_FAULT
    except KeyboardInterrupt:
        print("dspc: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # a reader that has seen enough (`dspc … | head`) is no error
        _drop_output()
        return DONE


def _run(args: list[str]) -> int:
    """The command itself. click's own `main` has other ideas of exit codes; it does the shell's completion."""
    if "_DSPC_COMPLETE" in os.environ:
        commands.main(args, prog_name="dspc")
    with commands.make_context("dspc", args or ["--help"]) as context:
        commands.invoke(context)
    return DONE


def _drop_output() -> None:
    """Lets what is still buffered go nowhere, or Python would complain at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
