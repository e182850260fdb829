"""Kits: what a primitive's `step` is written over.

A `step` is ordinary Python over scalar operations and state slots. Run under `NumpyKit` it *is* the
reference; under `IRKit` (dialects/ir_kit.py) it writes IR; under `CostKit` it adds up costs. The values
a kit hands out understand `+ - * / // % & | ^ << >> < <= == != -x ~x` with Python numbers as weak
constants; everything else is a method of the kit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from dspc.dialects.scalar import NUMPY_TYPES, find_row

Value = Any
"""A kit's value: a numpy scalar or array, or a `TracedValue`. A `step` does not care."""

_NAMES = {np.dtype(t): name for name, t in NUMPY_TYPES.items()}


class Kit(ABC):
    """Scalar operations by name. Subclasses say what a constant and an operation are."""

    note_event: Value | None = None
    """In a tick of the voices: whether an event of its own made it, lane by lane. Elsewhere None."""

    @abstractmethod
    def constant(self, value: float, element: str) -> Value:
        """`value` as a constant of the element type."""

    @abstractmethod
    def element(self, value: Value) -> str:
        """The element type's name: `f32`, `u32`, …"""

    @abstractmethod
    def apply(self, name: str, args: Sequence[Value], to: str | None = None) -> Value:
        """The scalar table's operation `name`; at least one operand is a value of this kit."""

    # What a kit knows of the stream. Kits that only do arithmetic (tests of `approx`) know nothing.

    @property
    def frame(self) -> Value:
        """The number of the sample in the stream, a u32 that wraps."""
        raise TypeError(f"{type(self).__name__} knows no stream")

    @property
    def sample_rate(self) -> Value:
        """The host's sample rate, an f64."""
        raise TypeError(f"{type(self).__name__} knows no stream")

    @property
    def phase(self) -> Value:
        """Samples since the last tick of the grid, 0 to 15, a u32."""
        return self.frame & (TICK - 1)

    @property
    def grid(self) -> Value:
        """Whether this sample is one of the grid's, not that of an event between them."""
        return self.phase == 0

    def min(self, a: Value, b: Value) -> Value:
        return self.apply("min", (a, b))

    def max(self, a: Value, b: Value) -> Value:
        return self.apply("max", (a, b))

    def clamp(self, x: Value, low: Value, high: Value) -> Value:
        return self.min(self.max(x, low), high)

    def abs(self, x: Value) -> Value:
        return self.apply("abs", (x,))

    def sqrt(self, x: Value) -> Value:
        return self.apply("sqrt", (x,))

    def floor(self, x: Value) -> Value:
        return self.apply("floor", (x,))

    def ceil(self, x: Value) -> Value:
        return self.apply("ceil", (x,))

    def round(self, x: Value) -> Value:
        """To the nearest integer, halves to even."""
        return self.apply("round", (x,))

    def logical_not(self, x: Value) -> Value:
        return self.apply("not", (x,))

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        """`a` where the condition holds, else `b`; one of the two may be a Python number."""
        return self.apply("select", (condition, a, b))

    def convert(self, x: Value, to: str) -> Value:
        return x if self.element(x) == to else self.apply("convert", (x,), to)

    def bitcast(self, x: Value, to: str) -> Value:
        return self.apply("bitcast", (x,), to)

    def finite(self, x: Value) -> Value:
        """Whether a float is neither infinite nor NaN."""
        return self.abs(x) < float("inf")

    def snap(self, x: Value) -> Value:
        """`x`, or 0 where it is so small that it would soon be denormal."""
        return self.select(self.abs(x) < SNAP[self.element(x)], 0.0, x)


    def settle(self, x: Value) -> Value:
        """What may enter a delay line: `x`, or 0 where it is not finite or almost 0."""
        size = self.abs(x)
        return self.select((SNAP[self.element(x)] <= size) & (size < float("inf")), x, 0.0)


SNAP = {"f32": 2.0**-50, "f64": 2.0**-66}
"""What is below is 0: so far above the smallest normal float that hardly anything falls there within a block."""
TICK = 16
"""Samples between the control ticks of the grid (`DSPC_TICK` in runtime/engine.h)."""
BLOCK = 64
"""The most samples that a region runs before the next one (`DSPC_BLOCK` there), and how often state is looked after."""


def as_tuple(made: Value) -> tuple[Value, ...]:
    """A `step`'s results: it may return one value, or a tuple."""
    return cast("tuple[Value, ...]", made) if isinstance(made, tuple) else (made,)


class NumpyKit(Kit):
    """Computes at once, on numpy scalars or arrays (one element a lane): the reference."""

    def constant(self, value: float, element: str) -> Value:
        return NUMPY_TYPES[element](value)

    def element(self, value: Value) -> str:
        return _NAMES[value.dtype]

    def apply(self, name: str, args: Sequence[Value], to: str | None = None) -> Value:
        typed = next(a for a in (args[1:] if name == "select" else args) if hasattr(a, "dtype"))
        element = self.element(typed)
        row = find_row(name, element, to)
        if row is None:
            raise TypeError(f"no scalar operation {name} on {element}")
        values = [a if hasattr(a, "dtype") else self.constant(a, element) for a in args]
        return row.numpy(*values)


class TracedValue:
    """A value of a kit that records: its operators go through the kit's `apply`."""

    __slots__ = ("kit", "element")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, kit: Kit, element: str):
        self.kit, self.element = kit, element

    def _apply(self, name: str, *args: Value) -> Value:
        return self.kit.apply(name, args)

    def __add__(self, o: Value) -> Value:
        return self._apply("add", self, o)

    def __radd__(self, o: Value) -> Value:
        return self._apply("add", o, self)

    def __sub__(self, o: Value) -> Value:
        return self._apply("sub", self, o)

    def __rsub__(self, o: Value) -> Value:
        return self._apply("sub", o, self)

    def __mul__(self, o: Value) -> Value:
        return self._apply("mul", self, o)

    def __rmul__(self, o: Value) -> Value:
        return self._apply("mul", o, self)

    def __truediv__(self, o: Value) -> Value:
        return self._apply("div", self, o)

    def __rtruediv__(self, o: Value) -> Value:
        return self._apply("div", o, self)

    def __floordiv__(self, o: Value) -> Value:
        return self._apply("floordiv", self, o)

    def __mod__(self, o: Value) -> Value:
        return self._apply("mod", self, o)

    def __and__(self, o: Value) -> Value:
        return self._apply("and", self, o)

    def __or__(self, o: Value) -> Value:
        return self._apply("or", self, o)

    def __xor__(self, o: Value) -> Value:
        return self._apply("xor", self, o)

    def __lshift__(self, o: Value) -> Value:
        return self._apply("shl", self, o)

    def __rshift__(self, o: Value) -> Value:
        return self._apply("shr", self, o)

    def __lt__(self, o: Value) -> Value:
        return self._apply("lt", self, o)

    def __le__(self, o: Value) -> Value:
        return self._apply("le", self, o)

    def __gt__(self, o: Value) -> Value:
        return self._apply("lt", o, self)

    def __ge__(self, o: Value) -> Value:
        return self._apply("le", o, self)

    def __eq__(self, o: Value) -> Value:  # type: ignore[override]
        return self._apply("eq", self, o)

    def __ne__(self, o: Value) -> Value:  # type: ignore[override]
        return self._apply("ne", self, o)

    def __neg__(self) -> Value:
        return self._apply("neg", self)

    def __invert__(self) -> Value:
        return self._apply("not", self)


class CostKit(Kit):
    """Adds up the cost column of the scalar table."""

    def __init__(self) -> None:
        self.cost = 0.0
        self.operations = 0

    def constant(self, value: float, element: str) -> Value:
        return TracedValue(self, element)

    def element(self, value: Value) -> str:
        return value.element

    def apply(self, name: str, args: Sequence[Value], to: str | None = None) -> Value:
        element = operand_element(name, args)
        row = find_row(name, element, to)
        if row is None:
            raise TypeError(f"no scalar operation {name} on {element}")
        self.cost += row.cost
        self.operations += 1
        return TracedValue(self, row.result)

    @property
    def frame(self) -> Value:
        return TracedValue(self, "u32")

    @property
    def sample_rate(self) -> Value:
        return TracedValue(self, "f64")


def operand_element(name: str, args: Sequence[Value]) -> str:
    """The element type that an operation's row is looked up by: that of its first typed operand."""
    typed = args[1:] if name == "select" else args
    return next(a.element for a in typed if isinstance(a, TracedValue))
