"""What reads and changes slots in `rt`, whole or element by element. The dialect's surface is `dialects/rt.py`."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.syntax import CompactOp


class SlotAccessOp(CompactOp):
    """Reads or changes the slot that it names."""

    symbol = prop_def(SymbolRefAttr)

    @property
    def slot(self) -> str:
        return self.symbol.string_value()


@irdl_op_definition
class ReadOp(SlotAccessOp):
    """A slot's value, as it was when the tick or the sample began."""

    name = "rt.read"
    rate = opt_prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    @classmethod
    def make(cls, slot: str, type_: Attribute, location: Any = None) -> ReadOp:
        return cls.create(result_types=(type_,), properties={"symbol": SymbolRefAttr(slot)}, location=location)


@irdl_op_definition
class AdvanceOp(SlotAccessOp):
    """A slot's value, which grows by `step` at every sample, once; integers wrap.

    It is `rt.read`, an addition and `rt.write`, but every sample of a block can be known at once. The step is a
    constant or a slot's value that no block changes.
    """

    name = "rt.advance"
    step = operand_def()
    result = result_def()
    traits = traits_def(MemoryWriteEffect())

    def verify_(self) -> None:
        held = isinstance(self.step.owner, ReadOp) or getattr(self.step.owner, "name", "") == "dsp.constant"
        if not held or self.step.type != self.result.type:
            raise VerifyException("steps by a constant or a slot's value of its own type")


@irdl_op_definition
class PreviousOp(SlotAccessOp):
    """`x` one sample ago; at the first sample of a block what the slot kept of the last one.

    It is `rt.read` and `rt.write` of the slot, but every sample of a block can be known at once.
    """

    name = "rt.previous"
    x = operand_def()
    result = result_def()
    traits = traits_def(MemoryWriteEffect())

    def verify_(self) -> None:
        if self.x.type != self.result.type:
            raise VerifyException("the last sample has the type of this one")


@irdl_op_definition
class WriteOp(SlotAccessOp):
    """What a slot's value will be when the tick or the sample ends. At most one in a region."""

    name = "rt.write"
    rate = opt_prop_def(StringAttr)
    value = operand_def()
    traits = traits_def(MemoryWriteEffect())

    @classmethod
    def make(cls, slot: str, value: SSAValue, rate: str = "", location: Any = None) -> WriteOp:
        properties: dict[str, Attribute] = {"symbol": SymbolRefAttr(slot)}
        if rate:
            properties["rate"] = StringAttr(rate)
        return cls.create(operands=(value,), properties=properties, location=location)


@irdl_op_definition
class LoadOp(SlotAccessOp):
    """An element of a slot that has one dimension more than its place; `index` (i32) is the last, and inside it.

    Loads and stores take effect where they stand, in order, also from turn to turn of a loop. With lanes, an index
    may be one for all or one for each: lane k is element `index[k]`'s lane k.
    """

    name = "rt.load"
    index = operand_def()
    result = result_def()
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # stays where it is, among the stores


@irdl_op_definition
class StoreOp(SlotAccessOp):
    """Puts a value into an element of a slot at once: see `LoadOp`. No slot is both stored and written."""

    name = "rt.store"
    index = operand_def()
    value = operand_def()
    rate = opt_prop_def(StringAttr)
    traits = traits_def(MemoryWriteEffect())
