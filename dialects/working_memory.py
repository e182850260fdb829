"""Memory that a program writes: tables that it fills as it runs, and once at prepare."""

from __future__ import annotations

from typing import cast

from xdsl.dialects.builtin import IntAttr
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.bodies import BodyOp
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import MemoryType, element_of, lanes_of


def size_of(memory: SSAValue) -> int:
    """How many elements a memory has."""
    return cast(MemoryType, memory.type).count.data


@irdl_op_definition
class MemoryOp(CompactOp):
    """A memory of its own in each lane and voice; `initial` is a number for all elements, or a table with them."""

    name = "dsp.memory"
    initial = prop_def(Attribute)
    result = result_def(MemoryType)
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # two of the same size are two


@irdl_op_definition
class TableInitOp(BodyOp):
    """A memory that the body fills: what its `count` turns yield, run once at prepare, from rest."""

    name = "dsp.table_init"
    count = prop_def(IntAttr)
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())

    @property
    def memory(self) -> SSAValue:
        return self.results[0]

    def verify_(self) -> None:
        if self.block.last_op is None or self.block.last_op.name != "dsp.yield" or len(self.yielded) != 1:
            raise VerifyException("the body of dsp.table_init yields one signal")
        if len(self.results) != 1 or not isinstance(self.memory.type, MemoryType):
            raise VerifyException("the result is a memory")
        if self.count.data < 1 or size_of(self.memory) != self.count.data:
            raise VerifyException("as many turns as the memory has elements")
        value = self.yielded[0]
        if element_of(value.type) != element_of(self.memory.type) or lanes_of(value.type) or self.block.args:
            raise VerifyException("a turn has no argument and yields one element")


@irdl_op_definition
class LoadOp(CompactOp):
    """An element of a memory, after the stores before it; the index (i32) is clamped to it."""

    name = "dsp.load"
    memory = operand_def(MemoryType)
    index = operand_def()
    result = result_def()
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # stays among the stores

    def verify_(self) -> None:
        if element_of(self.index.type) != "i32":
            raise VerifyException("the index is an i32")
        if element_of(self.memory.type) != element_of(self.result.type):
            raise VerifyException("memory and result have one element type")


@irdl_op_definition
class StoreOp(CompactOp):
    """Puts a value into an element of a memory; the index (i32) is clamped to it."""

    name = "dsp.store"
    memory = operand_def(MemoryType)
    index = operand_def()
    value = operand_def()
    traits = traits_def(MemoryWriteEffect())

    def verify_(self) -> None:
        if element_of(self.index.type) != "i32":
            raise VerifyException("the index is an i32")
        if element_of(self.memory.type) != element_of(self.value.type):
            raise VerifyException("memory and value have one element type")
