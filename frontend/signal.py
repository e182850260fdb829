"""Signals: the values a traced function computes with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp
from dspc.dialects.types import RATES, element_of, rate_of, signal
from dspc.frontend import trace as tr

Number = int | float | bool | np.generic
Operand = Any
"""A signal, a Python number, or anything else a user may pass by mistake."""

_RANK = {"bool": 0, "i32": 1, "u32": 1, "f32": 2, "f64": 3}


class Signal:
    """A stream of values, known only at run time. Arithmetic on it writes the program."""

    __slots__ = ("ssa",)
    __hash__ = object.__hash__
    __array_priority__ = 1000

    def __init__(self, ssa: SSAValue):
        self.ssa = ssa

    @property
    def element(self) -> str:
        """The element type's name: f32, f64, i32, u32 or bool."""
        return element_of(self.ssa.type)

    @property
    def rate(self) -> str:
        """const, init, control or audio."""
        return rate_of(self.ssa.type)

    def __repr__(self) -> str:
        return f"<signal {self.element} at {self.rate} rate>"

    # arithmetic

    def __add__(self, o: Operand) -> Signal:
        return arithmetic("add", self, o)

    def __radd__(self, o: Operand) -> Signal:
        return arithmetic("add", o, self)

    def __sub__(self, o: Operand) -> Signal:
        return arithmetic("sub", self, o)

    def __rsub__(self, o: Operand) -> Signal:
        return arithmetic("sub", o, self)

    def __mul__(self, o: Operand) -> Signal:
        return arithmetic("mul", self, o)

    def __rmul__(self, o: Operand) -> Signal:
        return arithmetic("mul", o, self)

    def __truediv__(self, o: Operand) -> Signal:
        return divide(self, o)

    def __rtruediv__(self, o: Operand) -> Signal:
        return divide(o, self)

    def __floordiv__(self, o: Operand) -> Signal:
        return floor_divide(self, o)

    def __rfloordiv__(self, o: Operand) -> Signal:
        return floor_divide(o, self)

    def __mod__(self, o: Operand) -> Signal:
        return modulo(self, o)

    def __rmod__(self, o: Operand) -> Signal:
        return modulo(o, self)

    def __pow__(self, o: Operand) -> Signal:
        return power(self, o)

    def __rpow__(self, o: Operand) -> Signal:
        return power(o, self)

    def __neg__(self) -> Signal:
        return emit("neg", numeric(self))

    def __pos__(self) -> Signal:
        return numeric(self)

    def __abs__(self) -> Signal:
        return absolute(self)

    # comparisons

    def __lt__(self, o: Operand) -> Signal:
        return arithmetic("lt", self, o)

    def __le__(self, o: Operand) -> Signal:
        return arithmetic("le", self, o)

    def __gt__(self, o: Operand) -> Signal:
        return arithmetic("lt", o, self)

    def __ge__(self, o: Operand) -> Signal:
        return arithmetic("le", o, self)

    def __eq__(self, o: Operand) -> Signal:  # type: ignore[override]
        return arithmetic("eq", self, o)

    def __ne__(self, o: Operand) -> Signal:  # type: ignore[override]
        return arithmetic("ne", self, o)

    # bits and logic

    def __and__(self, o: Operand) -> Signal:
        return bitwise("and", self, o)

    def __rand__(self, o: Operand) -> Signal:
        return bitwise("and", o, self)

    def __or__(self, o: Operand) -> Signal:
        return bitwise("or", self, o)

    def __ror__(self, o: Operand) -> Signal:
        return bitwise("or", o, self)

    def __xor__(self, o: Operand) -> Signal:
        return bitwise("xor", self, o)

    def __rxor__(self, o: Operand) -> Signal:
        return bitwise("xor", o, self)

    def __lshift__(self, o: Operand) -> Signal:
        return bitwise("shl", self, o)

    def __rshift__(self, o: Operand) -> Signal:
        return bitwise("shr", self, o)

    def __invert__(self) -> Signal:
        if self.element == "bool":
            return emit("not", self)
        if self.element in ("i32", "u32"):
            return emit("xor", self, constant(-1, self.element))
        return wrong_type(f"~ needs a bool or an integer, this is {self.element}", self)

    # what cannot be known while the program is traced

    def __bool__(self) -> NoReturn:
        raise tr.fail("DSP101", "a signal has no truth value while the program is traced "
                      "(if, while, and, or, not, a < x < b, min, max need one)",
                      "choose with dspc.select(condition, a, b); combine conditions with & | ~; "
                      "for the smaller or larger use dspc.min, dspc.max")  # fmt: skip

    def __int__(self) -> NoReturn:
        raise tr.fail("DSP102", "a signal has no value while the program is traced, so int() cannot read it",
                      "convert with dspc.i32(signal)")  # fmt: skip

    def __float__(self) -> NoReturn:
        raise tr.fail("DSP102", "a signal has no value while the program is traced, so float() cannot read it "
                      "(math.sin and its like call float())",
                      "convert with dspc.f32(signal); for functions use dspc.sin and its like")  # fmt: skip

    def __index__(self) -> NoReturn:
        raise tr.fail("DSP102", "a signal cannot be an index, a range() or a count while the program is traced",
                      "read a dspc.table at a signal's position, or use a Python integer")  # fmt: skip

    def __iter__(self) -> NoReturn:
        raise tr.fail("DSP103", "one signal cannot be iterated or unpacked",
                      "a mono signal is one value; return or stack several signals for several channels")  # fmt: skip

    def __len__(self) -> NoReturn:
        raise tr.fail("DSP103", "a signal has no length: it is a stream", "")

    def __getitem__(self, _: Any) -> NoReturn:
        raise tr.fail("DSP103", "one signal cannot be indexed",
                      "the past of a signal is dspc.delay(signal, samples)")  # fmt: skip

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise tr.fail("DSP102", "a signal cannot become a numpy array while the program is traced",
                      "use dspc's functions, or give the array to dspc.table")  # fmt: skip

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Signal:
        from dspc.frontend import language

        function = language.UFUNCS.get(ufunc.__name__)
        if function is None or method != "__call__" or kwargs:
            raise tr.fail("DSP102", f"numpy's {ufunc.__name__} is not known on signals", "use dspc's functions")
        return function(*inputs)


# --- building -------------------------------------------------------------------------------------


def add(op: Operation) -> Signal:
    """Appends an operation to the trace; its first result as a signal."""
    return Signal(tr.current().add(op).results[0])


def emit(name: str, *operands: Signal, to: str | None = None) -> Signal:
    """A scalar operation on signals whose elements fit."""
    return add(dsp.scalar_op(name, [checked(o).ssa for o in operands], to))


def checked(value: Signal) -> Signal:
    """The signal, if it may be used here: a body's values end with the body."""
    owner = value.ssa.owner
    block = owner if isinstance(owner, Block) else owner.parent
    trace = tr.current()
    if not trace.visible(block):
        raise tr.fail("DSP104", "this signal belongs to another body (of a bank, a feedback or another program) "
                      "and cannot be used here",
                      "return it from that body's function, and use what bank() or feedback() returns")  # fmt: skip
    return value


def constant(value: Number, element: str) -> Signal:
    return add(dsp.ConstantOp.make(plain(value), signal(element, "const")))


def plain(value: Number) -> int | float | bool:
    """The Python number of a Python or numpy number."""
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating | np.bool_)


def wrong_type(message: str, instead: Signal | None = None, hint: str = "") -> Signal:
    """Notes a type error, and goes on with another signal, so that later errors are found too."""
    tr.current().report("DSP110", message, hint)
    return instead if instead is not None else constant(0.0, "f32")


def convert(x: Signal, to: str) -> Signal:
    """A conversion that exists in the scalar table, by way of another type where it must."""
    source = x.element
    if source == to:
        return x
    if to == "bool":
        return emit("ne", x, constant(0, source))
    if (source, to) == ("bool", "u32") or (source, to) != ("bool", "u64"):
        return emit("convert", x, to=to)
    return convert(convert(x, "u32"), to)


def numeric(x: Signal) -> Signal:
    """bool counts as 0 and 1 in arithmetic."""
    return convert(x, "i32") if x.element == "bool" else x


def _weak(value: Number, other: str, rate: str) -> str:
    """The element type a Python number takes beside a signal."""
    if isinstance(value, bool | np.bool_):
        return other
    if isinstance(value, int | np.integer):
        return "i32" if other == "bool" else other
    if other in ("f32", "f64"):
        return other
    return float_at(rate)


def float_at(rate: str) -> str:
    """The float that integers become: f64 at const and init rate, f32 where there is audio."""
    return "f64" if RATES.index(rate) <= RATES.index("init") else "f32"


def as_signal(value: Operand, what: str = "operand") -> Signal:
    """A signal of anything that can be one."""
    from dspc.frontend.params import Choice

    if isinstance(value, Signal):
        return checked(value)
    if isinstance(value, Choice):
        return value.index
    if isinstance(value, bool | np.bool_):
        return constant(bool(value), "bool")
    if isinstance(value, int | np.integer):
        return constant(value, "i32")
    if is_number(value):
        return constant(value, "f64")
    raise tr.fail("DSP110", f"the {what} is {describe(value)}, not a signal or a number", hint_for(value))


def describe(value: Any) -> str:
    kind = type(value).__name__
    if value is None:
        return "None (did a function forget to return?)"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def hint_for(value: Any) -> str:
    if callable(value):
        return "call the function to get its signal"
    if isinstance(value, str):
        return "a string is no signal; choices are compared with =="
    return "pass a signal or a number"


def promote(*operands: Operand) -> list[Signal]:
    """The operands as signals of one element type, Python numbers weak.

    bool < i32, u32 < f32 < f64; const and init-rate f64 give way to f32 at control and audio rate.
    """
    signals = [as_signal(o) for o in operands if not is_number(o)]
    if not signals:
        return [as_signal(o) for o in operands]
    rate = max((s.rate for s in signals), key=RATES.index)
    elements = {effective_element(s, rate) for s in signals}
    if {"i32", "u32"} <= elements:
        wrong_type("i32 and u32 do not mix", hint="convert one with dspc.i32(x) or dspc.u32(x)")
        elements.discard("u32")
    target = max(elements, key=_RANK.__getitem__)
    for o in operands:
        if is_number(o):
            target = max(target, _weak(o, target, rate), key=_RANK.__getitem__)
    ready = iter(signals)
    return [constant(o, target) if is_number(o) else convert(next(ready), target) for o in operands]


def effective_element(s: Signal, rate: str) -> str:
    """The element that takes part in a promotion: an early f64 is rounded where it meets audio."""
    early = RATES.index(s.rate) <= RATES.index("init")
    late = RATES.index(rate) > RATES.index("init")
    return "f32" if s.element == "f64" and early and late else s.element


# --- operators ------------------------------------------------------------------------------------


def arithmetic(name: str, a: Operand, b: Operand) -> Signal:
    pair = promote(a, b)
    if pair[0].element == "bool":
        pair = [numeric(p) for p in pair]
    return emit(name, *pair)


def is_zero(value: Operand) -> bool:
    if isinstance(value, Signal):
        owner = value.ssa.owner
        return isinstance(owner, dsp.ConstantOp) and owner.number == 0
    return is_number(value) and plain(value) == 0


def floats(*operands: Operand) -> list[Signal]:
    """The operands promoted, integers become floats."""
    pair = promote(*operands)
    if pair[0].element in ("f32", "f64"):
        return pair
    rate = max((p.rate for p in pair), key=RATES.index)
    return [convert(p, float_at(rate)) for p in pair]


def divide(a: Operand, b: Operand) -> Signal:
    if is_zero(b):
        return wrong_type("division by the constant 0", as_signal(a), "divide by something that is not 0")
    return emit("div", *floats(a, b))


def floor_divide(a: Operand, b: Operand) -> Signal:
    if is_zero(b):
        return wrong_type("division by the constant 0", as_signal(a), "divide by something that is not 0")
    pair = promote(a, b)
    if pair[0].element in ("f32", "f64"):
        return emit("floor", emit("div", *pair))
    return emit("floordiv", *(numeric(p) for p in pair))


def modulo(a: Operand, b: Operand) -> Signal:
    if is_zero(b):
        return wrong_type("modulo by the constant 0", as_signal(a), "divide by something that is not 0")
    x, y = promote(a, b)
    if x.element in ("f32", "f64"):
        return emit("sub", x, emit("mul", emit("floor", emit("div", x, y)), y))
    return emit("mod", numeric(x), numeric(y))


def power(a: Operand, b: Operand) -> Signal:
    """`**`: a Python integer multiplies, anything else is pow."""
    if isinstance(b, int | np.integer) and not isinstance(b, bool) and abs(int(b)) <= 64:
        return integer_power(as_signal(a), int(b))
    return math("pow", a, b)


def integer_power(x: Signal, exponent: int) -> Signal:
    x = numeric(x)
    if exponent < 0:
        return divide(1, integer_power(x, -exponent))
    if exponent == 0:
        return constant(1, x.element)
    result: Signal | None = None
    square = x
    while exponent:
        if exponent & 1:
            result = square if result is None else emit("mul", result, square)
        exponent >>= 1
        square = emit("mul", square, square) if exponent else square
    assert result is not None
    return result


def bitwise(name: str, a: Operand, b: Operand) -> Signal:
    pair = promote(a, b)
    if pair[0].element in ("f32", "f64"):
        symbol = {"and": "&", "or": "|", "xor": "^", "shl": "<<", "shr": ">>"}[name]
        return wrong_type(f"{symbol} needs bool or integers, not {pair[0].element}", pair[0],
                          "convert with dspc.i32(x), or compare first")  # fmt: skip
    if pair[0].element == "bool" and name in ("shl", "shr"):
        pair = [numeric(p) for p in pair]
    return emit(name, *pair)


def absolute(x: Operand) -> Signal:
    value = numeric(as_signal(x))
    return value if value.element == "u32" else emit("abs", value)


def math(name: str, *operands: Operand) -> Signal:
    """A mathematical function on floats; integers become floats."""
    values = floats(*operands)
    type_ = values[0].ssa.type
    rate = max((v.rate for v in values), key=RATES.index)
    result = signal(element_of(type_), rate)
    return add(dsp.MATH_OPS[name].create(operands=[v.ssa for v in values], result_types=(result,)))


def element_list(values: Sequence[Signal]) -> list[SSAValue]:
    return [v.ssa for v in values]
