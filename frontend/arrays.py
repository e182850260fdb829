"""Arrays of signals: `stack([a, b])`, `bank(…).stack()`, `matrix(m) @ array`, states of feedback."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntAttr, StringAttr
from xdsl.ir import Block, Region, SSAValue

from dspc.dialects import dsp
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.types import SignalType, element_of, lanes_of, rate_of, signal
from dspc.frontend import arithmetic
from dspc.frontend import trace as tr
from dspc.frontend.errors import MissingAttribute, did_you_mean
from dspc.frontend.guard import guarded
from dspc.frontend.literals import describe, is_integer, is_number, plain, short
from dspc.frontend.operators import Elementwise, Operand, Operators
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
    highest,
    is_early,
    promote,
    rounded_beside,
)
from dspc.frontend.structure import end_body, flatten

REDUCTIONS = ("sum", "mean", "product", "min", "max")


class Array(Operators, Elementwise, NotASignal):
    """An array of signals of one type. Indexes, slices, iterates and unpacks as numpy's; arithmetic is elementwise."""

    __slots__ = ("_ssa",)

    def __init__(self, ssa: SSAValue):
        self._ssa = ssa

    def ssa(self) -> SSAValue:
        """Its value, if it may be used where the trace is now."""
        return Signal(self._ssa).signal().ssa

    @property
    def element(self) -> str:
        """The element type's name."""
        return element_of(self._ssa.type)

    @property
    def rate(self) -> str:
        """const, init, control or audio."""
        return rate_of(self._ssa.type)

    def __len__(self) -> int:
        return lanes_of(self._ssa.type)

    def __repr__(self) -> str:
        return f"<array of {len(self)} signals, {self.element} at {self.rate} rate>"

    def __iter__(self) -> Iterator[Signal]:
        return iter([pick(self, i) for i in range(len(self))])

    def __getitem__(self, index: Any) -> Any:
        return _indexed(self, index)

    def __bool__(self) -> bool:
        raise tr.fail("DSP101", "an array of signals has no truth value while the program is traced",
                      "choose with dspc.select(condition, a, b)")  # fmt: skip

    def sum(self) -> Signal:
        """All elements added, in a halving tree."""
        return reduced(self._ssa, "add", len(self))

    def mean(self) -> Signal:
        """The sum divided by the number of elements."""
        return arithmetic.times(self.sum(), 1.0 / len(self))

    def product(self) -> Signal:
        """All elements multiplied."""
        return reduced(self._ssa, "mul", len(self))

    def min(self) -> Signal:
        """The smallest element."""
        return reduced(self._ssa, "min", len(self))

    def max(self) -> Signal:
        """The largest element."""
        return reduced(self._ssa, "max", len(self))

    def stack(self) -> Array:
        """Itself: a bank's lanes become an array this way."""
        return self

    def refusal(self) -> tuple[str, str, str]:
        return "DSP117", f"an array of {len(self)} signals", "take an element, array[0], or combine them: array.sum()"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        hint = did_you_mean(name, REDUCTIONS) or f"it has .{'() .'.join(REDUCTIONS)}()"
        raise MissingAttribute("DSP106", f"an array of signals has no attribute {name!r}", hint=hint,
                               place=place_here())  # fmt: skip


def reduced(array: SSAValue, kind: str, count: int, *, partials: bool = False) -> Signal:
    """The elements combined, where the array is: once, even if the lanes of another bank use it."""
    lanes = Signal(array).signal()
    trace = tr.current()
    owner = array.owner
    block = owner if isinstance(owner, Block) else owner.parent
    home = next(b for b in trace.bodies if b.block is block)
    properties = {"kind": StringAttr(kind), "count": IntAttr(count)}
    if partials:
        properties["partials"] = IntAttr(PARTIALS)
    type_ = signal(element_of(array.type), rate_of(array.type))
    with trace.back_in(home):
        return add(dsp.ReduceOp.create(operands=(lanes.ssa,), properties=properties, result_types=(type_,)))


def pick(array: Array, index: int | Signal) -> Signal:
    """An element of an array; the index is inside it."""
    at = constant(index, "i32") if isinstance(index, int) else index
    source = Signal(array.ssa())
    result = signal(array.element, highest(source, at))
    made = add(dsp.PickOp.create(operands=(source.ssa, at.ssa), result_types=(result,)))
    return made if is_early(made.rate) else rounded_beside(source, made)


@guarded
def _dynamic(array: Array, index: SignalLike) -> Signal:
    at = as_signal(index, "index of an array")
    if at.element not in ("i32", "u32"):
        raise tr.fail("DSP272", f"the index of an array is an integer, this is {at.element}",
                      "convert it with dspc.i32(x)")  # fmt: skip
    last = constant(len(array) - 1, at.element)
    clamped = emit("min", emit("max", at, constant(0, at.element)), last)
    return pick(array, convert(clamped, "i32"))


@guarded
def _indexed(array: Array, index: Any) -> Any:
    count = len(array)
    if isinstance(index, SignalLike):
        return _dynamic(array, index)
    if isinstance(index, slice):
        chosen = range(count)[_whole(cast(Any, index))]
        if not chosen:
            raise tr.fail("DSP272", f"the slice takes nothing of an array of {count}",
                          "an array has at least one element")  # fmt: skip
        return stack_of([pick(array, i) for i in chosen])
    if not is_integer(index):
        raise tr.fail("DSP272", f"the index of an array is an integer, not {describe(index)}", "array[0]")
    if not -count <= index < count:
        raise tr.fail("DSP272", f"an array of {count} signals has none at {short(index)}",
                      f"its indexes are {-count} … {count - 1}")  # fmt: skip
    return pick(array, int(index) % count)


def _whole(index: slice) -> slice:
    """The slice, if its ends are integers. Raises DSP272."""
    for end in (index.start, index.stop, index.step):
        if end is not None and not is_integer(end):
            raise tr.fail("DSP272", f"the ends of a slice are integers, not {describe(end)}", "array[1:3]")
    if index.step == 0:
        raise tr.fail("DSP272", "the step of a slice is not 0", "array[::2] takes every second element")
    return index


def stack_of(signals: Sequence[Signal]) -> Array:
    """Signals as an array; the elements of one array, in order, are that array."""
    whole = _picks_of_one(signals)
    if whole is not None:
        return Array(whole)
    elements = promote(*signals)
    result = signal(elements[0].element, highest(*elements), len(elements))
    op = dsp.StackOp.create(operands=[e.ssa for e in elements], result_types=(result,))
    return Array(tr.current().add(op).results[0])


def _picks_of_one(signals: Sequence[Signal]) -> SSAValue | None:
    """The array whose elements these are, all and in order."""
    found: SSAValue | None = None
    for i, s in enumerate(signals):
        op = s.ssa.owner
        if not isinstance(op, dsp.PickOp) or not isinstance(op.index.owner, dsp.ConstantOp):
            return None
        if op.index.owner.number != i or found not in (None, op.x):
            return None
        found = op.x
    return found if found is not None and lanes_of(found.type) == len(signals) else None


class Lanes(ABC):
    """What has lanes that an array can be made of: a bank."""

    __slots__ = ()

    @abstractmethod
    def lanes(self) -> SSAValue:
        """The lanes, as one value."""


def is_row(value: Any) -> TypeGuard[NDArray[Any]]:
    """Whether it is a one-dimensional numpy array of numbers."""
    if not isinstance(value, np.ndarray):
        return False
    array = cast("NDArray[Any]", value)
    return array.ndim == 1 and array.size > 0 and array.dtype.kind in "biuf"


def as_array(value: Any, what: str) -> Array:
    """An array of what can be one: an array, a bank, a list or tuple of signals and numbers.

    Raises `DspError` DSP271 for anything else.
    """
    if isinstance(value, Array):
        return value
    if isinstance(value, Lanes):
        return Array(value.lanes())
    if is_row(value):
        return stack_of([as_signal(v) for v in value.tolist()])
    if isinstance(value, list | tuple) and value:
        return stack_of([as_signal(v, f"element of {what}") for v in cast(Sequence[Any], value)])
    raise tr.fail("DSP271", f"{what} is an array of signals, not {describe(value)}", "dspc.stack([a, b]) makes one")


@guarded
def stack(signals: Any) -> Any:
    """An array of signals: of a list or tuple of signals and numbers, which take the highest of their types.

    Raises `DspError` DSP271 for anything else.

    >>> pair = stack([noise(), 0.5])
    >>> len(pair)
    2
    """
    return as_array(signals, "what stack takes")


def hand_over(block: Block) -> None:
    """Hands the arrays that a finished body of voices uses over to it signal by signal, which is how they reach it."""
    inside = set(block.walk_blocks())
    users = [op for op in block.walk() for o in op.operands if _is_foreign_array(o, inside)]
    made: dict[SSAValue, SSAValue] = {}
    for op in users:
        for i, value in enumerate(op.operands):
            if _is_foreign_array(value, inside):
                op.operands[i] = made.get(value) or made.setdefault(value, _stacked_again(value, block))


def _is_foreign_array(value: SSAValue, inside: set[Block]) -> bool:
    owner = value.owner
    block = owner if isinstance(owner, Block) else owner.parent
    return isinstance(value.type, SignalType) and lanes_of(value.type) > 0 and block not in inside


def _stacked_again(array: SSAValue, block: Block) -> SSAValue:
    """The array, made at a block's beginning of its elements, which are taken where the trace is."""
    elements = [s.ssa for s in Array(array)]
    op = dsp.StackOp.create(operands=elements, result_types=(array.type,))
    first = block.first_op
    assert first is not None
    op.location = first.location
    block.insert_op_before(op, first)
    return op.result


def signal_or_array(value: SSAValue) -> Signal | Array:
    """What stands for a value of the IR."""
    return Array(value) if lanes_of(value.type) else Signal(value)


# --- for each element -----------------------------------------------------------------------------


def each(count: int, f: Callable[[Signal], Any], what: str = "array") -> Array:
    """The array of `f`'s results for the indexes 0 … count-1; `f` is traced once."""
    return arrays_of(count, lambda index: as_signal(f(index), f"element of the {what}"))


def arrays_of(count: int, f: Callable[[Signal], Any]) -> Any:
    """An array for every signal that `f` returns for the indexes 0 … count-1, in its structure; `f` is traced once."""
    trace = tr.current()
    body = tr.Body("bank", Block(arg_types=(signal("i32", "const"),)), count)
    with trace.inside(body):
        leaves, rebuild = flatten(f(Signal(body.block.args[0])))
        values = [as_signal(leaf, "element of the array") for leaf in leaves]
        end_body(values)
    op = dsp.BankOp.create(result_types=[signal(v.element, v.rate, count) for v in values],
                           regions=[Region(body.block)],
                           properties={"count": IntAttr(count), "width": IntAttr(1)})  # fmt: skip
    return rebuild([Array(r) for r in trace.add(op).results])


def elementwise(f: Callable[..., Any], args: Sequence[Operand], kwargs: dict[str, Operand]) -> Any:
    """`f` on the elements of arrays, lists and rows of numbers; signals and numbers are the same for each."""
    given = [_as_operand(v) for v in args]
    return for_each_element(f, given, {name: _as_operand(v) for name, v in kwargs.items()})


def _as_operand(value: Operand) -> Operand:
    if is_number(value):
        return plain(value)
    return as_array(value, "an operand") if isinstance(value, list | tuple | np.ndarray) else value


def for_each_element(f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """`f` on the elements of arrays, traced once; what is no array is the same for each. Each has its own state.

    Every signal that `f` returns becomes an array, in the structure that it returned. Raises DSP270 for arrays of
    several lengths.
    """
    lengths = list(dict.fromkeys(len(v) for v in (*args, *kwargs.values()) if isinstance(v, Array)))
    if len(lengths) > 1:
        raise tr.fail("DSP270", f"arrays of {lengths[0]} and of {lengths[1]} signals do not fit",
                      "both have one length, or one is a single signal")  # fmt: skip

    def one(index: Signal) -> Any:
        def element(value: Any) -> Any:
            return pick(value, index) if isinstance(value, Array) else value

        return f(*map(element, args), **{name: element(v) for name, v in kwargs.items()})

    return arrays_of(lengths[0], one)
