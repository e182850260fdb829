"""The `dsp` dialect: signals and what is done with them, before time, memory and lanes are decided.

Three kinds of operation: scalar operations (one row of the scalar table each, `scalar_ops.py`), primitives
(`SampleOp`, whose `step` is their meaning, `primitives/`), and structure (program, voices, bank, feedback,
scope: here). This module is the dialect's whole surface.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, DenseIntOrFPElementsAttr, IntAttr, StringAttr
from xdsl.ir import Block, Dialect, Operation, SSAValue
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
from xdsl.traits import (
    IsolatedFromAbove,
    IsTerminator,
    MemoryReadEffect,
    MemoryWriteEffect,
    Pure,
    RecursiveMemoryEffect,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.primitives import PRIMITIVES
from dspc.dialects.primitives.controls import ControllerOp, ControlOp, ParamOp
from dspc.dialects.primitives.memory import DelayOp, LookupOp
from dspc.dialects.primitives.sources import NoiseOp, PhasorOp
from dspc.dialects.primitives.stream import FrameOp, SampleRateOp, SanitizeOp
from dspc.dialects.primitives.voices import VOICE_FIELDS, NoteOp, PortamentoOp, VoiceEndOp
from dspc.dialects.sample_op import Recursive, SampleOp, Slot
from dspc.dialects.scalar_ops import (
    MATH_FUNCTIONS,
    MATH_OPS,
    SCALAR_OPS,
    ConstantOp,
    Materialize,
    MathOp,
    ScalarOp,
    number_attr,
    number_of,
    scalar_op,
)
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import SignalType, element_of, lanes_of, width_of


@irdl_op_definition
class YieldOp(CompactOp):
    """Ends the body of a bank, a feedback, a scope or the voices."""

    name = "dsp.yield"
    values = var_operand_def()
    traits = traits_def(IsTerminator(), Pure())

    @classmethod
    def make(cls, values: Sequence[SSAValue], location: Any = None) -> YieldOp:
        return cls.create(operands=values, location=location)


@irdl_op_definition
class OutputOp(CompactOp):
    """Ends a program: the signals of its output channels."""

    name = "dsp.output"
    values = var_operand_def()
    traits = traits_def(IsTerminator())


@irdl_op_definition
class ProgramOp(CompactOp):
    """A program; its block's arguments are the input channels."""

    name = "dsp.program"
    sym_name = prop_def(StringAttr)
    kind = prop_def(StringAttr)
    voices = opt_prop_def(IntAttr)
    flags = opt_prop_def(IntAttr)
    params = opt_prop_def(ArrayAttr)
    body = region_def("single_block")
    traits = traits_def(SymbolOpInterface(), IsolatedFromAbove())

    def verify_(self) -> None:
        if self.kind.data not in ("effect", "instrument"):
            raise VerifyException('kind is "effect" or "instrument"')
        if not isinstance(self.body.block.last_op, OutputOp):
            raise VerifyException("a program ends with dsp.output")


@irdl_op_definition
class TableOp(CompactOp):
    """Constant samples that `dsp.lookup` reads."""

    name = "dsp.table"
    sym_name = prop_def(StringAttr)
    data = prop_def(DenseIntOrFPElementsAttr)
    traits = traits_def(SymbolOpInterface())


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

    It yields the next values of its k arguments, then whatever else is wanted; all are results.
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


REDUCTIONS = ("add", "mul", "min", "max", "or")


@irdl_op_definition
class ReduceOp(CompactOp):
    """The lanes of an array combined by `kind` (add, mul, min, max) in a halving tree.

    The tree pairs lane i with lane i + p/2, p the next power of two; lanes that are missing are passed by.
    `count` is the number of lanes, which with lanes in vectors is not what the type says.
    """

    name = "dsp.reduce"
    x = operand_def()
    kind = prop_def(StringAttr)
    count = prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if self.kind.data not in REDUCTIONS:
            raise VerifyException(f"kind is one of {', '.join(REDUCTIONS)}")
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

    def verify_(self) -> None:
        bank = enclosing(self, BankOp)
        if isinstance(bank, BankOp) and len(self.values) != bank.count.data:
            raise VerifyException(f"{len(self.values)} constants for {bank.count.data} lanes")


@irdl_op_definition
class SplatOp(CompactOp):
    """One value in all lanes of a vector."""

    name = "dsp.splat"
    x = operand_def()
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if width_of(self.x.type) != 1:
            raise VerifyException("takes one value, not a vector")
        if element_of(self.x.type) != element_of(self.result.type):
            raise VerifyException("operand and result have one element type")


def enclosing(op: Operation, kind: type[Operation]) -> Operation | None:
    """The innermost operation of a kind around `op`."""
    parent = op.parent_op()
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parent_op()
    return parent


Dsp = Dialect(
    "dsp",
    [
        ConstantOp, *SCALAR_OPS.values(), *MATH_OPS.values(), *PRIMITIVES, YieldOp, OutputOp, ProgramOp, TableOp,
        VoicesOp, BankOp, FeedbackOp, ScopeOp, ReduceOp, LanesOp, SplatOp,
    ],
    [SignalType],
    [Materialize()],
)  # fmt: skip
"""The dialect, as xDSL registers it."""

__all__ = [
    "MATH_FUNCTIONS", "MATH_OPS", "PRIMITIVES", "SCALAR_OPS", "VOICE_FIELDS", "BankOp", "BodyOp", "ConstantOp",
    "ControlOp", "ControllerOp", "DelayOp", "Dsp", "FeedbackOp", "FrameOp", "LanesOp", "LookupOp", "MathOp",
    "NoiseOp", "NoteOp", "OutputOp", "ParamOp", "PhasorOp", "PortamentoOp", "ProgramOp", "ReduceOp", "SampleOp",
    "SampleRateOp", "SanitizeOp", "ScalarOp", "ScopeOp", "Slot", "SplatOp", "TableOp", "VoiceEndOp", "VoicesOp",
    "YieldOp", "enclosing", "number_attr", "number_of", "scalar_op",
]  # fmt: skip
