"""Derives every coefficient of `approx`: `python -m dspc.approx.fit` prints coefficients.py.

Each table is a minimax fit (Remez, see remez.py), its coefficients rounded to the element type one by
one. A test runs this script again and compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from dspc.approx.bits import odd_quotient
from dspc.approx.remez import Array, Extended, Fit, Function, solve_fit
from dspc.dialects.kit import NumpyKit

PI = Extended("3.14159265358979323846264338327950288")
LN2 = Extended("0.693147180559945309417232121458176568")
TYPES: dict[str, type[np.floating[Any]]] = {"f32": np.float32, "f64": np.float64}

HALF_PI_DIGITS = Decimal("1.57079632679489661923132169163975144209858469968755")
DIGITS = {
    "TWO_PI": 4 * HALF_PI_DIGITS,
    "HALF_PI": HALF_PI_DIGITS,
    "QUARTER_TURN": HALF_PI_DIGITS,
    "LN2": Decimal("0.69314718055994530941723212145817656807550013436026"),
}
"""Constants that are taken apart for argument reduction."""

PARTS = {
    "TWO_PI": {"f32": (10, 10, 24), "f64": (34, 53)},
    "HALF_PI": {"f32": (8, 8, 24), "f64": (34, 53)},
    "QUARTER_TURN": {"f32": (24, 24), "f64": (53, 53)},
    "LN2": {"f32": (15, 24), "f64": (41, 53)},
}
"""Bits of each part. A part of all bits is the last; a shorter one times the multiple is exact."""


def one(x: Array) -> Array:
    return np.ones_like(x)


def identity(x: Array) -> Array:
    return x


def square(x: Array) -> Array:
    return x * x


def odd(function: Function, high: float, degree: int, denominator: int = 0) -> Fit:
    """function(x) = x p(x²), absolute error."""
    return Fit(lambda x: function(x) / x, identity, square, 0.0, high, degree, denominator)


def odd_relative(function: Function, high: float, degree: int, denominator: int = 0) -> Fit:
    """function(x) = x p(x²), relative error."""
    return Fit(lambda x: function(x) / x, lambda x: x / function(x), square, 0.0, high, degree, denominator)


def saturating(high: float, degree: int, denominator: int) -> Fit:
    """tanh(x) = x p(x²) / q(x²), absolute error, and 1 at the end, where the argument is clamped."""

    def last(x: Array) -> Array:
        return x > high * 0.9999

    return Fit(
        lambda x: np.where(last(x), 1, np.tanh(x)) / x,
        lambda x: np.where(last(x), 20 * x, x),
        square, 0.0, high, degree, denominator,
    )  # fmt: skip


def half_wave(degree: int, turn: Any, relative: bool = False) -> Fit:
    """sin(2 pi x / turn) = u p(u) for x in half a turn, with the parabola u = x (turn/2 - x).

    Sine and u are symmetric about the quarter turn, so sine is a function of u: an entire one.
    """
    half, scale = Extended(turn) / 2, 2 * PI / Extended(turn)

    def parabola(x: Array) -> Array:
        return x * (half - x)

    def target(x: Array) -> Array:
        return np.sin(scale * x) / parabola(x)

    def weight(x: Array) -> Array:
        return 1 / target(x) if relative else parabola(x)

    return Fit(target, weight, parabola, 0.0, float(half) / 2, degree)


def power(function: Function, half_width: float, degree: int) -> Fit:
    """function(x) = p(x), relative error, p(0) = 1."""
    return Fit(function, lambda x: 1 / function(x), identity, -half_width, half_width, degree, 0, (1.0,))


def tangent(degree: int, denominator: int, scale: Any) -> Fit:
    """tan(scale x) = x p(x²) / (pole² - x²), up to the pole, relative error."""
    pole = PI / 2 / scale

    def smooth(x: Array) -> Array:
        near = np.minimum(x, pole - x) * scale  # both halves without cancellation
        return np.where(x < pole - x, np.tan(near), 1 / np.tan(near)) * (pole - x) * (pole + x) / x

    high = float(pole) * (1 - 1e-6)
    return Fit(smooth, lambda x: 1 / smooth(x), square, 0.0, high, degree, denominator)


def log2_factor(degree: int) -> Fit:
    """log2(1 + x) = x p(x) for 1 + x in [sqrt(1/2), sqrt(2)], absolute error."""
    low, high = float(np.sqrt(0.5)) - 1, float(np.sqrt(2.0)) - 1
    return Fit(lambda x: np.log1p(x) / LN2 / x, np.abs, identity, low, high, degree)


def arccos_factor(degree: int, fixed: tuple[float, ...] = ()) -> Fit:
    """acos(x) = sqrt(1 - x) p(x) for x in [0, 1], absolute error."""

    def factor(x: Array) -> Array:
        return np.arccos(x) / np.sqrt(1 - x)

    return Fit(factor, lambda x: np.sqrt(1 - x), identity, 0.0, 1 - 1e-9, degree, 0, fixed)


SLOPE = (np.sqrt(2.0) - 1) / (np.sqrt(2.0) + 1)
"""(m - 1) / (m + 1) at m = sqrt(2)."""

HALF_PI_F32 = (float(np.float32(np.pi / 2)),)

FITS: dict[str, dict[str, Fit]] = {
    "SIN": {"f32": half_wave(3, 2 * PI), "f64": half_wave(7, 2 * PI, relative=True)},
    "SIN_FAST": {"f32": half_wave(2, 2 * PI)},
    "SIN_DRAFT": {"f32": half_wave(1, 2 * PI)},
    "SIN_TURNS": {"f32": half_wave(3, 1), "f64": half_wave(7, 1, relative=True)},
    "SIN_TURNS_FAST": {"f32": half_wave(2, 1)},
    "SIN_TURNS_DRAFT": {"f32": half_wave(1, 1)},
    "QUARTER": {"f32": odd(np.sin, float(PI / 2), 4), "f64": odd_relative(np.sin, float(PI / 2), 7)},
    "QUARTER_GOOD": {"f32": odd(np.sin, float(PI / 2), 3)},
    "QUARTER_FAST": {"f32": odd(np.sin, float(PI / 2), 2)},
    "QUARTER_TURNS": {
        "f32": odd(lambda x: np.sin(2 * PI * x), 0.25, 4),
        "f64": odd(lambda x: np.sin(2 * PI * x), 0.25, 7),
    },
    "QUARTER_TURNS_GOOD": {"f32": odd(lambda x: np.sin(2 * PI * x), 0.25, 3)},
    "QUARTER_TURNS_FAST": {"f32": odd(lambda x: np.sin(2 * PI * x), 0.25, 2)},
    "TAN": {
        "f32": odd_relative(np.tan, float(PI / 4), 1, 2),
        "f64": odd_relative(np.tan, float(PI / 4), 3, 3),
    },
    "TAN_FAST": {"f32": odd_relative(np.tan, float(PI / 4), 1, 1)},
    "TAN_TO_POLE": {"f32": tangent(2, 1, 1), "f64": tangent(3, 3, 1)},
    "TAN_TO_POLE_FAST": {"f32": tangent(2, 0, 1)},
    "TAN_TO_POLE_DRAFT": {"f32": tangent(1, 0, 1)},
    "TAN_TURNS": {"f32": tangent(2, 1, 2 * PI), "f64": tangent(3, 3, 2 * PI)},
    "TAN_TURNS_FAST": {"f32": tangent(2, 0, 2 * PI)},
    "TAN_TURNS_DRAFT": {"f32": tangent(1, 0, 2 * PI)},
    "EXP2": {"f32": power(np.exp2, 0.5, 5), "f64": power(np.exp2, 0.5, 10)},
    "EXP2_FAST": {"f32": replace(power(np.exp2, 0.5, 3), fixed=())},
    "EXP": {"f32": power(np.exp, float(LN2 / 2), 5), "f64": power(np.exp, float(LN2 / 2), 10)},
    "LOG2": {
        "f32": odd(lambda x: 2 * np.arctanh(x) / LN2, float(SLOPE), 2),
        "f64": odd(lambda x: 2 * np.arctanh(x) / LN2, float(SLOPE), 6),
    },
    "LOG2_FAST": {"f32": log2_factor(3)},
    "TANH": {"f32": saturating(8.0, 3, 4)},
    "TANH_GOOD": {"f32": saturating(6.25, 2, 3)},
    "TANH_FAST": {"f32": saturating(5.5, 2, 2)},
    "TANH_DRAFT": {"f32": saturating(4.5, 1, 2)},
    "TANH_ROUGH": {"f32": saturating(3.5, 1, 1)},
    "SINH": {"f32": odd_relative(np.sinh, 1.0, 3), "f64": odd_relative(np.sinh, 1.0, 6)},
    "ATAN": {"f32": odd(np.arctan, 1.0, 6), "f64": odd_relative(np.arctan, float(np.sqrt(2.0) - 1), 9)},
    "ATAN_FAST": {"f32": odd(np.arctan, 1.0, 3)},
    "ACOS": {"f32": arccos_factor(6, HALF_PI_F32)},
    "ACOS_FAST": {"f32": arccos_factor(3, HALF_PI_F32)},
    "ASIN": {"f64": odd_relative(np.arcsin, 0.5, 11)},
}


def split(digits: Decimal, bits: tuple[int, ...]) -> tuple[float, ...]:
    """A constant as a sum of floats of so many bits each, truncated so that later parts add."""
    parts: list[float] = []
    for width in bits:
        rest = digits - sum(map(Decimal, parts))
        unit = 2.0 ** (int(np.floor(np.log2(float(abs(rest))))) + 1 - width)
        scaled = rest / Decimal(unit)
        parts.append((round(scaled) if width in (24, 53) else int(scaled)) * unit)
    return tuple(parts)


def saturation(high: float, above: tuple[float, ...], below: tuple[float, ...]) -> float:
    """Where x p(x²) / q(x²), computed in f32, is exactly 1 and was never more before."""
    first, last = (int(np.float32(x).view(np.uint32)) for x in (high - 1, high))
    x = np.arange(first, last + 1, dtype=np.uint32).view(np.float32)
    value = odd_quotient(NumpyKit(), x, above, below)
    until = np.argmax(np.append(value, 2) > 1)
    return float(x[:until][value[:until] == 1][-1])


def shortest(value: float, element: str) -> str:
    """The fewest digits that give the float back."""
    return repr(float(str(TYPES[element](value))))


def table(name: str, rows: dict[str, tuple[float, ...]]) -> Iterator[str]:
    yield f"{name} = {{"
    for element, values in rows.items():
        if len(line := ", ".join(shortest(v, element) for v in values)) < 88:
            yield f'    "{element}": ({line}{"," if len(values) == 1 else ""}),'
        else:
            yield f'    "{element}": ('
            yield from (f"        {shortest(v, element)}," for v in values)
            yield "    ),"
    yield "}"


def source() -> str:
    """The text of coefficients.py."""
    lines = ['"""Derived by fit.py, never by hand: coefficients, lowest first; parts of constants."""\n']
    for name, bits in PARTS.items():
        lines += table(f"{name}_PARTS", {e: split(DIGITS[name], b) for e, b in bits.items()})
    for name, fits in FITS.items():
        solved = {e: solve_fit(fit, TYPES[e]) for e, fit in fits.items()}
        lines += table(name, {e: above for e, (above, _) in solved.items()})
        if any(below for _, below in solved.values()):
            lines += table(f"{name}_BELOW", {e: below for e, (_, below) in solved.items()})
        if name.startswith("TANH"):
            lines.append(f"{name}_END = {shortest(saturation(fits['f32'].high, *solved['f32']), 'f32')}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(source(), end="")
