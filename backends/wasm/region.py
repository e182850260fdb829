"""The body of a region, as a function.

Ticks get (core, group, all), blocks (core, group, inputs, outputs, done, count): the core's address, the
number of the group of voices, whether the tick is for everyone, the channels' pointers, the bytes of every
channel that are done, and the samples to compute.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from dspc.backends.wasm.bodies import BodyWriter
from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.memory import Declarations, bits_of
from dspc.backends.wasm.reduce import reduce_partials, reduce_stack
from dspc.backends.wasm.scope import Code, Scope, advance, const, get, load, put, store, times, unless_zero
from dspc.dialects import dsp, layout, rt
from dspc.dialects.scalar import BYTES, WASM_TYPES, find_row
from dspc.dialects.syntax import where
from dspc.dialects.types import element_of

TICK_PARAMS = {"core": "i32", "group": "i32", "all": "i32"}
BLOCK_PARAMS = {
    "core": "i32", "group": "i32", "inputs": "i32", "outputs": "i32", "done": "i32", "count": "i32",
}  # fmt: skip


@dataclass(frozen=True)
class Location:
    """Where a buffer lies.

    "core": at `offset` in the core's memory; "leaf": there, plus the group's share; "inputs", "outputs": with
    the host, `offset` is the channel's number.
    """

    kind: str
    offset: int
    element: str

    @property
    def step(self) -> int:
        """Bytes from one sample to the next."""
        return BYTES[self.element]

    @property
    def distance(self) -> int:
        """Bytes from the pointer that buffers of the kind share."""
        return 0 if self.is_channel else self.offset

    @property
    def is_channel(self) -> bool:
        return self.kind in ("inputs", "outputs")


Locations = Mapping[SSAValue, Location]


class Region(BodyWriter):
    """Compiles one region. What its samples need is loaded before the first and stored after the last."""

    def __init__(
        self,
        function: Function,
        declarations: Declarations,
        locations: Locations,
        in_voices: bool,
    ):
        super().__init__(function, declarations, function.param("group") if in_voices else None)
        self.locations = locations
        self.moving: dict[int, int] = {}
        declarations.memory.begin_function()

    # --- whole regions ----------------------------------------------------------------------------

    def compile_tick(self, op: rt.InitOp | rt.TickOp) -> None:
        self.region_body(op.block)
        self.end_turn(self.call)
        self.function.code = self.call.code

    def compile_block(self, op: rt.BlockOp, direct: Mapping[SSAValue, Sequence[int]]) -> None:
        """`direct` are results that go to output channels at once."""
        self.turns = [Scope()]
        self.scopes.append(self.turn)
        for arg, buffer in zip(op.block.args, op.args, strict=True):
            if arg.uses.get_length():
                self._load_sample(arg, self.locations[buffer])
        self.region_body(op.block)
        for value, buffer in zip(op.yielded, op.results, strict=True):
            code, targets = self.value(value), self._targets(buffer, direct.get(buffer, ()))
            if len(targets) > 1:
                code = self.keep(code, WASM_TYPES[element_of(value.type)])
            for at in targets:
                self.turn.last += [get(self._pointer(at)), *code, store(at.element, at.distance)]
        self.end_turn(self.turn)
        for local, step in self.moving.items():
            self.turn.last += advance(local, step)
        left = self.function.param("count")
        again = [get(left), const(1), Instr("i32.sub"), Instr("local.tee", left), Instr("br_if")]
        self.scopes.pop()
        self.emit([Instr("loop"), *self.turn.code, *again, Instr("end")])
        self.function.code = self.call.code

    def _targets(self, buffer: SSAValue, channels: Sequence[int]) -> list[Location]:
        """Where a result is stored: in its buffer only if somebody reads it there."""
        here = [Location("outputs", channel, element_of(buffer.type)) for channel in channels]
        kept = any(not (channels and isinstance(use.operation, rt.OutputOp)) for use in buffer.uses)
        return [*here, self.locations[buffer]] if kept else here

    def _load_sample(self, arg: SSAValue, at: Location) -> None:
        """Before anything is stored: a result may take the memory of an operand."""
        local = self.function.new_local(WASM_TYPES[at.element])
        self.turn.first += [get(self._pointer(at)), load(at.element, at.distance), put(local)]
        self.set_value(arg, (get(local),))

    def _pointer(self, at: Location) -> int:
        """The local that moves along buffers of this kind."""
        core = self.places.core
        match at.kind:
            case "core":
                code = [get(core)]
            case "leaf":
                share = times(layout.TICK * at.step)
                code = [get(core), get(self.function.param("group")), *share, Instr("i32.add")]
            case _:
                channel = [get(self.function.param(at.kind)), Instr("i32.load", 4 * at.offset)]
                code = [*channel, get(self.function.param("done")), Instr("i32.add")]
        what = ("pointer", at.kind, at.step, at.offset if at.is_channel else None)
        local = self.places.once(self.call, what, "i32", lambda: code)
        self.moving[local] = at.step
        return local

    # --- operations -------------------------------------------------------------------------------

    def operation(self, op: Operation) -> None:
        match op:
            case rt.LoopOp() | rt.RepeatOp() | rt.WhenOp() | rt.StackOp() | rt.WriteOp() | rt.StoreOp():
                self.body_operation(op)
            case rt.LineWriteOp():
                line = self.declarations.lines[op.line]
                at = [get(self.places.ring(line)), *self._line_place(line, op.position), Instr("i32.add")]
                self.emit([*at, *self.value(op.value), store(element_of(line.type), 0)])
            case rt.LineClearOp():
                line = self.declarations.lines[op.line]
                ring, size = self.places.ring(line), self.places.ring_bytes(line)
                fill = [get(ring), const(0), get(size), Instr("memory.fill")]
                self.emit(unless_zero(self.value(op.condition), fill))
            case _:
                if len(op.results) == 1 and op.results[0].uses.get_length():
                    self.define(op.results[0], self._compute(op))

    def _compute(self, op: Operation) -> Code:
        """The code of an operation that only gives a value."""
        memory = self.declarations.memory
        match op:
            case dsp.ScalarOp():
                return self.apply(op.row, [self.value(a) for a in op.args])
            case dsp.ConstantOp():
                return (Instr(f"{WASM_TYPES[element_of(op.result.type)]}.const", bits_of(op.value)),)
            case dsp.SplatOp():
                return self.value(op.x)
            case dsp.LanesOp():
                element, turn = element_of(op.result.type), self.places.loops[-1].local
                return [get(turn), *times(BYTES[element]), load(element, self.declarations.lanes[op])]
            case rt.LookupOp():
                element = element_of(op.result.type)
                at = [*self.value(op.index), *times(BYTES[element])]
                return [*at, load(element, self.declarations.tables[op.table])]
            case rt.RecordedOp():
                element = element_of(op.result.type)
                sound = get(self.places.sound(self.declarations.recordings[op.recording]))
                return [*self.value(op.index), *times(BYTES[element]), sound, Instr("i32.add"), load(element, 0)]
            case rt.RecordingFramesOp():
                return (get(self.places.frames(self.declarations.recordings[op.recording])),)
            case rt.RecordingRateOp():
                return (get(self.places.rate(self.declarations.recordings[op.recording])),)
            case rt.ReadOp():
                return (get(self.read(self.slot(op.symbol))),)
            case rt.LoadOp():
                return self.load_element(op)
            case rt.PickOp():
                stack = self.stacks[op.x]
                return [*stack.at(self.value(op.index)), load(stack.element, stack.address)]
            case rt.LineReadOp():
                return self._line_read(op)
            case rt.LongestOp():
                return self._longest(self.declarations.lines[op.line])
            case rt.ReduceOp():
                stack = self.stacks[op.x]
                row = find_row(op.kind.data, stack.element)
                assert row is not None
                reduce = reduce_stack if op.partials is None else reduce_partials
                return reduce(self, memory, stack, op.lanes.data, row)
            case rt.FrameOp():
                return (get(self._frame()),)
            case rt.SampleRateOp():
                return (get(self.places.sample_rate()),)
            case rt.TickAllOp():
                return (get(self.function.param("all")),)
            case _:
                raise VerifyException(f"wasm: {where(op)}: {op.name} is not legal here")

    # --- time and lines ---------------------------------------------------------------------------

    def _frame(self) -> int:
        at = Instr("i32.load", layout.CORE_FRAME)
        local = self.places.once(self.call, "frame", "i32", lambda: [get(self.places.core), at])
        if self.turn is not self.call:
            self.moving[local] = 1
        return local

    def _line_place(self, line: rt.LineOp, position: SSAValue | None) -> Code:
        """The bytes from a ring's start to a position, or to this sample."""
        size = times(BYTES[element_of(line.type)])
        if position is not None:
            return [*self.value(position), get(self.places.mask(line)), Instr("i32.and"), *size]
        code = [get(self._frame()), get(self.places.mask(line)), Instr("i32.and"), *size]
        return (get(self.places.once(self.turn, ("position", line.sym_name.data), "i32", lambda: code)),)

    def _line_read(self, op: rt.LineReadOp) -> Code:
        """Kept at once: what stands behind it may write to the line."""
        line = self.declarations.lines[op.line]
        element = element_of(line.type)
        position = (get(self._frame()),) if op.position is None else self.value(op.position)
        index = [*position, *self.value(op.distance), Instr("i32.sub")]
        wrapped = [*index, get(self.places.mask(line)), Instr("i32.and"), *times(BYTES[element])]
        at = [get(self.places.ring(line)), *wrapped, Instr("i32.add"), load(element, 0)]
        return self.keep(at, WASM_TYPES[element])

    def _longest(self, line: rt.LineOp) -> Code:
        """`max_samples + ceil(max_seconds * sample rate)`."""
        seconds = line.max_seconds.value.data
        code = longest_delay([get(self.places.sample_rate())] if seconds else (), line)
        return (get(self.places.once(self.call, ("longest", line.sym_name.data), "i32", lambda: code)),)


def longest_delay(sample_rate: Code, line: rt.LineOp) -> list[Instr]:
    """The longest delay of a line in samples; lines without seconds do not ask for the rate."""
    code = [const(line.max_samples.data)]
    if line.max_seconds.value.data:
        seconds = int.from_bytes(struct.pack("<d", line.max_seconds.value.data), "little")
        product = [Instr("f64.const", seconds), *sample_rate, Instr("f64.mul"), Instr("f64.ceil")]
        code += [*product, Instr("i32.trunc_sat_f64_s"), Instr("i32.add")]
    return code
