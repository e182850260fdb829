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
