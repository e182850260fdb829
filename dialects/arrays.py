"""Arrays of signals: made, taken apart, combined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from xdsl.dialects.builtin import DenseArrayBase, IntAttr, StringAttr
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, traits_def, var_operand_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.bodies import BankOp, enclosing
from dspc.dialects.rt_bodies import PARTIALS, REDUCTIONS
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import element_of, lanes_of


@irdl_op_definition
class ReduceOp(CompactOp):
    """The lanes of an array combined by `kind` (add, mul, min, max) in a halving tree.

    The tree pairs lane i with lane i + p/2, p the next power of two; lanes that are missing are passed by.
    `count` is the number of lanes, which with lanes in vectors is not what the type says. With `partials` (16), lane i
    is first added to partial sum i mod 16, in order, and the tree is over these: sums of products.
    """

    name = "dsp.reduce"
    x = operand_def()
    kind = prop_def(StringAttr)
    count = prop_def(IntAttr)
    partials = opt_prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if self.kind.data not in REDUCTIONS:
            raise VerifyException(f"kind is one of {', '.join(REDUCTIONS)}")
        if self.partials is not None and (self.partials.data != PARTIALS or self.kind.data != "add"):
            raise VerifyException(f"there are {PARTIALS} partial sums")
        if not lanes_of(self.x.type) or lanes_of(self.result.type):
            raise VerifyException("takes an array and gives no array")
        if element_of(self.x.type) != element_of(self.result.type):
            raise VerifyException("operand and result have one element type")


@irdl_op_definition
class LanesOp(CompactOp):
    """A constant of its own for each lane of the innermost bank: `dsp.lanes dense<[…]>`."""

    name = "dsp.lanes"
    values = prop_def(DenseArrayBase)
    result = result_def()
    traits = traits_def(Pure())

    @property
    def numbers(self) -> list[float]:
        """One number for each lane."""
        values: Any = self.values
        return list(values.get_values())

    def like(self, numbers: Sequence[float]) -> LanesOp:
        """Other numbers of the same type."""
        values = DenseArrayBase.from_list(cast(Any, self.values.elt_type), numbers)
        return LanesOp.create(result_types=(self.result.type,), properties={"values": values}, location=self.location)

    def verify_(self) -> None:
        bank = enclosing(self, BankOp)
        if isinstance(bank, BankOp) and len(self.values) != bank.count.data:
            raise VerifyException(f"{len(self.values)} constants for {bank.count.data} lanes")


@irdl_op_definition
class StackOp(CompactOp):
    """Signals as the elements of an array."""

    name = "dsp.stack"
    elements = var_operand_def()
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if not self.elements or lanes_of(self.result.type) != len(self.elements):
            raise VerifyException(f"{len(self.elements)} signals are no array of {lanes_of(self.result.type)}")
        for element in self.elements:
            if element_of(element.type) != element_of(self.result.type) or lanes_of(element.type):
                raise VerifyException("the elements are single signals of the array's type")


@irdl_op_definition
class PickOp(CompactOp):
    """An element of an array; `index` is an i32 inside it."""

    name = "dsp.pick"
    x = operand_def()
    index = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if not lanes_of(self.x.type) or lanes_of(self.result.type):
            raise VerifyException("takes an array and gives no array")
        if element_of(self.index.type) != "i32":
            raise VerifyException("the index is an i32")
        if element_of(self.x.type) != element_of(self.result.type):
            raise VerifyException("operand and result have one element type")
