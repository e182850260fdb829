"""Six timbres of one period each, from a sine to 32 harmonics of a saw: `wavetables.wav`.

256 samples each, one after the other; 16 bit, mono; the rate means nothing. Like all of this folder it may be used
freely, under the licence of the project.

    python examples/audio/make_wavetables.py
"""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIZE = 256
HARMONICS = (1, 2, 4, 8, 16, 32)
PEAK = 0.9


def row(harmonics: int) -> NDArray[np.int16]:
    """One period of a saw's first harmonics, the upper half of them fading, as loud as it may be."""
    turn = 2 * np.pi * np.arange(SIZE) / SIZE
    period = np.zeros(SIZE)
    for n in range(1, harmonics + 1):
        period += np.sin(n * turn) / n * min(1.0, 2.0 * (1 - (n - 1) / harmonics))
    return np.rint(period / np.abs(period).max() * PEAK * 32767).astype(np.int16)


def build() -> NDArray[np.int16]:
    """The samples of `wavetables.wav`."""
    return np.concatenate([row(n) for n in HARMONICS])


if __name__ == "__main__":
    with wave.open(str(Path(__file__).with_name("wavetables.wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(build().astype("<i2").tobytes())
