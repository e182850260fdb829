"""The language's promises on values: what is clamped, wrapped, saturated or converted, on the reference and in C."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from outcomes import namespace

import dspc

INF, NAN = float("inf"), float("nan")
PROMISED: list[tuple[str, str, list[float], list[float]]] = [
    # sentence, expression of an input x (below 1e6: beyond, inputs are 0), inputs, outputs
    ("conversion to i32 goes toward zero", "dspc.i32(x)", [2.9, -2.9, 0.5, -0.5], [2, -2, 0, 0]),
    ("and saturates", "dspc.i32(x * 1e6) == dspc.select(x > 0, 2**31 - 1, -2**31)", [1e5, -1e5], [1, 1]),
    ("NaN gives 0", "dspc.i32((x - x) / (x - x)) + 7", [1, -1], [7, 7]),
    ("u32 saturates", "dspc.u32(x * 1e6) == dspc.select(x > 0, dspc.u32(2**32 - 1), dspc.u32(0))", [1e5, -1e5], [1, 1]),
    ("round is half-even", "dspc.round(x)", [0.5, 1.5, 2.5, -0.5, -1.5], [0, 2, 2, 0, -2]),
    ("comparisons' bools count as 0/1", "(x > 0) + (x > 1) * 2", [-1, 0.5, 2], [0, 1, 3]),
    ("32-bit integers wrap", "dspc.i32(x) + (2**31 - 1) == -(2**31)", [1, 2], [1, 0]),
    ("/ gives a float", "dspc.i32(x) / 2", [3, -3], [1.5, -1.5]),
    ("// and % floor", "dspc.i32(x) // 2 * 100 + dspc.i32(x) % 3", [7, -7], [301, -398]),
    ("// and % floor on floats", "x // 2.0 * 100 + x % 3.0", [7, -7], [301, -398]),
    ("integer division by zero gives 0", "7 // dspc.i32(x) + 7 % dspc.i32(x)", [0, 2], [0, 4]),
    ("& | ^ ~ on bool are logical", "~((x > 0) & (x < 2)) | (x == 1)", [-1, 0.5, 1, 3], [1, 0, 1, 1]),
    ("an integer exponent multiplies", "x ** 3", [2, -2], [8, -8]),
    ("sum() works", "sum([x, x, 1])", [2, 3], [5, 7]),
    ("numpy ufuncs on signals mean ours", "np.maximum(x, 0.5) + np.floor(x)", [0.25, 2.5], [0.5, 4.5]),
    ("select as np.where", "dspc.select(x > 1, 10.0, x)", [0, 2], [0, 10]),
    ("when: otherwise", "dspc.when(x > 1, lambda: x * 10, otherwise=-x)", [1, 2], [-1, 20]),
    ("when: otherwise is 0.0", "dspc.when(x > 1, lambda: x * 10)", [1, 2], [0, 20]),
    (
        "when: the state inside freezes",
        "dspc.when(x > 0, lambda: dspc.feedback(lambda n: n + 1, initial=0))",
        [1, 0, 0, 1],
        [1, 0, 0, 2],
    ),
    (
        "restart: back to the initial values on that sample",
        "dspc.restart(x > 1, lambda: dspc.feedback(lambda n: n + 1, initial=0))",
        [0, 0, 2, 0],
        [1, 2, 1, 2],
    ),
    ("delay(x, 0) is x", "dspc.delay(x, 0)", [1, 2], [1, 2]),
    ("delay starts from 0", "dspc.delay(x, 2)", [1, 2, 3], [0, 0, 1]),
    ("samples is clamped to min", "dspc.delay(x, dspc.i32(x) * 0 - 5, min=1, max=3)", [1, 2, 3], [0, 1, 2]),
    ("samples is clamped to max", "dspc.delay(x, dspc.i32(x) * 0 + 9, max=1)", [1, 2, 3], [0, 1, 2]),
    ("samples is clamped to 0", "dspc.delay(x, dspc.i32(x) * 0 - 5, max=3)", [1, 2, 3], [1, 2, 3]),
    ("none floors", "dspc.delay(x, 1.9, interpolation='none')", [1, 2, 3], [0, 1, 2]),
    ("else linear", "dspc.delay(x, 0.25)", [4, 8], [3, 7]),
    (
        "in a loop a total of N is delay(y, N - 1)",
        "dspc.feedback(lambda y: x + dspc.delay(y, 1))",
        [1, 0, 0, 0, 0],
        [1, 0, 1, 0, 1],
    ),
    ("boundary clamp", "dspc.table([1.0, 2.0, 4.0])(x)", [-9, 0.5, 99], [1, 1.5, 4]),
    ("boundary wrap", "dspc.table([1.0, 2.0, 4.0])(x, boundary='wrap')", [-1, 2.5, 4], [4, 2.5, 2]),
    ("boundary zero", "dspc.table([1.0, 2.0, 4.0])(x, boundary='zero')", [-9, 1, 99], [0, 2, 0]),
    ("integer arrays do not interpolate", "dspc.table([1, 2, 4])(x)", [0.9, 1.9], [1, 2]),
    ("row is clamped", "dspc.table([[1.0, 1.0], [2.0, 2.0]])(x, 0)", [-7, 1, 99], [1, 2, 2]),
    (
        "rwtable: indexes clamped",
        "(lambda t: t.write(dspc.i32(x), x) * 0 + t.read(dspc.i32(x)))(dspc.rwtable(3))",
        [-5, 1, 99],
        [-5, 1, 99],
    ),
    (
        "writes of a sample come before its reads",
        "(lambda t: (t.read(0), t.write(0, x))[0])(dspc.rwtable(3))",
        [3, 4],
        [3, 4],
    ),
    ("rwtable: initial content", "dspc.rwtable([5.0, 6.0]).read(dspc.i32(x))", [0, 1, 2], [5, 6, 6]),
    (
        "array indexes by a signal are clamped",
        "dspc.stack([10 + x, 20 + x])[dspc.i32(x)]",
        [-3, 0, 1, 7],
        [7, 10, 21, 27],
    ),
    ("phasor: the first value is phase", "dspc.phasor(step=0.25, phase=0.5)", [0, 0, 0], [0.5, 0.75, 0]),
    (
        "the frequency at sample n takes effect at n + 1",
        "dspc.phasor(step=x)",
        [0.25, 0, 0.375, 0],
        [0, 0.25, 0.25, 0.625],
    ),
    (
        "a reset sample outputs phase",
        "dspc.phasor(step=0.25, phase=0.5, reset=x > 0)",
        [0, 0, 1, 0],
        [0.5, 0.75, 0.5, 0.75],
    ),
    ("shifts take the count modulo 32", "dspc.i32(1) << dspc.i32(x)", [1, 33, 34], [2, 2, 4]),
    ("clamp", "dspc.clamp(x, -1.0, 1.0)", [-3, 0.5, 3], [-1, 0.5, 1]),
    ("controller 0-1, its default", "x + dspc.controller(1, default=0.5)", [1, 2], [1.5, 2.5]),
    (
        "without a host 120, stopped, 0, 4/4",
        "dspc.transport.numerator / dspc.transport.denominator + x",
        [0, 1],
        [1, 2],
    ),
    ("inputs above 1e6 are 0", "x", [1e6, 1.1e6, -INF, NAN], [1e6, 0, 0, 0]),
    ("outputs that are not finite are 0", "1.0 / x", [0, 2], [0, 0.5]),
]


@pytest.mark.parametrize("backend", ["reference", "c"])
@pytest.mark.parametrize(("sentence", "text", "given", "wanted"), PROMISED, ids=[p[0] for p in PROMISED])
def test_promised(backend: str, sentence: str, text: str, given: list[float], wanted: list[float]) -> None:
    names = namespace("contract.py")

    def program(x: Any) -> Any:
        return eval(text, names | {"x": x})

    found = dspc.compile(program, backend, 8000.0).process(np.array(given, np.float32))
    np.testing.assert_array_equal(found, np.array(wanted, np.float32), err_msg=sentence)


HOSTED: list[tuple[str, dict[str, Any], dict[str, float]]] = [
    # sentence, what is set, what it is then
    ("clamped to its max", {"level": 9.0}, {"level": 1.0}),
    ("clamped to its min", {"level": -9.0}, {"level": 0.0}),
    ("infinity is clamped too", {"level": INF}, {"level": 1.0}),
    ("rounded to its step", {"steps": 2.6}, {"steps": 3.0}),
    ("a choice by its label", {"mode": "b"}, {"mode": 1.0}),
    ("a choice by its number, clamped", {"mode": 7}, {"mode": 1.0}),
    ("a button", {"hold": 0.7}, {"hold": 1.0}),
]


@pytest.mark.parametrize("backend", ["reference", "c"])
@pytest.mark.parametrize(("sentence", "given", "wanted"), HOSTED, ids=[h[0] for h in HOSTED])
def test_set(backend: str, sentence: str, given: dict[str, Any], wanted: dict[str, float]) -> None:
    engine = dspc.compile(_settable, backend, 8000.0)
    for id, value in given.items():
        engine.set(id, value)
    assert {id: engine.get(id) for id in wanted} == wanted, sentence
    assert engine.process(frames=1).tolist() == [[float(engine.get(id))] for id in ("level", "steps", "mode", "hold")]


def _settable(
    level: Any = dspc.param(0.5, 0.0, 1.0),
    steps: Any = dspc.param(1, 0, 4, step=1),
    mode: Any = dspc.choice("a", "b"),
    hold: Any = dspc.button(),
) -> Any:
    return level, steps, mode.index, hold
