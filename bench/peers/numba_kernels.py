"""The kernels that numba compiles. Each takes its state, a record, and blocks [channels, frames] to read and fill."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from bench.programs import (
    ALLPASSES,
    ATTACK,
    COMBS,
    DECAY,
    FM_STEPS,
    GATE_PERIOD,
    GATE_SHIFT,
    POLY_STEPS,
    RELEASE,
    SAW_STEPS,
    SECTIONS,
    SPREAD,
    SUSTAIN,
    VOICES,
)

F = np.float32
COEFFICIENTS = np.array(SECTIONS, F)
STEPS = np.array(FM_STEPS, F)
LONGEST = 1700
"""Samples of a line, at least."""

VOICE = np.dtype([("phase", F, 7), ("step", F, 7), ("level", F), ("s1", F), ("s2", F), ("peaked", np.int32),
                  ("frame", np.uint32)])  # fmt: skip
LINE = [("length", np.int32), ("at", np.int32), ("low", F), ("buffer", F, LONGEST)]


fast = njit(fastmath=True, error_model="numpy")


@fast
def gain(s, x, y):
    for i in range(x.shape[1]):
        y[0, i] = F(0.5) * x[0, i]


@fast
def biquad(s, x, y):
    for i in range(x.shape[1]):
        value = x[0, i]
        for k in range(8):
            out = COEFFICIENTS[k, 0] * value + s.s1[k]
            s.s1[k] = COEFFICIENTS[k, 1] * value - COEFFICIENTS[k, 3] * out + s.s2[k]
            s.s2[k] = COEFFICIENTS[k, 2] * value - COEFFICIENTS[k, 4] * out
            value = out
        y[0, i] = value


@fast
def voice(v):
    mixed = F(0.0)
    for k in range(7):
        step = v.step[k]
        phase = v.phase[k] + step
        if phase >= F(1.0):
            phase -= F(1.0)
        v.phase[k] = phase
        saw = F(2.0) * phase - F(1.0)
        if phase < step:
            t = phase / step
            saw -= F(2.0) * t - t * t - F(1.0)
        elif phase > F(1.0) - step:
            t = (phase - F(1.0)) / step
            saw -= t * t + F(2.0) * t + F(1.0)
        mixed += saw
    mixed *= F(1.0 / 7)
    gate = v.frame % np.uint32(GATE_PERIOD) < np.uint32(GATE_PERIOD // 2)
    v.frame += np.uint32(1)
    level = v.level
    if gate:
        if v.peaked:
            level += (F(SUSTAIN) - level) * F(DECAY)
        else:
            level += F(ATTACK)
            if level >= F(1.0):
                level = F(1.0)
                v.peaked = 1
    else:
        level *= F(RELEASE)
        v.peaked = 0
    v.level = level
    g = F(math.tan((F(200.0) + F(6000.0) * level) * F(math.pi / 48_000)))
    a1 = F(1.0) / (F(1.0) + g * (g + F(0.5)))
    a2 = g * a1
    a3 = g * a2
    v3 = mixed - v.s2
    v1 = a1 * v.s1 + a2 * v3
    v2 = v.s2 + a2 * v.s1 + a3 * v3
    v.s1 = F(2.0) * v1 - v.s1
    v.s2 = F(2.0) * v2 - v.s2
    return F(0.5) * F(math.tanh(F(2.0) * v2 * level))


@fast
def supersaw(s, x, y):
    for i in range(y.shape[1]):
        y[0, i] = voice(s.voices[0])


@fast
def poly(s, x, y):
    for i in range(y.shape[1]):
        y[0, i] = F(0.0)
    for k in range(16):
        v = s.voices[k]
        for i in range(y.shape[1]):
            y[0, i] += F(0.25) * voice(v)


@fast
def freeverb(s, x, y):
    for i in range(x.shape[1]):
        dry = F(0.015) * (x[0, i] + x[1, i])
        for side in range(2):
            wet = F(0.0)
            for k in range(8):
                line = s.combs[side * 8 + k]
                late = line.buffer[line.at]
                wet += late
                line.low = F(0.8) * late + F(0.2) * line.low
                line.buffer[line.at] = dry + F(0.84) * line.low
                line.at = line.at + 1 if line.at + 1 < line.length else 0
            for k in range(4):
                line = s.allpasses[side * 4 + k]
                late = line.buffer[line.at]
                line.buffer[line.at] = wet + F(0.5) * late
                wet = late - wet
                line.at = line.at + 1 if line.at + 1 < line.length else 0
            y[side, i] = wet


@fast
def fm(s, x, y):
    turn = F(2 * math.pi)
    for i in range(y.shape[1]):
        for k in range(4):
            s.phase[k] += STEPS[k]
            if s.phase[k] >= F(1.0):
                s.phase[k] -= F(1.0)
        s.m4 = F(math.sin(turn * s.phase[3] + F(0.3) * s.m4))
        m3 = F(math.sin(turn * s.phase[2] + F(2.0) * s.m4))
        m2 = F(math.sin(turn * s.phase[1] + F(1.5) * m3))
        y[0, i] = F(0.5) * F(math.sin(turn * s.phase[0] + m2))


def _voices(steps, shifts):
    state = np.zeros(1, [("voices", VOICE, len(steps))])
    state["voices"]["step"] = steps
    state["voices"]["frame"] = shifts
    return state


def _reverb():
    state = np.zeros(1, [("combs", LINE, 16), ("allpasses", LINE, 8)])
    for name, lengths in (("combs", COMBS), ("allpasses", ALLPASSES)):
        state[name]["length"] = [length + side * SPREAD for side in (0, 1) for length in lengths]
    return state


STATES = {
    "gain": lambda: np.zeros(1, [("unused", F)]),
    "biquad": lambda: np.zeros(1, [("s1", F, 8), ("s2", F, 8)]),
    "supersaw": lambda: _voices([SAW_STEPS], [0]),
    "freeverb": _reverb,
    "fm": lambda: np.zeros(1, [("phase", F, 4), ("m4", F)]),
    "poly": lambda: _voices(POLY_STEPS, [GATE_SHIFT * v for v in range(VOICES)]),
}
"""A state at rest of each workload, an array of one record."""
