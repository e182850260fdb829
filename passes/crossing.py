"""Values that are needed later than they are computed: they travel in slots (used by `schedule`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from xdsl.dialects.builtin import ArrayAttr, IntAttr, StringAttr, UnitAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.types import ELEMENT_TYPES, RATES, SignalType, element_of, lanes_of, rate_of, signal, with_rate
from dspc.passes.base import owner_block
from dspc.passes.phases import is_anywhere, phase_of, phase_of_result


def carry_across_phases(program: dsp.ProgramOp) -> None:
    """Puts a slot between every value and its uses at a later phase."""
    _Carrier(program).run()


@dataclass
class _Carrier:
    program: dsp.ProgramOp
    count: int = 0
    slots: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    reads: dict[tuple[SSAValue, str, Block], SSAValue] = field(
        default_factory=dict[tuple[SSAValue, str, Block], SSAValue]
    )

    def run(self) -> None:
        for op in list(self.program.walk()):
            if op is self.program or isinstance(op, dsp.BankOp | dsp.VoicesOp | rt.TickOp):
                continue
            for i, operand in enumerate(op.operands):
                phase = self._phase(op, i)
                if isinstance(operand.owner, dsp.ConstantOp):
                    op.operands[i] = self._constant(operand, operand.owner, op)
                elif self._early(operand, phase) or self._from_outside(operand, phase, op):
                    op.operands[i] = self._read(operand, phase, op)

    def _phase(self, op: Operation, operand: int) -> str:
        """When an operation needs its operand; a bank yields each result at the phase of that result."""
        if not isinstance(op, dsp.YieldOp):
            return phase_of(op)
        bank = op.parent_op()
        return phase_of_result(bank.results[operand]) if isinstance(bank, dsp.BankOp) else "audio"

    def _early(self, value: SSAValue, phase: str) -> bool:
        if not isinstance(value.type, SignalType) or isinstance(value.owner, dsp.ConstantOp):
            return False
        if phase == "const" or isinstance(value.owner, Operation) and is_anywhere(value.owner):
            return False
        rate = rate_of(value.type)
        if isinstance(value.owner, Block) or isinstance(value.owner, dsp.LanesOp):
            if rate == "const":  # the number of a lane is known in every phase
                return False
        made = "init" if rate == "const" else rate
        return RATES.index(made) < RATES.index(phase)

    def _constant(self, value: SSAValue, constant: dsp.ConstantOp, user: Operation) -> SSAValue:
        """A constant of the program's, once more in the voices."""
        home = self._home(value, user)
        if home is owner_block(value):
            return value
        key = (value, "const", home)
        if key not in self.reads:
            copy = constant.clone()
            first = home.first_op
            assert first is not None
            home.insert_op_before(copy, first)
            self.reads[key] = copy.results[0]
        return self.reads[key]

    def _from_outside(self, value: SSAValue, phase: str, user: Operation) -> bool:
        """Whether the program's tick computes what a tick of the voices needs."""
        if phase != "control" or not isinstance(value.type, SignalType) or rate_of(value.type) != "control":
            return False
        return self._home(value, user) is not owner_block(value)

    def _read(self, value: SSAValue, phase: str, user: Operation) -> SSAValue:
        """The value at a later phase, read where its block, or the voices around the user, begin."""
        slot = self.slots.get(value) or self._slot(value)
        home = self._home(value, user)
        key = (value, phase, home)
        if key not in self.reads:
            op = _read_slot(slot, with_rate(value.type, phase), user.location)
            if home is owner_block(value) and isinstance(value.owner, Operation):
                after = value.owner.next_op  # the write
                assert after is not None
                home.insert_op_after(op, after)
            else:
                first = home.first_op
                assert first is not None
                home.insert_op_before(op, first)
            op.results[0].name_hint = value.name_hint
            self.reads[key] = op.results[0]
        return self.reads[key]

    def _home(self, value: SSAValue, user: Operation) -> Block:
        """The value's own block, unless the user stands in voices and the value does not."""
        own = owner_block(value)
        assert own is not None
        block = user.parent
        while block is not None and block is not own:
            parent = block.parent_op()
            if isinstance(parent, dsp.VoicesOp):
                return block
            block = parent.parent if parent is not None else None
        return own

    def _slot(self, value: SSAValue) -> str:
        name = f"held_{self.count}"
        self.count += 1
        op = value.owner
        assert isinstance(op, Operation) and op.parent is not None and isinstance(value.type, SignalType)
        rate = rate_of(value.type)
        made = "init" if rate == "const" else rate
        loops, groups = _surroundings(op)
        voice = groups > 0 and made != "init"
        count = lanes_of(value.type)
        loops += [count] if count else []
        dims = (groups, *loops) if voice else tuple(loops)
        properties = {
            "sym_name": StringAttr(name), "type": value.type.element,
            "init": dsp.number_attr(0, ELEMENT_TYPES[element_of(value.type)]),
            "dims": ArrayAttr([IntAttr(d) for d in dims]), "role": StringAttr("held"), "field": StringAttr(""),
        }  # fmt: skip
        if voice:
            properties["voice"] = UnitAttr()
        first = self.program.body.block.first_op
        assert first is not None
        self.program.body.block.insert_op_before(rt.SlotOp.create(properties=properties, location=op.location), first)
        op.parent.insert_op_after(_write_slot(name, value, made), op)
        self.slots[value] = name
        return name


def _read_slot(slot: str, type_: Attribute, location: Any) -> Operation:
    """Reads a held value; an array element by element."""
    count = lanes_of(type_)
    single = type_ if not count else _single(type_)
    read = rt.ReadOp.make(slot, single, location)
    read.attributes["held"] = UnitAttr()
    return _bank(count, lambda _: [read], [type_]) if count else read


def _write_slot(slot: str, value: SSAValue, rate: str) -> Operation:
    location = value.owner.location if isinstance(value.owner, Operation) else None
    count = lanes_of(value.type)
    if not count:
        return rt.WriteOp.make(slot, value, rate, location)

    def body(index: SSAValue) -> list[Operation]:
        pick = dsp.PickOp.create(operands=(value, index), result_types=(_single(value.type),))
        return [pick, rt.WriteOp.make(slot, pick.result, rate, location)]

    return _bank(count, body, [])


def _single(type_: Attribute) -> Attribute:
    """The type of an array's elements."""
    assert isinstance(type_, SignalType)
    return signal(type_.element, type_.rate.data)


def _bank(count: int, body: Callable[[SSAValue], list[Operation]], results: list[Attribute]) -> Operation:
    block = Block(arg_types=(signal("i32", "const"),))
    ops = body(block.args[0])
    block.add_ops([*ops, dsp.YieldOp.make(ops[-1].results[: len(results)])])
    return dsp.BankOp.create(result_types=results, regions=[Region(block)],
                             properties={"count": IntAttr(count), "width": IntAttr(1)})  # fmt: skip


def _surroundings(op: Operation) -> tuple[list[int], int]:
    """Turns of the loops around an operation, outermost first, and the groups of the voices around it."""
    loops: list[int] = []
    groups = 0
    parent = op.parent_op()
    while parent is not None:
        if isinstance(parent, dsp.BankOp):
            loops.insert(0, parent.turns)
        elif isinstance(parent, dsp.VoicesOp):
            groups = parent.groups
        parent = parent.parent_op()
    return loops, groups
