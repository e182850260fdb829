"""dspc: write audio DSP in Python, get real-time-safe machine code."""

from typing import TYPE_CHECKING, Any

from dspc.frontend.errors import DspError, DspErrors
from dspc.frontend.language import (
    abs,
    acos,
    asin,
    atan,
    atan2,
    bank,
    ceil,
    clamp,
    controller,
    cos,
    cos_turns,
    cosh,
    delay,
    exp,
    exp2,
    f32,
    feedback,
    floor,
    fmod,
    i32,
    lanes,
    log,
    log2,
    log10,
    max,
    min,
    noise,
    phasor,
    pow,
    round,
    select,
    sign,
    sin,
    sin_turns,
    sinh,
    sqrt,
    table,
    tan,
    tanh,
    trunc,
    u32,
)
from dspc.frontend.language import bool_ as bool
from dspc.frontend.language import f64_ as f64
from dspc.frontend.params import button, choice, param
from dspc.frontend.program import Program, effect, instrument, trace

if TYPE_CHECKING:
    from dspc.frontend.signal import Signal

    sample_rate: Signal
    frame: Signal
    time: Signal

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`dspc.sample_rate`, `dspc.frame`, `dspc.time`: signals of the running trace; and what loads late."""
    from dspc.frontend.language import ENVIRONMENT

    if name in ENVIRONMENT:
        return ENVIRONMENT[name]()
    if name in ("compile", "render"):
        from dspc.driver import compile as driver

        return getattr(driver, name)
    if name == "Engine":
        from dspc.backends.engine import Engine

        return Engine
    if name == "events":
        from dspc.frontend import events

        return events
    raise AttributeError(f"module 'dspc' has no attribute {name!r}")


__all__ = [
    "DspError", "DspErrors", "Program", "abs", "acos", "asin", "atan", "atan2", "bank", "bool", "button", "ceil",
    "choice", "clamp", "controller", "cos", "cos_turns", "cosh", "delay", "effect", "exp", "exp2", "f32", "f64",
    "feedback", "floor", "fmod", "i32", "instrument", "lanes", "log", "log2", "log10", "max", "min", "noise",
    "param", "phasor", "pow", "round", "select", "sign", "sin", "sin_turns", "sinh", "sqrt", "table", "tan",
    "tanh", "trace", "trunc", "u32",
]  # fmt: skip
