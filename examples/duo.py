"""Two detuned pairs of saws, an interval apart: one building block used twice, in both styles of writing.

`duo` is written as functions, `Duo` as a graph. They are the same program, and give the same samples:

    dspc render examples/duo.py:Duo --midi examples/midi/prelude.mid -o duo.wav
"""

import dspc
from dspc.stdlib import adsr, amplifier, cents, lowpass24, mixer, saw

CUTOFF = dspc.param(1400.0, 50.0, 20_000.0, unit="Hz", scale="log")
INTERVAL = dspc.param(700.0, -1200.0, 1200.0, unit="cents")
DETUNE = dspc.param(6.0, 0.0, 50.0, unit="cents")


def pair(frequency, detune=5.0):
    ratio = cents(detune)
    return (saw(frequency * ratio) + saw(frequency / ratio)) * 0.5


@dspc.instrument(voices=8)
def duo(note, cutoff=CUTOFF, interval=INTERVAL, detune=DETUNE):
    both = mixer(pair(note.frequency, detune), pair(note.frequency * cents(interval)) * 0.6)
    env = adsr(note.gate, attack=0.004, decay=0.5, sustain=0.4, release=0.3)
    return amplifier(lowpass24(both, cutoff * (env * 3.0 + 1.0), 0.1), env) * (note.velocity * 0.15)


class Pair(dspc.Node):
    frequency, detune, out = dspc.inlet(), dspc.inlet(5.0), dspc.outlet()
    ratio, up, down = dspc.Cents(), dspc.Saw(), dspc.Saw()

    def graph(self):
        self.connect(self.detune >> self.ratio)
        self.connect(self.frequency * self.ratio >> self.up, self.frequency / self.ratio >> self.down)
        self.connect((self.up + self.down) * 0.5 >> self.out)


class Duo(dspc.Voice):
    voices = 8
    low, high, ratio = Pair(), Pair(), dspc.Cents()
    mixer, filter, amp = dspc.Mixer(2), dspc.LowPass24(resonance=0.1), dspc.Amplifier()
    env = dspc.ADSR(attack=0.004, decay=0.5, sustain=0.4, release=0.3)
    cutoff, interval, detune = CUTOFF, INTERVAL, DETUNE

    def graph(self):
        self.connect(self.low >> self.mixer[0], self.high * 0.6 >> self.mixer[1], self.detune >> self.low.detune)
        self.connect(self.interval >> self.ratio, self.note.frequency * self.ratio >> self.high.frequency)
        self.connect(self.mixer >> self.filter >> self.amp, self.cutoff * (self.env * 3.0 + 1.0) >> self.filter.cutoff)
        self.connect(self.env >> self.amp.gain, self.amp * (self.note.velocity * 0.15) >> self.output)
