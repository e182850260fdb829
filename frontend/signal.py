"""Signals: the values a traced function computes with, how they are made, and how types promote.

bool < i32, u32 < f32 < f64 promote by themselves; Python numbers are weak. Floats at const and init rate
are f64, and are rounded to the program's float (f32, or f64 under precision="f64") where they meet control or
audio rate.
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp
from dspc.dialects.scalar import NUMPY_TYPES, find_row
from dspc.dialects.types import RATES, element_of, rate_of, signal
from dspc.frontend import trace as tr
from dspc.frontend.literals import Number, describe, fitting, is_number, kind_of, plain, remedy
from dspc.frontend.operators import Operand, Operators
from dspc.frontend.refusals import Refusals

RANK = {"bool": 0, "i32": 1, "u32": 1, "f32": 2, "f64": 3}
"""Types promote upwards."""
FLOATS = ("f32", "f64")


class SignalLike(Operators, Refusals):
    """What may stand where a signal stands."""

    __slots__ = ()

    @abstractmethod
    def signal(self) -> Signal:
        """The signal, to be used where the trace is now."""

    @property
    @abstractmethod
    def element(self) -> str:
        """The element type's name: f32, f64, i32, u32 or bool."""

    @property
    @abstractmethod
    def rate(self) -> str:
        """const, init, control or audio."""

    def __repr__(self) -> str:
        return f"<signal {self.element} at {self.rate} rate>"


class Signal(SignalLike):
    """A stream of values, known only at run time. Arithmetic on it writes the program."""

    __slots__ = ("ssa",)
    ssa: SSAValue

    def __init__(self, ssa: SSAValue):
        object.__setattr__(self, "ssa", ssa)

    @property
    def element(self) -> str:
        return element_of(self.ssa.type)

    @property
    def rate(self) -> str:
        return rate_of(self.ssa.type)

    def signal(self) -> Signal:
        """Itself, if it may be used here: a body's signals end with the body."""
        owner = self.ssa.owner
        block = owner if isinstance(owner, Block) else owner.parent
        trace = tr.current()
        if not trace.visible(block):
            raise leaked(block)
        return self


class WideNumber(Signal):
    """What dspc.f64 makes of a number: a constant as any other, but a state that starts from it is an f64."""

    __slots__ = ()


_OWNERS: dict[tr.Kind | None, str] = {"bank": "the lanes of a bank", "feedback": "a feedback of the voice"}


def leaked(block: Block | None) -> Exception:
    """The error for a signal that is used outside the body, or the program, that it was made in."""
    trace = tr.current()
    kind = trace.kind_of(block)
    if any(body.block is block for body in trace.sharing):
        owner = _OWNERS.get(kind, "a voice")
        return tr.fail("DSP213", f"this belongs to {owner}: what is shared is computed once for all voices",
                       "use it outside dspc.shared, on what that returns")  # fmt: skip
    if kind is None:
        return tr.fail("DSP104", "this signal belongs to another program, or to an earlier trace of this one",
                       "make it inside the function that uses it")  # fmt: skip
    if kind == "voices":
        return tr.fail("DSP104", "this signal belongs to a voice, and ends with it",
                       "return it from the instrument's function: after receives the mix")  # fmt: skip
    return tr.fail("DSP104", f"this signal belongs to the body of a {kind}, and ends with it",
                   f"return it from the {kind}'s function, and use what dspc.{kind} returns")  # fmt: skip


class NotASignal:
    """What people take for a signal, though it is none: it says so itself, and what to do."""

    __slots__ = ()

    def refusal(self) -> tuple[str, str, str]:
        """Code, what it is, and the remedy."""
        return "DSP110", describe(self), remedy(self)


# --- building -------------------------------------------------------------------------------------


def add(op: Operation) -> Signal:
    """Appends an operation to the trace; its first result as a signal."""
    return Signal(tr.current().add(op).results[0])


def emit(name: str, *operands: Signal, to: str | None = None) -> Signal:
    """A scalar operation on signals whose elements fit."""
    return add(dsp.scalar_op(name, [o.ssa for o in operands], to))


def constant(value: Number, element: str) -> Signal:
    """A number as a signal. Raises `DspError` DSP113 for NaN, DSP114 for what does not fit the type."""
    return add(dsp.ConstantOp.make(fitting(plain(value), element), signal(element, "const")))


def as_signal(value: Operand, what: str = "operand") -> Signal:
    """A signal of anything that can be one; `what` names it in errors."""
    if isinstance(value, SignalLike):
        return value.signal()
    if is_number(value):
        number = plain(value)
        return constant(number, kind_of(number))
    code, shown, hint = value.refusal() if isinstance(value, NotASignal) else ("DSP110", describe(value), remedy(value))
    raise tr.fail(code, f"the {what} is {shown}, not a signal or a number", hint)


def convert(x: Signal, to: str) -> Signal:
    """A conversion that exists in the scalar table, or two; a constant's at once."""
    source = x.element
    if source == to:
        return x
    if to == "bool" and source in FLOATS:
        return emit("ne", x, constant(0, source))
    owner = x.ssa.owner
    if isinstance(owner, dsp.ConstantOp):
        return _convert_constant(owner.number, source, to)
    return emit("convert", x, to=to)


def _convert_constant(number: float, source: str, to: str) -> Signal:
    row = find_row("convert", source, to)
    if row is None:
        raise tr.fail("DSP111", f"there is no conversion from {source} to {to}", "")
    with np.errstate(all="ignore"):
        value = row.numpy(NUMPY_TYPES[source](number))
    if to == "f32" and np.isinf(value):
        fitting(number, to)
    return constant(value, to)


def numeric(x: Signal) -> Signal:
    """bool counts as 0 and 1 in arithmetic."""
    return convert(x, "i32") if x.element == "bool" else x


def known(value: Operand) -> int | float | None:
    """The number that a Python number or a constant signal is; None for other signals and things."""
    if is_number(value):
        return plain(value)
    owner = value.ssa.owner if isinstance(value, Signal) else None
    if not isinstance(owner, dsp.ConstantOp):
        return None
    return bool(owner.number) if element_of(owner.result.type) == "bool" else owner.number


# --- promotion ------------------------------------------------------------------------------------


def is_early(rate: str) -> bool:
    """Whether values of this rate are known before the first sample."""
    return RATES.index(rate) <= RATES.index("init")


def audio_float() -> str:
    """The float of control and audio rate in the running trace: f32, or f64 under precision="f64"."""
    return tr.current().precision


def precise(element: str) -> str:
    """An element type as the running trace has it: under precision="f64" every f32 is an f64."""
    return audio_float() if element == "f32" else element


def float_at(rate: str) -> str:
    """The float that integers become: f64 at const and init rate, the program's float after."""
    return "f64" if is_early(rate) else audio_float()


def highest(*signals: Signal) -> str:
    """The rate of what is computed from these."""
    return max((s.rate for s in signals), key=RATES.index, default="const")


def effective_element(s: Signal, rate: str) -> str:
    """The element that takes part in a promotion: an early f64 is rounded where it meets control or audio."""
    rounded = s.element == "f64" and is_early(s.rate) and not is_early(rate)
    return audio_float() if rounded else s.element


def promote(*operands: Operand, beside: Signal | None = None) -> list[Signal]:
    """The operands as signals of one element type; `beside` takes part with its rate only."""
    values = [plain(o) if is_number(o) else as_signal(o) for o in operands]
    signals = [v for v in values if isinstance(v, Signal)]
    rate = highest(*signals, *([beside] if beside is not None else []))
    element = _common({effective_element(s, rate) for s in signals})
    for number in values:
        if not isinstance(number, Signal):
            element = _beside_number(element, number, rate)
    return [convert(v, element) if isinstance(v, Signal) else constant(v, element) for v in values]


def _common(elements: set[str]) -> str:
    if {"i32", "u32"} <= elements:
        raise tr.fail("DSP111", "i32 and u32 do not mix", "convert one with dspc.i32(x) or dspc.u32(x)")
    return max(elements, key=RANK.__getitem__, default="bool")


def _beside_number(element: str, number: int | float, rate: str) -> str:
    """The element type once a Python number takes part: the type stays if it is of the number's kind."""
    kind = kind_of(number)
    if kind == "f64" and element not in FLOATS:
        return float_at(rate)
    return "i32" if kind == "i32" and element == "bool" else element


def floats(*operands: Operand) -> list[Signal]:
    """The operands promoted, integers become floats."""
    values = promote(*operands)
    if values[0].element in FLOATS:
        return values
    element = float_at(highest(*values))
    return [convert(v, element) for v in values]


def condition(x: Operand, what: str) -> Signal:
    """A bool signal; `what` names it in errors."""
    value = as_signal(x, what)
    if value.element != "bool" and not tr.is_stand_in(value):
        raise tr.fail("DSP111", f"the {what} is a bool, this is {value.element}", "compare it, for example x > 0")
    return convert(value, "bool")


def rounded(x: Signal) -> Signal:
    """A value that meets audio: an early float is rounded to the program's float."""
    return convert(x, audio_float()) if x.element == "f64" and is_early(x.rate) else x


def rounded_beside(source: Signal, made: Signal) -> Signal:
    """What is chosen, later than that is known, among early floats: rounded to the program's float."""
    return convert(made, audio_float()) if source.element == "f64" and is_early(source.rate) else made
