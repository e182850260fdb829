"""A backend in one file: a program as plain Python over numpy's scalars. Slow, and easy to read and to debug.

    dspopt voice.py -p pipeline -t python-source

It reads the legal level (docs/ir.md). Every region becomes a function of one turn: `m` is the core's memory, `g`
the group of voices, `every` whether the tick is for all. What a turn writes is kept in `later`, because its reads
see the turn's start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, inf, isnan, nan
from typing import Any

import numpy as np
from xdsl.ir import Block, Operation, SSAValue

from dspc.backends import Level
from dspc.backends.describe import describe, line_lengths
from dspc.backends.engine import LoadedProgram
from dspc.backends.hosted import Channels, Core, HostedProgram
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import BYTES, NUMPY_TYPES, ROWS
from dspc.dialects.types import element_of

TICK = 16


@dataclass(frozen=True)
class PythonSource:
    """Python as the target."""

    name: str = "python-source"
    level: Level = "legal"

    def missing(self) -> str | None:
        return None

    def width(self) -> int:
        return 1

    def text(self, program: rt.ProgramOp) -> str:
        return Writer(program).text()

    def artifact(self, program: rt.ProgramOp) -> tuple[str, bytes]:
        return ".py", self.text(program).encode()

    def load(self, program: rt.ProgramOp) -> LoadedProgram:
        functions = dict(WORDS)
        exec(compile(self.text(program), f"<{program.sym_name.data}>", "exec"), functions)
        lengths, memories = line_lengths(program), dict[int, Memory]()

        def sizes(rate: float) -> Sequence[int]:
            return [samples + ceil(seconds * rate) for samples, seconds in lengths]

        def init(core: Core) -> None:
            m = memories[core.ctypes.data] = Memory(core)
            with np.errstate(all="ignore"):
                functions["init"](m)

        def run(core: Core, inputs: Channels, outputs: Channels, frames: int) -> None:
            with np.errstate(all="ignore"):
                play(memories[core.ctypes.data], functions, inputs, outputs, frames)

        return HostedProgram(describe(program), sizes, init, run).load(self.name)


def play(m: Memory, functions: dict[str, Any], inputs: Channels, outputs: Channels, frames: int) -> None:
    """Blocks of at most 16 samples, with ticks where they are due."""
    done = 0
    while done < frames:
        frame, any_, all_ = (int(m.cells["u32"][k]) for k in range(3))
        count = min(TICK - frame % TICK, frames - done)
        every = frame % TICK == 0 or all_ != 0
        due = every or any_ != 0
        if due and every:
            functions["tick"](m, frame)
        ins = [list(channel[done : done + count]) for channel in inputs]
        for channel, samples in zip(outputs, functions["block"](m, ins, frame, count, due, every), strict=True):
            channel[done : done + count] = samples
        m.cells["u32"][:3] = (frame + count) % 2**32, 0, 0
        done += count


class Memory:
    """The core's memory, as cells of each type. A bool is a 32-bit 0 or 1."""

    def __init__(self, core: Core):
        types = {**NUMPY_TYPES, "bool": np.uint32}
        self.cells: dict[str, Any] = {element: core.view(t) for element, t in types.items()}
        self.rate = self.cells["f64"][2]

    def read(self, element: str, at: int) -> Any:
        return NUMPY_TYPES[element](self.cells[element][at // BYTES[element]])

    def write(self, later: Iterable[tuple[str, int, Any]]) -> None:
        for element, at, value in later:
            self.cells[element][at // BYTES[element]] = value

    def ring(self, element: str, cell: int, copy: int) -> Any:
        """A delay line's samples."""
        start, mask = (int(n) for n in self.cells["u32"][cell // 4 : cell // 4 + 2])
        first = start // BYTES[element] + copy * (mask + 1)
        return self.cells[element][first : first + mask + 1]


def tree(leaves: Sequence[Any], combine: Callable[[Any, Any], Any]) -> Any:
    """The halving tree over the next power of two; leaves that are missing are passed by."""
    values, half = list(leaves), 1 << (len(leaves) - 1).bit_length() >> 1
    while half:
        joined = [combine(a, b) for a, b in zip(values, values[half:], strict=False)]
        values = joined + values[len(joined) : half]
        half >>= 1
    return values[0]


WORDS: dict[str, Any] = {
    **NUMPY_TYPES, **{row.key.replace(".", "_"): row.numpy for row in ROWS},
    "array": np.array, "ceil": ceil, "inf": inf, "nan": nan, "tree": tree,
}  # fmt: skip
"""What the text may use."""


# --- writing ----------------------------------------------------------------------------------------


@dataclass
class Writer:
    """The text of a program."""

    program: rt.ProgramOp
    lines: list[str] = field(default_factory=list[str])
    names: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    turns: list[str] = field(default_factory=list[str])
    indent: str = "    "

    def __post_init__(self) -> None:
        self.ops = list(self.program.body.block.ops)
        self.declared: dict[str, Any] = {
            op.sym_name.data: op for op in self.ops if isinstance(op, rt.SlotOp | rt.LineOp | rt.TableOp)
        }

    def text(self) -> str:
        self.lines.append(f'"""{self.program.sym_name.data}: made by dspc."""')
        for op in self.ops:
            if isinstance(op, rt.TableOp):
                element = element_of(op.data.get_type().get_element_type())  # type: ignore[attr-defined]
                self.lines.append(f"{op.sym_name.data} = array({list(op.data.get_values())}, {element})")
        inits = [self._turn(op) for op in self.ops if isinstance(op, rt.InitOp)]
        ticks = [self._turn(op) for op in self.ops if isinstance(op, rt.TickOp)]
        body = self._blocks(self.ops)
        self._define("init(m)", [f"{name}(m, 0, 0, True)" for name in inits])
        self._define("tick(m, frame)", [f"{name}(m, frame, 0, True)" for name in ticks])
        self._define("block(m, inputs, frame, count, due, every)", body)
        return "\n".join(self.lines) + "\n"

    def _define(self, head: str, body: Sequence[str]) -> None:
        self.lines += ["", "", f"def {head}:", *(f"    {line}" for line in body or ["pass"])]

    def _fresh(self, prefix: str = "v") -> str:
        return f"{prefix}{len(self.names)}"

    # regions

    def _turn(self, op: rt.RegionOp) -> str:
        """Defines the function of one turn of a region; returns its name."""
        name = f"{op.name[3:]}_{len(self.lines)}"
        for arg in op.block.args:
            self.names[arg] = self._fresh("x")
        arguments = ["m", "frame", "g", "every", *(self.names[a] for a in op.block.args)]
        self.lines += ["", "", f"def {name}({', '.join(arguments)}):", "    later = []"]
        self._ops(op.block)
        self.lines.append("    m.write(later)")
        self.lines.append(f"    return ({''.join(f'{self.names[v]}, ' for v in op.yielded)})")
        return name

    def _blocks(self, ops: Sequence[Operation], group: str = "0") -> list[str]:
        """The statements that run the blocks of the program, or of a group of voices, in order."""
        said: list[str] = []
        for op in ops:
            if isinstance(op, rt.InputOp):
                self.names[op.result] = f"inputs[{op.channel.data}]"
            elif isinstance(op, rt.VoicesOp):
                said += self._voices(op)
            elif isinstance(op, rt.BlockOp):
                turn, made = self._turn(op), self._fresh("b")
                samples = "".join(f", {self.names[buffer]}[j]" for buffer in op.operands)
                said.append(f"{made} = [{turn}(m, frame + j, {group}, False{samples}) for j in range(count)]")
                for i, result in enumerate(op.results):
                    self.names[result] = f"{made}_{i}"
                    said.append(f"{made}_{i} = [turn[{i}] for turn in {made}]")
            elif isinstance(op, rt.OutputOp):
                said.append(f"return [{', '.join(self.names[v] for v in op.operands)}]")
        return said

    def _voices(self, op: rt.VoicesOp) -> list[str]:
        """A loop over the voices that sound, and the sums of what they yield."""
        for arg, buffer in zip(op.block.args, op.operands, strict=True):
            self.names[arg] = self.names[buffer]
        ticks = [self._turn(inner) for inner in op.block.ops if isinstance(inner, rt.TickOp)]
        body = [f"if due: {name}(m, frame, g, every)" for name in ticks]
        body += self._blocks(list(op.block.ops), "g")
        silence = ", ".join(f"[{element_of(r.type)}(0)] * count" for r in op.results)
        active = next(s for s in self.declared.values() if isinstance(s, rt.SlotOp) and s.field.data == "active")
        voices = self._fresh("voices")
        said = [f"{voices} = []", f"for g in range({op.count.data}):",
                f"    if not m.read('bool', {self._place(active, ['g'])}):",
                f"        {voices}.append(({silence},))", "        continue",
                *(f"    {line}" for line in body),
                f"    {voices}.append(({''.join(f'{self.names[v]}, ' for v in op.yielded)}))"]  # fmt: skip
        for i, result in enumerate(op.results):
            self.names[result] = f"{voices}_{i}"
            add = f"add_{element_of(result.type)}"
            said.append(f"{voices}_{i} = [tree([v[{i}][j] for v in {voices}], {add}) for j in range(count)]")
        return said

    # operations

    def _ops(self, block: Block) -> None:
        for op in block.ops:
            self._op(op)

    def _say(self, text: str) -> None:
        self.lines.append(self.indent + text)

    def _let(self, value: SSAValue, text: str) -> None:
        self.names[value] = name = self._fresh()
        self._say(f"{name} = {text}")

    def _op(self, op: Operation) -> None:
        n = self.names
        match op:
            case dsp.ConstantOp():
                n[op.result] = f"{element_of(op.result.type)}({_number(op.number)})"
            case dsp.ScalarOp():
                self._let(op.result, f"{op.row.key.replace('.', '_')}({', '.join(n[a] for a in op.args)})")
            case dsp.LanesOp():
                numbers = [_number(x) for x in op.values.get_values()]
                self._let(op.result, f"{element_of(op.result.type)}([{', '.join(numbers)}][{self.turns[-1]}])")
            case dsp.SplatOp():
                n[op.result] = n[op.x]
            case rt.ReadOp():
                slot = self.declared[op.slot]
                self._let(op.result, f"m.read('{element_of(slot.type)}', {self._place(slot, self._indexes(slot))})")
            case rt.WriteOp():
                slot = self.declared[op.slot]
                place = self._place(slot, self._indexes(slot))
                self._say(f"later.append(('{element_of(slot.type)}', {place}, {n[op.value]}))")
            case rt.LookupOp():
                self._let(op.result, f"{op.table}[int({n[op.index]})]")
            case rt.FrameOp():
                self._let(op.result, "u32(frame % 2**32)")
            case rt.SampleRateOp():
                self._let(op.result, "f64(m.rate)")
            case rt.TickAllOp():
                self._let(op.result, "bool(every)")
            case rt.LoopOp():
                self._loop(op)
            case rt.WhenOp():
                self._when(op)
            case rt.ReduceOp():
                combine = f"{op.kind.data}_{element_of(op.result.type)}"
                self._let(op.result, f"tree({n[op.x]}[:{op.lanes.data}], {combine})")
            case rt.YieldOp():
                pass
            case _:
                self._line(op)

    def _when(self, op: rt.WhenOp) -> None:
        for result in op.results:
            self._let(result, f"{element_of(result.type)}(0)")
        self._say(f"if {self.names[op.condition]}:")
        self.indent += "    "
        self._ops(op.block)
        for result, value in zip(op.results, op.yielded, strict=True):
            self._say(f"{self.names[result]} = {self.names[value]}")
        self._say("pass")
        self.indent = self.indent[:-4]

    def _line(self, op: Any) -> None:
        line = self.declared[op.line]
        element = element_of(line.type)
        copy = self._copy(line, self._indexes(line))
        ring = f"m.ring('{element}', {line.offset.data}, {copy})"
        match op:
            case rt.LongestOp():
                seconds = line.max_seconds.value.data
                self._let(op.result, f"i32({line.max_samples.data} + ceil({seconds!r} * m.rate))")
            case rt.LineReadOp():
                at = self._fresh("ring")
                self._say(f"{at} = {ring}")
                self._let(op.result, f"{element}({at}[(frame - int({self.names[op.distance]})) % len({at})])")
            case rt.LineWriteOp():
                at = self._fresh("ring")
                self._say(f"{at} = {ring}")
                self._say(f"{at}[frame % len({at})] = {self.names[op.value]}")
            case rt.LineClearOp():
                self._say(f"if {self.names[op.condition]}: {ring}[:] = 0")
            case _:
                raise TypeError(f"python-source has no {op.name}")

    def _loop(self, op: rt.LoopOp) -> None:
        turn = f"t{len(self.turns)}"
        for result in op.results:
            self._let(result, "[]")
        self._say(f"for {turn} in range({op.count.data}):")
        outer, self.indent = self.indent, self.indent + "    "
        self.turns.append(turn)
        self.names[op.block.args[0]] = f"i32({turn})"
        self._ops(op.block)
        for result, value in zip(op.results, op.yielded, strict=True):
            self._say(f"{self.names[result]}.append({self.names[value]})")
        self._say("pass")
        self.turns.pop()
        self.indent = outer

    # memory

    def _indexes(self, declared: Any) -> list[str]:
        """The numbers of the copy that is used here: the voice's, then those of the loops' turns."""
        available = (["g"] if declared.voice is not None else []) + self.turns
        return available[: len(declared.sizes)]

    def _place(self, slot: rt.SlotOp, indexes: Sequence[str]) -> str:
        assert slot.offset is not None and slot.strides is not None
        terms = [f"{i} * {s.data}" for i, s in zip(indexes, slot.strides.data, strict=True)]
        return " + ".join([str(slot.offset.data), *terms])

    def _copy(self, line: rt.LineOp, indexes: Sequence[str]) -> str:
        copy = "0"
        for size, index in zip(line.sizes, indexes, strict=True):
            copy = f"({copy} * {size} + {index})"
        return copy


def _number(value: float) -> str:
    return "nan" if isinstance(value, float) and isnan(value) else repr(value)
