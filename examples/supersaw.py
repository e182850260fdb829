"""A synthesiser: seven detuned saws into a Moog ladder, two envelopes, drive.

    dspc render examples/supersaw.py --midi examples/midi/prelude.mid -o prelude.wav
"""

import dspc
from dspc.stdlib import adsr, cents, ladder, pan, saw, soft_clip


@dspc.instrument(voices=16)
def lead(
    note,
    detune=dspc.param(14.0, 0.0, 50.0, unit="cents"),
    cutoff=dspc.param(1100.0, 20.0, 20_000.0, unit="Hz", scale="log"),
    resonance=dspc.param(0.3, 0.0, 1.0),
    sweep=dspc.param(5.0, 0.0, 8.0),
    drive=dspc.param(1.5, 0.5, 8.0, scale="log"),
    level=dspc.param(0.5, 0.0, 1.0),
):
    # They start together at their zero crossing: a soft attack that spreads as they drift apart.
    saws = dspc.bank(7, lambda i: saw(note.frequency * cents(detune * (i - 3) / 3), phase=0.5)).mean()
    loudness = adsr(note.gate, attack=0.004, decay=0.6, sustain=0.5, release=0.4)
    brightness = adsr(note.gate, attack=0.002, decay=0.3, sustain=0.2, release=0.3)
    filtered = ladder(drive * saws, cutoff * (1 + sweep * brightness * note.velocity), resonance)
    voice = soft_clip(2 * filtered) * loudness * note.velocity * level
    return pan(voice, (note.key - 60) / 48)
