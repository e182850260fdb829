"""compensate-latency: where paths of different latency meet, the shorter one is delayed."""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.dialects.builtin import FloatAttr, IntAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.syntax import replace
from dspc.dialects.types import MemoryType, element_of, lanes_of, signal
from dspc.passes.base import DspPass, captured, rate_at


@dataclass(frozen=True)
class CompensateLatency(DspPass):
    """Takes `dsp.ahead` out: its result is late by so many samples, and so is all that is computed from it.

    An operation whose audio operands are late by different numbers of samples gets delays before the others. A
    feedback, and a body that stands still, starts again or repeats, is one operation. The outputs are aligned too; how
    late they are is the program's `latency`. What the host sets (control rate) is not delayed.
    """

    name = "compensate-latency"
    kind = "defining"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp) or not any(isinstance(op, dsp.AheadOp) for op in program.walk()):
            return
        lateness = _Lateness()
        lateness.block(program.body.block)
        last = program.body.block.last_op
        assert last is not None
        program.properties["latency"] = IntAttr(max((lateness.of(v) for v in last.operands), default=0))
        for op in [op for op in program.walk() if isinstance(op, dsp.AheadOp)]:
            replace(op, [op.x])


_WHOLE = (dsp.FeedbackOp, dsp.WhenOp, dsp.RestartOp, dsp.RepeatOp)
"""Bodies that are one operation."""


@dataclass
class _Lateness:
    """How many samples late each value is."""

    late: dict[SSAValue, int] = field(default_factory=dict[SSAValue, int])
    delays: dict[tuple[SSAValue, int], SSAValue] = field(default_factory=dict[tuple[SSAValue, int], SSAValue])

    def of(self, value: SSAValue) -> int:
        return self.late.get(value, 0)

    def block(self, block: Block) -> None:
        for op in list(block.ops):
            self._operation(op)

    def _operation(self, op: Operation) -> None:
        if isinstance(op, dsp.BankOp | dsp.ScopeOp | dsp.VoicesOp):
            self.block(op.block)
            for result, value in zip(op.results, op.yielded, strict=True):
                self.late[result] = self.of(value)
        elif isinstance(op, dsp.YieldOp):
            return
        elif isinstance(op, dsp.AheadOp):
            self.late[op.result] = self.of(op.x) + op.samples.data
        else:
            self._meet(op)

    def _meet(self, op: Operation) -> None:
        """Aligns what an operation, and the body in it, takes."""
        values = [*op.operands, *(captured(op) if isinstance(op, _WHOLE) else ())]
        latest = max((self.of(v) for v in values), default=0)
        if latest:
            for value in dict.fromkeys(values):
                if _is_audio(value) and self.of(value) < latest:
                    _use_inside(op, value, self._delayed(value, latest - self.of(value)))
        for result in op.results:
            self.late[result] = latest
        if isinstance(op, dsp.StoreOp):
            self.late[op.memory] = max(self.of(op.memory), latest)

    def _delayed(self, value: SSAValue, samples: int) -> SSAValue:
        """The value so many samples later, made where it is known."""
        key = (value, samples)
        if key not in self.delays:
            owner = value.owner
            block = owner if isinstance(owner, Block) else owner.parent
            following = owner.first_op if isinstance(owner, Block) else owner.next_op
            assert block is not None and following is not None
            ops = _delay_array(value, samples) if lanes_of(value.type) else _delay(value, samples)
            for op in ops:
                op.location = following.location if isinstance(owner, Block) else owner.location
            block.insert_ops_before(ops, following)
            self.delays[key] = ops[-1].results[0]
            self.late[self.delays[key]] = self.of(value) + samples
        return self.delays[key]


def _is_audio(value: SSAValue) -> bool:
    return not isinstance(value.type, MemoryType) and rate_at(value) == "audio"


def _use_inside(op: Operation, value: SSAValue, instead: SSAValue) -> None:
    for inner in op.walk():
        for i, operand in enumerate(inner.operands):
            if operand is value:
                inner.operands[i] = instead


def _delay(value: SSAValue, samples: int) -> list[Operation]:
    properties: dict[str, Attribute] = {
        "max_samples": IntAttr(samples), "max_seconds": FloatAttr(0.0, f64), "min_samples": IntAttr(samples),
        "interpolation": StringAttr("none"),
    }  # fmt: skip
    length = dsp.ConstantOp.make(samples, signal("i32", "const"))
    late = dsp.DelayOp.create(operands=(value, length.result), properties=properties,
                              result_types=(signal(element_of(value.type), "audio"),))  # fmt: skip
    return [length, late]


def _delay_array(array: SSAValue, samples: int) -> list[Operation]:
    body = Block(arg_types=(signal("i32", "const"),))
    pick = dsp.PickOp.create(operands=(array, body.args[0]), result_types=(signal(element_of(array.type), "audio"),))
    late = _delay(pick.result, samples)
    body.add_ops([pick, *late, dsp.YieldOp.make(late[-1].results)])
    return [dsp.BankOp.create(result_types=(array.type,), regions=[Region(body)],
                              properties={"count": IntAttr(lanes_of(array.type)), "width": IntAttr(1)})]  # fmt: skip
