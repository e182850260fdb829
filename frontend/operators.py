"""Python's operators on signals: which operation of the language each one means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

Operand = Any
"""A signal, a Python number, or anything else a user may pass by mistake."""

OPERATIONS: dict[str, Callable[..., Any]] = {}
"""The language's operations and functions by name; `guard.operation` adds them."""


class Special:
    """What says itself what operations on it mean: `complexes.Complex`."""

    __slots__ = ()

    def operation(self, name: str, operands: tuple[Any, ...]) -> Any:
        """The operation `name` on operands, of which it is one."""
        raise TypeError(f"{type(self).__name__} knows no operation {name}")


class Elementwise:
    """What operations take element by element: `arrays.Array`."""

    __slots__ = ()


UFUNCS: dict[str, str] = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "floor_divide": "floordiv",
    "remainder": "mod", "power": "pow", "float_power": "pow", "negative": "neg", "positive": "pos",
    "absolute": "abs", "fabs": "abs", "sign": "sign", "sqrt": "sqrt", "exp": "exp", "exp2": "exp2",
    "log": "log", "log2": "log2", "log10": "log10", "sin": "sin", "cos": "cos", "tan": "tan",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "floor": "floor", "ceil": "ceil", "rint": "round", "trunc": "trunc", "fmod": "fmod",
    "minimum": "min", "maximum": "max", "clip": "clamp", "less": "lt", "less_equal": "le", "greater": "gt",
    "greater_equal": "ge", "equal": "eq", "not_equal": "ne", "bitwise_and": "and", "bitwise_or": "or",
    "bitwise_xor": "xor", "invert": "invert", "left_shift": "shl", "right_shift": "shr",
}  # fmt: skip
"""What numpy's ufuncs mean on signals."""

FUNCTIONS: dict[str, str] = {"where": "select", "clip": "clamp", "round": "round", "around": "round"}
"""What numpy's other functions mean on signals."""


class Operators:
    """Arithmetic, comparisons, bits, and numpy's functions. What they mean is in `OPERATIONS`."""

    __slots__ = ()
    __hash__ = object.__hash__

    # arithmetic

    def __add__(self, o: Operand) -> Self:
        return OPERATIONS["add"](self, o)

    def __radd__(self, o: Operand) -> Self:
        return OPERATIONS["add"](o, self)

    def __sub__(self, o: Operand) -> Self:
        return OPERATIONS["sub"](self, o)

    def __rsub__(self, o: Operand) -> Self:
        return OPERATIONS["sub"](o, self)

    def __mul__(self, o: Operand) -> Self:
        return OPERATIONS["mul"](self, o)

    def __rmul__(self, o: Operand) -> Self:
        return OPERATIONS["mul"](o, self)

    def __truediv__(self, o: Operand) -> Self:
        return OPERATIONS["div"](self, o)

    def __rtruediv__(self, o: Operand) -> Self:
        return OPERATIONS["div"](o, self)

    def __floordiv__(self, o: Operand) -> Self:
        return OPERATIONS["floordiv"](self, o)

    def __rfloordiv__(self, o: Operand) -> Self:
        return OPERATIONS["floordiv"](o, self)

    def __mod__(self, o: Operand) -> Self:
        return OPERATIONS["mod"](self, o)

    def __rmod__(self, o: Operand) -> Self:
        return OPERATIONS["mod"](o, self)

    def __divmod__(self, o: Operand) -> tuple[Self, Self]:
        return self // o, self % o

    def __rdivmod__(self, o: Operand) -> tuple[Self, Self]:
        return o // self, o % self

    def __pow__(self, o: Operand) -> Self:
        return OPERATIONS["pow"](self, o)

    def __rpow__(self, o: Operand) -> Self:
        return OPERATIONS["pow"](o, self)

    def __neg__(self) -> Self:
        return OPERATIONS["neg"](self)

    def __pos__(self) -> Self:
        return OPERATIONS["pos"](self)

    def __abs__(self) -> Self:
        return OPERATIONS["abs"](self)

    # Python's round(x), math.floor(x), math.ceil(x) and math.trunc(x) are ours.

    def __round__(self, digits: Operand = None) -> Self:
        return OPERATIONS["round"](self) if digits is None else OPERATIONS["round"](self, digits)

    def __floor__(self) -> Self:
        return OPERATIONS["floor"](self)

    def __ceil__(self) -> Self:
        return OPERATIONS["ceil"](self)

    def __trunc__(self) -> Self:
        return OPERATIONS["trunc"](self)

    # comparisons

    def __lt__(self, o: Operand) -> Self:
        return OPERATIONS["lt"](self, o)

    def __le__(self, o: Operand) -> Self:
        return OPERATIONS["le"](self, o)

    def __gt__(self, o: Operand) -> Self:
        return OPERATIONS["gt"](self, o)

    def __ge__(self, o: Operand) -> Self:
        return OPERATIONS["ge"](self, o)

    def __eq__(self, o: Operand) -> Self:  # type: ignore[override]
        return OPERATIONS["eq"](self, o)

    def __ne__(self, o: Operand) -> Self:  # type: ignore[override]
        return OPERATIONS["ne"](self, o)

    # bits and logic

    def __and__(self, o: Operand) -> Self:
        return OPERATIONS["and"](self, o)

    def __rand__(self, o: Operand) -> Self:
        return OPERATIONS["and"](o, self)

    def __or__(self, o: Operand) -> Self:
        return OPERATIONS["or"](self, o)

    def __ror__(self, o: Operand) -> Self:
        return OPERATIONS["or"](o, self)

    def __xor__(self, o: Operand) -> Self:
        return OPERATIONS["xor"](self, o)

    def __rxor__(self, o: Operand) -> Self:
        return OPERATIONS["xor"](o, self)

    def __lshift__(self, o: Operand) -> Self:
        return OPERATIONS["shl"](self, o)

    def __rlshift__(self, o: Operand) -> Self:
        return OPERATIONS["shl"](o, self)

    def __rshift__(self, o: Operand) -> Self:
        return OPERATIONS["shr"](self, o)

    def __rrshift__(self, o: Operand) -> Self:
        return OPERATIONS["shr"](o, self)

    def __invert__(self) -> Self:
        return OPERATIONS["invert"](self)

    # numpy

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Self:
        name = UFUNCS.get(ufunc.__name__)
        if name is None or method != "__call__" or kwargs:
            shown = ufunc.__name__ + ("" if method == "__call__" else f".{method}")
            return OPERATIONS["unknown"](shown, kwargs, *inputs)
        return OPERATIONS[name](*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Self:
        name = FUNCTIONS.get(function.__name__)
        if name is None or kwargs:
            return OPERATIONS["unknown"](function.__name__, kwargs if name else {}, *args)
        return OPERATIONS[name](*args)
