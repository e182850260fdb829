"""Filters of high order as sections in series: Butterworth, Chebyshev and elliptic; their cutoffs may move.

The prototype's poles are numbers, computed at build time; the cutoff's tangent is the only function at run time. Each
pair of poles is one trapezoidal section, and may be modulated as one. For bands, its integrators become resonators.
"""

from __future__ import annotations

from dspc.frontend.library import Operand, Signal, as_signal, max, min, sample_rate, scope, sqrt
from dspc.stdlib import prototypes
from dspc.stdlib.functions import number_within, one_of, warped
from dspc.stdlib.prototypes import Prototype
from dspc.stdlib.state_variable import first_order, resonant, resonant_first_order, second_order

KINDS = ("low", "high", "band", "stop")
MOST = 12
"""The highest order."""
LOWEST, NARROWEST = 1e-7, 1e-4
"""The least edge of a band, as tan(pi f / rate), and the least width, against its middle."""


@scope("butterworth")
def butterworth(x: Operand, cutoff: Operand, upper: Operand = 0.0, order: int = 4, kind: str = "low") -> Signal:
    """Maximally flat filter of any order up to 12.

    Args:
        x: the signal.
        cutoff: Hz, where it is 3.01 dB down; the lower edge of a band.
        upper: Hz, the other edge of a band; without meaning for "low" and "high".
        order: 1 to 12, 6 dB an octave each; a band has as many on either side.
        kind: "low", "high", "band" or "stop".
    Bounds: SciPy's response within 1e-4 of its peak at 44.1 to 192 kHz, cutoffs up to 0.49 of the rate; f32 at 20 Hz
        and 192 kHz within -90 dB of f64; at most 20 times the input while edges jump at every sample.
    Source: S. Butterworth, On the Theory of Filter Amplifiers, 1930; V. Zavalishin, The Art of VA Filter Design, ch. 8.

    Example:
        def steep(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return butterworth(x, cutoff, order=8)

    Plot: response
    """
    _check("butterworth", order, kind)
    return _cascade(as_signal(x), cutoff, upper, kind, prototypes.butterworth(order))


@scope("chebyshev1")
def chebyshev1(
    x: Operand, cutoff: Operand, upper: Operand = 0.0, order: int = 4, kind: str = "low", ripple: float = 1.0
) -> Signal:
    """Steeper than a Butterworth filter, with ripples in its pass band.

    Args:
        x: the signal.
        cutoff: Hz, where the ripples end; the lower edge of a band.
        upper: Hz, the other edge of a band; without meaning for "low" and "high".
        order: 1 to 12; a band has as many on either side.
        kind: "low", "high", "band" or "stop".
        ripple: decibels that the pass band goes down, 0.001 to 12.
    Bounds: SciPy's response within 1e-4 of its peak at 44.1 to 192 kHz, cutoffs up to 0.49 of the rate; f32 at 20 Hz
        and 192 kHz within -90 dB of f64; at most 20 times the input while edges jump at every sample.
    Source: R. W. Daniels, Approximation Methods for Electronic Filter Design, 1974, ch. 3.

    Example:
        def steep(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return chebyshev1(x, cutoff, order=6, ripple=0.5)

    Plot: response
    """
    _check("chebyshev1", order, kind)
    number_within("chebyshev1", "ripple", ripple, 0.001, 12.0)
    return _cascade(as_signal(x), cutoff, upper, kind, prototypes.chebyshev(order, ripple))


@scope("elliptic")
def elliptic(
    x: Operand,
    cutoff: Operand,
    upper: Operand = 0.0,
    order: int = 4,
    kind: str = "low",
    ripple: float = 1.0,
    attenuation: float = 60.0,
) -> Signal:
    """The steepest filter of an order (Cauer's), with ripples in the pass band and in the stop band.

    Args:
        x: the signal.
        cutoff: Hz, where the ripples of the pass band end; the lower edge of a band.
        upper: Hz, the other edge of a band; without meaning for "low" and "high".
        order: 1 to 12; a band has as many on either side.
        kind: "low", "high", "band" or "stop".
        ripple: decibels that the pass band goes down, 0.001 to 12.
        attenuation: decibels that the stop band stays down, 20 to 160.
    Bounds: SciPy's response within 1e-4 of its peak at 44.1 to 192 kHz, cutoffs up to 0.49 of the rate; f32 at 20 Hz
        and 192 kHz within -90 dB of f64; at most 20 times the input while edges jump at every sample.
    Source: S. J. Orfanidis, Lecture Notes on Elliptic Filter Design, 2006.

    Example:
        def steep(x, cutoff=dspc.param(1000.0, 20.0, 20_000.0, unit="Hz", scale="log")):
            return elliptic(x, cutoff, order=6, ripple=0.1, attenuation=80.0)

    Plot: response
    """
    _check("elliptic", order, kind)
    number_within("elliptic", "ripple", ripple, 0.001, 12.0)
    number_within("elliptic", "attenuation", attenuation, 20.0, 160.0)
    return _cascade(as_signal(x), cutoff, upper, kind, prototypes.elliptic(order, ripple, attenuation))


def _check(name: str, order: int, kind: str) -> None:
    number_within(name, "order", order, 1, MOST)
    one_of(name, "kind", kind, KINDS)


def _cascade(x: Signal, cutoff: Operand, upper: Operand, kind: str, made: Prototype) -> Signal:
    """The prototype's sections. A high-pass is the low-pass with 1 / s for s, a band-stop is the band-pass with it."""
    edge = warped(cutoff, sample_rate())
    bands = _between(edge, warped(upper, sample_rate())) if kind in ("band", "stop") else None
    inward = kind in ("low", "band")
    y = x * made.gain if made.gain != 1.0 else x
    if made.real:
        radius = made.real if inward else 1.0 / made.real
        low, high = resonant_first_order(y, *bands, radius) if bands else first_order(y, edge * radius)
        y = low if inward else high
    for i, pole in enumerate(made.poles):
        radius, k = abs(pole) if inward else 1.0 / abs(pole), -2.0 * pole.real / abs(pole)
        high, _, low = resonant(y, *bands, radius, k) if bands else second_order(y, edge * radius, k)
        passed, stopped = (low, high) if inward else (high, low)
        y = passed + stopped * (abs(pole) / made.zeros[i]) ** 2 if made.zeros else passed
    return y


def _between(edge: Signal, other: Signal) -> tuple[Signal, Signal]:
    """The middle of a band, and its width over the middle."""
    low = max(min(edge, other), LOWEST)
    high = max(max(edge, other), LOWEST)
    middle = sqrt(low * high)
    return middle, max((high - low) / middle, NARROWEST)
