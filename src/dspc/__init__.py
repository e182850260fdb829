"""dspc: write audio DSP in Python, get real-time-safe machine code."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dspc import events
from dspc.frontend.buses import input
from dspc.frontend.environment import ENVIRONMENT
from dspc.frontend.errors import DspError, DspErrors, MissingAttribute, did_you_mean, place_here
from dspc.frontend.graph_nodes import Feedback, node
from dspc.frontend.graphs import Effect, Node, Voice, inlet, outlet
from dspc.frontend.feedback import feedback
from dspc.frontend.groups import Params
from dspc.frontend.library import (
    abs,
    acos,
    ahead,
    asin,
    atan,
    atan2,
    bank,
    biquads,
    bool,
    ceil,
    clamp,
    complex,
    control,
    controller,
    cos,
    cos_turns,
    cosh,
    delay,
    exp,
    exp2,
    f32,
    f64,
    fir,
    floor,
    fmod,
    i32,
    lanes,
    log,
    log2,
    log10,
    matrix,
    max,
    meter,
    min,
    noise,
    note,
    oversample,
    phasor,
    polar,
    pow,
    restart,
    read,
    round,
    rwtable,
    sample,
    select,
    shared,
    sign,
    sin,
    sin_turns,
    sinh,
    sqrt,
    stack,
    stft,
    switch,
    table,
    table_init,
    tan,
    tanh,
    transport,
    trunc,
    u32,
    undersample,
    when,
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
    """What loads late: the driver behind `compile` and `render`, the hosts' `Engine`, the library's node classes."""
    if name in ("compile", "render"):
        from dspc.driver import compile as driver

        return getattr(driver, name)
    if name == "presets":
        from dspc.driver.presets import presets

        return presets
    if name == "Engine":
        from dspc.backends.engine import Engine

        return Engine
    if name.startswith("_"):  # Python and tools look for their protocols
        raise AttributeError(name)
    if name in (nodes := _nodes()):
        return nodes[name]
    raise MissingAttribute("DSP109", f"dspc has no {name}", hint=_where(name), place=place_here())


def _nodes() -> dict[str, Any]:
    """The node classes of the standard library's functions: `Saw`, `LowPass`, `ADSR`."""
    return import_module("dspc.stdlib.nodes").NODES


def __dir__() -> list[str]:
    return sorted({*globals(), "Engine", "compile", "presets", "render", *_nodes()})


def _where(name: str) -> str:
    """Where something may be that is not here."""
    if name != "stdlib" and hasattr(import_module("dspc.stdlib"), name):
        return f"it is dspc.stdlib.{name}"
    close = did_you_mean(name, [*__all__, "compile", "presets", "render", "Engine", *_nodes()])
    return close or "oscillators, filters, envelopes and effects are in dspc.stdlib"


__all__ = [
    "DspError", "DspErrors", "Effect", "Feedback", "Node", "Params", "Program", "Voice", "abs", "acos", "ahead",
    "asin", "atan", "atan2", "bank", "biquads", "bool", "button", "ceil", "choice", "clamp", "complex", "control",
    "controller", "cos", "cos_turns", "cosh", "delay", "effect", "events", "exp", "exp2", "f32", "f64", "feedback",
    "fir", "floor", "fmod", "frame", "i32", "inlet", "input", "instrument", "lanes", "log", "log10", "log2", "matrix",
    "max", "meter", "min", "node", "noise", "note", "outlet", "oversample", "param", "phasor", "polar", "pow", "read",
    "restart", "round", "rwtable", "sample", "sample_rate", "select", "shared", "sign", "sin", "sin_turns", "sinh",
    "sqrt", "stack", "stft", "switch", "table", "table_init", "tan", "tanh", "time", "trace", "transport", "trunc", "u32",
    "undersample", "when",
]  # fmt: skip
