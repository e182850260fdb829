"""Tracing: a program's function runs once, on signals, and what it does is written down."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from xdsl.dialects.builtin import FloatAttr, IntAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Attribute, Region

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.arrays import hand_over
from dspc.frontend.buses import MOST_CHANNELS, BusShape, InputSpec, named_outputs
from dspc.frontend.buses import channels as counted
from dspc.frontend.declarations import Program, as_program, effect, instrument, is_program, signature
from dspc.frontend.errors import DspError
from dspc.frontend.groups import parameters
from dspc.frontend.literals import describe, is_integer, quoted
from dspc.frontend.memories import writes_first
from dspc.frontend.notes import VoiceNote
from dspc.frontend.params import AFTER
from dspc.frontend.places import Place, entrance, place_here, place_of_function, place_of_return
from dspc.frontend.ports import Ports, bus_arguments, declared_buses, refuse_buses, wider
from dspc.frontend.python_errors import FAULT, explained, fault, raised_by_user, users_traceback
from dspc.frontend.signal import Signal, as_signal, audio_float, convert
from dspc.frontend.structure import check_result, end_body, run

__all__ = ["Program", "as_program", "effect", "instrument", "is_program", "trace"]

SPARE_VOICES = 4
"""Lanes beside the voices of a polyphonic instrument, in which stolen voices fade out."""
INSTRUMENT, MONO, F64 = 1, 4, 8
INPUT_LIMIT = 1e6
LARGEST = {"f32": float(np.finfo(np.float32).max), "f64": float(np.finfo(np.float64).max)}
"""Outputs beyond are 0: what is not finite, in the program's own float."""

Function = Callable[..., Any]


def trace(thing: Any, precision: str = "f32", *, channels: int | None = None) -> ModuleOp:
    """The program as an xDSL module of the `dsp` dialect; with `precision="f64"` all its floats are f64.

    A mono effect runs once on each of `channels`, with one set of parameters. Raises `DspError` for what is wrong in
    it (several at once, if there are), DSP240 for another precision, and whatever else the program's own code raises.
    """
    if channels is not None and (not is_integer(channels) or not 1 <= channels <= MOST_CHANNELS):
        raise tr.fail("DSP229", f"a program runs on 1 to {MOST_CHANNELS} channels, not {describe(channels)}",
                      "channels=2 is stereo")  # fmt: skip
    return _traced(as_program(thing), channels, as_precision(precision), place_here())


def as_precision(precision: Any) -> tr.Precision:
    """The precision itself. Raises `DspError` DSP240 for what is none."""
    for known in tr.PRECISIONS:
        if isinstance(precision, str) and precision == known:
            return known
    raise tr.fail("DSP240", f"a program's precision is not {quoted(precision)}", 'use "f32" or "f64"')


@entrance
def _traced(program: Program, channels: int | None, precision: tr.Precision, asked: Place | None) -> ModuleOp:
    running = tr.Trace(program.name, program.place() or asked, precision)
    with tr.run(running):
        try:
            ports = Ports()
            outputs = _trace_body(program, running, ports, channels)
            if not running.errors:
                writes_first(running.root.block)
        except Exception as error:
            # Only the user's frames are shown: how dspc got there says nothing about the program.
            failure = _failure(error, running)
            if failure is None:
                error.__traceback__ = users_traceback(error)
                raise
            raise failure.with_traceback(None) from (error if failure.code == FAULT else None)
        if running.errors:
            raise running.failure()
        return _finished(program, running, outputs, ports)


def _failure(error: Exception, running: tr.Trace) -> DspError | None:
    """What the user is told: all errors that were noted, and this one; None for the user's own exception."""
    if isinstance(error, DspError):
        running.note(error)
    elif not running.errors:  # after an error the stand-ins may have caused others
        found = explained(error) or (None if raised_by_user(error) else fault(error))
        if found is None:
            return None
        running.note(found)
    return running.failure()


def _finished(program: Program, running: tr.Trace, outputs: list[Signal], ports: Ports) -> ModuleOp:
    made = [_sanitize(o, LARGEST[running.precision]) for o in outputs]
    running.add(dsp.OutputOp.create(operands=[o.ssa for o in made]))
    flags = (program.kind == "instrument") | MONO * (program.voices == 1) | program.playing.flags
    flags |= F64 * (running.precision == "f64")
    op = dsp.ProgramOp.create(
        properties={
            "sym_name": StringAttr(program.name),
            "kind": StringAttr(program.kind),
            "voices": IntAttr(program.voices),
            "flags": IntAttr(flags),
            **({"tail": FloatAttr(program.tail, f64)} if program.tail else {}),
            **ports.properties(),
        },
        regions=[Region(running.root.block)],
    )
    running.add_to_module(op)
    return running.module


def _trace_body(program: Program, running: tr.Trace, ports: Ports, channels: int | None) -> list[Signal]:
    if program.kind == "effect":
        return _trace_effect(program, running, ports, channels)
    if channels is not None:
        raise wider(program, "it is an instrument", "leave channels out")
    refuse_buses(program.function, program.after_function)
    mix = _trace_voices(program, running, ports)
    after = program.after_function
    if after is None:
        return mix
    names = _input_names(after)
    if len(names) != len(mix):
        raise tr.fail("DSP185", f"after takes {counted(len(names))}, the voices give {len(mix)}",
                      "give it one argument for each channel", place_of_function(after))  # fmt: skip
    return _run(after, mix, {}, AFTER, ports)


def _trace_effect(program: Program, running: tr.Trace, ports: Ports, channels: int | None) -> list[Signal]:
    function = program.function
    names, buses = _input_names(function), declared_buses(function, program.constants)
    ports.declare(names, buses)
    if channels is None or channels == ports.main:
        signals = _inputs([*names, *ports.channel_names(buses)], running)
        return _run(function, signals, program.constants, "", ports, buses)
    if ports.main != 1:
        raise wider(program, f"it takes {counted(ports.main)}", "only a mono effect runs once for each channel")
    return _run_copies(program, running, ports, channels)


def _run_copies(program: Program, running: tr.Trace, ports: Ports, count: int) -> list[Signal]:
    """A mono effect on each of `count` channels, with one set of parameters."""
    function = program.function
    names, buses = _input_names(function), declared_buses(function, program.constants)
    signals = _inputs(ports.widen(names, buses, count), running)
    keywords = _keywords(function, program.constants, "", buses)
    copies: list[list[Signal]] = []
    for channel in range(count):
        running.channel = channel
        mine = ports.copy(signals, channel)
        own = bus_arguments(buses, mine[len(names) :])
        copies.append(_results(function, mine[: len(names)], keywords | own, ports))
    if any(bus.channels != 1 for bus in ports.outputs):
        raise wider(program, f"it returns {counted(sum(b.channels for b in ports.outputs))}",
                    "a mono effect returns one channel, or named buses of one")  # fmt: skip
    ports.outputs = [replace(bus, channels=count) for bus in ports.outputs]
    return [copy[bus] for bus in range(len(ports.outputs)) for copy in copies]


def _inputs(names: list[str], running: tr.Trace) -> list[Signal]:
    """The input channels; what a host may send in them that is no audio becomes 0."""
    if len(names) > MOST_CHANNELS:
        raise tr.fail("DSP153", f"a program has at most {MOST_CHANNELS} input channels, not {len(names)}",
                      "give it fewer positional arguments")  # fmt: skip
    block = running.root.block
    raw = [block.insert_arg(signal(running.precision, "audio"), i) for i in range(len(names))]
    inputs = [_sanitize(Signal(r), INPUT_LIMIT) for r in raw]
    for value, name in zip(inputs, names, strict=True):
        value.ssa.name_hint = name
    return inputs


def _sanitize(x: Signal, limit: float) -> Signal:
    op = dsp.SanitizeOp.create(operands=(x.ssa,), result_types=(signal(x.element, "audio"),),
                               properties={"limit": FloatAttr(limit, f64)})  # fmt: skip
    return Signal(tr.current().add(op).results[0])


def _trace_voices(program: Program, running: tr.Trace, ports: Ports) -> list[Signal]:
    names = _input_names(program.function)
    if len(names) != 1:
        raise tr.fail("DSP186", f"an instrument takes one positional argument, the note, not {len(names)}",
                      "def lead(note, cutoff=dspc.param(…)): …", program.place())  # fmt: skip
    body = tr.Body("voices")
    with running.inside(body):
        keywords = _keywords(program.function, program.constants, "", {})
        note = VoiceNote(program.playing.seconds(keywords))
        outputs = _results(program.function, [note], keywords, ports)
        end_body(_ended(outputs, note, program.playing.steal == "quietest", running))
    hand_over(body.block)
    types = [signal(running.precision, "audio")] * len(outputs)
    spare = SPARE_VOICES if program.voices > 1 else 0
    op = running.add(dsp.VoicesOp.create(
        result_types=types, regions=[Region(body.block)],
        properties={"count": IntAttr(program.voices + spare), "width": IntAttr(1)}))  # fmt: skip
    return [Signal(r) for r in op.results]


def _ended(outputs: list[Signal], note: VoiceNote, has_level: bool, running: tr.Trace) -> list[Signal]:
    """The voice's outputs, +0 once it has ended; `has_level`: the engine wants to know how loud it is."""
    operands = [o.ssa for o in outputs]
    properties: dict[str, Attribute] = {}
    if note.finished is not None:
        operands.append(note.finished.ssa)
        properties["has_finish"] = IntAttr(1)
    if has_level:
        properties["has_level"] = IntAttr(1)
    types = [signal(running.precision, "audio")] * len(outputs)
    end = running.add(dsp.VoiceEndOp.create(operands=operands, result_types=types, properties=properties))
    return [Signal(r) for r in end.results]


# --- arguments and results ------------------------------------------------------------------------


def _input_names(function: Function) -> list[str]:
    """The arguments without a default: input channels."""
    names: list[str] = []
    for name, p in signature(function).items():
        place = place_of_function(function)
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            star = "*" if p.kind is p.VAR_POSITIONAL else "**"
            raise tr.fail("DSP187", f"a program cannot take {star}{name}: its channels and parameters are counted",
                          "name every channel and parameter", place)  # fmt: skip
        if p.default is p.empty and p.kind is p.KEYWORD_ONLY:
            raise tr.fail("DSP187", f"the keyword {name} of a program has no default",
                          f"give it one: {name}=dspc.param(…), or put it before the *", place)  # fmt: skip
        if p.default is p.empty:
            names.append(name)
    return names


def _run(
    function: Function, given: Sequence[Signal], constants: Mapping[str, Any], prefix: str,
    ports: Ports | None = None, buses: Mapping[str, InputSpec] | None = None,
) -> list[Signal]:  # fmt: skip
    """Calls a function with its channels or its note; keywords are buses, parameters and build constants."""
    buses = buses or {}
    count = len(given) - sum(spec.channels for spec in buses.values())
    keywords = _keywords(function, constants, prefix, buses) | bus_arguments(buses, given[count:])
    return _results(function, given[:count], keywords, ports or Ports())


def _keywords(
    function: Function, constants: Mapping[str, Any], prefix: str, buses: Mapping[str, InputSpec]
) -> dict[str, Any]:
    """What the parameters and the build constants among the keywords stand for."""
    return {
        name: parameters(constants.get(name, p.default), name, prefix)
        for name, p in signature(function).items()
        if p.default is not p.empty and name not in buses
    }


def _results(function: Function, given: Sequence[Any], keywords: Mapping[str, Any], ports: Ports) -> list[Signal]:
    bound = inspect.signature(function).bind_partial(*given)
    for name in signature(function):  # in the order of the arguments, which `args` relies on
        if name in keywords:
            bound.arguments[name] = keywords[name]
    name = getattr(function, "__name__", "the program's function")
    return _outputs(run(function, bound.args, bound.kwargs, name), function, ports)


def _outputs(result: Any, function: Function, ports: Ports) -> list[Signal]:
    """The results as f32 signals, one for each channel; `ports` learns of their buses."""
    name, place = getattr(function, "__name__", "program"), place_of_return(function)
    try:
        buses = named_outputs(check_result(result, name))
    except DspError as error:
        error.place = place
        raise
    parts = [part for channels in buses.values() for part in channels]
    if not 1 <= len(parts) <= MOST_CHANNELS:
        raise tr.fail("DSP153", f"{name} returned {len(parts)} signals",
                      f"a program has 1 to {MOST_CHANNELS} output channels", place)  # fmt: skip
    ports.outputs = [BusShape(bus, len(channels)) for bus, channels in buses.items()]
    return [_output(part, name, place) for part in parts]


def _output(value: Any, name: str, place: Place | None) -> Signal:
    try:
        return convert(as_signal(value, f"output of {name}"), audio_float())
    except DspError as error:
        trace = tr.current()
        error.place = place
        trace.note(error)
        return Signal(trace.stand_in())
