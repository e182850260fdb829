"""Two programs, for the tests of dspopt."""

import dspc


def ramp(frequency):
    return 2.0 * dspc.phasor(frequency) - 1.0


@dspc.effect
def tremolo(x, rate=dspc.param(3.0, 0.1, 10.0)):
    return x * dspc.abs(ramp(rate))


@dspc.instrument(voices=4)
def organ(note):
    return dspc.bank(3, lambda i: ramp(note.frequency * (i + 1))).sum() * note.velocity
