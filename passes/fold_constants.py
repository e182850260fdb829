"""fold-constants: what is known when the program is built is computed then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, ModuleOp
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.scalar import NUMPY_TYPES, find_row
from dspc.dialects.syntax import replace
from dspc.dialects.types import ELEMENT_TYPES, element_of, signal, width_of
from dspc.passes.base import DspPass, rate_at


@dataclass(frozen=True)
class FoldConstants(DspPass):
    """Replaces scalar operations on constants by their result: one number, or one for each lane of a bank.

    The scalar table's numpy functions compute it, so it is what would have been computed at prepare.
    """

    name = "fold-constants"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if isinstance(program, dsp.ProgramOp):
            with np.errstate(all="ignore"):
                _fold(program.body.block, {}, None)


MOST_LANES = 64
"""A constant for each lane is shorter than the operation that it replaces only while there are few."""

Known = dict[SSAValue, Any]
"""Values that are known: numpy scalars, or arrays with one element for each lane of the bank."""


def _fold(block: Block, known: Known, bank: dsp.BankOp | None) -> None:
    for op in list(block.ops):
        if isinstance(op, dsp.BankOp) and op.width.data == 1:
            # Lanes of an outer bank cannot be told apart from those of an inner one: they stay.
            inner = {v: n for v, n in known.items() if np.ndim(n) == 0}
            few = op.count.data <= MOST_LANES
            if few:
                inner[op.block.args[0]] = np.arange(op.count.data, dtype=np.int32)
            _fold(op.block, inner, op if few else None)
            continue
        for region in op.regions:
            _fold(region.block, known, bank)
        _note(op, known, bank)


def _note(op: Operation, known: Known, bank: dsp.BankOp | None) -> None:
    if isinstance(op, dsp.ConstantOp):
        known[op.result] = NUMPY_TYPES[element_of(op.result.type)](op.number)
    elif isinstance(op, dsp.LanesOp):
        if bank is not None and width_of(op.result.type) == 1:
            known[op.result] = np.array(op.numbers, NUMPY_TYPES[element_of(op.result.type)])
    elif isinstance(op, dsp.PickOp) and op.index in known and isinstance(op.x.owner, dsp.StackOp):
        _choose(op, op.x.owner, known)
    elif isinstance(op, dsp.ScalarOp) and rate_at(op.result) == "const" and all(a in known for a in op.args):
        _replace(op, known)


def _choose(op: dsp.PickOp, stack: dsp.StackOp, known: Known) -> None:
    """An element at an index that is known is that element."""
    index = known[op.index]
    if np.ndim(index) == 0 and op.parent is not None:
        element = stack.elements[int(index)]
        op.result.replace_all_uses_with(element)
        op.detach()
        op.erase()


def _replace(op: dsp.ScalarOp, known: Known) -> None:
    row = find_row(op.name[4:], op.row.element, op.row.result)
    if row is None or width_of(op.result.type) > 1:
        return
    value = row.numpy(*(known[a] for a in op.args))
    if np.ndim(value) and np.all(_bits(value) == _bits(value)[0]):
        value = value[0]
    new = _constant(op, value)
    assert op.parent is not None
    op.parent.insert_op_before(new, op)
    replace(op, new.results)
    known[new.results[0]] = value


def _bits(values: Any) -> Any:
    return values if values.dtype == np.bool_ else values.view(f"u{values.dtype.itemsize}")


def _constant(op: dsp.ScalarOp, value: Any) -> Operation:
    element = element_of(op.result.type)
    type_ = signal(element, "const")
    if np.ndim(value) == 0:
        return dsp.ConstantOp.make(value.item(), type_, op.location)
    values = DenseArrayBase.from_list(cast(Any, ELEMENT_TYPES[element]), value.tolist())
    return dsp.LanesOp.create(result_types=(type_,), properties={"values": values}, location=op.location)
