"""Pitch and level in the units musicians use."""

from __future__ import annotations

import math
from typing import Any

from dspc.frontend.library import Operand, Signal, as_signal, exp2, inlined, log2, scope, table
from dspc.stdlib.scala import frequencies, keyboard_of, scale_of


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


@scope("scala")
def scala(key: Operand, scale: Any, keys: Any = None) -> Signal:
    """The frequency of a MIDI key in a scale of Scala's, in Hz.

    The files are read when the program is built; relative paths start at the folder of the file that calls this.
    Between two keys the pitch goes in a straight line: bends are `scala(note.key + note.bend, …)`. A key without a
    note sounds as the next one below that has one. Raises `DspError` DSP293 for files that cannot be read, DSP294
    with the line for what they do not mean.

    Args:
        key: 0 to 127, with fractions; what is beyond is clamped.
        scale: the path of a .scl file, or a list of its pitches, as texts: ratios, or cents, which hold a point.
        keys: the path of a .kbm file; without it, key 60 is the scale's first note, at 261.63 Hz.
    Bounds: within 0.01 cents of the file's pitch.
    Source: M. Op de Coul, Scala, scale file format and keyboard mappings.

    Example:
        JUST = ["16/15", "9/8", "6/5", "5/4", "4/3", "45/32", "3/2", "8/5", "5/3", "9/5", "15/8", "2/1"]

        @dspc.instrument
        def pure(note):
            return 0.3 * triangle(scala(note.key, JUST)) * adsr(note.gate)
    """
    pitches = [math.log2(f / 440.0) for f in frequencies(scale_of(scale), keyboard_of(keys))]
    return exp2(table(pitches)(as_signal(key, "key"))) * 440.0
