"""The trapezoidal ("TPT") sections that the library's linear filters are made of, first and second order.

Source: V. Zavalishin, The Art of VA Filter Design, ch. 3.10 and 4; the solved form is near A. Simper's, Solving the
Continuous SVF Equations Using Trapezoidal Integration, 2013.

- The steps of the integrators are computed, not their next values: a step is small where the cutoff is low, and keeps
  all its bits in f32.
- Without input, what a section does to its states is the Cayley transform of a dissipative matrix: the sum of their
  squares never grows, however fast cutoff and quality move.
- It is linear in each coefficient: coefficients that glide from tick to tick, each by itself, give a mean of two such
  matrices, and that one does not grow either.
"""

from __future__ import annotations

from typing import NamedTuple

from dspc.frontend.library import Operand, Signal, clamp, feedback

FLAT = 0.7071067811865476
"""The quality of a Butterworth filter of order two."""


class Section(NamedTuple):
    """The outputs of a section of second order: s^2, s and 1, over s^2 + damping s + 1."""

    high: Signal
    band: Signal
    low: Signal


def damping(q: Operand) -> Signal:
    """1 / q, with q kept between 0.05 and 1000."""
    return 1.0 / clamp(q, 0.05, 1000.0)


def second_order(x: Operand, g: Operand, damping: Operand) -> Section:
    """State-variable section; `g` is tan(pi cutoff / rate)."""
    loss = g * (g + damping)
    solve = 1.0 / (1.0 + loss)
    across = g * solve
    through = g * across
    back = loss * solve

    def loop(s1: Signal, s2: Signal) -> tuple[Signal, Signal, Section]:
        rest = x - s2
        v1 = across * rest - back * s1
        v2 = through * rest + across * s1
        band, low = s1 + v1, s2 + v2
        return band + v1, low + v2, Section(x - low - damping * band, band, low)

    return feedback(loop, (0.0, 0.0))[2]


def first_order(x: Operand, g: Operand) -> tuple[Signal, Signal]:
    """Low, 1 / (s + 1), and high, s / (s + 1)."""
    gain = g / (1.0 + g)

    def loop(state: Signal) -> tuple[Signal, Signal]:
        v = (x - state) * gain
        y = v + state
        return y + v, y

    low = feedback(loop, (0.0,))[1]
    return low, x - low


# --- sections of bands: in place of each integrator, 1 / s, a resonator without losses, width s / (s^2 + 1) -----------


def resonant(x: Operand, g: Signal, width: Signal, radius: float, damping: float) -> Section:
    """`second_order` around a middle frequency, whose tangent is `g`; the width is over it."""
    turn = 1.0 / (1.0 + g * g)
    across, back = g * turn, g * g * turn
    step = across * width * radius
    loss = step * (step + damping)
    solve = 1.0 / (1.0 + loss)
    first = step * solve
    second = step * first
    spent = loss * solve
    first_q, second_q, spent_q = g * first, g * second, g * spent

    def loop(p1: Signal, q1: Signal, p2: Signal, q2: Signal) -> tuple[Signal, Signal, Signal, Signal, Section]:
        u1, u2 = across * q1 + back * p1, across * q2 + back * p2
        r1, r2 = p1 - u1, p2 - u2
        rest = x - r2
        v1, v2 = first * rest - spent * r1, second * rest + first * r1
        w1, w2 = first_q * rest - spent_q * r1, second_q * rest + first_q * r1
        band, low = r1 + v1, r2 + v2
        q1 = q1 + 2.0 * (across * p1 - back * q1 + w1)
        q2 = q2 + 2.0 * (across * p2 - back * q2 + w2)
        return band + v1 - u1, q1, low + v2 - u2, q2, Section(x - low - damping * band, band, low)

    return feedback(loop, (0.0, 0.0, 0.0, 0.0))[4]


def resonant_first_order(x: Signal, g: Signal, width: Signal, radius: float) -> tuple[Signal, Signal]:
    """`first_order` around a middle frequency."""
    k = width * radius
    low = second_order(x * k, g, k).band
    return low, x - low
