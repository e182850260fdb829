"""Operations of `dsp` with a body: voices, banks, feedback, scopes, and what stands still, restarts or repeats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xdsl.dialects.builtin import ArrayAttr, IntAttr, StringAttr
from xdsl.ir import Block, Operation, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import IsTerminator, MemoryReadEffect, MemoryWriteEffect, Pure, RecursiveMemoryEffect
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.sample_op import Recursive
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import element_of, lanes_of, width_of


@irdl_op_definition
class YieldOp(CompactOp):
    """Ends the body of a bank, a feedback, a scope or the voices."""

    name = "dsp.yield"
    values = var_operand_def()
    traits = traits_def(IsTerminator(), Pure())

    @classmethod
    def make(cls, values: Sequence[SSAValue], location: Any = None) -> YieldOp:
        return cls.create(operands=values, location=location)


class BodyOp(CompactOp):
    """An operation whose body ends with `dsp.yield`."""

    body = region_def("single_block")
    results_ = var_result_def()

    @property
    def block(self) -> Block:
        return self.body.block

    @property
    def yielded(self) -> Sequence[SSAValue]:
        """What the body yields."""
        last = self.block.last_op
        return last.operands if last is not None else ()

    def verify_(self) -> None:
        if not isinstance(self.block.last_op, YieldOp):
            raise VerifyException(f"the body of {self.name} ends with dsp.yield")
        if len(self.yielded) != len(self.results):
            raise VerifyException(f"yields {len(self.yielded)} values and has {len(self.results)} results")
        for value, result in zip(self.yielded, self.results, strict=True):
            if element_of(value.type) != element_of(result.type):
                raise VerifyException(f"yields {element_of(value.type)} for {element_of(result.type)}")

    def _verify_copies(self, count: int, width: int) -> None:
        if not 1 <= width <= count:
            raise VerifyException(f"{count} copies do not fill {width} lanes")


@irdl_op_definition
class VoicesOp(BodyOp):
    """The body once for each voice; the results are the voices' sums (a halving tree over the voices).

    `count` lanes exist. `width` of them are computed together once `vectorize-voices` has run.
    """

    name = "dsp.voices"
    count = prop_def(IntAttr)
    width = prop_def(IntAttr)
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # the engine learns from it which voices ended

    @property
    def groups(self) -> int:
        """How often the body runs: once for each group of `width` voices."""
        return -(-self.count.data // self.width.data)

    def verify_(self) -> None:
        super().verify_()
        self._verify_copies(self.count.data, self.width.data)


@irdl_op_definition
class BankOp(BodyOp):
    """`count` copies of the body, told apart by its argument, the lane's index.

    A result is an array with one element for each copy. `width` copies are computed together once
    `unroll-oscillators` has chosen lanes.
    """

    name = "dsp.bank"
    count = prop_def(IntAttr)
    width = prop_def(IntAttr)
    traits = traits_def(RecursiveMemoryEffect())

    @property
    def turns(self) -> int:
        """How often the body runs: once for each copy, or for each group of lanes."""
        return -(-self.count.data // self.width.data)

    def verify_(self) -> None:
        super().verify_()
        self._verify_copies(self.count.data, self.width.data)
        if [element_of(a.type) for a in self.block.args] != ["i32"]:
            raise VerifyException("the body's argument is the lane's index, an i32")
        for result in self.results:
            if lanes_of(result.type) != self.turns:
                raise VerifyException(f"a result is an array of {self.turns}")


@irdl_op_definition
class FeedbackOp(BodyOp):
    """The body receives what it yielded one sample before; at first, `initial`.

    It yields the next values of its k arguments, then whatever else is wanted; all are results. An argument may be an
    array: its initial value is a number for all elements, or a table with one for each.
    """

    name = "dsp.feedback"
    initial = prop_def(ArrayAttr)
    traits = traits_def(Recursive())

    def verify_(self) -> None:
        super().verify_()
        if len(self.initial.data) != len(self.block.args):
            raise VerifyException("as many initial values as arguments")
        if len(self.yielded) < len(self.block.args):
            raise VerifyException("yields the next value of every argument")
        for arg, value in zip(self.block.args, self.yielded, strict=False):
            if lanes_of(arg.type) != lanes_of(value.type):
                raise VerifyException("a state is fed as many elements as it has")
            if element_of(arg.type) != element_of(value.type):
                raise VerifyException(f"a state of {element_of(arg.type)} is fed {element_of(value.type)}")


@irdl_op_definition
class ScopeOp(BodyOp):
    """A named part of a program, e.g. one call of a library function; `inline` dissolves it.

    `numbers` are the plain numbers of the call, for listings: the body has them as constants.
    """

    name = "dsp.scope"
    label = prop_def(StringAttr)
    numbers = opt_prop_def(ArrayAttr)
    traits = traits_def(RecursiveMemoryEffect())

    def verify_(self) -> None:
        super().verify_()
        for value, result in zip(self.yielded, self.results, strict=True):
            if (width_of(value.type), lanes_of(value.type)) != (width_of(result.type), lanes_of(result.type)):
                raise VerifyException("a result has the lanes of what is yielded")


class _AtOnceOp(BodyOp):
    """A body whose results are what it yields, sample by sample."""

    def verify_(self) -> None:
        super().verify_()
        if self.block.args:
            raise VerifyException(f"the body of {self.name} has no arguments")
        if any(lanes_of(r.type) for r in self.results):
            raise VerifyException(f"{self.name} gives single signals, no arrays")


class _ConditionalOp(_AtOnceOp):
    condition = operand_def()
    traits = traits_def(RecursiveMemoryEffect())

    def verify_(self) -> None:
        super().verify_()
        if element_of(self.condition.type) != "bool":
            raise VerifyException("the condition is a bool")


@irdl_op_definition
class WhenOp(_ConditionalOp):
    """The body, at samples where `condition` holds; elsewhere its state stands still, and the results are +0.

    Its delay lines count only the samples at which it runs.
    """

    name = "dsp.when"


@irdl_op_definition
class RestartOp(_ConditionalOp):
    """The body, whose state is what it was at first at every sample where `condition` holds."""

    name = "dsp.restart"


@irdl_op_definition
class RepeatOp(BodyOp):
    """The body `count` times at each sample, each turn on the state that the one before it left.

    The argument is the turn's number, an i32. A result is the array of what the turns yielded. Its delay lines count
    turns.
    """

    name = "dsp.repeat"
    count = prop_def(IntAttr)
    traits = traits_def(RecursiveMemoryEffect())

    def verify_(self) -> None:
        super().verify_()
        if self.count.data < 1:
            raise VerifyException("a repeat has at least one turn")
        if [(element_of(a.type), lanes_of(a.type)) for a in self.block.args] != [("i32", 0)]:
            raise VerifyException("the body's argument is the turn's number, an i32")
        if any(lanes_of(v.type) for v in self.yielded):
            raise VerifyException("a turn yields single signals, no arrays")
        for result in self.results:
            if lanes_of(result.type) != self.count.data:
                raise VerifyException(f"a result is an array of {self.count.data}")


def enclosing(op: Operation, kind: type[Operation]) -> Operation | None:
    """The innermost operation of a kind around `op`."""
    parent = op.parent_op()
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parent_op()
    return parent
