"""The `dsp` dialect: signals and what is done with them, before time, memory and lanes are decided.

Three kinds of operation: scalar operations (one row of the scalar table each), primitives (`SampleOp`,
whose `step` is their meaning), and structure (program, voices, bank, feedback, scope).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    FloatAttr,
    IntAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolRefAttr,
    f64,
)
from xdsl.ir import Attribute, Block, Dialect, Operation, Region, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    opt_operand_def,
    opt_prop_def,
    operand_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import (
    HasFolder,
    IsTerminator,
    MemoryReadEffect,
    NoTerminator,
    Pure,
    RecursiveMemoryEffect,
    SymbolOpInterface,
    SymbolTable,
)
from xdsl.utils.exceptions import VerifyException

from dspc.dialects import scalar
from dspc.dialects.kit import TICK, Kit, Value
from dspc.dialects.syntax import CompactOp
from dspc.dialects.types import (
    RATES,
    SignalType,
    element_of,
    highest_rate,
    is_float,
    rate_of,
    scalar_of,
    with_element,
)

# --- constants ------------------------------------------------------------------------------------


def number_attr(value: float, type_: Attribute) -> Attribute:
    """A number as an attribute of the scalar inside `type_`."""
    inner = scalar_of(type_)
    if is_float(inner):
        return FloatAttr(float(value), cast(Any, inner))
    assert isinstance(inner, IntegerType)
    return IntegerAttr(int(value) & ((1 << inner.width.data) - 1), inner, truncate_bits=True)


def number_of(attr: Attribute) -> float:
    """The Python number of a constant's attribute."""
    if isinstance(attr, FloatAttr):
        return attr.value.data
    assert isinstance(attr, IntegerAttr)
    element, value = element_of(attr.type), attr.value.data
    if element == "bool":
        return value & 1
    value %= 1 << (8 * scalar.BYTES[element])
    return value - 2**32 if element == "i32" and value >= 2**31 else value


@irdl_op_definition
class ConstantOp(CompactOp):
    """A number: `%c = dsp.constant 440.0 : !dsp.signal<f32, const>`."""

    name = "dsp.constant"
    value = prop_def(Attribute)
    result = result_def()
    traits = traits_def(Pure(), HasFolder())

    @classmethod
    def make(cls, value: float, type_: Attribute, location: Any = None) -> ConstantOp:
        attr = number_attr(value, type_)
        return cls.create(result_types=(type_,), properties={"value": attr}, location=location)

    @property
    def number(self) -> float:
        return number_of(self.value)

    def fold(self) -> Sequence[Attribute]:
        return (self.value,)

    def hides(self, key: str) -> bool:
        return key == "value"

    def print_head(self, printer: Printer) -> None:
        printer.print_string(f" {print_number(self.number, element_of(self.result.type))}")

    @classmethod
    def parse_head(cls, parser: Parser, properties: dict[str, Attribute]) -> None:
        if (name := parser.parse_optional_keyword("inf")) or (name := parser.parse_optional_keyword("nan")):
            number: float = float(name)
        elif parser.parse_optional_keyword("neg_inf"):
            number = float("-inf")
        else:
            number = parser.parse_number(allow_boolean=True)
        properties["value"] = FloatAttr(float(number), f64) if isinstance(number, float) else IntAttr(number)

    def finish_parsing(self) -> None:
        raw = self.properties["value"]
        number = raw.data if isinstance(raw, IntAttr) else cast(FloatAttr, raw).value.data
        self.properties["value"] = number_attr(number, self.result.type)


def print_number(number: float, element: str) -> str:
    """The shortest text that reads back as the same number."""
    if element in scalar.INTS:
        return str(int(number))
    if element == "bool":
        return "true" if number else "false"
    if number in (float("inf"), float("-inf")):
        return "inf" if number > 0 else "neg_inf"
    text = repr(float(scalar.NUMPY_TYPES[element](number))) if element == "f64" else str(
        scalar.NUMPY_TYPES[element](number))  # fmt: skip
    if "e" in text and "." not in text:  # MLIR's lexer wants a point
        text = text.replace("e", ".0e")
    return text


# --- scalar operations ----------------------------------------------------------------------------


class ScalarOp(CompactOp):
    """One operation of the scalar table, element by element: on signals, scalars or vectors."""

    args = var_operand_def()
    result = result_def()
    traits = traits_def(Pure(), HasFolder())

    @property
    def row(self) -> scalar.Row:
        """The scalar table's row; its existence is verified."""
        key = self.args[1] if self.name == "dsp.select" else self.args[0]
        row = scalar.find_row(self.name[4:], element_of(key.type), element_of(self.result.type))
        if row is None:
            raise VerifyException(f"the scalar table has no {self.name[4:]} on {element_of(key.type)}")
        return row

    def verify_(self) -> None:
        row = self.row
        found = tuple(element_of(a.type) for a in self.args)
        if found != row.operands:
            raise VerifyException(f"operands are {', '.join(found)}; {row.key} takes {', '.join(row.operands)}")
        if element_of(self.result.type) != row.result:
            raise VerifyException(f"{row.key} gives {row.result}")
        if isinstance(self.result.type, SignalType):
            rate = highest_rate([a.type for a in self.args])
            if RATES.index(rate_of(self.result.type)) < RATES.index(rate):
                raise VerifyException(f"a result of rate {rate_of(self.result.type)} from {rate} operands")

    def fold(self) -> Sequence[SSAValue | Attribute] | None:
        values = [a.owner for a in self.args]
        if not all(isinstance(v, ConstantOp) for v in values):
            return None
        row = self.row
        inputs = [
            scalar.NUMPY_TYPES[e](cast(ConstantOp, v).number) for e, v in zip(row.operands, values, strict=True)
        ]
        import numpy as np

        with np.errstate(all="ignore"):
            result = row.numpy(*inputs)
        return (number_attr(result.item(), self.result.type),)


def _scalar_op(name: str) -> type[ScalarOp]:
    title = "".join(part.title() for part in name.split("_")) + "Op"
    doc = f"`{name}` of the scalar table."
    made = type(title, (ScalarOp,), {"name": f"dsp.{name}", "__doc__": doc, "__annotations__": {}})
    return irdl_op_definition(made)


SCALAR_OPS: dict[str, type[ScalarOp]] = {name: _scalar_op(name) for name in scalar.NAMES}


def scalar_op(name: str, args: Sequence[SSAValue], to: str | None = None, location: Any = None) -> ScalarOp:
    """Builds the scalar operation; the result's type follows from the operands and the table.

    Raises `TypeError` if the table has no such row.
    """
    key = args[1] if name == "select" else args[0]
    element = element_of(key.type)
    row = scalar.find_row(name, element, to)
    if row is None:
        raise TypeError(f"no scalar operation {name} on {element}")
    type_ = key.type
    if isinstance(type_, SignalType):
        type_ = _joined_signal(args, type_)
    return SCALAR_OPS[name].create(
        operands=args, result_types=(with_element(type_, row.result),), location=location
    )


def _joined_signal(args: Sequence[SSAValue], key: SignalType) -> Attribute:
    """The type of an elementwise result: the highest rate among the operands."""
    rate = highest_rate([a.type for a in args])
    return key if key.rate.data == rate else SignalType(key.element, StringAttr(rate), key.lanes)


MATH_FUNCTIONS: dict[str, int] = {
    "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1, "atan2": 2, "sinh": 1, "cosh": 1,
    "tanh": 1, "exp": 1, "exp2": 1, "log": 1, "log2": 1, "log10": 1, "pow": 2, "fmod": 2, "sign": 1,
    "trunc": 1, "sin_turns": 1, "cos_turns": 1,
}  # fmt: skip
"""Function and number of operands. `expand-math` replaces them by an approximation."""


class MathOp(CompactOp):
    """A mathematical function that the scalar table does not have; f32 or f64, element by element."""

    args = var_operand_def()
    result = result_def()
    variant = opt_prop_def(StringAttr)
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if len(self.args) != MATH_FUNCTIONS[self.name[4:]]:
            raise VerifyException(f"takes {MATH_FUNCTIONS[self.name[4:]]} operands")
        if any(element_of(a.type) not in scalar.FLOATS for a in self.args):
            raise VerifyException("takes f32 or f64")


MATH_OPS: dict[str, type[MathOp]] = {
    name: irdl_op_definition(
        type(f"{name.title()}Op", (MathOp,), {"name": f"dsp.{name}", "__doc__": f"The function {name}.",
                                              "__annotations__": {}})
    )
    for name in MATH_FUNCTIONS
}  # fmt: skip


# --- primitives -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """A place that a primitive remembers in.

    `element` is a type's name, or `result` for that of the primitive's first result. `role` says who
    else knows it: "state" nobody, "param" and "voice" the engine (see runtime/engine.h), "init" what is
    computed once per prepare. A "line" is a delay line, read and written by distance from now.
    """

    element: str = "result"
    init: float = 0.0
    role: str = "state"
    field: str = ""


class SampleOp(CompactOp):
    """A primitive. Its meaning is `step`, once a sample (once a tick at control rate).

    `tick` runs before the first `step` after each control tick. `s` holds the slots of `STATE`: reading
    gives the value at the sample's start, writing sets the next one.
    """

    STATE: ClassVar[dict[str, Slot]] = {}

    def slots(self) -> dict[str, Slot]:
        """The slots of this very operation; most are the same for every instance."""
        return self.STATE

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        """Control-rate part; most primitives have none."""

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        """One sample's results: a value, or a tuple of them."""
        raise VerifyException(f"{self.name} has no step")


@irdl_op_definition
class PhasorOp(SampleOp):
    """A ramp in [0, 1) that rises by `step` cycles a sample; its first value is `phase`.

    The phase is a u32 that wraps, so frequency may be negative and no rounding accumulates; the value is
    its top 24 bits. A frequency at sample n takes effect at n + 1; a sample with `reset` outputs `phase`.
    """

    name = "dsp.phasor"
    step_cycles = operand_def()
    reset = opt_operand_def()
    phase = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def slots(self) -> dict[str, Slot]:
        return {"phase": Slot("u32", self.start)}

    @property
    def start(self) -> int:
        return round((self.phase.value.data % 1.0) * 2**32) % 2**32

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        phase = s.phase
        if len(operands) > 1:
            phase = k.select(operands[1], self.start, phase)
        s.phase = phase + wrapped_increment(k, operands[0])
        return k.convert(phase >> 8, "f32") * 2.0**-24


def wrapped_increment(k: Kit, step_cycles: Value) -> Value:
    """Cycles a sample as a u32 that wraps: exact for steps in [-0.5, 0.5), whole turns are dropped."""
    fraction = step_cycles - k.round(step_cycles)
    return k.convert(k.convert(fraction * 2.0**32, "i32"), "u32")


@irdl_op_definition
class NoiseOp(SampleOp):
    """Uniform noise in [-1, 1): a hash of a counter and of `key`, so each key is a stream of its own."""

    name = "dsp.noise"
    key = operand_def()
    result = result_def()
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {"count": Slot("u32")}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        count = s.count
        s.count = count + 1
        bits = hash_u32(count * 0x9E3779B9 + operands[0])
        return k.convert(bits >> 8, "f32") * 2.0**-23 - 1.0


def hash_u32(x: Value) -> Value:
    """A bijection of u32 that leaves no visible structure: two rounds of xor-shift and multiply."""
    x = (x ^ (x >> 16)) * 0x21F0AAAD
    x = (x ^ (x >> 15)) * 0x735A2D97
    return x ^ (x >> 15)


@irdl_op_definition
class DelayOp(SampleOp):
    """`x` as it was `samples` samples ago; `samples` is clamped to [min, max].

    `max_samples` and `max_seconds` add up to the longest delay (the rate is known at prepare). The line
    starts from zeros.
    """

    name = "dsp.delay"
    x = operand_def()
    samples = operand_def()
    max_samples = prop_def(IntAttr)
    max_seconds = prop_def(FloatAttr)
    min_samples = prop_def(IntAttr)
    interpolation = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {"line": Slot(role="line")}

    def verify_(self) -> None:
        if self.interpolation.data not in ("none", "linear"):
            raise VerifyException('interpolation is "none" or "linear"')
        if self.min_samples.data < 0 or self.max_samples.data < 0:
            raise VerifyException("a delay is not negative")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x, samples = operands
        s.line.write(x)
        if self.interpolation.data == "none":
            whole = samples if k.element(samples) == "i32" else k.convert(k.floor(samples), "i32")
            return self._tap(k, s, x, k.clamp(whole, self.min_samples.data, s.line.longest))
        longest = k.convert(s.line.longest, "f32")
        at = k.clamp(samples, float(self.min_samples.data), longest)
        floor = k.floor(at)
        near = k.convert(floor, "i32")
        a = self._tap(k, s, x, near)
        b = self._tap(k, s, x, k.min(near + 1, s.line.longest))
        fraction = at - floor
        if k.element(a) != "f32":
            fraction = k.convert(fraction, k.element(a))
        return a + (b - a) * fraction

    def _tap(self, k: Kit, s: Any, x: Value, samples: Value) -> Value:
        """The line at a whole distance; distance 0 is the input itself."""
        past = s.line.read(k.max(samples, 1))
        return past if self.min_samples.data > 0 else k.select(samples < 1, x, past)


@irdl_op_definition
class LookupOp(SampleOp):
    """A table's element at an i32 index, which is clamped to the table."""

    name = "dsp.lookup"
    symbol = prop_def(SymbolRefAttr)
    index = operand_def()
    size = prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.table(self.symbol.string_value(), k.clamp(operands[0], 0, self.size.data - 1))


@irdl_op_definition
class ParamOp(SampleOp):
    """A parameter at control rate. With `smooth` > 0 seconds it glides, tick by tick, to where it was set.

    `info` is what hosts see: id, name, min, max, default, unit, scale, step, labels, flags.
    """

    name = "dsp.param"
    info = prop_def(DictionaryAttr)
    smooth = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    @property
    def id(self) -> str:
        return cast(StringAttr, self.info.data["id"]).data

    def slots(self) -> dict[str, Slot]:
        target = Slot("result", role="param", field=self.id)
        if self.smooth.value.data <= 0.0:
            return {"target": target}
        return {"target": target, "goal": Slot(), "now": Slot(), "left": Slot("f32", -1.0)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        if self.smooth.value.data <= 0.0:
            return s.target
        target, now, left = s.target, s.now, s.left
        ticks = k.convert(k.sample_rate * (self.smooth.value.data / TICK), "f32")
        fresh = left < 0.0
        left = k.select(target != s.goal, k.max(k.ceil(ticks), 1.0), left)
        arrives = fresh | (left <= 1.0)
        moved = k.select(arrives, target, now + (target - now) / k.max(left, 1.0))
        steps = fresh | k.grid
        s.goal = k.select(steps, target, s.goal)
        s.left = k.select(steps, k.select(arrives, 0.0, left - 1.0), s.left)
        now = k.select(steps, moved, now)
        s.now = now
        return now


@irdl_op_definition
class ControlOp(SampleOp):
    """A control value at audio rate: held between ticks, or gliding in a line from tick to tick."""

    name = "dsp.control"
    x = operand_def()
    mode = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        if self.mode.data not in ("hold", "glide"):
            raise VerifyException('mode is "hold" or "glide"')

    def slots(self) -> dict[str, Slot]:
        if self.mode.data == "hold":
            return {"held": Slot(role="held")}
        return {"base": Slot(role="held"), "slope": Slot(role="held"), "goal": Slot(role="held"),
                "started": Slot("bool", role="held")}  # fmt: skip

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        x = operands[0]
        if self.mode.data == "hold":
            s.held = x
            return
        element = k.element(x)
        phase = k.convert(k.phase, element)
        reached = k.select(k.grid, s.goal, s.base + s.slope * phase)
        now = k.select(s.started & k.finite(reached), reached, x)
        slope = (x - now) / (float(TICK) - phase)
        s.slope = slope
        s.base = now - slope * phase
        s.goal = x
        s.started = k.constant(True, "bool")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        if self.mode.data == "hold":
            return s.held
        base = s.base
        return base + s.slope * k.convert(k.phase, k.element(base))


@irdl_op_definition
class SampleRateOp(SampleOp):
    """The host's sample rate, an f64 at init rate."""

    name = "dsp.sample_rate"
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return k.sample_rate


@irdl_op_definition
class FrameOp(SampleOp):
    """The number of the sample in the stream, a u32 that wraps."""

    name = "dsp.frame"
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return k.frame


VOICE_FIELDS: dict[str, tuple[str, str]] = {
    "gate": ("bool", "control"), "trigger": ("bool", "audio"), "key": ("f32", "control"),
    "pitch": ("f32", "control"), "bend": ("f32", "control"), "velocity": ("f32", "control"),
    "release_velocity": ("f32", "control"), "pressure": ("f32", "control"), "timbre": ("f32", "control"),
    "random": ("f32", "control"), "voice": ("i32", "control"),
}  # fmt: skip
"""Element type and rate of what a voice knows of its note; the cells are those of runtime/engine.h."""


@irdl_op_definition
class NoteOp(SampleOp):
    """What a voice knows of its note: see `VOICE_FIELDS`."""

    name = "dsp.note"
    field = prop_def(StringAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        if self.field.data not in VOICE_FIELDS:
            raise VerifyException(f"a note has no {self.field.data}")

    def slots(self) -> dict[str, Slot]:
        return {"cell": Slot("result", role="voice", field=self.field.data)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        value = s.cell
        if self.field.data == "trigger":
            s.cell = k.constant(False, "bool")
        return value


@irdl_op_definition
class ControllerOp(SampleOp):
    """A MIDI controller's value, 0 to 1, at control rate."""

    name = "dsp.controller"
    number = prop_def(IntAttr)
    default = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(MemoryReadEffect())

    def slots(self) -> dict[str, Slot]:
        number = self.number.data
        return {"cell": Slot("f32", self.default.value.data, role="controller", field=str(number))}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        return s.cell


SILENCE = 1e-5
SILENCE_SECONDS = 0.05
FADE = 64


@irdl_op_definition
class VoiceEndOp(SampleOp):
    """Ends a voice: its outputs, faded when stolen, and +0 once it has ended.

    A voice ends at a tick when its gate is off and its outputs stayed under 1e-5 for 50 ms, when
    `finished` holds, or when it has faded out.
    """

    name = "dsp.voice_end"
    outputs = var_operand_def()
    results_ = var_result_def()
    has_finish = opt_prop_def(IntAttr)
    traits = traits_def(MemoryReadEffect())
    STATE: ClassVar[dict[str, Slot]] = {
        "active": Slot("bool", role="voice", field="active"),
        "gate": Slot("bool", role="voice", field="gate"),
        "fade": Slot("i32", -1, role="voice", field="fade"),
        "quiet": Slot("i32"),
        "finished": Slot("bool"),
    }

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        limit = k.convert(k.sample_rate * SILENCE_SECONDS, "i32")
        silent = ~s.gate & (limit <= s.quiet)
        ended = silent | (s.fade == 0) | s.finished
        s.active = s.active & ~(ended & k.grid)

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        outputs = operands[:-1] if self.has_finish else operands
        fade, active = s.fade, s.active
        s.fade = k.select(fade < 1, fade, fade - 1)
        gain = k.select(fade < 0, 1.0, k.convert(fade, "f32") * (1.0 / FADE))
        made = [k.select(active, y * gain, 0.0) for y in outputs]
        loud = made[0]
        loud = k.abs(loud)
        for y in made[1:]:
            loud = k.max(loud, k.abs(y))
        s.quiet = k.select(loud < SILENCE, s.quiet + 1, 0)
        s.finished = s.finished | operands[-1] if self.has_finish else s.finished
        return tuple(made)


# --- structure ------------------------------------------------------------------------------------


@irdl_op_definition
class YieldOp(CompactOp):
    """Ends the body of a bank, a feedback, a scope or the voices."""

    name = "dsp.yield"
    values = var_operand_def()
    traits = traits_def(IsTerminator())

    @classmethod
    def make(cls, values: Sequence[SSAValue], location: Any = None) -> YieldOp:
        return cls.create(operands=values, location=location)


@irdl_op_definition
class OutputOp(CompactOp):
    """Ends a program: the signals of its output channels."""

    name = "dsp.output"
    values = var_operand_def()
    traits = traits_def(IsTerminator())


@irdl_op_definition
class ProgramOp(CompactOp):
    """A program; its block's arguments are the input channels."""

    name = "dsp.program"
    sym_name = prop_def(StringAttr)
    kind = prop_def(StringAttr)
    voices = opt_prop_def(IntAttr)
    flags = opt_prop_def(IntAttr)
    body = region_def("single_block")
    traits = traits_def(SymbolOpInterface())

    def verify_(self) -> None:
        if self.kind.data not in ("effect", "instrument"):
            raise VerifyException('kind is "effect" or "instrument"')
        if not isinstance(self.body.block.last_op, OutputOp):
            raise VerifyException("a program ends with dsp.output")


@irdl_op_definition
class TableOp(CompactOp):
    """Constant samples that `dsp.lookup` reads."""

    name = "dsp.table"
    sym_name = prop_def(StringAttr)
    data = prop_def(DenseIntOrFPElementsAttr)
    traits = traits_def(SymbolOpInterface())


class BodyOp(CompactOp):
    """An operation whose body ends with `dsp.yield`."""

    body = region_def("single_block")
    results_ = var_result_def()

    @property
    def block(self) -> Block:
        return self.body.block

    @property
    def yielded(self) -> Sequence[SSAValue]:
        """What the body yields."""
        last = self.block.last_op
        return last.operands if last is not None else ()

    def verify_(self) -> None:
        if not isinstance(self.block.last_op, YieldOp):
            raise VerifyException(f"the body of {self.name} ends with dsp.yield")


@irdl_op_definition
class VoicesOp(BodyOp):
    """The body once for each voice; the results are the voices' sums (a halving tree over the voices).

    `count` lanes exist. `width` of them are computed together once `vectorize-voices` has run.
    """

    name = "dsp.voices"
    count = prop_def(IntAttr)
    width = prop_def(IntAttr)
    traits = traits_def(MemoryReadEffect())


@irdl_op_definition
class BankOp(BodyOp):
    """`count` copies of the body, told apart by its argument, the lane's index.

    A result is an array with one element for each copy. `width` copies are computed together once
    `unroll-oscillators` has chosen lanes.
    """

    name = "dsp.bank"
    count = prop_def(IntAttr)
    width = prop_def(IntAttr)
    traits = traits_def(RecursiveMemoryEffect())


@irdl_op_definition
class FeedbackOp(BodyOp):
    """The body receives what it yielded one sample before; at first, `initial`.

    It yields the next values of its k arguments, then whatever else is wanted; all are results.
    """

    name = "dsp.feedback"
    initial = prop_def(ArrayAttr)
    traits = traits_def(MemoryReadEffect())

    def verify_(self) -> None:
        super().verify_()
        if len(self.initial.data) != len(self.block.args):
            raise VerifyException("as many initial values as arguments")
        for arg, value in zip(self.block.args, self.yielded, strict=False):
            if element_of(arg.type) != element_of(value.type):
                raise VerifyException(f"a state of {element_of(arg.type)} is fed {element_of(value.type)}")


@irdl_op_definition
class ScopeOp(BodyOp):
    """A named part of a program, e.g. one call of a library function; `inline` dissolves it."""

    name = "dsp.scope"
    label = prop_def(StringAttr)
    traits = traits_def(RecursiveMemoryEffect())


@irdl_op_definition
class ReduceOp(CompactOp):
    """The lanes of an array combined by `kind` (add, mul, min, max) in a halving tree.

    The tree pairs lane i with lane i + p/2, p the next power of two; lanes that are missing are passed by.
    `count` is the number of lanes, which with lanes in vectors is not what the type says.
    """

    name = "dsp.reduce"
    x = operand_def()
    kind = prop_def(StringAttr)
    count = prop_def(IntAttr)
    result = result_def()
    traits = traits_def(Pure())

    def verify_(self) -> None:
        if self.kind.data not in ("add", "mul", "min", "max", "or"):
            raise VerifyException("kind is add, mul, min, max or or")


@irdl_op_definition
class LanesOp(CompactOp):
    """A constant of its own for each lane of the innermost bank: `dsp.lanes dense<[…]>`."""

    name = "dsp.lanes"
    values = prop_def(DenseArrayBase)
    result = result_def()
    traits = traits_def(Pure())


@irdl_op_definition
class SplatOp(CompactOp):
    """One value in all lanes of a vector."""

    name = "dsp.splat"
    x = operand_def()
    result = result_def()
    traits = traits_def(Pure())


def enclosing(op: Operation, kind: type[Operation]) -> Operation | None:
    """The innermost operation of a kind around `op`."""
    parent = op.parent_op()
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parent_op()
    return parent


__all_ops__: list[type[Operation]] = [
    ConstantOp, *SCALAR_OPS.values(), *MATH_OPS.values(),
    PhasorOp, NoiseOp, DelayOp, LookupOp, ParamOp, ControlOp, SampleRateOp, FrameOp, NoteOp, ControllerOp,
    VoiceEndOp, YieldOp, OutputOp, ProgramOp, TableOp, VoicesOp, BankOp, FeedbackOp, ScopeOp, ReduceOp,
    LanesOp, SplatOp,
]  # fmt: skip

Dsp = Dialect("dsp", __all_ops__, [SignalType])
"""The dialect, as xDSL registers it."""

__all__ = ["Dsp", "SymbolTable", "NoTerminator", "Region"]
