"""Parts of a program at another sample rate: oversample and undersample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntAttr
from xdsl.ir import Block, Operation, Region, SSAValue

from dspc.dialects import dsp
from dspc.dialects.types import SignalType, is_float, lanes_of, rate_of, signal
from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import minus, plus, times
from dspc.frontend.arrays import Array, each, hand_over, pick, reduced, stack_of
from dspc.frontend.conditional import held, taken_apart
from dspc.frontend.delays import delay
from dspc.frontend.environment import frame
from dspc.frontend.feedback import adapting_feedback, feedback
from dspc.frontend.guard import guarded
from dspc.frontend.latency import ahead_by, check_place
from dspc.frontend.literals import describe, is_integer, is_one_of, quoted
from dspc.frontend.memories import memory, owner_block
from dspc.frontend.products import Matrix, matrix
from dspc.frontend.resampling_filters import HALF_BANDS, PHASES, PROTOTYPE, REACH
from dspc.frontend.signal import FLOATS, Signal, constant, convert, emit
from dspc.frontend.structure import call, check_function, end_body
from dspc.frontend.tables import Table, table

FILTERS = ("fir", "iir", "hold")
FACTORS = {
    "fir": tuple(n for n in range(2, PHASES) if PHASES % n == 0 and n <= 16),
    "iir": tuple(2**n for n in range(1, len(HALF_BANDS) + 1)),
    "hold": tuple(range(2, 65)),
}
"""What each filter can do."""


@guarded
def oversample(factor: int, f: Callable[..., Any], *, filter: str = "fir") -> Any:
    """`f()` at `factor` times the sample rate.

    Floats at audio rate that `f` captures are resampled, bools and integers are held; so are parameters.
    `dspc.sample_rate` is the inner rate. The filter is "fir" (linear phase, 93 dB; 64 samples of latency, which other
    paths are delayed by and the engine reports), "iir" (elliptic half-bands, 100 dB, no latency; for feedback) or
    "hold" (none). Factors: 2, 3, 4, 6, 8, 12, 16; with "iir" 2, 4, 8, 16; with "hold" 2 to 64. Raises `DspError` DSP281
    for other factors and filters, DSP282 for "fir" in a feedback, DSP273 if `f` is no function.

    >>> driven = oversample(4, lambda: tanh(5.0 * noise()), filter="iir")
    """
    _check("oversample", factor, f, filter)
    if filter == "iir":
        return _oversampled_iir(int(factor), f, 0)
    way = _fir_up(int(factor)) if filter == "fir" else _Way(lambda x: None, lambda v: pick(v, int(factor) - 1))
    return _oversampled(int(factor), f, way)


@guarded
def undersample(factor: int, f: Callable[..., Any], *, filter: str = "fir") -> Any:
    """`f()` once in `factor` samples: state inside steps, and `dspc.sample_rate` is, so much slower.

    Floats at audio rate that `f` captures are resampled, and its results back; bools and integers are held. Filters and
    factors are those of `oversample`; the latency of "fir" is 64 inner samples. Raises `DspError` DSP281, DSP273.

    >>> slow = undersample(8, lambda: noise(), filter="hold")
    """
    _check("undersample", factor, f, filter)
    if filter == "iir":
        return _undersampled_iir(int(factor), f, 0)
    return _undersampled(int(factor), f, filter)


def _check(name: str, factor: Any, f: Any, filter: Any) -> None:
    check_function(f, name, f"dspc.{name}(4, lambda: …)", "DSP273")
    if not is_one_of(filter, FILTERS):
        raise tr.fail("DSP281", f"the filter of {name} is not {quoted(filter)}", 'use "fir", "iir" or "hold"')
    if not is_integer(factor) or factor not in FACTORS[filter]:
        shown = FACTORS[filter] if len(FACTORS[filter]) < 10 else f"{FACTORS[filter][0]} to {FACTORS[filter][-1]}"
        listed = ", ".join(map(str, shown)) if isinstance(shown, tuple) else shown
        raise tr.fail("DSP281", f'{name} with the filter "{filter}" has no factor {describe(factor)}',
                      f"its factors are {listed}")  # fmt: skip
    if filter == "fir":
        check_place(f'{name} with the filter "fir"', 'use filter="iir", which has no latency')


@dataclass(frozen=True)
class _Way:
    """Into a body at another rate and out of it: `into` gives an array with a value for each turn, or None to hold."""

    into: Callable[[Signal], Array | None]
    out: Callable[[Array], Signal]


# --- more turns than samples ------------------------------------------------------------------------


def _oversampled(count: int, f: Callable[..., Any], way: _Way) -> Any:
    trace = tr.current()
    body = tr.Body("oversample", Block(arg_types=(signal("i32", "audio"),)), count, float(count))
    with trace.inside(body):
        result = taken_apart(call(f, [], "oversample", "no arguments"), "result of oversample's function")
        end_body(result.signals)
    for value in _captured(body.block):
        arrays = [way.into(x) for x in _elements(value)]
        if arrays[0] is not None:
            _replace_inside(body.block, value, cast(list[Array], arrays))
    op = trace.add(dsp.RepeatOp.create(
        regions=[Region(body.block)], properties={"count": IntAttr(count)},
        result_types=[signal(s.element, "audio", count) for s in result.signals]))  # fmt: skip
    arrays = [Array(r) for r in op.results]
    return result.rebuild([way.out(a) if a.element in FLOATS else pick(a, count - 1) for a in arrays])


def _captured(block: Block) -> list[SSAValue]:
    """Floats at audio rate from outside that a body uses; arrays come in signal by signal."""
    hand_over(block)
    inside = set(block.walk_blocks())
    found: dict[SSAValue, None] = {}
    for op in block.walk():
        for value in op.operands:
            if isinstance(value.type, SignalType) and is_float(value.type) and rate_of(value.type) == "audio" and (
                owner_block(value) not in inside
            ):  # fmt: skip
                found[value] = None
    return list(found)


def _elements(value: SSAValue) -> list[Signal]:
    """The signals of a captured value: itself, or an array's elements, each of which is resampled."""
    return list(Array(value)) if lanes_of(value.type) else [Signal(value)]


def _like(value: SSAValue, elements: list[Signal]) -> SSAValue:
    """A value again, of its elements."""
    return stack_of(elements).ssa() if lanes_of(value.type) else elements[0].ssa


def _replace_inside(block: Block, value: SSAValue, arrays: list[Array]) -> None:
    """Makes a body use the turn's elements of arrays instead of a value."""
    turn, first = block.args[0], block.first_op
    ops: list[Operation] = [
        dsp.PickOp.create(operands=(a.ssa(), turn), result_types=(signal(a.element, "audio"),)) for a in arrays
    ]
    if lanes_of(value.type):
        ops.append(dsp.StackOp.create(operands=[op.results[0] for op in ops], result_types=(value.type,)))
    assert first is not None
    block.insert_ops_before(ops, first)
    _use(block, value, ops[-1].results[0])


def _use(block: Block, value: SSAValue, instead: SSAValue) -> None:
    for inner in block.walk():
        for i, operand in enumerate(inner.operands):
            if operand is value:
                inner.operands[i] = instead


# --- linear phase -----------------------------------------------------------------------------------


def _taps(factor: int) -> NDArray[np.float64]:
    """The low-pass at `factor` times a rate: symmetric, with a sum of `factor`."""
    half = np.array(PROTOTYPE, np.float64)[:: PHASES // factor]
    taps = np.concatenate([half[:0:-1], half])
    return taps * (factor / taps.sum())


def _phases(factor: int) -> NDArray[np.float64]:
    """[factor, 2 * REACH + 1]: what each inner sample takes of the outer ones before it."""
    padded = np.zeros(factor * (2 * REACH + 1))
    taps = _taps(factor)
    padded[: len(taps)] = taps
    return padded.reshape(2 * REACH + 1, factor).T


def _history(x: Signal, count: int) -> Array:
    return each(count, lambda k: delay(x, k, max=count - 1))


def _fir_up(factor: int) -> _Way:
    up = matrix(_phases(factor))
    down = np.zeros((factor, 2 * REACH + 1))
    taps = _taps(factor) / factor
    for turn in range(factor):
        for late in range(2 * REACH + 1):
            at = late * factor - turn
            down[turn, late] = taps[at] if 0 <= at < len(taps) else 0.0
    back = matrix(down)

    def into(x: Signal) -> Array:
        made = up @ _history(x, 2 * REACH + 1)
        return each(factor, lambda turn: ahead_by(pick(made, turn), REACH))

    def out(v: Array) -> Signal:
        return ahead_by(_dot(back, v), REACH)

    return _Way(into, out)


def _dot(taps: Matrix, v: Array) -> Signal:
    """The sum over turns of each turn's own impulse response."""
    turns, count = taps.shape

    def of_turn(turn: Signal) -> Signal:
        x = pick(v, turn)
        terms = each(count, lambda k: times(delay(x, k, max=count - 1), taps.row(turn, k)))
        return reduced(terms.ssa(), "add", count, partials=True)

    return each(turns, of_turn).sum()


# --- half-bands -------------------------------------------------------------------------------------


def _all_pass(x: Signal, coefficient: float) -> Signal:
    def loop(x1: Signal, y1: Signal) -> tuple[Signal, Signal]:
        return x, plus(x1, times(minus(x, y1), coefficient))

    return adapting_feedback(loop, initial=(0.0, 0.0))[1]


def _chain(x: Signal, coefficients: tuple[float, ...]) -> Signal:
    for coefficient in coefficients:
        x = _all_pass(x, coefficient)
    return x


def _half_band(stage: int) -> _Way:
    first, second = HALF_BANDS[stage]

    def out(v: Array) -> Signal:
        return times(plus(_chain(pick(v, 1), first), _chain(pick(v, 0), second)), 0.5)

    return _Way(lambda x: stack_of([_chain(x, first), _chain(x, second)]), out)


def _oversampled_iir(factor: int, f: Callable[..., Any], stage: int) -> Any:
    inner = f if factor == 2 else lambda: _oversampled_iir(factor // 2, f, stage + 1)
    return _oversampled(2, inner, _half_band(stage))


def _undersampled_iir(factor: int, f: Callable[..., Any], stage: int) -> Any:
    """By 2 around what is by 2 inside: the outermost is the one farthest from the inner rate."""
    steps = factor.bit_length() - 2
    inner = f if factor == 2 else lambda: _undersampled_iir(factor // 2, f, stage)
    return _undersampled(2, inner, "iir", stage + steps)


# --- fewer turns than samples -----------------------------------------------------------------------


def _undersampled(factor: int, f: Callable[..., Any], filter: str, stage: int = 0) -> Any:
    phase = _phase(factor)
    due = emit("eq", phase, constant(0, "i32"))
    way = {"fir": _FirDown, "iir": _IirDown, "hold": _Hold}[filter](factor, phase, due, stage)
    trace = tr.current()
    body, before = (tr.Body("undersample", speed=1.0 / factor) for _ in range(2))
    with trace.inside(body):
        result = taken_apart(call(f, [], "undersample", "no arguments"), "result of undersample's function")
        inner = [way.leaving(s) if s.element in FLOATS else [s] for s in result.signals]
        end_body([s for group in inner for s in group])
    for value in _captured(body.block):
        elements = _elements(value)
        prepared = [way.outside(x) for x in elements]
        with trace.inside(before):
            entered = [way.entering(x, p) for x, p in zip(elements, prepared, strict=True)]
            _use(body.block, value, _like(value, entered))
    _put_first(before.block, body.block)
    op = trace.add(dsp.WhenOp.create(
        operands=(due.ssa,), regions=[Region(body.block)],
        result_types=[signal(s.element, "audio") for group in inner for s in group]))  # fmt: skip
    results = [Signal(r) for r in op.results]
    made: list[Signal] = []
    for group in inner:
        part, results = results[: len(group)], results[len(group) :]
        made.append(way.back(part) if part[0].element in FLOATS else held(due, part[0]))
    return result.rebuild(made)


def _phase(factor: int) -> Signal:
    """0, 1, … factor-1, again and again."""

    def count(last: Signal) -> Signal:
        following = emit("add", last, constant(1, "i32"))
        return emit("select", emit("lt", following, constant(factor, "i32")), following, constant(0, "i32"))

    return feedback(count, initial=factor - 1)


def _put_first(before: Block, body: Block) -> None:
    first = body.first_op
    assert first is not None
    for op in list(before.ops):
        op.detach()
        body.insert_op_before(op, first)


@dataclass(frozen=True)
class _Hold:
    """Into a slower body and out of it, without a filter: what enters is taken when it is due."""

    factor: int
    phase: Signal
    due: Signal
    stage: int

    def outside(self, x: Signal) -> Any:
        """What is done with a captured signal at every sample."""
        return None

    def entering(self, x: Signal, prepared: Any) -> Signal:
        """The captured signal inside the body."""
        return x

    def leaving(self, y: Signal) -> list[Signal]:
        """What the body yields of a result."""
        return [y]

    def back(self, yielded: list[Signal]) -> Signal:
        """The result outside the body, of what was yielded."""
        return held(self.due, yielded[0])


class _IirDown(_Hold):
    """Half-bands: each of the two branches runs at the inner rate."""

    def outside(self, x: Signal) -> Any:
        return delay(x, 1)

    def entering(self, x: Signal, prepared: Any) -> Signal:
        first, second = HALF_BANDS[self.stage]
        return times(plus(_chain(x, first), _chain(prepared, second)), 0.5)

    def leaving(self, y: Signal) -> list[Signal]:
        return [_chain(y, coefficients) for coefficients in HALF_BANDS[self.stage]]

    def back(self, yielded: list[Signal]) -> Signal:
        return emit("select", self.due, yielded[0], held(self.due, yielded[1]))


class _FirDown(_Hold):
    """Linear phase: what enters is kept in a ring, and filtered when it is due."""

    def outside(self, x: Signal) -> Any:
        ring = _Ring(2 * REACH * self.factor + 1, x.element)
        ring.write(convert(frame(), "i32"), x)
        return ring

    def entering(self, x: Signal, prepared: Any) -> Signal:
        taps = _taps(self.factor) / self.factor
        return prepared.dot(convert(frame(), "i32"), len(taps), table(taps), constant(0, "i32"))

    def back(self, yielded: list[Signal]) -> Signal:
        rows = _phases(self.factor)
        count = rows.shape[1]
        due, ring = self.due, _Ring(count, yielded[0].element)

        def number(last: Signal) -> Signal:
            return emit("select", due, emit("add", last, constant(1, "i32")), last)

        turn = feedback(number, initial=0)
        ring.write(turn, held(due, yielded[0]))
        row = emit("mul", self.phase, constant(count, "i32"))
        made = ring.dot(turn, count, table(rows.ravel()), row)
        return ahead_by(made, 2 * REACH * self.factor)


class _Ring:
    """The last values of a signal, in a memory of its own."""

    def __init__(self, least: int, element: str):
        self.mask = (1 << (least - 1).bit_length()) - 1
        self.memory = memory(self.mask + 1, element)

    def write(self, number: Signal, x: Signal) -> None:
        """Keeps a value under the number of its sample."""
        self.memory.write(emit("and", number, constant(self.mask, "i32")), x)

    def dot(self, number: Signal, count: int, taps: Table, first: Signal) -> Signal:
        """The sum of `taps[first + k]` times the value of sample `number - k`."""

        def term(k: Signal) -> Signal:
            at = emit("and", emit("sub", number, k), constant(self.mask, "i32"))
            return times(self.memory.read(at), taps.at(emit("add", first, k)))

        return reduced(each(count, term).ssa(), "add", count, partials=True)
