"""How results reach the host: stored where they are computed if that is safe, else copied at the end.

An output may lie in the memory of an input, so nothing is written to one before all inputs are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.ir import Operation, SSAValue

from dspc.backends.wasm.encoder import Function, Instr
from dspc.backends.wasm.memory import LowMemory
from dspc.backends.wasm.region import Location
from dspc.backends.wasm.scope import Code, const, get, put
from dspc.dialects import layout, rt

OUTPUT_PARAMS = {"core": "i32", "inputs": "i32", "outputs": "i32", "done": "i32", "count": "i32"}


def direct_outputs(program: rt.ProgramOp) -> dict[SSAValue, tuple[int, ...]]:
    """The buffers that a block may store at once, with the channels where they go.

    A sample's inputs are read before its results are stored; so the blocks in question are the last that
    read inputs, and those behind it.
    """
    ops = list(program.body.block.ops)
    output = next((op for op in ops if isinstance(op, rt.OutputOp)), None)
    if output is None or any(_is_input(b) for b in output.buffers):
        return {}
    readers = [k for k, op in enumerate(ops) if any(_is_input(b) for b in op.operands)]
    safe = {op for op in ops[readers[-1] if readers else 0 :] if isinstance(op, rt.BlockOp)}
    channels: dict[SSAValue, tuple[int, ...]] = {}
    for k, buffer in enumerate(output.buffers):
        if _owner(buffer) in safe:
            channels[buffer] = (*channels.get(buffer, ()), k)
    return channels


def _owner(buffer: SSAValue) -> Operation | None:
    return buffer.owner if isinstance(buffer.owner, Operation) else None


def _is_input(buffer: SSAValue) -> bool:
    return isinstance(buffer.owner, rt.InputOp)


def write_output(channels: Mapping[int, Location], memory: LowMemory) -> Function:
    """The function that copies a piece's samples to the host, by number of the channel.

    An input that is passed on is put aside first.
    """
    function = Function("output", OUTPUT_PARAMS)
    memory.begin_function()
    core, inputs, done = (get(function.param(p)) for p in ("core", "inputs", "done"))
    aside: dict[int, int] = {}
    for number, step in {at.offset: at.step for at in channels.values() if at.kind == "inputs"}.items():
        aside[number] = memory.scratch(layout.TICK * step)
        pointer = [inputs, Instr("i32.load", 4 * number), done, Instr("i32.add")]
        function.code += _copy(function, step, pointer, 0, [const(0)], aside[number])
    for k, at in channels.items():
        passed = at.kind == "inputs"
        source, offset = (const(0), aside[at.offset]) if passed else (core, at.offset)
        to = [get(function.param("outputs")), Instr("i32.load", 4 * k), done, Instr("i32.add")]
        function.code += _copy(function, at.step, [source], offset, to, 0)
    return function


def _copy(function: Function, step: int, source: Code, source_at: int, to: Code, to_at: int) -> Code:
    """Copies `count` samples of `step` bytes."""
    near, far, left = (function.new_local("i32") for _ in range(3))
    start = [*source, put(near), *to, put(far), get(function.param("count")), put(left)]
    kind = "f64" if step == 8 else "f32"
    sample = [get(far), get(near), Instr(f"{kind}.load", source_at), Instr(f"{kind}.store", to_at)]
    steps = [i for local in (near, far) for i in (get(local), const(step), Instr("i32.add"), put(local))]
    again = [get(left), const(1), Instr("i32.sub"), Instr("local.tee", left), Instr("br_if")]
    return [*start, Instr("loop"), *sample, *steps, *again, Instr("end")]
