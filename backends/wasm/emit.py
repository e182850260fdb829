"""From a program of the legal level to a WebAssembly module without imports.

The module exports its `memory`, `heap_base` (the first byte that is the host's), and

    sizes(sample_rate: f64, lengths: i32)   the longest delay of every line, as u32 at `lengths`
    init(core: i32)                         once per prepare
    run(core: i32, inputs: i32, outputs: i32, frames: i32)

where `core` is the address of the core's memory and `inputs` and `outputs` are those of arrays with a
pointer to every channel. Scalars only: lanes of width 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import SSAValue

from dspc.backends.wasm.check import active_slot, check_program
from dspc.backends.wasm.encoder import PAGE, Function, Instr, Module, encode
from dspc.backends.wasm.locals import reuse_locals
from dspc.backends.wasm.memory import Declarations, integers
from dspc.backends.wasm.outputs import direct_outputs, write_output
from dspc.backends.wasm.region import BLOCK_PARAMS, TICK_PARAMS, Location, Region, longest_delay
from dspc.backends.wasm.run import RunWriter
from dspc.backends.wasm.scope import get
from dspc.backends.wasm.text import print_module
from dspc.backends.wasm.voices import Part, VoicesWriter
from dspc.dialects import rt
from dspc.dialects.layout import ALIGN
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of


def emit_module(program: rt.ProgramOp) -> Module:
    """The module, not yet written. Raises `VerifyException` if the program is not legal here."""
    check_program(program)
    return _Emitter(program).emit()


def emit_bytes(program: rt.ProgramOp) -> bytes:
    """The module's binary form."""
    return encode(emit_module(program))


def emit_text(program: rt.ProgramOp) -> str:
    """The module's readable form."""
    return print_module(emit_module(program))


def _locations(op: rt.BlockOp | rt.VoicesOp) -> dict[SSAValue, Location]:
    return {
        result: Location("core", offset, element_of(result.type))
        for result, offset in zip(op.results, integers(op.offsets), strict=True)
    }


class _Emitter:
    """Compiles a program's parts in order, then what calls them."""

    def __init__(self, program: rt.ProgramOp):
        self.program = program
        self.module = Module()
        self.declarations = Declarations(program)
        self.locations: dict[SSAValue, Location] = {}
        self.direct = direct_outputs(program)
        self.counts: dict[str, int] = {}

    def emit(self) -> Module:
        module, memory = self.module, self.declarations.memory
        run = RunWriter(BYTES[self.program.audio])
        inits: list[int] = []
        for op in self.program.body.block.ops:
            match op:
                case rt.InitOp():
                    inits.append(self._tick(op, in_voices=False))
                case rt.TickOp():
                    run.ticks.append(self._tick(op, in_voices=False))
                case rt.BlockOp():
                    run.add_block(self._block(op, in_voices=False))
                case rt.VoicesOp():
                    run.add_voices(self._voices(op))
                case rt.InputOp():
                    self.locations[op.result] = Location("inputs", op.channel.data, element_of(op.result.type))
                case rt.OutputOp():
                    copied = {k: self.locations[b] for k, b in enumerate(op.buffers) if b not in self.direct}
                    if copied:
                        run.output = module.add(write_output(copied, memory))
                case _:
                    pass
        for function in (self._sizes(), self._init(inits), run.write()):
            module.add(function)
        for function in module.functions:
            reuse_locals(function)
        self._lay_out()
        return module

    def _lay_out(self) -> None:
        memory = self.declarations.memory
        constants = bytes(memory.data[ALIGN:]).rstrip(b"\0")
        if constants:
            self.module.data.append((ALIGN, constants))
        self.module.constants["heap_base"] = memory.heap_base
        self.module.pages = memory.heap_base // PAGE + 1

    def _name(self, kind: str) -> str:
        number = self.counts.get(kind, 0)
        self.counts[kind] = number + 1
        return f"{kind}_{number}"

    def _region(self, name: str, params: dict[str, str], in_voices: bool) -> Region:
        return Region(Function(name, params), self.declarations, self.locations, in_voices)

    def _tick(self, op: rt.InitOp | rt.TickOp, in_voices: bool) -> int:
        region = self._region(self._name(op.name[3:]), TICK_PARAMS, in_voices)
        region.compile_tick(op)
        return self.module.add(region.function)

    def _block(self, op: rt.BlockOp, in_voices: bool) -> int:
        for result, location in _locations(op).items():
            self.locations.setdefault(result, location)
        region = self._region(self._name(op.name[3:]), BLOCK_PARAMS, in_voices)
        region.compile_block(op, self.direct)
        return self.module.add(region.function)

    # --- voices -----------------------------------------------------------------------------------

    def _voices(self, op: rt.VoicesOp) -> int:
        active = active_slot(self.declarations.slots)
        assert active is not None
        writer = VoicesWriter(op, self._name("voices"), active, self.declarations.memory)
        for arg, buffer in zip(op.block.args, op.args, strict=True):
            self.locations[arg] = self.locations[buffer]
        copies = self._place_leaves(op)
        parts: list[Part] = []
        for inner in op.block.ops:
            match inner:
                case rt.TickOp():
                    parts.append(Part(self._tick(inner, in_voices=True), is_tick=True))
                case rt.BlockOp():
                    parts.append(Part(self._block(inner, in_voices=True), is_tick=False))
                case _:
                    pass
        self.locations |= _locations(op)
        writer.compile(parts, [(self.locations[value], k) for k, value in copies])
        return self.module.add(writer.function)

    def _place_leaves(self, op: rt.VoicesOp) -> list[tuple[int, SSAValue]]:
        """Blocks put what the voices yield where it is summed; the rest has to be copied there."""
        copies: list[tuple[int, SSAValue]] = []
        for k, (value, leaves) in enumerate(zip(op.yielded, integers(op.leaves), strict=True)):
            if value in self.locations or not isinstance(value.owner, rt.BlockOp) or value.owner.parent is not op.block:
                copies.append((k, value))
            else:
                self.locations[value] = Location("leaf", leaves, element_of(value.type))
        return copies

    # --- what the host calls beside `run` ------------------------------------------------------------

    def _sizes(self) -> Function:
        function = Function("sizes", {"sample_rate": "f64", "lengths": "i32"}, exported=True)
        for k, line in enumerate(self.declarations.lines.values()):
            longest = longest_delay([get(function.param("sample_rate"))], line)
            function.code += [get(function.param("lengths")), *longest, Instr("i32.store", 4 * k)]
        return function

    def _init(self, inits: Sequence[int]) -> Function:
        function = Function("init", {"core": "i32"}, exported=True)
        for number in inits:
            everyone = [Instr("i32.const", 0), Instr("i32.const", 1)]
            function.code += [get(function.param("core")), *everyone, Instr("call", number)]
        return function
