"""Filters of analog synthesisers, with their saturation. Cutoffs are in Hz, up to 0.49 of the rate.

Each is its circuit's transfer function, by trapezoidal integrators in loops without a sample of delay, and one
saturation where it is heard most: full scale is where it begins. Where aliasing matters, run them in `dspc.oversample`.
f32 at 20 Hz and 192 kHz is within -65 dB of f64; the harmonics of a loud tone are the same within 1 dB at all rates.
"""

from __future__ import annotations

from typing import NamedTuple

from dspc.frontend.library import Operand, Signal, as_signal, clamp, feedback, min, sample_rate, scope, tanh
from dspc.stdlib.functions import number_within, one_of, warped

MOST = 1.2
"""Resonance stops here: a fifth more than a loop needs to sing."""


@scope("ladder")
def ladder(x: Operand, cutoff: Operand, resonance: Operand = 0.0, poles: int = 4) -> Signal:
    """Moog ladder, 24 dB an octave: four one-poles in a loop that saturates.

    The saturation stands in front of the four stages. With resonance the bass falls, by 1 + 4 resonance, as it does in
    the circuit.

    Args:
        x: the signal.
        cutoff: Hz.
        resonance: 0 to 1.2; it sings from 1 on.
        poles: 1 to 4: after how many stages the output is taken, 6 dB an octave each.
    Bounds: softly played, 1 / ((s + 1)^4 + 4 resonance) under the bilinear transform within 1e-3 of its peak at 44.1 to
        192 kHz; it sings within 2 cents of the cutoff; at most 30 times the input while cutoff and resonance jump at
        every sample.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 5 and 6.

    Example:
        def moog(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return ladder(x, cutoff, resonance=0.7)

    Plot: response
    """
    number_within("ladder", "number of poles", poles, 1, 4)
    g = warped(cutoff, sample_rate())
    part = 1.0 / (1.0 + g)
    gain = g * part
    gain2 = gain * gain
    gain4 = gain2 * gain2
    k = 4.0 * clamp(resonance, 0.0, MOST)
    solve = 1.0 / (1.0 + k * gain4)

    def loop(s1: Signal, s2: Signal, s3: Signal, s4: Signal) -> tuple[Signal, ...]:
        past = part * (gain * gain2 * s1 + gain2 * s2 + gain * s3 + s4)
        y4 = (gain4 * x + past) * solve
        u = tanh(x - k * y4)
        states: list[Signal] = []
        taps: list[Signal] = []
        for s in (s1, s2, s3, s4):
            v = (u - s) * gain
            u = v + s
            states.append(u + v)
            taps.append(u)
        return (*states, taps[poles - 1])

    return feedback(loop, (0.0, 0.0, 0.0, 0.0))[4]


@scope("diode_ladder")
def diode_ladder(x: Operand, cutoff: Operand, resonance: Operand = 0.0) -> Signal:
    """Diode ladder of the TB-303: four stages that load each other, in a loop that saturates.

    Its slope begins gently and ends at 24 dB an octave. With resonance the bass falls, by 1 + 17 resonance. The last
    capacitor is half of the others; the coupling capacitors around the ladder are left out.

    Args:
        x: the signal.
        cutoff: Hz, where it resonates.
        resonance: 0 to 1.2; it sings from 1 on.
    Bounds: softly played, 1 / (8 s^4 + 32 s^3 + 40 s^2 + 16 s + 1 + 17 resonance), with s in units of 1.414 times the
        cutoff, under the bilinear transform within 1e-3 of its peak at 44.1 to 192 kHz; it sings within 2 cents of the
        cutoff; at most 30 times the input while cutoff and resonance jump at every sample.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 5.10; T. Stinchcombe, TB-303 Diode Ladder Filter Model.

    Example:
        def acid(x, cutoff=dspc.param(800.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return 4.0 * diode_ladder(x, cutoff, resonance=0.8)

    Plot: response
    """
    x = as_signal(x)
    g = warped(cutoff, sample_rate()) * 1.4142135623730951
    k = 17.0 * clamp(resonance, 0.0, MOST)
    # The stages' equations, solved from the last to the first: each step is `a` times the one before, and a rest.
    a4 = g / (1.0 + g)
    a3 = 0.5 * g / (1.0 + g - 0.5 * g * a4)
    a2 = 0.5 * g / (1.0 + g - 0.5 * g * a3)
    a1 = 0.5 * g / (1.0 + g - 0.5 * g * a2)
    to_end = a4 * a3 * a2
    through = to_end * a1
    solve = 1.0 / (1.0 + k * through)

    def loop(s1: Signal, s2: Signal, s3: Signal, s4: Signal) -> tuple[Signal, ...]:
        b4 = a4 * (s3 - s4)
        b3 = a3 * ((s2 - s3) + (s4 - s3) + b4)
        b2 = a2 * ((s1 - s2) + (s3 - s2) + b3)
        b1 = a1 * ((s2 - s1) - s1 + b2)
        past = s4 + b4 + a4 * (b3 + a3 * b2) + to_end * b1
        u = tanh(x - k * ((through * x + past) * solve))
        v1 = a1 * u + b1
        v2 = a2 * v1 + b2
        v3 = a3 * v2 + b3
        v4 = a4 * v3 + b4
        return s1 + 2.0 * v1, s2 + 2.0 * v2, s3 + 2.0 * v3, s4 + 2.0 * v4, s4 + v4

    return feedback(loop, (0.0, 0.0, 0.0, 0.0))[4]


@scope("korg35")
def korg35(x: Operand, cutoff: Operand, resonance: Operand = 0.0, kind: str = "low") -> Signal:
    """The MS-20's filter with its first chip: a low-pass of 12 or a high-pass of 6 dB an octave, and clipping feedback.

    Args:
        x: the signal.
        cutoff: Hz.
        resonance: 0 to 1.2; it sings from 1 on.
        kind: "low" or "high".
    Bounds: softly played, 1 / (s^2 + 2 (1 - resonance) s + 1), or s (s + 1) over it, under the bilinear transform
        within 1e-3 of its peak at 44.1 to 192 kHz; it sings within 5 cents of the cutoff up to resonance 1.1; at most
        30 times the input while cutoff and resonance jump at every sample.
    Source: T. Stinchcombe, A Study of the Korg MS10 and MS20 Filters, 2006; V. Zavalishin, ch. 5.8.

    Example:
        def screaming(x, cutoff=dspc.param(800.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return korg35(x, cutoff, resonance=0.9)

    Plot: response
    """
    one_of("korg35", "kind", kind, ("low", "high"))
    x, low = as_signal(x), kind == "low"
    g = warped(cutoff, sample_rate())
    part = 1.0 / (1.0 + g)
    gain = g * part
    both = gain * part
    k = 2.0 * clamp(resonance, 0.0, MOST)
    solve = k / (1.0 - k * both)

    def loop(s1: Signal, s2: Signal, s3: Signal) -> tuple[Signal, ...]:
        v1 = (x - s1) * gain
        first = s1 + v1 if low else x - s1 - v1
        u = first + tanh((both * first + part * (part * s2 - s3)) * solve)
        v2 = (u - s2) * gain
        y = s2 + v2
        v3 = (y - s3) * gain
        return s1 + 2.0 * v1, s2 + 2.0 * v2, s3 + 2.0 * v3, y if low else u

    return feedback(loop, (0.0, 0.0, 0.0))[3]


class Oberheim(NamedTuple):
    """The outputs of `oberheim`."""

    low: Signal
    high: Signal
    band: Signal
    notch: Signal


@scope("oberheim")
def oberheim(x: Operand, cutoff: Operand, resonance: Operand = 0.0) -> Oberheim:
    """The state-variable filter of the SEM, 12 dB an octave: diodes hold its resonance back when it gets loud.

    The diodes lie across the first integrator's capacitor: its losses grow with the square of its voltage. As the SEM
    it does not sing.

    Args:
        x: the signal.
        cutoff: Hz.
        resonance: 0 to 1: the quality is 0.5 to 50 for soft signals.
    Returns: low, high, band (its peak is the quality) and notch.
    Bounds: softly played, the outputs of `svf` with q = 0.5 / (1 - 0.99 resonance) within 1e-3 of their peaks at 44.1
        to 192 kHz; at most 30 times the input while cutoff and resonance jump at every sample.
    Source: V. Zavalishin, The Art of VA Filter Design, ch. 4 and 6.

    Example:
        def brass(x, cutoff=dspc.param(800.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return oberheim(x, cutoff, resonance=0.6).low

    Plot: response
    """
    x = as_signal(x)
    g = warped(cutoff, sample_rate())
    softly = 2.0 - 1.98 * clamp(resonance, 0.0, 1.0)

    def loop(s1: Signal, s2: Signal) -> tuple[Signal, Signal, Oberheim]:
        k = softly + min(s1 * s1, 100.0)
        loss = g * (g + k)
        v1 = (g * (x - s2) - loss * s1) / (1.0 + loss)
        band = s1 + v1
        v2 = g * band
        low = s2 + v2
        notch = x - softly * band
        return band + v1, low + v2, Oberheim(low, notch - low, band, notch)

    return feedback(loop, (0.0, 0.0))[2]
