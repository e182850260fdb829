"""The library's filters: what the backends must agree on. Each structure is here once."""

from __future__ import annotations

from agree.programs import program

import dspc
from dspc import stdlib


@program
@dspc.effect
def library_filters(
    x,
    cutoff=dspc.param(1000.0, 20.0, 20_000.0, scale="log"),
    q=dspc.param(0.7, 0.1, 10.0),
    samples=dspc.param(5.5, 1.0, 30.0),
):
    moving, part = cutoff * (1 + 0.5 * x), 0.1 * q
    return (
        stdlib.dc_block(x),
        *stdlib.svf(x, moving, q),
        stdlib.low_shelf(x, cutoff, 6.0 * part),
        stdlib.elliptic(x, cutoff, 3000.0, order=3, kind="band"),
        stdlib.diode_ladder(x, moving, part),
        stdlib.korg35(x, cutoff, part),
        stdlib.oberheim(x, cutoff, part).low,
        stdlib.formant(x, 4 * part),
        stdlib.comb(x, samples, part, 0.3, max=30),
        stdlib.allpass(x, samples, part, max=30),
    )


@program
@dspc.effect
def library_sections(x, cutoff=dspc.param(900.0, 20.0, 20_000.0, scale="log"), q=dspc.param(0.7, 0.1, 10.0)):
    """The other kinds of the same structures."""
    gain = 2.0 * q
    return (
        *stdlib.crossover_lr4(x, cutoff),
        stdlib.butterworth(x, cutoff, order=2) + stdlib.chebyshev1(x, cutoff, order=3, kind="high"),
        stdlib.notch(x, cutoff, q) + stdlib.allpass2(x, cutoff, q) + stdlib.bandpass_skirt(x, cutoff, q),
        stdlib.peaking_eq(x, cutoff, gain, q) + stdlib.high_shelf(x, cutoff, gain) + stdlib.tilt(x, gain, cutoff),
        stdlib.highpass(x, cutoff, q) - stdlib.bandpass(x, cutoff * stdlib.semitones(q) * stdlib.cents(gain), q),
        *stdlib.hilbert(x),
        stdlib.db_to_gain(gain) + stdlib.hz_to_midi(cutoff) + stdlib.midi_to_hz(50.0 * x),
    )
