"""The standard library: oscillators, filters, envelopes and effects, written in the language itself."""

from dspc.stdlib.envelopes import adsr
from dspc.stdlib.filters import biquad, ladder, lowpass, lowpass24, one_pole
from dspc.stdlib.mixing import amplifier, crossfade, gain_db, mixer, pan
from dspc.stdlib.oscillators import pulse, saw, sine, square
from dspc.stdlib.shapers import hard_clip, soft_clip, tanh_drive
from dspc.stdlib.tuning import cents, db_to_gain, hz_to_midi, midi_to_hz, semitones

__all__ = [
    "adsr", "amplifier", "biquad", "cents", "crossfade", "db_to_gain", "gain_db", "hard_clip", "hz_to_midi", "ladder",
    "lowpass", "lowpass24", "midi_to_hz", "mixer", "one_pole", "pan", "pulse", "saw", "semitones", "sine", "soft_clip",
    "square", "tanh_drive",
]  # fmt: skip
