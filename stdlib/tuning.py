"""Pitch and level in the units musicians use."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, exp2, inlined, log2


@inlined
def cents(amount: Operand) -> Signal:
    """The frequency ratio of an interval in cents: 1200 double.

    Args:
        amount: cents.

    Example:
        def beating():
            return 0.2 * (sine(440.0) + sine(440.0 * cents(10.0)))
    """
    return exp2(as_signal(amount) * (1.0 / 1200.0))


@inlined
def semitones(amount: Operand) -> Signal:
    """The frequency ratio of an interval in semitones: 12 double.

    Args:
        amount: semitones.

    Example:
        def fifth():
            return 0.2 * (sine(220.0) + sine(220.0 * semitones(7)))
    """
    return exp2(as_signal(amount) * (1.0 / 12.0))


@inlined
def midi_to_hz(key: Operand) -> Signal:
    """The frequency of a MIDI key, 69 being 440 Hz, in equal temperament.

    Args:
        key: 0 to 127, with fractions.

    Example:
        def tone(key=dspc.param(60.0, 0.0, 127.0)):
            return 0.3 * sine(midi_to_hz(key))
    """
    return exp2((as_signal(key) - 69.0) * (1.0 / 12.0)) * 440.0


@inlined
def hz_to_midi(frequency: Operand) -> Signal:
    """The MIDI key of a frequency, with its fraction.

    Args:
        frequency: Hz, above 0.

    Example:
        def quantised(frequency=dspc.param(440.0, 20.0, 5000.0, unit="Hz", scale="log")):
            return 0.3 * sine(midi_to_hz(dspc.round(hz_to_midi(frequency))))
    """
    return log2(as_signal(frequency) * (1.0 / 440.0)) * 12.0 + 69.0


@inlined
def db_to_gain(db: Operand) -> Signal:
    """The factor of a level in decibels: -6.02 dB halve.

    Args:
        db: decibels.

    Example:
        def quieter(x, level=dspc.param(-12.0, -60.0, 0.0, unit="dB")):
            return x * db_to_gain(level)
    """
    return exp2(as_signal(db) * 0.16609640474436813)
