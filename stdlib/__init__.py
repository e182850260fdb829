"""The standard library: oscillators, filters, envelopes and effects, written in the language itself."""

from dspc.stdlib.envelopes import adsr
from dspc.stdlib.filters import biquad, ladder, lowpass, lowpass24, one_pole
from dspc.stdlib.mixing import amplifier, crossfade, gain_db, mixer, pan
from dspc.stdlib.modulators import lfo
from dspc.stdlib.noises import pink_noise
from dspc.stdlib.oscillators import fm_operator, pulse, saw, sine, square, sub, super_saw, triangle
from dspc.stdlib.samplers import sampler
from dspc.stdlib.shapers import hard_clip, soft_clip, tanh_drive
from dspc.stdlib.tuning import cents, db_to_gain, hz_to_midi, midi_to_hz, scala, semitones
from dspc.stdlib.wavetables import wavetable

__all__ = [
    "adsr", "amplifier", "biquad", "cents", "crossfade", "db_to_gain", "fm_operator", "gain_db", "hard_clip",
    "hz_to_midi", "ladder", "lfo", "lowpass", "lowpass24", "midi_to_hz", "mixer", "one_pole", "pan", "pink_noise",
    "pulse", "sampler", "saw", "scala", "semitones", "sine", "soft_clip", "square", "sub", "super_saw", "tanh_drive",
    "triangle", "wavetable",
]  # fmt: skip
