"""check-rates: where control values meet audio, says how: held, or gliding from tick to tick."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import IntAttr, ModuleOp, StringAttr
from xdsl.ir import Block, Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import RATES, SignalType, element_of, is_float, lanes_of, rate_of, signal, with_rate
from dspc.passes.base import DspPass, rate_at
from dspc.passes.hoisting import move_out_with_inputs

_PLAIN = (
    dsp.ScalarOp, dsp.MathOp, dsp.SanitizeOp, dsp.LookupOp, dsp.RecordedOp, dsp.ReduceOp, dsp.SplatOp, dsp.StackOp,
    dsp.PickOp,
)  # fmt: skip
_EVERY_SAMPLE = (dsp.FeedbackOp, dsp.VoicesOp, dsp.WhenOp, dsp.RestartOp, dsp.RepeatOp)
"""What needs all that its body yields at each sample."""


@dataclass(frozen=True)
class CheckRates(DspPass):
    """Inserts `dsp.control` between a control value and every audio operation that uses it.

    A float that depends on a smoothed parameter or a portamento glides, everything else is held. The conversion stands
    where the value is known first (outside the voices if it is the same in all of them), because a voice has
    ticks of its own. Rates of plain operations are inferred anew.
    """

    name = "check-rates"
    kind = "defining"
    level_after = "rates"

    def run(self, program: dsp.ProgramOp | rt.ProgramOp, module: ModuleOp) -> None:
        if not isinstance(program, dsp.ProgramOp):
            return
        _infer(program.body.block)
        smooth = _smooth_values(program)
        made: dict[tuple[SSAValue, str], SSAValue] = {}
        moved: set[Operation] = set()
        for op in list(program.walk()):
            if not _wants_audio(op):
                continue
            for i, operand in enumerate(op.operands):
                if rate_at(operand) == "control":
                    mode = "glide" if operand in smooth and is_float(operand.type) else "hold"
                    op.operands[i] = _at_audio(operand, mode, made, moved)


def _infer(block: Block) -> None:
    """Sets the rates of results from those of operands, bodies first."""
    for op in block.ops:
        for region in op.regions:
            _infer(region.block)
        if isinstance(op, _PLAIN):
            least = RATES.index("init") if isinstance(op, dsp.RecordedOp) else 0
            _raise_to(op.results[0], max([least, *map(_rank, op.operands)]))
        elif isinstance(op, dsp.BankOp | dsp.ScopeOp):
            for result, value in zip(op.results, op.yielded, strict=True):
                _raise_to(result, _rank(value))


def _rank(value: SSAValue) -> int:
    return RATES.index(rate_at(value))


def _raise_to(result: SSAValue, rank: int) -> None:
    if isinstance(result.type, SignalType) and rate_of(result.type) != RATES[rank]:
        result._type = with_rate(result.type, RATES[rank])  # type: ignore[attr-defined]


def _wants_audio(op: Operation) -> bool:
    """Whether the operands are read at every sample."""
    if isinstance(op, dsp.ControlOp | dsp.BankOp | dsp.ScopeOp):
        return False
    if isinstance(op, dsp.OutputOp):
        return True
    if isinstance(op, dsp.YieldOp):
        return isinstance(op.parent_op(), _EVERY_SAMPLE)
    return any(rate_at(r) == "audio" for r in op.results)


def _smooth_values(program: dsp.ProgramOp) -> set[SSAValue]:
    """Values that depend on a smoothed parameter or a portamento."""
    smooth: set[SSAValue] = set()

    def visit(block: Block) -> None:
        for op in block.ops:
            for region in op.regions:
                visit(region.block)
            if isinstance(op, dsp.ParamOp):
                found = op.smooth.value.data > 0.0
            elif isinstance(op, dsp.PortamentoOp):
                found = True
            elif isinstance(op, dsp.BodyOp):
                smooth.update(r for r, y in zip(op.results, op.yielded, strict=True) if y in smooth)
                continue
            else:
                found = any(o in smooth for o in op.operands)
            if found:
                smooth.update(op.results)

    visit(program.body.block)
    return smooth


def _at_audio(
    value: SSAValue, mode: str, made: dict[tuple[SSAValue, str], SSAValue], moved: set[Operation]
) -> SSAValue:
    if (value, mode) in made:
        return made[value, mode]
    move_out_with_inputs(value, moved)
    op = _array_at_audio(value, mode) if lanes_of(value.type) else _control(value, mode)
    owner = value.owner
    if isinstance(owner, Block):
        first = owner.first_op
        assert first is not None
        owner.insert_op_before(op, first)
    else:
        op.location = owner.location
        assert owner.parent is not None
        owner.parent.insert_op_after(op, owner)
    made[value, mode] = op.results[0]
    return op.results[0]


def _control(value: SSAValue, mode: str) -> Operation:
    type_ = with_rate(value.type, "audio")
    return dsp.ControlOp.create(operands=(value,), result_types=(type_,), properties={"mode": StringAttr(mode)})


def _array_at_audio(array: SSAValue, mode: str) -> Operation:
    """The conversion of each element."""
    count, element = lanes_of(array.type), element_of(array.type)
    body = Block(arg_types=(signal("i32", "const"),))
    pick = dsp.PickOp.create(operands=(array, body.args[0]), result_types=(signal(element, "control"),))
    control = _control(pick.result, mode)
    body.add_ops([pick, control, dsp.YieldOp.make(control.results)])
    return dsp.BankOp.create(result_types=(with_rate(array.type, "audio"),), regions=[Region(body)],
                             properties={"count": IntAttr(count), "width": IntAttr(1)})  # fmt: skip
