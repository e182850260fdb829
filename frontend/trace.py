"""The trace that is running: where operations go, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, ModuleOp, StringAttr
from xdsl.ir import Block, Operation

from dspc.dialects import dsp
from dspc.frontend.errors import DspError, DspErrors, Place, location_here, place_here


class Trace:
    """One program being traced. Operations are appended to the innermost block.

    `place` is where the program's function begins: the place of all that no line of it asked for.
    """

    def __init__(self, name: str, place: Place | None = None):
        self.name, self.place = name, place
        self._location = place.location() if place else None
        self.errors: list[DspError] = []
        self.module = ModuleOp([])
        self.blocks: list[Block] = [Block()]
        self.params: dict[str, Any] = {}
        self.noises = 0
        self.tables: dict[bytes, str] = {}

    @property
    def block(self) -> Block:
        return self.blocks[-1]

    @property
    def root(self) -> Block:
        """The program's own block."""
        return self.blocks[0]

    def add(self, op: Operation) -> Operation:
        """Appends an operation, with the user's line as its location."""
        location = location_here() or self._location
        if location is not None:
            op.location = location
        self.block.add_op(op)
        return op

    @contextmanager
    def inside(self, block: Block) -> Iterator[Block]:
        """Appends to `block` for a while."""
        self.blocks.append(block)
        try:
            yield block
        finally:
            self.blocks.pop()

    def visible(self, block: Block | None) -> bool:
        """Whether values of `block` may be used where the trace is now."""
        return any(block is b for b in self.blocks)

    def report(self, code: str, message: str, hint: str = "") -> None:
        """Notes an error at the user's line; tracing goes on, to find the others too."""
        self.errors.append(DspError(code, message, hint=hint, place=place_here() or self.place))

    def table(self, key: bytes, data: DenseIntOrFPElementsAttr) -> str:
        """The symbol of a table with these samples; equal tables are one."""
        if key not in self.tables:
            name = f"table_{len(self.tables)}"
            self.tables[key] = name
            with self.inside(self.module.body.block):
                self.add(dsp.TableOp.create(properties={"sym_name": StringAttr(name), "data": data}))
        return self.tables[key]

    def finish(self) -> None:
        """Raises what was noted."""
        unique = {(e.code, e.place, e.message): e for e in self.errors}
        if len(unique) == 1:
            raise next(iter(unique.values()))
        if unique:
            raise DspErrors(unique.values())


_running: list[Trace] = []


def current() -> Trace:
    """The running trace; an error if there is none."""
    if not _running:
        raise fail("DSP100", "signals exist only while a program is traced",
                   "call this inside a function decorated with @dspc.effect or @dspc.instrument")  # fmt: skip
    return _running[-1]


def tracing() -> bool:
    return bool(_running)


@contextmanager
def running(trace: Trace) -> Iterator[Trace]:
    """Makes `trace` the running one."""
    _running.append(trace)
    try:
        yield trace
    finally:
        _running.pop()


def fail(code: str, message: str, hint: str = "") -> DspError:
    """An error at the user's line, to be raised."""
    place = place_here() or (_running[-1].place if _running else None)
    return DspError(code, message, hint=hint, place=place)
