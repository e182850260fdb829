"""The complete synthesiser: super saw, wavetable and sub into a Moog ladder, two envelopes, two LFOs, chorus, reverb.

    dspc render examples/polysynth.py --midi examples/midi/prelude.mid --preset warm-pad -o polysynth.wav
"""

import numpy as np

import dspc
from dspc.stdlib import (
    adsr,
    cents,
    chorus,
    dattorro,
    dc_block,
    gain_db,
    ladder,
    lfo,
    pan,
    semitones,
    soft_clip,
    sub,
    super_saw,
    tanh_drive,
    wavetable,
)

HARMONICS = np.arange(1, 256)
TURNS = np.arange(512) / 512
FORMANTS = (0.0, 2.0, 4.0, 7.0, 11.0, 16.0)


def spoken(formant):
    """One period whose harmonics fall, but for those around the formant: from a hum to a bright vowel."""
    levels = np.exp(-0.5 * ((HARMONICS - formant) / 1.5) ** 2) + 1.0 / HARMONICS**1.5
    wave = levels @ np.sin(2 * np.pi * np.outer(HARMONICS, TURNS))
    return wave / np.sqrt(2 * np.mean(wave**2))


WAVES = [spoken(formant) for formant in FORMANTS]


class Oscillators(dspc.Params):
    saws = dspc.param(0.6, 0.0, 1.0, name="super saw")
    detune = dspc.param(14.0, 0.0, 50.0, unit="cents")
    table = dspc.param(0.3, 0.0, 1.0, name="wavetable")
    position = dspc.param(2.0, 0.0, 5.0)
    octave = dspc.param(0, -2, 2, step=1, name="wavetable octave")
    sub = dspc.param(0.3, 0.0, 1.0, name="sub sine")


class Filter(dspc.Params):
    cutoff = dspc.param(900.0, 20.0, 20_000.0, unit="Hz", scale="log")
    resonance = dspc.param(0.25, 0.0, 1.0)
    sweep = dspc.param(2.5, -6.0, 8.0, unit="octaves")
    tracking = dspc.param(0.3, 0.0, 1.0)
    drive = dspc.param(1.0, 0.25, 8.0, scale="log")


class Envelope(dspc.Params):
    attack = dspc.param(0.004, 0.0, 10.0, unit="s")
    decay = dspc.param(0.6, 0.01, 10.0, unit="s", scale="log")
    sustain = dspc.param(0.6, 0.0, 1.0)
    release = dspc.param(0.4, 0.01, 10.0, unit="s", scale="log")

    def of(self, note):
        return adsr(note.gate, self.attack, self.decay, self.sustain, self.release)


class Lfo(dspc.Params):
    shape = dspc.choice("sine", "triangle", "saw", "square", "steps", "drift")
    rate = dspc.param(0.4, 0.02, 20.0, unit="Hz", scale="log")
    depth = dspc.param(0.0, 0.0, 1.0)

    def wave(self):
        """The same for all voices; computed once a tick."""
        return dspc.shared(lambda: dspc.control(lambda: self.depth * lfo(self.rate, self.shape)))


@dspc.instrument(voices=16, tail=6.0)
def polysynth(
    note,
    osc=Oscillators(),
    filter=Filter(),
    amp=Envelope(),
    mod=Envelope(decay=0.4, sustain=0.2),
    lfo1=Lfo(depth=0.3),
    lfo2=Lfo(rate=0.13, depth=0.2),
    shape=dspc.param(1.5, 0.5, 8.0, scale="log", name="wave shaper"),
    vibrato=dspc.param(30.0, 0.0, 100.0, unit="cents", name="mod wheel vibrato"),
    spread=dspc.param(0.6, 0.0, 1.0),
):
    sway = dspc.shared(lambda: dspc.control(lambda: cents(vibrato * dspc.controller(1) * lfo(5.5))))
    pitch = note.frequency * sway
    detune = osc.detune * (1 + lfo1.wave())
    saws = osc.saws * super_saw(pitch, detune)
    table = osc.table * wavetable(pitch * semitones(12 * osc.octave), WAVES, osc.position)
    low = osc.sub * sub(pitch, 1, "sine")
    opened = filter.sweep * mod.of(note) * note.velocity + filter.tracking * (note.key - 60) / 12
    resonance = filter.resonance + 0.5 * lfo2.wave()
    filtered = ladder(filter.drive * (saws + table + low), filter.cutoff * dspc.exp2(opened), resonance)
    return pan(amp.of(note) * note.velocity * tanh_drive(filtered, shape), spread * (2 * note.random - 1))


@polysynth.after
def space(
    left,
    right,
    level=dspc.param(2.0, -36.0, 18.0, unit="dB"),
    chorus_mix=dspc.param(0.3, 0.0, 1.0, name="chorus"),
    chorus_rate=dspc.param(0.6, 0.05, 5.0, unit="Hz", scale="log"),
    reverb=dspc.param(0.2, 0.0, 1.0),
    decay=dspc.param(2.0, 0.2, 20.0, unit="s", scale="log"),
):
    clipped = soft_clip(gain_db(dc_block(dspc.stack([left, right])), level))
    swayed = chorus(clipped[0], clipped[1], chorus_rate, voices=2, mix=chorus_mix)
    return dattorro(swayed.left, swayed.right, decay, mix=reverb)
