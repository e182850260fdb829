"""Look-ahead: a signal as it will be, for which all that meets it is delayed."""

from __future__ import annotations

from xdsl.dialects.builtin import IntAttr

from dspc.dialects import dsp
from dspc.dialects.types import signal
from dspc.frontend import trace as tr
from dspc.frontend.guard import guarded, over_arrays
from dspc.frontend.literals import describe, is_integer
from dspc.frontend.operators import Operand
from dspc.frontend.signal import Signal, add, as_signal, known, rounded

LONGEST = 2**20
"""Samples of look-ahead at most."""


@over_arrays
@guarded
def ahead(x: Operand, samples: Operand) -> Signal:
    """`x` as it will be `samples` later: the compiler delays all that meets it, and the engine reports the latency.

    `samples` is an integer that is known when the program is built. Raises `DspError` DSP282 for another number, and in
    a feedback or another body that does not simply run sample by sample.

    >>> loudest = max(abs(noise()), ahead(abs(noise()), 64))
    """
    count = known(samples)
    if not is_integer(count) or not 0 <= count <= LONGEST:
        raise tr.fail("DSP282", f"ahead takes a number of samples from 0 to 2^20, not {describe(samples)}",
                      "a number of samples that is known when the program is built, for example 64")  # fmt: skip
    check_place("ahead")
    return ahead_by(rounded(as_signal(x, "input of ahead")), count)


def ahead_by(x: Signal, samples: int) -> Signal:
    """A signal that is late by so many samples, said to be what it should have been then."""
    if samples == 0:
        return x
    properties = {"samples": IntAttr(samples)}
    return add(dsp.AheadOp.create(operands=(x.ssa,), result_types=(signal(x.element, "audio"),), properties=properties))


_INSTEAD = {
    "feedback": "its latency would lengthen the loop", "when": "it may stand still", "restart": "it may start again",
    "control": "it runs once in 16 samples", "oversample": "it runs at another rate",
    "undersample": "it runs at another rate", "table_init": "it runs once", "stft": "it runs once a frame",
}  # fmt: skip


def check_place(what: str, remedy: str = "use it outside, and pass its result in") -> None:
    """Raises DSP282 where the samples of a body are not those of the stream."""
    for body in tr.current().bodies:
        if body.kind in _INSTEAD:
            raise tr.fail("DSP282", f"{what} in the function of {body.kind}: {_INSTEAD[body.kind]}", remedy)
