"""Analog low-pass prototypes, computed at build time in f64: Butterworth, Chebyshev and Cauer (elliptic).

The frequency 1 is the end of the pass band. Source: S. J. Orfanidis, Lecture Notes on Elliptic Filter Design, 2006.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Complex = NDArray[np.complex128]


@dataclass(frozen=True)
class Prototype:
    """The poles with imaginary part above 0, the most damped first; their sections' zeros; a real pole; the level."""

    poles: tuple[complex, ...]
    zeros: tuple[float, ...] = ()
    """Frequencies of the zeros on the imaginary axis, one for each pair of poles; none if they are at infinity."""
    real: float = 0.0
    """Minus the real pole that an odd order has, else 0."""
    gain: float = 1.0
    """At frequency 0."""


def butterworth(order: int) -> Prototype:
    """Poles on the unit circle: maximally flat, 3.01 dB down at 1."""
    return _allpole(order, np.exp(1j * _angles(order)), 1.0)


def chebyshev(order: int, ripple_db: float) -> Prototype:
    """Poles on an ellipse: ripples in the pass band."""
    bend = np.arcsinh(1 / _excess(ripple_db)) / order
    angles = _angles(order)
    poles = np.sinh(bend) * np.cos(angles) + 1j * np.cosh(bend) * np.sin(angles)
    return _allpole(order, poles, np.sinh(bend), _at_zero(order, ripple_db))


def elliptic(order: int, ripple_db: float, attenuation_db: float) -> Prototype:
    """Ripples in the pass band and in the stop band, which is `attenuation_db` down: the steepest slope."""
    excess = _excess(ripple_db)
    selectivity = excess / _excess(attenuation_db)
    modulus = _modulus(_nome(selectivity) ** (1 / order))
    moduli = _landen(modulus)
    shift = _shift(order, excess, selectivity)
    places = np.arange(1, order, 2) / order
    poles = 1j * _ascend(np.cos((places - 1j * shift) * np.pi / 2), moduli)
    zeros = 1 / (modulus * _ascend(np.cos(places * np.pi / 2), moduli).real)
    real = -(1j * _ascend(np.sin(1j * shift * np.pi / 2 * np.ones(1)), moduli))[0].real if order % 2 else 0.0
    softest = slice(None, None, -1)
    found = (complex(p.real, abs(p.imag)) for p in poles[softest])
    return Prototype(tuple(found), tuple(map(float, zeros[softest])), float(real), _at_zero(order, ripple_db))


def quadrature(order: int, ratio: float) -> tuple[float, ...]:
    """The first-order all-passes whose phases, taken alternately, differ by 90 degrees within a band.

    The band's edges are `ratio` apart, 1 is its geometric middle. They are an elliptic half-band filter, whose poles
    lie on a circle and whose pass band is turned to where the frequencies are positive.
    """
    edge = ratio**-0.5
    modulus = ((1 - edge) / (1 + edge)) ** 2
    selectivity = _modulus(_nome(modulus) ** order)
    shift = _shift(order, selectivity**0.5, selectivity)
    places = np.arange(1, 2 * order, 2) / order
    poles = 1j * _ascend(np.cos((places - 1j * shift) * np.pi / 2), _landen(modulus))
    angles = np.angle(poles)
    turned = np.sign(angles) / np.tan(np.abs(angles) / 2)
    return tuple(float(p) for p in np.sort((1 - turned) / (1 + turned)))


def _shift(order: int, excess: float, selectivity: float) -> complex:
    """How far an elliptic filter's poles are from its zeros."""
    return -1j * _arc_sn(1j / excess, selectivity) / order


def _angles(order: int) -> NDArray[np.float64]:
    """Of the poles in the upper half plane, the most damped first."""
    pairs = np.arange(order // 2)[::-1]
    return np.pi * (2 * pairs + order + 1) / (2 * order)


def _allpole(order: int, poles: Complex, real: float, gain: float = 1.0) -> Prototype:
    return Prototype(tuple(map(complex, poles)), real=float(real) if order % 2 else 0.0, gain=gain)


def _excess(decibels: float) -> float:
    """The epsilon of a loss."""
    return float(np.sqrt(np.expm1(decibels * np.log(10) / 10)))


def _at_zero(order: int, ripple_db: float) -> float:
    return 1.0 if order % 2 else float(10 ** (-ripple_db / 20))


# --- elliptic functions; u counts in quarter periods -------------------------------------------------


def _mean(a: float, b: float) -> float:
    """Gauss' arithmetic-geometric mean."""
    while abs(a - b) > 1e-15 * a:
        a, b = (a + b) / 2, float(np.sqrt(a * b))
    return a


def _nome(modulus: float) -> float:
    """exp(-pi K' / K)."""
    complement = float(np.sqrt((1 - modulus) * (1 + modulus)))
    return float(np.exp(-np.pi * _mean(1.0, complement) / _mean(1.0, modulus)))


def _modulus(nome: float) -> float:
    """The inverse of `_nome`, by Jacobi's theta functions."""
    n = np.arange(1, 30)
    second, third = 1 + np.sum(nome ** (n * (n + 1))), 1 + 2 * np.sum(nome ** (n * n))
    return float(4 * np.sqrt(nome) * (second / third) ** 2)


def _landen(modulus: float) -> list[float]:
    """The descending moduli."""
    found: list[float] = []
    while modulus > 1e-16:
        modulus = float((modulus / (1 + np.sqrt((1 - modulus) * (1 + modulus)))) ** 2)
        found.append(modulus)
    return found


def _ascend(w: Complex, moduli: list[float]) -> Complex:
    """cd or sn of what has the cosine or the sine `w`, by Gauss' transformation."""
    for k in reversed(moduli):
        w = (1 + k) * w / (1 + k * w * w)
    return w


def _arc_sn(w: complex, modulus: float) -> complex:
    """Where sn is `w`."""
    for k, below in zip([modulus, *_landen(modulus)], _landen(modulus), strict=False):
        w = 2 * w / ((1 + below) * (1 + np.sqrt(1 - (k * w) ** 2)))
    return complex(np.arcsin(w) * 2 / np.pi)
