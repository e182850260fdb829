"""Meters: what a program shows its host."""

from __future__ import annotations

from dspc.dialects import dsp
from dspc.frontend import trace as tr
from dspc.frontend.guard import guarded
from dspc.frontend.literals import describe
from dspc.frontend.operators import Operand
from dspc.frontend.places import place_here
from dspc.frontend.primitive import primitive
from dspc.frontend.signal import Signal, as_signal, numeric, rounded

LONGEST_NAME = 64


@guarded
def meter(name: str, x: Operand) -> Signal:
    """Shows the host the peak of |x| in each call of `process`: `engine.meters[name]`. Returns `x` itself.

    In a mono effect that runs on several channels it is the peak over all of them. Raises `DspError` DSP221 for a
    name that is none, DSP222 for a second meter of the name, DSP223 in a bank or in an instrument's voices.

    >>> shown = meter("level", 0.5)
    """
    value = as_signal(x, "signal of a meter")
    _check_name(name)
    _check_place(name)
    trace = tr.current()
    key = name, trace.channel
    if key in trace.meters:
        before = trace.meters[key]
        where = f"; the first is at line {before.line}" if before else ""
        raise tr.fail("DSP222", f"two meters have the name {name!r}{where}", "give one of them another name")
    trace.meters[key] = place_here()
    shown = rounded(numeric(value))
    primitive(dsp.MeterOp, shown, results=shown.element, label=name, channel=str(trace.channel))
    return value


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.isprintable() or not 1 <= len(name) <= LONGEST_NAME:
        raise tr.fail("DSP221", f"a meter's name is a text of 1 to {LONGEST_NAME} characters, not {describe(name)}",
                      'dspc.meter("reduction", x)')  # fmt: skip


def _check_place(name: str) -> None:
    trace = tr.current()
    if trace.innermost("bank") is not None:
        raise tr.fail("DSP223", f"the meter {name!r} is in a bank: one meter cannot show many lanes",
                      "return the signal from the bank's function, and meter the bank's .max() or .sum()")  # fmt: skip
    if trace.innermost("voices") is not None:
        raise tr.fail("DSP223", f"the meter {name!r} is in an instrument's voices: one meter cannot show many notes",
                      "meter the mix, in the function under .after")  # fmt: skip
