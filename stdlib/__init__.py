"""The standard library: oscillators, filters, envelopes and effects, written in the language itself."""

from dspc.stdlib.analog import diode_ladder, korg35, ladder, oberheim
from dspc.stdlib.bands import crossover_lr4, formant, hilbert, tilt
from dspc.stdlib.biquads import (
    allpass2,
    bandpass,
    bandpass_skirt,
    biquad,
    high_shelf,
    highpass,
    low_shelf,
    notch,
    peaking_eq,
)
from dspc.stdlib.cascades import butterworth, chebyshev1, elliptic
from dspc.stdlib.combs import allpass, comb
from dspc.stdlib.convolution import convolver
from dspc.stdlib.delays import echo, ping_pong
from dspc.stdlib.dynamics import compressor, expander, gate, limiter
from dspc.stdlib.envelopes import adsr, ar, dahdsr
from dspc.stdlib.filters import dc_block, lowpass, lowpass24, one_pole, svf
from dspc.stdlib.levels import follower, peak, rms
from dspc.stdlib.lines import ramp, slew, smooth
from dspc.stdlib.logic import counter, euclid, latch, rising, sample_hold
from dspc.stdlib.loudness import lufs, true_peak
from dspc.stdlib.mixing import amplifier, crossfade, gain_db, mid_side, mixer, pan, width
from dspc.stdlib.modulation import chorus, flanger, phaser
from dspc.stdlib.modulators import lfo
from dspc.stdlib.moving import moving_average, moving_max
from dspc.stdlib.networks import fdn
from dspc.stdlib.noises import pink_noise
from dspc.stdlib.oscillators import fm_operator, pulse, saw, sine, square, sub, super_saw, triangle
from dspc.stdlib.physical import karplus_strong, modal, waveguide
from dspc.stdlib.reverbs import dattorro, freeverb, zita_rev1
from dspc.stdlib.samplers import sampler
from dspc.stdlib.shapers import bitcrush, fold, hard_clip, soft_clip, tanh_drive, waveshaper
from dspc.stdlib.spectral import freeze, pitch_shift, spectral_gate
from dspc.stdlib.tuning import cents, db_to_gain, hz_to_midi, midi_to_hz, scala, semitones
from dspc.stdlib.wavetables import wavetable

__all__ = [
    "adsr", "allpass", "allpass2", "amplifier", "ar", "bandpass", "bandpass_skirt", "biquad", "bitcrush",
    "butterworth", "cents", "chebyshev1", "chorus", "comb", "compressor", "convolver", "counter", "crossfade",
    "crossover_lr4", "dahdsr", "dattorro", "db_to_gain", "dc_block", "diode_ladder", "echo", "elliptic", "euclid",
    "expander", "fdn", "flanger", "fm_operator", "fold", "follower", "formant", "freeverb", "freeze", "gain_db",
    "gate", "hard_clip", "high_shelf", "highpass", "hilbert", "hz_to_midi", "karplus_strong", "korg35", "ladder",
    "latch", "lfo", "limiter", "low_shelf", "lowpass", "lowpass24", "lufs", "mid_side", "midi_to_hz", "mixer",
    "modal", "moving_average", "moving_max", "notch", "oberheim", "one_pole", "pan", "peak", "peaking_eq",
    "phaser", "ping_pong", "pink_noise", "pitch_shift", "pulse", "ramp", "rising", "rms", "sample_hold", "sampler",
    "saw", "scala", "semitones", "sine", "slew", "smooth", "soft_clip", "spectral_gate", "square", "sub",
    "super_saw", "svf", "tanh_drive", "tilt", "triangle", "true_peak", "waveguide", "waveshaper", "wavetable",
    "width", "zita_rev1",
]  # fmt: skip
