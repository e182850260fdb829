"""A wavetable synthesiser: its timbres are the rows of a file; a position between two rows blends them.

    dspc render examples/wavetables.py --midi examples/midi/prelude.mid --set timbre=2.5 -o wavetables.wav
"""

import dspc
from dspc.stdlib import adsr

SIZE = 256
"""Samples of a row, which is one period: audio/make_wavetables.py writes them one after the other."""
SAMPLES, _ = dspc.read("audio/wavetables.wav")
WAVES = dspc.table(SAMPLES[0].reshape(-1, SIZE))


def wave(frequency, timbre):
    """One period after the other; `timbre` from 0 to len(WAVES) - 1.

    The rows have 1 to 32 harmonics: the brightest alias above sample_rate / 64, 750 Hz at 48 kHz.
    """
    position = SIZE * dspc.phasor(frequency)  # the phase is counted in an integer, and stays in tune for hours
    row = dspc.floor(timbre)
    dark = WAVES(row, position, boundary="wrap")
    bright = WAVES(row + 1, position, boundary="wrap")
    return dark + (timbre - row) * (bright - dark)


@dspc.instrument(voices=16)
def wavetables(
    note,
    timbre=dspc.param(1.0, 0.0, 5.0),
    sweep=dspc.param(2.0, 0.0, 5.0),
):
    env = adsr(note.gate, attack=0.005, decay=0.8, sustain=0.4, release=0.3)
    bright = dspc.min(timbre + sweep * env * note.velocity, 5.0)
    return 0.25 * wave(note.frequency, bright) * env * note.velocity
