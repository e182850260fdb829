"""The trace that is running: where operations go, and what went wrong on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Literal

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FileLineColLoc, ModuleOp, StringAttr
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend.errors import DspError, DspErrors, Place, all_errors
from dspc.frontend.places import place_here, place_of, user_frame

Kind = Literal[
    "program", "voices", "bank", "feedback", "scope", "when", "restart", "control", "oversample", "undersample",
    "table_init", "stft",
]  # fmt: skip
Precision = Literal["f32", "f64"]
"""What the floats of control and audio rate are."""
PRECISIONS: tuple[Precision, ...] = ("f32", "f64")

MOST_REFUSALS = 100
"""So often one line may ask for a signal's value before tracing stops there: it may be a loop's condition."""


@dataclass(eq=False)
class Body:
    """A block that is being filled, what it is the body of, and how many copies of it there are.

    `speed` is how often it runs at a sample of the body around it; in an oversampled body `count` times, in turns.
    `fields` are what has been asked of the voices' note.
    """

    kind: Kind
    block: Block = field(default_factory=Block)
    count: int = 1
    speed: float = 1.0
    fields: dict[str, SSAValue] = field(default_factory=dict[str, SSAValue])


class Trace:
    """One program being traced. Operations are appended to the innermost body.

    `place` is where the program's function begins: the place of all that no line of it asked for. `channel` counts
    the runs of a mono effect on a wider bus.
    `place` is where the program's function begins: the place of all that no line of it asked for. `precision`
    is what its floats are at control and audio rate.
    """

    def __init__(self, name: str, place: Place | None = None, precision: Precision = "f32"):
        self.name, self.place, self.precision = name, place, precision
        self.errors: list[DspError] = []
        self.module = ModuleOp([])
        self.bodies: list[Body] = [Body("program")]
        self.params: dict[str, Place | None] = {}
        self.noises = 0
        self.channel = 0
        self.meters: dict[tuple[str, int], Place | None] = {}
        self.controllers: dict[int, tuple[float, Place | None]] = {}
        self.sharing: list[Body] = []
        self._location = place.location() if place else None
        self._tables: dict[bytes, str] = {}
        self._recordings: dict[str, tuple[bytes, str]] = {}
        self._kinds: dict[Block, Kind] = {}
        self._stand_ins: set[SSAValue] = set()
        self._refusals: Counter[tuple[CodeType, int]] = Counter()
        self._locations: dict[tuple[int, int], tuple[CodeType, FileLineColLoc]] = {}

    @property
    def block(self) -> Block:
        return self.bodies[-1].block

    @property
    def root(self) -> Body:
        """The program's own body."""
        return self.bodies[0]

    def add(self, op: Operation) -> Operation:
        """Appends an operation, with the user's expression as its location."""
        location = self._location_here()
        if location is not None:
            op.location = location
        self.block.add_op(op)
        if self._stand_ins and any(o in self._stand_ins for o in _read(op)):
            self._stand_ins.update(op.results)
        return op

    def _location_here(self) -> FileLineColLoc | None:
        frame = user_frame(3)
        if frame is None:
            return self._location
        key = (id(frame.f_code), frame.f_lasti)
        if key not in self._locations:  # the code is kept, so that its id stays its own
            place = place_of(frame.f_code, frame.f_lasti, frame.f_lineno)
            self._locations[key] = (frame.f_code, place.location())
        return self._locations[key][1]

    @contextmanager
    def at(self, place: Place | None) -> Generator[None, None, None]:
        """Gives what no line of the user asks for another place than the program's."""
        before = self.place, self._location
        if place is not None:
            self.place, self._location = place, place.location()
        try:
            yield
        finally:
            self.place, self._location = before

    @contextmanager
    def inside(self, body: Body) -> Generator[Body, None, None]:
        """Appends to a new body for a while; its signals end with it."""
        self._kinds[body.block] = body.kind
        self.bodies.append(body)
        try:
            yield body
        finally:
            self.bodies.pop()

    @contextmanager
    def back_in(self, body: Body) -> Generator[None, None, None]:
        """Appends to a body further out for a while; what was made in the inner ones is not visible there."""
        before = self.bodies
        self.bodies = before[: before.index(body) + 1]
        try:
            yield
        finally:
            self.bodies = before

    @contextmanager
    def shared(self) -> Generator[None, None, None]:
        """Appends to the program's own body; `sharing` are the bodies that are left for that long."""
        before, self.sharing = self.sharing, self.bodies[1:]
        try:
            with self.back_in(self.root):
                yield
        finally:
            self.sharing = before

    def visible(self, block: Block | None) -> bool:
        """Whether values of `block` may be used where the trace is now."""
        return any(body.block is block for body in self.bodies)

    def kind_of(self, block: Block | None) -> Kind | None:
        """What a block of this program is or was the body of; None if it is another program's."""
        return self._kinds.get(block) if block is not None else None

    def innermost(self, kind: Kind) -> Body | None:
        return next((b for b in reversed(self.bodies) if b.kind == kind), None)

    # errors

    def note(self, error: DspError) -> None:
        """Keeps an error; tracing goes on, to find the others too."""
        for one in all_errors(error):
            if one.place is None:
                one.place = self.place
            self.errors.append(one)

    def refuse(self, error: DspError) -> None:
        """Notes that a value was asked for which there is not; raises the error if that does not end."""
        frame = user_frame(3)
        if frame is not None:
            key = (frame.f_code, frame.f_lasti)
            self._refusals[key] += 1
            if self._refusals[key] > MOST_REFUSALS:
                raise error
        self.note(error)

    def failure(self) -> DspError:
        """All that was noted, as one error; of one place and code only the first."""
        unique: dict[tuple[str, Place | None], DspError] = {}
        for error in self.errors:
            unique.setdefault((error.code, error.place), error)
        errors = list(unique.values())
        return errors[0] if len(errors) == 1 else DspErrors(errors)

    def stand_in(self) -> SSAValue:
        """A value in place of one that could not be made; what is made of it is no error."""
        op = dsp.ConstantOp.make(1.0, signal(self.precision, "audio"))
        self.block.add_op(op)
        self._stand_ins.add(op.result)
        return op.result

    def is_stand_in(self, value: SSAValue | None) -> bool:
        return value in self._stand_ins

    # tables

    def table(self, key: bytes, data: DenseIntOrFPElementsAttr) -> str:
        """The symbol of a table with these samples; equal tables are one."""
        if key not in self._tables:
            name = self._tables[key] = f"table_{len(self._tables)}"
            op = dsp.TableOp.create(properties={"sym_name": StringAttr(name), "data": data})
            self.add_to_module(op)
        return self._tables[key]

    def recording(self, label: str, key: bytes, make: Callable[[str], Operation]) -> str | None:
        """The symbol of the sound that hosts know as `label`; None if that is another one than `key` says."""
        if label not in self._recordings:
            name = f"recording_{len(self._recordings)}"
            self._recordings[label] = key, name
            self.add_to_module(make(name))
        known, name = self._recordings[label]
        return name if known == key else None

    def add_to_module(self, op: Operation) -> None:
        """Appends an operation beside the program."""
        with self.inside(Body("program", self.module.body.block)):
            self.add(op)


def _read(op: Operation) -> Iterator[SSAValue]:
    """What the results depend on: the operands, and what the bodies yield."""
    yield from op.operands
    for region in op.regions:
        if region.block.last_op is not None:
            yield from region.block.last_op.operands


_running: ContextVar[Trace | None] = ContextVar("running", default=None)
_declared: ContextVar[list[DspError] | None] = ContextVar("declared", default=None)


def running() -> Trace | None:
    """The running trace, if there is one."""
    return _running.get()


def current() -> Trace:
    """The running trace; an error if there is none."""
    trace = _running.get()
    if trace is None:
        raise fail("DSP100", "signals exist only while a program is traced",
                   "call this inside a function that dspc renders, compiles or traces")  # fmt: skip
    return trace


@contextmanager
def run(trace: Trace) -> Generator[Trace, None, None]:
    """Makes `trace` the running one."""
    token = _running.set(trace)
    try:
        yield trace
    finally:
        _running.reset(token)


@contextmanager
def collecting() -> Generator[list[DspError], None, None]:
    """Collects the errors in declarations (of parameters, choices, programs) instead of raising the first.

    For whoever runs a user's file: its other declarations and programs are checked too.
    """
    errors: list[DspError] = []
    token = _declared.set(errors)
    try:
        yield errors
    finally:
        _declared.reset(token)


def note(error: DspError) -> bool:
    """Keeps an error where errors are collected now; False if they are not: it has to be raised."""
    trace, declared = _running.get(), _declared.get()
    if trace is not None:
        trace.note(error)
    elif declared is not None:
        declared.append(error)
    return trace is not None or declared is not None


def fail(code: str, message: str, hint: str = "", place: Place | None = None) -> DspError:
    """An error, at the user's expression that is running if no place is given; to be raised."""
    if place is None:
        place = place_here()
    trace = _running.get()
    if place is None and trace is not None:
        place = trace.place
    return DspError(code, message, hint=hint, place=place)


def is_stand_in(value: Any) -> bool:
    """Whether a signal stands for one that could not be made."""
    trace = _running.get()
    return trace is not None and trace.is_stand_in(getattr(value, "ssa", None))
