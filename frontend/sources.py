"""Sources: phasor, noise, controllers."""

from __future__ import annotations

from xdsl.dialects.builtin import FloatAttr, IntAttr, StringAttr, f64

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.environment import per_sample
from dspc.frontend.guard import guarded, over_arrays
from dspc.frontend.literals import describe, is_finite, is_integer, plain
from dspc.frontend.operators import Operand
from dspc.frontend.places import place_here
from dspc.frontend.signal import (
    Signal,
    add,
    as_signal,
    audio_float,
    condition,
    constant,
    convert,
    emit,
    known,
    numeric,
    precise,
)


@over_arrays
@guarded
def phasor(frequency: Operand = None, *, step: Operand = None, phase: Operand = 0.0, reset: Operand = False) -> Signal:
    """A ramp in [0, 1), `frequency` in Hz or `step` in cycles a sample; its first value is `phase`.

    Negative frequencies run downwards. The frequency at sample n takes effect at n + 1. A sample at which
    `reset` is true outputs `phase`. Raises `DspError` DSP130 for other arguments.

    >>> half = phasor(1000.0, phase=0.5)
    """
    if (frequency is None) == (step is None):
        raise tr.fail("DSP130", "a phasor takes either a frequency in Hz or a step in cycles a sample",
                      "phasor(440.0) or phasor(step=0.01)")  # fmt: skip
    start = known(phase)
    if not is_finite(start):
        raise tr.fail("DSP130", f"a phasor's phase is a finite constant, not {describe(phase)}",
                      "add to the phasor's output to move it: (phasor(f) + x) % 1.0")  # fmt: skip
    cycles = as_signal(step, "step") if step is not None else per_sample(as_signal(frequency, "frequency"))
    operands = [convert(numeric(cycles), audio_float()).ssa]
    if reset is not False:
        operands.append(condition(reset, "reset of a phasor").ssa)
    return add(dsp.PhasorOp.create(operands=operands, result_types=(signal(audio_float(), "audio"),),
                                   properties={"phase": FloatAttr(float(start), f64)}))  # fmt: skip


@guarded
def noise(seed: Operand = None) -> Signal:
    """Uniform noise in [-1, 1). Without a seed each call has its own stream; each lane and voice has anyway.

    The streams are the same in every run. Raises `DspError` DSP131 for a seed that is no integer.
    """
    trace = tr.current()
    number = known(seed)
    if seed is not None and not is_integer(number):
        raise tr.fail("DSP131", f"a seed is an integer, not {describe(seed)}",
                      "leave it out for a stream of its own")  # fmt: skip
    trace.noises += seed is None
    base = number if is_integer(number) else 0x5EED + 0x632BE5AB * trace.noises
    key = constant(base & 0xFFFFFFFF, "u32")
    for body in trace.bodies:
        key = _key_of_copy(body, key)
    return add(dsp.NoiseOp.create(operands=(key.ssa,), result_types=(signal(audio_float(), "audio"),)))


def _key_of_copy(body: tr.Body, key: Signal) -> Signal:
    """Mixes in the index of the lane or of the voice that `body` belongs to."""
    if body.kind == "bank":
        return _mixed(key, Signal(body.block.args[0]), 0x85EBCA6B)
    if body.kind == "voices":
        return _mixed(key, note_field("voice"), 0xC2B2AE35)
    return key


def _mixed(key: Signal, index: Signal, factor: int) -> Signal:
    return emit("add", key, emit("mul", convert(index, "u32"), constant(factor, "u32")))


def note_field(field: str) -> Signal:
    """What a voice knows of its note: see `dsp.VOICE_FIELDS`. It is asked once: who reads a trigger takes it."""
    trace = tr.current()
    voices = trace.innermost("voices")
    assert voices is not None
    if field not in voices.fields:
        element, rate = dsp.VOICE_FIELDS[field]
        op = dsp.NoteOp.create(result_types=(signal(element, rate),), properties={"field": StringAttr(field)})
        with trace.back_in(voices):
            voices.fields[field] = convert(add(op), precise(element)).ssa
    return Signal(voices.fields[field])


@guarded
def controller(number: int, default: float = 0.0) -> Signal:
    """MIDI controller `number` (0 to 127), 0 to 1; `default` until the host sends one.

    Raises `DspError` DSP132 for other numbers, and for two defaults of one controller.
    """
    if not is_integer(number) or not 0 <= number <= 127:
        raise tr.fail("DSP132", f"a controller's number is an integer from 0 to 127, not {describe(number)}",
                      "1 is the modulation wheel")  # fmt: skip
    if not is_finite(default) or not 0 <= default <= 1:
        raise tr.fail("DSP132", f"a controller's default is in 0 … 1, not {describe(default)}", "default=0.0")
    _check_default(int(number), float(plain(default)))
    properties = {"number": IntAttr(int(number)), "default": FloatAttr(float(plain(default)), f64)}
    cell = add(dsp.ControllerOp.create(result_types=(signal("f32", "control"),), properties=properties))
    return convert(cell, audio_float())


def _check_default(number: int, default: float) -> None:
    """Notes that a controller, which is one cell in the whole program, had another default before."""
    trace = tr.current()
    place = place_here()
    before, first = trace.controllers.setdefault(number, (default, place))
    if before != default:
        where = f", and {before} at line {first.line}" if first else f", and {before} before"
        trace.note(tr.fail("DSP132", f"controller {number} has one default in a program, here it is {default}{where}",
                           f"give it default={before} here, too", place))  # fmt: skip
