"""A drum kit on the keys of General MIDI, every sound of it synthesised; its two cymbals choke as a real pair does.

    dspc render examples/drums.py --midi examples/midi/groove.mid --preset round-and-low -o drums.wav
"""

from typing import NamedTuple

import dspc
from dspc.stdlib import bandpass, highpass, pan, rising, semitones, sine, soft_clip, square


class Sound(NamedTuple):
    """A falling sine and filtered noise; times are those in which they fall by 60 dB."""

    tone: float = 100.0  # Hz
    bend: float = 0.0  # semitones that it starts higher
    ring: float = 0.1  # s
    body: float = 0.0  # level of the sine
    colour: float = 3000.0  # Hz, the middle of the noise's band
    rattle: float = 0.1  # s
    hiss: float = 0.0  # level of the noise
    claps: int = 1  # how often the noise starts
    place: float = 0.0  # -1 left, 1 right


KICK = Sound(tone=48.0, bend=30.0, ring=0.5, body=1.0, colour=2500.0, rattle=0.02, hiss=0.4)
SNARE = Sound(tone=185.0, bend=7.0, ring=0.18, body=0.5, colour=3500.0, rattle=0.3, hiss=1.3)
RIM = Sound(tone=1700.0, ring=0.04, body=0.5, colour=1200.0, rattle=0.03, hiss=0.7, place=-0.2)
CLAP = Sound(colour=1500.0, rattle=0.35, hiss=1.7, claps=4, place=0.2)
TOM = Sound(bend=8.0, ring=0.6, body=0.8, colour=1000.0, rattle=0.06, hiss=0.3)
COWBELL = Sound(tone=555.0, ring=0.3, body=0.4, colour=835.0, rattle=0.05, hiss=0.5, place=0.3)
TOMS = {41: 82.0, 43: 98.0, 45: 117.0, 47: 139.0, 48: 165.0, 50: 196.0}  # floor to high: key and Hz
KIT = {35: KICK, 36: KICK, 37: RIM, 38: SNARE, 39: CLAP, 40: SNARE._replace(tone=210.0, rattle=0.2), 56: COWBELL}
KIT |= {key: TOM._replace(tone=hertz, place=(46 - key) / 8) for key, hertz in TOMS.items()}
CLOSED, PEDAL, OPEN = 42, 44, 46
METAL = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)  # Hz, squares that make a cymbal
BURST = 0.011
"""Seconds from clap to clap."""


def fall(hit, seconds):
    """1 at a hit, and 60 dB less after so many seconds."""
    factor = dspc.exp2(-9.9658 / (seconds * dspc.sample_rate))
    return dspc.feedback(lambda level: dspc.select(hit, 1.0, level * factor))


@dspc.instrument(voices=12, tail=1.0)
def drums(
    note,
    tune=dspc.param(0.0, -12.0, 12.0, unit="semitones"),
    length=dspc.param(1.0, 0.25, 3.0, scale="log"),
    noise=dspc.param(1.0, 0.0, 2.0),
    spread=dspc.param(0.5, 0.0, 1.0),
):
    def of(field):
        """The key's own value."""
        column = [float(getattr(KIT.get(key, Sound()), field)) for key in range(128)]
        return dspc.table(column)(dspc.i32(note.key), boundary="clamp")

    bend = semitones(tune + of("bend") * fall(note.trigger, 0.12))
    tone = of("body") * fall(note.trigger, length * of("ring")) * sine(of("tone") * bend, reset=note.trigger)
    age = dspc.feedback(lambda n: dspc.select(note.trigger, 0.0, n + 1.0)) / dspc.sample_rate
    again = note.trigger | (rising(age % BURST < BURST / 2) & (age < (of("claps") - 0.5) * BURST))
    rattle = dspc.select(age < (of("claps") - 1.0) * BURST, 3 * BURST, length * of("rattle"))
    hiss = noise * of("hiss") * fall(again, rattle) * bandpass(dspc.noise(), of("colour"), 0.8)
    struck = note.velocity * note.velocity
    note.finish(age > 4.0)
    left, right = pan(0.8 * struck * (tone + hiss), spread * of("place"))
    # The cymbals are one thing for all notes: they hear only when and how hard they are struck.
    hit = dspc.select(note.trigger, struck, 0.0)
    closed = dspc.select((note.key == CLOSED) | (note.key == PEDAL), hit, 0.0)
    return left, right, closed, dspc.select(note.key == OPEN, hit, 0.0)


@drums.after
def kit(
    left,
    right,
    closed,
    opened,
    open_hat=dspc.param(0.9, 0.1, 3.0, unit="s", scale="log"),
    closed_hat=dspc.param(0.09, 0.02, 0.5, unit="s", scale="log"),
    hats=dspc.param(0.6, 0.0, 1.0),
    drive=dspc.param(1.0, 0.5, 8.0, scale="log"),
    level=dspc.param(0.6, 0.0, 1.0),
):
    hit = dspc.max(closed, opened)
    seconds = dspc.feedback(lambda last: dspc.select(closed > 0, closed_hat, dspc.select(opened > 0, open_hat, last)))
    loud = dspc.feedback(lambda last: dspc.select(hit > 0, hit, last))
    metal = dspc.bank(METAL, square).mean() + 0.5 * dspc.noise()
    hat = hats * loud * fall(hit > 0, dspc.max(seconds, 0.01)) * highpass(highpass(metal, 7000.0), 7000.0)
    both = dspc.stack([left + 0.7 * hat, right + 0.5 * hat])
    return tuple(level * soft_clip(drive * both))
