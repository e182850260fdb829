"""The kit that writes IR: a primitive's `step`, traced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from dspc.dialects import dsp, rt
from dspc.dialects.kit import Kit, TracedValue, Value
from dspc.dialects.types import SignalType, element_of, signal, vector, width_of


class IRValue(TracedValue):
    """An SSA value with a kit's operators."""

    __slots__ = ("ssa",)

    def __init__(self, kit: Kit, ssa: SSAValue):
        super().__init__(kit, element_of(ssa.type))
        self.ssa = ssa


class IRKit(Kit):
    """Inserts scalar operations at a point; `width` is the number of lanes there, `rate` the phase.

    Constants and values of one lane are spread to `width` where they meet vectors.
    """

    def __init__(self, at: InsertPoint, width: int = 1, rate: str = "audio", location: Any = None):
        self.at, self.width, self.rate, self.location = at, width, rate, location

    def insert(self, op: Operation) -> Operation:
        if self.location is not None:
            op.location = self.location
        Rewriter.insert_op(op, self.at)
        return op

    def wrap(self, ssa: SSAValue) -> IRValue:
        return IRValue(self, ssa)

    def type(self, element: str | Attribute, rate: str) -> Attribute:
        """A signal type with this place's lanes."""
        return signal(vector(element, self.width), rate)

    def constant(self, value: float, element: str) -> Value:
        return self.wrap(self.insert(dsp.ConstantOp.make(value, self.type(element, "const"))).results[0])

    def element(self, value: Value) -> str:
        return cast(IRValue, value).element

    def apply(self, name: str, args: Sequence[Value], to: str | None = None) -> Value:
        typed = args[1:] if name == "select" else args
        element = next(a.element for a in typed if isinstance(a, IRValue))
        values = [a if isinstance(a, IRValue) else self.constant(a, element) for a in args]
        width = max(width_of(v.ssa.type) for v in values)
        ssa = [self.spread(v.ssa, width) for v in values]
        return self.wrap(self.insert(dsp.scalar_op(name, ssa, to)).results[0])

    def spread(self, value: SSAValue, width: int) -> SSAValue:
        """The value with `width` lanes."""
        type_ = value.type
        if width_of(type_) == width:
            return value
        assert isinstance(type_, SignalType)
        wide = signal(vector(element_of(type_), width), type_.rate.data)
        return self.insert(dsp.SplatOp.create(operands=(value,), result_types=(wide,))).results[0]

    @property
    def frame(self) -> Value:
        return self.wrap(self.insert(rt.FrameOp.create(result_types=(signal("u32", self.rate),))).results[0])

    @property
    def sample_rate(self) -> Value:
        return self.wrap(self.insert(rt.SampleRateOp.create(result_types=(signal("f64", "init"),))).results[0])
