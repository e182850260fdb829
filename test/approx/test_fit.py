"""coefficients.py is what fit.py derives, and a fit is the best there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dspc.approx import coefficients, fit
from dspc.approx.remez import Extended, Fit, evaluate, grid, remez

EXTENDED = np.finfo(Extended).eps < 1e-18
"""Whether this machine computes the fits in more than double precision."""


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [n for row in value.values() for n in numbers(row)]
    return list(value) if isinstance(value, tuple) else [value]


def test_coefficients_are_what_fit_derives() -> None:
    source = fit.source()
    if EXTENDED:
        path = Path(coefficients.__file__)
        assert path.read_text() == source, f"python -m dspc.approx.fit > {path.name}"
    derived: dict[str, Any] = {}
    exec(source, derived)
    names = {name for name in derived if name.isupper()}
    assert names == {name for name in vars(coefficients) if name.isupper()}
    for name in names:
        assert np.allclose(numbers(derived[name]), numbers(getattr(coefficients, name)), rtol=1e-2, atol=0)


def test_every_constant_survives_its_type() -> None:
    """A coefficient of an f32 table is a float32: every backend rounds it to the same bits."""
    for name, table in vars(coefficients).items():
        for element, row in table.items() if isinstance(table, dict) and name.isupper() else ():
            real = fit.TYPES[element]
            assert all(repr(float(str(real(c)))) == repr(c) for c in row), f"{name} {element}"


@pytest.mark.parametrize("name", ["TWO_PI", "HALF_PI", "QUARTER_TURN", "LN2"])
def test_parts_add_up(name: str) -> None:
    digits = fit.DIGITS[name]
    for element, parts in getattr(coefficients, f"{name}_PARTS").items():
        real = fit.TYPES[element]
        total = sum(type(digits)(float(real(p))) for p in parts)
        assert abs(float(total - digits)) < float(digits) * {"f32": 2.0**-33, "f64": 2.0**-80}[element]
        for part, width in zip(parts, fit.PARTS[name][element], strict=True):
            exact = float(real(part))
            scaled = exact / 2.0 ** (np.floor(np.log2(abs(exact))) + 1 - width)
            assert scaled == int(scaled), f"{name} {element}: {part} has more than {width} bits"


def test_remez_finds_the_textbook_line() -> None:
    """The best line for e^x on [0, 1] has slope e - 1 (Chebyshev's theorem, by hand)."""
    line = Fit(np.exp, fit.one, fit.identity, 0.0, 1.0, 1)
    x = grid(line)
    p, _ = remez(np.exp(x), fit.one(x), x, range(2))
    assert float(p[1]) == pytest.approx(np.e - 1, abs=1e-6)
    errors = evaluate(p, x) - np.exp(x)
    assert float(np.max(errors)) == pytest.approx(-float(np.min(errors)), rel=1e-3)


def test_an_error_alternates() -> None:
    """A fit is the best possible when its error reaches its maximum, in turns, degree + 2 times."""
    tanh = fit.odd(np.tanh, 5.0, 2, 2)
    x = grid(tanh)
    p, q = remez(tanh.target(x), tanh.weight(x), tanh.variable(x), range(3), 2)
    errors = tanh.weight(x) * (evaluate(p, x * x) / evaluate(q, x * x) - tanh.target(x))
    peak = np.max(np.abs(errors))
    high = np.sign(errors[np.abs(errors) > 0.999 * peak])
    assert 1 + np.count_nonzero(np.diff(high)) == 3 + 2 + 1
