"""Reading and writing whole files on behalf of a user: what goes wrong is said in the user's words.

`-` is standard input or output. A file is written under a temporary name in its own folder and renamed when
it is complete, so that no failure, and no Ctrl-C, leaves half a file behind.
"""

import errno
import os
import secrets
import sys
from pathlib import Path

STANDARD_STREAM = "-"


class FileProblem(Exception):
    """A file that the user named cannot be used: `message` says which and why, `hint` (or "") what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n    help: {self.hint}" if self.hint else self.message


class InputFileError(FileProblem):
    """A file cannot be read, or does not hold what it should."""


class UnreadableFileError(InputFileError):
    """A file cannot be opened at all: the name is wrong, rather than what the file holds."""


class OutputFileError(FileProblem):
    """A file cannot be written."""


def display_name(path: str | Path, stream: str) -> str:
    """How messages call a file: its path, or `standard input`."""
    return f"standard {stream}" if str(path) == STANDARD_STREAM else str(path)


def read_bytes(path: str | Path) -> bytes:
    """All bytes of a file, a pipe or (`-`) standard input. Raises UnreadableFileError."""
    if str(path) == STANDARD_STREAM:
        return _read_standard_input()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise UnreadableFileError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UnreadableFileError(f"{path}: is a folder, not a file") from None
    except PermissionError:
        raise UnreadableFileError(f"{path}: no permission to read it") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise UnreadableFileError(f"{path}: cannot be read ({_reason(error)})") from None


def write_bytes(path: str | Path, data: bytes) -> None:
    """Writes a file whole or not at all, or (`-`) standard output. Raises OutputFileError."""
    if str(path) == STANDARD_STREAM:
        _write_standard_output(data)
        return
    check_writable(path)
    target = Path(os.path.realpath(path))  # through a symbolic link, not over it
    temporary = target.with_name(f".dspc-{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
        os.replace(temporary, target)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutputFileError(*_explained(path, error)) from None
        raise


def check_writable(path: str | Path) -> None:
    """Raises OutputFileError if a file could not be written there, before any work is done for it."""
    if str(path) == STANDARD_STREAM:
        if sys.stdout.isatty():
            raise OutputFileError("standard output is a terminal", "redirect it: … -o - > out.wav")
        return
    target = Path(path)
    folder = target.parent
    if target.is_dir():
        raise OutputFileError(f"{path}: is a folder, not a file", f"name a file in it: {target / 'out.wav'}")
    if not folder.exists():
        raise OutputFileError(f"{path}: the folder {folder} does not exist", f"create it: mkdir -p {folder}")
    if not folder.is_dir():
        raise OutputFileError(f"{path}: {folder} is not a folder")
    if not os.access(folder, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
        raise OutputFileError(f"{path}: no permission to write there")


def _read_standard_input() -> bytes:
    if sys.stdin.isatty():
        raise UnreadableFileError("standard input is a terminal", "pipe a file into it, or name a file")
    return sys.stdin.buffer.read()


def _write_standard_output(data: bytes) -> None:
    check_writable(STANDARD_STREAM)
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _abandon_standard_output()
        reason = "was closed early" if isinstance(error, BrokenPipeError) else f"fails ({_reason(error)})"
        raise OutputFileError(f"standard output {reason}") from None


def _abandon_standard_output() -> None:
    """Lets what is still buffered go nowhere, or Python would complain a second time at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # a replaced sys.stdout without a file descriptor has nothing to flush


def _explained(path: str | Path, error: OSError) -> tuple[str, str]:
    """Message and hint for a failed write."""
    if isinstance(error, PermissionError):
        return f"{path}: no permission to write there", ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{path}: no space left on the disk", "nothing was written; free some space or write elsewhere"
    return f"{path}: cannot be written ({_reason(error)})", ""


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
