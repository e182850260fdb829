"""Giving a body lanes: its values become vectors (used by `unroll-oscillators` and `vectorize-voices`)."""

from __future__ import annotations

from xdsl.ir import Attribute, Block, Operation, SSAValue

from dspc.dialects import dsp
from dspc.dialects.types import MemoryType, SignalType, element_of, signal, vector
from dspc.passes.base import owner_block


def widen(block: Block, width: int) -> None:
    """Makes every value of `block`, and of the bodies in it, a vector of `width` lanes.

    Values from outside are spread where they are first used. Indexes of banks inside stay scalars.
    """
    inside: set[Block] = set()
    _collect(block, inside)
    spread: dict[tuple[SSAValue, Block], SSAValue] = {}
    for op in list(_walk(block)):
        for i, operand in enumerate(op.operands):
            if isinstance(operand.type, MemoryType) or isinstance(op, dsp.PickOp) and i == 1:
                continue  # a memory is reached lane by lane; an index may be one for all
            if owner_block(operand) not in inside or _belongs_to_bank(operand, block):
                op.operands[i] = _spread(operand, op, width, spread)
        for result in () if _belongs_to_bank_op(op, block) else op.results:
            if not isinstance(result.type, MemoryType):
                result._type = wide(result.type, width)  # type: ignore[attr-defined]
        for region in op.regions:
            if not isinstance(op, dsp.BankOp | dsp.RepeatOp):
                for arg in region.block.args:
                    arg._type = wide(arg.type, width)  # type: ignore[attr-defined]


def wide(type_: Attribute, width: int) -> Attribute:
    assert isinstance(type_, SignalType)
    return signal(vector(element_of(type_), width), type_.rate.data, type_.lanes.data)


def _belongs_to_bank(value: SSAValue, widened: Block) -> bool:
    """Whether a value tells the copies of a bank inside apart: its index, and constants for each copy."""
    owner = value.owner
    if isinstance(owner, Block):
        return owner is not widened and isinstance(owner.parent_op(), dsp.BankOp | dsp.RepeatOp)
    return _belongs_to_bank_op(owner, widened)


def _belongs_to_bank_op(op: Operation, widened: Block) -> bool:
    if not isinstance(op, dsp.LanesOp):
        return False
    bank = dsp.enclosing(op, dsp.BankOp)
    return isinstance(bank, dsp.BankOp) and bank.block is not widened


def _collect(block: Block, into: set[Block]) -> None:
    into.add(block)
    for op in block.ops:
        for region in op.regions:
            _collect(region.block, into)


def _walk(block: Block) -> list[Operation]:
    return [inner for op in block.ops for inner in op.walk()]


def _spread(value: SSAValue, user: Operation, width: int, made: dict[tuple[SSAValue, Block], SSAValue]) -> SSAValue:
    home = user.parent
    assert home is not None
    if (value, home) not in made:
        owner = value.owner
        if isinstance(owner, dsp.ConstantOp):
            new: Operation = dsp.ConstantOp.make(owner.number, wide(value.type, width), owner.location)
        else:
            new = dsp.SplatOp.create(operands=(value,), result_types=(wide(value.type, width),))
            new.location = user.location
        home.insert_op_before(new, user)
        made[value, home] = new.results[0]
    return made[value, home]
