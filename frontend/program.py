"""Tracing: a program's function runs once, on signals, and what it does is written down."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import FloatAttr, IntAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Attribute, Region

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.declarations import Program, as_program, effect, instrument, signature
from dspc.frontend.errors import DspError
from dspc.frontend.groups import parameters
from dspc.frontend.literals import quoted
from dspc.frontend.notes import VoiceNote
from dspc.frontend.params import AFTER
from dspc.frontend.places import Place, entrance, place_of_function, place_of_return
from dspc.frontend.python_errors import explained, users_traceback
from dspc.frontend.scopes import end_body
from dspc.frontend.signal import Signal, as_signal, audio_float, convert
from dspc.frontend.structure import check_result

__all__ = ["Program", "as_program", "effect", "instrument", "trace"]

SPARE_VOICES = 4
"""Lanes beside the voices of a polyphonic instrument, in which stolen voices fade out."""
INSTRUMENT, LEGATO, MONO, F64 = 1, 2, 4, 8
INPUT_LIMIT = 1e6
LARGEST = {"f32": float(np.finfo(np.float32).max), "f64": float(np.finfo(np.float64).max)}
"""Outputs beyond are 0: what is not finite, in the program's own float."""
MOST_CHANNELS = 64

Function = Callable[..., Any]


def trace(thing: Any, precision: str = "f32") -> ModuleOp:
    """The program as an xDSL module of the `dsp` dialect; with `precision="f64"` all its floats are f64.

    Raises `DspError` for what is wrong in it (several at once, if there are), DSP240 for another precision, and
    whatever else the program's own code raises.
    """
    return _traced(as_program(thing), as_precision(precision))


def as_precision(precision: Any) -> tr.Precision:
    """The precision itself. Raises `DspError` DSP240 for what is none."""
    for known in tr.PRECISIONS:
        if isinstance(precision, str) and precision == known:
            return known
    raise tr.fail("DSP240", f"a program's precision is not {quoted(precision)}", 'use "f32" or "f64"')


@entrance
def _traced(program: Program, precision: tr.Precision) -> ModuleOp:
    running = tr.Trace(program.name, program.place(), precision)
    with tr.run(running):
        try:
            outputs = _trace_body(program, running)
        except Exception as error:
            # Only the user's frames are shown: how dspc got there says nothing about the program.
            failure = _failure(error, running)
            if failure is error:
                error.__traceback__ = users_traceback(error)
                raise
            raise failure.with_traceback(None) from None
        if running.errors:
            raise running.failure()
        return _finished(program, running, outputs)


def _failure(error: Exception, running: tr.Trace) -> Exception:
    """What the user is told: all errors that were noted, and this one, in the language's terms if it can be."""
    if isinstance(error, DspError):
        running.note(error)
    elif not running.errors:  # after an error the stand-ins may have caused others
        found = explained(error)
        if found is None:
            return error
        running.note(found)
    return running.failure()


def _finished(program: Program, running: tr.Trace, outputs: list[Signal]) -> ModuleOp:
    made = [_sanitize(o, LARGEST[running.precision]) for o in outputs]
    running.add(dsp.OutputOp.create(operands=[o.ssa for o in made]))
    flags = (program.kind == "instrument") | LEGATO * program.legato | MONO * (program.voices == 1)
    flags |= F64 * (running.precision == "f64")
    op = dsp.ProgramOp.create(
        properties={
            "sym_name": StringAttr(program.name),
            "kind": StringAttr(program.kind),
            "voices": IntAttr(program.voices),
            "flags": IntAttr(flags),
        },
        regions=[Region(running.root.block)],
    )
    running.add_to_module(op)
    return running.module


def _trace_body(program: Program, running: tr.Trace) -> list[Signal]:
    if program.kind == "effect":
        inputs = _inputs(_input_names(program.function), running)
        return _run(program.function, inputs, program.constants, "")
    mix = _trace_voices(program, running)
    after = program.after_function
    if after is None:
        return mix
    names = _input_names(after)
    if len(names) != len(mix):
        raise tr.fail("DSP185", f"after takes {_channels(len(names))}, the voices give {len(mix)}",
                      "give it one argument for each channel", place_of_function(after))  # fmt: skip
    return _run(after, mix, {}, AFTER)


def _channels(count: int) -> str:
    return f"{count} channel" + ("s" if count != 1 else "")


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


def _trace_voices(program: Program, running: tr.Trace) -> list[Signal]:
    names = _input_names(program.function)
    if len(names) != 1:
        raise tr.fail("DSP186", f"an instrument takes one positional argument, the note, not {len(names)}",
                      "def lead(note, cutoff=dspc.param(…)): …", program.place())  # fmt: skip
    body = tr.Body("voices")
    with running.inside(body):
        note = VoiceNote()
        outputs = _run(program.function, [note], program.constants, "")
        end_body(_ended(outputs, note, running))
    types = [signal(running.precision, "audio")] * len(outputs)
    spare = SPARE_VOICES if program.voices > 1 else 0
    op = running.add(dsp.VoicesOp.create(
        result_types=types, regions=[Region(body.block)],
        properties={"count": IntAttr(program.voices + spare), "width": IntAttr(1)}))  # fmt: skip
    return [Signal(r) for r in op.results]


def _ended(outputs: list[Signal], note: VoiceNote, running: tr.Trace) -> list[Signal]:
    """The voice's outputs, +0 once it has ended."""
    operands = [o.ssa for o in outputs]
    properties: dict[str, Attribute] = {}
    if note.finished is not None:
        operands.append(note.finished.ssa)
        properties["has_finish"] = IntAttr(1)
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


def _run(function: Function, given: Sequence[Any], constants: Mapping[str, Any], prefix: str) -> list[Signal]:
    """Calls a function with its channels or its note; keywords are parameters and build constants."""
    bound = inspect.signature(function).bind_partial(*given)
    for name, p in signature(function).items():
        if p.default is not p.empty:
            bound.arguments[name] = parameters(constants.get(name, p.default), name, prefix)
    return _outputs(function(*bound.args, **bound.kwargs), function)


def _outputs(result: Any, function: Function) -> list[Signal]:
    """The results as signals of the program's float, one for each channel."""
    name, place = getattr(function, "__name__", "program"), place_of_return(function)
    try:
        parts = check_result(result, name)
    except DspError as error:
        error.place = place
        raise
    parts = list(cast(Sequence[Any], parts)) if isinstance(parts, tuple | list) else [parts]
    if not 1 <= len(parts) <= MOST_CHANNELS:
        raise tr.fail("DSP153", f"{name} returned {len(parts)} signals",
                      f"a program has 1 to {MOST_CHANNELS} output channels", place)  # fmt: skip
    return [_output(part, name, place) for part in parts]


def _output(value: Any, name: str, place: Place | None) -> Signal:
    try:
        return convert(as_signal(value, f"output of {name}"), audio_float())
    except DspError as error:
        trace = tr.current()
        error.place = place
        trace.note(error)
        return Signal(trace.stand_in())
