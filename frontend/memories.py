"""Memory that a program fills: tables written as it runs, and tables computed at prepare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntAttr, SymbolRefAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from dspc.dialects import dsp
from dspc.dialects.scalar import NUMPY_TYPES
from dspc.dialects.syntax import location_of
from dspc.dialects.types import ELEMENT_TYPES, MemoryType, SignalType, element_of, rate_of, signal
from dspc.dialects.working_memory import size_of
from dspc.frontend import trace as tr
from dspc.frontend.errors import Place
from dspc.frontend.guard import guarded, over_arrays
from dspc.frontend.literals import describe, is_integer, short
from dspc.frontend.operators import Operand
from dspc.frontend.signal import (
    FLOATS,
    RANK,
    NotASignal,
    Signal,
    add,
    as_signal,
    audio_float,
    constant,
    convert,
    emit,
    numeric,
    rounded,
)
from dspc.frontend.structure import call, check_function, end_body
from dspc.frontend.tables import Table, constant_table

LARGEST = 2**24
"""Elements of a memory at most."""


class RwTable(NotASignal):
    """A table that the program writes: `read(i)`, `write(i, x)`. Indexes are clamped.

    The writes of a sample come before its reads.
    """

    def __init__(self, memory: SSAValue):
        self._memory = memory

    def __len__(self) -> int:
        return size_of(self._memory)

    def __repr__(self) -> str:
        return f"<table of {len(self)} elements that is written, {element_of(self._memory.type)}>"

    def read(self, index: Operand) -> Signal:
        """The element at an integer, clamped to the table; a float is floored. Raises `DspError` DSP279."""
        return _read(self._memory, index)

    def write(self, index: Operand, value: Operand) -> Signal:
        """Puts a value into the table; returns it in the table's type. Raises `DspError` DSP279, DSP111."""
        return _write(self._memory, index, value)

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "a table that is written", "read it at an index: table.read(i)"

    def __getitem__(self, _: Any) -> Any:
        raise tr.fail("DSP279", "a table that is written is not indexed", "read it with table.read(i)")

    def __setitem__(self, _: Any, __: Any) -> None:
        raise tr.fail("DSP279", "a table that is written is not indexed", "write it with table.write(i, x)")


def _index(index: Operand) -> Signal:
    at = numeric(as_signal(index, "index of a table"))
    if at.element in FLOATS:
        at = emit("floor", at)
    elif at.element == "u32":
        at = emit("min", at, constant(LARGEST, "u32"))
    return convert(at, "i32")


@over_arrays
@guarded
def _read(memory: SSAValue, index: Operand) -> Signal:
    at = _index(index)
    type_ = signal(element_of(memory.type), "audio")
    return add(dsp.LoadOp.create(operands=(_visible(memory), at.ssa), result_types=(type_,)))


@over_arrays
@guarded
def _write(memory: SSAValue, index: Operand, value: Operand) -> Signal:
    at, new, wanted = _index(index), rounded(as_signal(value, "value of write")), element_of(memory.type)
    if RANK[new.element] >= RANK[wanted] and new.element != wanted:
        raise tr.fail("DSP111", f"the table is {wanted}, the value {new.element}", f"convert it with dspc.{wanted}(x)")
    new = convert(new, wanted)
    tr.current().add(dsp.StoreOp.create(operands=(_visible(memory), at.ssa, new.ssa)))
    return new


def owner_block(value: SSAValue) -> Block | None:
    """The block in which a value is defined."""
    return value.owner if isinstance(value.owner, Block) else value.owner.parent


def _visible(memory: SSAValue) -> SSAValue:
    return Signal(memory).signal().ssa


@guarded
def rwtable(size: Any) -> Any:
    """A table that the program writes: of `size` elements that are 0.0 at first, or with the content of an array.

    Its elements are the program's float, or i32 for an array of integers. Each lane and voice has its own. Raises
    `DspError` DSP278 for another size or array.

    >>> tape = rwtable(48_000)
    >>> now = tape.write(i32(frame() % 48_000), noise())
    """
    count, element, initial = _content(size)
    op = dsp.MemoryOp.create(properties={"initial": initial},
                             result_types=(MemoryType(ELEMENT_TYPES[element], IntAttr(count)),))  # fmt: skip
    return RwTable(tr.current().add(op).results[0])


def _content(size: Any) -> tuple[int, str, Attribute]:
    if is_integer(size):
        if not 1 <= size <= LARGEST:
            raise tr.fail("DSP278", f"a table has 1 to {LARGEST} elements, not {short(size)}", "dspc.rwtable(1024)")
        return int(size), audio_float(), dsp.number_attr(0.0, ELEMENT_TYPES[audio_float()])
    try:
        array: NDArray[Any] = np.asarray(size)
    except ValueError:
        array = np.zeros(0)
    if array.ndim != 1 or not 1 <= array.size <= LARGEST or array.dtype.kind not in "iuf":
        raise tr.fail("DSP278", f"rwtable takes a number of elements, or a row of numbers, not {describe(size)}",
                      "dspc.rwtable(1024)")  # fmt: skip
    element = audio_float() if array.dtype.kind == "f" else "i32"
    with np.errstate(all="ignore"):
        samples = array.astype(NUMPY_TYPES[element])
    if element != "i32" and not np.isfinite(samples).all() or element == "i32" and (samples != array).any():
        raise tr.fail("DSP278", "the numbers of a table are finite and fit its type", "replace NaN and infinity")
    if np.all(samples == samples[0]):
        return samples.size, element, dsp.number_attr(samples[0].item(), ELEMENT_TYPES[element])
    return samples.size, element, SymbolRefAttr(constant_table(samples))


class ComputedTable(Table):
    """A table that was computed at prepare; read like any table."""

    def __init__(self, memory: SSAValue):
        super().__init__(np.zeros(1, np.int32))
        self._memory = memory

    @property
    def element(self) -> str:
        """The type of what is read."""
        return element_of(self._memory.type)

    def __len__(self) -> int:
        return size_of(self._memory)

    def __repr__(self) -> str:
        return f"<table of {len(self)} samples, {self.element}, computed at prepare>"

    @property
    def size(self) -> tuple[int, int]:
        """Its samples, twice: there is one row."""
        return len(self), len(self)

    def lookup(self, index: Signal) -> Signal:
        return _read(self._memory, index)


@guarded
def table_init(n: int, f: Callable[..., Any]) -> Any:
    """A table of `n` samples that `f`, without arguments, gives from rest; it runs once, at prepare.

    `f` may use the sample rate and anything that keeps state, but no parameter, note, input or signal from outside that
    changes. Raises `DspError` DSP278 for another `n`, DSP273 if `f` is no function.

    >>> window = table_init(512, lambda: 0.5 - 0.5 * cos(6.2831853 * phasor(step=1 / 512)))
    >>> half = window(phasor(2.0) * 512)
    """
    check_function(f, "table_init", "dspc.table_init(512, lambda: …)", "DSP273")
    if not is_integer(n) or not 1 <= n <= LARGEST:
        raise tr.fail("DSP278", f"a table has 1 to {LARGEST} samples, not {describe(n)}", "dspc.table_init(512, f)")
    trace = tr.current()
    body = tr.Body("table_init", count=int(n))
    with trace.back_in(trace.root), trace.inside(body):
        value = as_signal(call(f, [], "table_init", "no arguments"), "result of table_init's function")
        value = rounded(numeric(value))
        end_body([value])
        _check_early(body)
    op = dsp.TableInitOp.create(
        regions=[Region(body.block)], properties={"count": IntAttr(int(n))},
        result_types=(MemoryType(ELEMENT_TYPES[value.element], IntAttr(int(n))),))  # fmt: skip
    with trace.back_in(trace.root):
        trace.add(op)
    return ComputedTable(op.results[0])


_LATE = (dsp.ParamOp, dsp.ControllerOp, dsp.NoteOp)


def _check_early(body: tr.Body) -> None:
    """Raises DSP280 for what is not known at prepare."""
    inside = set(body.block.walk_blocks())
    for op in body.block.walk():
        if isinstance(op, _LATE) or any(_is_late(o) and owner_block(o) not in inside for o in op.operands):
            raise tr.fail("DSP280", "table_init runs at prepare: it cannot use what is known only later",
                          "use numbers, dspc.sample_rate, and signals made inside its function")  # fmt: skip


def _is_late(value: SSAValue) -> bool:
    return isinstance(value.type, SignalType) and rate_of(value.type) in ("control", "audio")


# --- order ----------------------------------------------------------------------------------------


def writes_first(block: Block) -> None:
    """Puts the reads of every memory after all its writes of the sample, in a block and those inside it.

    Raises `DspError` DSP279 for a write that depends on a read of the same sample.
    """
    for inner in block.walk_blocks():
        _writes_first(inner)
        bank = inner.parent_op()
        if isinstance(bank, dsp.BankOp):
            _check_lanes(inner)


def _check_lanes(block: Block) -> None:
    """Lanes that read a table which they write as well would have to wait for one another."""
    inside = set(block.walk_blocks())
    stored = {op.memory for op in block.walk() if isinstance(op, dsp.StoreOp) and owner_block(op.memory) not in inside}
    for op in block.walk():
        if isinstance(op, dsp.LoadOp) and op.memory in stored:
            location = location_of(op)
            raise tr.fail("DSP279", "the lanes of a bank write a table that they also read",
                          "make the table inside the bank, one for each lane, or read it outside",
                          Place(*location) if location else None)  # fmt: skip


def _writes_first(block: Block) -> None:
    ops = list(block.ops)
    stores: dict[SSAValue, list[Operation]] = {}
    for op in ops:
        for memory in {o.memory for o in op.walk() if isinstance(o, dsp.StoreOp)}:
            stores.setdefault(memory, []).append(op)
    if not stores:
        return
    before: dict[Operation, list[Operation]] = {}
    for op in ops:
        read = {o.memory for o in op.walk() if isinstance(o, dsp.LoadOp)}
        writers = [w for memory in read for w in stores.get(memory, ()) if w is not op]
        if writers and not any(op in stores.get(memory, ()) for memory in read):
            before[op] = writers
    if before:
        _reorder(block, ops, before)


def _reorder(block: Block, ops: list[Operation], before: dict[Operation, list[Operation]]) -> None:
    """A topological order that keeps the operations' own where it may."""
    inside = set(ops)
    done: set[Operation] = set()
    open_: set[Operation] = set()
    order: list[Operation] = []
    for root in ops:
        work = [(root, False)]
        while work:  # no recursion: programs may be deep
            op, ready = work.pop()
            if ready:
                open_.discard(op)
                done.add(op)
                order.append(op)
                continue
            if op in done:
                continue
            if op in open_:
                raise _cyclic(op)
            open_.add(op)
            work.append((op, True))
            wanted = [*before.get(op, ()), *_needs(op, inside)]
            if any(w in open_ for w in wanted):
                raise _cyclic(op)
            work += [(w, False) for w in reversed(wanted) if w not in done]
    for op in ops:
        op.detach()
    block.add_ops(order)


def _needs(op: Operation, inside: set[Operation]) -> list[Operation]:
    """The operations of the same block whose results an operation, or a body in it, uses."""
    return [o.owner for inner in op.walk() for o in inner.operands if o.owner in inside and o.owner is not op]  # type: ignore[misc]


def _cyclic(op: Operation) -> Exception:
    location = location_of(op)
    return tr.fail("DSP279", "what is written into the table depends on what is read from it at the same sample",
                   "read it one sample earlier: put read and write into dspc.feedback",
                   Place(*location) if location else None)  # fmt: skip
