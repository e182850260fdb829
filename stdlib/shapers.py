"""Wave shapers: what they add to a signal is above it, and folds back at half the rate unless something is done.

Each takes `oversample`, 2, 4, 8 or 16: it then works at so many times the rate, between half-band filters without
latency (`dspc.oversample(…, filter="iir")`). Those whose integral is known take `antialias`: they give the mean of the
curve between two samples, half a sample late, a little softer in the treble; at twice the rate that is hardly heard.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import resampling
from dspc.frontend import trace as tr
from dspc.frontend.library import (
    Operand,
    Signal,
    abs,
    as_signal,
    clamp,
    cos_turns,
    delay,
    exp,
    exp2,
    f32,
    f64,
    feedback,
    log,
    phasor,
    round,
    sample_rate,
    scope,
    select,
    sin_turns,
    table,
    tanh,
)
from dspc.frontend.literals import array_of, describe, is_integer
from dspc.frontend.signal import floats
from dspc.stdlib.functions import on_or_off, one_of

Curve = Callable[[Any], Signal]

CLOSE = 1e-5
"""Samples nearer than this are shaped by the curve itself: the quotient of the integral's difference is not exact."""


def _shaped(x: Operand, curve: Curve, integral: Curve | None, factor: int) -> Signal:
    """The curve at `factor` times the rate; its mean between two samples if there is an integral.

    Source: J. Parker, V. Zavalishin, E. Le Bivic, Reducing the Aliasing of Nonlinear Waveshaping Using Continuous-Time
    Convolution, DAFx-16; S. Bilbao, F. Esqueda, J. Parker, V. Välimäki, Antiderivative Antialiasing for Memoryless
    Nonlinearities, IEEE SPL 24 (7), 2017.
    """

    def averaged() -> Signal:
        assert integral is not None
        now = f64(value)
        before = delay(now, 1)
        way = now - before
        near = abs(way) < CLOSE
        mean = (integral(now) - integral(before)) / select(near, 1.0, way)
        made = select(near, curve(0.5 * (now + before)), mean)
        return made if value.element == "f64" else f32(made)

    (value,) = floats(x)
    return _faster(factor, averaged if integral is not None else lambda: curve(value))


def _faster(factor: int, f: Callable[[], Signal]) -> Signal:
    """`f` at so many times the rate. Raises DSP281 for a factor that the half-bands do not have."""
    return f() if is_integer(factor) and factor == 1 else resampling.oversample(factor, f, filter="iir")


@scope("soft_clip")
def soft_clip(x: Operand, oversample: int = 1, antialias: bool = False) -> Signal:
    """Saturates smoothly to [-1, 1]: a rational curve near tanh, flat from 3 on.

    Args:
        x: the signal.
        oversample: at how many times the rate: 1, 2, 4, 8 or 16.
        antialias: whether it gives the mean of the curve between two samples, half a sample late.
    Bounds: the largest alias below 20 kHz of a full-scale sine of 1/5/10 kHz at 48 kHz, in dB of the fundamental: of
        3 x 1x -120/-31/-12, 2x -120/-79/-40, 4x -120/-120/-88, 8x -120/-120/-109; with antialias 1x -120/-43/-20, 2x
        -120/-99/-65, 4x -120/-120/-109, 8x -120/-120/-110.
    Source: a Padé approximant of tanh, scaled to reach 1 at 3 exactly.

    Example:
        def warm(x, drive=dspc.param(4.0, 1.0, 20.0)):
            return soft_clip(drive * x, oversample=4)

    Plot: transfer
    """

    def curve(x: Signal) -> Signal:
        y = clamp(x, -3.0, 3.0)
        square = y * y
        return y * (27.0 + square) / (27.0 + 9.0 * square)

    def integral(x: Signal) -> Signal:
        y = clamp(x, -3.0, 3.0)
        return y * y * (1.0 / 18.0) + (4.0 / 3.0) * log(1.0 + y * y * (1.0 / 3.0)) + (abs(x) - abs(y))

    return _shaped(x, curve, integral if on_or_off("antialias", antialias) else None, oversample)


@scope("hard_clip")
def hard_clip(x: Operand, limit: Operand = 1.0, oversample: int = 1, antialias: bool = False) -> Signal:
    """Cuts off at plus and minus a limit.

    Args:
        x: the signal.
        limit: above 0.
        oversample: at how many times the rate: 1, 2, 4, 8 or 16.
        antialias: whether it gives the mean of the curve between two samples, half a sample late.
    Bounds: the largest alias below 20 kHz of a full-scale sine of 1/5/10 kHz at 48 kHz, in dB of the fundamental:
        with a limit of 0.5 1x -55/-32/-12, 2x -71/-47/-32, 4x -84/-58/-47, 8x -97/-69/-58; with antialias 1x
        -64/-42/-22, 2x -86/-67/-54, 4x -103/-86/-68, 8x -120/-99/-87.

    Example:
        def harsh(x):
            return hard_clip(8 * x, 0.5)

    Plot: transfer
    """

    most = as_signal(limit)

    def curve(x: Signal) -> Signal:
        return clamp(x, -most, most)

    def integral(x: Signal) -> Signal:
        y = curve(x)
        return y * (x - 0.5 * y)

    return _shaped(x, curve, integral if on_or_off("antialias", antialias) else None, oversample)


@scope("tanh_drive")
def tanh_drive(x: Operand, drive: Operand = 1.0, oversample: int = 1, antialias: bool = False) -> Signal:
    """tanh(drive x), in [-1, 1]: harder and louder with more drive.

    Args:
        x: the signal.
        drive: a factor, above 0.
        oversample: at how many times the rate: 1, 2, 4, 8 or 16.
        antialias: whether it gives the mean of the curve between two samples, half a sample late.
    Bounds: the largest alias below 20 kHz of a full-scale sine of 1/5/10 kHz at 48 kHz, in dB of the fundamental:
        with a drive of 3 1x -120/-30/-12, 2x -120/-74/-39, 4x -120/-120/-83, 8x -120/-120/-109; with antialias 1x
        -120/-42/-21, 2x -120/-94/-63, 4x -120/-120/-109, 8x -120/-120/-110.

    Example:
        def valve(x, drive=dspc.param(3.0, 1.0, 20.0)):
            return tanh_drive(x, drive, oversample=2)

    Plot: transfer
    """

    def integral(x: Signal) -> Signal:
        size = abs(x)  # of x already driven; log cosh, without overflow
        return size + log(0.5 + 0.5 * exp(-2.0 * size))

    if not on_or_off("antialias", antialias):
        return _shaped(x, lambda x: tanh(x * drive), None, oversample)
    return _shaped(as_signal(x) * drive, tanh, integral, oversample)


FOLDS = ("triangle", "sine")


@scope("fold")
def fold(x: Operand, kind: str = "triangle", oversample: int = 1, antialias: bool = False) -> Signal:
    """Wave folder, in [-1, 1]: what is beyond 1 turns back, at -1 again, and so on.

    Args:
        x: the signal; the louder, the more folds.
        kind: "triangle" keeps what is within [-1, 1] as it is; "sine" is sin(pi x / 2), and rounds the corners.
        oversample: at how many times the rate: 1, 2, 4, 8 or 16.
        antialias: whether it gives the mean of the curve between two samples, half a sample late.
    Bounds: the largest alias below 20 kHz of a full-scale sine of 1/5/10 kHz at 48 kHz, in dB of the fundamental: of
        3 x 1x -37/-13/4, 2x -52/-31/-23, 4x -66/-41/-32, 8x -79/-52/-44; with antialias 1x -44/-23/9, 2x -66/-46/-40,
        4x -85/-64/-54, 8x -106/-83/-79; "sine" 1x -120/-17/4, 2x -120/-104/-38, 4x -120/-110/-93, 8x -120/-105/-92;
        with antialias 1x -120/-29/8, 2x -120/-112/-67, 4x -120/-112/-93, 8x -120/-105/-93.
    Source: F. Esqueda, H. Pöntynen, J. Parker, S. Bilbao, Virtual Analog Models of the Lockhart and Serge Wavefolders,
        Applied Sciences 7 (12), 2017, on folding and its integrals.

    Example:
        def west_coast(x, folds=dspc.param(3.0, 1.0, 8.0)):
            return fold(folds * x, "sine", oversample=4)

    Plot: transfer
    """
    one_of("fold", "kind", kind, FOLDS)
    shape, integral = (_triangle, _triangle_integral) if kind == "triangle" else (_sine, _sine_integral)
    return _shaped(x, shape, integral if on_or_off("antialias", antialias) else None, oversample)


def _around(x: Signal, top: float) -> Signal:
    """How far from the nearest top, in periods of 4: -0.5 to 0.5."""
    periods = 0.25 * x - 0.25 * top
    return periods - round(periods)


def _triangle(x: Signal) -> Signal:
    return 1.0 - 4.0 * abs(_around(x, 1.0))


def _triangle_integral(x: Signal) -> Signal:
    w = _around(x, 1.0)
    return 4.0 * w * (1.0 - 2.0 * abs(w))


def _sine(x: Signal) -> Signal:
    return sin_turns(_around(x, 0.0))


def _sine_integral(x: Signal) -> Signal:
    return (-2.0 / pi) * cos_turns(_around(x, 0.0))


POINTS = 2049
"""Of a curve that a function gives: straight lines between them are within 1.2e-7 of its second derivative."""


@scope("waveshaper")
def waveshaper(x: Operand, curve: Any, oversample: int = 1) -> Signal:
    """Any curve over [-1, 1]; beyond it stays at its ends.

    Args:
        x: the signal.
        curve: an array of at least 2 numbers, the first one for -1, the last one for 1, with straight lines between; or
            a function that makes an array of an array, called when the program is built.
        oversample: at how many times the rate: 1, 2, 4, 8 or 16.
    Bounds: of a function the error is at most 1.2e-7 times its second derivative, and the rounding; the largest alias
        below 20 kHz of a full-scale sine of 1/5/10 kHz at 48 kHz, in dB of the fundamental: of tanh(3 x) 1x
        -120/-30/-12, 2x -120/-74/-39, 4x -120/-120/-83, 8x -120/-120/-109.
    Source: C. Roads, The Computer Music Tutorial, waveshaping; M. Le Brun, Digital Waveshaping Synthesis, JAES 27 (4),
        1979.

    Example:
        def chebyshev(x):
            return waveshaper(x, lambda x: 4 * x**3 - 3 * x, oversample=2)

    Plot: transfer
    """
    values = _curve_values(curve)
    read = table(values)
    half = 0.5 * (len(values) - 1)
    (value,) = floats(x)
    return _faster(oversample, lambda: read(clamp(value, -1.0, 1.0) * half + half))


def _curve_values(curve: Any) -> NDArray[np.float64]:
    """Raises DSP453 for what is no curve."""
    made = curve(np.linspace(-1.0, 1.0, POINTS)) if callable(curve) else curve
    found = array_of(made)
    if found is not None and found.ndim == 1 and found.dtype.kind in "iufb" and len(found) > 1:
        if not np.isfinite(found).all():
            made = float(found[~np.isfinite(found)][0])
        elif not callable(curve) or len(found) == POINTS:
            return found.astype(np.float64)
    shown = f"{describe(made)}, which the function made" if callable(curve) else describe(made)
    raise tr.fail("DSP453", f"a curve is a row of finite numbers, 2 or more, not {shown}",
                  "an array, or a function that computes with numpy's arrays: lambda x: x**3")  # fmt: skip


@scope("bitcrush")
def bitcrush(x: Operand, bits: Operand = 8.0, rate: Operand | None = None, oversample: int = 1) -> Signal:
    """As a converter of few bits, and of a low rate: steps of height and of time, in [-1, 1].

    Args:
        x: the signal; beyond [-1, 1] it is cut off.
        bits: 1 to 24; between whole numbers the steps are so high as in between.
        rate: Hz at which it takes a sample and holds it; without it, and from the sample rate on, every one.
        oversample: at how many times the rate: 1, 2, 4, 8 or 16; steps are then where they belong between samples.
    Bounds: the noise of a full-scale sine is 6.02 bits + 1.76 dB below it, within 0.5 dB from 4 bits on.
    Source: U. Zölzer, Digital Audio Signal Processing, ch. 2, quantisation.

    Example:
        def toy(x):
            return bitcrush(x, bits=6, rate=8000.0)

    Plot: transfer
    """
    steps = exp2(clamp(bits, 1.0, 24.0) - 1.0)
    (value,) = floats(x)

    def crushed() -> Signal:
        y = round(clamp(value, -1.0, 1.0) * steps) / steps
        return y if rate is None else _held(y, rate)

    return _faster(oversample, crushed)


def _held(y: Signal, rate: Operand) -> Signal:
    """Taken at a rate, and held; the first sample is one."""
    step = clamp(rate / sample_rate(), 0.0, 1.0)
    phase = phasor(step=step)
    begins = (phase <= delay(phase, 1)) | (step >= 1.0)
    return feedback(lambda held: select(begins, y, held))
