"""Wavetables and recordings: levels, aliases, images, loops."""

from __future__ import annotations

import numpy as np
import pytest
from aliasing import aliases
from figures import largest, within

import dspc
from dspc.stdlib import sampler, wavetable

RATE = 48_000
SIZE = 2048
MIDDLE_C = 440.0 * 2 ** (-9 / 12)


def period(harmonics: np.ndarray) -> np.ndarray:
    """One period of sines of these amplitudes."""
    return np.imag(np.exp(2j * np.pi * np.outer(np.arange(SIZE) / SIZE, np.arange(1, len(harmonics) + 1))) @ harmonics)


SAW = period(1 / np.arange(1, SIZE // 2))


def spectrum(y: np.ndarray) -> np.ndarray:
    """Amplitudes."""
    window = np.kaiser(len(y), 20.0)
    return np.abs(np.fft.rfft(y * window)) / (window.sum() / 2)


def loudest(level: np.ndarray, frequency: float, frames: int) -> float:
    """The amplitude of a sine there; a bin that it is not in the middle of is up to 0.5 dB lower, hence `exactly`."""
    return level[max(round(frequency / RATE * frames) - 2, 0) : round(frequency / RATE * frames) + 3].max()


def exactly(frequency: float, frames: int) -> float:
    """The nearest frequency that has whole periods in so many frames."""
    return round(frequency / RATE * frames) * RATE / frames


# --- wavetables -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_what_is_no_harmonic_is_below_what_is_heard(rate: int) -> None:
    def program(f=dspc.param(1000.0, 20.0, 20_000.0, smooth=0.0)):
        return wavetable(f, SAW)

    engine = dspc.compile(program, backend="c", sample_rate=rate)
    heard: list[float] = []
    for frequency in (1013.0, 5003.0, 10_007.0):
        engine.reset()
        engine.set("f", frequency)
        heard.append(aliases(engine.process(frames=32_768).astype(np.float64), frequency, rate).heard)
    what = f"aliases of a saw at {rate / 1000:g} kHz, largest"
    within("wavetable", what, "its spectrum at 1, 5, 10 kHz", heard, [-97.0] * 3, "dB")


def test_harmonics_have_their_levels() -> None:
    """Undamped, up to 19.8 kHz, within 0.01 dB."""
    frames = 1 << 15
    for near in (55.0, 440.0, 1000.0, 3000.0):
        frequency = exactly(near, frames)
        y = dspc.render(lambda f=frequency: wavetable(f, SAW), seconds=0.7, sample_rate=RATE, backend="bytecode")
        level = spectrum(y[:frames].astype(np.float64))
        k = np.arange(1, min(int(19_800 / frequency), 1023) + 1)
        found = level[np.round(k * frequency / RATE * frames).astype(int)]
        off = np.abs(20 * np.log10(found * k)).max()
        within("wavetable", "levels of harmonics to 19.8 kHz", "the Fourier series of a saw", off, 0.01, "dB")


def test_rows_are_blended() -> None:
    rows = np.stack([period(np.array([1.0])), period(np.array([0.0, 1.0])), period(np.array([0.0, 0.0, 0.5]))])

    def program(x):
        return wavetable(300.0, rows, 4 * x - 1), *(wavetable(300.0, row) for row in rows), 4 * x - 1

    x = np.random.default_rng(2).uniform(0, 1, 4000).astype(np.float32)
    found, a, b, c, at = dspc.render(program, x, sample_rate=RATE, backend="bytecode")
    at = np.clip(at, 0, 2)
    wanted = np.where(at < 1, a + at * (b - a), b + (at - 1) * (c - b))
    within("wavetable", "between its rows", "linear interpolation", largest(found, wanted), 1e-6)
    np.testing.assert_allclose(a, np.sin(2 * np.pi * 300 / RATE * np.arange(4000)), atol=1e-5)


def test_any_size_of_a_row() -> None:
    """Also odd ones, and such as have no more than one harmonic."""
    for size in (4, 5, 100, 333):
        row = np.sin(2 * np.pi * np.arange(size) / size)
        y = dspc.render(lambda r=row: wavetable(200.0, r), seconds=0.05, sample_rate=RATE, backend="bytecode")
        np.testing.assert_allclose(y, np.sin(2 * np.pi * 200 / RATE * np.arange(len(y))), atol=2e-5)


# --- recordings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [0.51, 1.122, 1.5, 1.9, 3.1])
def test_images_and_aliases_of_a_recording(speed: float) -> None:
    """A recording of sines, played at another pitch: their levels, and the loudest of what they are not."""
    frames, start = 8192, 1500
    sines = [exactly(f, frames) for f in (1000.0, 5000.0, 12_000.0, 20_000.0)]
    n = np.arange(int((frames + 2 * start) * max(speed, 1.0)))
    recording = np.stack([np.sin(2 * np.pi * f / RATE * n) for f in sines])
    y = dspc.render(lambda: sampler(recording, 440.0 * speed, root=69), seconds=(frames + start) / RATE,
                    sample_rate=RATE, backend="bytecode").astype(np.float64)[:, start:]  # fmt: skip
    at = np.fft.rfftfreq(frames, 1 / RATE)
    for row, frequency, bound in zip(y, sines, (-67, -67, -67, -46), strict=True):
        level = 20 * np.log10(spectrum(row) + 1e-12)
        own = np.abs(at - frequency * speed) < 60
        what = "images and aliases of sines below 13 kHz" if bound < -60 else "images and aliases of 20 kHz"
        within("sampler", what, "its spectrum at five speeds", level[~own & (at <= 20_000)].max(), bound, "dB")
        if frequency * speed < 12_600:
            assert level[own].max() == pytest.approx(0.0, abs=0.7)  # between two bins it is that much lower


def test_at_its_own_pitch_it_is_the_recording() -> None:
    rng = np.random.default_rng(3)
    recording = (rng.uniform(-1, 1, (2, 2000)), 96_000)  # as dspc.read gives it
    left, right = dspc.render(lambda: sampler(recording, 440.0, root=69), seconds=0.02, sample_rate=96_000, backend="c")
    error = largest([left, right], recording[0][:, : len(left)])
    within("sampler", "at its own pitch, every sample", "the recording", error, 2e-6)
    half = dspc.render(lambda: sampler(recording, 440.0, root=81), seconds=0.02, sample_rate=RATE, backend="c")
    np.testing.assert_allclose(half, recording[0][:, : half.shape[1]], atol=2e-6)


def test_it_is_silent_before_and_after() -> None:
    recording = np.sin(np.arange(1000) * 0.1)

    def program():
        trigger = (dspc.frame == 500) | (dspc.frame == 1200)
        return sampler(recording, 440.0, trigger, root=69), sampler(recording, 440.0, trigger, root=69, loop=(0, 1000))

    once, looped = dspc.render(program, seconds=0.1, sample_rate=RATE, backend="bytecode")
    assert np.abs(once[:500]).max() < 1e-7 and np.abs(looped[:500]).max() < 1e-7
    np.testing.assert_allclose(once[500:1190], recording[:690], atol=1e-6)
    np.testing.assert_allclose(once[1200:2190], recording[:990], atol=1e-6)
    assert np.abs(once[2250:]).max() < 1e-3 and np.abs(looped[-100:]).max() > 0.9


@pytest.mark.parametrize("speed", [0.37, 1.0, 1.31, 5.3])
def test_a_loop_has_no_seam(speed: float) -> None:
    """A sine that fits into its loop goes on for ever, after an attack that does not."""
    tone = np.sin(2 * np.pi * np.arange(2400) / 100)
    recording = np.concatenate([np.random.default_rng(4).uniform(-1, 1, 1000), tone])

    def program():
        return sampler(recording, 440.0 * speed, root=69, loop=(2000, 3000)), dspc.phasor(step=speed / 100)

    found, turns = dspc.render(program, seconds=1.0, sample_rate=RATE, backend="bytecode").astype(np.float64)
    later = int(2700 / speed)  # by then it is far from the attack, which rings
    error = largest(found[later:], np.sin(2 * np.pi * turns)[later:])
    within("sampler", "a looped sine, every sample", "the sine", error, 1e-3)


def test_a_loop_shorter_than_a_step() -> None:
    y = dspc.render(lambda: sampler([0.0, 1.0, 0.0, -1.0] * 4, 20_000.0, root=0, loop=(4, 8)), seconds=0.1, backend="c")
    assert np.abs(y).max() < 1.2


def test_an_instrument_plays_a_recording() -> None:
    from dspc.events import NoteOn

    tone = np.sin(2 * np.pi * MIDDLE_C / RATE * np.arange(24_000))

    class Keys(dspc.Voice):
        player = dspc.Sampler(recording=tone)

        def graph(self) -> None:
            self.connect(self.player >> self.output)

    y = dspc.render(Keys, events=[NoteOn(100, 72, 1.0)], seconds=0.2, sample_rate=RATE, backend="bytecode")
    wanted = np.sin(4 * np.pi * MIDDLE_C / RATE * np.arange(4000))
    np.testing.assert_allclose(np.atleast_2d(y)[0][150:4000], wanted[50:3900], atol=2e-3)
