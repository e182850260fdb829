"""A short guitar phrase as a microphone pair in a small room would have heard it: `guitar.wav`.

Four seconds, 48 kHz, 16 bit, stereo: eight plucked notes and a strummed chord (Karplus and Strong, "Digital
Synthesis of Plucked-String and Drum Timbres", 1983), a wooden body of four resonances, first reflections and
a short tail, and the noise floor of the room. It uses only `+ - * /` in float64, rounding and integer hashes,
and neither `sin` nor a sum whose order numpy may choose: every machine writes the same samples.

    python examples/audio/make_input.py
"""

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
FRAMES = 4 * RATE
PEAK = 0.7  # -3 dBFS
TWO_PI = 6.283185307179586

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Pluck:
    """One note: plucked when, damped when, how high, how hard, on a string left (0) or right (1)."""

    start_s: float
    end_s: float
    frequency_hz: float
    strength: float
    position: float


A2, E3, A3, C4, D4, E4, G4 = 110.0, 164.814, 220.0, 261.626, 293.665, 329.628, 391.995
F2, C3 = 87.307, 130.813

PHRASE = (
    Pluck(0.10, 2.08, A2, 0.90, 0.42),
    Pluck(0.36, 2.08, E3, 0.60, 0.46),
    Pluck(0.60, 2.09, A3, 0.66, 0.50),
    Pluck(0.86, 1.62, C4, 0.70, 0.54),
    Pluck(1.10, 1.37, E4, 0.84, 0.58),
    Pluck(1.36, 1.84, G4, 0.92, 0.58),
    Pluck(1.60, 2.08, D4, 0.74, 0.54),
    Pluck(1.85, 2.12, E4, 0.66, 0.58),
    Pluck(2.10, 3.98, F2, 0.86, 0.42),  # the chord, strummed downwards
    Pluck(2.122, 3.98, C3, 0.66, 0.46),
    Pluck(2.146, 3.98, A3, 0.62, 0.50),
    Pluck(2.168, 3.98, C4, 0.60, 0.54),
    Pluck(2.192, 3.98, E4, 0.72, 0.58),
)
BODY = ((102.0, 14.0, 0.9, 0.8), (207.0, 18.0, 0.7, 0.9), (389.0, 22.0, 0.4, 0.36), (561.0, 24.0, 0.3, 0.42))
"""The body's resonances: Hz, bandwidth in Hz, gain at the left and at the right microphone."""


def noise(count: int, seed: int) -> Samples:
    """White noise in [-1, 1): an integer hash of the place in the stream."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    return ((x ^ (x >> np.uint32(16))) >> np.uint32(8)).astype(np.float64) / 2.0**23 - 1.0


def smoothed(x: Samples, amount: float) -> Samples:
    """A one-pole low-pass: each value keeps `amount` of the one before."""

    def values() -> Iterator[float]:
        y = 0.0
        for value in x.tolist():
            y = amount * y + (1.0 - amount) * value
            yield y

    return np.fromiter(values(), np.float64, len(x))


def resonance(x: Samples, frequency_hz: float, bandwidth_hz: float) -> Samples:
    """A two-pole band-pass for low frequencies: unit gain at its own, nothing at 0 Hz."""
    angle = TWO_PI * frequency_hz / RATE
    square = angle * angle
    cosine = 1.0 - square / 2.0 + square * square / 24.0 - square * square * square / 720.0
    radius = 1.0 - 0.5 * TWO_PI * bandwidth_hz / RATE
    a1, a2, gain = 2.0 * radius * cosine, radius * radius, 0.5 * (1.0 - radius * radius)

    def values() -> Iterator[float]:
        x1 = x2 = y1 = y2 = 0.0
        for value in x.tolist():
            y = gain * (value - x2) + a1 * y1 - a2 * y2
            x2, x1, y2, y1 = x1, value, y1, y
            yield y

    return np.fromiter(values(), np.float64, len(x))


def smoothstep(count: int) -> Samples:
    """A ramp from 0 to 1 whose ends are flat."""
    t = np.arange(count, dtype=np.float64) / count
    return t * t * (3.0 - 2.0 * t)


def string(pluck: Pluck, seed: int) -> Samples:
    """One note of a plucked string, from its start until its end."""
    frames = int((pluck.end_s - pluck.start_s) * RATE)
    period = RATE / pluck.frequency_hz
    whole = int(period - 1.0)
    fraction = period - 1.0 - whole  # one sample of the loop's delay is the low-pass's
    loss = 1.0 - 6.9 / (3.4 * pluck.frequency_hz)  # 60 dB in 3.4 s, and the highs sooner
    dull = 0.10 - 0.06 * pluck.strength
    side, middle = loss * dull, loss * (1.0 - 2.0 * dull)
    early, late = 1.0 - fraction, fraction
    taps = (side * early, middle * early + side * late, side * early + middle * late, side * late)

    y = np.zeros(frames + whole + 3)
    y[whole + 3 :] = excitation(pluck, period, frames, seed)
    for start in range(whole + 3, len(y), whole):
        end = min(start + whole, len(y))
        for delay, tap in enumerate(taps, start=whole):
            y[start:end] += tap * y[start - delay : end - delay]
    y = y[whole + 3 :]
    damping = min(RATE // 40, frames)
    y[frames - damping :] *= smoothstep(damping)[::-1]
    return y


def excitation(pluck: Pluck, period: float, frames: int, seed: int) -> Samples:
    """The pick: a pulse with a little scraping, shorter when played harder, and its echo from the bridge."""
    width = int(RATE / (900.0 + 1500.0 * pluck.strength))
    t = np.arange(width, dtype=np.float64) / width
    pulse = np.zeros(int(period))
    pulse[:width] = 4.0 * t * (1.0 - t)
    scrape = noise(int(period), seed) * smoothstep(int(period))[::-1]
    soft = pluck.strength * smoothed(pulse + 0.25 * scrape, 0.6 - 0.3 * pluck.strength)
    x = np.zeros(frames)
    x[: len(soft)] = soft
    later = int(period / 7.0)
    x[later : later + len(soft)] -= soft
    return x


def room(x: Samples, seed: int) -> Samples:
    """What the walls give back: five reflections, then a thinning tail of 0.3 s."""
    y = np.zeros(FRAMES)
    jitter = noise(400, seed).tolist()
    for index in range(5):
        add_echo(y, x, int((7.0 + 6.5 * index + 2.0 * jitter[index]) * RATE / 1000.0), 0.12 / (1.0 + index))
    level = 0.017
    for index in range(5, 200):
        level *= 0.972
        sign = 1.0 if jitter[200 + index] < 0.0 else -1.0
        add_echo(y, x, int((30.0 + 1.4 * index + jitter[index]) * RATE / 1000.0), sign * level)
    return y


def add_echo(y: Samples, x: Samples, delay_samples: int, gain: float) -> None:
    """Adds `x`, later and weaker, to `y`."""
    y[delay_samples:] += gain * x[: FRAMES - delay_samples]


def build() -> NDArray[np.int16]:
    """The samples of `guitar.wav`, [frames, 2]."""
    played = [np.zeros(FRAMES), np.zeros(FRAMES)]
    for seed, pluck in enumerate(PHRASE, start=1):
        note = string(pluck, seed)
        start = int(pluck.start_s * RATE)
        for channel, gain in enumerate((1.0 - pluck.position, pluck.position)):
            played[channel][start : start + len(note)] += gain * note
    both = played[0] + played[1]
    modes = [resonance(both, frequency, bandwidth) for frequency, bandwidth, _, _ in BODY]
    walls = smoothed(both, 0.6)
    channels = [microphone(channel, played[channel], modes, walls) for channel in range(2)]
    mix = np.stack(channels, axis=1)
    mix *= PEAK / np.max(np.abs(mix))
    mix += np.stack([hiss(201), hiss(202)], axis=1)
    mix[: RATE // 33] *= smoothstep(RATE // 33)[:, None]
    mix[-RATE // 3 :] *= smoothstep(RATE // 3)[::-1, None]
    return np.rint(mix * 32767.0).astype(np.int16)


def microphone(channel: int, strings: Samples, modes: list[Samples], walls: Samples) -> Samples:
    """What one microphone hears: strings, body and room."""
    heard = 0.45 * strings
    for mode, (_, _, *gains) in zip(modes, BODY, strict=True):
        heard = heard + gains[channel] * mode
    return heard + room(walls, 101 + channel)


def hiss(seed: int) -> Samples:
    """The noise floor of room and preamplifier, about -67 dBFS."""
    return 0.004 * smoothed(noise(FRAMES, seed), 0.93) + 0.0002 * noise(FRAMES, seed + 100)


def write(path: Path) -> None:
    """Writes the phrase as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(build().astype("<i2").tobytes())


if __name__ == "__main__":
    write(Path(__file__).with_name("guitar.wav"))
