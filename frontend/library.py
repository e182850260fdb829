"""What the standard library is written with: the whole language under one roof."""

from dspc.frontend.arithmetic import power as pow
from dspc.frontend.arrays import Array, stack
from dspc.frontend.banks import Bank, bank, lanes
from dspc.frontend.choices import Choice
from dspc.frontend.complexes import cartesian as complex
from dspc.frontend.complexes import polar
from dspc.frontend.conditional import control, restart, switch, when
from dspc.frontend.conversions import to_bool as bool
from dspc.frontend.conversions import to_f32 as f32
from dspc.frontend.conversions import to_f64 as f64
from dspc.frontend.conversions import to_i32 as i32
from dspc.frontend.conversions import to_u32 as u32
from dspc.frontend.delays import delay
from dspc.frontend.environment import frame, sample_rate, time
from dspc.frontend.feedback import adapting_feedback as feedback
from dspc.frontend.filters import biquads
from dspc.frontend.latency import ahead
from dspc.frontend.mathematics import absolute as abs
from dspc.frontend.mathematics import (
    acos,
    asin,
    atan,
    atan2,
    ceil,
    clamp,
    cos,
    cos_turns,
    cosh,
    exp,
    exp2,
    floor,
    fmod,
    log,
    log2,
    log10,
    select,
    sign,
    sin,
    sin_turns,
    sinh,
    sqrt,
    tan,
    tanh,
    trunc,
)
from dspc.frontend.mathematics import maximum as max
from dspc.frontend.mathematics import minimum as min
from dspc.frontend.mathematics import nearest as round
from dspc.frontend.memories import rwtable, table_init
from dspc.frontend.metering import meter
from dspc.frontend.notes import note
from dspc.frontend.operators import Operand
from dspc.frontend.primitive import primitive
from dspc.frontend.products import fir, matrix
from dspc.frontend.recordings import read
from dspc.frontend.resampling import oversample, undersample
from dspc.frontend.samples import Sample, sample
from dspc.frontend.scopes import inlined, scope, unscoped
from dspc.frontend.shared import shared
from dspc.frontend.signal import Signal, add, as_signal, constant, floats, promote
from dspc.frontend.sources import controller, noise, phasor
from dspc.frontend.spectra import stft
from dspc.frontend.tables import Table, table
from dspc.frontend.transport import transport

__all__ = [
    "Array", "Bank", "Choice", "Operand", "Sample", "Signal", "Table", "abs", "acos", "add", "ahead", "as_signal",
    "asin", "atan", "atan2", "bank", "biquads", "bool", "ceil", "clamp", "complex", "constant", "control",
    "controller", "cos", "cos_turns", "cosh", "delay", "exp", "exp2", "f32", "f64", "feedback", "fir", "floats",
    "floor", "fmod", "frame", "i32", "inlined", "lanes", "log", "log10", "log2", "matrix", "max", "meter", "min",
    "noise", "note", "oversample", "phasor", "polar", "pow", "primitive", "promote", "read", "restart", "round",
    "rwtable", "sample", "sample_rate", "scope", "select", "shared", "sign", "sin", "sin_turns", "sinh", "sqrt",
    "stack", "stft", "switch", "table", "table_init", "tan", "tanh", "time", "transport", "trunc", "u32",
    "undersample", "unscoped", "when",
]  # fmt: skip
