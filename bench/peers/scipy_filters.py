"""SciPy: sosfilt, for the workload that is one. Block by block, state and all, and the whole sound in one call."""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.contenders import Contender, Floats, InPython
from bench.programs import SECTIONS

AT_ONCE = 4096
"""Frames of a call, where the whole sound is given at once."""


def missing() -> str | None:
    return None if importlib.util.find_spec("scipy") else "no package scipy"


@dataclass
class AtOnce(InPython):
    """Whatever the block, it gets so many frames in one call."""

    def time(self, block: int, blocks: int) -> float:
        return super().time(AT_ONCE, max(block * blocks // AT_ONCE, 1))


def make(name: str, folder: Path, clock: ctypes.CDLL) -> dict[str, Contender]:
    """sosfilt in f32, if it is the workload of eight biquads; SciPy has nothing else that is natural for these."""
    if name != "biquad":
        return {}
    return {"SciPy sosfilt": InPython(1, 1, sections), f"SciPy sosfilt, {AT_ONCE} at once": AtOnce(1, 1, sections)}


def sections() -> Callable[[Floats], Floats]:
    from scipy.signal import sosfilt

    sos = np.array([[b0, b1, b2, 1.0, a1, a2] for b0, b1, b2, a1, a2 in SECTIONS], np.float32)
    state = np.zeros((len(sos), 1, 2), np.float32)

    def run(x: Floats) -> Floats:
        nonlocal state
        y, state = sosfilt(sos, x, zi=state)
        return y

    return run
