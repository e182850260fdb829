"""Mathematical functions over a kit of scalar operations, each with its domain and its measured error."""

from dspc.approx.exponential import exp, exp2
from dspc.approx.hyperbolic import cosh, sinh, tanh
from dspc.approx.inverse import acos, asin, atan, atan2
from dspc.approx.logarithm import log, log2, log10
from dspc.approx.power import pow
from dspc.approx.registry import APPROXIMATIONS, FUNCTIONS, Approximation, choose
from dspc.approx.remainder import fmod, sign, trunc
from dspc.approx.trig import cos, sin, tan
from dspc.approx.turns import cos_turns, sin_turns, tan_turns

__all__ = [
    "APPROXIMATIONS", "FUNCTIONS", "Approximation", "acos", "asin", "atan", "atan2", "choose", "cos",
    "cos_turns", "cosh", "exp", "exp2", "fmod", "log", "log10", "log2", "pow", "sign", "sin", "sin_turns",
    "sinh", "tan", "tan_turns", "tanh", "trunc",
]  # fmt: skip
