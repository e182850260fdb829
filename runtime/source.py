"""The runtime's C sources as text: for cffi, and for programs that carry the engine inside.

Imports nothing of dspc: the build of the extension runs this file before dspc is installed.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

_INCLUDE = re.compile(r'^#include "([\w./]+)"\n', re.MULTILINE)


def read_source(name: str) -> str:
    """The text of a file of the runtime: `engine.h`."""
    if __package__:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def header_cdef(name: str) -> str:
    """What cffi may read of a header: the lines between its marks, without the linkage macro."""
    text = read_source(name)
    begin, end = text.index("/* cdef begin */"), text.index("/* cdef end */")
    return text[begin:end].replace("DSPC_API ", "")


def engine_cdef() -> str:
    """The engine ABI's declarations, for `ffi.cdef`."""
    return header_cdef("engine.h")


def engine_source() -> str:
    """engine.h and engine.c with all their parts as one text, which includes <stddef.h> and <stdint.h> only.

    The C file of a program may define `DSPC_API` (say `static __attribute__((unused))`) and the macros
    `DSPC_CORE_SIZES`, `DSPC_CORE_INIT` and `DSPC_CORE_RUN` before it.
    """
    return amalgamate("engine.c")


def amalgamate(name: str) -> str:
    """A source with the runtime's own includes replaced by their text, each once."""
    seen: set[str] = set()

    def expand(text: str) -> str:
        return _INCLUDE.sub(lambda m: include(m[1]), text)

    def include(part: str) -> str:
        if part in seen:
            return ""
        seen.add(part)
        return expand(read_source(part))

    return include(name)
