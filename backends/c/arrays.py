"""Arrays of a program's functions: on the stack while all are small together, else behind the program's memory."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import Attribute

from dspc.backends.c.spelling import value_type
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of, width_of

STACK_BYTES = 1024
"""For all arrays of a program: an audio thread's stack may be small, and functions are inlined into one another."""
ALIGN = 64


@dataclass
class Arrays:
    """Declares arrays, some of `block` samples. `end` is where the program's memory ends: the rest comes there."""

    end: int
    block: int
    left: int = STACK_BYTES

    def samples(self, type_: Attribute, name: str, groups: int = 0) -> str:
        """A block's samples, or those of each group of voices."""
        return self._declare(type_, name, self.block * max(groups, 1), [str(groups)] if groups else [], str(self.block))

    def stack(self, type_: Attribute, name: str, count: int) -> str:
        """What the turns of a loop gave."""
        return self._declare(type_, name, count, [], str(count))

    def _declare(self, type_: Attribute, name: str, count: int, outer: list[str], inner: str) -> str:
        size, c_type = count * _bytes(type_), value_type(type_)
        if size <= self.left:
            self.left -= size
            aligned = f" __attribute__((aligned({ALIGN})))" if size >= ALIGN else ""
            return f"{c_type} {name}{''.join(f'[{n}]' for n in (*outer, inner))}{aligned};"
        place = f"(void *)((char *)s + {self.end})"
        self.end += -(-size // ALIGN) * ALIGN
        if outer:
            return f"{c_type} (*const {name})[{inner}] = ({c_type} (*)[{inner}]){place};"
        return f"{c_type} *const {name} = ({c_type} *){place};"


def _bytes(type_: Attribute) -> int:
    """Of one element; a bool is an int32 in all its lanes."""
    return BYTES[element_of(type_)] * width_of(type_)
