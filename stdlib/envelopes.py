"""Envelopes. Times are in seconds."""

from __future__ import annotations

from typing import NamedTuple

from dspc.frontend.library import (
    Operand,
    Signal,
    abs,
    clamp,
    exp,
    f32,
    f64,
    feedback,
    max,
    min,
    sample_rate,
    scope,
    select,
    sinh,
)
from dspc.stdlib.functions import on_or_off
from dspc.stdlib.logic import rising, switched_on

SHORTEST = 1e-4
"""Times below are taken as this: 0 would divide by 0."""
DECAY_CONSTANTS = 5.0
"""A decay's or release's time is that many time constants: 0.7 % are left."""
STEEPEST, STRAIGHT = 20.0, 1e-6
"""What curves are clamped to, and what is taken instead of 0."""
LONGEST = 2**30
"""Samples that are counted: six hours at 48 kHz, after which nothing waits."""


def _per_sample(time: Operand) -> Signal:
    """The part of a way to go in one sample, if `time` is to cover it."""
    return 1.0 / (max(time, SHORTEST) * sample_rate())


def _approach(time: Operand) -> Signal:
    """The part of the distance that an exponential covers in one sample."""
    return 1.0 - exp(-DECAY_CONSTANTS * _per_sample(time))


@scope("adsr")
def adsr(
    gate: Operand, attack: Operand = 0.005, decay: Operand = 0.1, sustain: Operand = 0.7, release: Operand = 0.3
) -> Signal:
    """Attack, decay, sustain, release, in [0, 1].

    A new gate starts where the envelope is. In a mono instrument every note is one, with legato only those that do
    not overlap.

    Args:
        gate: a bool, or a number, which is on above 0.
        attack: seconds of a straight line to 1.
        decay: seconds, exponential, for 99.3 % of the way to sustain.
        sustain: 0 to 1.
        release: seconds, exponential, for 99.3 % of the way to 0.
    Bounds: up to 3 s at 96 kHz the times are met within 1 %, up to 0.3 s within 1e-4 of the level; `dahdsr` counts
        exactly whatever the time.

    Example:
        @dspc.instrument
        def organ(note):
            return 0.3 * sine(note.frequency) * adsr(note.gate, attack=0.01, release=0.2)

    Plot: waveform
    """
    rise, fall, leave = _per_sample(attack), _approach(decay), _approach(release)
    on = switched_on(gate)

    def loop(level: Signal, peaked: Signal) -> tuple[Signal, Signal]:
        risen = min(level + rise, 1.0)
        held = select(peaked, level + (sustain - level) * fall, risen)
        return select(on, held, level - level * leave), on & (peaked | (risen >= 1.0))

    return feedback(loop, (0.0, False))[0]


class _Way(NamedTuple):
    """A way from 0 to 1 along an exponential, sample by sample: y becomes `factor` y + `step`, and 1 after `last`."""

    factor: Signal
    step: Signal
    last: Signal

    def after(self, y: Operand) -> Signal:
        """Where it leads from y in one sample. What is nearer to its end than half a sample is there."""
        further = y * self.factor + self.step
        return select(further >= self.last, 1.0, further)


def _way(time: Operand, curve: Operand) -> _Way:
    """(1 - exp(curve t)) / (1 - exp(curve)) for t from 0 to 1 in `time` seconds, in f64: small steps add up."""
    bend = clamp(f64(curve), -STEEPEST, STEEPEST)
    bend = select(abs(bend) < STRAIGHT, STRAIGHT, bend)
    turn, whole = bend / max(f64(time) * sample_rate(), 1.0), _growth(bend)
    return _Way(exp(turn), _growth(turn) / whole, _growth(bend - 0.5 * turn) / whole)


def _growth(x: Signal) -> Signal:
    """Half of exp(x) - 1, exact for small x."""
    return sinh(0.5 * x) * exp(0.5 * x)


@scope("ar")
def ar(
    gate: Operand, attack: Operand = 0.005, release: Operand = 0.3, curve: Operand = -5.0, one_shot: bool = False
) -> Signal:
    """Attack and release, in [0, 1]: up as long as the gate is on, then down to 0 exactly.

    A new gate starts where the envelope is, as far along the attack as it is high.

    Args:
        gate: a bool, or a number, which is on above 0.
        attack: seconds of a straight line from 0 to 1; 0 is one sample.
        release: seconds from where the gate ended to 0; 0 is one sample.
        curve: how the release is bent, -20 to 20: 0 is straight, below 0 is fast at first, above 0 slow at first; after
            a part t of the way (1 - exp(curve t)) / (1 - exp(curve)) of it is done, as in SuperCollider's Env.
        one_shot: whether a gate's start is enough, however short it is: up to 1, and down at once.
    Bounds: each time is met to the nearest sample, up to 60 s at 96 kHz; the curve within 1e-6.
    Source: the recursion of an exponential: C. Roads, The Computer Music Tutorial, envelope generators.

    Example:
        @dspc.instrument
        def drum(note):
            return 0.5 * dspc.noise() * ar(note.gate, attack=0.001, release=0.2, one_shot=True)

    Plot: waveform
    """
    up, down = _way(attack, 0.0), _way(release, curve)
    on = switched_on(gate)
    starts = rising(on)
    once = on_or_off("one_shot", one_shot)

    def loop(rose: Signal, y: Signal, top: Signal, level: Signal) -> tuple[Signal, ...]:
        rises = starts | (rose & (level < 1.0)) if once else on
        falls_now = rose & ~rises
        top = select(falls_now, level, top)
        y = select(rises, up.after(level), down.after(select(falls_now, 0.0, y)))
        return rises, y, top, select(rises, y, top * (1.0 - y))

    return f32(feedback(loop, (False, f64(1.0), f64(0.0), f64(0.0)))[3])


RELEASE, ATTACK, HOLD, DECAY = range(4)
"""Stages; the sustain is the end of the decay."""


@scope("dahdsr")
def dahdsr(
    gate: Operand,
    delay: Operand = 0.0,
    attack: Operand = 0.005,
    hold: Operand = 0.0,
    decay: Operand = 0.1,
    sustain: Operand = 0.7,
    release: Operand = 0.3,
    attack_curve: Operand = 0.0,
    curve: Operand = -5.0,
) -> Signal:
    """Delay, attack, hold, decay, sustain, release, in [0, 1]; it ends at 0 exactly.

    A new gate starts where the envelope is, after the delay, in which the old release goes on. A gate that is shorter
    than the delay does nothing. Times and curves may change on the way: what is left of it is done as they say.

    Args:
        gate: a bool, or a number, which is on above 0.
        delay: seconds before the attack.
        attack: seconds from 0 to 1; 0 is one sample, as for decay and release.
        hold: seconds that it stays at 1.
        decay: seconds from 1 to sustain.
        sustain: 0 to 1; followed at once when it changes.
        release: seconds from where the gate ended to 0.
        attack_curve: how the attack is bent, -20 to 20, as `curve`.
        curve: how decay and release are bent: 0 is straight, below 0 is fast at first, above 0 slow at first; after a
            part t of the way (1 - exp(curve t)) / (1 - exp(curve)) of it is done, as in SuperCollider's Env.
    Bounds: each time is met to the nearest sample, up to 60 s at 96 kHz; the curves within 1e-6.
    Source: the recursion of an exponential: C. Roads, The Computer Music Tutorial, envelope generators.

    Example:
        @dspc.instrument
        def brass(note):
            tone = lowpass(saw(note.frequency), 300.0 + 3000.0 * dahdsr(note.gate, attack=0.08, decay=0.3, sustain=0.4))
            return 0.3 * tone * dahdsr(note.gate, delay=0.01, attack=0.04, hold=0.05, attack_curve=2.0)

    Plot: waveform
    """
    up, fall, leave = _way(attack, attack_curve), _way(decay, curve), _way(release, curve)
    wait, stay = f64(delay) * sample_rate() - 0.5, f64(hold) * sample_rate() - 0.5
    on = switched_on(gate)
    # How many samples the gate has been on before this one.
    age = feedback(lambda n: (select(on, min(n + 1, LONGEST), 0), n), 0)[1]
    begun = on & (age >= wait)

    def loop(stage: Signal, held: Signal, y: Signal, top: Signal, level: Signal) -> tuple[Signal, ...]:
        was = stage
        stage = select(was == RELEASE, ATTACK, select((was == HOLD) & (held >= stay), DECAY, was))
        stage = select(begun, stage, RELEASE)
        rises = stage == ATTACK
        top = select((stage == RELEASE) & (was != RELEASE), level, top)
        y = select(stage == was, y, 0.0)
        y = select(rises, up.after(level), select(stage == DECAY, fall.after(y), leave.after(y)))
        level = select(rises, y, select(stage == DECAY, 1.0 + (sustain - 1.0) * y, top * (1.0 - y)))
        level = select(stage == HOLD, 1.0, level)
        held = select(stage == HOLD, min(held + 1, LONGEST), 0)
        return select(rises & (y >= 1.0), HOLD, stage), held, y, top, level

    return f32(feedback(loop, (RELEASE, 0, f64(1.0), f64(0.0), f64(0.0)))[4])
