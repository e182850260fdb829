"""Primitives: operations whose meaning is their `step`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from xdsl.dialects.builtin import DictionaryAttr, FloatAttr, IntAttr, StringAttr, SymbolRefAttr
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.traits import MemoryReadEffect, MemoryWriteEffect, Pure
from xdsl.utils.exceptions import VerifyException

from dspc.dialects.kit import TICK, Kit, Value
from dspc.dialects.syntax import CompactOp, ancestors
from dspc.dialects.types import element_of, scalar_of

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
        return top_bits(k, phase) * 2.0**-24


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
        return top_bits(k, bits) * 2.0**-23 - 1.0


def top_bits(k: Kit, x: Value) -> Value:
    """The top 24 bits of a u32 as a float: exact, by way of i32, which vector units convert."""
    return k.convert(k.convert(x >> 8, "i32"), "f32")


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

    def verify_(self) -> None:
        if element_of(self.index.type) != "i32" or self.size.data < 1:
            raise VerifyException("the index is an i32, the size at least 1")

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
    traits = traits_def(MemoryReadEffect(), MemoryWriteEffect())  # hosts see it even if nothing uses it

    def verify_(self) -> None:
        if not isinstance(self.info.data.get("id"), StringAttr):
            raise VerifyException("info has an id")
        if self.smooth.value.data < 0.0:
            raise VerifyException("smooth is not negative")

    @property
    def id(self) -> str:
        return cast(StringAttr, self.info.data["id"]).data

    @property
    def described(self) -> DictionaryAttr:
        """`info` with the element type, as a program keeps it once its parameters are slots."""
        return DictionaryAttr({**self.info.data, "type": scalar_of(self.result.type)})

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
            return {"held": Slot()}
        return {"base": Slot(), "slope": Slot(), "goal": Slot(), "started": Slot("bool")}

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        x = operands[0]
        if self.mode.data == "hold":
            s.held = x
            return
        element = k.element(x)
        phase = k.convert(k.phase, element)
        reached = k.select(k.grid, s.goal, s.base + s.slope * phase)
        gliding = s.started & k.finite(reached)
        if k.note_event is not None:  # a note's event is exact: what it changes does not glide
            gliding = gliding & ~k.note_event
        now = k.select(gliding, reached, x)
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
class SanitizeOp(SampleOp):
    """`x`, or 0 where it is not a number or larger than `limit`: at a program's inputs and outputs."""

    name = "dsp.sanitize"
    x = operand_def()
    limit = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(Pure())

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x = operands[0]
        return k.select(k.abs(x) <= self.limit.value.data, x, 0.0)


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
        if element_of(self.result.type) != VOICE_FIELDS[self.field.data][0]:
            raise VerifyException(f"a note's {self.field.data} is {VOICE_FIELDS[self.field.data][0]}")
        if not any(op.name == "dsp.voices" for op in ancestors(self)):
            raise VerifyException("there are notes in voices only")

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

    def verify_(self) -> None:
        if not 0 <= self.number.data <= 127:
            raise VerifyException("a controller's number is 0 to 127")

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
    }

    def verify_(self) -> None:
        wanted = len(self.results_) + bool(self.has_finish)
        if len(self.outputs) != wanted or not self.results_:
            raise VerifyException(f"{len(self.outputs)} operands for {len(self.results_)} outputs")

    def slots(self) -> dict[str, Slot]:
        return {**self.STATE, "finished": Slot("bool")} if self.has_finish else self.STATE

    def tick(self, k: Kit, s: Any, *operands: Value) -> None:
        limit = k.convert(k.sample_rate * SILENCE_SECONDS, "i32")
        ended = ~s.gate & (limit <= s.quiet) | (s.fade == 0)
        if self.has_finish:
            ended = ended | s.finished
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
        if self.has_finish:
            s.finished = s.finished | operands[-1]
        return tuple(made)
