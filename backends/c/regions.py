"""One region of a legal program as one C function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xdsl.ir import Attribute, Block, Operation, SSAValue

from dspc.backends.c.arrays import Arrays
from dspc.backends.c.spelling import (
    constant,
    lane_literal,
    lanes,
    literal,
    memory_type,
    neutral,
    scalar_expression,
    value_type,
)
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import find_row
from dspc.dialects.types import BufferType, StackType, element_of, width_of


@dataclass
class Declarations:
    """Slots, lines and tables by name."""

    slots: dict[str, rt.SlotOp]
    lines: dict[str, rt.LineOp]
    tables: dict[str, rt.TableOp]

    @classmethod
    def of(cls, program: rt.ProgramOp) -> Declarations:
        ops = list(program.body.block.ops)
        return cls(
            {op.sym_name.data: op for op in ops if isinstance(op, rt.SlotOp)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.LineOp)},
            {op.sym_name.data: op for op in ops if isinstance(op, rt.TableOp)},
        )


@dataclass
class Region:
    """The text of a region's function body; `carried` slots live in locals across its samples."""

    declarations: Declarations
    arrays: Arrays
    per_sample: bool
    lines: list[str] = field(default_factory=list[str])
    before: list[str] = field(default_factory=list[str])
    after: list[str] = field(default_factory=list[str])
    ends: list[str] = field(default_factory=list[str])
    names: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    stores: dict[SSAValue, list[str]] = field(default_factory=dict[SSAValue, list[str]])
    """Where samples of results go, as soon as they are known: registers are few."""
    indent: str = "  "
    count: int = 0
    carried: set[str] = field(default_factory=set[str])
    prepared: set[str] = field(default_factory=set[str])
    loops: list[str] = field(default_factory=list[str])

    def emit(self, block: Block) -> None:
        """Writes a block's operations; writes to slots come last."""
        outer, self.ends = self.ends, []
        for op in block.ops:
            self._op(op)
        self.lines += [self.indent + text for text in self.ends]
        self.ends = outer

    def say(self, text: str) -> None:
        self.lines.append(self.indent + text)

    def name(self, value: SSAValue) -> str:
        return self.names[value]

    def define(self, value: SSAValue, text: str) -> None:
        name = self._fresh(value)
        self.names[value] = name
        self.say(f"const {value_type(value.type)} {name} = {text};")
        self.store(value)

    def store(self, value: SSAValue) -> None:
        """Writes a value to the buffers that it is a sample of."""
        for place in self.stores.pop(value, ()):
            self.say(f"{place} = {self.name(value)};")

    def _fresh(self, value: SSAValue) -> str:
        self.count += 1
        hint = value.name_hint
        return f"{hint}_{self.count}" if hint and hint.isidentifier() else f"v{self.count}"

    # operations

    def _op(self, op: Operation) -> None:
        if isinstance(op, dsp.ConstantOp):
            self.names[op.result] = constant(op.number, op.result.type)
        elif isinstance(op, dsp.ScalarOp):
            self.define(op.result, scalar_expression(op, [self.name(a) for a in op.args]))
        elif isinstance(op, rt.ReadOp):
            self._read(op)
        elif isinstance(op, rt.WriteOp):
            self._write(op)
        elif isinstance(op, dsp.SplatOp):
            self.define(op.result, self._splat(self.name(op.x), op.result))
        elif isinstance(op, dsp.LanesOp):
            self._lanes(op)
        elif isinstance(op, rt.LineReadOp | rt.LineWriteOp | rt.LineClearOp | rt.LongestOp):
            self._line(op)
        elif isinstance(op, rt.LookupOp):
            self._lookup(op)
        elif isinstance(op, rt.LoopOp):
            self._loop(op)
        elif isinstance(op, rt.ReduceOp):
            self._reduce(op)
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

    # slots

    def _read(self, op: rt.ReadOp) -> None:
        slot = self.declarations.slots[op.slot]
        if not self.loops:
            self._carry(slot)
            self.define(op.result, f"l_{op.slot}")
        else:
            self.define(op.result, self._load(slot))

    def _write(self, op: rt.WriteOp) -> None:
        slot = self.declarations.slots[op.slot]
        if not self.loops:
            self._carry(slot, changed=True)
            self.ends.append(f"l_{op.slot} = {self.name(op.value)};")
        else:
            self.ends.append(self._store(slot, self.name(op.value)))

    def _carry(self, slot: rt.SlotOp, changed: bool = False) -> None:
        """Keeps the slot in a local while the region runs."""
        name = slot.sym_name.data
        if name not in self.carried:
            self.carried.add(name)
            self.before.append(f"{value_type(slot.type)} l_{name} = {self._load(slot)};")
        if changed:
            self.after.append(self._store(slot, f"l_{name}"))

    def _place(self, slot: rt.SlotOp) -> str:
        owner = "v" if slot.voice is not None else "s"
        indexes = self.loops[: len(slot.sizes) - (slot.voice is not None)]
        return f"{owner}->{slot.sym_name.data}" + "".join(f"[{i}]" for i in indexes)

    def _load(self, slot: rt.SlotOp) -> str:
        place, width = self._place(slot), width_of(slot.type)
        if element_of(slot.type) == "bool" and width > 1:
            return f"dspc_load_boolx{width}(&{place})"
        return place

    def _store(self, slot: rt.SlotOp, value: str) -> str:
        place, width = self._place(slot), width_of(slot.type)
        if element_of(slot.type) == "bool" and width > 1:
            return f"dspc_store_boolx{width}(&{place}, {value});"
        return f"{place} = {value};"

    # lines and tables

    def _prepare_line(self, line: rt.LineOp) -> str:
        """Locals for a line's memory and mask; returns the first ring of this copy."""
        name = line.sym_name.data
        element = memory_type(line.type).split("x")[0] if width_of(line.type) == 1 else _scalar_type(line)
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
        name, width = op.line, width_of(line.type)
        frame = "frame + j" if self.per_sample else "frame"
        if isinstance(op, rt.LongestOp):
            self.define(op.result, f"(int32_t)longest_{name}(s->core.sample_rate)")
            return
        ring = self._prepare_line(line)
        suffix = f"{_short(line)}x{width}"
        if isinstance(op, rt.LineReadOp):
            distance = self.name(op.distance)
            if width < width_of(op.result.type):
                taps = [f"{distance}[{k}]" for k in range(width_of(op.result.type))]
                cells = [f"{ring}[({frame} - (uint32_t){tap}) & m_{name}]" for tap in taps]
                self.define(op.result, _gathered(cells, op.result))
            elif width == 1:
                self.define(op.result, f"{ring}[({frame} - (uint32_t){distance}) & m_{name}]")
            else:
                self.define(op.result, f"dspc_ring_read_{suffix}({ring}, m_{name}, {frame}, {distance})")
        elif isinstance(op, rt.LineWriteOp):
            value = self.name(op.value)
            if width == 1:
                self.ends.append(f"{ring}[({frame}) & m_{name}] = {value};")
            else:
                self.ends.append(f"dspc_ring_write_{suffix}({ring}, m_{name}, {frame}, {value});")
        else:
            condition = self.name(op.condition)
            if width == 1:
                self.ends.append(f"if ({condition}) dspc_ring_clear({ring}, m_{name}, sizeof *d_{name});")
            else:
                clear = f"dspc_ring_clear({ring} + k * (m_{name} + 1u), m_{name}, sizeof *d_{name});"
                self.ends.append(f"for (uint32_t k = 0; k < {width}; k++) if ({condition}[k]) {clear}")

    def _lookup(self, op: rt.LookupOp) -> None:
        index, width = self.name(op.index), width_of(op.result.type)
        if width == 1:
            self.define(op.result, f"{op.table}[{index}]")
        else:
            texts = [f"{op.table}[{index}[{k}]]" for k in range(width)]
            self.define(op.result, lanes(texts, op.result.type))

    # loops

    def _loop(self, op: rt.LoopOp) -> None:
        turn = f"c{len(self.loops)}"
        count, width = op.count.data, op.width.data
        stacks: list[str] = []
        for result in op.results:
            self.count += 1
            stack = f"t{self.count}"
            self.say(self.arrays.stack(element_type(result), stack, count))
            self.names[result] = stack
            stacks.append(stack)
        self.say(f"for (int32_t {turn} = 0; {turn} < {count}; {turn}++) {{")
        self.loops.append(turn)
        self.indent += "  "
        self._index(op.block.args[0], turn, width, op.lanes.data)
        yielded = list(op.yielded)
        outer, self.ends = self.ends, []
        for inner in op.block.ops:
            self._op(inner)
        for stack, value in zip(stacks, yielded, strict=True):
            self.say(f"{stack}[{turn}] = {self.name(value)};")
        self.lines += [self.indent + text for text in self.ends]
        self.ends = outer
        self.indent = self.indent[:-2]
        self.loops.pop()
        self.say("}")

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

    def _reduce(self, op: rt.ReduceOp) -> None:
        """A halving tree in place: turns first, then the lanes of the vector that is left."""
        stack, count, kind = self.name(op.x), op.lanes.data, op.kind.data
        loop = op.x.owner
        assert isinstance(loop, rt.LoopOp)
        turns = loop.count.data
        inner = width_of(op.x.type) if loop.width.data > 1 else 1
        type_ = op.x.type
        if op.x.uses.get_length() > 1:  # the tree is made in place: keep the leaves for the others
            self.count += 1
            self.say(self.arrays.stack(element_type(op.x), f"t{self.count}", turns))
            self.say(f"__builtin_memcpy(t{self.count}, {stack}, {turns} * sizeof *{stack});")
            stack = f"t{self.count}"
        element = element_of(type_)
        if inner > 1 and count % inner:
            self.say(fill_missing(f"{stack}[{turns - 1}]", count % inner, inner, kind, element))
        for text in halve(turns, stack + "[{}]", kind, element, width_of(type_)):
            self.say(text)
        if inner == 1:
            self.define(op.result, f"{stack}[0]")
            return
        self.say(fold_lanes(f"{stack}[0]", inner, kind, element))
        text = f"{stack}[0][0]"
        self.define(op.result, f"({text} != 0)" if element == "bool" else text)


def element_type(value: SSAValue) -> Attribute:
    """The type of a buffer's, or a stack's, elements."""
    assert isinstance(value.type, BufferType | StackType)
    return value.type.element


def _scalar_type(line: rt.LineOp) -> str:
    from dspc.dialects.scalar import C_TYPES

    return C_TYPES[element_of(line.type)]


def _gathered(cells: Sequence[str], result: SSAValue) -> str:
    """A vector of one cell of memory for each lane; a bool is a mask in a vector, and 0 or 1 in memory."""
    masks = element_of(result.type) == "bool"
    return lanes([f"-(int32_t){cell}" for cell in cells] if masks else list(cells), result.type)


def _short(line: rt.LineOp) -> str:
    return element_of(line.type)


def combine(kind: str, element: str, width: int, a: str, b: str) -> str:
    """Two leaves of a tree."""
    if width > 1 and kind in ("min", "max"):
        return f"dspc_{kind}_{element}x{width}({a}, {b})"
    row = find_row(kind, element)
    assert row is not None
    return row.c.replace("$0", a).replace("$1", b)


def halve(count: int, leaf: str, kind: str, element: str, width: int) -> Iterator[str]:
    """Loops that combine `count` leaves in a halving tree, in place; `leaf` spells the leaf of an index."""
    half = 1 << (count - 1).bit_length() >> 1
    while half:
        if half < count:
            a, b = leaf.format("i"), leaf.format(f"i + {half}")
            pairs = min(half, count - half)
            yield f"for (int i = 0; i < {pairs}; i++) {a} = {combine(kind, element, width, a, b)};"
        count, half = min(count, half), half >> 1


def fill_missing(vector: str, present: int, width: int, kind: str, element: str) -> str:
    return f"for (int k = {present}; k < {width}; k++) {vector}[k] = {neutral(kind, element)};"


def fold_lanes(vector: str, width: int, kind: str, element: str) -> str:
    """The halving tree over the lanes of one vector."""
    a, b = f"{vector}[k]", f"{vector}[k + h]"
    return (f"for (int h = {width // 2}; h; h /= 2) for (int k = 0; k < h; k++) "
            f"{a} = {combine(kind, element, 1, a, b)};")  # fmt: skip


def yielded_names(region: Region, values: Sequence[SSAValue]) -> list[str]:
    return [region.name(v) for v in values]
