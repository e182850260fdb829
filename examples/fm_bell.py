"""Bells and electric pianos by frequency modulation: two pairs of sines, each sine with a decay of its own.

    dspc render examples/fm_bell.py --midi examples/midi/prelude.mid --preset tine-piano -o fm_bell.wav
"""

import dspc
from dspc.stdlib import adsr, cents, dattorro, fm_operator, pan, sine

STRIKE = 0.001
"""Seconds in which a hammer's blow rises."""
MIDDLE = 60
"""The MIDI key whose decays are as long as the parameters say; with `damping` 1, half as long an octave above."""


class Pair(dspc.Params):
    """A carrier, and a modulator that moves its phase: the harder the key is struck, the further."""

    ratio = dspc.param(1.0, 0.25, 16.0)
    level = dspc.param(0.7, 0.0, 1.0)
    decay = dspc.param(5.0, 0.05, 20.0, unit="s", scale="log")
    above = dspc.param(1.4, 0.25, 16.0, name="modulator ratio")
    index = dspc.param(2.5, 0.0, 12.0, unit="rad", name="modulation")
    fading = dspc.param(3.0, 0.02, 20.0, unit="s", scale="log", name="modulator decay")


@dspc.instrument(voices=16, tail=4.0)
def fm_bell(
    note,
    body=Pair(),
    strike=Pair(ratio=2.76, level=0.3, decay=1.5, above=5.4, index=1.2, fading=0.4),
    hardness=dspc.param(0.7, 0.0, 1.0),
    damping=dspc.param(0.5, 0.0, 1.0),
    release=dspc.param(1.5, 0.02, 10.0, unit="s", scale="log"),
    detune=dspc.param(2.0, 0.0, 20.0, unit="cents"),
    spread=dspc.param(0.5, 0.0, 1.0),
    level=dspc.param(0.6, 0.0, 1.0),
):
    shorter = dspc.exp2(damping * (MIDDLE - note.key) / 12)
    harder = 1 + hardness * (note.velocity - 1)  # with hardness 1 a soft note has hardly any overtones

    def ringing(seconds):
        return adsr(note.gate, STRIKE, dspc.max(seconds * shorter, 0.01), 0.0, release)

    def sounding(pair, frequency):
        modulator = ringing(pair.fading) * fm_operator(frequency, ratio=pair.above)
        carrier = fm_operator(frequency, modulator, pair.ratio, pair.index * harder)
        return pair.level * ringing(pair.decay) * carrier

    # The body is a little low, the strike a little high: they beat, as no bell is round.
    low, high = sounding(body, note.frequency / cents(detune)), sounding(strike, note.frequency * cents(detune))
    return pan(level * note.velocity * (low + high), spread * (note.key - MIDDLE) / 36)


@fm_bell.after
def room(
    left,
    right,
    tremolo=dspc.param(0.0, 0.0, 1.0),
    rate=dspc.param(4.5, 0.5, 12.0, unit="Hz"),
    reverb=dspc.param(0.2, 0.0, 1.0),
    decay=dspc.param(1.8, 0.2, 10.0, unit="s", scale="log"),
):
    """From side to side by the tremolo, as a suitcase piano's, then a small plate."""
    sway = 0.5 * tremolo * sine(rate)
    depth = 1 - 0.5 * tremolo
    return dattorro(left * (depth + sway), right * (depth - sway), decay, mix=reverb)
