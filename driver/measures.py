"""What can be measured of a program, each measurement one function: numbers, channel by channel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dspc.driver.plot_data import (
    AMPLITUDE,
    FREQUENCY,
    HIGHEST_HZ,
    INPUT,
    INPUT_LEVEL,
    LEVEL,
    LOWEST_HZ,
    MAGNITUDE,
    OUTPUT,
    OUTPUT_LEVEL,
    PHASE,
    TIME,
    Axis,
    Reals,
    Values,
    decibels,
    highest,
    log_columns,
    telling,
)
from dspc.driver.stimuli import SINE_HZ
from dspc.driver.subjects import Given, Settings, Subject

COLUMNS = 800
"""So many columns of an axis are told apart."""
SMALL = 1e-4
"""The height of the impulse of a response, -80 dBFS: what saturates is still linear there."""
DECAYED, SHORTEST, LONGEST = 1e-7, 0.5, 8.0
"""An impulse response is as long as it takes to fall to that part of its peak, in seconds between these."""
PADDING = 4
"""Spectra are computed at so many times more frequencies than there need to be: peaks are not missed."""
RESOLUTION = 1.0
"""Seconds that a spectrum looks at; of what is longer, the powers of overlapping stretches are averaged."""
RAMP, SETTLE, RAMP_POINTS = 2.0, 0.25, 1001
"""Seconds of a static curve's ramp, seconds before it, points that are kept of it."""
LEVELS = np.arange(-60.0, 0.1, 1.5)
"""dBFS of the sine whose level is compared with what comes out."""
LEVEL_SECONDS, LEVELS_SETTLE = 0.3, 1.0
"""How long each level is held, the last third of which is measured; how long the lowest one before that."""
WINDOW_SECONDS, PICTURE_COLUMNS, PICTURE_ROWS = 0.043, 240, 160


def blackman_harris(length: int) -> Reals:
    """The four-term window with side lobes of -92 dB.

    F. J. Harris, On the Use of Windows for Harmonic Analysis with the Discrete Fourier Transform, 1978.
    """
    turns = 2 * np.pi * np.arange(length) / length
    return 0.35875 - 0.48829 * np.cos(turns) + 0.14128 * np.cos(2 * turns) - 0.01168 * np.cos(3 * turns)


def audible(frequencies: Reals) -> slice:
    """Which of the frequencies, which rise, the axis shows."""
    first, end = np.searchsorted(frequencies, (LOWEST_HZ, HIGHEST_HZ * 1.000001))
    return slice(int(first), int(end))


def columns_of(frequencies: Reals) -> Reals:
    return log_columns(frequencies[0], frequencies[-1], COLUMNS)


# --- an effect without its sound ---


def impulse_response(subject: Subject, params: Settings, seconds: float) -> Reals:
    """[channels, frames], of a small impulse; what comes out without any input is taken away."""
    length = seconds or SHORTEST
    while True:
        x = np.zeros(subject.frames(length))
        silence = subject.run_on(params, x)
        x[0] = SMALL
        h = (subject.run_on(params, x) - silence) / SMALL
        last = np.abs(h[:, -len(x) // 8 :]).max()
        if seconds or length >= LONGEST or last <= DECAYED * np.abs(h).max():
            return h
        length *= 2


def response(subject: Subject, params: Settings, seconds: float) -> list[Values]:
    """Magnitude and phase over frequency."""
    found: list[Values] = []
    for h in impulse_response(subject, params, seconds):
        size = PADDING * 2 ** math.ceil(math.log2(len(h)))
        frequencies = np.fft.rfftfreq(size, 1 / subject.sample_rate)
        spectrum = np.fft.rfft(h, size)
        shown = audible(frequencies)
        level, phase = decibels(spectrum[shown]), np.degrees(np.unwrap(np.angle(spectrum)))[shown]
        frequencies = frequencies[shown]
        kept = telling(frequencies, columns_of(frequencies), level, phase)
        found.append({FREQUENCY.key: frequencies[kept], MAGNITUDE.key: level[kept], PHASE.key: phase[kept]})
    return found


def transfer(subject: Subject, params: Settings, seconds: float) -> list[Values]:
    """What comes out over what goes in, while that rises slowly from -1 to 1."""
    ramp = np.linspace(-1.0, 1.0, max(RAMP_POINTS, subject.frames(seconds or RAMP)))
    before = np.full(subject.frames(SETTLE), -1.0)
    out = subject.run_on(params, np.concatenate([before, ramp]))[:, len(before) :]
    kept = np.linspace(0, len(ramp) - 1, RAMP_POINTS).round().astype(np.int64)
    return [{INPUT.key: ramp[kept], OUTPUT.key: y[kept]} for y in out]


def levels(subject: Subject, params: Settings, seconds: float) -> list[Values]:
    """The level of what comes out over that of the sine that goes in; a sine of amplitude 1 has 0 dBFS."""
    held = subject.frames(seconds / len(LEVELS) or LEVEL_SECONDS)
    before = subject.frames(LEVELS_SETTLE)
    amplitude = np.concatenate([np.full(before, LEVELS[0]), np.repeat(LEVELS, held)])
    x = 10 ** (amplitude / 20) * np.sin(2 * np.pi * SINE_HZ / subject.sample_rate * np.arange(len(amplitude)))
    steps = subject.run_on(params, x)[:, before:].reshape(-1, len(LEVELS), held)
    loudness = np.sqrt(2 * np.mean(steps[:, :, -(held // 3) :] ** 2, axis=2))
    return [{INPUT_LEVEL.key: LEVELS, OUTPUT_LEVEL.key: decibels(y)} for y in loudness]


# --- a sound ---


def power_spectrum(y: Reals, rate: float) -> tuple[Reals, Reals]:
    """Frequencies, and the amplitude of a sine that would be as loud at each; through a Blackman-Harris window."""
    size = min(len(y), round(RESOLUTION * rate))
    window = blackman_harris(size)
    starts = range(0, len(y) - size + 1, max(1, size // 2))
    power = np.mean([np.abs(np.fft.rfft(y[i : i + size] * window, PADDING * size)) ** 2 for i in starts], axis=0)
    return np.fft.rfftfreq(PADDING * size, 1 / rate), 2 * np.sqrt(power) / window.sum()


def spectrum(y: Reals, rate: float) -> Values:
    """The level over frequency, of each column of the axis the highest."""
    frequencies, amplitude = power_spectrum(y, rate)
    shown = audible(frequencies)
    frequencies, level = frequencies[shown], decibels(amplitude[shown])
    kept = highest(frequencies, columns_of(frequencies), level)
    return {FREQUENCY.key: frequencies[kept], LEVEL.key: level[kept]}


def waveform(y: Reals, rate: float) -> Values:
    """The samples over time; of more than can be seen, each column's least and greatest."""
    t = np.arange(len(y)) / rate
    if len(y) <= 4 * COLUMNS:
        return {TIME.key: t, AMPLITUDE.key: y}
    kept = telling(t, np.linspace(0.0, t[-1], COLUMNS + 1), y)
    return {TIME.key: t[kept], AMPLITUDE.key: y[kept]}


def spectrogram(y: Reals, rate: float) -> Values:
    """The level over time and frequency, of all channels [channels, frames] together; frequencies are logarithmic."""
    size = 2 ** round(math.log2(WINDOW_SECONDS * rate))
    window = blackman_harris(size)
    padded = np.pad(y, ((0, 0), (size // 2, size)))
    centres = np.linspace(0, y.shape[1] - 1, min(PICTURE_COLUMNS, y.shape[1])).astype(np.int64)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, centres]
    power = np.mean(np.abs(np.fft.rfft(pieces * window, 2 * size)) ** 2, axis=0)
    frequencies = np.fft.rfftfreq(2 * size, 1 / rate)
    edges = log_columns(LOWEST_HZ, min(HIGHEST_HZ, rate / 2), PICTURE_ROWS)
    middles = np.sqrt(edges[1:] * edges[:-1])
    rows = np.array([np.interp(middles, frequencies, p) for p in power]).T
    for row, (first, end) in enumerate(np.searchsorted(frequencies, np.stack([edges[:-1], edges[1:]]).T)):
        if end > first:
            rows[row] = power[:, first:end].max(axis=1)
    amplitude = 2 * np.sqrt(rows) / window.sum()
    return {TIME.key: centres / rate, FREQUENCY.key: middles, LEVEL.key: decibels(amplitude)}


def five_periods(y: Reals, rate: float) -> float:
    """Seconds of five periods of the strongest partial of [channels, frames], as far as the sound goes."""
    steady = y - y.mean(axis=1, keepdims=True)
    amplitude = np.abs(np.fft.rfft(steady * np.hanning(y.shape[1]))).max(axis=0)
    strongest = int(np.argmax(amplitude[1:])) + 1
    return max(5 * y.shape[1] / strongest / rate, 0.002) if amplitude[strongest] > 0 else y.shape[1] / rate


Probe = Callable[[Subject, Settings, float], list[Values]]
"""Measures an effect with a signal of its own, for so many seconds (0: as many as it takes)."""
Analysis = Callable[[Reals, float], Values]
"""Measures a sound at a sample rate."""


@dataclass(frozen=True)
class Kind:
    """A kind of plot: by a probe, or the analysis of each channel (with `shade`: of all together) of what comes out.

    An effect is then given the `stimulus` for so many `seconds`, if nobody says otherwise.
    """

    title: str
    x: Axis
    y: tuple[Axis, ...]
    probe: Probe | None = None
    analysis: Analysis | None = None
    stimulus: str = ""
    seconds: float = 1.0
    shade: Axis | None = None

    def measure(self, subject: Subject, params: Settings, given: Given) -> list[Values]:
        """The numbers of each channel."""
        if self.probe is not None:
            return self.probe(subject, params, given.seconds)
        return self.analyse(subject.run(params, given), subject.sample_rate)

    def analyse(self, sound: Reals, rate: float) -> list[Values]:
        """The numbers of each channel of a sound [channels, frames]."""
        assert self.analysis is not None
        return [self.analysis(sound, rate)] if self.shade else [self.analysis(y, rate) for y in sound]


KINDS = {
    "response": Kind("frequency response", FREQUENCY, (MAGNITUDE, PHASE), probe=response),
    "transfer": Kind("static curve", INPUT, (OUTPUT,), probe=transfer),
    "levels": Kind("level curve", INPUT_LEVEL, (OUTPUT_LEVEL,), probe=levels),
    "spectrum": Kind("spectrum", FREQUENCY, (LEVEL,), analysis=spectrum, stimulus="sine"),
    "waveform": Kind("waveform", TIME, (AMPLITUDE,), analysis=waveform, stimulus="burst"),
    "spectrogram": Kind("spectrogram", TIME, (FREQUENCY,), analysis=spectrogram, stimulus="sweep", seconds=2.0,
                        shade=LEVEL),
}  # fmt: skip
"""By the name that `--kind` takes."""
