"""Programs: effects and instruments, and how a function becomes one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from xdsl.dialects.builtin import FloatAttr, IntAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Block, Region

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import language
from dspc.frontend import trace as tr
from dspc.frontend.errors import DspError, Place, entrance
from dspc.frontend.params import ParamSpec, materialize
from dspc.frontend.signal import Signal, as_signal, convert, describe

SPARE_VOICES = 4
"""Lanes beside the voices of a polyphonic instrument, in which stolen voices fade out."""
LEGATO, MONO = 2, 4
INPUT_LIMIT = 1e6
LARGEST = float(np.finfo(np.float32).max)


class Note:
    """The note that a voice plays."""

    def __init__(self) -> None:
        self._fields: dict[str, Signal] = {}
        self._finished: Signal | None = None
        trace = tr.current()
        self._block, self._trace = trace.block, trace

    def _field(self, name: str) -> Signal:
        if name not in self._fields:
            with self._trace.inside(self._block):
                self._fields[name] = language.note_field(name)
        return self._fields[name]

    @property
    def frequency(self) -> Signal:
        """In Hz, after bend and glide."""
        if "frequency" not in self._fields:
            with self._trace.inside(self._block):
                pitch = self._field("pitch") + self._field("bend")
                self._fields["frequency"] = language.exp2((pitch - 69.0) * (1.0 / 12.0)) * 440.0
        return self._fields["frequency"]

    def finish(self, condition: Any) -> None:
        """Ends the voice at the tick after `condition` becomes true."""
        wanted = language.select_bool(condition, "the condition of note.finish")
        self._finished = wanted if self._finished is None else self._finished | wanted

    def __getattr__(self, name: str) -> Signal:
        if name.startswith("_") or name not in dsp.VOICE_FIELDS or name == "pitch":
            known = ", ".join(["frequency", *(f for f in dsp.VOICE_FIELDS if f != "pitch")])
            raise AttributeError(f"a note has no {name}; it has {known}")
        return self._field(name)


@dataclass
class Program:
    """An effect or an instrument: a function, and what is known of it before it is traced."""

    function: Callable[..., Any]
    kind: str
    voices: int = 0
    legato: bool = False
    constants: dict[str, Any] = field(default_factory=dict)
    after_function: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        self.__name__ = getattr(self.function, "__name__", "program")
        self.__doc__ = self.function.__doc__
        self.__wrapped__ = self.function

    @property
    def name(self) -> str:
        name = self.__name__
        return name if name.isidentifier() else "program"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Inside a trace, an ordinary function: parameters that are not given become constants."""
        tr.current()
        given = {name: p.default for name, p in self._signature().items() if p.default is not p.empty}
        plain = {n: constant_of(v) for n, v in given.items() if n not in kwargs}
        return self.function(*args, **{**plain, **self.constants, **kwargs})

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator: runs `function` once, on the mix of the voices; its parameters get ids `after.…`."""
        self.after_function = function
        return function

    def configure(self, **constants: Any) -> Program:
        """The program with other build constants (keywords whose default is no parameter)."""
        known = {n for n, p in self._signature().items() if p.default is not p.empty
                 and not isinstance(p.default, ParamSpec)}  # fmt: skip
        for name in constants:
            if name not in known:
                raise tr.fail("DSP180", f"{self.name} has no build constant {name!r}",
                              f"it has {', '.join(sorted(known)) or 'none'}")  # fmt: skip
        return Program(self.function, self.kind, self.voices, self.legato, {**self.constants, **constants},
                       self.after_function)  # fmt: skip

    def _signature(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.function).parameters)

    def place(self) -> Place | None:
        """Where the function begins."""
        code = getattr(self.function, "__code__", None)
        return Place(code.co_filename, code.co_firstlineno) if code else None


def effect(function: Callable[..., Any] | None = None) -> Any:
    """Decorator: an effect. Positional arguments are input channels, results are output channels."""
    if function is None:
        return effect
    if not callable(function):
        raise tr.fail("DSP181", f"@dspc.effect decorates a function, not {describe(function)}", "")
    return Program(function, "effect")


def instrument(function: Callable[..., Any] | None = None, *, voices: int = 16, legato: bool = False) -> Any:
    """Decorator: an instrument of `voices` voices (1: mono). The function receives the note first."""
    if isinstance(voices, bool) or not isinstance(voices, int) or not 1 <= voices <= 256:
        raise tr.fail("DSP182", f"an instrument has 1 to 256 voices, not {voices!r}", "")

    def decorate(f: Callable[..., Any]) -> Program:
        if not callable(f):
            raise tr.fail("DSP181", f"@dspc.instrument decorates a function, not {describe(f)}", "")
        return Program(f, "instrument", voices, legato)

    return decorate if function is None else decorate(function)


def constant_of(default: Any) -> Any:
    """A parameter's default as a Python number; other defaults as they are."""
    return default.default if isinstance(default, ParamSpec) and not default.labels else default


def as_program(thing: Any) -> Program:
    """The program itself; an undecorated function is an effect."""
    if isinstance(thing, Program):
        return thing
    if inspect.isfunction(thing):
        return Program(thing, "effect")
    raise DspError("DSP183", f"{describe(thing)} is not a program", hint="decorate a function with @dspc.effect")


@entrance
def trace(thing: Any) -> ModuleOp:
    """The program as an xDSL module of the `dsp` dialect. Raises `DspError` for what is wrong in it."""
    program = as_program(thing)
    running = tr.Trace(program.name, program.place())
    with tr.running(running):
        try:
            outputs = _trace_body(program, running)
        except DspError as error:
            running.errors.append(error)
            running.finish()
            raise
        except RecursionError:
            raise DspError("DSP184", f"{program.name} calls itself without end", place=program.place(),
                           hint="a loop over time is dspc.feedback") from None  # fmt: skip
    running.finish()
    op = dsp.ProgramOp.create(
        properties={
            "sym_name": StringAttr(program.name),
            "kind": StringAttr(program.kind),
            "voices": IntAttr(program.voices),
            "flags": IntAttr((program.kind == "instrument") | LEGATO * program.legato | MONO * (program.voices == 1)),
        },
        regions=[Region(running.root)],
    )
    with tr.running(running):
        outputs = [_sanitize(o, LARGEST) for o in outputs]
        running.add(dsp.OutputOp.create(operands=[o.ssa for o in outputs]))
        with running.inside(running.module.body.block):
            running.add(op)
    return running.module


def _trace_body(program: Program, running: tr.Trace) -> list[Signal]:
    if program.kind == "effect":
        channels = _input_names(program.function)
        raw = [running.root.insert_arg(signal("f32", "audio"), i) for i in range(len(channels))]
        inputs = [_sanitize(Signal(r), INPUT_LIMIT) for r in raw]
        for value, name in zip(inputs, channels, strict=True):
            value.ssa.name_hint = name
        keywords = _keywords(program.function, program.constants, "")
        return _outputs(program.function(*inputs, **keywords), program)
    mix = _trace_voices(program, running)
    if program.after_function is None:
        return mix
    names = _input_names(program.after_function)
    if len(names) != len(mix):
        raise DspError("DSP185", f"after takes {len(names)} channels, the voices give {len(mix)}",
                       place=_place_of(program.after_function), hint="give it one argument for each channel")  # fmt: skip
    keywords = _keywords(program.after_function, {}, "after.")
    return _outputs(program.after_function(*mix, **keywords), program)


def _sanitize(x: Signal, limit: float) -> Signal:
    op = dsp.SanitizeOp.create(operands=(x.ssa,), result_types=(signal("f32", "audio"),),
                               properties={"limit": FloatAttr(limit, f64)})  # fmt: skip
    return Signal(tr.current().add(op).results[0])


def _trace_voices(program: Program, running: tr.Trace) -> list[Signal]:
    names = _input_names(program.function)
    if len(names) != 1:
        raise DspError("DSP186", f"an instrument takes one positional argument, the note, not {len(names)}",
                       place=program.place(), hint="def lead(note, cutoff=dspc.param(…)): …")  # fmt: skip
    keywords = _keywords(program.function, program.constants, "")
    block = Block()
    block.dspc_copies = "voices"  # type: ignore[attr-defined]
    with running.inside(block):
        note = Note()
        outputs = _outputs(program.function(note, **keywords), program)
        operands = [o.ssa for o in outputs]
        properties: dict[str, Any] = {}
        if note._finished is not None:
            operands.append(note._finished.ssa)
            properties["has_finish"] = IntAttr(1)
        end = running.add(dsp.VoiceEndOp.create(
            operands=operands, result_types=[signal("f32", "audio")] * len(outputs), properties=properties))  # fmt: skip
        running.add(dsp.YieldOp.make(end.results))
    spare = SPARE_VOICES if program.voices > 1 else 0
    op = running.add(dsp.VoicesOp.create(
        result_types=[signal("f32", "audio")] * len(outputs), regions=[Region(block)],
        properties={"count": IntAttr(program.voices + spare), "width": IntAttr(1)}))  # fmt: skip
    return [Signal(r) for r in op.results]


def _input_names(function: Callable[..., Any]) -> list[str]:
    """The arguments without a default: input channels."""
    names: list[str] = []
    for name, p in inspect.signature(function).parameters.items():
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            raise DspError("DSP187", f"a program cannot take *{name}: its channels and parameters are counted",
                           place=_place_of(function), hint="name every channel and parameter")  # fmt: skip
        if p.default is p.empty:
            names.append(name)
    return names


def _keywords(function: Callable[..., Any], constants: dict[str, Any], prefix: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, p in inspect.signature(function).parameters.items():
        if p.default is p.empty:
            continue
        spec = constants.get(name, p.default)
        values[name] = materialize(spec, prefix + name) if isinstance(spec, ParamSpec) else spec
    return values


def _outputs(result: Any, program: Program) -> list[Signal]:
    place = program.place()
    if result is None:
        raise DspError("DSP152", f"{program.name} returned nothing", place=place,
                       hint="end it with return, and the signal of every output channel")  # fmt: skip
    parts = list(result) if isinstance(result, tuple | list) else [result]
    if not 1 <= len(parts) <= 64:
        raise DspError("DSP153", f"{program.name} returned {len(parts)} signals", place=place,
                       hint="a program has 1 to 64 output channels")  # fmt: skip
    for part in parts:
        if isinstance(part, language.Bank):
            raise DspError("DSP154", f"{program.name} returned a bank, not a signal", place=place,
                           hint="mix its lanes with .sum() or .mean()")  # fmt: skip
    return [convert(as_signal(p, f"output of {program.name}"), "f32") for p in parts]


def _place_of(function: Callable[..., Any]) -> Place | None:
    code = getattr(function, "__code__", None)
    return Place(code.co_filename, code.co_firstlineno) if code else None
