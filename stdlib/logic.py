"""Logic: edges, counts, memories and rhythms. A trigger is where a bool becomes true, or a number more than 0."""

from __future__ import annotations

import numpy as np

from dspc.frontend import trace as tr
from dspc.frontend.library import Operand, Signal, as_signal, clamp, delay, feedback, i32, scope, select
from dspc.frontend.literals import is_integer, shown
from dspc.frontend.signal import known

AT_REST = {"bool": False, "i32": 0, "u32": np.uint32(0)}
"""What a memory of integers, or bools, starts with."""
MOST_STEPS = 2**15
"""Steps of a rhythm: their products stay in an i32."""


def switched_on(x: Operand) -> Signal:
    """A bool, as it is; of a number whether it is more than 0."""
    value = as_signal(x)
    return value if value.element == "bool" else value > 0


@scope("rising")
def rising(x: Operand) -> Signal:
    """Whether a bool becomes true with this sample: a trigger.

    Args:
        x: a bool, or a number, which counts as true above 0. Before the first sample it was false.

    Example:
        def ticks():
            return dspc.select(rising(sine(4.0)), 1.0, 0.0)

    Plot: waveform
    """
    on = switched_on(x)
    return on & ~delay(on, 1)


@scope("sample_hold")
def sample_hold(x: Operand, trigger: Operand) -> Signal:
    """The signal as it was at the last trigger; 0 (or false) before the first one.

    Args:
        x: a signal of any type.
        trigger: a bool; what counts is where it becomes true.

    Example:
        def steps():
            return sine(440.0 * 2.0 ** sample_hold(dspc.noise(), sine(8.0)))

    Plot: waveform
    """
    value, taken = as_signal(x), rising(trigger)
    return feedback(lambda held: select(taken, value, held), AT_REST.get(value.element, 0.0))


@scope("counter")
def counter(trigger: Operand, modulo: Operand | None = None, reset: Operand = False) -> Signal:
    """How many triggers there were since the start or the last reset, this sample's among them: an i32.

    Args:
        trigger: a bool; what counts is where it becomes true.
        modulo: at this count it is 0 again; an integer, or a signal. At least 1.
        reset: a bool; while it is true the count is 0.

    Example:
        def arpeggio():
            return 0.3 * saw(110.0 * (1 + counter(sine(6.0), modulo=5)))

    Plot: waveform
    """
    counted, back = rising(trigger), switched_on(reset)
    most = None if modulo is None else i32(modulo)

    def loop(count: Signal) -> Signal:
        following = count + 1 if most is None else select(count + 1 >= most, 0, count + 1)
        return select(back, 0, select(counted, following, count))

    return feedback(loop, 0)


@scope("latch")
def latch(set: Operand, reset: Operand) -> Signal:
    """A flip-flop: true from `set` on until `reset`, which wins if both are true. False at the start.

    Args:
        set: a bool, which makes it true.
        reset: a bool, which makes it false.

    Example:
        def every_other():
            return 0.5 * saw(110.0) * latch(sine(1.0) > 0.5, sine(1.0) < -0.5)

    Plot: waveform
    """
    on, off = switched_on(set), switched_on(reset)
    return feedback(lambda state: (state | on) & ~off, False)


@scope("euclid")
def euclid(trigger: Operand, hits: Operand, steps: Operand, rotation: Operand = 0, reset: Operand = False) -> Signal:
    """Euclidean rhythm: of every `steps` triggers it lets `hits` pass, as evenly as can be.

    Step n is a hit if n hits mod steps < hits: euclid(…, 3, 8) is the tresillo x..x..x., and the first step always is
    one. It is Bjorklund's rhythm, which the literature begins at another step now and then: `rotation` does.

    Args:
        trigger: a bool; where it becomes true there is the next step.
        hits: 0 to steps; an integer, or a signal, which is clamped.
        steps: 1 to 32768; an integer, or a signal.
        rotation: the step that it begins with; an integer, or a signal.
        reset: a bool; the next trigger after it, or with it, is the first step.
    Returns: a bool, true at the samples of the triggers that pass.
    Source: G. Toussaint, The Euclidean Algorithm Generates Traditional Musical Rhythms, BRIDGES 2005.

    Example:
        def clave():
            return dspc.noise() * ar(euclid(sine(8.0), 5, 8, rotation=2), 0.001, 0.05, one_shot=True)

    Plot: waveform
    """
    _check_rhythm(hits, steps)
    count = clamp(i32(steps), 1, MOST_STEPS)
    passing = clamp(i32(hits), 0, count)
    stepped, back = rising(trigger), switched_on(reset)

    def loop(next: Signal) -> tuple[Signal, Signal]:
        step = select(back | (next >= count), 0, next)
        hit = ((step + i32(rotation)) % count * passing) % count < passing
        return select(stepped, step + 1, step), stepped & hit

    return feedback(loop, 0)[1]


def _check_rhythm(hits: Operand, steps: Operand) -> None:
    """Raises DSP452 for numbers that are no rhythm."""
    k, n = known(hits), known(steps)
    fits = all(v is None or is_integer(v) for v in (k, n)) and (n is None or 1 <= n <= MOST_STEPS)
    if not fits or (k is not None and not 0 <= k <= (MOST_STEPS if n is None else n)):
        raise tr.fail("DSP452", f"hits={shown(hits)}, steps={shown(steps)} is no Euclidean rhythm",
                      "0 to steps hits in 1 to 32768 steps, integers: euclid(trigger, 3, 8)")  # fmt: skip
