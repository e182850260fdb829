"""Convolution with a response that is known when the program is built, such as a recorded room."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dspc.frontend import trace as tr
from dspc.frontend.arrays import reduced
from dspc.frontend.library import (
    Array,
    Bank,
    Operand,
    Signal,
    as_signal,
    bank,
    constant,
    fir,
    frame,
    i32,
    promote,
    scope,
    stack,
    table,
    when,
)
from dspc.frontend.literals import array_of, describe
from dspc.frontend.memories import RwTable, memory
from dspc.frontend.spectra import Pair, Read, mirrored, swapped, transform, twiddles
from dspc.stdlib.delays import blended

LONGEST = 2**18
"""Samples of a response at most."""
SHORTEST_BLOCK, LONGEST_BLOCK = 64, 256
Numbers = NDArray[np.float64]


@scope("convolver", whole_arrays=True)
def convolver(x: Operand | Array, response: Any, mix: Operand = 1.0) -> Any:
    """The signal as a room, a loudspeaker or any other linear system answers it, without latency.

    The first samples of the response are a sum of products, the rest is multiplied in the frequency domain, in blocks
    of 64 to 256. Its samples are taken to be at the program's rate.

    Args:
        x: a signal, or an array of channels.
        response: up to 2^18 numbers, or [channels, frames] as `dspc.read` gives: one for each channel of x. If either
            has one channel, it is for all of the other's.
        mix: 0 for the signal alone, 1 for the answer alone.
    Returns: a signal; an array, if x is one or the response has several channels.
    Bounds: within -120 dB (f32) and -250 dB (f64) of the sum of products.
    Source: T. G. Stockham, High-Speed Convolution and Correlation, 1966; W. G. Gardner, Efficient Convolution without
        Input-Output Delay, JAES 43 (3), 1995, for the direct beginning.

    Example:
        import numpy as np


        def room(x, mix=dspc.param(0.5, 0.0, 1.0)):
            n = np.arange(9600)
            return convolver(x, 0.1 * np.exp(-n / 1500) * np.cos(n * n / 7.0), mix)

    Plot: waveform
    """
    rows = _rows(response)
    channels = list(x) if isinstance(x, Array) else [as_signal(x)]
    if len(channels) != len(rows) and 1 not in (len(channels), len(rows)):
        raise tr.fail("DSP457", f"a response of {len(rows)} channels does not fit {len(channels)} signals",
                      "give one response for each, or one for all")  # fmt: skip
    count = len(channels) if len(rows) == 1 else len(rows)
    pairs = zip(channels * (count // len(channels)), [*rows] * (count // len(rows)), strict=True)
    made = [blended(channel, _convolved(channel, row), mix) for channel, row in pairs]
    return stack(made) if isinstance(x, Array) or count > 1 else made[0]


def _rows(response: Any) -> Numbers:
    """The response of each channel. Raises DSP457."""
    found = array_of(response)
    numbers = found if found is not None and found.ndim in (1, 2) and found.dtype.kind in "biuf" else None
    if numbers is None or not 1 <= numbers.shape[-1] <= LONGEST or not numbers.size:
        shown = describe(response) if found is None or not found.shape else f"an array of shape {found.shape}"
        raise tr.fail("DSP457", f"a response has 1 to {LONGEST} numbers for each channel, not {shown}",
                      "an array [frames] or [channels, frames]; shorten a longer one")  # fmt: skip
    if not np.isfinite(numbers).all():
        raise tr.fail("DSP457", "the numbers of a response are finite", "replace NaN and infinity")
    return np.atleast_2d(numbers).astype(float)


def _convolved(x: Signal, response: Numbers) -> Signal:
    block = _block(len(response))
    if len(response) <= 2 * block:
        return fir(x, response)
    (source,) = promote(as_signal(x))
    return fir(source, response[: block - 1]) + _partitioned(source, response[block - 1 :], block)


def _block(length: int) -> int:
    """About the cheapest, as measured: each sample costs as many products as a block has, and four for each block."""
    block = SHORTEST_BLOCK
    while block < LONGEST_BLOCK and 2 * block * block < length:
        block *= 2
    return block


def _spectrum(x: Numbers) -> NDArray[np.complex128]:
    """The discrete Fourier transform of the last axis, by halving, with the cosines that programs have."""
    size = x.shape[-1]
    if size == 1:
        return x.astype(complex)
    even, odd = _spectrum(x[..., ::2]), _spectrum(x[..., 1::2])
    cosines, sines = twiddles(size)
    turned = odd * (cosines + 1j * sines)
    return np.concatenate([even + turned, even - turned], axis=-1)


def _partitioned(x: Signal, response: Numbers, block: int) -> Signal:
    """Overlap-save in blocks: the convolution, late by block - 1 samples."""
    parts = -(-len(response) // block)
    padded = np.zeros((parts, 2 * block))
    padded[:, :block] = np.pad(response, (0, parts * block - len(response))).reshape(parts, block)
    spectra = _spectrum(padded)[:, : block + 1].T / (2 * block)  # [bin, part]
    now = i32(frame())
    past, made = memory(2 * block, x.element), memory(block, x.element)
    past.write(now & (2 * block - 1), x)
    within = now & (block - 1)

    def answer() -> Signal:
        changed = _products(_newest(past, now, block), spectra, now >> (block.bit_length() - 1), x.element)
        back = transform(2 * block, lambda k: swapped(changed(k)))

        def put(index: Signal) -> Signal:
            return made.write(index, back(index + block).im)

        return bank(block, put).max()

    when(within == 0, answer)
    return made.read(within)


def _newest(past: RwTable, now: Signal, block: int) -> Read:
    """The spectrum of the last two blocks."""

    def sample(index: Signal) -> Pair:
        value = past.read((now + index + 1) & (2 * block - 1))
        return Pair(value, constant(0.0, value.element))

    return transform(2 * block, sample)


def _total(terms: Bank) -> Signal:
    return reduced(terms.lanes(), "add", len(terms), partials=True)


def _products(newest: Read, spectra: NDArray[np.complex128], number: Signal, element: str) -> Read:
    """The sum, over the parts, of their spectra times those of the blocks that they meet."""
    bins, parts = spectra.shape
    slots = 1 << (parts - 1).bit_length()
    res, ims = memory(bins * slots, element), memory(bins * slots, element)
    part_res, part_ims = table(spectra.real.ravel()), table(spectra.imag.ravel())

    def keep(k: Signal) -> tuple[Signal, Signal]:
        z, at = newest(k), k * slots + (number & (slots - 1))
        return res.write(at, z.re), ims.write(at, z.im)

    def product(k: Signal) -> tuple[Signal, Signal]:
        def term(part: Signal) -> tuple[Signal, Signal]:
            at, mine = k * slots + ((number - part) & (slots - 1)), k * parts + part
            a, b, c, d = res.read(at), ims.read(at), part_res.at(mine), part_ims.at(mine)
            return a * c - b * d, a * d + b * c

        re, im = bank(parts, term)
        return _total(re), _total(im)

    bank(bins, keep)
    re, im = bank(bins, product)
    return mirrored(2 * (bins - 1), re.stack(), im.stack())
