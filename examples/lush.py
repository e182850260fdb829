"""A lead that sways: one vibrato for all voices on the mod wheel, one of each note's own on the pressure; it glides.

    dspc render examples/lush.py --midi examples/midi/prelude.mid --set glide=0.1 -o lush.wav
"""

import dspc
from dspc.stdlib import adsr, cents, lowpass, saw, sine


@dspc.instrument(voices=8, glide=dspc.param(0.06, 0.0, 1.0, unit="s"))
def lush(
    note,
    rate=dspc.param(5.0, 0.1, 12.0, unit="Hz"),
    depth=dspc.param(40.0, 0.0, 200.0, unit="cents"),
    own_rate=dspc.param(3.0, 0.1, 12.0, unit="Hz"),
    own_depth=dspc.param(60.0, 0.0, 200.0, unit="cents"),
    spread=dspc.param(7.0, 0.0, 50.0, unit="cents"),
    cutoff=dspc.param(2500.0, 50.0, 20_000.0, unit="Hz", scale="log"),
):
    together = dspc.shared(lambda: sine(rate) * dspc.controller(1, default=0.5))
    alone = dspc.restart(note.trigger, lambda: sine(own_rate)) * note.pressure
    frequency = note.frequency * cents(depth * together + own_depth * alone)  # bend and glide are in note.frequency
    saws = saw(frequency * cents(spread)) + saw(frequency / cents(spread))
    env = adsr(note.gate, attack=0.02, decay=0.5, sustain=0.8, release=0.4)
    return 0.2 * lowpass(saws, dspc.min(cutoff * (1 + 2 * note.pressure), 20_000.0)) * env * note.velocity
