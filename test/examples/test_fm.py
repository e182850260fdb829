"""Four-operator FM, compared with a loop in numpy, and its sidebands with Bessel functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from scipy.special import jv
from sound import Doubles, error_db, partial

import dspc
from dspc.driver.programs import open_programs
from dspc.events import NoteOff, NoteOn

FM = open_programs(str(EXAMPLES / "fm.py")).programs[0]
ALGORITHMS = ("stack", "pairs", "fan", "organ")
FRAMES, OFF = 20_000, 12_000
SETTINGS: list[dict[str, float]] = [
    {"ratio": 1.0, "level": 0.8, "attack": 0.01, "decay": 0.1, "sustain": 0.5, "release": 0.1},
    {"ratio": 2.0, "level": 1.7, "attack": 0.0, "decay": 0.05, "sustain": 0.2, "release": 0.3},
    {"ratio": 3.5, "level": 0.9, "attack": 0.1, "decay": 1.0, "sustain": 1.0, "release": 0.05},
    {"ratio": 0.5, "level": 2.5, "attack": 0.002, "decay": 0.2, "sustain": 0.0, "release": 0.2},
]
PLAIN = {"attack": 0.0, "sustain": 1.0}


def played(operators: list[dict[str, float]], frames: int, off: int, rate: int = RATE, **params: Any) -> Doubles:
    """A note of 440 Hz in f64."""
    values = {f"operators.{i}.{name}": value for i, o in enumerate(operators) for name, value in o.items()}
    events = [NoteOn(0, 69, 0.5, 1), NoteOff(off, 69)]
    return dspc.render(FM, events=events, params={**values, **params}, seconds=frames / rate, sample_rate=rate,
                       backend="c", precision="f64")  # fmt: skip


def envelope(o: dict[str, float]) -> Doubles:
    rise = 1 / (max(o["attack"], 1e-4) * RATE)
    fall, leave = (1 - np.exp(-5 / (o[name] * RATE)) for name in ("decay", "release"))
    level, peaked, out = 0.0, False, np.zeros(FRAMES)
    for n in range(FRAMES):
        if n >= OFF:
            level, peaked = level - level * leave, False
        elif peaked:
            level += (o["sustain"] - level) * fall
        else:
            level = min(level + rise, 1.0)
            peaked = level >= 1.0
        out[n] = level
    return out


def reference(algorithm: str, feedback: float) -> Doubles:
    envelopes = [o["level"] * envelope(o) for o in SETTINGS]
    out, last = np.zeros(FRAMES), 0.0
    for n in range(FRAMES):

        def sine(i: int, modulation: float = 0.0, n: int = n) -> float:
            phase = n * 440.0 * SETTINGS[i]["ratio"] / RATE % 1.0
            return envelopes[i][n] * np.sin(2 * np.pi * phase + modulation)

        last = sine(3, feedback * last)
        match algorithm:
            case "stack":
                out[n] = sine(0, sine(1, sine(2, last)))
            case "pairs":
                out[n] = sine(0, sine(1)) + sine(2, last)
            case "fan":
                out[n] = sine(0, sine(1) + sine(2) + last)
            case _:
                out[n] = sine(0) + sine(1) + sine(2) + last
    return 0.5 * out


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_against_numpy(algorithm: str) -> None:
    """The feedback amplifies roundings, and a voice ends when it is quieter than -100 dB."""
    y = played(SETTINGS, FRAMES, OFF, algorithm=algorithm, feedback=0.7, level=1.0)
    assert error_db(y, reference(algorithm, 0.7)) < -150.0


@pytest.mark.parametrize("index", [0.3, 1.0, 2.405, 5.0])
def test_sidebands_are_bessel_functions(index: float) -> None:
    """A sine whose phase another of three times its frequency moves: partial 1 + 3 k is as loud as |J_k(index)|."""
    off = {"level": 0.0}
    y = played([{**PLAIN, "ratio": 1.0}, {**PLAIN, "ratio": 3.0, "level": index}, off, off], RATE, RATE,
               algorithm="pairs", feedback=0.0, level=1.0)[RATE // 2 :]  # fmt: skip
    for k in range(-6, 7):
        assert abs(partial(y, abs(1 + 3 * k) * 440.0, RATE)) == pytest.approx(0.5 * abs(jv(k, index)), abs=2e-5), k
    assert abs(partial(y, 3 * 440.0, RATE)) < 2e-5


def test_feedback_makes_a_saw() -> None:
    """With a feedback of 1 rad the partials of a sine are those of the series 2 J_k(k) / k."""
    rate, off = 768_000, {"level": 0.0}
    y = played([off, off, off, {**PLAIN, "ratio": 1.0, "level": 1.0}], rate // 5, rate, rate=rate,
               algorithm="organ", feedback=1.0, level=1.0)[rate // 10 :]  # fmt: skip
    for k in range(1, 6):
        assert abs(partial(y, 440.0 * k, rate)) == pytest.approx(0.5 * 2 * jv(k, k) / k, rel=0.02), k
