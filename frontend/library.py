"""What the standard library is written with: the language's functions under one roof."""

from dspc.frontend.language import (
    ENVIRONMENT,
    abs,
    bank,
    ceil,
    clamp,
    cos,
    cos_turns,
    delay,
    exp,
    exp2,
    f32,
    feedback,
    floor,
    i32,
    log2,
    max,
    min,
    noise,
    phasor,
    pow,
    round,
    scope,
    select,
    sin,
    sin_turns,
    sqrt,
    table,
    tan,
    tanh,
)
from dspc.frontend.signal import Operand, Signal, as_signal

sample_rate = ENVIRONMENT["sample_rate"]

__all__ = [
    "ENVIRONMENT", "Operand", "Signal", "abs", "as_signal", "bank", "ceil", "clamp", "cos", "cos_turns", "delay",
    "exp", "exp2", "f32", "feedback", "floor", "i32", "log2", "max", "min", "noise", "phasor", "pow", "round",
    "sample_rate", "scope", "select", "sin", "sin_turns", "sqrt", "table", "tan", "tanh",
]  # fmt: skip
