"""The workloads once more, in f64 and sample by sample: what their sound is, apart from rounding.

A program that computes something else, or zeros, is fast and worth nothing; the outputs are compared before
anything is measured. Oscillators of ours start at phase 0; those of the shared specification one step later, which is
what `first` is for. Filters in a loop amplify roundings, so the tolerance is that of sound, not of bits: between
backends the bits are compared, and elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.programs import (
    ALLPASSES,
    ATTACK,
    COMBS,
    DECAY,
    FM_STEPS,
    GATE_PERIOD,
    GATE_SHIFT,
    POLY_STEPS,
    RATE,
    RELEASE,
    SAW_STEPS,
    SECTIONS,
    SPREAD,
    SUSTAIN,
    VOICES,
)

Doubles = NDArray[np.float64]


def noise(channels: int, frames: int) -> NDArray[np.float32]:
    """Inputs: the classic linear congruential generator, a seed for each channel."""
    out = np.empty((channels, frames), np.float32)
    for channel in range(channels):
        state = 12_345 + channel
        for i in range(frames):
            state = (state * 1_103_515_245 + 12_345) % 2**32
            out[channel, i] = (state - 2**32 * (state >= 2**31)) / 2**31
    return out


def gain(x: Doubles, first: int = 0) -> Doubles:
    return 0.5 * x


def biquads(x: Doubles, first: int = 0) -> Doubles:
    return cascade(x, SECTIONS)


def cascade(x: Doubles, sections: Iterable[Sequence[float]]) -> Doubles:
    """Sections b0 b1 b2 a1 a2 in series."""
    y = x[0].copy()
    for b0, b1, b2, a1, a2 in sections:
        s1 = s2 = 0.0
        for i, value in enumerate(y):
            out = b0 * value + s1
            s1 = b1 * value - a1 * out + s2
            s2 = b2 * value - a2 * out
            y[i] = out
    return y[None]


def _saw(phase: Doubles, step: Doubles) -> Doubles:
    after = np.maximum(1 - phase / step, 0.0)
    before = np.maximum((phase - 1) / step + 1, 0.0)
    return 2 * phase - 1 + after * after - before * before


def voices(steps: Sequence[Sequence[float]], shifts: Sequence[int], frames: int, first: int) -> Doubles:
    """All voices side by side, [voices, frames]; a phase is where so many steps have led."""
    saws, shift = np.array(steps), np.array(shifts)
    out = np.empty((len(saws), frames))
    level, s1, s2 = (np.zeros(len(saws)) for _ in range(3))
    peaked = np.zeros(len(saws), bool)
    for n in range(frames):
        mixed = _saw((n + first) * saws % 1.0, saws).mean(1)
        gate = (n + shift) % GATE_PERIOD < GATE_PERIOD // 2
        risen = np.minimum(level + ATTACK, 1.0)
        held = np.where(peaked, level + (SUSTAIN - level) * DECAY, risen)
        peaked = gate & (peaked | (risen >= 1.0))
        level = np.where(gate, held, level * RELEASE)
        g = np.tan(np.pi * (200 + 6000 * level) / RATE)
        a1 = 1 / (1 + g * (g + 0.5))
        v3 = mixed - s2
        v1 = a1 * s1 + g * a1 * v3
        v2 = s2 + g * a1 * s1 + g * g * a1 * v3
        s1, s2 = 2 * v1 - s1, 2 * v2 - s2
        out[:, n] = 0.5 * np.tanh(2 * v2 * level)
    return out


def supersaw(x: Doubles, first: int = 0) -> Doubles:
    return voices([SAW_STEPS], [0], x.shape[1], first)


def poly(x: Doubles, first: int = 0) -> Doubles:
    shifts = [GATE_SHIFT * v for v in range(VOICES)]
    return 0.25 * voices(POLY_STEPS, shifts, x.shape[1], first).sum(0, keepdims=True)


def freeverb(x: Doubles, first: int = 0) -> Doubles:
    dry = 0.015 * (x[0] + x[1])
    return np.stack([_reverb_side(dry, spread) for spread in (0, SPREAD)])


def _reverb_side(dry: Doubles, spread: int) -> Doubles:
    wet = sum(_comb(dry, length + spread) for length in COMBS)
    for length in ALLPASSES:
        wet = _allpass(np.asarray(wet), length + spread)
    return np.asarray(wet)


def _comb(x: Doubles, length: int) -> Doubles:
    line, damped = np.zeros(length + len(x)), 0.0
    for n, value in enumerate(x):
        damped = 0.8 * line[n] + 0.2 * damped
        line[n + length] = value + 0.84 * damped
    return line[: len(x)]


def _allpass(x: Doubles, length: int) -> Doubles:
    line = np.zeros(length + len(x))
    for n, value in enumerate(x):
        line[n + length] = value + 0.5 * line[n]
    return line[: len(x)] - x


def fm(x: Doubles, first: int = 0) -> Doubles:
    n = np.arange(x.shape[1]) + first
    p1, p2, p3, p4 = (2 * np.pi * (n * step % 1.0) for step in FM_STEPS)
    m4 = np.zeros(len(n))
    for i in range(len(n)):
        m4[i] = np.sin(p4[i] + 0.3 * (m4[i - 1] if i else 0.0))
    return (0.5 * np.sin(p1 + np.sin(p2 + 1.5 * np.sin(p3 + 2.0 * m4))))[None]


REFERENCES: dict[str, Callable[..., Doubles]] = {
    "gain": gain, "biquads": biquads, "supersaw": supersaw, "freeverb": freeverb, "fm": fm, "poly": poly,
}  # fmt: skip
"""Takes [channels, frames], of which sources read the length only, and how many steps the first phase is from 0."""


def error_db(found: NDArray[Any], wanted: Doubles) -> float:
    """The difference's power over the wanted sound's, in decibels."""
    difference = np.sum((np.asarray(found, np.float64) - wanted) ** 2)
    return float(10 * np.log10(max(difference, 1e-300) / np.sum(wanted**2)))
