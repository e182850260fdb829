"""The slots and lines of a primitive while its `step` is traced (used by `expand-primitives`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from xdsl.dialects.builtin import StringAttr, SymbolRefAttr
from xdsl.ir import SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.ir_kit import IRKit, IRValue
from dspc.dialects.kit import Value
from dspc.dialects.types import ELEMENT_TYPES, element_of, is_float, signal, vector, width_of
from dspc.passes.expansion import Expansion, SharedLine
from dspc.passes.surroundings import Where


class State:
    """The slots of one primitive while its `tick` or `step` is traced."""

    def __init__(
        self, expansion: Expansion, op: dsp.SampleOp, kit: IRKit, names: dict[str, str], where: Where, rate: str
    ):
        self.__dict__.update(_e=expansion, _op=op, _kit=kit, _names=names, _where=where, _rate=rate,
                             _reads={}, _writes={})  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        slot = self._op.slots()[name]
        element = element_of(self._op.results[0].type) if slot.element == "result" else slot.element
        if slot.role == "line":
            shared = self._e.shared_by(self._op)
            if shared is not None:
                return Reader(self._kit, shared, element, self._where, slot)
            return Line(self._kit, self._names[name], element, self._where)
        if name not in self._reads:
            wide = slot.role == "state" or slot.role == "voice"
            type_ = self._kit.type(element, self._rate) if wide else signal(element, self._rate)
            op = self._kit.insert(rt.ReadOp.make(self._names[name], type_, self._op.location))
            value = self._kit.wrap(op.results[0])
            again = self._where.again if slot.role == "state" else None
            self._reads[name] = value if again is None else self._kit.select(self._kit.wrap(again), slot.init, value)
        return self._reads[name]

    def __setattr__(self, name: str, value: Value) -> None:
        self._writes[name] = value

    def recording(self, name: str) -> Recording:
        return Recording(self._kit, name, element_of(self._op.results[0].type))

    def finish(self) -> None:
        """Writes what was set: in lanes that have a tick now, or where the body around is active."""
        kit: IRKit = self._kit
        mask = self._e.mask if self._rate == "control" else self._where.active
        for name, value in self._writes.items():
            ssa = kit.spread(cast(IRValue, value).ssa, kit.width)
            if mask is not None:
                ssa = cast(IRValue, kit.select(kit.wrap(mask), kit.wrap(ssa), getattr(self, name))).ssa
            kit.insert(rt.WriteOp.make(self._names[name], ssa, self._rate))


class Recording:
    """A recording while a `step` is traced: what is known at prepare is read once for all steps of a block."""

    def __init__(self, kit: IRKit, name: str, element: str):
        self.kit, self.name, self.symbol, self.element = kit, name, SymbolRefAttr(name), element

    @property
    def frames(self) -> Value:
        return self._once("frames", self._frames)

    @property
    def rate(self) -> Value:
        def make(kit: IRKit) -> SSAValue:
            op = rt.RecordingRateOp.create(result_types=(signal("f32", "init"),), properties={"symbol": self.symbol})
            return kit.insert(op).results[0]

        return self._once("rate", make)

    def last(self, channels: int) -> Value:
        """The index of the last sample of all channels."""

        def make(kit: IRKit) -> SSAValue:
            frames = kit.wrap(self._frames(kit))
            return cast(IRValue, (frames * channels if channels > 1 else frames) - 1).ssa

        return self._once(("last", channels), make)

    def read(self, index: Value) -> Value:
        at = cast(IRValue, index).ssa
        type_ = signal(vector(self.element, width_of(at.type)), self.kit.rate)
        op = rt.RecordedOp.create(operands=(at,), result_types=(type_,), properties={"symbol": self.symbol})
        return self.kit.wrap(self.kit.insert(op).results[0])

    def _frames(self, kit: IRKit) -> SSAValue:
        op = rt.RecordingFramesOp.create(result_types=(signal("i32", "init"),), properties={"symbol": self.symbol})
        return kit.insert(op).results[0]

    def _once(self, what: object, make: Callable[[IRKit], SSAValue]) -> Value:
        kit = self.kit
        if kit.pool is None:
            return kit.wrap(make(kit))
        return kit.wrap(kit.pool.get((self.name, what), make, kit.location))


class Line:
    """A delay line while a `step` is traced."""

    def __init__(self, kit: IRKit, name: str, element: str, where: Where):
        self.kit, self.symbol, self.element, self.where = kit, SymbolRefAttr(name), element, where

    @property
    def longest(self) -> Value:
        op = rt.LongestOp.create(result_types=(signal("i32", "init"),), properties={"symbol": self.symbol})
        return self.kit.wrap(self.kit.insert(op).results[0])

    def _position(self, width: int) -> list[SSAValue]:
        position = self.where.position
        return [] if position is None else [self.kit.spread(position, width)]

    def read(self, distance: Value) -> Value:
        return self._read(distance, self.kit.width)

    def _read(self, distance: Value, width: int) -> Value:
        kit = self.kit
        ssa = kit.spread(cast(IRValue, distance).ssa, width)
        op = rt.LineReadOp.create(
            operands=(ssa, *self._position(width)), result_types=(signal(vector(self.element, width), kit.rate),),
            properties={"symbol": self.symbol})  # fmt: skip
        found = kit.wrap(kit.insert(op).results[0])
        for age in self.where.ages:  # what entered before the last restart is forgotten
            found = kit.select(distance <= kit.wrap(age), found, 0)
        return found

    def write(self, x: Value) -> None:
        """What enters is finite and no denormal: a line is not looked at again before it is read."""
        kit = self.kit
        if is_float(ELEMENT_TYPES[self.element]):
            x = kit.settle(x)
        ssa = kit.spread(cast(IRValue, x).ssa, kit.width)
        kit.insert(rt.LineWriteOp.create(
            operands=(ssa, *self._position(kit.width)),
            properties={"symbol": self.symbol, "rate": StringAttr(kit.rate)}))  # fmt: skip


class Reader(Line):
    """A delay line that is written elsewhere, for delays that are longer or shorter than this one."""

    def __init__(self, kit: IRKit, line: SharedLine, element: str, where: Where, slot: dsp.Slot):
        super().__init__(kit, line.name, element, where)
        self.width, self.slot = line.width, slot

    @property
    def longest(self) -> Value:
        """The longest delay of this one, not of the line."""
        kit, slot = self.kit, self.slot
        if slot.max_seconds == 0.0:
            return kit.constant(slot.max_samples, "i32")
        return kit.convert(kit.ceil(kit.sample_rate * slot.max_seconds), "i32") + slot.max_samples

    def read(self, distance: Value) -> Value:
        """All lanes may read one ring; where they read the same sample, it is read once."""
        once = self.width == 1 and width_of(cast(IRValue, distance).ssa.type) == 1
        return self._read(distance, 1 if once else self.kit.width)

    def write(self, x: Value) -> None:
        """`dsp.line` has done it."""
