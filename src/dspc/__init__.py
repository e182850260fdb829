"""dspc: write audio DSP in Python, get real-time-safe machine code."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dspc.frontend import events
from dspc.frontend.environment import ENVIRONMENT
from dspc.frontend.errors import DspError, DspErrors, MissingAttribute, did_you_mean, place_here
from dspc.frontend.feedback import feedback
from dspc.frontend.groups import Params
from dspc.frontend.library import (
    abs,
    acos,
    asin,
    atan,
    atan2,
    bank,
    bool,
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
    f64,
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
    note,
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
from dspc.frontend.params import button, choice, param
from dspc.frontend.program import Program, effect, instrument, trace

if TYPE_CHECKING:
    from dspc.frontend.signal import Signal

    sample_rate: Signal
    frame: Signal
    time: Signal
else:
    sample_rate, frame, time = (ENVIRONMENT[name] for name in ("sample_rate", "frame", "time"))

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What loads late: `compile` and `render` with the driver behind them, `Engine` with the hosts'."""
    if name in ("compile", "render"):
        from dspc.driver import compile as driver

        return getattr(driver, name)
    if name == "Engine":
        from dspc.backends.engine import Engine

        return Engine
    if name.startswith("_"):  # Python and tools look for their protocols
        raise AttributeError(name)
    raise MissingAttribute("DSP109", f"dspc has no {name}", hint=_where(name), place=place_here())


def _where(name: str) -> str:
    """Where something may be that is not here."""
    if name != "stdlib" and hasattr(import_module("dspc.stdlib"), name):
        return f"it is dspc.stdlib.{name}"
    close = did_you_mean(name, [*__all__, "compile", "render", "Engine"])
    return close or "oscillators, filters, envelopes and effects are in dspc.stdlib"


__all__ = [
    "DspError", "DspErrors", "Params", "Program", "abs", "acos", "asin", "atan", "atan2", "bank", "bool",
    "button", "ceil", "choice", "clamp", "controller", "cos", "cos_turns", "cosh", "delay", "effect", "events",
    "exp", "exp2", "f32", "f64", "feedback", "floor", "fmod", "frame", "i32", "instrument", "lanes", "log",
    "log10", "log2", "max", "min", "noise", "note", "param", "phasor", "pow", "round", "sample_rate", "select",
    "sign", "sin", "sin_turns", "sinh", "sqrt", "table", "tan", "tanh", "time", "trace", "trunc", "u32",
]  # fmt: skip
