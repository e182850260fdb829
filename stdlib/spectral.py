"""Spectral effects: sounds are taken apart into short-time spectra, changed there, and put together again.

Their latency, a frame less one sample, is reported, and made up for where paths meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr
from dspc.frontend.arrays import arrays_of, each, pick
from dspc.frontend.complexes import Complex
from dspc.frontend.latency import ahead_by, check_place
from dspc.frontend.library import (
    Array,
    Operand,
    Signal,
    as_signal,
    clamp,
    delay,
    exp2,
    f32,
    feedback,
    floats,
    floor,
    i32,
    max,
    round,
    sample_rate,
    scope,
    select,
    stack,
    table,
)
from dspc.frontend.literals import describe, is_integer
from dspc.frontend.spectra import SIZES, WINDOWS, Frames, Grain, Read, cosines, inverse, mirrored, window_of
from dspc.stdlib.functions import ranged
from dspc.stdlib.levels import SHORTEST, approach, share
from dspc.stdlib.mixing import mixer
from dspc.stdlib.tuning import db_to_gain

OVERLAP = 8
"""Frames at a time, of `freeze` and `pitch_shift`: enough for the shortened ones of 4 times the pitch."""
NEAREST = (0, -1, 1, -2, 2)
"""How far from a sine's bin there is something of it, under a Hann window."""
TURNS = 0.15915494309189535
"""1 / (2 pi)."""


def _frames(function: str, size: Any, overlap: int) -> Frames:
    """So many frames at a time, under a Hann window. Raises DSP461, and DSP282 where there can be no latency."""
    sizes = [n for n in SIZES if n >= 64]
    if not is_integer(size) or size not in sizes:
        raise tr.fail("DSP461", f"the size of {function} is a power of two from {sizes[0]} to {sizes[-1]}, not "
                      f"{describe(size)}", "size=2048; longer frames tell lower notes apart")  # fmt: skip
    check_place(function)
    return Frames(int(size), int(size) // overlap, "hann")


# --- gate -------------------------------------------------------------------------------------------


@scope("spectral_gate")
def spectral_gate(
    x: Operand,
    threshold: Operand = -60.0,
    range: Operand = -30.0,
    attack: Operand = 0.005,
    release: Operand = 0.1,
    size: int = 1024,
) -> Any:
    """Noise gate for every frequency by itself: what is below the threshold is turned down.

    A bin is open if it, or one of the two on either side, is above: so a tone has the whole of its spectrum. White
    noise is 10 log10(size / 6) dB below its rms in each: longer frames tell it better from tones.

    Args:
        x: the signal.
        threshold: dBFS, of the peaks of a sine, whatever the size.
        range: decibels, how far what is below is turned down.
        attack: seconds in which 63 % of the way up are covered.
        release: seconds in which 63 % of the way down are covered.
        size: samples of a frame, a power of two from 64 to 16384.
    Bounds: noise that is 12 dB below the threshold in its bins comes out at the range within 0.1 dB; a sine 6 dB above
        passes within 0.05 dB, one 2 dB below goes down with the noise.
    Source: S. F. Boll, Suppression of Acoustic Noise in Speech Using Spectral Subtraction, 1979, for what is done to
        each bin; the gain is a gate's.

    Example:
        def clean(x, threshold=dspc.param(-50.0, -100.0, 0.0, unit="dB")):
            return spectral_gate(x, threshold)

    Plot: levels
    """
    frames = _frames("spectral_gate", size, 4)
    least = db_to_gain(threshold) * (0.5 * WINDOWS["hann"][0] * size)  # a sine's magnitude in the bin that it is in

    def change(spectra: list[Read]) -> list[Read]:
        parts, power = arrays_of(size // 2 + 1, lambda k: ((z := spectra[0](k)), z.re * z.re + z.im * z.im))

        def one(k: Signal) -> tuple[Signal, Signal]:
            nearest = [pick(power, clamp(k + step, 0, size // 2)) for step in NEAREST]
            wanted = select(max(*nearest) > least * least, 1.0, db_to_gain(range))
            gain = approach(wanted, share(attack), share(release))
            return gain * pick(parts.re, k), gain * pick(parts.im, k)

        return [mirrored(size, *arrays_of(size // 2 + 1, one))]

    return frames.transformed(_channels(x), change)[0]


# --- peaks ------------------------------------------------------------------------------------------


class _Spectrum(NamedTuple):
    """A frame: each channel's real and imaginary parts, how each bin has turned since the last frame, its peak."""

    parts: list[tuple[Array, Array]]
    turns: Array
    peaks: Array


def _analysed(frames: Frames, spectra: Sequence[Read]) -> _Spectrum:
    """The turns are those of the bin's frequency, whole ones counted in: of all channels together."""

    def one(k: Signal) -> Any:
        channels = [Complex(*read(k)) for read in spectra]
        power = mixer(*(z.real * z.real + z.imag * z.imag for z in channels))
        since = [z * Complex(delay(z.real, 1), delay(z.imag, 1)).conjugate for z in channels]
        whole = Complex(mixer(*(z.real for z in since)), mixer(*(z.imag for z in since)))
        middle = (k & (frames.overlap - 1)) * (1 / frames.overlap)
        turns = k * (1 / frames.overlap) + _wrapped(TURNS * whole.phase - middle)
        return [(z.real, z.imag) for z in channels], power, turns

    parts, power, turns = arrays_of(frames.size // 2 + 1, one)
    return _Spectrum(parts, turns, _peaks(power))


def _wrapped(turns: Signal) -> Signal:
    """The same angle in [-1/2, 1/2]."""
    return turns - round(turns)


def _peaks(power: Array) -> Array:
    """Each bin's peak: where it gets who climbs, again and again, to the largest of the two bins on either side.

    Peaks are therefore larger than four neighbours, and borders where Laroche and Dolson put them: where it is lowest.
    """
    last = len(power) - 1

    def uphill(k: Signal) -> Signal:
        best = k
        for step in NEAREST[1:]:
            other = clamp(k + step, 0, last)
            best = select(pick(power, other) > pick(power, best), other, best)
        return best

    reached = each(last + 1, uphill)
    for _ in bin(last)[3:]:  # twice as far each time
        reached = each(last + 1, lambda k, to=reached: pick(to, pick(to, k)))
    return reached


def _turned(re: Signal, im: Signal, turns: Signal) -> tuple[Signal, Signal]:
    """A complex number turned by an angle from -1/2 to 1/2."""
    c, s = ranged("cos_turns", turns, -0.5, 0.5), ranged("sin_turns", turns, -0.5, 0.5)
    return re * c - im * s, re * s + im * c


def _channels(x: Operand | Array) -> list[Signal]:
    return list(floats(*x) if isinstance(x, Array) else floats(x))


# --- freeze -----------------------------------------------------------------------------------------


@scope("freeze", whole_arrays=True)
def freeze(x: Operand | Array, on: Operand, fade: Operand = 0.1, size: int = 2048) -> Any:
    """Holds the sound of a moment, without an end, as long as `on` is up; otherwise the signal passes.

    Each peak of the spectrum goes on with its magnitude and its frequency, and takes the bins round it along: so what
    is held neither flutters nor drifts apart. It begins without a seam, as overlapping frames do, and the signal comes
    back at equal power.

    Args:
        x: a signal, or an array of channels, whose phases stay together.
        on: above 0.5 to hold.
        fade: seconds in which the signal comes back.
        size: samples of a frame, a power of two from 64 to 16384. It tells partials apart that are 5 rate / size from
            each other: 4096 is better for chords.
    Bounds: with 4096 samples, for 10 seconds, a held chord of sines keeps its level within 0.1 dB and its pitches
        within 0.1 cents, and nothing else is above -85 dB; a recording's level stays within 0.1 dB, its half-octave
        bands within 3 dB of the moment's. Its level moves less than -75 dB at the rate of frames; noise's, -35 dB, and
        it is 2 dB softer. What passes is unchanged within -120 dB.
    Source: J. Laroche, M. Dolson, Improved Phase Vocoder Time-Scale Modification of Audio, 1999, for the locking of
        phases; here time stands still.

    Example:
        def held(x, moment=dspc.param(1.0, 0.0, 10.0, unit="s")):
            return freeze(x, dspc.time > moment)

    Plot: spectrogram
    """
    frames = _frames("freeze", size, OVERLAP)
    frozen = delay(as_signal(on) > 0.5, size // 2)  # as it is in the middle of a frame

    def step(before: Signal, left: Signal) -> tuple[Signal, ...]:
        falling = left - 1.0 / (max(fade, SHORTEST) * sample_rate())
        return frozen, select(frozen, 1.0, max(falling, 0.0)), frozen & ~before

    def change(spectra: list[Read]) -> list[Read]:
        _, left, begins = feedback(step, (False, 0.0))
        live, held = ranged("cos_turns", 0.25 * left, 0.0, 0.25), ranged("sin_turns", 0.25 * left, 0.0, 0.25)
        now = _analysed(frames, spectra)

        def one(k: Signal) -> Any:
            kept = _kept(now, k, begins)
            passing = [(pick(re, k), pick(im, k)) for re, im in now.parts]
            return [(live * a + held * c, live * b + held * d) for (a, b), (c, d) in zip(passing, kept, strict=True)]

        return [mirrored(size, re, im) for re, im in arrays_of(len(now.turns), one)]

    made = frames.transformed(_channels(x), change)
    return stack(made) if isinstance(x, Array) else made[0]


def _kept(now: _Spectrum, k: Signal, begins: Signal) -> list[tuple[Signal, Signal]]:
    """A bin of each channel, as it was when this began, and turning with its peak since: exactly as large for ever."""
    fresh = [pick(part, k) for pair in now.parts for part in pair]

    def step(angle: Signal, turns: Signal, *old: Signal) -> tuple[Signal, ...]:
        turns = select(begins, _wrapped(pick(now.turns, pick(now.peaks, k))), turns)
        angle = select(begins, 0.0, _wrapped(angle + turns))
        return angle, turns, *(select(begins, new, last) for new, last in zip(fresh, old, strict=True))

    angle, _, *parts = feedback(step, (0.0,) * (2 + len(fresh)))
    return [_turned(re, im, angle) for re, im in zip(parts[::2], parts[1::2], strict=True)]


# --- pitch ------------------------------------------------------------------------------------------


LOWEST, HIGHEST = 0.25, 4.0
"""Ratios of pitches."""
TAPS, PHASES = 16, 512
"""Of the windowed sinc between samples."""
LEAST = 1e-3
"""Of all windows together, where there are any."""


@scope("pitch_shift", whole_arrays=True)
def pitch_shift(x: Operand | Array, semitones: Operand = 0.0, ratio: Operand = 1.0, size: int = 2048) -> Any:
    """Another pitch at the same speed, of chords, too: a phase vocoder with locked phases.

    Frames are turned, peak by peak, to go on where the last one is by now at the new pitch; each is then played faster
    or slower about its middle. At a ratio of 1 nothing is turned.

    Args:
        x: a signal, or an array of channels, whose phases stay together.
        semitones: 12 is an octave up.
        ratio: a factor of the pitch beside; all in all it is kept between 0.25 and 4.
        size: samples of a frame, a power of two from 64 to 16384. It tells partials apart that are 5 rate / size from
            each other: 4096 is better for chords, 1024 for attacks.
    Bounds: with 4096 samples, a sine comes out within 0.1 cents and 0.01 dB, with what does not belong there 75 dB
        below; notes whose partials are apart within 0.05 dB, and 55 dB below up to an octave higher. A ratio of 1
        changes nothing, within -120 dB.
    Source: J. Laroche, M. Dolson, Improved Phase Vocoder Time-Scale Modification of Audio, 1999, for the locking of
        phases; the frames are resampled one by one.

    Example:
        def fifth(x, semitones=dspc.param(7.0, -24.0, 24.0)):
            return 0.5 * (x + pitch_shift(x, semitones))

    Plot: spectrogram
    """
    frames = _frames("pitch_shift", size, OVERLAP)
    factor = clamp(ratio * exp2(as_signal(semitones) * (1 / 12)), LOWEST, HIGHEST)
    more = delay(factor - 1.0, size // 2)  # as it is in the middle of a frame; and so it is not taken for a control

    def make(spectra: list[Read]) -> Grain:
        spectrum = _analysed(frames, spectra)
        moved = _moved(spectrum, _angles(spectrum, 0.5 * (more + delay(more, 1))), 1.0 + more)
        return _resampled([_samples(size, mirrored(size, re, im)) for re, im in moved], 1.0 + more)

    channels = _channels(x)
    *sums, windows = frames.overlapped(channels, len(channels) + 1, make)
    made = [ahead_by(s / max(windows, LEAST), size - 1) for s in sums]
    return stack(made) if isinstance(x, Array) else made[0]


def _angles(spectrum: _Spectrum, more: Signal) -> Array:
    """How far each bin is turned by now: its peak has come `more` times as far since the last frame as it did."""
    count = len(spectrum.turns)

    def step(angles: Array) -> Array:
        def one(k: Signal) -> Signal:
            at = pick(spectrum.peaks, k)
            return f32(_wrapped(pick(angles, at) + more * pick(spectrum.turns, at)))  # the program's float

        return each(count, one)

    return feedback(step, np.zeros(count))


def _moved(spectrum: _Spectrum, angles: Array, factor: Signal) -> Any:
    """The turned bins of each channel, without those that would come to lie above half the rate."""
    last = len(angles) - 1

    def one(k: Signal) -> Any:
        gain = clamp(1.0 + (last - k * factor) * (32 / last), 0.0, 1.0) * (0.5 / last)
        return [_turned(gain * pick(re, k), gain * pick(im, k), pick(angles, k)) for re, im in spectrum.parts]

    return arrays_of(last + 1, one)


def _samples(size: int, spectrum: Read) -> Array:
    back = inverse(size, spectrum)
    return each(size, lambda n: back(n).im)


def _resampled(frames: Sequence[Array], factor: Signal) -> Grain:
    """Frames, `factor` times as fast about their middle, and what all windows do to them."""
    size, kernel = len(frames[0]), table(_kernel())
    middle, reach = size // 2, TAPS // 2

    def sample(index: Signal) -> list[Signal]:
        away = index - middle
        place = clamp(middle + factor * away, 0.0, size - 1.0)
        first = clamp(i32(floor(place)) - (reach - 1), 0, size - TAPS)
        start = PHASES * (first - place + TAPS)
        row = floor(start)
        part, row = start - row, i32(row)

        def tap(j: Signal) -> list[Signal]:
            at = row + j * PHASES
            weight = kernel.lookup(at)
            weight = weight + part * (kernel.lookup(at + 1) - weight)
            return [weight * pick(f, first + j) for f in frames]

        values = [taps.sum() for taps in arrays_of(TAPS, tap)]
        heard, shape = _hann(place / size), _hann((middle + max(factor, 1.0) * away) / size)
        return [*(shape * value for value in values), shape * heard]

    return sample


def _hann(turns: Signal) -> Signal:
    return 0.5 + 0.5 * ranged("cos_turns", clamp(turns, 0.0, 1.0) - 0.5, -0.5, 0.5)


def _kernel() -> NDArray[np.float64]:
    """A sinc under a Blackman window, PHASES points a sample, with room on either side: its taps sum to 1 anywhere."""
    reach = TAPS // 2
    at = np.arange(TAPS * PHASES) / PHASES - reach
    sinc = np.divide(cosines(at / 2 - 0.25), np.pi * at, out=np.ones_like(at), where=at != 0)
    taps = (sinc * window_of(len(at), "blackman")).reshape(TAPS, PHASES)
    return np.pad((taps / taps.sum(axis=0)).ravel(), PHASES * reach)
