"""Declarations of `rt`: what a program remembers and reads. The dialect's surface is `dialects/rt.py`."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, FloatAttr, IntAttr, StringAttr, UnitAttr
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def, traits_def
from xdsl.traits import SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import element_of, number_type, scalar_of, width_of

ROLES = ("state", "held", "init", "param", "voice", "controller", "transport", "meter", "bus")


@irdl_op_definition
class SlotOp(CompactOp):
    """A place in the core's memory, or an array of them.

    `type` is the element with its lanes; `dims` are the numbers of copies, outermost first: groups of
    voices, then turns of loops. `init` is its value after a reset (a number, the same in every copy).
    `role` and `field` say who else knows it (see `dsp.Slot`); `component` is the number of the outermost
    feedback whose state is put back as a whole. `offset` is filled in by `lay-out-state`.
    """

    name = "rt.slot"
    sym_name = prop_def(StringAttr)
    type = prop_def(Attribute)
    init = prop_def(Attribute)
    dims = prop_def(ArrayAttr[IntAttr])
    role = prop_def(StringAttr)
    field = prop_def(StringAttr)
    voice = opt_prop_def(UnitAttr)
    component = opt_prop_def(IntAttr)
    offset = opt_prop_def(IntAttr)
    strides = opt_prop_def(ArrayAttr[IntAttr])
    traits = traits_def(SymbolOpInterface())

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(d.data for d in self.dims.data)

    def verify_(self) -> None:
        if self.role.data not in ROLES:
            raise VerifyException(f"a role is one of {', '.join(ROLES)}")
        if number_type(self.init) != scalar_of(self.type):
            raise VerifyException(f"the initial value is {element_of(self.type)}")
        _verify_dims(self.sizes, self.voice is not None)


@irdl_op_definition
class LineOp(CompactOp):
    """A delay line: a ring of samples for every copy and lane.

    The longest delay is `max_samples + ceil(max_seconds * sample rate)`. `offset` is that of its cell.
    """

    name = "rt.line"
    sym_name = prop_def(StringAttr)
    type = prop_def(Attribute)
    dims = prop_def(ArrayAttr[IntAttr])
    max_samples = prop_def(IntAttr)
    max_seconds = prop_def(FloatAttr)
    min_samples = prop_def(IntAttr)
    voice = opt_prop_def(UnitAttr)
    component = opt_prop_def(IntAttr)
    offset = opt_prop_def(IntAttr)
    traits = traits_def(SymbolOpInterface())

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(d.data for d in self.dims.data)

    @property
    def copies(self) -> int:
        """How many rings there are."""
        count = width_of(self.type)
        for size in self.sizes:
            count *= size
        return count

    def verify_(self) -> None:
        element_of(self.type)
        if self.min_samples.data < 1 or self.max_samples.data < 0 or self.max_seconds.value.data < 0.0:
            raise VerifyException("a line's delays are not negative, the shortest is at least 1")
        _verify_dims(self.sizes, self.voice is not None)


def _verify_dims(sizes: Sequence[int], voice: bool) -> None:
    if any(size < 1 for size in sizes) or voice and not sizes:
        raise VerifyException("dims are numbers of copies, at least 1; in voices the first counts the groups")


@irdl_op_definition
class TableOp(CompactOp):
    """Constant samples."""

    name = "rt.table"
    sym_name = prop_def(StringAttr)
    data = prop_def(Attribute)
    traits = traits_def(SymbolOpInterface())
