"""Lengths of delay lines: numbers of samples that are known at prepare, as `a + b * sample_rate`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from xdsl.ir import Block, SSAValue

from dspc.dialects import dsp
from dspc.frontend import trace as tr

LOWEST_RATE = 8_000
"""Hosts run at this sample rate at least; a length in seconds is never fewer samples than here."""
HIGHEST_RATE = 768_000


@dataclass(frozen=True)
class Length:
    """`samples + seconds * sample_rate`: both lie between two numbers, for roundings and lanes are in them."""

    low: float
    high: float
    briefest: float = 0.0
    seconds: float = 0.0

    @property
    def least(self) -> int:
        """Whole samples that it never falls below, whatever the rate; 0 if it may be negative."""
        low = min(self.low + self.briefest * rate for rate in (LOWEST_RATE, HIGHEST_RATE))
        return max(0, math.floor(low))

    @property
    def most(self) -> float:
        """Samples at the highest rate."""
        return max(self.high + self.seconds * rate for rate in (LOWEST_RATE, HIGHEST_RATE))

    @property
    def whole(self) -> tuple[int, float]:
        """As a delay line declares it: whole samples, and seconds that are rounded up at prepare."""
        return max(0, math.ceil(self.high)), self.seconds

    @property
    def exact(self) -> bool:
        """Whether it is one number, whatever the rate."""
        return self.in_samples and self.low == self.high

    @property
    def in_samples(self) -> bool:
        """Whether the rate has no part in it."""
        return self.briefest == self.seconds == 0

    def between(self, other: Length) -> Length:
        """`other` times a number that lies between this one's `low` and `high`."""
        one, two = other.times(self.low), other.times(self.high)
        return Length(min(one.low, two.low), max(one.high, two.high), min(one.briefest, two.briefest),
                      max(one.seconds, two.seconds))  # fmt: skip

    def times(self, factor: float) -> Length:
        low, high = sorted((self.low * factor, self.high * factor))
        return Length(low, high, *sorted((self.briefest * factor, self.seconds * factor)))

    def widened(self, below: float, above: float) -> Length:
        return Length(self.low - below, self.high + above, self.briefest, self.seconds)


    def through(self, function: Callable[[float], float]) -> Length | None:
        """A rising function of it, with room for what the program's own arithmetic gives; None if it has no value."""
        try:
            low, high = function(self.low), function(self.high)
        except (ValueError, OverflowError):
            return None
        return Length(low, high).widened(1e-9 * abs(low), 1e-9 * abs(high))


_ROUNDINGS = {"dsp.floor": (1, 0), "dsp.ceil": (0, 1), "dsp.round": (0.5, 0.5)}
_RISING: dict[str, Callable[[float], float]] = {
    "dsp.exp": math.exp, "dsp.exp2": math.exp2, "dsp.log": math.log, "dsp.log2": math.log2, "dsp.log10": math.log10,
    "dsp.sqrt": math.sqrt,
}  # fmt: skip


def length_of(value: SSAValue) -> Length | None:
    """The length that a value is, if it is a sum of constants and a multiple of the sample rate.

    Constants are numbers, those of lanes, and what rising functions make of them: semitones, decibels.
    """
    op = value.owner
    if isinstance(op, Block):
        return _lane_number(op)
    if isinstance(op, dsp.ConstantOp):
        number = float(op.number)
        return Length(number, number) if math.isfinite(number) else None
    if isinstance(op, dsp.LanesOp):
        numbers = [float(n) for n in op.numbers]
        return Length(min(numbers), max(numbers)) if all(map(math.isfinite, numbers)) else None
    if isinstance(op, dsp.SampleRateOp):
        return Length(0.0, 0.0, 1.0, 1.0)
    if not isinstance(op, dsp.ScalarOp | dsp.MathOp):
        return None
    terms = [length_of(a) for a in op.args]
    found = [t for t in terms if t is not None]
    if len(found) < len(terms):
        return None
    if op.name in _RISING:
        return found[0].through(_RISING[op.name]) if found[0].in_samples else None
    return _combined(op, found) if isinstance(op, dsp.ScalarOp) else None


def _lane_number(block: Block) -> Length | None:
    """The numbers of a bank's lanes, if a block is its body."""
    trace = tr.current()
    body = next((b for b in trace.bodies if b.block is block and b.kind == "bank"), None)
    return Length(0, body.count - 1) if body is not None else None


def _combined(op: dsp.ScalarOp, terms: list[Length]) -> Length | None:
    if op.name in _ROUNDINGS:
        return terms[0].widened(*_ROUNDINGS[op.name])
    match op.name, terms:
        case "dsp.convert", [a] if op.row.result == "u32" and a.low < 0:
            return None  # it wraps
        case "dsp.convert", [a]:
            return a.widened(1, 0) if op.row.result in ("i32", "u32") else a
        case "dsp.neg", [a]:
            return a.times(-1.0)
        case "dsp.add", [a, b]:
            return Length(a.low + b.low, a.high + b.high, a.briefest + b.briefest, a.seconds + b.seconds)
        case "dsp.sub", [a, b]:
            return Length(a.low - b.high, a.high - b.low, a.briefest - b.seconds, a.seconds - b.briefest)
        case "dsp.mul", [a, b] if a.in_samples or b.in_samples:
            return a.between(b) if a.in_samples else b.between(a)
        case "dsp.div", [a, b] if b.exact and b.low != 0:
            return a.times(1.0 / b.low)
        case "dsp.div", [a, b] if b.in_samples and b.low * b.high > 0:
            return Length(1.0 / b.high, 1.0 / b.low).between(a)
        case _:
            return None
