"""The standard library: oscillators, filters, envelopes and effects, written in the language itself."""

from dspc.stdlib.dynamics import compressor, expander, gate, limiter
from dspc.stdlib.envelopes import adsr, ar, dahdsr
from dspc.stdlib.filters import biquad, ladder, lowpass, lowpass24, one_pole
from dspc.stdlib.levels import follower, peak, rms
from dspc.stdlib.lines import ramp, slew, smooth
from dspc.stdlib.logic import counter, euclid, latch, rising, sample_hold
from dspc.stdlib.loudness import lufs, true_peak
from dspc.stdlib.mixing import amplifier, crossfade, gain_db, mid_side, mixer, pan, width
from dspc.stdlib.moving import moving_average, moving_max
from dspc.stdlib.oscillators import pulse, saw, sine, square
from dspc.stdlib.shapers import bitcrush, fold, hard_clip, soft_clip, tanh_drive, waveshaper
from dspc.stdlib.tuning import cents, db_to_gain, hz_to_midi, midi_to_hz, semitones

__all__ = [
    "adsr", "amplifier", "ar", "biquad", "bitcrush", "cents", "compressor", "counter", "crossfade", "dahdsr",
    "db_to_gain", "euclid", "expander", "fold", "follower", "gain_db", "gate", "hard_clip", "hz_to_midi", "ladder",
    "latch", "limiter", "lowpass", "lowpass24", "lufs", "mid_side", "midi_to_hz", "mixer", "moving_average",
    "moving_max", "one_pole", "pan", "peak", "pulse", "ramp", "rising", "rms", "sample_hold", "saw", "semitones",
    "sine", "slew", "smooth", "soft_clip", "square", "tanh_drive", "true_peak", "waveshaper", "width",
]  # fmt: skip
