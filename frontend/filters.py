"""Filters that the compiler must see: sections of second order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import divide
from dspc.frontend.guard import guarded, over_arrays
from dspc.frontend.literals import describe, fits_a_float, is_number, plain, short
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, SignalLike, add, as_signal, constant, convert, floats, known, rounded

LAYOUT = "give rows of six, b0 b1 b2 a0 a1 a2, as scipy.signal gives with output='sos'"


@over_arrays
@guarded
def biquads(x: Operand, sos: Any) -> Signal:
    """`x` through filters of second order in series: SciPy's second-order sections.

    `sos` is [sections, 6], a row being b0 b1 b2 a0 a1 a2: an array, or rows of numbers and signals. A row is
    divided by its a0: numbers, and signals of const and init rate, in f64. The form is the transposed direct form II.
    The result is f32, or f64 for an f64 `x`. Raises `DspError` DSP250 for another shape, DSP251 for a number that
    is not finite or an a0 that is 0.

    >>> rumble_filter = biquads(noise(), [[1.0, -2.0, 1.0, 1.0, -1.99, 0.9901]])
    """
    source = rounded(floats(as_signal(x, "input of biquads"))[0])
    operands = [source]
    for number, row in enumerate(_rows(sos)):
        operands += [convert(c, source.element) for c in _normalised(row, number)]
    return add(dsp.BiquadsOp.create(operands=[o.ssa for o in operands],
                                    result_types=(signal(source.element, "audio"),)))  # fmt: skip


def _rows(sos: Any) -> list[Sequence[Any]]:
    """The sections. Raises DSP250 unless there is at least one, and each has six entries."""
    rows = _elements(sos)
    if not rows:
        raise tr.fail("DSP250", f"sections of second order are rows of six, not {describe(sos)}", LAYOUT)
    found: list[Sequence[Any]] = []
    for i, row in enumerate(rows):
        entries = _elements(row)
        if entries is None or len(entries) != 6:
            shown = describe(row) if entries is None else f"a row of {len(entries)}"
            raise tr.fail("DSP250", f"section {i} has six coefficients, and is {shown}", LAYOUT)
        found.append(entries)
    return found


def _elements(value: Any) -> list[Any] | None:
    """The elements of a row of something; None for what is none."""
    if isinstance(value, np.ndarray):
        return list(cast(Any, value)) if cast(Any, value).ndim else None
    if is_number(value) or isinstance(value, str | bytes | dict | set | SignalLike) or not isinstance(value, Iterable):
        return None
    return list(cast(Iterable[Any], value))


def _normalised(row: Sequence[Any], number: int) -> list[Signal]:
    """b0, b1, b2, a1, a2 of a section whose a0 is 1."""
    for name, entry in zip(("b0", "b1", "b2", "a0", "a1", "a2"), row, strict=True):
        if not is_number(entry):
            as_signal(entry, "coefficient of biquads")
        elif not fits_a_float(plain(entry)):
            raise tr.fail("DSP251", f"{name} of section {number} is {short(plain(entry))}, not a finite number",
                          "look at how the filter was designed")  # fmt: skip
    scale = row[3]
    if _may_be_zero(scale):
        raise tr.fail("DSP251", f"a0 of section {number} is 0: all is divided by it",
                      "a0 is the fourth of a row, b0 b1 b2 a0 a1 a2; most designs have 1 there")  # fmt: skip
    others = [*row[:3], *row[4:]]
    return [_divided(entry, scale) for entry in others]


def _may_be_zero(scale: Operand) -> bool:
    """Whether a constant is 0, or a lane's is."""
    owner = scale.signal().ssa.owner if isinstance(scale, SignalLike) else None
    if isinstance(owner, dsp.LanesOp):
        return 0 in owner.numbers
    return known(scale) == 0


def _divided(entry: Operand, scale: Operand) -> Signal:
    if is_number(entry) and is_number(scale):
        return constant(float(plain(entry)) / float(plain(scale)), "f64")
    value = as_signal(entry, "coefficient of biquads")
    if known(scale) == 1:
        return floats(value)[0]
    return divide(value, scale)
