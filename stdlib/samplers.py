"""Players of recordings."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr
from dspc.frontend.library import (
    Array,
    Operand,
    Signal,
    as_signal,
    exp2,
    f32,
    f64,
    feedback,
    floor,
    i32,
    max,
    min,
    sample_rate,
    scope,
    select,
    stack,
    table,
)
from dspc.frontend.literals import describe, is_finite, is_integer
from dspc.stdlib.splines import Samples, audible, checked, laid_out, level_of, raised, spline

OCTAVES = 4
"""How far above its own pitch a recording is played without aliases."""
GUARD = 512
"""Frames before the recording, and after it: silence, or the loop going on."""
FINENESS = 2
"""Samples of the table for each frame of the recording, also without its highest octave; below, half as many each."""

FADE = 0.1
"""The part of a level's frequencies that fades."""

Loop = tuple[int, int]


@dataclass(frozen=True)
class Recording:
    """A recording as it is read: [channels, frames] at a rate in Hz, and the frames between which it goes on."""

    frames: Samples
    rate: float
    loop: Loop | None

    @property
    def end(self) -> int:
        """Where it ends, or the loop begins anew."""
        return self.loop[1] if self.loop else self.frames.shape[1]

    def levels(self) -> list[Samples]:
        """The whole recording, then without its highest octave, and so on: [channels, samples] each."""
        after = _going_on(self.frames, self.loop, 2 * GUARD) if self.loop else np.zeros((len(self.frames), GUARD))
        around = np.concatenate([np.zeros((len(self.frames), GUARD)), self.frames[:, : self.end], after], axis=1)
        unit = 1 << OCTAVES
        size = -(-around.shape[1] // unit) * unit
        around = np.pad(around, ((0, 0), (0, size - around.shape[1])))
        bins = np.fft.rfft(around)
        bins[:, -1] *= 0.5  # half the rate has no partner until there are more samples
        return [_level(bins, size, octave) for octave in range(OCTAVES + 1)]


def _level(bins: NDArray[np.complex128], size: int, octave: int) -> Samples:
    """What is so many octaves below half the rate; the highest tenth of it fades, so that it rings less."""
    kept = (size >> (octave + 1)) + 1
    fade = np.clip((1.0 - np.arange(kept) / (kept - 1)) / FADE, 0.0, 1.0) if octave else np.ones(kept)
    faded = bins[:, :kept] * (0.5 - 0.5 * np.cos(np.pi * fade))
    return raised(faded, FINENESS * size >> builtins.max(octave - 1, 0), size, through=True)


def _going_on(frames: Samples, loop: Loop, count: int) -> Samples:
    """What follows the end of a loop: the loop, over and over."""
    start, end = loop
    return frames[:, start + np.arange(count) % (end - start)]


# --- what users give --------------------------------------------------------------------------------


def _recording(given: Any, rate: Any, loop: Any) -> Recording:
    """Raises `DspError` DSP291 for what is no recording, DSP292 for a rate or a loop that cannot be."""
    if isinstance(given, tuple) and len(given) == 2:  # as dspc.read gives it
        given, rate = given[0], given[1] if rate is None else rate
    frames = checked(given, 2, "sampler's recording", "[frames] or [channels, frames]")
    rate = 48_000 if rate is None else rate
    if not is_finite(rate) or not rate > 0:
        raise tr.fail("DSP292", f"a recording's rate is in Hz, above 0, not {describe(rate)}", "rate=48_000")
    return Recording(frames, float(rate), None if loop is None else _loop(loop, frames.shape[1]))


def _loop(given: Any, frames: int) -> Loop:
    fits = isinstance(given, tuple | list) and len(given) == 2 and all(map(is_integer, given))
    if not fits or not 0 <= given[0] < given[1] <= frames:
        shown = tuple(given) if fits else describe(given)
        raise tr.fail("DSP292", f"a loop is two frames of the recording, which has {frames}: where it starts, and "
                      f"where it begins anew, not {shown}", f"loop=({frames // 2}, {frames})")  # fmt: skip
    return int(given[0]), int(given[1])


# --- playing ----------------------------------------------------------------------------------------


@scope("sampler")
def sampler(
    recording: Any,
    frequency: Operand,
    trigger: Operand = None,
    root: Operand = 60.0,
    loop: Any = None,
    rate: Any = None,
) -> Signal | Array:
    """Plays a recording at a pitch: one signal, or an array of one for each channel.

    When the program is built, the recording is computed without its highest octaves, too, for playing it faster. It
    is read between its samples by a cubic B-spline; at its own pitch and rate it comes out as it is.

    Args:
        recording: an array, [frames] or [channels, frames], or what `dspc.read` gives.
        frequency: Hz, at which it is to sound; what is below 0 stands still.
        trigger: a bool; the recording starts where it is true, and is silent before. Without it, it starts at once.
        root: the MIDI key that the recording has: 69 for one of 440 Hz.
        loop: two frames, (start, end): what lies between them repeats for ever.
        rate: the recording's sample rate in Hz; by default what `dspc.read` says, 48000 for a bare array.
    Bounds: at any speed, images and aliases up to 20 kHz are below -67 dB, relative to what they come from, of what the
        recording holds up to a quarter of its rate, -46 dB up to 20 kHz at 48 kHz. Levels are within 0.06 dB. Played
        faster, it is heard up to 12.6 kHz at least at 48 kHz, and no higher than half the rate or 28 kHz.

    Example:
        import numpy as np

        turns = np.arange(24_000) * 220 / 48_000
        PLUCK = sum(np.sin(2 * np.pi * k * turns) * np.exp(-k * turns / 100) / k for k in range(1, 20))

        @dspc.instrument
        def plucked(note):
            return 0.3 * note.velocity * sampler(PLUCK, note.frequency, note.trigger, root=57)

    Plot: spectrogram
    """
    given = _recording(recording, rate, loop)
    speed = max(as_signal(frequency, "frequency") * (exp2((69.0 - root) / 12.0) * (given.rate / 440.0)), 0.0)
    speed = speed / sample_rate()
    return _read(given, _position(given, speed, trigger), speed)


def _position(given: Recording, speed: Signal, trigger: Operand) -> Signal:
    """The frame that is due, an f64: it runs for hours. It rests in the silence before the recording, or after it."""
    going_on = _looped(given) if given.loop else _ending(given)

    def loop(position: Signal) -> tuple[Signal, Signal]:
        at = position if trigger is None else select(trigger, f64(0.0), position)
        return select(at < 0.0, at, going_on(at + speed)), at

    return feedback(loop, f64(0.0 if trigger is None else -GUARD / 2.0))[1]


def _ending(given: Recording) -> Callable[[Signal], Signal]:
    return lambda following: min(following, given.end + GUARD / 2.0)


def _looped(given: Recording) -> Callable[[Signal], Signal]:
    """Back by the length of the loop, once that has gone on for a while beyond its end.

    Around where the position leaves and around where it comes back the recording is the same, for splines and filters.
    """
    assert given.loop is not None
    length, back = float(given.loop[1] - given.loop[0]), float(given.loop[0] + GUARD)
    return lambda following: following - length * max(floor((following - back) / length), 0.0)


def _read(given: Recording, position: Signal, speed: Signal) -> Signal | Array:
    levels = given.levels()
    samples, starts, lengths = laid_out(levels)
    flat = table(samples)
    level = level_of(audible(0.5 * speed), len(levels))
    place = (position + GUARD) * exp2(f64(1 - max(level - 1, 0)))
    whole = floor(place)
    start, behind = table(starts)(level) + i32(whole) - 1, f32(place - whole)
    if len(given.frames) == 1:
        return spline(flat, start, behind)
    return stack([spline(flat, start + k * table(lengths)(level), behind) for k in range(len(given.frames))])
