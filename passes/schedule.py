"""schedule: every operation gets its time (prepare, tick, sample) and its region."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from xdsl.dialects.builtin import ArrayAttr, IntAttr, ModuleOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.kit import TICK
from dspc.dialects.types import (
    BufferType,
    SignalType,
    rate_of,
    scalar_of,
)
from dspc.passes.base import DspPass, captured
from dspc.passes.block_size import block_samples
from dspc.passes.components import Part, arrange
from dspc.passes.crossing import carry_across_phases
from dspc.passes.phases import BODIES, CONSTANTS, is_anywhere, phase_of, phase_of_result
from dspc.passes.physical import to_physical
from dspc.passes.recursions import audio_slots
from dspc.passes.sinking import sink


@dataclass(frozen=True)
class Schedule(DspPass):
    """From signals to regions.

    Values that are needed at a later phase than their own travel in slots. The audio of the program, and of the
    voices, is arranged by components: what feeds back on itself becomes `rt.rec`, the rest `rt.vec`. A
    component is cut where a delay line is never shorter than a block.
    """

    name = "schedule"
    kind = "lowering"
    level_after = "scheduled"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp):
            return
        carry_across_phases(program)
        _Builder(program, module).build()


@dataclass
class _Builder:
    program: dsp.ProgramOp
    module: ModuleOp
    block: Block = field(default_factory=Block)
    samples: int = TICK
    cheap: set[Operation] = field(default_factory=set[Operation])

    def build(self) -> None:
        source = self.program.body.block
        self._declarations(source)
        init = Block()
        inputs = self._inputs(source)
        known: dict[SSAValue, SSAValue] = {}
        _copy_phase(source, "init", init, known)
        for op in source.ops:
            if isinstance(op, dsp.VoicesOp):
                _copy_phase(op.block, "init", init, known)
        _drop_unused_constants(init)
        if any(not isinstance(op, dsp.ConstantOp) for op in init.ops):
            init.add_op(rt.YieldOp.create())
            self.block.add_op(rt.InitOp.create(regions=[Region(init)], location=self.program.location))
        self._ticks(source, self.block)
        self.samples = block_samples(self.block, source)
        _reorder_inputs(self.block, inputs)
        outputs = self._audio(source, self.block, dict(zip(source.args, inputs, strict=True)))
        self.block.add_op(rt.OutputOp.create(operands=outputs))
        self._replace_program(source)

    def _replace_program(self, source: Block) -> None:
        old = self.program
        voices = next((op for op in self.block.ops if isinstance(op, rt.VoicesOp)), None)
        count = voices.count.data if voices else 0
        new = rt.ProgramOp.create(
            properties={
                "sym_name": old.sym_name, "kind": old.kind, "inputs": IntAttr(len(source.args)),
                "voices": old.voices or IntAttr(0), "voice_slots": IntAttr(count),
                "flags": old.flags or IntAttr(0), "block": IntAttr(self.samples),
                "params": old.params or ArrayAttr([]),
            },
            regions=[Region(self.block)],
        )  # fmt: skip
        for name in ("latency", "tail", "input_buses", "output_buses"):
            if name in old.properties:
                new.properties[name] = old.properties[name]
        new.location = old.location
        parent = old.parent
        assert parent is not None
        tables = [op for op in parent.ops if isinstance(op, dsp.TableOp | dsp.RecordingOp)]
        parent.insert_op_before(new, old)
        used = {op.table for op in self.block.walk() if isinstance(op, rt.LookupOp)}
        for op in reversed([t for t in tables if isinstance(t, dsp.RecordingOp) or t.sym_name.data in used]):
            first = cast(Operation, self.block.first_op)
            kind = rt.TableOp if isinstance(op, dsp.TableOp) else rt.RecordingOp
            table = kind.create(properties=dict(op.properties), location=op.location)
            self.block.insert_op_before(table, first)
        for region in old.regions:
            region.drop_all_references()
        old.detach()
        old.erase(safe_erase=False)
        if not any(isinstance(op, dsp.ProgramOp) for op in parent.ops):
            for op in tables:
                op.detach()
        to_physical(self.block)

    def _declarations(self, source: Block) -> None:
        for op in list(source.ops):
            if isinstance(op, rt.SlotOp | rt.LineOp):
                op.detach()
                self.block.add_op(op)

    def _inputs(self, source: Block) -> list[SSAValue]:
        made: list[SSAValue] = []
        for i, arg in enumerate(source.args):
            op = rt.InputOp.create(
                properties={"channel": IntAttr(i)}, result_types=(BufferType(scalar_of(arg.type)),),
                location=self.program.location,
            )
            op.results[0].name_hint = arg.name_hint
            self.block.add_op(op)
            made.append(op.results[0])
        return made

    def _ticks(self, source: Block, target: Block) -> None:
        for op in list(source.ops):
            if isinstance(op, rt.TickOp):
                op.detach()
                target.add_op(op)
                _end_with_yield(op.block)
        tick = Block()
        _copy_phase(source, "control", tick, {})
        _drop_unused_constants(tick)
        if any(not isinstance(op, dsp.ConstantOp) for op in tick.ops):
            tick.add_op(rt.YieldOp.create())
            target.add_op(rt.TickOp.create(regions=[Region(tick)], location=self.program.location))

    def _audio(self, source: Block, target: Block, buffers: dict[SSAValue, SSAValue]) -> list[SSAValue]:
        """Arranges the audio of a block into regions; returns the buffers of what its terminator takes."""
        _keep_audio(source)
        terminator = source.last_op
        assert terminator is not None
        ops = [op for op in source.ops if phase_of(op) == "audio" and op is not terminator]
        written = audio_slots(ops)
        self.cheap |= {op for op in source.ops if _is_cheap(op, source, written)}
        cheap = self.cheap  # what is cheap around the voices is so in them
        work = [op for op in ops if op not in cheap]
        for part in sink(arrange(work, self.block, self.samples), work):
            if part.kind == "voices":
                self._voices(cast(dsp.VoicesOp, part.ops[0]), target, buffers)
            else:
                self._region(part, source, target, buffers, cheap)
        wanted = list(terminator.operands)
        missing = [v for v in dict.fromkeys(wanted) if v not in buffers]
        if missing:  # a constant or a held value as output
            self._region(Part("vec", [], missing), source, target, buffers, cheap)
        return [buffers[v] for v in wanted]

    def _region(
        self, part: Part, source: Block, target: Block, buffers: dict[SSAValue, SSAValue], cheap: set[Operation]
    ) -> None:
        members = set(part.ops)
        body = Block()
        mapping: dict[SSAValue, SSAValue] = {}
        needed = list(dict.fromkeys(v for op in part.ops for v in _uses(op)))
        taken: list[SSAValue] = []
        for value in [*needed, *part.extra]:
            owner = value.owner
            if isinstance(owner, Operation) and owner in members:
                continue
            if isinstance(owner, Operation) and owner in cheap and value not in buffers:
                _copy_cheap(owner, body, mapping, cheap)
            elif value in buffers and value not in mapping:
                mapping[value] = body.insert_arg(value.type, len(body.args))
                taken.append(buffers[value])
        for op in part.ops:
            body.add_op(_moved(op, mapping))
        produced = [r for op in part.ops for r in op.results if _used_outside(r, members, source)] + part.extra
        body.add_op(rt.YieldOp.create(operands=[mapping.get(p, p) for p in produced]))
        kind = rt.RecOp if part.kind == "rec" else rt.VecOp
        location = part.ops[0].location if part.ops else self.program.location
        region = kind.create(operands=taken, regions=[Region(body)], location=location,
                             result_types=[BufferType(_element(p.type)) for p in produced])  # fmt: skip
        target.add_op(region)
        for value, result in zip(produced, region.results, strict=True):
            result.name_hint = value.name_hint
            buffers[value] = result

    def _voices(self, op: dsp.VoicesOp, target: Block, buffers: dict[SSAValue, SSAValue]) -> None:
        body = Block()
        inner: dict[SSAValue, SSAValue] = {}
        taken: list[SSAValue] = []
        for value in captured(op):
            if value in buffers:
                inner[value] = body.insert_arg(BufferType(_element(value.type)), len(body.args))
                taken.append(buffers[value])
        self._ticks(op.block, body)
        outputs = self._audio(op.block, body, inner)
        body.add_op(rt.YieldOp.create(operands=outputs))
        voices = rt.VoicesOp.create(
            operands=taken, regions=[Region(body)],
            result_types=[BufferType(scalar_of(r.type)) for r in op.results], location=op.location,
            properties={"count": op.count, "width": op.width})  # fmt: skip
        target.add_op(voices)
        buffers.update(zip(op.results, voices.results, strict=True))


def _element(type_: Attribute) -> Attribute:
    assert isinstance(type_, SignalType)
    return type_.element


def _reorder_inputs(block: Block, inputs: list[SSAValue]) -> None:
    """Inputs stand after the ticks, where audio begins."""
    for value in inputs:
        op = cast(Operation, value.owner)
        op.detach()
        block.add_op(op)


def _end_with_yield(block: Block) -> None:
    if not isinstance(block.last_op, rt.YieldOp):
        block.add_op(rt.YieldOp.create())


def _uses(op: Operation) -> Iterable[SSAValue]:
    """What an operation uses from around it, its bodies included."""
    yield from op.operands
    if op.regions:
        yield from captured(op)


def _used_outside(value: SSAValue, members: set[Operation], source: Block) -> bool:
    for use in value.uses:
        user: Operation | None = use.operation
        while user is not None and user.parent is not source:
            user = user.parent_op()
        if user is None or user not in members:
            return True
    return False


def _is_cheap(op: Operation, block: Block, written: set[str]) -> bool:
    """What each region rather computes itself than reads from a buffer: constants, held values, the frame."""
    if isinstance(op, dsp.ConstantOp | rt.FrameOp | rt.SampleRateOp | rt.LongestOp):
        return True
    if isinstance(op, dsp.SplatOp):
        owner = op.x.owner
        return isinstance(owner, Operation) and owner.parent is block and _is_cheap(owner, block, written)
    return isinstance(op, rt.ReadOp) and op.slot not in written


def _copy_cheap(op: Operation, body: Block, mapping: dict[SSAValue, SSAValue], cheap: set[Operation]) -> None:
    if op.results[0] in mapping:
        return
    for operand in op.operands:
        if isinstance(operand.owner, Operation) and operand.owner in cheap:
            _copy_cheap(operand.owner, body, mapping, cheap)
    copy = op.clone(mapping)
    body.add_op(copy)
    mapping[op.results[0]] = copy.results[0]


def _moved(op: Operation, mapping: dict[SSAValue, SSAValue]) -> Operation:
    """The operation with mapped operands; the original stays as what later parts refer to."""
    copy = op.clone(mapping)
    for old, new in zip(op.results, copy.results, strict=True):
        mapping[old] = new
    return copy


def _copy_phase(source: Block, phase: str, target: Block, mapping: dict[SSAValue, SSAValue]) -> None:
    """Copies what belongs to a phase, and all constants, to the end of `target`."""
    for op in source.ops:
        if isinstance(op, dsp.BankOp):
            _copy_bank(op, phase, target, mapping)
        elif isinstance(op, dsp.WhenOp | dsp.RepeatOp):
            _copy_conditional(op, phase, target, mapping)
        elif is_anywhere(op) or (
            phase_of(op) == phase and not isinstance(op, rt.TickOp | dsp.VoicesOp | dsp.YieldOp | dsp.OutputOp)
        ):
            copy = op.clone(mapping)
            target.add_op(copy)
            mapping.update(zip(op.results, copy.results, strict=True))


def _copy_bank(op: dsp.BankOp, phase: str, target: Block, mapping: dict[SSAValue, SSAValue]) -> None:
    """The part of a bank that belongs to a phase: a bank of its own."""
    kept = [i for i, r in enumerate(op.results) if phase_of_result(r) == phase]
    body = Block(arg_types=[a.type for a in op.block.args])
    inner = {**mapping, **dict(zip(op.block.args, body.args, strict=True))}
    _copy_phase(op.block, phase, body, inner)
    if not kept and all(_does_nothing(o) for o in body.ops):
        return
    body.add_op(dsp.YieldOp.make([inner.get(op.yielded[i], op.yielded[i]) for i in kept]))
    _drop_unused_constants(body)
    copy = dsp.BankOp.create(result_types=[op.results[i].type for i in kept], regions=[Region(body)],
                             properties=dict(op.properties))  # fmt: skip
    copy.location = op.location
    target.add_op(copy)
    mapping.update(zip([op.results[i] for i in kept], copy.results, strict=True))


def _copy_conditional(
    op: dsp.WhenOp | dsp.RepeatOp, phase: str, target: Block, mapping: dict[SSAValue, SSAValue]
) -> None:
    """What runs in the phase of such a body stays in it; what runs earlier runs in any case, and once."""
    if phase_of(op) != phase:
        _copy_phase(op.block, phase, target, mapping)
        return
    body = Block(arg_types=[a.type for a in op.block.args])
    inner = {**mapping, **dict(zip(op.block.args, body.args, strict=True))}
    _copy_phase(op.block, phase, body, inner)
    body.add_op(dsp.YieldOp.make([inner.get(v, v) for v in op.yielded]))
    _drop_unused_constants(body)
    copy = op.create(operands=[mapping.get(o, o) for o in op.operands], result_types=op.result_types,
                     regions=[Region(body)], properties=dict(op.properties))  # fmt: skip
    copy.location = op.location
    target.add_op(copy)
    mapping.update(zip(op.results, copy.results, strict=True))


def _keep_audio(source: Block) -> None:
    """Leaves in bodies only what runs at every sample: the rest has been copied to ticks and init."""
    for op in list(source.ops):
        if not isinstance(op, BODIES):
            continue
        made, mapping = Block(), dict[SSAValue, SSAValue]()
        if isinstance(op, dsp.BankOp):
            _copy_bank(op, "audio", made, mapping)
        else:
            _copy_conditional(op, "audio", made, mapping)
        for copy in list(made.ops):
            copy.detach()
            source.insert_op_before(copy, op)
        for result in op.results:
            if result in mapping:
                mapping[result].name_hint = result.name_hint
                result.replace_all_uses_with(mapping[result])
        op.detach()
        op.erase(safe_erase=False)


def _does_nothing(op: Operation) -> bool:
    """Whether a copied operation is there for others only."""
    is_plain = isinstance(op, dsp.ScalarOp | rt.LookupOp) and rate_of(op.results[0].type) == "const"
    return is_plain or isinstance(op, CONSTANTS)


def _drop_unused_constants(block: Block) -> None:
    for op in reversed(list(block.ops)):
        if isinstance(op, (*CONSTANTS, dsp.ScalarOp, rt.LookupOp)) and not op.results[0].uses:
            op.detach()
            op.erase()
