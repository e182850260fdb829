"""Envelopes. Times are in seconds."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, exp, feedback, max, min, sample_rate, scope, select

SHORTEST = 1e-4
"""Times below are taken as this: 0 would divide by 0."""
DECAY_CONSTANTS = 5.0
"""A decay's or release's time is that many time constants: 0.7 % are left."""


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
        gate: a bool.
        attack: seconds of a straight line to 1.
        decay: seconds, exponential, for 99.3 % of the way to sustain.
        sustain: 0 to 1.
        release: seconds, exponential, for 99.3 % of the way to 0.

    Example:
        @dspc.instrument
        def organ(note):
            return 0.3 * sine(note.frequency) * adsr(note.gate, attack=0.01, release=0.2)

    Plot: waveform
    """
    rise, fall, leave = _per_sample(attack), _approach(decay), _approach(release)

    def loop(level: Signal, peaked: Signal) -> tuple[Signal, Signal]:
        risen = min(level + rise, 1.0)
        held = select(peaked, level + (sustain - level) * fall, risen)
        return select(gate, held, level - level * leave), gate & (peaked | (risen >= 1.0))

    return feedback(loop, (0.0, False))[0]
