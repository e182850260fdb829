"""One voice of a supersaw, built from nothing: band-limited saws, a latched envelope, a filter, saturation.

Its gate opens and closes by itself, every 0.68 s at 48 kHz:

    dspc render examples/supersaw_voice.py --seconds 4 -o voice.wav
"""

import math

import dspc

CENTS = (-21, -13, -6, 0, 6, 13, 21)
EXACT = 2**23
"""Steps of a phase are multiples of 1 / EXACT: the sum of any number of them is exact, in single precision too."""
STEPS = [round(110.0 * 2 ** (cents / 1200) / 48_000 * EXACT) / EXACT for cents in CENTS]
DECAY, RELEASE = 1 - math.exp(-1 / 4800), math.exp(-1 / 4800)


def saw(step):
    """Rises from -1 to 1; a parabola over a sample on either side rounds the step."""
    phase = (dspc.phasor(step=step) + step) % 1.0
    after = dspc.max(1 - phase / step, 0.0)
    before = dspc.max(1 + (phase - 1) / step, 0.0)
    return 2 * phase - 1 + after * after - before * before


def envelope(gate):
    """Straight up to 1, where it is latched, and then down to 0.7, while the gate is open."""

    def loop(level, latched):
        risen = dspc.min(level + 1 / 512, 1.0)
        held = dspc.select(latched, level + DECAY * (0.7 - level), risen)
        return dspc.select(gate, held, RELEASE * level), gate & (latched | (risen >= 1.0))

    return dspc.feedback(loop, (0.0, False))[0]


def low_pass(x, cutoff, k=0.5):
    """State-variable filter, its cutoff exact at every sample; `k` is the inverse of its resonance."""
    g = dspc.tan(math.pi * cutoff / dspc.sample_rate)
    a1 = 1 / (1 + g * (g + k))

    def loop(s1, s2):
        band = a1 * (s1 + g * (x - s2))
        low = s2 + g * band
        return 2 * band - s1, 2 * low - s2, low

    return dspc.feedback(loop, (0.0, 0.0))[2]


@dspc.effect
def supersaw_voice():
    level = envelope(dspc.frame % 65_536 < 32_768)
    return 0.5 * dspc.tanh(2 * level * low_pass(dspc.bank(STEPS, saw).mean(), 200 + 6000 * level))
