"""Interpolation between samples that lie a whole number apart: weights of the points round a position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from dspc.dialects.kit import Kit, Value

Weights = Callable[[Kit, Value], list[Value]]
"""Of a position, counted from the first point: one factor for each point, exactly 0 and 1 on a point."""


def lagrange(points: int) -> Weights:
    """Of the polynomial through all points, which stand at 0, 1, … (Lagrange's form)."""
    scales = [1.0 / prod(i - j for j in range(points) if j != i) for i in range(points)]

    def weights(k: Kit, at: Value) -> list[Value]:
        distances = [at - float(j) if j else at for j in range(points)]
        below, above = _products(distances), _products(distances[::-1])[::-1]
        return [_product(a, b) * scale for a, b, scale in zip(below, above, scales, strict=True)]

    return weights


def _products(factors: Sequence[Value]) -> list[Value | None]:
    """For each factor the product of those before it; None for the first."""
    found: list[Value | None] = [None]
    for factor in factors[:-1]:
        last = found[-1]
        found.append(factor if last is None else last * factor)
    return found


def _product(a: Value | None, b: Value | None) -> Value:
    return b if a is None else a if b is None else a * b


def catmull_rom(k: Kit, at: Value) -> list[Value]:
    """Of four points, for a position from 1 to 2: the slope at a point is that between its neighbours.

    E. Catmull and R. Rom, "A class of local interpolating splines", 1974; exact for parabolas.
    """
    f = at - 1.0
    square = f * f
    return [
        f * ((1.0 - f * 0.5) * f - 0.5),
        (f * 1.5 - 2.5) * square + 1.0,
        f * ((2.0 - f * 1.5) * f + 0.5),
        (f * 0.5 - 0.5) * square,
    ]


def weighted(weights: Sequence[Value], points: Sequence[Value]) -> Value:
    """The sum of points times weights, first to last."""
    total = weights[0] * points[0]
    for weight, point in zip(weights[1:], points[1:], strict=True):
        total = total + weight * point
    return total


POLYNOMIALS: dict[str, tuple[int, Weights]] = {
    "cubic": (4, catmull_rom),
    "lagrange3": (4, lagrange(4)),
    "lagrange5": (6, lagrange(6)),
}
"""Interpolations by name: how many points they take, and how they weigh them."""
