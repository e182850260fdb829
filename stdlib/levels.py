"""Levels: how loud a signal is, sample by sample. Results are never negative."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, abs, as_signal, exp, feedback, max, sample_rate, scope, select, sqrt

SHORTEST = 1e-5
"""Times below, in seconds, are taken as this."""


def share(time: Operand) -> Signal:
    """The part of a step that a one-pole covers in a sample, if 63 % are covered in `time` seconds."""
    return 1.0 - exp(-1.0 / (max(time, SHORTEST) * sample_rate()))


def approach(wanted: Signal, up: Signal, down: Signal, start: float = 0.0) -> Signal:
    """Goes after `wanted`, by these shares of the distance in a sample, on the way up and on the way down."""
    return feedback(lambda level: level + (wanted - level) * select(wanted > level, up, down), start)


@scope("follower")
def follower(x: Operand, attack: Operand = 0.005, release: Operand = 0.1) -> Signal:
    """Envelope follower: the signal's size, smoothed, faster on the way up than on the way down.

    Args:
        x: the signal.
        attack: seconds in which 63 % of a step up are covered.
        release: seconds in which 63 % of a step down are covered.
    Source: U. Zölzer, DAFX, ch. 4, level measurement.

    Example:
        def ducked(x):
            return x / (1.0 + 8.0 * follower(x, 0.001, 0.2))

    Plot: waveform
    """
    return approach(abs(as_signal(x)), share(attack), share(release))


@scope("peak")
def peak(x: Operand, fall: Operand = 20.0) -> Signal:
    """Peak level: up at once, down at a rate in decibels, as a peak programme meter's needle.

    Args:
        x: the signal.
        fall: decibels a second.
    Source: IEC 60268-10, the return time of peak programme meters; here the rise takes no time.

    Example:
        def needle(x):
            return peak(x, fall=40.0)

    Plot: waveform
    """
    size, factor = abs(as_signal(x)), exp(fall * (-0.11512925464970229 / sample_rate()))
    return feedback(lambda level: max(size, level * factor))


@scope("rms")
def rms(x: Operand, time: Operand = 0.3) -> Signal:
    """Root of the mean square: a full-scale sine's is 0.7071.

    Args:
        x: the signal.
        time: seconds in which 63 % of a step of the power are covered.
    Source: U. Zölzer, DAFX, ch. 4, level measurement.

    Example:
        def needle(x):
            return rms(x, 0.05)

    Plot: waveform
    """
    power, part = as_signal(x) * x, share(time)
    return sqrt(feedback(lambda mean: mean + (power - mean) * part))
