"""Phasor and noise."""

from __future__ import annotations

from typing import Any, ClassVar

from xdsl.dialects.builtin import FloatAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import SampleOp, Slot
from dspc.dialects.types import element_of


@irdl_op_definition
class PhasorOp(SampleOp):
    """A ramp in [0, 1) that rises by `step` cycles a sample; its first value is `phase`.

    The phase is a u32 that wraps, so frequency may be negative and no rounding accumulates; the value is
    its top 24 bits. If the value is an f64, the phase is a u64 and the value its top 53 bits. A frequency at
    sample n takes effect at n + 1; a sample with `reset` outputs `phase`.
    """

    name = "dsp.phasor"
    step_cycles = operand_def()
    reset = opt_operand_def()
    phase = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def slots(self) -> dict[str, Slot]:
        return {"phase": Slot("u64" if self._wide else "u32", self.start)}

    def verify_(self) -> None:
        if element_of(self.step_cycles.type) != element_of(self.result.type):
            raise VerifyException("step_cycles and the result have one type")

    @property
    def _wide(self) -> bool:
        return element_of(self.result.type) == "f64"

    @property
    def start(self) -> int:
        turn = 2**64 if self._wide else 2**32
        return round((self.phase.value.data % 1.0) * turn) % turn

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        step_cycles, *reset = operands
        phase = k.select(reset[0], self.start, s.phase) if reset else s.phase
        increment = wide_increment if self._wide else wrapped_increment
        s.phase = phase + increment(k, step_cycles)
        return k.convert(phase >> 11, "f64") * 2.0**-53 if self._wide else top_bits(k, phase) * 2.0**-24


def wrapped_increment(k: Kit, step_cycles: Value) -> Value:
    """Cycles a sample as a u32 that wraps; whole turns are dropped, what is below 2^-32 is rounded towards 0."""
    fraction = step_cycles - k.round(step_cycles)
    fraction = k.select(fraction == 0.5, -0.5, fraction)  # the same increment, but one that an i32 holds
    return k.convert(k.convert(fraction * 2.0**32, "i32"), "u32")


def wide_increment(k: Kit, step_cycles: Value) -> Value:
    """The same of an f64 as a u64, in two halves: exact but for what is below 2^-64, which is rounded down."""
    fraction = (step_cycles - k.round(step_cycles)) * 2.0**32
    whole = k.floor(fraction)
    upper = k.select(whole < 0.0, whole + 2.0**32, whole)
    lower = (fraction - whole) * 2.0**32
    return (k.convert(k.convert(upper, "u32"), "u64") << 32) + k.convert(k.convert(lower, "u32"), "u64")


@irdl_op_definition
class NoiseOp(SampleOp):
    """Uniform noise in [-1, 1): a hash of a counter and of `key`, so each key is a stream of its own.

    An f64 has the same 24 bits: the same noise in either precision.
    """

    name = "dsp.noise"
    key = operand_def()
    result = result_def()
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {"count": Slot("u32")}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        count = s.count
        s.count = count + 1
        bits = hash_u32(count * 0x9E3779B9 + operands[0])
        return top_bits(k, bits, element_of(self.result.type)) * 2.0**-23 - 1.0


def top_bits(k: Kit, x: Value, to: str = "f32") -> Value:
    """The top 24 bits of a u32 as a float: exact, by way of i32, which vector units convert."""
    return k.convert(k.convert(x >> 8, "i32"), to)


def hash_u32(x: Value) -> Value:
    """A bijection of u32 that leaves no visible structure: two rounds of xor-shift and multiply."""
    x = (x ^ (x >> 16)) * 0x21F0AAAD
    x = (x ^ (x >> 15)) * 0x735A2D97
    return x ^ (x >> 15)
