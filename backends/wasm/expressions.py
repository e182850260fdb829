"""SSA values as code: where a value is used once, its code stands there; else it gets a local."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache

from xdsl.ir import SSAValue

from dspc.backends.wasm.encoder import SPELLINGS, Function, Instr
from dspc.backends.wasm.scope import Code, Scope, get, put
from dspc.dialects.scalar import TABLE, WASM_TYPES, Row
from dspc.dialects.types import element_of

LONGEST_EXPRESSION = 40
"""Instructions; longer ones get a local, so that nothing is copied again and again into what uses it."""


def _instruction(text: str) -> Instr | int:
    """An instruction of a row's spelling, or the number of an operand."""
    if text.startswith("$"):
        return int(text[1:])
    op, *immediate = text.split()
    if not immediate:
        return Instr(op)
    if SPELLINGS[op].immediate in ("f32", "f64"):
        form = "<f" if op.startswith("f32") else "<d"
        return Instr(op, int.from_bytes(struct.pack(form, float(immediate[0])), "little"))
    return Instr(op, int(immediate[0], 0))


@cache
def spelling(key: str) -> tuple[Instr | int, ...]:
    """A row's instructions; a number pushes an operand."""
    return tuple(_instruction(text) for text in TABLE[key].wasm)


def is_trivial(code: Code) -> bool:
    """Whether the code may be repeated: a local that is at hand, or a constant."""
    return len(code) == 1 and (code[0].op == "local.get" or code[0].op.endswith(".const"))


class Writer:
    """Writes into the innermost of the open scopes."""

    def __init__(self, function: Function):
        self.function = function
        self.scopes = [Scope()]
        self._values: dict[SSAValue, Code] = {}

    @property
    def call(self) -> Scope:
        return self.scopes[0]

    @property
    def scope(self) -> Scope:
        return self.scopes[-1]

    def emit(self, code: Code) -> None:
        self.scope.body += code

    def keep(self, code: Code, type_: str) -> Code:
        """Computes a value here; gives the code that reads it."""
        local = self.function.new_local(type_)
        self.emit([*code, put(local)])
        return (get(local),)

    def value(self, value: SSAValue) -> Code:
        """The code that pushes a value."""
        return self._values[value]

    def set_value(self, value: SSAValue, code: Code) -> None:
        """What pushes the value, wherever it is used."""
        self._values[value] = code

    def define(self, result: SSAValue, code: Code) -> None:
        """Gives a value its code, which depends on nothing that changes before the turn ends."""
        uses = list(result.uses)
        if not uses:
            return
        here = len(uses) == 1 and uses[0].operation.parent is result.owner.parent
        if not is_trivial(code) and (not here or len(code) > LONGEST_EXPRESSION):
            code = self.keep(code, WASM_TYPES[element_of(result.type)])
        self._values[result] = code

    def apply(self, row: Row, operands: Sequence[Code]) -> list[Instr]:
        """A row of the scalar table. An operand that it pushes twice is computed once."""
        parts = spelling(row.key)
        ready = [
            code if parts.count(k) < 2 or is_trivial(code) else self.keep(code, WASM_TYPES[element])
            for k, (code, element) in enumerate(zip(operands, row.operands, strict=True))
        ]
        made: list[Instr] = []
        for part in parts:
            if isinstance(part, Instr):
                made.append(part)
            else:
                made += ready[part]
        return made
