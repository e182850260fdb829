"""What reads samples from memory: delay lines and tables."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import FloatAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Operation
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, traits_def
from xdsl.traits import EffectInstance, MemoryEffect, MemoryEffectKind, Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.interpolation import POLYNOMIALS, catmull_rom, lagrange, weighted
from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import Recursive, SampleOp, Slot
from dspc.dialects.types import element_of, is_float


class _DelayEffects(MemoryEffect):
    """A delay reads what it remembers; "thiran" also feeds back on itself."""

    @classmethod
    def get_effects(cls, op: Operation) -> set[EffectInstance]:
        if isinstance(op, DelayOp) and op.recursive:
            return Recursive.get_effects(op)
        return {EffectInstance(MemoryEffectKind.READ)}


DELAY_INTERPOLATIONS = ("none", "linear", *POLYNOMIALS, "thiran")


@irdl_op_definition
class DelayOp(SampleOp):
    """`x` as it was `samples` samples ago; `samples` is clamped to [min, max].

    `max_samples` and `max_seconds` add up to the longest delay (the rate is known at prepare). The line
    starts from zeros. Between samples: "none" floors the distance, "linear" joins two samples by a line, "cubic",
    "lagrange3" and "lagrange5" (see dialects/interpolation.py) take as many points on either side; where the
    nearer ones would lie in the future, the polynomial through the nearest points there are. "thiran" is an
    all-pass of order 1 behind a whole delay (T. I. Laakso et al., "Splitting the unit delay", 1996).

    `line` names a `dsp.line` that the samples are read from (see `share-lines`); without it the delay has its own.
    """

    name = "dsp.delay"
    x = operand_def()
    samples = operand_def()
    max_samples = prop_def(IntAttr)
    max_seconds = prop_def(FloatAttr)
    min_samples = prop_def(IntAttr)
    interpolation = prop_def(StringAttr)
    line = opt_prop_def(SymbolRefAttr)
    result = result_def()
    traits = traits_def(_DelayEffects())

    @property
    def recursive(self) -> bool:
        return self.interpolation.data == "thiran"

    @property
    def _reach(self) -> tuple[int, int]:
        """Whole samples that are read on either side of a distance's whole part: nearer, and beyond the longest."""
        if self.interpolation.data in POLYNOMIALS:
            points, _ = POLYNOMIALS[self.interpolation.data]
            return points // 2 - 1, points // 2
        return (1, 0) if self.recursive else (0, 0)

    def slots(self) -> dict[str, Slot]:
        nearer, beyond = self._reach
        shortest = max(1, self.min_samples.data - nearer)
        line = Slot("result", 0.0, "line", "", self.max_samples.data + beyond, self.max_seconds.value.data, shortest)
        return {"line": line, "last": Slot()} if self.recursive else {"line": line}

    def verify_(self) -> None:
        if self.interpolation.data not in DELAY_INTERPOLATIONS:
            raise VerifyException(f"a delay has no interpolation {self.interpolation.data}")
        if self.min_samples.data < 0 or self.max_samples.data < 0:
            raise VerifyException("a delay is not negative")
        if self.interpolation.data != "none" and not is_float(self.x.type):
            raise VerifyException("only floats are interpolated")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x, samples = operands
        s.line.write(x)
        _, beyond = self._reach
        longest = s.line.longest - beyond if beyond else s.line.longest
        if self.interpolation.data == "none":
            whole = samples if k.element(samples) == "i32" else k.convert(k.floor(samples), "i32")
            return self._tap(k, s, x, k.clamp(whole, self.min_samples.data, longest), self.min_samples.data)
        # In this order NaN becomes the shortest delay.
        at = k.min(k.max(float(self.min_samples.data), samples), k.convert(longest, k.element(samples)))
        if self.interpolation.data == "linear":
            return self._linear(k, s, x, at, longest)
        return self._all_pass(k, s, x, at) if self.recursive else self._polynomial(k, s, x, at)

    def _linear(self, k: Kit, s: Any, x: Value, at: Value, longest: Value) -> Value:
        floor = k.floor(at)
        near = k.convert(floor, "i32")
        a = self._tap(k, s, x, near, self.min_samples.data)
        b = self._tap(k, s, x, k.min(near + 1, longest), self.min_samples.data)
        return a + (b - a) * k.convert(at - floor, k.element(x))

    def _polynomial(self, k: Kit, s: Any, x: Value, at: Value) -> Value:
        points, weights_at = POLYNOMIALS[self.interpolation.data]
        nearer, _ = self._reach
        shifts = self.min_samples.data < nearer
        floor = k.floor(at)
        first = k.max(floor - float(nearer), 0.0) if shifts else floor - float(nearer)
        position = k.convert(at - first, k.element(x))
        weights = weights_at(k, position)
        if shifts and weights_at is catmull_rom:
            ends = lagrange(points)(k, position)
            weights = [k.select(floor < 1.0, e, w) for e, w in zip(ends, weights, strict=True)]
        nearest = k.convert(first, "i32")
        least = max(0, self.min_samples.data - nearer)
        taps = [self._tap(k, s, x, nearest + i if i else nearest, least + i) for i in range(points)]
        return weighted(weights, taps)

    def _all_pass(self, k: Kit, s: Any, x: Value, at: Value) -> Value:
        """The fraction is kept in [0.5, 1.5), so a distance below 0.5 becomes the nearer of 0 and 0.5."""
        passed, at = at < 0.25, k.max(at, 0.5)
        floor = k.floor(at)
        fraction = at - floor
        low = fraction < 0.5
        delay = k.convert(k.select(low, fraction + 1.0, fraction), k.element(x))
        near = k.convert(k.select(low, floor - 1.0, floor), "i32")
        last = s.last
        coefficient = (1.0 - delay) / (1.0 + delay)
        nearer, farther = self._tap(k, s, x, near, self.min_samples.data - 1), self._tap(k, s, x, near + 1, 1)
        y = (nearer - last) * coefficient + farther
        if self.min_samples.data < 1:
            y = k.select(passed, x, y)
        s.last = y
        return y

    def _tap(self, k: Kit, s: Any, x: Value, samples: Value, least: int) -> Value:
        """The line at a whole distance, which is never below `least`; distance 0 is the input itself."""
        if least > 0:
            return s.line.read(samples)
        return k.select(samples < 1, x, s.line.read(k.max(samples, 1)))


@irdl_op_definition
class LookupOp(SampleOp):
    """A table's element at an i32 index, which is clamped to the table."""

    name = "dsp.lookup"
    symbol = prop_def(SymbolRefAttr)
    index = operand_def()
    size = prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if element_of(self.index.type) != "i32" or self.size.data < 1:
            raise VerifyException("the index is an i32, the size at least 1")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.table(self.symbol.string_value(), k.clamp(operands[0], 0, self.size.data - 1))
