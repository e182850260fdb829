"""Effects that sway: delays and all-passes moved by a sine."""

from __future__ import annotations

from dspc.frontend.library import (
    Operand,
    Signal,
    bank,
    clamp,
    delay,
    exp2,
    floor,
    max,
    phasor,
    sample_rate,
    scope,
)
from dspc.frontend.library import feedback as loop_of
from dspc.stdlib.delays import Stereo, blended, pair
from dspc.stdlib.functions import number_within, on_or_off, ranged, sine_of_phase, warped

LOUDEST = 0.98
"""What a loop gives back at most."""
MOST = 0.05
"""Seconds of delay that these effects have at most."""


def swaying(rate: Operand, turn: Operand = 0.0) -> Signal:
    """A sine of -1 to 1, some part of a turn ahead."""
    phase = phasor(rate) + turn
    return sine_of_phase(phase - floor(phase))


@scope("chorus", whole_arrays=True)
def chorus(
    left: Operand,
    right: Operand | None = None,
    rate: Operand = 0.8,
    depth: Operand = 0.002,
    delay: Operand = 0.012,
    voices: int = 4,
    mix: Operand = 0.5,
) -> Stereo:
    """Chorus: voices from left to right that come late, each swaying at its own part of a turn.

    Args:
        left, right: the channels; without the right one the left is both, or an array of both.
        rate: Hz.
        depth: seconds by which the delays sway to either side.
        delay: seconds in the middle; with the depth 0 to 0.05, what is beyond is clamped.
        voices: 2 to 16, known when the program is built.
        mix: 0 for the signal alone, 1 for the voices alone, which together are as loud as it.
    Returns: left, right.
    Bounds: each voice is a delay that sways as asked: a sine of 1 kHz is within -80 dB of that of the formula; the
        voices are as loud as the signal within 1 dB; what a stepped parameter adds above 4 kHz is 60 dB down.
    Source: U. Zölzer, DAFX, ch. 2, chorus; J. Dattorro, Effect Design, Part 2, JAES 45 (10), 1997.

    Example:
        def wide(x, rate=dspc.param(0.8, 0.1, 5.0, unit="Hz")):
            return chorus(x, rate=rate, voices=6)

    Plot: spectrogram
    """
    count, (left, right) = number_within("chorus", "number of voices", voices, 2, 16), pair(left, right)
    phase = phasor(rate)

    def voice(place: Signal) -> tuple[Signal, Signal]:
        """It listens where it stands, from 0 (left) to 1."""
        own = phase + place * ((count - 1) / count)
        sway = sine_of_phase(own - floor(own))
        late = _late(left + (right - left) * place, delay + depth * sway)
        quarter = place * 0.25
        return late * ranged("cos_turns", quarter, 0.0, 0.25), late * ranged("sin_turns", quarter, 0.0, 0.25)

    sides = bank([i / (count - 1) for i in range(count)], voice)
    wet = [side.sum() * (2.0 / count) ** 0.5 for side in sides]
    return Stereo(blended(left, wet[0], mix), blended(right, wet[1], mix))


@scope("flanger")
def flanger(
    x: Operand,
    rate: Operand = 0.2,
    depth: Operand = 0.002,
    delay: Operand = 0.003,
    feedback: Operand = 0.4,
    mix: Operand = 0.5,
    through_zero: bool = False,
) -> Signal:
    """Flanger: a comb whose teeth sway.

    Args:
        x: the signal.
        rate: Hz.
        depth: seconds by which the delay sways to either side.
        delay: seconds in the middle; with the depth 0 to 0.05, what is beyond is clamped.
        feedback: how much comes back, -0.98 to 0.98; what is beyond is clamped.
        mix: 0 for the signal alone, 1 for the delayed one alone, at 0.5 the comb is deepest.
        through_zero: whether the signal itself is late by `delay`, so that the other passes it if depth = delay.
    Bounds: at rest the response is that of the formula within 0.002 up to 5 kHz.
    Source: U. Zölzer, DAFX, ch. 2, flanger.

    Example:
        def jet(x, rate=dspc.param(0.3, 0.05, 5.0, unit="Hz")):
            return flanger(x, rate, depth=0.003, feedback=0.6, through_zero=True)

    Plot: spectrogram
    """
    amount, seconds = clamp(feedback, -LOUDEST, LOUDEST), delay + depth * swaying(rate)

    def loop(last: Signal) -> Signal:
        return _late(x + amount * last, seconds)

    return blended(_late(x, delay) if on_or_off("through_zero", through_zero) else x, loop_of(loop), mix)


def _late(x: Operand, seconds: Operand) -> Signal:
    samples = max(seconds * sample_rate(), 0.0)
    return delay(x, samples, max=MOST * sample_rate(), interpolation="lagrange5")


@scope("phaser")
def phaser(
    x: Operand,
    rate: Operand = 0.5,
    frequency: Operand = 800.0,
    depth: Operand = 1.5,
    stages: int = 6,
    feedback: Operand = 0.3,
    mix: Operand = 0.5,
) -> Signal:
    """Phaser: all-passes in series that sway together, half as many notches.

    The loop is solved without a sample of delay.

    Args:
        x: the signal.
        rate: Hz.
        frequency: Hz, where each stage turns the phase by a quarter, in the middle.
        depth: octaves by which it sways to either side.
        stages: 2 to 12, known when the program is built.
        feedback: how much comes back, -0.98 to 0.98; what is beyond is clamped.
        mix: 0 for the signal alone, 1 for the all-passes alone, at 0.5 the notches are deepest.
    Bounds: at rest the response is that of the analogue circuit at bilinear frequencies, within 1e-4.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 10 (phasers), and ch. 3 for the stages.

    Example:
        def swirl(x, rate=dspc.param(0.5, 0.05, 5.0, unit="Hz")):
            return phaser(x, rate, stages=8, feedback=0.6)

    Plot: spectrogram
    """
    count, amount = number_within("phaser", "number of stages", stages, 2, 12), clamp(feedback, -LOUDEST, LOUDEST)
    g = warped(frequency * exp2(depth * swaying(rate)), sample_rate())
    gain = g / (1.0 + g)
    through, kept = 2.0 * gain - 1.0, 2.0 - 2.0 * gain
    direct = through
    for _ in range(count - 1):
        direct = direct * through

    def loop(*states: Signal) -> tuple[Signal, ...]:
        past = kept * states[0]
        for s in states[1:]:
            past = past * through + kept * s
        u = (x + amount * past) / (1.0 - amount * direct)
        following: list[Signal] = []
        for s in states:
            v = (u - s) * gain
            following.append(s + 2.0 * v)
            u = 2.0 * (v + s) - u
        return (*following, u)

    return blended(x, loop_of(loop, (0.0,) * count)[count], mix)
