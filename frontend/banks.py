"""Banks: a function for each of many lanes, traced once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, IntAttr
from xdsl.ir import Block, Region, SSAValue

from dspc.dialects import dsp
from dspc.dialects.types import ELEMENT_TYPES, signal
from dspc.frontend import arithmetic
from dspc.frontend import trace as tr
from dspc.frontend.arrays import REDUCTIONS, Array, Lanes, pick, reduced, stack_of
from dspc.frontend.errors import DspError, MissingAttribute, did_you_mean
from dspc.frontend.guard import guarded
from dspc.frontend.literals import (
    INTEGERS,
    array_of,
    describe,
    fitting,
    is_integer,
    is_iterable,
    is_number,
    plain,
    short,
)
from dspc.frontend.operators import Operators
from dspc.frontend.places import place_here
from dspc.frontend.signal import (
    NotASignal,
    Signal,
    SignalLike,
    add,
    as_signal,
    constant,
    convert,
    emit,
    numeric,
    promote,
)
from dspc.frontend.structure import call, check_function, end_body, flatten

MOST_LANES = 65_536
COMBINED = (*REDUCTIONS, "stack")


class Bank(Operators, Lanes, NotASignal):
    """What the lanes of a bank gave: one value each, to be combined."""

    __slots__ = ("_count", "_ssa")

    def __init__(self, ssa: SSAValue, count: int):
        self._ssa, self._count = ssa, count

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"<bank of {self._count} lanes>"

    def sum(self) -> Signal:
        """All lanes added, in a halving tree."""
        return self._reduce("add")

    def mean(self) -> Signal:
        """The sum divided by the number of lanes."""
        return arithmetic.times(self.sum(), 1.0 / self._count)

    def product(self) -> Signal:
        """All lanes multiplied."""
        return self._reduce("mul")

    def min(self) -> Signal:
        """The smallest lane."""
        return self._reduce("min")

    def max(self) -> Signal:
        """The largest lane."""
        return self._reduce("max")

    def stack(self) -> Array:
        """The lanes as an array of signals."""
        return Array(self._ssa)

    def signal(self) -> Signal:
        """All lanes as one signal, to be used where the trace is now."""
        return Signal(self._ssa).signal()

    def lanes(self) -> SSAValue:
        """The lanes, as one value."""
        return self._ssa

    def _reduce(self, kind: str) -> Signal:
        return reduced(self._ssa, kind, self._count)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP116", f"a bank of {self._count} lanes", f"combine its lanes first: .{'() .'.join(COMBINED)}()"

    def _refuse(self) -> DspError:
        _, shown, hint = self.refusal()
        return tr.fail("DSP116", f"{shown} cannot be indexed, unpacked or tested", hint)

    def __iter__(self) -> Any:
        raise self._refuse()

    def __getitem__(self, _: Any) -> Any:
        raise self._refuse()

    def __bool__(self) -> bool:
        raise self._refuse()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        hint = did_you_mean(name, COMBINED) or f"it has .{'() .'.join(COMBINED)}()"
        raise MissingAttribute("DSP106", f"a bank has no attribute {name!r}", hint=hint, place=place_here())


@guarded
def bank(n: Any, f: Callable[..., Any]) -> Any:
    """`f` for each of `n` lanes, traced once; `f` receives the lane's index, or the sequence's element.

    `n` is a count, or a sequence of numbers, of signals, or of rows of them (as `zip` makes). The result is a
    `Bank`, in the structure of what `f` returns. Raises `DspError` DSP160 if `f` is no function, DSP161 for
    another `n`, DSP162 if the rows differ in length.

    >>> partials = bank([1, 2, 3], lambda k: noise() / k).sum()
    """
    check_function(f, "bank", "dspc.bank(7, lambda i: …)", "DSP160")
    count, argument = _lanes_of(n)
    trace = tr.current()
    body = tr.Body("bank", Block(arg_types=(signal("i32", "const"),)), count)
    with trace.inside(body):
        result = call(f, [argument(Signal(body.block.args[0]))], "bank", "1 argument, the lane")
        parts, rebuild = flatten(result)
        values = [numeric(as_signal(p, "result of bank's function")) for p in parts]
        end_body(values)
    types = [signal(v.element, v.rate, count) for v in values]
    op = dsp.BankOp.create(result_types=types, properties={"count": IntAttr(count), "width": IntAttr(1)},
                           regions=[Region(body.block)])  # fmt: skip
    trace.add(op)
    return rebuild([Bank(r, count) for r in op.results])


Argument = Callable[[Signal], Any]
"""Makes what a bank's function receives, of the lane's index."""


def _lanes_of(n: Any) -> tuple[int, Argument]:
    if is_integer(n):
        count, argument = int(n), _index
    elif isinstance(n, Array):
        count, argument = len(n), _element_of(n)
    else:
        elements = _elements(n)
        count, argument = len(elements), _argument(elements)
    if not 1 <= count <= MOST_LANES:
        raise tr.fail("DSP161", f"a bank has 1 to {MOST_LANES} lanes, not {short(count)}", "dspc.bank(7, lambda i: …)")
    return count, argument


def _index(index: Signal) -> Signal:
    return index


def _elements(n: Any) -> list[Any]:
    if isinstance(n, SignalLike):
        raise tr.fail("DSP161", "the number of lanes is known when the program is built, a signal is not",
                      "use a Python integer, and silence lanes with dspc.select")  # fmt: skip
    if isinstance(n, dict | set) or not is_iterable(n):
        raise tr.fail("DSP161", f"a bank takes a count or a sequence, not {describe(n)}", "dspc.bank(7, lambda i: …)")
    try:
        elements = list(islice(n, MOST_LANES + 1))  # it may be one without end
    except ValueError as error:  # such as zip's, if its parts have different lengths
        if error.__traceback__ is None or error.__traceback__.tb_next is not None:
            raise
        raise tr.fail("DSP162", f"the lanes of a bank do not match: {error}", "give it one element for each "
                      "lane") from None  # fmt: skip
    if not elements:
        raise tr.fail("DSP161", "a bank of an empty sequence has no lane", "give it at least one element")
    return elements


def _argument(elements: list[Any]) -> Argument:
    """The element of a sequence as `f` sees it: a number or signal of its own in each lane, or a row."""
    if all(is_number(e) for e in elements):
        return lambda index: _constants([plain(e) for e in elements])
    if all(is_number(e) or isinstance(e, SignalLike) for e in elements):
        return _element_of(stack_of([as_signal(e) for e in promote(*elements)]))
    if all(isinstance(e, Array) for e in elements):
        elements = [list(e) for e in elements]
    rows = [list(cast(Iterable[Any], e)) for e in elements if isinstance(e, list | tuple | np.ndarray | Array)]
    if len(rows) < len(elements) or any(len(r) != len(rows[0]) for r in rows):
        raise tr.fail("DSP162", "the lanes of a bank do not match: each is a number or a signal, or each is a row "
                      "of the same length", "give every lane the same shape")  # fmt: skip
    columns = [_argument(list(column)) for column in zip(*rows, strict=True)]
    return lambda index: tuple(column(index) for column in columns)


def _element_of(array: Array) -> Argument:
    return lambda index: pick(array, index)


def _constants(numbers: list[int | float]) -> Signal:
    """A number of its own in each lane: all bool, all i32 (u32 if one is too large), or f64."""
    if all(isinstance(n, bool) for n in numbers):
        return emit("ne", _lanes("i32", numbers), constant(0, "i32"))
    if not all(isinstance(n, int) for n in numbers):
        return _lanes("f64", [float(fitting(n, "f64")) for n in numbers])
    if max(numbers) <= INTEGERS["i32"][1]:
        return _lanes("i32", [fitting(n, "i32") for n in numbers])
    bits = [(int(fitting(n, "u32")) + 2**31) % 2**32 - 2**31 for n in numbers]
    return convert(_lanes("i32", bits), "u32")


def _lanes(element: str, numbers: Sequence[int | float]) -> Signal:
    values = DenseArrayBase.from_list(cast(Any, ELEMENT_TYPES[element]), list(numbers))
    return add(dsp.LanesOp.create(result_types=(signal(element, "const"),), properties={"values": values}))


@guarded
def lanes(values: Any) -> Signal:
    """A constant of its own for each lane of the innermost bank.

    Raises `DspError` DSP162 if the numbers are not as many as the lanes, DSP163 for anything else.
    """
    body = tr.current().innermost("bank")
    if body is None:
        raise tr.fail("DSP163", "lanes() outside a bank", "use it inside the function given to dspc.bank")
    numbers = array_of(values)
    if numbers is None or numbers.ndim != 1 or numbers.dtype.kind not in "ifub":
        raise tr.fail("DSP163", f"lanes() takes one number for each lane, not {describe(values)}",
                      "pass a list or a one-dimensional array")  # fmt: skip
    if len(numbers) != body.count:
        raise tr.fail("DSP162", f"{len(numbers)} numbers for the {body.count} lanes of the bank",
                      "give one number for each lane")  # fmt: skip
    return _constants(numbers.tolist())
