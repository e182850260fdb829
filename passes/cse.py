"""cse: what is computed twice is computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.traits import IsolatedFromAbove, IsTerminator, MemoryEffectKind, SymbolOpInterface, get_effects

from dspc.dialects import dsp, rt
from dspc.dialects.types import lanes_of
from dspc.passes.base import DspPass, Kind

Key = tuple[object, ...]


@dataclass(frozen=True)
class Cse(DspPass):
    """Merges equal operations, bodies included, in time linear in the program.

    An operation without state may be replaced by an equal one in a body around it. One that remembers, or reads
    what is remembered, only by one of its own body: another body may stand still, or belong to another voice.
    (xDSL's pass of this name gives the same result, but compares every two bodies, and walks from each read
    to the one before.)
    """

    name = "cse"
    kind: ClassVar[Kind] = "preserving"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for block in op.body.blocks:
            _merge(block, {})

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        for region in program.regions:
            _merge(region.block, {})


def _merge(block: Block, known: dict[Key, Operation]) -> None:
    """Merges what is equal in a block, given what is known in the blocks around it."""
    added: list[Key] = []
    for op in list(block.ops):
        for region in op.regions:
            _merge(region.block, {} if op.has_trait(IsolatedFromAbove) else known)
        key = _key(op, block)
        if key is None:
            continue
        existing = known.get(key)
        if existing is None:
            known[key] = op
            added.append(key)
            continue
        for old, new in zip(op.results, existing.results, strict=True):
            old.replace_all_uses_with(new)
        op.detach()
        op.erase()
    for key in added:
        del known[key]


def _key(op: Operation, block: Block) -> Key | None:
    """What makes two operations equal; None for what may not be merged."""
    if not op.results or isinstance(op, dsp.VoicesOp | rt.VoicesOp) or op.has_trait(SymbolOpInterface):
        return None
    remembers = _remembers(op)
    if remembers is None:
        return None
    if remembers:
        return (_text(op, {}), block)
    # Voices are given an array's elements, never an array: theirs is not one of those outside.
    makes_array = any(lanes_of(r.type) for r in op.results)
    return (_text(op, {}), dsp.enclosing(op, dsp.VoicesOp) if makes_array else None)


_effects: dict[type[Operation], bool | None] = {}


def _remembers(op: Operation) -> bool | None:
    """Whether it depends on where it stands: on state, on a bank. None if it does more than give results."""
    if isinstance(op, dsp.LanesOp):  # equal constants, but of the lanes of another bank
        return True
    if op.regions:
        if not isinstance(op, dsp.BankOp | dsp.FeedbackOp | dsp.ScopeOp):
            return None
        inner = [_remembers(o) for o in op.regions[0].block.ops if not o.has_trait(IsTerminator)]
        return None if None in inner else isinstance(op, dsp.FeedbackOp) or any(inner)
    if isinstance(op, dsp.SampleOp) and op.recursive:  # its effects differ from place to place
        return True
    if type(op) not in _effects:
        effects = get_effects(op)
        reads_only = effects is not None and all(e.kind is MemoryEffectKind.READ for e in effects)
        _effects[type(op)] = bool(effects) if reads_only else None
    return _effects[type(op)]


def _text(op: Operation, numbers: dict[SSAValue, int]) -> Key:
    """Everything an operation is, with values of its own bodies numbered in order."""
    operands = tuple(numbers.get(o, o) for o in op.operands)
    properties = tuple(sorted(op.properties.items(), key=lambda item: item[0]))
    bodies: list[Key] = []
    for region in op.regions:
        for arg in region.block.args:
            numbers[arg] = len(numbers)
        for inner in region.block.ops:
            bodies.append(_text(inner, numbers))
            for result in inner.results:
                numbers[result] = len(numbers)
    return (op.name, operands, properties, tuple(op.attributes.items()), tuple(op.result_types), tuple(bodies))
