"""share-lines: delays of one signal read one delay line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import FloatAttr, IntAttr, ModuleOp, StringAttr, SymbolRefAttr, f64
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.kit import TICK
from dspc.dialects.syntax import ancestors as operations_around
from dspc.dialects.types import rate_of
from dspc.passes.base import DspPass, owner_block

Key = tuple[SSAValue, Block, bool]
"""The signal, the block in which its line may stand, and whether the line may be shorter than a block of samples."""


@dataclass(frozen=True)
class ShareLines(DspPass):
    """Gives delays that read the same signal one `dsp.line`, outside the banks whose lanes all delay it.

    A line is never shared across voices or an outermost feedback: what they remember is put back on its own. In a
    feedback a line that may be shorter than a block is not shared with longer ones, because all that touches it runs
    sample by sample.
    """

    name = "share-lines"
    kind = "preserving"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp):
            return
        groups: dict[Key, list[dsp.DelayOp]] = {}
        for op in program.walk():
            if isinstance(op, dsp.DelayOp) and (key := _key(op)) is not None:
                groups.setdefault(key, []).append(op)
        number = 0
        for (source, home, _), delays in groups.items():
            if len(delays) > 1 or _copies(delays[0], home):
                _share(source, home, delays, f"line_{number}")
                number += 1


def _key(op: dsp.DelayOp) -> Key | None:
    """Which delays may share a line with this one; None if it needs its own."""
    in_feedback = any(isinstance(outer, dsp.FeedbackOp) for outer in operations_around(op))
    if op.line is not None or rate_of(op.result.type) != "audio" or (op.recursive and not in_feedback):
        return None  # a recursive primitive is put back on its own
    source = op.x
    while isinstance(source.owner, dsp.SplatOp):  # lanes were given a copy of it
        source = source.owner.x
    return source, _home(op, source), in_feedback and _line_of(op).min_samples < TICK


def _home(op: Operation, source: SSAValue) -> Block:
    """The outermost block in which the signal is known, and whose memory is put back together with the delay's."""
    block = op.parent
    assert block is not None
    while block is not owner_block(source):
        around = block.parent_op()
        if around is None or around.parent is None or not _transparent(around):
            break
        block = around.parent
    return block


def _transparent(op: Operation) -> bool:
    """Whether state inside and outside a body is put back together."""
    if isinstance(op, dsp.FeedbackOp):
        return any(isinstance(outer, dsp.FeedbackOp) for outer in operations_around(op))
    return isinstance(op, dsp.BankOp | dsp.ScopeOp)


def _copies(op: Operation, home: Block) -> bool:
    """Whether banks between a delay and its signal would make copies of the line."""
    block = op.parent
    while block is not None and block is not home:
        around = block.parent_op()
        if isinstance(around, dsp.BankOp):
            return True
        block = around.parent if around is not None else None
    return False


def _line_of(op: dsp.DelayOp) -> dsp.Slot:
    return op.slots()["line"]


def _share(source: SSAValue, home: Block, delays: Sequence[dsp.DelayOp], name: str) -> None:
    """Declares a line that is long enough for all, and lets them read it."""
    slots = [_line_of(op) for op in delays]
    line = dsp.LineOp.create(
        operands=(source,),
        properties={
            "sym_name": StringAttr(name),
            "max_samples": IntAttr(max(s.max_samples for s in slots)),
            "max_seconds": FloatAttr(max(s.max_seconds for s in slots), f64),
            "min_samples": IntAttr(min(s.min_samples for s in slots)),
        },
        location=delays[0].location,
    )
    owner = source.owner
    if isinstance(owner, Operation) and owner.parent is home:
        home.insert_op_after(line, owner)
    else:
        first = home.first_op
        assert first is not None
        home.insert_op_before(line, first)
    for op in delays:
        op.properties["line"] = SymbolRefAttr(name)
