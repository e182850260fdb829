"""One region of a legal program as one C function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.c import stacks
from dspc.backends.c.slots import Slots
from dspc.backends.c.spelling import (
    constant,
    lane_literal,
    lanes,
    literal,
    memory_type,
    scalar_expression,
    value_type,
)
from dspc.backends.c.writer import Writer
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import C_TYPES
from dspc.dialects.types import element_of, width_of


@dataclass
class Region(Writer):
    """The text of a region's function body."""

    per_sample: bool = False

    def __post_init__(self) -> None:
        self.slots = Slots(self)
        self.prepared: set[str] = set()

    def emit(self, block: Block) -> None:
        """Writes a region's operations; writes to slots come last."""
        self.slots.plan(block)
        self._body(block)
        self.say_ends()

    def _body(self, block: Block) -> None:
        self.slots.begin(block)
        for op in block.ops:
            self._op(op)

    # operations

    def _op(self, op: Operation) -> None:
        if isinstance(op, dsp.ConstantOp):
            self.names[op.result] = constant(op.number, op.result.type)
        elif isinstance(op, dsp.ScalarOp):
            self.define(op.result, scalar_expression(op, [self.name(a) for a in op.args]))
        elif isinstance(op, rt.ReadOp):
            self.slots.read(op)
        elif isinstance(op, rt.WriteOp):
            self.slots.write(op)
        elif isinstance(op, rt.PreviousOp):
            self.slots.previous(op)
        elif isinstance(op, rt.AdvanceOp):
            self.slots.advance(op, f"({value_type(op.result.type)})j")
        elif isinstance(op, dsp.SplatOp):
            self.define(op.result, self._splat(self.name(op.x), op.result))
        elif isinstance(op, dsp.LanesOp):
            self._lanes(op)
        elif isinstance(op, rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp):
            self._line(op)
        elif isinstance(op, rt.LookupOp):
            self._lookup(op)
        elif isinstance(op, rt.RecordedOp):
            self._recorded(op)
        elif isinstance(op, rt.RecordingFramesOp):
            self.define(op.result, f"(int32_t)s->{op.recording}.frames")
        elif isinstance(op, rt.RecordingRateOp):
            self.define(op.result, f"s->{op.recording}.rate")
        elif isinstance(op, rt.LoopOp):
            self._loop(op)
        elif isinstance(op, rt.RepeatOp):
            self._repeat(op)
        elif isinstance(op, rt.WhenOp):
            self._when(op)
        elif isinstance(op, rt.StackOp):
            stacks.stack(self, op)
        elif isinstance(op, rt.PickOp):
            stacks.pick(self, op)
        elif isinstance(op, rt.ReduceOp):
            stacks.reduce(self, op)
        elif isinstance(op, rt.LoadOp):
            self.slots.load(op)
        elif isinstance(op, rt.StoreOp):
            self.slots.store(op)
        elif isinstance(op, rt.FrameOp):
            self.names[op.result] = "(frame + j)" if self.per_sample else "frame"
        elif isinstance(op, rt.SampleRateOp):
            self.define(op.result, "s->core.sample_rate")
        elif isinstance(op, rt.TickAllOp):
            self.define(op.result, "all")
        elif not isinstance(op, rt.YieldOp):
            raise TypeError(f"the C backend has no {op.name}")

    def _splat(self, text: str, result: SSAValue) -> str:
        width = width_of(result.type)
        if element_of(result.type) == "bool":
            text = f"-(int32_t){text}"
        return lanes([text] * width, result.type)

    def _lanes(self, op: dsp.LanesOp) -> None:
        element, width = element_of(op.result.type), width_of(op.result.type)
        numbers = op.numbers
        numbers += [numbers[-1]] * (-len(numbers) % width)
        name = f"lanes_{len(self.before)}"
        texts = ", ".join(literal(n, element) for n in numbers)
        if width > 1:
            groups = [numbers[i : i + width] for i in range(0, len(numbers), width)]
            texts = ", ".join("{" + ", ".join(lane_literal(n, element) for n in g) + "}" for g in groups)
        self.before.append(f"static const {value_type(op.result.type)} {name}[] = {{{texts}}};")
        self.define(op.result, f"{name}[{self.loops[-1]}]")

    # lines and tables

    def _prepare_line(self, line: rt.LineOp) -> str:
        """Locals for a line's memory and mask; returns the first ring of this copy."""
        name = line.sym_name.data
        element = memory_type(line.type).split("x")[0] if width_of(line.type) == 1 else C_TYPES[element_of(line.type)]
        if name not in self.prepared:
            self.prepared.add(name)
            self.before.append(f"const uint32_t m_{name} = s->{name}[1];")
            self.before.append(f"{element} *restrict const d_{name} = ({element} *)((char *)s + s->{name}[0]);")
        sizes = line.sizes
        indexes = (["g"] if line.voice is not None else []) + self.loops
        indexes = indexes[: len(sizes)]
        if not sizes:
            return f"d_{name}"
        copy = indexes[0]
        for size, index in zip(sizes[1:], indexes[1:], strict=True):
            copy = f"({copy} * {size} + {index})"
        width = width_of(line.type)
        return f"(d_{name} + (size_t){copy} * {width} * (m_{name} + 1u))"

    def _line(self, op: rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp) -> None:
        line = self.declarations.lines[op.line]
        if isinstance(op, rt.LongestOp):
            self.define(op.result, f"(int32_t)longest_{op.line}(s->core.sample_rate)")
            return
        ring, mask = self._prepare_line(line), f"m_{op.line}"
        if isinstance(op, rt.LineClearOp):
            self._clear(line, ring, self.name(op.condition))
            return
        width = width_of(line.type)
        at, each = self._position(op)
        kind = f"{each}{element_of(line.type)}x{width}"
        if isinstance(op, rt.LineReadOp):
            distance = self.name(op.distance)
            if width < width_of(op.result.type):  # the lanes share a ring
                subscripts = [f"[{k}]" for k in range(width_of(op.result.type))]
                places = [f"{at}{k if each else ''} - (uint32_t){distance}{k}" for k in subscripts]
                self.define(op.result, _gathered([f"{ring}[({p}) & {mask}]" for p in places], op.result))
            elif width == 1:
                self.define(op.result, f"{ring}[({at} - (uint32_t){distance}) & {mask}]")
            else:
                self.define(op.result, f"dspc_ring_read_{kind}({ring}, {mask}, {at}, {distance})")
        elif width == 1:
            self.say(f"{ring}[({at}) & {mask}] = {self.name(op.value)};")
        else:
            self.say(f"dspc_ring_write_{kind}({ring}, {mask}, {at}, {self.name(op.value)});")

    def _position(self, op: rt.LineReadOp | rt.LineWriteOp) -> tuple[str, str]:
        """Where it is in the stream of what enters the line, and what the function is called if lanes differ in it."""
        if op.position is None:
            return "frame + j" if self.per_sample else "frame", ""
        return self.name(op.position), "at_" if width_of(op.position.type) > 1 else ""

    def _clear(self, line: rt.LineOp, ring: str, condition: str) -> None:
        name, width = line.sym_name.data, width_of(line.type)
        if width == 1:
            self.say(f"if ({condition}) dspc_ring_clear({ring}, m_{name}, sizeof *d_{name});")
        else:
            clear = f"dspc_ring_clear({ring} + k * (m_{name} + 1u), m_{name}, sizeof *d_{name});"
            self.say(f"for (uint32_t k = 0; k < {width}; k++) if ({condition}[k]) {clear}")

    def _lookup(self, op: rt.LookupOp) -> None:
        self._element(op.table, op.index, op.result)

    def _element(self, array: str, index: SSAValue, result: SSAValue) -> None:
        """An element of a C array, or one for each lane."""
        at, width = self.name(index), width_of(result.type)
        if width == 1:
            self.define(result, f"{array}[{at}]")
        else:
            self.define(result, lanes([f"{array}[{at}[{k}]]" for k in range(width)], result.type))

    def _recorded(self, op: rt.RecordedOp) -> None:
        name, element = op.recording, C_TYPES[element_of(op.result.type)]
        if name not in self.prepared:
            self.prepared.add(name)
            sound = f"(const {element} *)(const void *)((const char *)s + s->{name}.start)"
            self.before.append(f"const {element} *const d_{name} = {sound};")
        self._element(f"d_{name}", op.index, op.result)

    # bodies

    def _loop(self, op: rt.LoopOp) -> None:
        turn = f"c{len(self.loops)}"
        arrays = stacks.arrays_of(self, op)
        with self.braces(f"for (int32_t {turn} = 0; {turn} < {op.count.data}; {turn}++)"):
            self.loops.append(turn)
            self._index(op.block.args[0], turn, op.width.data, op.lanes.data)
            self._body(op.block)
            stacks.put(self, arrays, turn, op.yielded)
            self.say_ends()
            self.loops.pop()

    def _repeat(self, op: rt.RepeatOp) -> None:
        turn = self.local("q")
        arrays = stacks.arrays_of(self, op)
        self.names[op.block.args[0]] = turn
        with self.braces(f"for (int32_t {turn} = 0; {turn} < {op.count.data}; {turn}++)"):
            self._body(op.block)
            stacks.put(self, arrays, turn, op.yielded)

    def _when(self, op: rt.WhenOp) -> None:
        for result in op.results:
            self.names[result] = name = self.local("w")
            self.say(f"{value_type(result.type)} {name} = {constant(0.0, result.type)};")
        condition, width = self.name(op.condition), width_of(op.condition.type)
        with self.braces(f"if ({condition if width == 1 else f'dspc_any_x{width}({condition})'})"):
            self._body(op.block)
            for result, value in zip(op.results, op.yielded, strict=True):
                self.say(f"{self.name(result)} = {self.name(value)};")
        for result in op.results:
            self.store(result)

    def _index(self, arg: SSAValue, turn: str, width: int, count: int) -> None:
        """The turn's number, or those of its lanes; lanes beyond the last do what the last one does."""
        if width == 1:
            self.names[arg] = turn
            return
        numbers = ", ".join(f"{turn} * {width} + {k}" for k in range(width))
        text = f"(i32x{width}){{{numbers}}}"
        if count % width:
            last = lanes([str(count - 1)] * width, arg.type)
            text = f"dspc_min_i32x{width}({text}, {last})"
        self.define(arg, text)


def _gathered(cells: Sequence[str], result: SSAValue) -> str:
    """A vector of one cell of memory for each lane; a bool is a mask in a vector, and 0 or 1 in memory."""
    masks = element_of(result.type) == "bool"
    return lanes([f"-(int32_t){cell}" for cell in cells] if masks else list(cells), result.type)
