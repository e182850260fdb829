"""Pitch and level in the units musicians use."""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, exp2, inlined, log2


@inlined
def cents(amount: Operand) -> Signal:
    """The frequency ratio of an interval in cents: 1200 double."""
    return exp2(as_signal(amount) * (1.0 / 1200.0))


@inlined
def semitones(amount: Operand) -> Signal:
    """The frequency ratio of an interval in semitones: 12 double."""
    return exp2(as_signal(amount) * (1.0 / 12.0))


@inlined
def midi_to_hz(key: Operand) -> Signal:
    """The frequency of a MIDI key, 69 being 440 Hz, in equal temperament."""
    return exp2((as_signal(key) - 69.0) * (1.0 / 12.0)) * 440.0


@inlined
def hz_to_midi(frequency: Operand) -> Signal:
    """The MIDI key of a frequency in Hz, with its fraction."""
    return log2(as_signal(frequency) * (1.0 / 440.0)) * 12.0 + 69.0


@inlined
def db_to_gain(db: Operand) -> Signal:
    """The factor of a level in decibels: -6.02 dB halve."""
    return exp2(as_signal(db) * 0.16609640474436813)
