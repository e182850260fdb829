"""Envelopes, logic, shapers and mixing of the library."""

from __future__ import annotations

import numpy as np
from agree.programs import program

import dspc
from dspc import stdlib


@program
@dspc.instrument(voices=3)
def staged(note, time=dspc.param(0.002, 0.0, 0.01), curve=dspc.param(-5.0, -8.0, 8.0)):
    full = stdlib.dahdsr(note.gate, 0.0005, time, 0.001, 0.003, 0.5, time, curve, -curve)
    struck = stdlib.ar(note.gate, 0.001, time, curve, one_shot=True) + stdlib.ar(note.gate, time, 0.002)
    lines = stdlib.smooth(note.frequency, time), stdlib.slew(note.velocity, 100.0), stdlib.ramp(note.frequency, time)
    return full * note.velocity, struck, 0.001 * (lines[0] + lines[2]) + lines[1]


@program
@dspc.effect
def triggered(x, y, hits=dspc.param(3, 0, 8)):
    clock = stdlib.rising(stdlib.sine(3000.0))
    rhythm = stdlib.euclid(clock, hits, 8, rotation=1) | stdlib.euclid(x, 5, 7, reset=y > 0.9)
    held = stdlib.sample_hold(x, clock) + stdlib.sample_hold(dspc.i32(100 * y), rhythm)
    counts = stdlib.counter(clock, 5, reset=x > 0.95) + stdlib.counter(y)
    return held, dspc.f32(counts), dspc.f32(rhythm) + stdlib.latch(x > 0.8, y > 0.8)


@program
@dspc.effect
def shaped(x, y, drive=dspc.param(3.0, 1.0, 20.0)):
    loud = drive * x
    soft = stdlib.soft_clip(loud, antialias=True) + stdlib.tanh_drive(x, drive, oversample=2, antialias=True)
    folded = stdlib.fold(loud) + stdlib.fold(loud, "sine", antialias=True)
    hard = stdlib.hard_clip(loud, abs(y), antialias=True) + stdlib.waveshaper(x, np.tanh)
    crushed = stdlib.bitcrush(x, drive, 7000.0) + stdlib.bitcrush(y, 5)
    wide = stdlib.width(*stdlib.mid_side(x, y), drive)
    return soft, folded, hard, crushed, *wide, stdlib.crossfade(x, y, abs(y), equal_power=True)
