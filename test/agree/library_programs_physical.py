"""Physical models of the library."""

from __future__ import annotations

from agree.programs import program

import dspc
from dspc import stdlib


@program
@dspc.effect
def strings_and_tubes(x, y, hertz=dspc.param(2000.0, 500.0, 8000.0), decay=dspc.param(0.1, 0.0, 1.0)):
    moved = hertz * (1 + 0.3 * y)
    plucked = stdlib.karplus_strong(y > 0.9, moved, decay, lowest=400.0)
    stiff = stdlib.karplus_strong(x, hertz, decay, position=0.3, stiffness=0.001 * y, lowest=400.0)
    places = {"position": abs(y), "pickup": abs(x)}
    tube = stdlib.waveguide(lambda wave: x - 0.5 * wave, moved, decay, **places, ends="tube", lowest=400.0)
    return plucked, stiff, tube


@program
@dspc.effect
def modes(x, y, hertz=dspc.param(2000.0, 100.0, 20_000.0), decay=dspc.param(0.1, 0.0, 1.0)):
    ratios, gains = [1.0, 1.5, 4.1], [1.0, -0.5, 0.2]
    return stdlib.modal(x, hertz * (1 + 0.3 * y), "bell", decay), stdlib.modal(y > 0.9, hertz, ratios, gains=gains)
