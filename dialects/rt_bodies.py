"""Bodies inside regions of `rt`, and the stacks that they give. The dialect's surface is `dialects/rt.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from xdsl.dialects.builtin import IntAttr, StringAttr
from xdsl.ir import Block, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import IsTerminator, MemoryWriteEffect, Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import StackType, element_of, vector, width_of

REDUCTIONS = ("add", "mul", "min", "max", "or")
PARTIALS = 16
"""Sums of products (filters, matrices) are made of so many partial sums, whatever the lanes of a target."""


@irdl_op_definition
class YieldOp(CompactOp):
    """Ends a region or a loop."""

    name = "rt.yield"
    values = var_operand_def()
    traits = traits_def(IsTerminator())


class _BodyOp(CompactOp):
    """A body inside a region; it sees the values around it."""

    body = region_def("single_block")
    results_ = var_result_def()
    traits = traits_def(MemoryWriteEffect())

    @property
    def block(self) -> Block:
        return self.body.block

    @property
    def yielded(self) -> Sequence[SSAValue]:
        last = self.block.last_op
        return last.operands if last is not None else ()

    def verify_(self) -> None:
        if not isinstance(self.block.last_op, YieldOp):
            raise VerifyException(f"the body of {self.name} ends with rt.yield")


class TurnsOp(_BodyOp):
    """A body that runs `count` times; a result is the stack of what its turns yielded."""

    count = prop_def(IntAttr)

    def verify_(self) -> None:
        super().verify_()
        wanted = [StackType(v.type, self.count) for v in self.yielded]
        if wanted != list(self.result_types):
            raise VerifyException("a result is the stack of what is yielded")


@irdl_op_definition
class LoopOp(TurnsOp):
    """`count` turns for as many copies: slots with one dimension more are indexed by the turn.

    The argument is the turn's number (i32), or with `width` lanes the numbers of its lanes. Lanes beyond
    `lanes` exist but count for nothing.
    """

    name = "rt.loop"
    width = prop_def(IntAttr)
    lanes = prop_def(IntAttr)

    def verify_(self) -> None:
        super().verify_()
        count, width, lanes = self.count.data, self.width.data, self.lanes.data
        if width < 1 or not (count - 1) * width < lanes <= count * width:
            raise VerifyException(f"{lanes} lanes are not {count} turns of {width}")
        if [a.type for a in self.block.args] != [vector("i32", width)]:
            raise VerifyException("the argument is the turn's number, or its lanes' numbers")


@irdl_op_definition
class RepeatOp(TurnsOp):
    """`count` turns one after another on the same slots: each turn reads what the one before it wrote.

    A turn is to reads and writes what a sample is: reads give what was there when it began, writes take effect when it
    ends. What is written in a repeat is used nowhere else in its region. The argument is the turn's number (i32).
    """

    name = "rt.repeat"

    def verify_(self) -> None:
        super().verify_()
        if self.count.data < 1:
            raise VerifyException("a repeat has at least one turn")
        if [a.type for a in self.block.args] != [vector("i32", 1)]:
            raise VerifyException("the argument is the turn's number")


@irdl_op_definition
class WhenOp(_BodyOp):
    """The body, if `condition` holds (in any lane); else nothing is read or written, and the results are +0.

    What single lanes do where it does not hold is up to the body: it chooses what it writes.
    """

    name = "rt.when"
    condition = operand_def()

    def verify_(self) -> None:
        super().verify_()
        if element_of(self.condition.type) != "bool":
            raise VerifyException("the condition is a bool")
        if self.block.args:
            raise VerifyException("the body has no arguments")
        if [v.type for v in self.yielded] != list(self.result_types):
            raise VerifyException("a result is what the body yields")
        if any(isinstance(t, StackType) for t in self.result_types):
            raise VerifyException("a body that may not run yields no stack")


@irdl_op_definition
class ReduceOp(CompactOp):
    """The first `lanes` elements of a stack, combined.

    In a halving tree over all of them; with `partials`, element i is first added to partial sum i mod 16, in order,
    and the tree is over these sums.
    """

    name = "rt.reduce"
    x = operand_def(StackType)
    kind = prop_def(StringAttr)
    lanes = prop_def(IntAttr)
    partials = opt_prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if self.kind.data not in REDUCTIONS:
            raise VerifyException(f"kind is one of {', '.join(REDUCTIONS)}")
        if self.partials is not None and (self.partials.data != PARTIALS or self.kind.data != "add"):
            raise VerifyException(f"there are {PARTIALS} partial sums")
        if element_of(self.x.type) != element_of(self.result.type):
            raise VerifyException("operand and result have one element type")


@irdl_op_definition
class StackOp(CompactOp):
    """Values one after another, as if the turns of a loop had yielded them."""

    name = "rt.stack"
    values = var_operand_def()
    result = result_def(StackType)
    traits = traits_def(Pure())

    def verify_(self) -> None:
        stack = self.result.type
        if [v.type for v in self.values] != [stack.element] * stack.count.data:
            raise VerifyException("as many values of the stack's type as it has")


@irdl_op_definition
class PickOp(CompactOp):
    """Element `index` (i32, inside the stack) of a stack; with lanes, an index for all, or for each lane its own."""

    name = "rt.pick"
    x = operand_def(StackType)
    index = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        stack = cast(StackType, self.x.type)
        if self.result.type != stack.element:
            raise VerifyException("the result is an element of the stack")
        if element_of(self.index.type) != "i32" or width_of(self.index.type) not in (1, width_of(self.result.type)):
            raise VerifyException("the index is an i32, or one for each lane")
