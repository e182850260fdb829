"""Programs of the legal level in textual form, and a WebAssembly core beside the interpreter's."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from legal_interpreter import MEMORY, LegalCore, numbers
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.parser import Parser

from dspc.backends.wasm.emit import emit_bytes
from dspc.backends.wasm.host import MOST_FRAMES, Instance
from dspc.dialects import rt
from dspc.dialects.dsp import Dsp
from dspc.dialects.rt import Rt
from dspc.dialects.scalar import BYTES
from dspc.dialects.types import element_of, width_of

TYPES = {"f32": "f32", "f64": "f64", "i32": "i32", "u32": "ui32", "u64": "ui64", "bool": "i1"}
BUFFERS, SLOTS = 64, 8192
"""Where buffers and leaves lie, and then slots. What is in the buffers afterwards is nobody's business."""


def parse(text: str) -> rt.ProgramOp:
    """The program in a text. Raises xDSL's errors if it is not well formed."""
    context = Context()
    for dialect in (Builtin, Dsp, Rt):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return next(op for op in module.body.block.ops if isinstance(op, rt.ProgramOp))


@dataclass
class Text:
    """Collects declarations and regions; hands out offsets."""

    inputs: int = 0
    declared: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    slots_end: int = SLOTS
    buffers_end: int = BUFFERS

    def slot(
        self, name: str, element: str = "f32", init: float = 0.0, dims: Sequence[int] = (),
        voice: bool = False, gap: int = 0, role: str = "state", field: str = "",
    ) -> None:  # fmt: skip
        """Copies lie `gap` bytes apart in the first dimension."""
        self.slots_end += -self.slots_end % BYTES[element]
        strides = [BYTES[element]] * len(dims)
        for k in range(len(dims) - 1, 0, -1):
            strides[k - 1] = strides[k] * dims[k]
        if dims:
            strides[0] += gap
        number = f"{float(init)} : {TYPES[element]}" if element[0] == "f" else f"{int(init)} : {TYPES[element]}"
        shown = ", voice" if voice else ""
        self.declared.append(
            f"rt.slot @{name} {{type = {TYPES[element]}, init = {number}, dims = {list(dims)}, "
            f'role = "{role}", field = "{field}", offset = {self.slots_end}, strides = {strides}{shown}}}'
        )
        self.slots_end += strides[0] * dims[0] if dims else BYTES[element]

    def line(
        self, name: str, element: str = "f32", dims: Sequence[int] = (), samples: int = 20,
        seconds: float = 0.0, voice: bool = False,
    ) -> None:  # fmt: skip
        self.slots_end += -self.slots_end % 8
        shown = ", voice" if voice else ""
        self.declared.append(
            f"rt.line @{name} {{type = {TYPES[element]}, dims = {list(dims)}, max_samples = {samples}, "
            f"max_seconds = {seconds}, min_samples = 1, offset = {self.slots_end}{shown}}}"
        )
        self.slots_end += 8

    def table(self, name: str, values: Sequence[float], element: str = "f32") -> None:
        shown = ", ".join(repr(v) for v in values)
        kind = f"tensor<{len(values)}x{TYPES[element]}>"
        self.declared.append(f"rt.table @{name} {{data = dense<[{shown}]> : {kind}}}")

    def buffer(self, element: str = "f32", copies: int = 1) -> int:
        """Room for a block's samples, or for those of each voice."""
        at = self.buffers_end
        self.buffers_end += 16 * BYTES[element] * copies
        assert self.buffers_end <= SLOTS
        return at

    def add(self, *lines: str) -> None:
        self.regions += lines

    @property
    def text(self) -> str:
        options = f'kind = "effect", inputs = {self.inputs}, static_bytes = {self.slots_end}, params = []'
        return "\n".join([f"rt.program @test {{{options}}} {{", *self.declared, *self.regions, "}"])

    def program(self) -> rt.ProgramOp:
        return parse(self.text)


class WasmCore:
    """A program's core as WebAssembly, with the memory that a `LegalCore` has at the same moment."""

    def __init__(self, program: rt.ProgramOp, like: LegalCore):
        outputs = sum(len(op.buffers) for op in like.ops if isinstance(op, rt.OutputOp))
        self.wasm = emit_bytes(program)
        self.inputs, self.outputs = program.inputs.data, outputs
        self.instance = Instance(self.wasm, self.inputs, outputs, len(like.memory))
        self.memory = self._view(self.instance.core, len(like.memory))
        self.memory[:] = like.memory

    def _view(self, address: int, size: int) -> Any:
        import ctypes

        return np.frombuffer((ctypes.c_ubyte * size).from_address(self.instance.base + address), np.uint8)

    def channel(self, number: int) -> Any:
        return self._view(self.instance.channel(number), 4 * MOST_FRAMES).view(np.float32)

    def init(self) -> None:
        self.instance.init(self.instance.core)

    def run(self, inputs: Sequence[Any], outputs: Sequence[Any], frames: int) -> None:
        for k, samples in enumerate(inputs):
            self.channel(k)[:frames] = samples
        self.instance.run(self.instance.core, self.instance.inputs, self.instance.outputs, frames)
        for k, samples in enumerate(outputs):
            samples[:] = self.channel(self.inputs + k)[:frames]


def same(a: Any, b: Any) -> Any:
    """Bit by bit, NaN as a class."""
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    if a.dtype.kind != "f":
        return a == b
    whole = f"u{a.dtype.itemsize}"
    return (a.view(whole) == b.view(whole)) | (np.isnan(a) & np.isnan(b))


def cells(core: LegalCore, memory: Any) -> dict[str, Any]:
    """The values of all slots and rings in a memory."""
    found: dict[str, Any] = {}
    for name, slot in core.slots.items():
        element, strides = element_of(slot.type), numbers(slot.strides)
        size = BYTES[element] * width_of(slot.type)
        places = [
            slot.offset.data + sum(i * s for i, s in zip(copy, strides, strict=True))
            for copy in np.ndindex(*slot.sizes)
        ]
        found[name] = np.concatenate([memory[at : at + size] for at in places]).view(MEMORY[element])
    for name, line in core.lines.items():
        start, mask = memory[line.offset.data : line.offset.data + 8].view(np.uint32)
        element = element_of(line.type)
        size = line.copies * (int(mask) + 1) * BYTES[element]
        found[name] = memory[start : start + size].view(MEMORY[element])
    found["header"] = memory[:64].view(np.uint32)
    return found


def assert_same_state(legal: LegalCore, core: Any) -> None:
    theirs = cells(legal, core.memory)
    for name, values in cells(legal, legal.memory).items():
        equal = same(values, theirs[name])
        assert equal.all(), f"{name}: {values[~equal][:4]} became {theirs[name][~equal][:4]}"


def signal(channels: int, frames: int, seed: int = 1) -> list[Any]:
    made = np.random.default_rng(seed).standard_normal((channels, frames)).astype(np.float32)
    return list(made)


def activity(program: rt.ProgramOp, sounds: Callable[[int, int], bool]) -> Callable[[Any, int], None]:
    """Sets before each call which voices sound: `sounds(voice, frames done)`; tells them who they are, if they ask."""
    slots = LegalCore(program).slots
    lanes = width_of(slots["active"].type)

    def put(memory: Any, slot: rt.SlotOp, voice: int, value: int) -> None:
        at = slot.offset.data + voice // lanes * slot.strides.data[0].data + voice % lanes * 4
        memory[at : at + 4].view(np.uint32)[0] = value

    def between(memory: Any, done: int) -> None:
        for k in range(slots["active"].sizes[0] * lanes):
            put(memory, slots["active"], k, sounds(k, done))
            if "number" in slots:
                put(memory, slots["number"], k, k)

    return between


def agree(
    program: rt.ProgramOp, legal: LegalCore, core: Any, frames: int, blocks: int, frame: int,
    between: Callable[[Any, int], None], seed: int,
) -> list[Any]:  # fmt: skip
    """Runs the interpreter and a backend's core side by side; outputs and state must be the same."""
    legal.cell(0, "u32")[0] = frame
    core.memory[:4].view(np.uint32)[0] = frame
    legal.init()
    core.init()
    inputs = signal(program.inputs.data, frames, seed)
    made = [[np.zeros(frames, np.float32) for _ in range(core.outputs)] for _ in range(2)]
    for done in range(0, frames, blocks):
        end = min(frames, done + blocks)
        for each, outputs in zip((legal, core), made, strict=True):
            between(each.memory, done)
            each.run([x[done:end] for x in inputs], [y[done:end] for y in outputs], end - done)
    for expected, found in zip(*made, strict=True):
        assert same(expected, found).all(), f"{expected}\n{found}"
    assert_same_state(legal, core)
    return made[1]


def compare(
    program: rt.ProgramOp, frames: int = 100, blocks: int = 100, frame: int = 0, size: int = 1 << 16,
    between: Callable[[Any, int], None] = lambda memory, done: None, seed: int = 1,
) -> list[Any]:  # fmt: skip
    """Runs a program both ways, `blocks` frames a call; gives the outputs, which are the same.

    `between(memory, done)` may change cells before each call.
    """
    legal = LegalCore(program, size)
    wasm = WasmCore(program, legal)
    assert_is_sound(wasm.wasm)
    return agree(program, legal, wasm, frames, blocks, frame, between, seed)


def assert_is_sound(wasm: bytes) -> None:
    """The module needs nothing from outside; wabt's validator, where there is one, agrees with wasmtime's."""
    from dspc.backends.wasm.host import compile_module

    assert not compile_module(wasm).imports
    if tool := shutil.which("wasm-validate"):
        subprocess.run([tool, "-"], input=wasm, check=True)
