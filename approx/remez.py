"""Minimax fits on a grid, in extended precision: what `fit.py` derives the coefficients with.

The method is Remez' exchange: solve for an error of equal size and alternating sign on a reference of
points, move the reference to the extrema of that error, repeat. A denominator makes the equations
bilinear in the error; an inner loop takes the error from the round before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
Function = Callable[[Array], Array]
Extended = np.longdouble

POINTS = 3000
ROUNDS = 60
INNER_ROUNDS = 8
CLOSE = 1.0005


@dataclass(frozen=True)
class Fit:
    """`target(x)` as a polynomial in `variable(x)`, or a quotient of two, for x in [low, high].

    The error `weight(x) * (fit - target)` is made as small as can be. `fixed` gives the first
    coefficients; a denominator is monic (its highest coefficient is 1 and is not stored).
    """

    target: Function
    weight: Function
    variable: Function
    low: float
    high: float
    degree: int
    denominator: int = 0
    fixed: tuple[float, ...] = ()


def evaluate(coefficients: Array, z: Array) -> Array:
    """The polynomial with `coefficients`, lowest first, at z."""
    total = np.zeros_like(z)
    for c in reversed(coefficients):
        total = total * z + c
    return total


def solve(matrix: Array, right: Array) -> Array:
    """Gauss elimination with partial pivoting: numpy has none in extended precision."""
    a, b = np.array(matrix, Extended), np.array(right, Extended)
    for i in range(len(b)):
        pivot = i + int(np.argmax(np.abs(a[i:, i])))
        a[[i, pivot]], b[[i, pivot]] = a[[pivot, i]], b[[pivot, i]]
        factors = a[i + 1 :, i] / a[i, i]
        a[i + 1 :] -= np.outer(factors, a[i])
        b[i + 1 :] -= factors * b[i]
    x = np.zeros_like(b)
    for i in reversed(range(len(b))):
        x[i] = (b[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return x


def grid(fit: Fit) -> Array:
    """Points dense towards both ends; none at x = 0, where many targets are 0/0."""
    angle = (np.arange(POINTS, dtype=Extended) + Extended(0.5)) * np.arccos(Extended(-1)) / POINTS
    x = (fit.low + fit.high) / Extended(2) - np.cos(angle) * (fit.high - fit.low) / Extended(2)
    return x[np.abs(x) > 1e-9]


def remez(
    target: Array, weight: Array, z: Array, powers: range, below: int = 0
) -> tuple[Array, Array]:
    """The best sum of `powers` of z over a polynomial of degree `below` (1 first) seen in the exchange."""
    count = len(powers) + below + 1
    weight = weight * np.sign(z) ** powers[0]  # then the basis is 1, z, z², … and the theory holds
    reference = np.linspace(len(z) / (4 * count), len(z) - 1, count).astype(int)
    best, q = (np.inf, z, z), np.ones(1, Extended)
    for _ in range(ROUNDS):
        p, q, error = _equal_error(target, weight, z, reference, powers, below, q)
        errors = weight * (evaluate(p, z) * z ** powers[0] / evaluate(q, z) - target)
        largest = np.max(np.abs(errors))
        best = min(best, (largest, p, q), key=lambda found: found[0])
        extrema = _alternating(errors, count)
        if largest <= np.abs(error) * CLOSE or len(extrema) < count:
            break
        reference = extrema
    return best[1], best[2]


def _equal_error(
    f: Array, w: Array, z: Array, at: Array, powers: range, below: int, q: Array
) -> tuple[Array, ...]:
    """Coefficients whose errors at the points z[at] have one size and alternate; and that error.

    p - f q = ± error q / w is solved for p, q and the error with the q of the round before on the right.
    """
    f, z, signs = f[at], z[at], (-1.0) ** np.arange(len(at)) / w[at]
    solution, error = [], Extended(0)
    for _ in range(INNER_ROUNDS if below else 1):
        numerator = [z**j for j in powers]
        denominator = [-f * z ** (j + 1) for j in range(below)]
        right = -signs * evaluate(q, z)
        *solution, error = solve(np.stack([*numerator, *denominator, right], axis=1), f)
        q = np.array([Extended(1), *solution[len(powers) :]])
    return np.array(solution[: len(powers)]), q, error


def _alternating(errors: Array, count: int) -> Array:
    """The extremum of each run of one sign, the smallest dropped (pairwise inside) down to `count`."""
    edges = np.flatnonzero(np.diff(np.sign(errors)) != 0) + 1
    runs = np.split(np.arange(len(errors)), edges)
    extrema = [int(run[np.argmax(np.abs(errors[run]))]) for run in runs]
    while len(extrema) > count:
        sizes = np.abs(errors[extrema])
        smallest = int(np.argmin(sizes)) if len(extrema) > count + 1 else int(sizes[0] > sizes[-1]) * -1
        inside = 0 < smallest < len(extrema) - 1
        extrema.pop(smallest)
        if inside:
            extrema.pop(smallest if sizes[smallest + 1] < sizes[smallest - 1] else smallest - 1)
    return np.array(extrema)


def solve_fit(fit: Fit, rounding: type[np.floating[Any]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(numerator, monic denominator) with every coefficient a `rounding` float.

    Coefficients are rounded one by one from the lowest, and the rest is fitted again each time: the
    later ones make up for what the rounding of the earlier ones lost.
    """
    x = grid(fit)
    target, weight, z = fit.target(x), fit.weight(x), fit.variable(x)
    below: tuple[float, ...] = ()
    if fit.denominator:
        _, q = remez(target, weight, z, range(fit.degree + 1), fit.denominator)
        below = tuple(float(rounding(c)) for c in (q / q[-1])[:-1])
        value = evaluate((*below, 1.0), z)
        target, weight = target * value, weight / np.abs(value)
    above = list(fit.fixed)
    while len(above) <= fit.degree:
        rest, powers = target - evaluate(above, z), range(len(above), fit.degree + 1)
        above.append(float(rounding(remez(rest, weight, z, powers)[0][0])))
    return tuple(above), below
