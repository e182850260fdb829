"""Constant arrays in C: numbers that can be read, or a string of bytes where there are many."""

from __future__ import annotations

from typing import Any

import numpy as np

from dspc.backends.c.spelling import literal
from dspc.dialects.scalar import C_TYPES, FLOATS, NUMPY_TYPES

READABLE = 4096
"""Numbers; more take a compiler ten times as long to read as the string of their bytes."""
_ESCAPES = [chr(c) if 32 <= c < 127 and chr(c) not in '"\\?' else f"\\{c:03o}" for c in range(256)]
"""Each byte in a C string. Three octal digits cannot run into what follows, and there is no trigraph without ?."""


def constant_array(name: str, element: str, numbers: Any) -> str:
    """`name`, an array, on one line each: by its lines a program is large or not."""
    if len(numbers) <= READABLE or element not in FLOATS:
        return f"static const {C_TYPES[element]} {name}[] = {{{', '.join(literal(n, element) for n in numbers)}}};"
    data = np.array(numbers, NUMPY_TYPES[element]).tobytes()
    members = f"char bytes[{len(data)}]; {C_TYPES[element]} numbers[{len(numbers)}];"
    return (
        f"#define {name} {name}_image.numbers /* its bytes, the lowest of each number first */\n"
        f'static const union {{ {members} }} {name}_image = {{"{string_of(data)}"}};'
    )


def string_of(data: bytes) -> str:
    """The bytes as they stand between the quotes of a C string."""
    return "".join(map(_ESCAPES.__getitem__, data))
