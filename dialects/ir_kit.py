"""The kit that writes IR: a primitive's `step`, traced."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from dspc.dialects import dsp, rt
from dspc.dialects.kit import TICK, Kit, TracedValue, Value
from dspc.dialects.types import SignalType, element_of, signal, vector, width_of


class IRValue(TracedValue):
    """An SSA value with a kit's operators."""

    __slots__ = ("ssa",)

    def __init__(self, kit: Kit, ssa: SSAValue):
        super().__init__(kit, element_of(ssa.type))
        self.ssa = ssa


@dataclass
class Pool:
    """What many steps use, once, at the start of a block: constants, and where in the stream it is."""

    block: Block
    values: dict[object, SSAValue] = field(default_factory=dict[object, SSAValue])
    last: Operation | None = None

    def get(self, key: object, make: Callable[[IRKit], SSAValue], location: Any = None) -> SSAValue:
        """The value under `key`, made by a kit at the start of the block the first time."""
        if key not in self.values:
            at = InsertPoint.at_start(self.block) if self.last is None else InsertPoint.after(self.last)
            kit = IRKit(at, location=location)
            value = make(kit)
            self.last = cast(Operation, value.owner)
            self.values[key] = value
        return self.values[key]


class IRKit(Kit):
    """Inserts scalar operations at a point; `width` is the number of lanes there, `rate` the phase.

    Constants and values of one lane are spread to `width` where they meet vectors. With a pool, constants
    and the stream's position are shared by all steps of a block.
    """

    def __init__(
        self, at: InsertPoint, width: int = 1, rate: str = "audio", location: Any = None, pool: Pool | None = None
    ):
        self.at, self.width, self.rate, self.location, self.pool = at, width, rate, location, pool

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
        type_ = self.type(element, "const")

        def make(kit: IRKit) -> SSAValue:
            return kit.insert(dsp.ConstantOp.make(value, type_, self.location)).results[0]

        if self.pool is None:
            return self.wrap(make(self))
        bits = struct.pack("<d", value) if isinstance(value, float) else int(value)
        return self.wrap(self.pool.get((bits, type_), make, self.location))

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

    def _pooled(self, name: str, make: Callable[[IRKit], SSAValue]) -> Value:
        key = (name, self.rate)
        return self.wrap(self.pool.get(key, make, self.location) if self.pool is not None else make(self))

    @property
    def frame(self) -> Value:
        type_ = signal("u32", self.rate)
        return self._pooled("frame", lambda kit: kit.insert(rt.FrameOp.create(result_types=(type_,))).results[0])

    @property
    def sample_rate(self) -> Value:
        def make(kit: IRKit) -> SSAValue:
            return kit.insert(rt.SampleRateOp.create(result_types=(signal("f64", "init"),))).results[0]

        return self.wrap(self.pool.get("sample_rate", make, self.location) if self.pool is not None else make(self))

    @property
    def phase(self) -> Value:
        frame = cast(IRValue, self.frame)
        return self._pooled("phase", lambda kit: cast(IRValue, kit.wrap(frame.ssa) & (TICK - 1)).ssa)

    @property
    def grid(self) -> Value:
        phase = cast(IRValue, self.phase)
        return self._pooled("grid", lambda kit: cast(IRValue, kit.wrap(phase.ssa) == 0).ssa)
