"""What all voices of an instrument share: computed once, outside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dspc.frontend import trace as tr
from dspc.frontend.banks import Bank
from dspc.frontend.guard import guarded
from dspc.frontend.signal import SignalLike
from dspc.frontend.structure import call, check_function, flatten

T = TypeVar("T")


@guarded
def shared(f: Callable[[], T]) -> T:
    """What `f()` returns, computed once for all voices of an instrument: an LFO that they have in common.

    `f` takes no argument and may return a signal, or a tuple, list or dict of signals. It may use parameters and
    controllers, and remembers beyond the notes; what belongs to a voice (its note, its signals, the lanes and
    feedbacks around the call) is not there. Outside an instrument's voices, also in `after`, it is `f()`.
    Raises `DspError` DSP213 if `f` uses what belongs to a voice, DSP160 if it is no function.

    >>> vibrato = shared(lambda: sin_turns(phasor(5.0)))
    """
    check_function(f, "shared", "dspc.shared(lambda: dspc.phasor(5.0))", "DSP160")
    trace = tr.current()
    if trace.innermost("voices") is None:
        return call(f, [], "shared", "no arguments")
    with trace.shared():
        result = call(f, [], "shared", "no arguments")
        for part in flatten(result)[0]:
            if isinstance(part, SignalLike | Bank):
                part.signal()  # not what a voice has made before
    return result
