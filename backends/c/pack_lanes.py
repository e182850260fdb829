"""Recursions side by side, `rt.pack`: the text of a region that has one and what is known before the block.

Recursions in series run one sample after the other: in turn j lane k is at sample j - k of the block, so the first and
the last turns have lanes that rest. Recursions that do not know of one another get their samples turned: from vectors
of one recursion's samples to vectors of all recursions at one sample, so many samples at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from dspc.backends.c.regions import Region
from dspc.backends.c.spelling import constant, keep_samples, lane_literal, lanes, load_samples, value_type
from dspc.dialects import dsp, rt
from dspc.dialects.scalar import C_TYPES
from dspc.dialects.types import element_of


def pack_of(block: Block) -> rt.PackOp | None:
    """The recursions of a region that run side by side; it has no others."""
    return next((op for op in block.ops if isinstance(op, rt.PackOp)), None)


@dataclass
class PackRegion(Region):
    """The text of such a region; `buffers` are the names of its operands', `results` those of what it yields."""

    buffers: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    results: dict[SSAValue, list[str]] = field(default_factory=dict[SSAValue, list[str]])
    state: set[str] = field(default_factory=set[str])
    """Slots of first lanes: the locals are named after them."""
    hosts: set[str] = field(default_factory=set[str])
    in_series: bool = False
    width: int = 1

    def emit_pack(self, block: Block, hosts: set[str]) -> None:
        """Writes the loops, and what comes before and after them. `hosts` are buffers of the host."""
        self.hosts = hosts
        self.buffers = {arg: f"a{i}" for i, arg in enumerate(block.args)}
        last = block.last_op
        for i, value in enumerate(last.operands if last is not None else ()):
            self.results.setdefault(value, []).append(f"r{i}")
        for op in block.ops:
            if not isinstance(op, rt.PackOp):
                self._op(op)
        self.before, self.lines = [*self.before, *(line.strip() for line in self.lines)], []
        pack = pack_of(block)
        assert pack is not None
        self.width, self.in_series = pack.width.data, any(pack.offsets)
        self._keep_state(pack)
        if self.in_series:
            self._series(pack)
        else:
            self._turned(pack)

    # what is the same in both

    def _keep_state(self, pack: rt.PackOp) -> None:
        """Locals for what recursions remember, in the order of their first read or write."""
        for op in pack.block.ops:
            if isinstance(op, rt.ReadLanesOp | rt.WriteLanesOp) and op.slots[0] not in self.state:
                type_ = (op.result if isinstance(op, rt.ReadLanesOp) else op.value).type
                cells = [f"s->{slot}" for slot in op.slots] + [lane_literal(0, element_of(type_))] * (
                    self.width - len(op.slots))  # fmt: skip
                self.state.add(op.slots[0])
                self.before.append(f"{value_type(type_)} z_{op.slots[0]} = {lanes(cells, type_)};")
                self.after += [f"s->{slot} = z_{op.slots[0]}[{k}];" for k, slot in enumerate(op.slots)]

    def _op(self, op: Operation) -> None:
        if isinstance(op, rt.ReadLanesOp):
            self.names[op.result] = f"z_{op.slots[0]}"
        elif isinstance(op, rt.WriteLanesOp):
            local, value = f"z_{op.slots[0]}", self.name(op.value)
            if self.in_series:  # lanes that rest keep what they have
                kept = f"dspc_select_{value_type(op.value.type)}(runs, {value}, {local})"
                self.ends.append(f"if (whole) {local} = {value}; else {local} = {kept};")
            else:
                self.ends.append(f"{local} = {value};")
        else:
            super()._op(op)

    def _lanes(self, op: dsp.LanesOp) -> None:
        element = element_of(op.result.type)
        numbers = [*op.numbers, *[op.numbers[0]] * (self.width - len(op.numbers))]
        self.names[op.result] = name = self.local("c")
        texts = [lane_literal(number, element) for number in numbers]
        self.before.append(f"const {value_type(op.result.type)} {name} = {lanes(texts, op.result.type)};")

    def _is_buffer(self, operand: SSAValue) -> bool:
        return operand in self.buffers

    def _spread(self, operands: list[SSAValue], arg: SSAValue) -> str:
        """A vector of what does not change in the block."""
        texts = [_lane(self.name(operand), arg) for operand in operands]
        texts = texts * self.width if len(texts) == 1 else texts + ["0"] * (self.width - len(texts))
        name = self.local("h")
        self.before.append(f"const {value_type(arg.type)} {name} = {lanes(texts, arg.type)};")
        return name

    # in series

    def _series(self, pack: rt.PackOp) -> None:
        places = pack.offsets
        last, width = max(places), self.width
        places = places + [last + 1] * (width - len(places))
        self.before.append(f"const i32x{width} place = {{{', '.join(map(str, places))}}};")
        carried: dict[int, str] = {}
        for _, _, link in pack.fed():
            if link >= 0:
                carried.setdefault(link, f"y{link}")
        for link, name in carried.items():
            type_ = pack.yielded[link].type
            self.before.append(f"{value_type(type_)} {name} = {constant(0.0, type_)};")
        self.say(f"for (uint32_t j = 0; j < n + {last}u; j++) {{")
        self.indent += "  "
        self.say(f"const uint32_t at = j < n ? j : n - 1, whole = j >= {last}u && j < n;")
        self.say(f"const i32x{width} runs = (i32x{width})((u32x{width})((int32_t)j - place) < n);")
        self.say("(void)at, (void)whole, (void)runs;")
        for arg, operands, link in pack.fed():
            self._fed_in_series(pack, arg, operands, carried.get(link))
        self._body(pack.block)
        self.say_ends()
        for link, name in carried.items():
            self.say(f"{name} = {self.name(pack.yielded[link])};")
        for result, value, lane in pack.samples():
            place = pack.offsets[lane]
            for buffer in self.results.get(result, ()):
                head = f"if (j - {place}u < n) " if place else "if (j < n) "
                cell = f"{self.name(pack.yielded[value])}[{lane}]"
                self.say(f"{head}{buffer}[j - {place}u] = {f'1u & (uint32_t){cell}' if _is_bool(result) else cell};")
        self.indent = self.indent[:-2]
        self.say("}")

    def _fed_in_series(self, pack: rt.PackOp, arg: SSAValue, operands: list[SSAValue], carried: str | None) -> None:
        """An argument at the turn of each lane: it enters at the recursions that come first, and moves on."""
        if carried is None and not any(map(self._is_buffer, operands)):
            self.names[arg] = self._spread(operands, arg)
            return
        heads = [_lane(f"{self.buffers[o]}[at]" if self._is_buffer(o) else self.name(o), arg) for o in operands]
        if carried is None:  # one sample for all, which each lane wants at a turn of its own
            assert len(operands) == 1
            heads = heads * len(pack.heads)
            local = self.local("m")
            self.before.append(f"{value_type(arg.type)} {local} = {constant(0.0, arg.type)};")
            self.define(arg, self._moved_on(pack, local, heads, arg))
            self.ends.append(f"{local} = {self.name(arg)};")
        else:
            self.define(arg, self._moved_on(pack, carried, heads, arg))

    def _moved_on(self, pack: rt.PackOp, vector: str, heads: list[str], arg: SSAValue) -> str:
        width, kind = self.width, value_type(arg.type)
        number = {lane: i for i, lane in enumerate(pack.heads)}
        order = [str(width + number[k]) if k in number else str(k - 1) for k in range(width)]
        mask = f"i{'64' if C_TYPES[element_of(arg.type)] in ('double', 'uint64_t') else '32'}x{width}"
        return f"DSPC_SHUFFLE({mask}, {vector}, (({kind}){{{', '.join(heads)}}}), {', '.join(order)})"

    # turned

    def _turned(self, pack: rt.PackOp) -> None:
        width = self.width
        fed = [(arg, operands) for arg, operands, _ in pack.fed()]
        turned = [(arg, operands, self.local("t")) for arg, operands in fed if len(operands) > 1
                  and any(map(self._is_buffer, operands))]  # fmt: skip
        kept = {value: self.local("t") for value in range(len(pack.yielded))}
        self.say(f"for (uint32_t i = 0; i < n; i += {width}u) {{")
        self.indent += "  "
        self.say(f"const uint32_t end = n - i < {width}u ? n - i : {width}u;")
        for arg, operands, name in turned:
            self.say(f"{value_type(arg.type)} {name}[{width}];")
            for k in range(width):
                self.say(f"{name}[{k}] = {self._samples(operands[k] if k < len(operands) else None, arg)};")
            self.say(f"dspc_turn_{value_type(arg.type)}({name});")
        for value, name in kept.items():
            self.say(f"{value_type(pack.yielded[value].type)} {name}[{width}];")
        with self.braces("for (uint32_t j = 0; j < end; j++)"):
            for arg, operands in fed:
                self._fed_turned(arg, operands, next((name for a, _, name in turned if a is arg), None))
            self._body(pack.block)
            for value, name in kept.items():
                self.say(f"{name}[j] = {self.name(pack.yielded[value])};")
        for value, name in kept.items():
            self.say(f"dspc_turn_{value_type(pack.yielded[value].type)}({name});")
        for result, value, lane in pack.samples():
            for buffer in self.results.get(result, ()):
                self.say(keep_samples(f"{buffer} + i", f"{kept[value]}[{lane}]", pack.yielded[value].type))
        self.indent = self.indent[:-2]
        self.say("}")

    def _fed_turned(self, arg: SSAValue, operands: list[SSAValue], turned: str | None) -> None:
        if turned is not None:
            self.define(arg, f"{turned}[j]")
        elif self._is_buffer(operands[0]):
            self.define(arg, lanes([_lane(f"{self.buffers[operands[0]]}[i + j]", arg)] * self.width, arg.type))
        else:
            self.names[arg] = self._spread(operands, arg)

    def _samples(self, operand: SSAValue | None, arg: SSAValue) -> str:
        """Samples of one recursion that follow each other."""
        if operand is None:
            return constant(0.0, arg.type)
        if not self._is_buffer(operand):
            return lanes([_lane(self.name(operand), arg)] * self.width, arg.type)
        buffer = self.buffers[operand]
        if buffer in self.hosts:
            return f"dspc_some_{value_type(arg.type)}({buffer} + i, n - i)"
        return load_samples(f"{buffer} + i", arg.type)


def _is_bool(value: SSAValue) -> bool:
    return element_of(value.type) == "bool"


def _lane(text: str, vector: SSAValue) -> str:
    """A scalar as a lane of a vector, where a bool is a mask."""
    return f"-(int32_t){text}" if _is_bool(vector) else text


def turned_widths(program: rt.ProgramOp) -> set[int]:
    """Lanes of vectors that are turned: the functions for it are only written where they are used."""
    packs = [op for op in program.walk() if isinstance(op, rt.PackOp)]
    return {pack.width.data for pack in packs if not any(pack.offsets)}
