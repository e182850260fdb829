"""What the tests of the front end share: signals of every type, and a look at what is made of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

import dspc
from dspc.dialects import dsp
from dspc.frontend.errors import DspError, all_errors
from dspc.frontend.signal import Signal


def signals(x: Signal, knob: Signal, steps: Signal, mode: Any) -> dict[str, Any]:
    """Signals by element and rate: a, i, u, b, d at audio rate; c… at control, s… at init, k… at const."""
    return {
        "x": x, "a": x, "i": dspc.i32(x), "u": dspc.frame, "b": x > 0, "d": dspc.f64(x),
        "c": knob, "ci": steps, "cb": knob > 0.5, "cd": dspc.f64(knob), "mode": mode,
        "s": dspc.sample_rate + 0, "si": dspc.i32(dspc.sample_rate), "sb": dspc.sample_rate > 44_100.0,
        "k": dspc.f64(0.5), "ki": dspc.i32(3), "ku": dspc.u32(3), "kb": dspc.bool(1),
        "dspc": dspc, "np": np, "math": math,
    }  # fmt: skip


def typed(expression: str, precision: str = "f32") -> str:
    """The type of an expression over `signals`, as `f32 audio`; for a tuple, of each part."""
    found: list[str] = []

    def program(
        x: Signal,
        knob: Signal = dspc.param(0.5, 0.0, 1.0),
        steps: Signal = dspc.param(3, 0, 9, step=1),
        mode: Any = dspc.choice("saw", "sine"),
    ) -> Any:
        result = eval(expression, signals(x, knob, steps, mode))
        parts = result if isinstance(result, tuple | list) else (result,)
        found.append(", ".join(f"{p.element} {p.rate}" for p in parts))
        return [dspc.f32(p) for p in parts]

    dspc.trace(program, precision).verify()
    return found[0]


def error_of(program: Any) -> DspError:
    """The one error of a program."""
    try:
        dspc.trace(program)
    except DspError as error:
        (only,) = all_errors(error)
        return only
    raise AssertionError("no error")


def code_of(expression: str) -> str:
    """The code of the one error in an expression over `signals`."""
    return error_of(_evaluating(expression)).code


def _evaluating(expression: str) -> Callable[..., Any]:
    def program(
        x: Signal,
        knob: Signal = dspc.param(0.5, 0.0, 1.0),
        steps: Signal = dspc.param(3, 0, 9, step=1),
        mode: Any = dspc.choice("saw", "sine"),
    ) -> Any:
        return eval(expression, signals(x, knob, steps, mode))

    return program


def operations(program: Any, name: str = "", precision: str = "f32") -> list[Operation]:
    """The operations of a program that have a name (without `dsp.`), in order; all of them without a name."""
    module = dspc.trace(program, precision)
    module.verify()
    return [op for op in module.walk() if not name or op.name == f"dsp.{name}"]


def body_of(module: ModuleOp) -> dsp.ProgramOp:
    """The program of a module."""
    return next(op for op in module.body.block.ops if isinstance(op, dsp.ProgramOp))


def rendered(program: Any, *channels: Any, frames: int = 1, precision: str = "f32") -> np.ndarray:
    """What the reference makes of a program: [channels, frames]; inputs are numbers or rows."""
    x = np.array([np.broadcast_to(c, frames) for c in channels], np.float64) if channels else None
    seconds = None if channels else frames / 48_000
    return np.atleast_2d(dspc.render(program, x, seconds=seconds, backend="reference", precision=precision))
