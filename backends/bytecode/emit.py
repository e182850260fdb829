"""A legal program as bytecode: its regions are lowered one by one, then linked into an image."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from xdsl.ir import Operation, SSAValue

from dspc.backends.bytecode.blocks import BlockLowering, Place
from dspc.backends.bytecode.cost import check_cost
from dspc.backends.bytecode.declarations import Declarations, integers
from dspc.backends.bytecode.errors import refuse
from dspc.backends.bytecode.image import (
    NONE,
    Areas,
    ArrayRecord,
    Constant,
    Delay,
    Image,
    Instruction,
    LoopRecord,
    ReduceRecord,
    Region,
    Result,
    TableRecord,
    Update,
    Voices,
)
from dspc.backends.bytecode.lower import Lowering
from dspc.backends.bytecode.opcodes import BY_NAME, Op, input_of, sized
from dspc.backends.bytecode.registers import Numbering, Places, assign
from dspc.backends.bytecode.virtual import (
    BLOCK,
    INIT,
    TICK,
    VOICES,
    Array,
    Immediate,
    Instr,
    Loop,
    Reduce,
    Reg,
    RegionCode,
    Stretch,
    When,
)
from dspc.backends.bytecode.writer import Constants
from dspc.backends.describe import describe, line_lengths
from dspc.dialects import rt
from dspc.dialects.layout import TICK as BLOCK_SAMPLES
from dspc.dialects.layout import LineInfo, ProgramLayout
from dspc.dialects.scalar import BYTES, find_row
from dspc.dialects.types import element_of

ALIGN = 64
MAX_STATIC = 0xFFFF0000


def emit_bytes(program: rt.ProgramOp) -> bytes:
    """The image of a legal program whose values have one lane.

    Raises `DspError`: DSP340 for what is not legal or has more lanes, DSP341 for what is too large.
    """
    return emit_image(program).pack()


def emit_image(program: rt.ProgramOp) -> Image:
    return _Emitter(program).run()


@dataclass(eq=False)
class Compiled:
    """A region with its registers."""

    code: RegionCode
    places: Places


@dataclass(eq=False)
class VoicesCode:
    """What the machine must know of an `rt.voices`."""

    op: rt.VoicesOp
    regions: list[Compiled] = field(default_factory=list[Compiled])
    results: list[Result] = field(default_factory=list[Result])


@dataclass
class _Emitter:
    program: rt.ProgramOp
    buffers: dict[SSAValue, Place] = field(default_factory=dict[SSAValue, Place])
    copies: dict[int, int] = field(default_factory=dict[int, int])
    """Channels of the input that are needed as buffers, and where those are."""
    regions: list[Compiled | VoicesCode] = field(default_factory=list[Compiled | VoicesCode])
    groups: list[VoicesCode] = field(default_factory=list[VoicesCode])
    outputs: list[int] = field(default_factory=list[int])
    constants: Constants = field(default_factory=Constants)

    def __post_init__(self) -> None:
        if self.program.static_bytes is None:
            raise refuse(self.program, "the program has no places in memory", "run lay-out-state before")
        self.declarations = Declarations.of(self.program)
        self.layout = describe(self.program)
        self.audio = self.layout.audio
        self.state_end = _aligned(self.program.static_bytes.data)

    def run(self) -> Image:
        for op in self.program.body.block.ops:
            self._operation(op)
        for channel, offset in self.copies.items():
            self.regions.insert(0, self._copy(channel, offset))
        outer = [(r.code, 1) for r in self.regions if isinstance(r, Compiled)]
        inner = [(r.code, group.op.count.data) for group in self.groups for r in group.regions]
        check_cost(self.program, outer + inner)
        return _Linker(self).image()

    def _operation(self, op: Operation) -> None:
        match op:
            case rt.SlotOp() | rt.LineOp() | rt.TableOp() | rt.RecordingOp():
                pass
            case rt.InputOp():
                self.buffers[op.result] = self._channel(op)
            case rt.InitOp() | rt.TickOp() | rt.BlockOp():
                self.regions.append(self._region(op, None))
            case rt.VoicesOp():
                self._voices(op)
            case rt.OutputOp():
                self.outputs = [self._in_memory(b, self.audio, op) for b in op.buffers]
            case _:
                raise refuse(op, f"{op.name} has no bytecode", "lower the program to the legal level")

    # --- regions ----------------------------------------------------------------------------------

    def _region(self, op: rt.RegionOp, voices: int | None) -> Compiled:
        if isinstance(op, rt.BlockOp):
            self._place_results(op)
            code = RegionCode(BLOCK, voices)
            lowering: Lowering = BlockLowering(self.declarations, code, self.constants, self.buffers)
        else:
            code = RegionCode(INIT if isinstance(op, rt.InitOp) else TICK, voices)
            lowering = Lowering(self.declarations, code, self.constants)
        lowering.run(op)
        return Compiled(code, assign(code.body))

    def _place_results(self, op: rt.BlockOp | rt.VoicesOp) -> None:
        offsets = integers(op.offsets)
        if len(offsets) != len(op.results):
            raise refuse(op, f"{op.name} has no places for its results", "run lay-out-state before")
        for result, offset in zip(op.results, offsets, strict=True):
            self.buffers[result] = Place(element_of(result.type), offset=offset)

    def _channel(self, op: rt.InputOp) -> Place:
        element = element_of(op.result.type)
        if element != self.audio:
            raise refuse(op, f"an input of {element}", f"inputs are {self.audio}: convert it")
        return Place(element, channel=op.channel.data)

    def _in_memory(self, buffer: SSAValue, element: str, user: Operation) -> int:
        """The offset of a buffer; a channel of the input is copied to one."""
        place = self.buffers[buffer]
        if place.element != element:
            raise refuse(user, f"an output of {place.element}", f"outputs are {element}: convert it")
        if place.channel is None:
            return place.offset
        if place.channel not in self.copies:
            self.copies[place.channel] = self.state_end
            self.state_end += _aligned(BLOCK_SAMPLES * BYTES[element])
        return self.copies[place.channel]

    def _copy(self, channel: int, offset: int) -> Compiled:
        """A region that makes a buffer of a channel."""
        code, value = RegionCode(BLOCK), Reg(self.audio, wide=True)
        code.body = [
            Instr(input_of(self.audio), value, (), channel),
            Instr(sized("put", self.audio), None, (value,), offset),
        ]
        return Compiled(code, assign(code.body))

    # --- voices -----------------------------------------------------------------------------------

    def _voices(self, op: rt.VoicesOp) -> None:
        if op.width.data != 1:
            raise refuse(op, f"voices in groups of {op.width.data}: the bytecode machine computes with single lanes",
                         "lower the program with a width of 1")  # fmt: skip
        group, number = VoicesCode(op), len(self.groups)
        self.groups.append(group)
        for arg, buffer in zip(op.block.args, op.args, strict=True):
            self.buffers[arg] = self.buffers[buffer]
        for inner in op.block.ops:
            if isinstance(inner, rt.TickOp | rt.BlockOp):
                group.regions.append(self._region(inner, number))
            elif not isinstance(inner, rt.YieldOp):
                raise refuse(inner, f"{inner.name} in rt.voices", "lower the program to the legal level")
        self._place_results(op)
        for value, result, leaves in zip(op.yielded, op.results, integers(op.leaves), strict=True):
            element = element_of(result.type)
            row = find_row("add", element)
            if row is None:
                raise refuse(op, f"voices cannot be summed as {element}", "convert what they yield")
            source, target = self._in_memory(value, element, op), self.buffers[result].offset
            group.results.append(Result(row.opcode, BYTES[element], source, leaves, target))
        self.regions.append(group)


def _aligned(offset: int) -> int:
    return -(-offset // ALIGN) * ALIGN


# --- linking --------------------------------------------------------------------------------------


class _Linker:
    """Puts regions one behind the other, and gives everything its number."""

    def __init__(self, emitter: _Emitter):
        self.emitter = emitter
        self.numbering = Numbering.of(emitter.constants.values(), (c.places for c in self._compiled()))
        layout, areas = self._lay_out()
        self.result = Image(layout, areas)
        self.arrays: dict[Array, int] = {}
        self.numbers: dict[Loop | When, int] = {}
        """Of each loop its record, of each body that may not run the instruction behind it."""

    def _compiled(self) -> list[Compiled]:
        inner = [c for group in self.emitter.groups for c in group.regions]
        return [r for r in self.emitter.regions if isinstance(r, Compiled)] + inner

    def _lay_out(self) -> tuple[ProgramLayout, Areas]:
        """The machine's own areas, behind the program's memory."""
        codes = [c.code for c in self._compiled()]
        layout, state_end = _with_cells(self.emitter.layout, self.emitter.state_end)
        cursors_at = _aligned(state_end + 8 * len(layout.lines))
        registers_at = _aligned(cursors_at + 4 * max((len(c.cursors) for c in codes), default=0))
        wide_at = _aligned(registers_at + 8 * len(self.numbering.types[False]))
        stacks_at = wide_at + ALIGN * len(self.numbering.types[True])
        stacks_bytes = max((c.stacks_bytes for c in codes), default=0)
        work_at = _aligned(stacks_at + stacks_bytes)
        work_bytes = max((c.work_bytes for c in codes), default=0)
        areas = Areas(state_end, cursors_at, registers_at, wide_at, stacks_at, stacks_bytes, work_at, work_bytes)
        lines = tuple(LineInfo(state_end + 8 * k, n.bytes, n.lanes) for k, n in enumerate(layout.lines))
        static_bytes = _aligned(work_at + work_bytes)
        if static_bytes > MAX_STATIC:
            message = f"a program that needs {static_bytes} bytes beside its delay lines"
            raise refuse(self.emitter.program, message, f"at most {MAX_STATIC} can be addressed", "DSP341")
        return replace(layout, static_bytes=static_bytes, lines=lines), areas

    def image(self) -> Image:
        image, emitter = self.result, self.emitter
        image.top_regions = len(emitter.regions)
        for region in emitter.regions:
            if isinstance(region, Compiled):
                self._region(region)
            else:
                image.regions.append(Region(VOICES, emitter.groups.index(region), 0, 0, 0, 0))
        for group in emitter.groups:
            self._group(group)
        image.delays = [Delay(seconds, samples) for samples, seconds in line_lengths(emitter.program)]
        image.outputs = emitter.outputs
        self._tables()
        image.arrays = [ArrayRecord(a.offset, a.count, a.stride) for a in self.arrays]
        image.types, image.wide_types = (bytes(self.numbering.types[wide]) for wide in (False, True))
        for reg, number in self.numbering.constants.items():
            assert reg.bits is not None
            (image.wide_constants if reg.wide else image.constants).append(Constant(reg.bits, number))
        return image

    def _group(self, group: VoicesCode) -> None:
        active = _active_slot(self.emitter.declarations, group.op)
        assert active.offset is not None
        first, result_first = len(self.result.regions), len(self.result.results)
        for region in group.regions:
            self._region(region)
        self.result.results += group.results
        self.result.voices.append(Voices(
            group.op.count.data, active.offset.data, integers(active.strides)[0], first, len(group.regions),
            result_first, len(group.results),
        ))  # fmt: skip

    def _tables(self) -> None:
        for table in self.emitter.declarations.tables:
            count = len(table.data) // table.bytes
            self.result.tables.append(TableRecord(len(self.result.data), count, table.bytes))
            self.result.data += table.data + bytes(-len(table.data) % 8)

    # --- code -------------------------------------------------------------------------------------

    def _region(self, compiled: Compiled) -> None:
        image, region = self.result, compiled.code
        first = len(image.code)
        for k, instr in enumerate(region.body, first + 1):
            if isinstance(instr.imm, When) and instr.op.name == "done":
                self.numbers[instr.imm] = k
        for instr in (*region.body, Instr(BY_NAME["end"])):
            image.code.append(self._instruction(instr, compiled.places))
        voices = NONE if region.voices is None else region.voices
        count = len(image.code) - first
        image.regions.append(Region(region.kind, voices, first, count, len(image.cursors), len(region.cursors)))
        image.cursors += region.cursors

    def _instruction(self, instr: Instr, places: Places) -> Instruction:
        def number(operand: Reg | int) -> int:
            return operand if isinstance(operand, int) else self.numbering.number(operand, places)

        dst = number(instr.dst) if instr.dst is not None else 0
        a, b, c = (*map(number, instr.args), 0, 0, 0)[:3]
        return Instruction(instr.op.number, dst, a, b, c, self._immediate(instr.op, instr.imm))

    def _immediate(self, op: Op, imm: Immediate) -> int:
        at = len(self.result.code)
        match imm:
            case Loop():
                if op.name == "loop":
                    self.numbers[imm] = self._loop(imm)
                return self.numbers[imm]
            case When():
                return self.numbers[imm] if op.name == "when" else 0
            case Stretch():
                return at + 1 + len(imm) if op.name == "run" else at - len(imm.body)
            case Reduce():
                record = ReduceRecord(imm.row, imm.bytes, imm.offset, imm.count, imm.partials)
                self.result.reduces.append(record)
                return len(self.result.reduces) - 1
            case Array():
                return self.arrays.setdefault(imm, len(self.arrays))
            case _:
                return imm

    def _loop(self, loop: Loop) -> int:
        image = self.result
        start = len(image.code) + 1
        image.loops.append(LoopRecord(loop.count, loop.depth, start, len(image.updates), len(loop.updates)))
        image.updates += [Update(cursor, stride) for cursor, stride in loop.updates.items()]
        return len(image.loops) - 1


def _with_cells(layout: ProgramLayout, state_end: int) -> tuple[ProgramLayout, int]:
    """Gives parameters that the program does not read a cell of their own; returns where the state ends then."""
    params = list(layout.params)
    for k, param in enumerate(params):
        if param.cell == NONE:
            params[k] = replace(param, cell=state_end)
            state_end += 8
    return replace(layout, params=tuple(params)), _aligned(state_end)


def _active_slot(declarations: Declarations, op: rt.VoicesOp) -> rt.SlotOp:
    """The slot that says which voices sound."""
    for slot in declarations.slots.values():
        if (slot.role.data, slot.field.data) == ("voice", "active") and slot.offset is not None and slot.strides:
            return slot
    raise refuse(op, "voices without a slot for the field active", 'declare it with role "voice"')
