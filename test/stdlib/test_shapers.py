"""Wave shapers: the curves, their harmonics against Fourier series, and what folds back at half the rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from figures import largest, within
from numpy.typing import NDArray

import dspc
from dspc.stdlib import bitcrush, fold, hard_clip, soft_clip, tanh_drive, waveshaper

RATE, N, SETTLE = 48_000, 4_800, 2_400
TONES = (1_010, 5_010, 9_970)
"""Hz: 1, 5 and 10 kHz, so that what folds back falls beside the harmonics; all have whole periods in N samples."""
FACTORS = (1, 2, 4, 8)
AUDIBLE = 20_000
Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def triangle(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs((x - 1) % 4 - 2) - 1


def padé(x: NDArray[np.float64]) -> NDArray[np.float64]:
    y = np.clip(x, -3, 3)
    return y * (27 + y**2) / (27 + 9 * y**2)


SHAPERS: dict[str, tuple[Callable[..., Any], Curve]] = {
    "soft_clip": (lambda x, **k: soft_clip(3 * x, **k), lambda x: padé(3 * x)),
    "hard_clip": (lambda x, **k: hard_clip(x, 0.5, **k), lambda x: np.clip(x, -0.5, 0.5)),
    "tanh_drive": (lambda x, **k: tanh_drive(x, 3.0, **k), lambda x: np.tanh(3 * x)),
    "fold": (lambda x, **k: fold(3 * x, **k), lambda x: triangle(3 * x)),
    "waveshaper": (lambda x, **k: waveshaper(x, lambda v: np.tanh(3 * v), **k),
                   lambda x: np.tanh(3 * np.clip(x, -1, 1))),
    "fold sine": (lambda x, **k: fold(3 * x, "sine", **k), lambda x: np.sin(1.5 * np.pi * x)),
}  # fmt: skip


def test_curves() -> None:
    x = np.concatenate([np.linspace(-7, 7, 2001), [1, -1, 3, -3, 0]])

    def program(x: Any) -> Any:
        return *(f(x) for f, _ in SHAPERS.values()), waveshaper(x, [-1.0, 0.5, 2.0])

    wanted = [*(curve(x) for _, curve in SHAPERS.values()), np.interp(np.clip(x, -1, 1), [-1, 0, 1], [-1, 0.5, 2])]
    y = dspc.render(program, x, precision="f64", backend="bytecode")
    single = dspc.render(program, x, backend="bytecode")
    for name, found, rounded, exact in zip([*SHAPERS, "waveshaper"], y, single, wanted, strict=True):
        function, bound = name.split()[0], 1.2e-7 * 7 if name == "waveshaper" else 1e-13
        within(function, "curve in f64", "the formula", largest(found, exact), bound)
        within(function, "curve in f32", "the formula", largest(rounded, exact), 3e-6)


# --- spectra ----------------------------------------------------------------------------------------


def spectrum(y: NDArray[Any]) -> NDArray[np.float64]:
    """Amplitudes, a bin for 10 Hz."""
    return np.abs(np.fft.rfft(np.asarray(y, np.float64)))[: AUDIBLE // 10 + 1] / (N / 2)


def series(curve: Curve) -> NDArray[np.float64]:
    """The amplitudes of the harmonics of a shaped full-scale sine."""
    phase = np.arange(2**16) / 2**16
    return np.abs(np.fft.rfft(curve(np.sin(2 * np.pi * phase)))) / 2**15


def played(f: Callable[..., Any], **options: Any) -> NDArray[np.float64]:
    """[factor, tone, bin]: the audible spectra of a full-scale sine of each tone."""
    at = np.arange(SETTLE + N) / RATE
    x = np.concatenate([np.sin(2 * np.pi * tone * at) for tone in TONES])
    y = dspc.render(lambda x: tuple(f(x, oversample=n, **options) for n in FACTORS), x, backend="bytecode")
    parts = y.reshape(len(FACTORS), len(TONES), -1)[..., SETTLE:]
    return np.array([[spectrum(p) for p in row] for row in parts])


def aliases(amplitudes: NDArray[np.float64], tone: int) -> float:
    """The largest audible part beside the harmonics, in dB of the fundamental."""
    beside = amplitudes.copy()
    beside[:: tone // 10] = 0
    return 20 * np.log10(beside.max() / amplitudes[tone // 10])


BOUNDS = {
    ("soft_clip", False): ((-120, -31, -12), (-120, -79, -40), (-120, -120, -88), (-120, -120, -109)),
    ("soft_clip", True): ((-120, -43, -20), (-120, -99, -65), (-120, -120, -109), (-120, -120, -110)),
    ("hard_clip", False): ((-55, -32, -12), (-71, -47, -32), (-84, -58, -47), (-97, -69, -58)),
    ("hard_clip", True): ((-64, -42, -22), (-86, -67, -54), (-103, -86, -68), (-120, -99, -87)),
    ("tanh_drive", False): ((-120, -30, -12), (-120, -74, -39), (-120, -120, -83), (-120, -120, -109)),
    ("tanh_drive", True): ((-120, -42, -21), (-120, -94, -63), (-120, -120, -109), (-120, -120, -110)),
    ("fold", False): ((-37, -13, 4), (-52, -31, -23), (-66, -41, -32), (-79, -52, -44)),
    ("fold", True): ((-44, -23, 9), (-66, -46, -40), (-85, -64, -54), (-106, -83, -79)),
    ("waveshaper", False): ((-120, -30, -12), (-120, -74, -39), (-120, -120, -83), (-120, -120, -109)),
    ("fold sine", False): ((-120, -17, 4), (-120, -104, -38), (-120, -110, -93), (-120, -105, -92)),
    ("fold sine", True): ((-120, -29, 8), (-120, -112, -67), (-120, -112, -93), (-120, -105, -93)),
}
"""The largest alias below 20 kHz in dB of the fundamental: for each factor, of 1, 5 and 10 kHz."""


@pytest.mark.parametrize(("name", "antialias"), BOUNDS)
def test_spectra(name: str, antialias: bool) -> None:
    """Aliases are as low as the docstrings say; at 8 times the rate the harmonics are those of the Fourier series."""
    f, curve = SHAPERS[name]
    made = played(f, **({"antialias": True} if antialias else {}))
    found = np.array([[aliases(made[i, j], tone) for j, tone in enumerate(TONES)] for i in range(len(FACTORS))])
    for factor, decibels, bounds in zip(FACTORS, found, BOUNDS[name, antialias], strict=True):
        function, sine, form = name.split()[0], ' "sine"' * ("sine" in name), ", antialias" * antialias
        what = f"aliases{sine} at {factor}x 48 kHz{form}"
        within(function, what, "its spectrum at 1, 5, 10 kHz", decibels, bounds, "dB")
    exact = series(curve)
    for j, tone in enumerate(TONES):
        harmonics = made[-1, j][:: tone // 10][1:]
        wanted = exact[1 : len(harmonics) + 1]
        np.testing.assert_allclose(harmonics, wanted, rtol=0.02 if antialias else 1e-5, atol=1e-5)


def documented(name: str) -> str:
    """The bounds of a shaper as its docstring has them."""
    rows = [", ".join(f"{n}x {a}/{b}/{c}" for n, (a, b, c) in zip(FACTORS, BOUNDS[key], strict=True))
            for key in BOUNDS if key[0] == name]  # fmt: skip
    return "; with antialias ".join(rows)


@pytest.mark.parametrize("name", SHAPERS)
def test_the_docstrings_say_so(name: str) -> None:
    text = " ".join((getattr(dspc.stdlib, name.split()[0]).__doc__ or "").split())
    assert documented(name) in text, documented(name)


def test_half_a_sample_late() -> None:
    """What antialias promises of a straight curve: the mean of two samples, for small steps and large ones."""
    x = np.random.default_rng(7).uniform(-0.4, 0.4, 400) * np.repeat([1.0, 1e-3, 1e-6, 0.0], 100)

    def program(x: Any) -> Any:
        return hard_clip(x, antialias=True), fold(x, antialias=True), hard_clip(x, 2.0 + x, antialias=True)

    y = dspc.render(program, x, backend="bytecode")
    np.testing.assert_allclose(y, [0.5 * (x + np.append(0, x[:-1]))] * 3, atol=1e-7)


def test_loud_signals_stay_in_range() -> None:
    x = np.random.default_rng(8).uniform(-1, 1, 600) * np.repeat([3.0, 100.0, 1e6], 200)
    known = [SHAPERS[name][0] for name, antialias in BOUNDS if antialias]
    y = dspc.render(lambda x: tuple(f(x, antialias=True) for f in known), x, backend="bytecode")
    assert np.isfinite(y).all() and np.abs(y).max() <= 1 + 1e-4


# --- few bits, and few samples ------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [4, 8, 12])
def test_noise_of_bits(bits: int) -> None:
    x = np.sin(2 * np.pi * 997.3 / RATE * np.arange(RATE))
    y = dspc.render(lambda x: bitcrush(x, bits), x, precision="f64", backend="bytecode")
    noise = 10 * np.log10((x**2).mean() / ((y - x) ** 2).mean())
    within("bitcrush", "level of its noise", "6.02 bits + 1.76 dB", abs(noise - 6.02 * bits - 1.76), 0.5, "dB")


def test_steps_of_height_and_time() -> None:
    x = np.random.default_rng(9).uniform(-1.2, 1.2, 400)
    x[0] = 0.7

    def program(x: Any) -> Any:
        return bitcrush(x, 3.0), bitcrush(x, 3.0, 12_000.0), bitcrush(x, 3.0, 48_000.0), bitcrush(x, 3.0, 1e6)

    plain, held, *every = dspc.render(program, x, backend="bytecode")
    np.testing.assert_array_equal(plain, (np.round(np.clip(x, -1, 1).astype(np.float32) * 4) / 4))
    np.testing.assert_array_equal(held, np.repeat(plain[::4], 4))
    np.testing.assert_array_equal(every, [plain, plain])


def test_a_rate_between() -> None:
    """10 kHz at 48 kHz: a new value every 4.8 samples, to the nearest later one."""
    x = np.arange(4800) / 4800
    y = dspc.render(lambda x: bitcrush(x, 24, 10_000.0), x, backend="bytecode")
    assert np.flatnonzero(np.diff(y)).size + 1 == pytest.approx(1000, abs=1)
    assert set(np.diff(np.flatnonzero(np.diff(y)))) == {4, 5}


@pytest.mark.parametrize(("wrong", "code"), [
    ("soft_clip(x, oversample=3)", "DSP281"), ("hard_clip(x, oversample=0)", "DSP281"),
    ("bitcrush(x, oversample=2.5)", "DSP281"), ("fold(x, 'saw')", "DSP450"), ("waveshaper(x, 3.0)", "DSP453"),
    ("waveshaper(x, [1.0])", "DSP453"), ("waveshaper(x, lambda v: 1.0)", "DSP453"), ("waveshaper(x, 'a')", "DSP453"),
    ("waveshaper(x, [[1.0, 2.0]])", "DSP453"), ("waveshaper(x, [0.0, float('nan')])", "DSP453"),
])  # fmt: skip
def test_mistakes(wrong: str, code: str) -> None:
    with pytest.raises(dspc.DspError, match=code):
        dspc.trace(lambda x: eval(wrong, {"x": x, **vars(dspc.stdlib)}))
