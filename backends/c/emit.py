"""A legal program as one C11 file: the engine, what the program remembers, and its regions as functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xdsl.ir import BlockArgument, SSAValue
from xdsl.utils.exceptions import VerifyException

from dspc.backends.c.arrays import Arrays
from dspc.backends.c.constants import constant_array
from dspc.backends.c.mixes import mix_functions, mix_name, without_missing
from dspc.backends.c.pack_lanes import PackRegion, pack_of, turned_widths
from dspc.backends.c.regions import Region
from dspc.backends.c.spelling import literal, memory_type, value_type
from dspc.backends.c.stacks import halve, sums_of
from dspc.backends.c.sums import sum_function
from dspc.backends.c.tables import program_tables
from dspc.backends.c.time_lanes import TimeRegion
from dspc.backends.c.writer import Declarations, element_type
from dspc.backends.describe import describe
from dspc.dialects import rt
from dspc.dialects.kit import TICK
from dspc.dialects.scalar import BYTES, C_TYPES
from dspc.dialects.syntax import where
from dspc.dialects.types import BufferType, element_of, width_of
from dspc.runtime.source import amalgamate, engine_source, read_source

FIRST = """/* {name}: made by dspc. One file, C11, no library: compile it with
 *   cc -std=c11 -O2 -fPIC -shared -ffp-contract=off -fno-math-errno -fno-trapping-math -fwrapv \\
 *      -fno-strict-aliasing
 * and drive it through the functions of the engine below; `dspc_program_get` is the program.
 */
"""

INLINED = 100
"""Operations of a region; the function of a larger one is called, so that its stack is not added to the others'."""

RING = """
DSPC_INLINE void dspc_ring_clear(void *ring, uint32_t mask, size_t bytes)
{
  __builtin_memset(ring, 0, ((size_t)mask + 1u) * bytes);
}
"""

RING_LANES = """
DSPC_INLINE VECTOR dspc_ring_read_KIND(const CELL *ring, uint32_t mask, uint32_t frame, i32xWIDTH distance)
{
  VECTOR r;
  for (uint32_t k = 0; k < WIDTH; k++)
    r[k] = FROM ring[k * (mask + 1u) + ((frame - (uint32_t)distance[k]) & mask)];
  return r;
}
DSPC_INLINE void dspc_ring_write_KIND(CELL *ring, uint32_t mask, uint32_t frame, VECTOR x)
{
  for (uint32_t k = 0; k < WIDTH; k++) ring[k * (mask + 1u) + (frame & mask)] = INTO x[k];
}
DSPC_INLINE VECTOR dspc_ring_read_at_KIND(const CELL *ring, uint32_t mask, u32xWIDTH position, i32xWIDTH distance)
{
  VECTOR r;
  for (uint32_t k = 0; k < WIDTH; k++)
    r[k] = FROM ring[k * (mask + 1u) + ((position[k] - (uint32_t)distance[k]) & mask)];
  return r;
}
DSPC_INLINE void dspc_ring_write_at_KIND(CELL *ring, uint32_t mask, u32xWIDTH position, VECTOR x)
{
  for (uint32_t k = 0; k < WIDTH; k++) ring[k * (mask + 1u) + (position[k] & mask)] = INTO x[k];
}
"""


def emit(program: rt.ProgramOp, engine: bool = True) -> str:
    """The C file's text. Without the engine it is only the core, for a host that has an engine already."""
    return _File(program, engine).text()


def _ring_lanes(element: str, width: int) -> str:
    """The rings of a line with lanes: a bool is a mask in a vector, and 0 or 1 in memory."""
    is_bool = element == "bool"
    words = {
        "VECTOR": f"{'i32' if is_bool else element}x{width}", "KIND": f"{element}x{width}", "WIDTH": str(width),
        "CELL": C_TYPES[element],
        "FROM ": "-(int32_t)" if is_bool else "", "INTO ": "1u & (uint32_t)" if is_bool else "",
    }  # fmt: skip
    text = RING_LANES
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text


@dataclass
class _File:
    program: rt.ProgramOp
    engine: bool = True
    functions: list[str] = field(default_factory=list[str])
    body: list[str] = field(default_factory=list[str])
    buffers: dict[SSAValue, str] = field(default_factory=dict[SSAValue, str])
    count: int = 0
    time_widths: set[int] = field(default_factory=set[int])
    """Of regions that run samples side by side."""

    def __post_init__(self) -> None:
        self.declarations = Declarations.of(self.program)
        self.layout = describe(self.program)
        self.samples = self.program.block.data if self.program.block is not None else TICK
        self.arrays = Arrays(self.layout.static_bytes, self.samples)
        self.ops = list(self.program.body.block.ops)

    def text(self) -> str:
        run = self._run()
        of_slots = {width_of(s.type) for s in self.declarations.slots.values()}
        widths = [w for w in sorted(of_slots | self._widths() | self.time_widths) if w > 1]
        parts = [
            FIRST.format(name=self.program.sym_name.data),
            "#define DSPC_CORE_SIZES(p, rate, lengths) core_sizes(p, rate, lengths)",
            "#define DSPC_CORE_INIT(p, core) core_init(p, core)",
            "#define DSPC_CORE_RUN(p, core, in, out, n) core_run(p, core, in, out, n)",
            amalgamate("engine.h"),
            "static void core_sizes(const dspc_program *p, double rate, uint32_t *lengths);",
            "static void core_init(const dspc_program *p, void *core);",
            "static void core_run(const dspc_program *p, void *core, const float *const *in, float *const *out, "
            "uint32_t n);",
        ]
        if self.engine:
            parts.append(engine_source().replace(amalgamate("engine.h"), ""))
        parts += [read_source("scalar.h"), RING]
        if widths:
            parts.append(read_source("lanes.h"))
            parts += [f"DSPC_LANES({w})" for w in widths]
            parts += [f"DSPC_LATER_ALL({w})" for w in sorted(self.time_widths)]
            parts += self._ring_lanes()
            parts += [f"DSPC_TURN_ALL({w})" for w in sorted(turned_widths(self.program))]
        parts += [sum_function(element, width) for element, width in sums_of(self.program)]
        parts += mix_functions(self._mixed())
        parts += [self._tables(), self._state(), self._longest(), *self.functions, run, self._entry()]
        return "\n".join(parts) + "\n"

    def _widths(self) -> set[int]:
        return {width_of(r.type) for op in self.program.walk() for r in op.results}

    def _mixed(self) -> set[tuple[str, int]]:
        """The elements, and their lanes, of what voices yield."""
        all_voices = [op for op in self.program.walk() if isinstance(op, rt.VoicesOp)]
        return {(element_of(v.type), op.width.data) for op in all_voices for v in op.yielded if op.width.data > 1}

    def _ring_lanes(self) -> list[str]:
        kinds = {(element_of(op.type), width_of(op.type)) for op in self.declarations.lines.values()}
        return [_ring_lanes(element, width) for element, width in sorted(kinds) if width > 1]

    # memory

    def _state(self) -> str:
        declared = self.declarations
        everything = [*declared.slots.values(), *declared.lines.values(), *declared.recordings.values()]
        voice = [op for op in everything if isinstance(op, rt.SlotOp) and op.voice is not None]
        once = [op for op in everything if not isinstance(op, rt.SlotOp) or op.voice is None]
        text: list[str] = []
        base = stride = groups = 0
        if voice:
            base = min(_offset(op) for op in voice)
            stride = next(op.strides.data[0].data for op in voice if op.strides)
            text.append(_struct("voices", voice, base, stride))
            groups = next(op.sizes[0] for op in voice)
        text.append("typedef struct state {\n  dspc_core core;\n  char pad_core[DSPC_CORE_HEADER - sizeof(dspc_core)];")
        text += _members(once, 64, "  ")
        if voice:
            text.append(f"  struct voices voices[{groups}] __attribute__((aligned(64)));")
        text.append("} state;")
        text += [f'_Static_assert(offsetof(state, {_name(op)}) == {_offset(op)}, "layout");' for op in once]
        if voice:
            text.append(f'_Static_assert(offsetof(state, voices) == {base} && sizeof(struct voices) == {stride}, "");')
            text += [
                f'_Static_assert(offsetof(struct voices, {_name(op)}) == {_offset(op) - base}, "layout");'
                for op in voice
            ]
        return "\n".join(text)

    def _tables(self) -> str:
        return "\n".join(map(_table, self.declarations.tables.values()))

    def _longest(self) -> str:
        texts: list[str] = []
        for name, line in self.declarations.lines.items():
            seconds = literal(line.max_seconds.value.data, "f64")
            texts.append(
                f"static inline uint32_t longest_{name}(double rate)\n{{\n"
                f"  return {line.max_samples.data}u + (uint32_t)dspc_ceil_f64({seconds} * rate);\n}}"
            )
        lengths = "\n".join(f"  lengths[{i}] = longest_{n}(rate);" for i, n in enumerate(self.declarations.lines))
        texts.append(
            "static void core_sizes(const dspc_program *p, double rate, uint32_t *lengths)\n{\n"
            f"  (void)p, (void)rate, (void)lengths;\n{lengths}\n}}"
        )
        return "\n".join(texts)

    # regions

    def _function(self, op: rt.RegionOp, kind: str, voice: bool) -> str:
        """Writes the function of a tick, of init, or of a block; returns its name."""
        name = f"{'voices_' if voice else ''}{kind}_{self.count}"
        self.count += 1
        block = isinstance(op, rt.BlockOp)
        width = op.lanes.data if isinstance(op, rt.VecOp) and op.lanes is not None else 1
        packed = block and pack_of(op.block) is not None
        hosts = {f"a{i}" for i, operand in enumerate(op.operands) if _is_hosts(operand)}
        if width > 1:
            region: Region = TimeRegion(self.declarations, self.arrays, per_sample=True, width=width)
        elif packed:
            region = PackRegion(self.declarations, self.arrays, per_sample=True)
        else:
            region = Region(self.declarations, self.arrays, per_sample=block)
        parameters = ["state *restrict s"]
        parameters += ["struct voices *restrict v", "int32_t g"] if voice else []
        parameters += ["uint32_t frame"] + (["uint32_t n"] if block else ["uint32_t all"])
        if block:
            region.indent = "    "
            parameters += [f"const {_buffer_type(b)} *restrict a{i}" for i, b in enumerate(op.operands)]
            parameters += [f"{_buffer_type(r)} *restrict r{i}" for i, r in enumerate(op.results)]
        if isinstance(region, TimeRegion):
            region.emit_lanes(op.block, [f"a{i}" for i in range(len(op.operands))],
                              [f"r{i}" for i in range(len(op.results))], hosts)  # fmt: skip
            self.time_widths.add(width)
        elif isinstance(region, PackRegion):
            region.indent = "  "
            region.emit_pack(op.block, hosts)
        else:
            region.names.update({arg: f"a{i}[j]" for i, arg in enumerate(op.block.args) if block})
            for i, value in enumerate(op.yielded if block else ()):
                region.stores.setdefault(value, []).append(f"r{i}[j]")
            region.emit(op.block)
            for value in list(region.stores):  # inputs and constants
                region.store(value)
        lines = [f"  {t}" for t in region.before]
        if block and not packed:
            lines += [f"  for (uint32_t j = 0; j < n; j += {width}u) {{", *region.lines, "  }"]
        else:
            lines += region.lines
        lines += [f"  {t}" for t in dict.fromkeys(region.after)]
        unused = [f"(void){n}" for n in ("s", "v", "g", "frame", "all") if f" {n} " in _last_words(parameters)]
        alone = "__attribute__((noinline)) " if packed or sum(1 for _ in op.walk()) > INLINED else ""
        head = f"static {alone}void {name}({', '.join(parameters)})\n{{\n  {', '.join(unused)};\n"
        self.functions.append(head + "\n".join(lines) + "\n}")
        return name

    def _run(self) -> str:
        init = [op for op in self.ops if isinstance(op, rt.InitOp)]
        names = [self._function(op, "init", False) for op in init]
        calls = "".join(f"  {n}(s, s->core.frame, 1);\n" for n in names)
        core_init = (
            "static void core_init(const dspc_program *p, void *core)\n{\n  state *s = core;\n  (void)p, (void)s;\n"
            f"{calls}}}\n"
        )
        ticks = [self._function(op, "tick", False) for op in self.ops if isinstance(op, rt.TickOp)]
        for op in self.ops:
            if isinstance(op, rt.InputOp | rt.OutputOp):
                self._check_channels(op)
            if isinstance(op, rt.InputOp):
                self.buffers[op.result] = _channel("in", op.channel.data, element_of(op.result.type))
            elif isinstance(op, rt.BlockOp):
                self._call_block(op, "block", False)
            elif isinstance(op, rt.VoicesOp):
                self._call_voices(op)
            elif isinstance(op, rt.OutputOp):
                for i, value in enumerate(op.operands):
                    element = element_of(value.type)
                    target, size = _channel("out", i, element), f"sizeof({C_TYPES[element]})"
                    copy = f"__builtin_memcpy({target}, {self.buffers[value]},"  # of a known size it is no call
                    whole = f"{copy} {self.samples} * {size});"
                    few = f"for (uint32_t k = 0; k < m; k++) ({target})[k] = ({self.buffers[value]})[k];"
                    self.body.append(f"if (m == {self.samples}) {whole} else if (m < DSPC_TICK) {few}")
                    self.body.append(f"else {copy} m * {size});")
        tick_calls = "".join(f"        {n}(s, frame, 1);\n" for n in ticks)
        body = "\n".join(f"    {t}" for t in self.body)
        return core_init + (
            "\nstatic void core_run(const dspc_program *p, void *core, const float *const *in, float *const *out, "
            "uint32_t n)\n{\n  state *restrict s = core;\n  (void)p, (void)in;\n"
            "  for (uint32_t done = 0, m; done < n; done += m) {\n"
            "    const uint32_t frame = s->core.frame, phase = frame & (DSPC_TICK - 1u);\n"
            "    const uint32_t due = phase == 0 || s->core.tick_any, all = phase == 0 || s->core.tick_all;\n"
            f"    const uint32_t left = {self.samples}u - (frame & {self.samples - 1}u);\n"
            "    m = left < n - done ? left : n - done;\n    (void)due, (void)all;\n"
            f"    if (due) {{\n      if (all) {{\n{tick_calls}      }}\n    }}\n{body}\n"
            "    s->core.tick_any = s->core.tick_all = 0;\n    s->core.frame = frame + m;\n  }\n}"
        )

    def _check_channels(self, op: rt.InputOp | rt.OutputOp) -> None:
        """The host's buffers are of one type: others would be written beyond their end."""
        for buffer in (*op.results, *op.operands):
            if element_of(buffer.type) != self.layout.audio:
                which = "inputs" if isinstance(op, rt.InputOp) else "outputs"
                raise VerifyException(f"c: {where(op)}: {which} are {self.layout.audio}, not {element_of(buffer.type)}")

    def _call_block(self, op: rt.BlockOp, kind: str, voice: bool) -> None:
        name = self._function(op, kind, voice)
        for result in op.results:
            buffer = f"b{len(self.buffers)}"
            self.buffers[result] = buffer
            self.body.append(self.arrays.samples(element_type(result), buffer))
        arguments = ["s"] + (["v", "g"] if voice else []) + ["frame", "m"]
        arguments += [self.buffers[a] for a in op.operands] + [self.buffers[r] for r in op.results]
        self.body.append(f"{name}({', '.join(arguments)});")

    def _call_voices(self, op: rt.VoicesOp) -> None:
        groups, width, count = op.groups, op.width.data, op.count.data
        for arg, buffer in zip(op.block.args, op.operands, strict=True):
            self.buffers[arg] = self.buffers[buffer]
        leaves: list[str] = []
        for result, value in zip(op.results, op.yielded, strict=True):
            leaf = f"leaves{len(self.buffers)}"
            self.buffers[result] = f"mix{len(self.buffers)}"
            leaves.append(leaf)
            self.body.append(self.arrays.samples(element_type(value), leaf, groups))
        active = self.declarations.active
        self.body.append(f"for (int32_t g = 0; g < {groups}; g++) {{")
        self.body.append("  struct voices *restrict v = &s->voices[g];")
        any_ = f"dspc_any_x{width}((i32x{width})v->{_name(active)})" if width > 1 else f"v->{_name(active)}"
        zero = "; ".join(f"__builtin_memset({leaf}[g], 0, sizeof {leaf}[g])" for leaf in leaves)
        self.body.append(f"  if (!{any_}) {{ {zero}; continue; }}")
        outer, self.body = self.body, []
        for inner in op.block.ops:
            if isinstance(inner, rt.TickOp):
                self.body.append(f"if (due) {self._function(inner, 'tick', True)}(s, v, g, frame, all);")
            elif isinstance(inner, rt.BlockOp):
                self._call_block(inner, "block", True)
        for leaf, value in zip(leaves, op.yielded, strict=True):
            self.body.append(f"__builtin_memcpy({leaf}[g], {self.buffers[value]}, sizeof {leaf}[g]);")
        self.body = outer + [f"  {t}" for t in self.body] + ["}"]
        for result, leaf, value in zip(op.results, leaves, op.yielded, strict=True):
            self.body.append(self.arrays.samples(element_type(result), self.buffers[result]))
            self._mix(self.buffers[result], leaf, value, groups, width, count)

    def _mix(self, mix: str, leaf: str, value: SSAValue, groups: int, width: int, count: int) -> None:
        """The halving tree over all voices: groups first, then lanes."""
        element = element_of(value.type)
        say = self.body.append
        say("for (uint32_t j = 0; j < m; j++) {")
        if count % width:
            say("  " + without_missing(f"{leaf}[{groups - 1}][j]", count % width, value.type))
        for text in halve(groups, leaf + "[{}][j]", "add", element, width):
            say(f"  {text}")
        if width > 1:
            say("}")
            rest = f"({self.samples} - m) * sizeof {leaf}[0][0]"
            say(f"if (m < {self.samples}) __builtin_memset({leaf}[0] + m, 0, {rest});")
            step = f"{mix_name(element, width)}({leaf}[0] + j, {mix} + j)"
            say(f"for (int j = 0; j < {self.samples}; j += {width}) {step};")
        else:
            say(f"  {mix}[j] = {leaf}[0][j];")
            say("}")

    def _entry(self) -> str:
        return program_tables(replace(self.layout, static_bytes=self.arrays.end))


def _is_hosts(buffer: SSAValue) -> bool:
    """Whether a buffer is a channel of the host's, also where the voices are given it."""
    if isinstance(buffer, BlockArgument):
        voices = buffer.block.parent_op()
        return isinstance(voices, rt.VoicesOp) and _is_hosts(voices.operands[buffer.index])
    return isinstance(buffer.owner, rt.InputOp)


def _channel(which: str, number: int, element: str) -> str:
    """Where this block's samples of a channel lie; under f64 the host's pointers are cast."""
    if element == "f32":
        return f"{which}[{number}] + done"
    const = "const " if which == "in" else ""
    return f"({const}{C_TYPES[element]} *)({const}void *){which}[{number}] + done"


def _last_words(parameters: list[str]) -> str:
    """The parameters' names, each after a space."""
    return " " + " ".join(p.split()[-1].lstrip("*") for p in parameters) + " "


def _offset(op: rt.Placed) -> int:
    assert op.offset is not None
    return op.offset.data


def _name(op: rt.Placed) -> str:
    return op.sym_name.data


def _members(ops: Sequence[rt.Placed], start: int, indent: str) -> list[str]:
    """Members in the order of their offsets, with padding spelled out."""
    texts: list[str] = []
    at = start
    for op in sorted(ops, key=_offset):
        gap = _offset(op) - at
        if gap:
            texts.append(f"{indent}char pad_{at}[{gap}];")
        texts.append(f"{indent}{_member(op)};")
        at = _offset(op) + _member_bytes(op)
    return texts


def _inner_sizes(op: rt.SlotOp | rt.LineOp) -> tuple[int, ...]:
    return op.sizes[1:] if op.voice is not None else op.sizes


def _table(op: rt.TableOp) -> str:
    data: Any = op.data
    return constant_array(op.sym_name.data, element_of(data.get_type().get_element_type()), data.get_values())


def _member(op: rt.Placed) -> str:
    if isinstance(op, rt.LineOp):
        return f"uint32_t {_name(op)}[2]"
    if isinstance(op, rt.RecordingOp):
        return f"struct {{ uint32_t start, frames; float rate; }} {_name(op)}"
    return f"{memory_type(op.type)} {_name(op)}" + "".join(f"[{d}]" for d in _inner_sizes(op))


def _member_bytes(op: rt.Placed) -> int:
    if isinstance(op, rt.LineOp):
        return 8
    if isinstance(op, rt.RecordingOp):
        return 12
    size = BYTES[element_of(op.type)] * width_of(op.type)
    for d in _inner_sizes(op):
        size *= d
    return size


def _struct(name: str, ops: Sequence[rt.SlotOp | rt.LineOp], base: int, stride: int) -> str:
    members = _members(ops, base, "  ")
    end = max(_offset(op) + _member_bytes(op) for op in ops) - base
    if stride > end:
        members.append(f"  char pad_end[{stride - end}];")
    return f"struct {name} {{\n" + "\n".join(members) + "\n} __attribute__((aligned(64)));"


def _buffer_type(value: SSAValue) -> str:
    assert isinstance(value.type, BufferType)
    return value_type(value.type.element)
