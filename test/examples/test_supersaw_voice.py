"""The supersaw voice, compared with a loop in numpy, and with the C program of the workloads' specification."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from excerpts import EXAMPLES, RATE
from sound import Doubles, error_db
from tree import ROOT

import dspc
from dspc.backends.c import find_compiler
from dspc.driver.programs import open_programs

VOICE = open_programs(str(EXAMPLES / "supersaw_voice.py")).programs[0]
FRAMES = 150_000
"""The gate opens three times and closes twice."""


def reference(frames: int) -> Doubles:
    steps = np.array([round(110.0 * 2 ** (c / 1200) / RATE * 2**23) / 2**23 for c in (-21, -13, -6, 0, 6, 13, 21)])
    p = np.arange(1, frames + 1)[:, None] * steps % 1.0
    t, u = p / steps, (p - 1) / steps
    edge = np.where(p < steps, 2 * t - t * t - 1, np.where(p > 1 - steps, u * u + 2 * u + 1, 0.0))
    saws = (2 * p - 1 - edge).sum(1) / 7
    out, level, latched, s1, s2 = np.zeros(frames), 0.0, False, 0.0, 0.0
    for n in range(frames):
        if n % 65_536 >= 32_768:
            level, latched = level * np.exp(-1 / 4800), False
        elif latched:
            level += (0.7 - level) * (1 - np.exp(-1 / 4800))
        else:
            level = min(level + 1 / 512, 1.0)
            latched = level >= 1.0
        g = np.tan(np.pi * (200 + 6000 * level) / RATE)
        a1 = 1 / (1 + g * (g + 0.5))
        v3 = saws[n] - s2
        v1 = a1 * s1 + g * a1 * v3
        v2 = s2 + g * a1 * s1 + g * g * a1 * v3
        s1, s2 = 2 * v1 - s1, 2 * v2 - s2
        out[n] = 0.5 * np.tanh(2 * v2 * level)
    return out


@pytest.fixture(scope="module")
def wanted() -> Doubles:
    return reference(FRAMES)


@pytest.mark.parametrize("precision, decibels", [("f64", -200.0), ("f32", -80.0)])
def test_against_numpy(wanted: Doubles, precision: str, decibels: float) -> None:
    y = dspc.render(VOICE, seconds=FRAMES / RATE, backend="c", precision=precision, sample_rate=RATE)
    assert error_db(y, wanted) < decibels


def specification() -> Path:
    """The folder with hand.c and spec.py, beside the checkout or above it."""
    found = [p / "shared" / "bench" for p in ROOT.parents if (p / "shared" / "bench" / "hand.c").is_file()]
    if not found:
        pytest.skip("shared/bench/hand.c is not beside the checkout")  # in CI a skip is a failure
    return found[0]


def test_against_the_specification(tmp_path: Path) -> None:
    """hand.c in double precision; it writes f32."""
    folder, compiler = specification(), find_compiler()
    assert compiler is not None
    subprocess.run([sys.executable, folder / "spec.py", tmp_path], check=True)
    library = tmp_path / "hand.so"
    flags = ["-O2", "-DREF64", "-DREAL=double", "-shared", "-fPIC", f"-I{tmp_path}"]
    subprocess.run([*compiler.command, *flags, folder / "hand.c", "-o", library, "-lm"], check=True)
    hand = ctypes.CDLL(str(library))
    hand.supersaw_new.restype = ctypes.c_void_p
    hand.supersaw_run.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    out = np.zeros(FRAMES, np.float32)
    hand.supersaw_run(hand.supersaw_new(), FRAMES, None, (ctypes.c_void_p * 1)(out.ctypes.data))
    y = dspc.render(VOICE, seconds=FRAMES / RATE, backend="c", precision="f64", sample_rate=RATE)
    assert error_db(y, out.astype(np.float64)) < -140.0
