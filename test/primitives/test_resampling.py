"""Other rates: what `oversample` and `undersample` let through, stop and delay, against their docstrings.

Impulse responses are measured in f64. Inside a body they leave it as integers, which are not filtered on the way; so
each filter is seen alone, with a resolution of 2^-30.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tree import ROOT

import dspc
from dspc.frontend import resampling_filters

FIR = [("fir", n) for n in (2, 3, 4, 6, 8, 12, 16)]
IIR = [("iir", n) for n in (2, 4, 8, 16)]
STOPBAND = {"fir": -92.9, "iir": -99.9}
"""93 and 100 dB."""
RIPPLE = {"fir": 0.0003, "iir": 0.000001}
"""Of the passband, in decibels."""
PASS, STOP = 0.4535, 0.5465
"""Edges, in parts of the lower rate."""
ONE = 2.0**30
FRAMES, AT = 900, 160
RATE = 48_000

Doubles = NDArray[np.float64]
oversample: Any = dspc.oversample
undersample: Any = dspc.undersample


def render(program: Any, *x: Any, **options: Any) -> Doubles:
    return dspc.render(program, *x, precision="f64", backend="c", **options)


def impulse(frames: int = FRAMES, at: int = AT) -> Doubles:
    x = np.zeros(frames)
    x[at] = 1.0
    return x


def fixed(x: Any) -> Any:
    return dspc.i32(dspc.round(x * ONE))


def turns(factor: int, x: Any) -> tuple[Any, ...]:
    """The last samples of an inner signal, as integers."""
    return tuple(fixed(dspc.delay(x, factor - 1 - k)) for k in range(factor))


def impulse_at(n: int) -> Any:
    """1 at the n-th sample of the body that it is in."""
    count = dspc.feedback(lambda last: last + 1, initial=-1)
    return dspc.select(count == n, 1.0, 0.0)


def up_of_oversample(filter: str, factor: int) -> Doubles:
    """What enters, at the inner rate: all turns of each sample, in their order."""
    y = render(lambda x: oversample(factor, lambda: turns(factor, x), filter=filter), impulse())
    return y.T.ravel() / ONE


def down_of_oversample(filter: str, factor: int) -> Doubles:
    """What leaves, for an impulse at each turn: together the response at the inner rate, from its late end on."""
    h = np.zeros(FRAMES * factor)
    for turn in range(factor):
        inner = AT * factor + turn
        y = render(lambda inner=inner: oversample(factor, lambda: impulse_at(inner), filter=filter),
                   seconds=FRAMES / RATE)  # fmt: skip
        h[factor - 1 - turn :: factor] = y
    return h


def down_of_undersample(filter: str, factor: int) -> Doubles:
    """What enters, for an impulse at each sample of a turn."""
    frames = FRAMES * factor
    h = np.zeros(frames)
    for turn in range(factor):
        x = impulse(frames, AT * factor + turn)
        y = render(lambda x: undersample(factor, lambda: fixed(x), filter=filter), x) / ONE
        h[factor - 1 - turn :: factor] = y[::factor]
    return h


def up_of_undersample(filter: str, factor: int) -> Doubles:
    return render(lambda: undersample(factor, lambda: impulse_at(AT), filter=filter), seconds=FRAMES * factor / RATE)


WAYS: dict[str, Callable[[str, int], Doubles]] = {
    f.__name__: f for f in (up_of_oversample, down_of_oversample, down_of_undersample, up_of_undersample)
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("filter, factor", FIR + IIR)
def test_passband_and_stopband(filter: str, factor: int, way: str) -> None:
    """Flat up to 0.4535 of the lower rate; images and aliases are gone from 0.5465 of it on."""
    h = WAYS[way](filter, factor)
    gain = factor if way.startswith("up") else 1
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(h, 2**17)) / gain + 1e-12)
    of_lower = np.fft.rfftfreq(2**17) * factor
    passband, stopband = spectrum[of_lower <= PASS], spectrum[of_lower >= STOP]
    assert np.abs(passband).max() < RIPPLE[filter]
    assert stopband.max() < STOPBAND[filter]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("filter, factor", FIR)
def test_fir_has_linear_phase(filter: str, factor: int, way: str) -> None:
    """The response is symmetric around its largest sample."""
    h = WAYS[way](filter, factor)
    middle = int(h.argmax())
    reach = 32 * factor - 1
    np.testing.assert_allclose(h[middle - reach : middle], h[middle + 1 : middle + reach + 1][::-1], atol=2e-9)
    assert np.abs(h[: middle - reach - 1]).max() < 1e-9 > np.abs(h[middle + reach + 2 :]).max()


# --- latency ----------------------------------------------------------------------------------------


def band_limited(frames: int, edge: float = 0.4) -> Doubles:
    """Noise below an edge, in parts of the rate, that fades in and out."""
    x = np.random.default_rng(3).uniform(-1, 1, frames)
    spectrum = np.fft.rfft(x)
    spectrum[np.fft.rfftfreq(frames) > edge] = 0
    return np.fft.irfft(spectrum, frames) * np.hanning(frames) ** 0.5


@pytest.mark.parametrize("factor", [n for _, n in FIR])
def test_latency_of_fir(factor: int) -> None:
    """It is what the engine reports; a dry path waits for it, and is the same in the passband."""
    for body, expected, edge in ((oversample, 64, 0.4), (undersample, 64 * factor, 0.4 / factor)):
        x = band_limited(6000, edge)

        def program(x: Any, body: Any = body) -> Any:
            return x, body(factor, lambda: x)

        engine = dspc.compile(program, backend="c", precision="f64")
        assert engine.latency == expected
        late = engine.process(np.concatenate([x, np.zeros(expected)]))
        np.testing.assert_array_equal(late[0], np.concatenate([np.zeros(expected), x]))
        dry, wet = render(program, x)
        np.testing.assert_array_equal(dry, x)
        assert np.abs(wet - dry).max() < 3e-4 * np.abs(x).max()


@pytest.mark.parametrize("factor", [n for _, n in IIR])
def test_iir_has_no_latency(factor: int) -> None:
    """It answers at once, and a loop around it is possible; levels in the passband stay."""
    for body, edge in ((oversample, 0.4), (undersample, 0.4 / factor)):
        engine = dspc.compile(lambda x, body=body: body(factor, lambda: x, filter="iir"), precision="f64")
        assert engine.latency == 0
        assert engine.process(impulse(8, 0))[0] != 0
        x = band_limited(2**14, edge)
        y = render(lambda x, body=body: body(factor, lambda: x, filter="iir"), np.pad(x, (0, 2**14)))
        found, wanted = np.abs(np.fft.rfft(y)), np.abs(np.fft.rfft(x, 2**15))
        used = wanted > 0.01 * wanted.max()
        np.testing.assert_allclose(found[used], wanted[used], rtol=1e-4)
        looped = render(lambda x, body=body: dspc.feedback(lambda y: x + 0.3 * body(factor, lambda: y, filter="iir")),
                        impulse(6000))  # fmt: skip
        assert np.isfinite(looped).all() and np.abs(looped[-10:]).max() < 1e-3


@pytest.mark.parametrize("factor", [2, 4, 16])
def test_latencies_in_a_chain_add_up(factor: int) -> None:
    def chain(x: Any) -> Any:
        return x, oversample(2, lambda y=oversample(factor, lambda: x): y)

    assert dspc.compile(chain, backend="c").latency == 128
    x = band_limited(4000)
    dry, wet = render(chain, x)
    assert np.abs(wet - dry).max() < 3e-4 * np.abs(x).max()


@pytest.mark.parametrize("backend", ["c", "bytecode", "wasm"])
@pytest.mark.parametrize("samples", [0, 1, 17, 4096])
def test_ahead(samples: int, backend: str) -> None:
    """A signal as it will be, next to itself as it is."""
    x = np.random.default_rng(5).uniform(-1, 1, 6000).astype(np.float32)
    y = dspc.render(lambda x: (x, dspc.ahead(x, samples), x + dspc.delay(dspc.ahead(x, samples), samples)), x,
                    backend=backend)  # fmt: skip
    np.testing.assert_array_equal(y[0], x)
    np.testing.assert_array_equal(y[1], np.concatenate([x[samples:], np.zeros(samples, np.float32)]))
    np.testing.assert_array_equal(y[2], x + x)
