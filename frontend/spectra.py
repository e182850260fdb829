"""Spectra: a function for every bin of a short-time Fourier transform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from dspc.dialects import dsp
from dspc.dialects.kit import NumpyKit
from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import minus, negative, plus, times
from dspc.frontend.arrays import Array, arrays_of, each, pick, reduced
from dspc.frontend.complexes import Complex, as_complex
from dspc.frontend.conditional import conditional
from dspc.frontend.environment import frame, sample_rate
from dspc.frontend.guard import guarded, over_arrays
from dspc.frontend.latency import ahead_by, check_place
from dspc.frontend.literals import describe, is_integer, quoted
from dspc.frontend.mathematics import select
from dspc.frontend.memories import RwTable, memory
from dspc.frontend.operators import Operand
from dspc.frontend.signal import FLOATS, Signal, as_signal, audio_float, constant, convert, emit
from dspc.frontend.structure import call, check_function
from dspc.frontend.tables import Table, table

SIZES = tuple(2**n for n in range(4, 15))
WINDOWS: dict[str, tuple[float, ...]] = {
    "hann": (0.5, -0.5), "hamming": (0.54, -0.46), "blackman": (0.42, -0.5, 0.08), "rectangular": (1.0,),
}  # fmt: skip
"""Weights of the cosines of 0, 1, 2 … turns that a window is the sum of; all are periodic."""


@over_arrays
@guarded
def stft(x: Operand, f: Callable[..., Any], *, size: int = 1024, hop: int = 256, window: str = "hann") -> Any:
    """`x` taken apart into spectra of `size` samples every `hop`, changed by `f` bin by bin, and put together again.

    `f` is traced once and runs for the bins 0 … size/2 of every frame; it receives `z` (`z.real`, `z.imag`, `abs(z)`,
    `z.phase`, `z.bin`, `z.frequency` in Hz) and returns one: `z * gain`, `complex(re, im)`, `polar(magnitude, phase)`,
    which is rounded to the type of `x`. Its state steps once a frame, each bin has its own. Overlapping frames are
    weighted so that `lambda z: z` gives `x`, late by size - 1 samples, which the engine reports. `size` is a power of
    two from 16 to 16384, `hop` one of at most half of it; the windows are "hann", "hamming", "blackman", "rectangular".
    Raises `DspError` DSP283 for others, DSP284 if `f` returns no bin, DSP282 where there can be no latency.

    >>> soft = stft(noise(), lambda z: z * 0.5, size=256, hop=64)
    """
    check_function(f, "stft", "dspc.stft(x, lambda z: z)", "DSP283")
    _check(size, hop, window)
    check_place("stft")
    source = as_signal(x, "input of stft")
    frames = Frames(int(size), int(hop), window)
    source = source if source.element in FLOATS else convert(source, audio_float())
    return frames.transformed([source], lambda spectra: [frames.by_bins(spectra[0], f, source.element)])[0]


def _check(size: Any, hop: Any, window: Any) -> None:
    if not is_integer(size) or size not in SIZES:
        raise tr.fail("DSP283", f"the size of stft is a power of two from {SIZES[0]} to {SIZES[-1]}, not "
                      f"{describe(size)}", "size=1024")  # fmt: skip
    if not is_integer(hop) or not 1 <= hop <= size // 2 or hop & (hop - 1):
        raise tr.fail("DSP283", f"the hop of stft is a power of two from 1 to {size // 2}, not {describe(hop)}",
                      f"hop={size // 4}")  # fmt: skip
    if not isinstance(window, str) or window not in WINDOWS:
        raise tr.fail("DSP283", f"a window of stft is not {quoted(window)}",
                      f"use {', '.join(map(quoted, WINDOWS))}")  # fmt: skip


# --- tables -----------------------------------------------------------------------------------------


def cosines(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """cos(2 pi turns), by our own approximation: the same numbers on every machine."""
    from dspc.approx.registry import choose  # late: most programs have no spectra

    return cast("NDArray[np.float64]", choose("cos_turns", "f64").build(NumpyKit(), turns - np.round(turns)))


@cache
def window_of(size: int, name: str) -> NDArray[np.float64]:
    """The samples of a window."""
    turns = np.arange(size) / size
    return np.sum([weight * cosines(n * turns) for n, weight in enumerate(WINDOWS[name])], axis=0)


def _weights(size: int, hop: int, name: str) -> NDArray[np.float64]:
    """The window again, divided by what all frames together do to a sample."""
    window = window_of(size, name)
    overlapped = (window**2).reshape(-1, hop).sum(axis=0)
    return window / np.tile(overlapped, size // hop)


@cache
def twiddles(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """cos and -sin of the turns 0, 1/size … just under 1/2."""
    turns = np.arange(size // 2) / size
    return cosines(turns), -cosines(turns - 0.25)


# --- the transform ----------------------------------------------------------------------------------


class Pair(NamedTuple):
    """Real and imaginary part."""

    re: Signal
    im: Signal


Read = Callable[[Signal], Pair]
"""Gives an element of a complex array."""


def _whole(number: int) -> Signal:
    return constant(number, "i32")


def transform(size: int, read: Read) -> Read:
    """The discrete Fourier transform, unscaled, of `size` elements: log2(size) stages that sort themselves.

    Source: T. G. Stockham's self-sorting algorithm of radix 2, in W. T. Cochran et al., What is the Fast Fourier
    Transform?, 1967.
    """
    cos_table, sin_table = (table(t) for t in twiddles(size))
    stride = 1
    while stride < size:
        read = _stage(size, stride, read, cos_table, sin_table)
        stride *= 2
    return read


def _stage(size: int, stride: int, read: Read, cosines: Table, sines: Table) -> Read:
    """Sums and differences of elements that are half of what is left apart; the differences are turned."""
    half = size // 2

    def butterfly(lane: Signal) -> tuple[Signal, Signal, Signal, Signal]:
        a, b = read(lane), read(emit("add", lane, _whole(half)))
        turn = emit("and", lane, _whole(-stride))
        re, im, c, s = minus(a.re, b.re), minus(a.im, b.im), cosines.at(turn), sines.at(turn)
        turned = minus(times(re, c), times(im, s)), plus(times(re, s), times(im, c))
        return plus(a.re, b.re), plus(a.im, b.im), *turned

    sums_re, sums_im, turned_re, turned_im = arrays_of(half, butterfly)

    def following(index: Signal) -> Pair:
        """Element `index` of the result: groups of `stride` sums and of as many differences follow each other."""
        within = emit("and", index, _whole(stride - 1))
        block = emit("and", emit("shr", index, _whole(1)), _whole(-stride))
        at = emit("add", within, block)
        is_sum = emit("eq", emit("and", index, _whole(stride)), _whole(0))
        re = select(is_sum, pick(sums_re, at), pick(turned_re, at))
        return Pair(re, select(is_sum, pick(sums_im, at), pick(turned_im, at)))

    return following


def inverse(size: int, read: Read) -> Read:
    """The way back, unscaled, with real and imaginary part exchanged: a real signal is in `im`."""
    return transform(size, lambda index: swapped(read(index)))


# --- frames -----------------------------------------------------------------------------------------


Grain = Callable[[Signal], Sequence[Signal]]
"""Gives what a frame adds to each of the samples that it covers."""


class Frames:
    """Overlapping frames of signals."""

    def __init__(self, size: int, hop: int, window: str):
        self.size, self.hop, self.window = size, hop, window
        self.overlap = size // hop

    def transformed(self, channels: Sequence[Signal], change: Callable[[list[Read]], list[Read]]) -> list[Signal]:
        """The signals, their spectra changed, late by size - 1 samples; `change` gives whole spectra."""
        weights = table(_weights(self.size, self.hop, self.window) / self.size)

        def grain(spectra: list[Read]) -> Grain:
            backs = [inverse(self.size, read) for read in change(spectra)]
            return lambda index: [times(back(index).im, weights.at(index)) for back in backs]

        return [ahead_by(x, self.size - 1) for x in self.overlapped(channels, len(channels), grain)]

    def overlapped(self, channels: Sequence[Signal], count: int, make: Callable[[list[Read]], Grain]) -> list[Signal]:
        """`count` sums of overlapping grains: `make` makes them of the channels' spectra, for every frame."""
        now, element = convert(frame(), "i32"), channels[0].element
        rings = [memory(self.size, element) for _ in channels]
        made = [memory(self.size * self.overlap, element) for _ in range(count)]
        for ring, x in zip(rings, channels, strict=True):
            ring.write(emit("and", now, _whole(self.size - 1)), x)
        phase = emit("and", now, _whole(self.hop - 1))
        number = emit("and", emit("shr", now, _whole(self.hop.bit_length() - 1)), _whole(self.overlap - 1))

        def once() -> Signal:
            grain = make([self._spectrum(ring, now) for ring in rings])
            first = emit("mul", number, _whole(self.size))

            def put(index: Signal) -> list[Signal]:
                for whole, value in zip(made, grain(index), strict=True):
                    whole.write(emit("add", first, index), convert(value, element))
                return []

            arrays_of(self.size, put)
            return first

        def part(whole: RwTable, back: Signal) -> Signal:
            """What the frame that is `back` frames old adds to the sample."""
            which = emit("and", emit("sub", number, back), _whole(self.overlap - 1))
            within = emit("add", phase, emit("mul", back, _whole(self.hop)))
            return whole.read(emit("add", emit("mul", which, _whole(self.size)), within))

        conditional(dsp.WhenOp, "stft", emit("eq", phase, _whole(0)), once, 1.0 / self.hop)
        parts = [each(self.overlap, partial(part, whole), "stft") for whole in made]
        return [reduced(p.ssa(), "add", self.overlap) for p in parts]

    def _spectrum(self, ring: RwTable, now: Signal) -> Read:
        """The spectrum of the last samples, under the window."""
        window = table(window_of(self.size, self.window))

        def sample(index: Signal) -> Pair:
            at = emit("and", emit("add", emit("add", now, index), _whole(1)), _whole(self.size - 1))
            value = times(ring.read(at), window.at(index))
            return Pair(value, constant(0.0, value.element))

        return transform(self.size, sample)

    def by_bins(self, read: Read, f: Callable[..., Any], element: str) -> Read:
        """The whole spectrum of a real signal, of the half that `f` has changed, in the signal's type."""
        size = self.size
        spacing = times(sample_rate(), self.hop / size)  # the rate here is that of frames

        def one(index: Signal) -> tuple[Signal, Signal]:
            z = Complex(*read(index), bin=index, spacing=spacing)
            result = as_complex(call(f, [z], "stft", "1 argument, the bin"))
            return convert(result.real, element), convert(result.imag, element)

        re, im = arrays_of(size // 2 + 1, one)
        return mirrored(size, re, im)


def mirrored(size: int, re: Array, im: Array) -> Read:
    """The whole spectrum of a real signal, of its bins 0 … size/2."""

    def whole(index: Signal) -> Pair:
        opposite = emit("sub", _whole(size), index)
        below = emit("le", index, _whole(size // 2))
        at = emit("select", below, index, opposite)
        imag = pick(im, at)
        return Pair(pick(re, at), select(below, imag, negative(imag)))

    return whole


def swapped(value: Pair) -> Pair:
    """Transforming with real and imaginary part exchanged goes back, with both exchanged."""
    return Pair(value.im, value.re)
