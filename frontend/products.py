"""Sums of products with constants: matrices and finite impulse responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import arithmetic
from dspc.frontend import trace as tr
from dspc.frontend.arrays import Array, as_array, each, is_row, pick, reduced
from dspc.frontend.delays import delay
from dspc.frontend.guard import declaring, guarded, over_arrays
from dspc.frontend.literals import describe
from dspc.frontend.operators import Operand
from dspc.frontend.signal import FLOATS, NotASignal, Signal, SignalLike, as_signal, audio_float, constant, convert, emit
from dspc.frontend.tables import Table, table

MOST_TAPS = 65_536


class Matrix(NotASignal):
    """Constants in rows and columns; `matrix @ signals` is an array of as many signals as it has rows."""

    __array_priority__ = 100

    def __init__(self, numbers: NDArray[Any]):
        self._shape = cast("tuple[int, int]", numbers.shape)
        self._table: Table = table(numbers.astype(float).ravel())

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._shape

    def __repr__(self) -> str:
        return f"<matrix of {self._shape[0]} rows and {self._shape[1]} columns>"

    def __matmul__(self, signals: Any) -> Array:
        return _product(self, signals)

    def __rmatmul__(self, signals: Any) -> Array:
        return _transposed(self, signals)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "a matrix", "multiply an array of signals by it: matrix @ signals"

    def row(self, row: Signal, column: Signal) -> Signal:
        """The number at a row and a column."""
        width = constant(self._shape[1], "i32")
        return self._table.at(emit("add", emit("mul", row, width), column))


@guarded
def _product(m: Matrix, signals: Any) -> Array:
    array, (rows, columns) = _floats(as_array(signals, "what a matrix multiplies")), m.shape
    if len(array) != columns:
        raise tr.fail("DSP276", f"a matrix of {columns} columns does not fit an array of {len(array)} signals",
                      f"it takes an array of {columns}")  # fmt: skip

    def one(row: Signal) -> Signal:
        terms = each(columns, lambda column: arithmetic.times(m.row(row, column), pick(array, column)), "matrix")
        return reduced(terms.ssa(), "add", columns, partials=True)

    return each(rows, one, "matrix")


@guarded
def _transposed(m: Matrix, signals: Any) -> Array:
    raise tr.fail("DSP276", f"{describe(signals)} stands before the matrix", "write matrix @ signals")


def _floats(array: Array) -> Array:
    if array.element in FLOATS:
        return array
    return each(len(array), lambda i: convert(pick(array, i), audio_float()))


def _unit() -> Matrix:
    return Matrix(np.eye(1))


@declaring(_unit)
def matrix(numbers: Any) -> Matrix:
    """A matrix of constants: `matrix(m) @ signals` gives an array, a sum of products for each row.

    `numbers` is [rows, columns]. Raises `DspError` DSP276 for another shape, or numbers that are not finite.

    >>> matrix([[0.0, 1.0], [1.0, 0.0]]).shape
    (2, 2)
    """
    try:
        found = np.asarray(numbers)
    except ValueError:
        raise tr.fail("DSP276", "the rows of a matrix have one length", _ROWS) from None
    if found.ndim != 2 or found.size == 0 or found.dtype.kind not in "biuf":
        shown = f"an array of shape {found.shape}" if found.ndim else describe(numbers)
        raise tr.fail("DSP276", f"a matrix is rows and columns of numbers, not {shown}", _ROWS)
    if not np.isfinite(found).all():
        raise tr.fail("DSP276", "the numbers of a matrix are finite", "replace NaN and infinity")
    return Matrix(found)


_ROWS = "pass a list of rows, or a two-dimensional array"


@over_arrays
@guarded
def fir(x: Operand, taps: Any) -> Signal:
    """A finite impulse response: the sum of `taps[i] * delay(x, i)`; taps are numbers, or an array of signals.

    Sums are made of 16 partial sums: every lane width gives the same bits. Raises `DspError` DSP277 for taps that are
    no row of numbers.

    >>> smooth = fir(noise(), [0.25, 0.5, 0.25])
    """
    source = as_signal(x, "input of fir")
    source = source if source.element in FLOATS else convert(source, audio_float())
    tap, count = _taps(taps)

    def term(index: Signal) -> Signal:
        late = delay(source, index, max=count - 1)
        return arithmetic.times(late, tap(index))

    return reduced(each(count, term, "fir").ssa(), "add", count, partials=True)


Tap = Callable[[Signal], Signal]


def _taps(taps: Any) -> tuple[Tap, int]:
    """The tap at an index, and how many there are."""
    parts: list[Any] = list(cast("list[Any]", taps)) if isinstance(taps, list | tuple) else []
    if isinstance(taps, Array) or any(isinstance(t, SignalLike) for t in parts):
        array = as_array(taps, "the taps of fir")
        return lambda index: pick(array, index), len(array)
    numbers = _row(parts or taps)
    if not is_row(numbers) or numbers.size > MOST_TAPS:
        raise tr.fail("DSP277", f"the taps of fir are a row of 1 to {MOST_TAPS} numbers, not {describe(taps)}",
                      "pass a list or a one-dimensional array")  # fmt: skip
    if not np.isfinite(numbers).all():
        raise tr.fail("DSP277", "the taps of fir are finite", "replace NaN and infinity")
    samples = table(numbers.astype(float))
    return lambda index: samples.at(index), numbers.size


def _row(numbers: Any) -> Any:
    try:
        return np.asarray(numbers)
    except ValueError:  # rows of different lengths
        return None
