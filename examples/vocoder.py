"""A vocoder: what comes in, best a voice, makes a chord of saws speak, through twenty bands and a hiss for its s and t.

    dspc render examples/vocoder.py --input examples/audio/guitar.wav --preset robot -o vocoder.wav

In a host, another sound may be the carrier: the second bus, in place of the chord.
"""

import dspc
from dspc.stdlib import (
    bandpass,
    cents,
    db_to_gain,
    follower,
    highpass,
    limiter,
    midi_to_hz,
    semitones,
    sine,
    super_saw,
)

BANDS = 20
LOWEST, HIGHEST = 120.0, 8000.0
STEP = (HIGHEST / LOWEST) ** (1 / (BANDS - 1))
CENTRES = [LOWEST * STEP**i for i in range(BANDS)]
"""Hz, a third of an octave apart."""
Q = 1.3 / (STEP**0.5 - STEP**-0.5)
"""Of two band-passes in series: neighbours meet where they are 5 dB down."""
HISS = 5000.0
"""Hz above which a voice has no pitch."""
CHORDS = {"unison": (0, 0, 12, 12), "fifth": (0, 7, 12, 19), "minor": (0, 7, 12, 15), "major": (0, 7, 12, 16)}
"""Semitones."""


def band(x, hertz):
    return bandpass(bandpass(x, hertz, Q), hertz, Q)


def carrier(key, chord, detune, vibrato):
    """A chord, a little lower on the left than on the right; as loud in each band, for saws have less treble."""
    intervals = dspc.table(list(CHORDS.values()))
    frequency = midi_to_hz(key) * cents(vibrato * sine(5.5))

    def side(offset):
        def note(i):
            return super_saw(frequency * semitones(intervals(chord.index, i)) * cents(offset), detune)

        return dspc.bank(4, note).mean()

    return dspc.stack([side(-3.0), side(3.0)])


@dspc.effect
def vocoder(
    x=dspc.input(2),
    other=dspc.input(2, sidechain=True),
    key=dspc.param(45.0, 24.0, 72.0),
    chord=dspc.choice(*CHORDS, default="minor"),
    detune=dspc.param(14.0, 0.0, 60.0, unit="cents"),
    vibrato=dspc.param(0.0, 0.0, 100.0, unit="cents"),
    formants=dspc.param(0.0, -12.0, 12.0, unit="semitones"),
    attack=dspc.param(0.004, 0.001, 0.1, unit="s", scale="log"),
    release=dspc.param(0.03, 0.005, 1.0, unit="s", scale="log"),
    sibilance=dspc.param(0.3, 0.0, 1.0),
    dry=dspc.param(0.0, 0.0, 1.0),
    level=dspc.param(33.0, 0.0, 60.0, unit="dB"),
):
    voice = x.mean()
    sound = dspc.select(other.connected, other, carrier(key, chord, detune, vibrato))

    def spoken(hertz):
        loud = follower(band(voice, hertz), attack, release)
        place = dspc.min(hertz * semitones(formants), 0.4 * dspc.sample_rate)
        left, right = loud * (hertz / 1000.0) ** 0.5 * band(sound, place)
        return left, right

    left, right = (side.sum() for side in dspc.bank(CENTRES, spoken))
    loud = follower(highpass(voice, HISS), attack, release)
    hiss = [0.1 * sibilance * loud * highpass(dspc.noise(), HISS) for _ in range(2)]
    wet = db_to_gain(level) * (dspc.stack([left, right]) + dspc.stack(hiss))
    return limiter(wet + dry * x, ceiling=-1.0)
