"""What every pass of dspc is: a frozen dataclass with a name and a kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass

from dspc.dialects import dsp, rt
from dspc.dialects.types import RATES, SignalType, rate_of

Kind = Literal["defining", "preserving", "lowering"]


@dataclass(frozen=True)
class DspPass(ModulePass):
    """A pass over every program of a module.

    `kind` says what it may do: a *defining* pass may change rounding, runs before the reference is taken and
    depends on nothing of the target; a *preserving* pass may be left out, the bits stay; a *lowering* pass
    takes the program to the next level and cannot be left out.
    """

    kind: ClassVar[Kind] = "preserving"
    level_after: ClassVar[str | None] = None
    """The level of `passes/levels.py` that every program has reached after the pass; None: it stays."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for program in list(op.body.block.ops):
            if isinstance(program, dsp.ProgramOp | rt.ProgramOp):
                self.run(program, op)

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        """Rewrites one program."""
        raise TypeError(f"{self.name} does not say what it does")


def rate_at(value: SSAValue) -> str:
    """The rate of a signal; `const` for what has none."""
    return rate_of(value.type) if isinstance(value.type, SignalType) else "const"


def is_early(rate: str) -> bool:
    """Whether values of this rate are known before the first sample."""
    return RATES.index(rate) <= RATES.index("init")


def owner_block(value: SSAValue) -> Block | None:
    """The block in which a value is defined."""
    owner = value.owner
    return owner if isinstance(owner, Block) else owner.parent


def ancestors(block: Block | None) -> Iterator[Block]:
    """The block and those around it, inside out."""
    while block is not None:
        yield block
        parent = block.parent_op()
        block = parent.parent if parent is not None else None


def captured(op: Operation) -> list[SSAValue]:
    """Values from outside that the regions of `op` use, in order of first use."""
    found: dict[SSAValue, None] = {}
    inside = set(op.walk_blocks())
    for inner in op.walk():
        if inner is op:
            continue
        for operand in inner.operands:
            if owner_block(operand) not in inside:
                found[operand] = None
    return list(found)


def swap(old: Operation, new: Operation) -> None:
    """Puts `new` into the place of `old`, with its location and its results' names."""
    assert old.parent is not None
    new.location = old.location
    old.parent.insert_op_before(new, old)
    for a, b in zip(old.results, new.results, strict=True):
        b.name_hint = a.name_hint
        a.replace_all_uses_with(b)
    old.detach()
    old.erase()
