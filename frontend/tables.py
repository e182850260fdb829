"""Tables: constant samples, read at positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, IntAttr, SymbolRefAttr, TensorType

from dspc.dialects import dsp
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.types import ELEMENT_TYPES, signal
from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import both
from dspc.frontend.guard import declaring, guarded, named, over_arrays
from dspc.frontend.literals import describe, is_one_of, quoted
from dspc.frontend.operators import Operand
from dspc.frontend.signal import (
    FLOATS,
    NotASignal,
    Signal,
    add,
    as_signal,
    constant,
    convert,
    emit,
    numeric,
)

INTERPOLATIONS = ("none", "linear")
BOUNDARIES = ("clamp", "wrap", "zero")


class Table(NotASignal):
    """Constant samples, i32 or the program's float, in one row or several.

    `table(position)` or `table(row, position)` reads them.
    """

    noun = "table"
    """What errors call it."""

    def __init__(self, samples: NDArray[Any]):
        """`samples` are int32, or float64: a table may be read by programs of either precision."""
        self._given = samples
        self._stored: dict[str, tuple[bytes, DenseIntOrFPElementsAttr]] = {}

    @property
    def _samples(self) -> NDArray[Any]:
        return self._given.astype(NUMPY_TYPES[self.element])

    def __len__(self) -> int:
        """The samples of a row, or the number of rows, as of an array."""
        return len(self._given)

    def __repr__(self) -> str:
        rows = f"{len(self)} rows of " if self._given.ndim == 2 else ""
        return f"<table of {rows}{self._given.shape[-1]} samples, {self.element}>"

    @over_arrays
    @guarded
    @named("table")
    def __call__(self, *at: Operand, interpolation: str = "linear", boundary: str = "clamp") -> Signal:
        """The table at a position, or at a row and a position; beyond its ends it goes on as `boundary` says.

        "clamp" repeats the last sample, "wrap" begins again, "zero" is silence. Positions are f32, f64 (which count
        on exactly) or integers, which do not interpolate; "none" floors, and so do tables of integers. The row is
        floored and clamped. NaN is a position before the first sample. Raises `DspError` DSP171 for other options,
        DSP252 if a row is missing or too many.
        """
        return self.read(at, interpolation, boundary)

    def read(self, at: Sequence[Operand], interpolation: str, boundary: str) -> Signal:
        """What a call gives."""
        if not is_one_of(interpolation, INTERPOLATIONS):
            message = f"a {self.noun}'s interpolation is not {quoted(interpolation)}"
            raise tr.fail("DSP171", message, 'use "none" or "linear"')
        if not is_one_of(boundary, BOUNDARIES):
            message = f"a {self.noun}'s boundary is not {quoted(boundary)}"
            raise tr.fail("DSP171", message, 'use "clamp", "wrap" or "zero"')
        row = _Row(self, boundary, self._start(at))
        position = numeric(as_signal(at[-1], "position"))
        whole, fraction = row.located(position)
        first = row.at(whole)
        if fraction is None or interpolation == "none" or self.element == "i32":
            return first
        second = row.at(emit("add", whole, constant(1, "i32")))
        return emit("add", first, emit("mul", emit("sub", second, first), convert(fraction, self.element)))

    def _start(self, at: Sequence[Operand]) -> Signal | None:
        """Where the row that is read starts; None if there is one only."""
        if len(at) != self._given.ndim:
            one = self._given.ndim == 1
            meant = "one row is read at a position" if one else f"{len(self)} rows is read at a row and a position"
            raise tr.fail("DSP252", f"a table of {meant}, not at {len(at)} value{'' if len(at) == 1 else 's'}",
                          "table(position)" if one else "table(row, position)")  # fmt: skip
        if len(at) == 1:
            return None
        return self.start_of(as_signal(at[0], "row"), len(self))

    def start_of(self, row: Signal, rows: int) -> Signal:
        """The index of the first sample of a row, which is floored and clamped."""
        row = numeric(row)
        if row.element in FLOATS:
            row = convert(emit("floor", _limited(row, constant(rows, row.element))), "i32")
        elif row.element == "u32":
            row = _signed(row, constant(rows, "u32"))
        return emit("mul", _clamped(row, constant(rows - 1, "i32")), self.length("i32"))

    def at(self, index: Signal) -> Signal:
        """The sample of a single row at an i32, clamped to it."""
        return _Row(self, "clamp", None).at(index)

    def lookup(self, index: Signal) -> Signal:
        """The sample at an i32 inside the table, counted through all rows."""
        key, data = self.stored
        properties = {"symbol": SymbolRefAttr(tr.current().table(key, data)), "size": IntAttr(self._given.size)}
        result = signal(self.element, index.rate)
        return add(dsp.LookupOp.create(operands=(index.ssa,), result_types=(result,), properties=properties))

    @property
    def stored(self) -> tuple[bytes, DenseIntOrFPElementsAttr]:
        """All samples, row after row, as a program holds them, and what tells them from those of other tables."""
        if self.element not in self._stored:
            samples = self._samples
            type_ = TensorType(ELEMENT_TYPES[self.element], [samples.size])
            data = DenseIntOrFPElementsAttr.from_list(cast(Any, type_), samples.ravel().tolist())
            self._stored[self.element] = self.element.encode() + samples.tobytes(), data
        return self._stored[self.element]

    @property
    def element(self) -> str:
        """The type of what is read: i32, or the program's float."""
        trace = tr.running()
        return "i32" if self._given.dtype == np.int32 else trace.precision if trace is not None else "f32"

    @property
    def size(self) -> tuple[int, int]:
        """The samples of a row, and of the whole table."""
        return self._given.shape[-1], self._given.size

    def length(self, element: str) -> Signal:
        """The samples of a row, in this type."""
        return constant(self.size[0], element)

    def last(self) -> Signal:
        """The index of the last sample of a row, an i32."""
        return constant(self.size[0] - 1, "i32")

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "a table", "read it at a position: table(position)"

    def __getitem__(self, _: Any) -> Any:
        raise tr.fail("DSP171", "a table is read at a position, not by an index", "table(position)")


@dataclass(frozen=True)
class _Row:
    """One row of a table: where it starts (None: at 0, and there is no other), and how it goes on beyond its ends."""

    table: Table
    boundary: str
    start: Signal | None

    def located(self, at: Signal) -> tuple[Signal, Signal | None]:
        """The index, an i32, of the sample before a position, and how far behind it lies; None for integers."""
        if at.element not in FLOATS:
            length = self.table.length(at.element)
            return _signed(emit("mod", at, length) if self.boundary == "wrap" else at, length), None
        if self.boundary != "wrap":
            at = _limited(at, self.table.length(at.element))
            whole = emit("floor", at)
            return convert(whole, "i32"), emit("sub", at, whole)
        whole = emit("floor", at)
        behind = emit("max", constant(0, at.element), emit("sub", at, whole))  # 0 at infinity and NaN
        if at.element == "f64":  # it may have run beyond what an i32 holds
            length = self.table.length("f64")
            whole = emit("sub", whole, emit("mul", emit("floor", emit("div", whole, length)), length))
        return convert(whole, "i32"), behind

    def at(self, index: Signal) -> Signal:
        """The sample at an i32."""
        table = self.table
        near = emit("mod", index, table.length("i32")) if self.boundary == "wrap" else index
        if self.start is not None:
            near = emit("add", self.start, near if self.boundary == "wrap" else _clamped(near, table.last()))
        value = table.lookup(near)
        if self.boundary != "zero":
            return value
        inside = emit("and", emit("le", constant(0, "i32"), index), emit("lt", index, table.length("i32")))
        return emit("select", inside, value, constant(0, table.element))


def constant_table(samples: NDArray[Any]) -> str:
    """The symbol of a table of the running trace with these samples."""
    element = {np.dtype(t): name for name, t in NUMPY_TYPES.items()}[samples.dtype]
    type_ = TensorType(ELEMENT_TYPES[element], [samples.size])
    data = DenseIntOrFPElementsAttr.from_list(cast(Any, type_), samples.tolist())
    return tr.current().table(element.encode() + samples.tobytes(), data)


def _limited(at: Signal, length: Signal) -> Signal:
    """A float position, at most one sample outside: far outside, the next index would wrap round. NaN is before."""
    return emit("min", both("max", -1.0, at), length)


def _signed(index: Signal, length: Signal) -> Signal:
    """An integer as an i32; a u32 that is too large for one lies outside either way."""
    return convert(emit("min", index, length), "i32") if index.element == "u32" else index


def _clamped(index: Signal, last: Signal) -> Signal:
    return emit("min", emit("max", index, constant(0, "i32")), last)


def _empty_table() -> Table:
    return Table(np.zeros(1))


@declaring(_empty_table)
def table(array: Any) -> Table:
    """A table of constants, a row or several: floats become the program's float, integers and bools i32.

    Raises `DspError` DSP170 unless `array` has one or two dimensions and at least one element, all finite numbers
    that fit.

    >>> squares = table([0.0, 1.0, 4.0, 9.0])
    >>> len(squares)
    4
    """
    try:
        values = np.asarray(array)
    except ValueError:
        raise tr.fail("DSP170", "a table's rows have different lengths", _ROW) from None
    if values.ndim not in (1, 2) or values.size == 0 or values.dtype.kind not in "ifub":
        shown = f"an array of shape {values.shape} and type {values.dtype}" if values.ndim else describe(array)
        raise tr.fail("DSP170", f"a table is a row of numbers, or several, not {shown}", _ROW)
    if values.dtype.kind == "f":
        _checked(values, np.float32)
        return Table(values.astype(np.float64))
    return Table(_checked(values, np.int32))


_ROW = "pass a list or an array of numbers, with one dimension or two, and at least one element"


def _checked(values: NDArray[Any], to: type[np.float32] | type[np.int32]) -> NDArray[Any]:
    """The numbers in the table's type. Raises DSP170 for those that it does not hold."""
    with np.errstate(all="ignore"):
        made = values.astype(to)
    if to is np.float32 and not np.isfinite(made).all():
        raise tr.fail("DSP170", "a table's numbers are finite, and not too large for f32", "replace NaN and infinity")
    if to is np.int32 and not np.array_equal(made.astype(values.dtype), values):
        raise tr.fail("DSP170", "a table's integers fit i32 (-2147483648 … 2147483647)", "use floats")
    return made
