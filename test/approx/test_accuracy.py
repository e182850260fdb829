"""Every approximation keeps its stated error on its stated domain, and states at most four times as much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dspc.approx import APPROXIMATIONS, Approximation, choose
from dspc.dialects.kit import NumpyKit

Array = Any
Extended = np.longdouble
TYPES = {"f32": np.float32, "f64": np.float64}
BITS = {"f32": np.uint32, "f64": np.uint64}
TWO_PI = Extended("6.28318530717958647692528676655900577")
POINTS = 40_000
SLOW_STEP, STEP, SHORT_STEP = 17, 257, 257 * 127


def turns(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda p: function(TWO_PI.astype(p.dtype) * (p - np.rint(p)))


TRUTH: dict[str, Callable[..., Array]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "sin_turns": turns(np.sin), "cos_turns": turns(np.cos), "tan_turns": turns(np.tan),
    "exp": np.exp, "exp2": np.exp2, "log": np.log, "log2": np.log2, "log10": np.log10, "pow": np.power,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
    "fmod": np.fmod, "trunc": np.trunc, "sign": np.sign,
}  # fmt: skip


def name_of(a: Approximation) -> str:
    return f"{a.function}-{a.variant}-{a.elements[0]}"


def points(domain: tuple[float, float], element: str, seed: int) -> Array:
    """Points of the domain: evenly spread, of every magnitude, of random bits, the ends, their neighbours."""
    random = np.random.default_rng(seed)
    real = TYPES[element]
    low, high = (Extended(end) for end in domain)
    largest = np.log2(float(max(abs(low), abs(high))))
    magnitude = np.exp2(random.uniform(max(-40.0, largest - 60), largest, POINTS)).astype(real)
    ends = np.array([low, high, 0, -0.0], real)
    x = np.concatenate([
        np.linspace(low, high, POINTS, dtype=Extended).astype(real),
        magnitude, -magnitude,
        random.integers(0, np.iinfo(BITS[element]).max, POINTS, BITS[element], endpoint=True).view(real),
        ends, np.nextafter(ends, real(0)), np.nextafter(ends, real(1)),
    ])  # fmt: skip
    return x[(x >= real(low)) & (x <= real(high))]


def arguments(a: Approximation) -> list[Array]:
    element = a.elements[0]
    first = points(a.domain, element, 1)
    if a.arity == 1:
        return [first]
    assert a.second is not None
    random = np.random.default_rng(2)
    second = points(a.second, element, 3)
    return [random.choice(first, 3 * POINTS), random.choice(second, 3 * POINTS)]


def errors(a: Approximation, args: list[Array], precision: type[np.floating[Any]]) -> tuple[Array, Array]:
    """The result, and its error against numpy in higher precision; 0 where none is stated."""
    with np.errstate(all="ignore"):
        truth = TRUTH[a.function](*(x.astype(precision) for x in args))
        result = a.build(NumpyKit(), *args)
        real = np.finfo(result.dtype)
        size = np.abs(truth)
        error = np.abs(result - truth)
        if a.error_kind == "relative":
            error = error / np.maximum(size, 16 * precision(real.tiny))
        elif a.error_kind == "mixed":
            error = error / np.maximum(size, 1)
        stated = size <= min(a.limit, float(real.max))
        if a.function == "pow":
            stated &= size >= real.tiny
    return result, np.where(stated, error, 0)


@pytest.mark.parametrize("a", APPROXIMATIONS, ids=name_of)
def test_the_stated_error_holds_and_is_tight(a: Approximation) -> None:
    args = arguments(a)
    result, error = errors(a, args, Extended)
    assert result.dtype == TYPES[a.elements[0]]
    worst = int(np.argmax(np.where(np.isnan(error), np.inf, error)))
    where = [x[worst] for x in args]
    assert error[worst] <= a.max_error, f"{error[worst]} at {where}: {result[worst]}"
    assert a.max_error <= 4 * error[worst], f"stated {a.max_error:g}, measured {error[worst]:g}"


@pytest.mark.parametrize("a", [a for a in APPROXIMATIONS if a.variant == "default"], ids=name_of)
def test_the_default_is_within_the_contract(a: Approximation) -> None:
    assert a.max_error <= {"f32": 1e-6, "f64": 1e-14}[a.elements[0]]


UNARY_F32 = [a for a in APPROXIMATIONS if a.arity == 1 and a.elements == ("f32",)]


def check_all_floats(a: Approximation, step: int) -> None:
    """In the domain the error, outside whether the result is a NaN; and a NaN never becomes a number."""
    block = step * 2**18
    for start in range(0, 2**32, block):
        x = np.arange(start, min(start + block, 2**32), step, np.uint64).astype(np.uint32).view(np.float32)
        result, error = errors(a, [x], np.float64)
        inside = (x >= a.domain[0]) & (x <= a.domain[1])
        assert np.max(error[inside], initial=0) <= a.max_error
        assert np.isnan(result[np.isnan(x)]).all()
        if a.total:
            with np.errstate(all="ignore"):
                truth = TRUTH[a.function](x.astype(np.float64))
            assert (np.isnan(result) == np.isnan(truth)).all()
        if a.function in ("sin", "cos") and a.total or a.function == "tanh":
            assert not (np.abs(result) > 1).any()


DEFAULT_F32 = [a for a in UNARY_F32 if a.variant == "default"]
OTHER_F32 = [a for a in UNARY_F32 if a.variant != "default"]


@pytest.mark.parametrize("a", DEFAULT_F32, ids=name_of)
def test_every_257th_float(a: Approximation) -> None:
    check_all_floats(a, STEP)


@pytest.mark.parametrize("a", OTHER_F32, ids=name_of)
def test_floats_of_all_magnitudes(a: Approximation) -> None:
    check_all_floats(a, SHORT_STEP)


@pytest.mark.slow
@pytest.mark.parametrize("a", UNARY_F32, ids=name_of)
def test_every_17th_float(a: Approximation) -> None:
    check_all_floats(a, SLOW_STEP)


def test_choose_takes_the_cheapest_within_the_bound() -> None:
    for function in ("sin", "cos", "tan", "exp2", "exp", "log2", "tanh", "atan", "asin"):
        default, cheap = choose(function, "f32"), choose(function, "f32", 2e-3)
        assert default.variant == "default"
        assert cheap.total and cheap.max_error <= 2e-3 and cheap.cost() < default.cost()
    assert choose("tan", "f32", domain=(0.0, 1.55)).variant == "to-pole"
    assert choose("tan", "f32", 1e-4, domain=(0.0, 1.55)).variant == "to-pole-fast"
    assert choose("sin_turns", "f32", 1e-4, domain=(-4000.0, 4000.0)).variant == "wrapped-fast"
    assert choose("log2", "f32", domain=(1e-3, 10.0)).variant == "positive"
    assert choose("pow", "f32", domain=(0.5, 2.0)).variant == "default"
    assert choose("pow", "f32", domain=(0.5, 2.0), second=(0.0, 2.0)).variant == "positive"


def test_choose_says_what_there_is() -> None:
    with pytest.raises(ValueError, match="tanh on f32 within 1e-09: the best has an error of 6e-07"):
        choose("tanh", "f32", 1e-9)
    with pytest.raises(ValueError, match="in .*: no variant has that domain"):
        choose("sin_turns", "f32", domain=(-1e9, 1e9))
    with pytest.raises(ValueError, match="no approximation of gamma on f32"):
        choose("gamma", "f32")
