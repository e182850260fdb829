"""A program for assembly.test."""

import dspc
from dspc.stdlib import lowpass, sine


@dspc.effect
def tone():
    return 0.5 * lowpass(sine(440.0), 1000.0, 0.7)
