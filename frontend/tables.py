"""Tables: constant samples, read at positions."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, IntAttr, SymbolRefAttr, TensorType

from dspc.dialects import dsp
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.types import ELEMENT_TYPES, signal
from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import both
from dspc.frontend.guard import declaring, guarded
from dspc.frontend.literals import describe, quoted
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
    """Constant samples, i32, or floats of the program's precision. `table(position)` reads them."""

    def __init__(self, samples: NDArray[Any]):
        """`samples` are int32, or float64: a table may be read by programs of either precision."""
        self._given = samples

    @property
    def _element(self) -> str:
        trace = tr.running()
        return "i32" if self._given.dtype == np.int32 else trace.precision if trace is not None else "f32"

    @property
    def _samples(self) -> NDArray[Any]:
        return self._given.astype(NUMPY_TYPES[self._element])

    def __len__(self) -> int:
        return len(self._given)

    def __repr__(self) -> str:
        return f"<table of {len(self)} samples, {self._element}>"

    def __call__(self, position: Operand, *, interpolation: str = "linear", boundary: str = "clamp") -> Signal:
        """The table at a position; beyond its ends it goes on as `boundary` says: clamp, wrap or zero.

        "none" floors the position; integers do not interpolate. Raises `DspError` DSP171 for other options.
        """
        return _read(self, position, interpolation, boundary)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "a table", "read it at a position: table(position)"

    def __getitem__(self, _: Any) -> Any:
        raise tr.fail("DSP171", "a table is read at a position, not by an index", "table(position)")

    def at(self, index: Signal, boundary: str) -> Signal:
        """The sample at an i32."""
        size = constant(len(self), "i32")
        value = self._lookup(emit("mod", index, size) if boundary == "wrap" else index)
        if boundary != "zero":
            return value
        inside = emit("and", emit("le", constant(0, "i32"), index), emit("lt", index, size))
        return emit("select", inside, value, constant(0, self._element))

    def _lookup(self, index: Signal) -> Signal:
        type_ = TensorType(ELEMENT_TYPES[self._element], [len(self)])
        data = DenseIntOrFPElementsAttr.from_list(cast(Any, type_), self._samples.tolist())
        name = tr.current().table(self._element.encode() + self._samples.tobytes(), data)
        return add(dsp.LookupOp.create(
            operands=(index.ssa,), result_types=(signal(self._element, index.rate),),
            properties={"symbol": SymbolRefAttr(name), "size": IntAttr(len(self))}))  # fmt: skip


@guarded
def _read(table: Table, position: Operand, interpolation: str, boundary: str) -> Signal:
    if interpolation not in INTERPOLATIONS:
        raise tr.fail("DSP171", f"a table's interpolation is not {quoted(interpolation)}", 'use "none" or "linear"')
    if boundary not in BOUNDARIES:
        raise tr.fail("DSP171", f"a table's boundary is not {quoted(boundary)}", 'use "clamp", "wrap" or "zero"')
    at = numeric(as_signal(position, "position"))
    if at.element not in FLOATS:
        return table.at(convert(at, "i32"), boundary)
    if boundary != "wrap":  # far outside, the next index would wrap round
        at = both("min", both("max", at, -1.0), float(len(table)))
    whole = emit("floor", at)
    near = convert(whole, "i32")
    first = table.at(near, boundary)
    if interpolation == "none" or first.element == "i32":
        return first
    second = table.at(emit("add", near, constant(1, "i32")), boundary)
    fraction = convert(emit("sub", at, whole), first.element)
    return emit("add", first, emit("mul", emit("sub", second, first), fraction))


def _empty_table() -> Table:
    return Table(np.zeros(1))


@declaring(_empty_table)
def table(array: Any) -> Table:
    """A table of constants: floats become the program's float, integers i32.

    Raises `DspError` DSP170 unless `array` is a row of at least one finite number that fits.

    >>> squares = table([0.0, 1.0, 4.0, 9.0])
    >>> len(squares)
    4
    """
    try:
        values = np.asarray(array)
    except ValueError:
        raise tr.fail("DSP170", "a table is a row of numbers, not rows of different lengths", _ROW) from None
    if values.ndim != 1 or values.size == 0 or values.dtype.kind not in "ifub":
        shown = f"an array of shape {values.shape} and type {values.dtype}" if values.ndim else describe(array)
        raise tr.fail("DSP170", f"a table is a row of at least one number, not {shown}", _ROW)
    if values.dtype.kind == "f":
        _checked(values, np.float32)
        return Table(values.astype(np.float64))
    return Table(_checked(values, np.int32))


_ROW = "pass a list or a one-dimensional array of numbers"


def _checked(values: NDArray[Any], to: type[np.float32] | type[np.int32]) -> NDArray[Any]:
    """The numbers in the table's type. Raises DSP170 for those that it does not hold."""
    with np.errstate(all="ignore"):
        made = values.astype(to)
    if to is np.float32 and not np.isfinite(made).all():
        raise tr.fail("DSP170", "a table's numbers are finite, and not too large for f32", "replace NaN and infinity")
    if to is np.int32 and not np.array_equal(made.astype(values.dtype), values):
        raise tr.fail("DSP170", "a table's integers fit i32 (-2147483648 … 2147483647)", "use floats")
    return made
