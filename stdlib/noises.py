"""Noises of other colours than white, which is `dspc.noise`."""

from __future__ import annotations

from dspc.frontend.library import Signal, feedback, noise, scope

_TOP = ((1.28270534, 1.74127792), (0.25054473, 0.53769282), (0.06471519, 0.12317722))
"""Poles and zeros of the sections near half the rate, as tan(pi f / rate): fitted, as the axis bends there."""
_RATIO = 3.6
"""From one pole to the next, and from one zero to the next, below those."""
_BELOW = 5
"""Sections below: the lowest pole is at 6.5 Hz at 192 kHz, lower at lower rates."""
SECTIONS = _TOP + tuple((_TOP[-1][0] / _RATIO**k, _TOP[-1][1] / _RATIO**k) for k in range(1, _BELOW + 1))
_GAIN = 15.0
"""Brings 20 Hz to 20 kHz to -16 dB; the density in each hertz depends on no rate."""


@scope("pink_noise")
def pink_noise(seed: int | None = None) -> Signal:
    """Pink noise: the same power in each octave, -16 dB (RMS, to a full scale of 1) from 20 Hz to 20 kHz.

    White noise through first-order sections whose poles and zeros alternate, evenly spaced on the logarithmic axis.

    Args:
        seed: an integer, for the same noise wherever it is given; without it each call has its own stream.
    Bounds: the spectrum falls by 3.01 dB an octave within 0.05 dB from 20 Hz to 20 kHz at rates of 44.1 kHz to 192 kHz.
    Source: J. O. Smith, H. F. Smith, Closed form fractional integration and differentiation via real exponentially
        spaced pole-zero pairs, 2016.

    Example:
        def surf(swell=dspc.param(0.1, 0.02, 1.0, unit="Hz")):
            return pink_noise() * lfo(swell, unipolar=True)

    Plot: spectrum
    """
    white = noise(seed) * _GAIN

    def sections(*states: Signal) -> tuple[Signal, ...]:
        x, after = white, list[Signal]()
        for state, (pole, zero) in zip(states, SECTIONS, strict=True):
            change = (x - state) * (pole / (1.0 + pole))
            low = state + change
            after.append(low + change)
            x = low + (pole / zero) * (x - low)
        return *after, x

    return feedback(sections, (0.0,) * len(SECTIONS))[-1]
