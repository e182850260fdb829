"""Edge cases: infinities, NaN, signed zeros, denormals, overflow. As numpy's unless a docstring differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dspc import approx
from dspc.approx import APPROXIMATIONS, Approximation
from dspc.approx.bits import SIGN
from dspc.dialects.kit import NumpyKit

INF, NAN = float("inf"), float("nan")
TYPES = {"f32": np.float32, "f64": np.float64}
BITS = {"f32": np.uint32, "f64": np.uint64}
ELEMENTS = pytest.mark.parametrize("element", TYPES)

EXACT: list[tuple[str, tuple[float, ...], float]] = [
    ("sin", (0.0,), 0.0), ("sin", (-0.0,), -0.0), ("sin", (INF,), NAN), ("sin", (-INF,), NAN),
    ("cos", (0.0,), 1.0), ("cos", (-0.0,), 1.0), ("cos", (INF,), NAN),
    ("tan", (0.0,), 0.0), ("tan", (-0.0,), -0.0), ("tan", (INF,), NAN),
    ("sin_turns", (0.0,), 0.0), ("sin_turns", (-0.0,), -0.0), ("sin_turns", (0.5,), 0.0),
    ("sin_turns", (-0.5,), -0.0),
    ("cos_turns", (0.0,), 1.0), ("cos_turns", (0.25,), 0.0), ("cos_turns", (0.5,), -1.0),
    ("tan_turns", (0.0,), 0.0), ("tan_turns", (-0.0,), -0.0),
    ("exp", (0.0,), 1.0), ("exp", (-0.0,), 1.0), ("exp", (-INF,), 0.0), ("exp", (INF,), INF),
    ("exp", (1e5,), INF), ("exp", (-1e5,), 0.0),
    ("exp2", (0.0,), 1.0), ("exp2", (-INF,), 0.0), ("exp2", (INF,), INF), ("exp2", (1e5,), INF),
    ("exp2", (-1e5,), 0.0),
    ("log", (1.0,), 0.0), ("log", (0.0,), -INF), ("log", (-0.0,), -INF), ("log", (-1.0,), NAN),
    ("log", (INF,), INF), ("log", (-INF,), NAN),
    ("log2", (1.0,), 0.0), ("log2", (0.0,), -INF), ("log2", (-1e-40,), NAN), ("log2", (INF,), INF),
    ("log10", (1.0,), 0.0), ("log10", (0.0,), -INF), ("log10", (-1.0,), NAN), ("log10", (INF,), INF),
    ("sinh", (0.0,), 0.0), ("sinh", (-0.0,), -0.0), ("sinh", (INF,), INF), ("sinh", (-INF,), -INF),
    ("cosh", (0.0,), 1.0), ("cosh", (INF,), INF), ("cosh", (-INF,), INF),
    ("tanh", (0.0,), 0.0), ("tanh", (-0.0,), -0.0), ("tanh", (INF,), 1.0), ("tanh", (-INF,), -1.0),
    ("tanh", (1e30,), 1.0), ("tanh", (-20.5,), -1.0),
    ("asin", (0.0,), 0.0), ("asin", (-0.0,), -0.0), ("asin", (1.5,), NAN), ("asin", (-1.5,), NAN),
    ("acos", (1.0,), 0.0), ("acos", (1.5,), NAN), ("acos", (-INF,), NAN),
    ("atan", (0.0,), 0.0), ("atan", (-0.0,), -0.0), ("atan", (INF,), np.pi / 2),
    ("atan", (-INF,), -np.pi / 2),
    ("pow", (0.0, 0.0), 1.0), ("pow", (NAN, 0.0), 1.0), ("pow", (1.0, NAN), 1.0), ("pow", (INF, 0.0), 1.0),
    ("pow", (-2.0, 3.0), -8.0), ("pow", (-2.0, 2.0), 4.0), ("pow", (-2.0, -1.0), -0.5),
    ("pow", (-2.0, 0.5), NAN), ("pow", (-INF, 0.5), INF), ("pow", (-INF, 3.0), -INF),
    ("pow", (-INF, -3.0), -0.0), ("pow", (0.0, 2.5), 0.0), ("pow", (-0.0, 3.0), -0.0),
    ("pow", (-0.0, 2.0), 0.0), ("pow", (0.0, -1.0), INF), ("pow", (-0.0, -1.0), -INF),
    ("pow", (-0.0, -2.0), INF), ("pow", (INF, 1e-30), INF), ("pow", (INF, -1e-30), 0.0),
    ("pow", (0.5, INF), 0.0), ("pow", (0.5, -INF), INF), ("pow", (2.0, INF), INF), ("pow", (2.0, -INF), 0.0),
    ("pow", (-1.0, INF), 1.0), ("pow", (1.0, 1e30), 1.0), ("pow", (NAN, 1.0), NAN), ("pow", (2.0, NAN), NAN),
    ("pow", (INF, NAN), NAN), ("pow", (0.0, NAN), NAN), ("pow", (2.0, 10.0), 1024.0),
    ("pow", (10.0, 1e5), INF), ("pow", (10.0, -1e5), 0.0), ("pow", (-3.0, 1e30), INF),
    ("atan2", (0.0, 0.0), 0.0), ("atan2", (-0.0, 0.0), -0.0), ("atan2", (0.0, -0.0), np.pi),
    ("atan2", (-0.0, -0.0), -np.pi), ("atan2", (0.0, -1.0), np.pi), ("atan2", (-0.0, -1.0), -np.pi),
    ("atan2", (1.0, 0.0), np.pi / 2), ("atan2", (-1.0, -0.0), -np.pi / 2), ("atan2", (0.0, 1.0), 0.0),
    ("atan2", (1.0, INF), 0.0), ("atan2", (-1.0, INF), -0.0), ("atan2", (1.0, -INF), np.pi),
    ("atan2", (INF, 1.0), np.pi / 2), ("atan2", (-INF, -1.0), -np.pi / 2),
    ("atan2", (NAN, 1.0), NAN), ("atan2", (1.0, NAN), NAN), ("atan2", (NAN, INF), NAN),
    ("fmod", (5.5, 2.0), 1.5), ("fmod", (-5.5, 2.0), -1.5), ("fmod", (5.5, -2.0), 1.5),
    ("fmod", (-4.0, 2.0), -0.0), ("fmod", (1.0, 0.0), NAN), ("fmod", (INF, 2.0), NAN),
    ("fmod", (2.5, INF), 2.5), ("fmod", (-2.5, -INF), -2.5), ("fmod", (INF, INF), NAN),
    ("fmod", (0.0, 1.0), 0.0), ("fmod", (-0.0, 1.0), -0.0), ("fmod", (NAN, 1.0), NAN),
    ("fmod", (1.0, NAN), NAN), ("fmod", (1.0, INF), 1.0),
    ("trunc", (1.7,), 1.0), ("trunc", (-1.7,), -1.0), ("trunc", (-0.5,), -0.0), ("trunc", (INF,), INF),
    ("trunc", (-INF,), -INF), ("trunc", (NAN,), NAN), ("trunc", (1e30,), 1e30),
    ("sign", (3.0,), 1.0), ("sign", (-1e-40,), -1.0), ("sign", (0.0,), 0.0), ("sign", (-INF,), -1.0),
    ("sign", (NAN,), NAN),
]  # fmt: skip


def run(function: str, *args: Any) -> Any:
    with np.errstate(all="ignore"):
        return getattr(approx, function)(NumpyKit(), *args)


def same(a: Any, b: Any) -> bool:
    return bool(np.isnan(a) and np.isnan(b)) or bool(a == b and np.signbit(a) == np.signbit(b))


@ELEMENTS
@pytest.mark.parametrize("function, args, expected", EXACT, ids=[f"{f}{a}" for f, a, _ in EXACT])
def test_edge(function: str, args: tuple[float, ...], expected: float, element: str) -> None:
    real = TYPES[element]
    result = run(function, *(real(x) for x in args))
    assert result.dtype == real
    if expected in (np.pi / 2, -np.pi / 2):
        assert abs(result - real(expected)) <= np.finfo(real).eps * 2
    else:
        assert same(result, real(expected)), f"{result} instead of {expected}"


@ELEMENTS
def test_powers_of_two_are_exact(element: str) -> None:
    real = TYPES[element]
    low, high = {"f32": (-149, 127), "f64": (-1074, 1023)}[element]
    n = np.arange(low, high + 1)
    powers = np.ldexp(real(1), n)
    assert (run("exp2", n.astype(real)) == powers).all()
    assert (run("log2", powers) == n).all()


@ELEMENTS
def test_exp2_underflows_gradually(element: str) -> None:
    """Right to one unit of the smallest denormal, in order, and never a large number."""
    real = TYPES[element]
    smallest, normal = {"f32": (-149, -126), "f64": (-1074, -1022)}[element]
    x = np.linspace(smallest - 5, normal + 1, 40_000).astype(real)
    truth = np.exp2(x.astype(np.longdouble))
    result = run("exp2", x)
    unit = np.ldexp(np.longdouble(1), smallest)
    assert (np.abs(result - truth) <= np.maximum(unit, truth * 4 * np.finfo(real).eps)).all()
    assert (np.diff(result) >= 0).all()
    natural = run("exp", (x * np.longdouble(np.log(2))).astype(real))
    assert (natural <= 2.0 ** (normal + 2)).all() and natural[0] == 0


@ELEMENTS
def test_logarithms_of_denormals(element: str) -> None:
    real = TYPES[element]
    x = np.arange(1, 20_000, dtype=BITS[element]).view(real)
    truth = np.log2(x.astype(np.longdouble))
    assert (np.abs(run("log2", x) - truth) <= np.abs(truth) * 2 * np.finfo(real).eps).all()


@ELEMENTS
@pytest.mark.parametrize("function", ["sin", "tan", "tanh", "asin", "atan", "sinh"])
def test_denormals_pass(function: str, element: str) -> None:
    real = TYPES[element]
    tiny = np.arange(0, 2000, dtype=BITS[element]).view(real)
    x = np.concatenate([tiny, np.ldexp(real(1), np.arange(-140, -126))])
    result = run(function, x)
    slack = {"f32": 1e-9, "f64": 1e-19}[element]
    assert np.isfinite(result).all() and (np.abs(result - x) <= x * 0.01 + slack).all()
    assert (run(function, -x) == -result).all(), "odd"


@ELEMENTS
def test_huge_arguments_stay_bounded(element: str) -> None:
    real = TYPES[element]
    largest = np.finfo(real).max
    x = np.append(np.exp2(np.linspace(17, np.log2(largest), 100_000)[:-1]), largest).astype(real)
    assert np.isfinite(x).all()
    for function in ("sin", "cos"):
        assert (np.abs(run(function, x)) <= 1).all()
    assert not np.isnan(run("tan", x)).any()
    wrapped = approx.choose("sin_turns", element, domain=(-1000.0, 1000.0)).build(NumpyKit(), x)
    assert (np.abs(wrapped) <= 1 + 3e-7).all()


@ELEMENTS
def test_atan2_quadrants(element: str) -> None:
    real = TYPES[element]
    angle = np.linspace(-3.1415, 3.1415, 10_001)
    for radius in (1e-30, 1.0, 1e30):
        y, x = ((radius * f(angle)).astype(real) for f in (np.sin, np.cos))
        assert np.max(np.abs(run("atan2", y, x) - np.arctan2(y, x))) < 1e-6


@ELEMENTS
def test_tanh_is_bounded_and_odd(element: str) -> None:
    real = TYPES[element]
    x = np.linspace(0, 25, 500_001).astype(real)
    for a in (a for a in APPROXIMATIONS if a.function == "tanh" and element in a.elements):
        result = a.build(NumpyKit(), x)
        assert (result <= 1).all() and result[-1] == 1 and result[0] == 0
        assert (a.build(NumpyKit(), -x) == -result).all()


def name_of(a: Approximation) -> str:
    return f"{a.function}-{a.variant}-{a.elements[0]}"


@pytest.mark.parametrize("a", APPROXIMATIONS, ids=name_of)
def test_a_nan_gives_a_nan_whatever_its_bits(a: Approximation) -> None:
    """Backends make NaNs with different payloads and signs: no result may depend on them."""
    element = a.elements[0]
    real, integer = TYPES[element], BITS[element]
    infinity, sign = int(np.array(INF, real).view(integer)), SIGN[element]
    payloads = np.random.default_rng(4).integers(1, sign - infinity, 500).tolist() + [1, sign - infinity - 1]
    nan = np.array([infinity + p + s for p in payloads for s in (0, sign)], integer).view(real)
    assert np.isnan(nan).all()
    for position in range(a.arity):
        args = [np.full_like(nan, 1.5)] * a.arity
        args[position] = nan
        with np.errstate(all="ignore"):
            assert np.isnan(a.build(NumpyKit(), *args)).all()
