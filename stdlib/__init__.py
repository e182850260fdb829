"""The standard library: oscillators, filters, envelopes and effects, written in the language itself."""

from dspc.stdlib.convolution import convolver
from dspc.stdlib.delays import echo, ping_pong
from dspc.stdlib.dynamics import compressor, expander, gate, limiter
from dspc.stdlib.envelopes import adsr
from dspc.stdlib.filters import biquad, ladder, lowpass, lowpass24, one_pole
from dspc.stdlib.levels import follower, peak, rms
from dspc.stdlib.loudness import lufs, true_peak
from dspc.stdlib.mixing import amplifier, crossfade, gain_db, mixer, pan
from dspc.stdlib.modulation import chorus, flanger, phaser
from dspc.stdlib.moving import moving_average, moving_max
from dspc.stdlib.networks import fdn
from dspc.stdlib.oscillators import pulse, saw, sine, square
from dspc.stdlib.reverbs import dattorro, freeverb, zita_rev1
from dspc.stdlib.shapers import hard_clip, soft_clip, tanh_drive
from dspc.stdlib.tuning import cents, db_to_gain, hz_to_midi, midi_to_hz, semitones

__all__ = [
    "adsr", "amplifier", "biquad", "cents", "chorus", "compressor", "convolver", "crossfade", "dattorro",
    "db_to_gain", "echo", "expander", "fdn", "flanger", "follower", "freeverb", "gain_db", "gate", "hard_clip",
    "hz_to_midi", "ladder", "limiter", "lowpass", "lowpass24", "lufs", "midi_to_hz", "mixer", "moving_average",
    "moving_max", "one_pole", "pan", "peak", "phaser", "ping_pong", "pulse", "rms", "saw", "semitones", "sine",
    "soft_clip", "square", "tanh_drive", "true_peak", "zita_rev1",
]  # fmt: skip
