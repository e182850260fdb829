"""How filters of the library are measured: impulse responses of every output of a program, with its parameters set."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal

from dspc.driver.compile import Engine, load_program

RATES = (44_100, 48_000, 96_000, 192_000)
Numbers = NDArray[np.float64]


@functools.cache
def _loaded(program: Callable[..., Any], precision: str) -> Any:
    return load_program(program, "c", precision=precision)


@functools.cache
def engine(program: Callable[..., Any], rate: int, precision: str = "f32") -> Engine:
    """A program at a rate; it is compiled once for all of them."""
    return Engine(_loaded(program, precision), rate)


def filtered(program: Callable[..., Any], x: ArrayLike, rate: int, precision: str = "f32", **params: float) -> Numbers:
    """What a program makes of `x` from rest, in f64 [outputs, frames]."""
    made = engine(program, rate, precision)
    made.reset()
    for name, parameter in made.parameters.items():
        made.set(name, params.get(name, parameter.default))
    return np.atleast_2d(made.process(np.asarray(x, "f4" if precision == "f32" else "f8"))).astype(float)


def impulse(frames: int) -> Numbers:
    return np.eye(1, frames)[0]


def bilinear(numerator: ArrayLike, denominator: ArrayLike, cutoff: float, rate: float, x: ArrayLike) -> Numbers:
    """`x` through the bilinear transform of an analog filter whose s is in units of the (warped) cutoff."""
    a, b = np.atleast_1d(numerator), np.atleast_1d(denominator)
    w = 2 * rate * np.tan(np.pi * cutoff / rate)
    scale = [w ** -np.arange(len(p))[::-1] for p in (a, b)]
    sections = signal.bilinear(a * scale[0], b * scale[1], rate)
    return signal.lfilter(*sections, np.asarray(x, float))


def spectral_error(found: Numbers, expected: Numbers) -> Numbers:
    """The greatest difference between two responses at any frequency, against the greatest of the second, per row."""
    spectra = np.fft.rfft(np.atleast_2d(found) - expected), np.fft.rfft(np.atleast_2d(expected))
    wrong, right = (np.abs(s).max(axis=-1) for s in spectra)
    return wrong / right


def decibels(found: Numbers, expected: Numbers) -> Numbers:
    """The power of the difference against the power of the second, per row."""
    with np.errstate(divide="ignore"):
        return 10 * np.log10(((found - expected) ** 2).mean(axis=-1) / (np.asarray(expected) ** 2).mean(axis=-1))
