"""Steps and corners that are band-limited, for oscillators: residuals of four points.

They are the integrals of the cubic B-spline, less the step or corner itself, in the two samples on either side.

Source: V. Välimäki, J. Pekonen, J. Nam, Perceptually informed synthesis of bandlimited classical waveforms using
integrated polynomial interpolation, 2012; F. Esqueda, V. Välimäki, S. Bilbao, Rounding corners with BLAMP, 2016.
"""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, abs, as_signal, floor, max, sample_rate, select

SLOWEST = 1e-7
"""Cycles a sample below which a step is corrected as if it were this: 1/step stays finite."""


def step_of(frequency: Operand) -> Signal:
    """Cycles a sample, without sign, never 0."""
    return max(abs(as_signal(frequency, "frequency") * (1.0 / sample_rate())), SLOWEST)


def _powers(samples: Signal) -> tuple[Signal, Signal, Signal, Signal]:
    """Of a distance in samples, what the splines are made of: (2 - d)+ and its 4th power, (1 - d)+ and its."""
    far, near = max(2.0 - samples, 0.0), max(1.0 - samples, 0.0)
    far2, near2 = far * far, near * near
    return far, far2 * far2, near, near2 * near2


def _step(samples: Signal) -> Signal:
    """What to add to a wave that fell by 2, so many samples ago; before it falls, what to take away."""
    _, far4, _, near4 = _powers(samples)
    return (far4 - 4.0 * near4) * (1.0 / 12.0)


def bend(samples: Signal) -> Signal:
    """What to add to a wave whose slope rises by 1 a sample, at this distance from the corner."""
    far, far4, near, near4 = _powers(samples)
    return (far * far4 - 4.0 * (near * near4)) * (1.0 / 120.0)


def fallen(ramp: Signal, per_step: Signal) -> Signal:
    """What to add to a wave that falls by 2 where `ramp` wraps, for the nearest wrap.

    Up to a quarter of the rate, where a period has four samples, that is all there is to add.
    """
    centred = ramp - 0.5
    residual = _step((0.5 - abs(centred)) * per_step)
    return select(centred < 0.0, residual, -residual)


def synced_saw(ramp: Signal, step: Signal, own: Signal, start: Operand) -> Signal:
    """A saw of `own` cycles a sample that begins anew, at phase `start`, where `ramp`, of `step`, wraps.

    It falls by 2 where its own phase wraps, `count` times between two wraps of the ramp, and there by what is left.
    """
    per_step, per_own = 1.0 / step, 1.0 / own
    ratio = own * per_step
    turns = start + ratio * ramp
    passed = floor(turns)
    phase = turns - passed
    total = start + ratio
    count = floor(total)
    rest = total - count
    since = select(passed >= 1.0, phase * per_own, ramp * per_step + rest * per_own)
    until = select(passed < count, (1.0 - phase) * per_own, (1.0 - ramp) * per_step + (1.0 - start) * per_own)
    own_steps = select(count >= 1.0, _step(since) - _step(until), 0.0)
    return 2.0 * phase - 1.0 + own_steps + (rest - start) * fallen(ramp, per_step)
